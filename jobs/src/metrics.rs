//! What the jobs of this process have done, counted for whoever watches over it.
//!
//! Labels are words of ours: kinds, queues, outcomes. Never an id, a team or an address. What is true of the database
//! rather than of this process is read when somebody asks ([`Metrics::scrape`]).

mod scrape;

use std::sync::Arc;
use std::time::Duration;

use muster_core::email;
use muster_core::job::Queue;
use muster_core::queue::End;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::{Family, MetricConstructor};
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use tokio::sync::Mutex;

pub use scrape::CONTENT_TYPE;

use crate::TABLE;

/// The counts of one process. Cheap to clone; clones count together.
#[derive(Clone)]
pub struct Metrics(Arc<Counts>);

struct Counts {
    registry: Registry,
    runs: Family<KindOutcome, Counter>,
    attempts: Family<Kind, Histogram, Buckets>,
    run_seconds: Family<Kind, Histogram, Buckets>,
    start_delay: Family<QueueName, Histogram, Buckets>,
    mails: Family<KindOutcome, Counter>,
    send_seconds: Family<Outcome, Histogram, Buckets>,
    /// Whoever asks waits for their turn: however many do, the database is read once at a time.
    turn: Mutex<()>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Kind {
    kind: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct KindOutcome {
    kind: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct QueueName {
    queue: &'static str,
}

/// The upper bounds of a histogram's buckets.
#[derive(Clone, Copy)]
struct Buckets(&'static [f64]);

impl MetricConstructor<Histogram> for Buckets {
    fn new_metric(&self) -> Histogram {
        Histogram::new(self.0.iter().copied())
    }
}

const ATTEMPTS: Buckets = Buckets(&[1.0, 2.0, 3.0, 5.0, 10.0]);
const RUN: Buckets = Buckets(&[0.001, 0.005, 0.02, 0.1, 0.5, 2.0, 10.0, 30.0, 60.0]);
const DELAY: Buckets = Buckets(&[0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2.0, 10.0]);
const SEND: Buckets = Buckets(&[0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0]);

/// What became of handing a mail over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailOutcome {
    /// The mail server has it.
    Sent,
    /// It will be tried again.
    Deferred,
    /// It has failed for good.
    Failed,
}

impl MailOutcome {
    const ALL: [Self; 3] = [Self::Sent, Self::Deferred, Self::Failed];

    fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Deferred => "deferred",
            Self::Failed => "failed",
        }
    }
}

const RUN_OUTCOMES: [&str; 4] = ["done", "failed", "waits", "dead"];

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("muster");
        let counts = Counts {
            runs: Family::default(),
            attempts: Family::new_with_constructor(ATTEMPTS),
            run_seconds: Family::new_with_constructor(RUN),
            start_delay: Family::new_with_constructor(DELAY),
            mails: Family::default(),
            send_seconds: Family::new_with_constructor(SEND),
            turn: Mutex::new(()),
            registry: Registry::default(),
        };
        registry.register(
            "job_runs",
            "Runs of jobs in this process, by what became of them: done; failed, to be tried again; waits for its time, \
             which is no attempt; dead",
            counts.runs.clone(),
        );
        registry.register(
            "job_attempts",
            "The attempt at which a job of this process was done or died",
            counts.attempts.clone(),
        );
        registry.register_with_unit(
            "job_run",
            "How long a run took, without writing its end down",
            Unit::Seconds,
            counts.run_seconds.clone(),
        );
        registry.register_with_unit(
            "job_start_delay",
            "From the moment a worker of this process noticed that something was enqueued to the start of the run it found",
            Unit::Seconds,
            counts.start_delay.clone(),
        );
        registry.register(
            "mails",
            "Tries of this process to hand a mail over, by what became of them: sent; deferred, to be tried again; failed \
             for good",
            counts.mails.clone(),
        );
        registry.register_with_unit(
            "mail_send",
            "How long handing a mail over took, connecting included",
            Unit::Seconds,
            counts.send_seconds.clone(),
        );
        counts.begin_at_nought();
        Self(Arc::new(Counts { registry, ..counts }))
    }
}

impl Counts {
    /// What has not happened yet is 0, not absent: otherwise the first time would be no rise.
    fn begin_at_nought(&self) {
        for row in TABLE {
            let kind = row.kind;
            drop(self.run_seconds.get_or_create(&Kind { kind }));
            drop(self.attempts.get_or_create(&Kind { kind }));
            for outcome in RUN_OUTCOMES {
                drop(self.runs.get_or_create(&KindOutcome { kind, outcome }));
            }
        }
        for queue in Queue::ALL {
            let queue = queue.as_str();
            drop(self.start_delay.get_or_create(&QueueName { queue }));
        }
        for outcome in MailOutcome::ALL.map(MailOutcome::as_str) {
            drop(self.send_seconds.get_or_create(&Outcome { outcome }));
            for kind in email::Kind::ALL {
                let kind = kind.as_str();
                drop(self.mails.get_or_create(&KindOutcome { kind, outcome }));
            }
        }
    }
}

impl Metrics {
    /// A run begins, so long after the worker of its queue noticed that something was enqueued.
    ///
    /// Only for the first job that a look found which a ping led to. The look of every 500 ms finds what was due by the
    /// clock, and later jobs of one burst wait for one another: neither says how fast a worker wakes.
    pub fn run_started(&self, queue: Queue, delay: Duration) {
        let queue = queue.as_str();
        self.0
            .start_delay
            .get_or_create(&QueueName { queue })
            .observe(delay.as_secs_f64());
    }

    /// A run of a job, its `attempt`th, has ended after so long.
    pub fn run_ended(&self, kind: &'static str, attempt: u32, end: &End, took: Duration) {
        let outcome = match end {
            End::Done => "done",
            End::Failed { .. } => "failed",
            End::Waits { .. } => "waits",
            End::Dead { .. } => "dead",
        };
        self.0.runs.get_or_create(&KindOutcome { kind, outcome }).inc();
        self.0
            .run_seconds
            .get_or_create(&Kind { kind })
            .observe(took.as_secs_f64());
        if matches!(end, End::Done | End::Dead { .. }) {
            self.0
                .attempts
                .get_or_create(&Kind { kind })
                .observe(f64::from(attempt));
        }
    }

    /// Handing a mail over has ended after so long.
    pub fn mail(&self, kind: email::Kind, outcome: MailOutcome, took: Duration) {
        let (kind, outcome) = (kind.as_str(), outcome.as_str());
        self.0.mails.get_or_create(&KindOutcome { kind, outcome }).inc();
        self.0
            .send_seconds
            .get_or_create(&Outcome { outcome })
            .observe(took.as_secs_f64());
    }
}
