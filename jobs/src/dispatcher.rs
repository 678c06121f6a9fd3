//! The one place that decides what becomes of a job: it reads the payload, keeps time, survives panics, and writes the end
//! of every run and the time of the next one in a single statement.
//!
//! apalis' own acknowledgement is not used. It takes two steps (a new time, then a failure) between which a job can
//! be lost to its defaults, it may lie in memory until the next poll, and it gives up its running jobs when the database
//! is away for a moment. A run started here goes on, whatever becomes of the worker that fetched it, and keeps trying to
//! write its end down.

use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context as TaskContext, Poll};
use std::time::{Duration, Instant};

use apalis::prelude::Task;
use futures::future::BoxFuture;
use muster_core::error::Error;
use muster_core::job::Job;
use muster_core::queue::{End, Fetched};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::{JoinError, JoinHandle};
use tokio_util::sync::{CancellationToken, PollSemaphore};
use tokio_util::task::{AbortOnDropHandle, TaskTracker};
use tracing::Instrument;

use crate::context::{Engaged, Run};
use crate::failpoint::failpoint;
use crate::ledger::{Closing, Note};
use crate::outcome::Outcome;
use crate::source::Found;

/// How long a run may take.
const TIMEOUT: Duration = Duration::from_mins(1);

/// What does a job.
pub(crate) type Handler = fn(Run, Job) -> BoxFuture<'static, Result<Outcome, Error>>;

/// What all dispatchers of an engine share.
pub(crate) struct Shared {
    pub(crate) engaged: Engaged,
    pub(crate) handler: Handler,
    /// Every run, whichever worker fetched it.
    pub(crate) running: TaskTracker,
    /// Ends the runs that are left when the grace period is over.
    pub(crate) abandon: CancellationToken,
    /// How many runs have ended and are written down.
    pub(crate) settled: watch::Sender<u64>,
}

/// Takes the jobs of one queue, so many at a time.
pub(crate) struct Dispatcher {
    shared: Arc<Shared>,
    slots: PollSemaphore,
    slot: Option<OwnedSemaphorePermit>,
    worker: Arc<str>,
}

impl Dispatcher {
    pub(crate) fn new(shared: Arc<Shared>, slots: Arc<Semaphore>, worker: Arc<str>) -> Self {
        Self {
            shared,
            slots: PollSemaphore::new(slots),
            slot: None,
            worker,
        }
    }
}

impl tower::Service<Task<Found>> for Dispatcher {
    type Response = ();
    type Error = JoinError;
    // Dropping it lets the run go on.
    type Future = JoinHandle<()>;

    fn poll_ready(&mut self, cx: &mut TaskContext<'_>) -> Poll<Result<(), JoinError>> {
        if self.slot.is_none() {
            self.slot = std::task::ready!(self.slots.poll_acquire(cx));
        }
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, task: Task<Found>) -> JoinHandle<()> {
        let (Found { job, noticed }, _) = task.take();
        let attempt = Attempt {
            number: job.attempts.saturating_add(1),
            job,
            worker: self.worker.clone(),
            noticed,
            slot: Slot(Arc::new(Mutex::new(self.slot.take()))),
        };
        let shared = self.shared.clone();
        self.shared
            .running
            .spawn(async move { attempt.run(&shared).await })
    }
}

/// The place among those that run at a time, which a run holds until it ends or gives it up.
#[derive(Clone)]
pub(crate) struct Slot(Arc<Mutex<Option<OwnedSemaphorePermit>>>);

impl Slot {
    /// Lets another job of the queue begin: from here on this one only waits for somebody else.
    pub(crate) fn give_up(&self) {
        drop(self.0.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}

/// One run of a job.
struct Attempt {
    job: Fetched,
    worker: Arc<str>,
    /// Which of its runs this is, from 1.
    number: i32,
    /// When the worker noticed the ping that led to it.
    noticed: Option<Instant>,
    slot: Slot,
}

impl Attempt {
    async fn run(self, shared: &Shared) {
        let job = Job::from_bytes(&self.job.bytes);
        let kind = job.as_ref().map_or("unknown", Job::kind);
        let span = tracing::info_span!("job", job.id = %self.job.id, kind, attempt = self.number);
        let metrics = &shared.engaged.context.metrics;
        if let (Ok(job), Some(noticed)) = (&job, self.noticed) {
            metrics.run_started(job.queue(), noticed.elapsed());
        }
        let work = async {
            failpoint!("job_fetched", self.job.id);
            let began = Instant::now();
            let outcome = self.outcome(shared, job).await;
            let took = began.elapsed();
            let (end, note) = self.end(shared, outcome);
            self.settle(shared, end.clone(), note).await;
            metrics.run_ended(kind, self.number.unsigned_abs(), &end, took);
            failpoint!("job_ended", self.job.id);
            shared.settled.send_modify(|settled| *settled += 1);
        };
        tokio::select! {
            () = work.instrument(span) => {}
            () = shared.abandon.cancelled() => {}
        }
        self.slot.give_up();
    }

    async fn outcome(&self, shared: &Shared, job: Result<Job, String>) -> Outcome {
        let job = match job {
            Ok(job) => job,
            Err(reason) => return Outcome::Discard(reason),
        };
        // Runs that died with their process were counted, but nobody was left to judge them.
        if self.number > self.job.max_attempts {
            return Outcome::Discard(format!("no run of {} came to its end", self.job.max_attempts));
        }
        if self.number > 2 {
            tokio::time::sleep(shared.engaged.stagger(self.number.unsigned_abs())).await;
        }
        let run = Run {
            engaged: shared.engaged.clone(),
            slot: self.slot.clone(),
        };
        // A task of its own: a panic ends that, and it is ended when this one is.
        let run = (shared.handler)(run, job).in_current_span();
        let run = AbortOnDropHandle::new(tokio::spawn(run));
        match tokio::time::timeout(TIMEOUT, run).await {
            Ok(Ok(Ok(outcome))) => outcome,
            Ok(Ok(Err(error))) => Outcome::Retry(error.to_string()),
            Ok(Err(_panic)) => Outcome::Retry("the handler panicked".to_owned()),
            Err(_elapsed) => Outcome::Retry(format!("not done within {} seconds", TIMEOUT.as_secs())),
        }
    }

    /// How the run ends, and what is noted with it.
    fn end(&self, shared: &Shared, outcome: Outcome) -> (End, Option<Note>) {
        let end = match outcome {
            Outcome::Ok => End::Done,
            Outcome::Noted(note) => {
                let end = match &note {
                    Note::Sent(..) | Note::Cancelled(_) => End::Done,
                    Note::PutBack(_, pause) => End::Waits {
                        pause: pause.to_std().unwrap_or(Duration::ZERO),
                        reason: "the mail server is slow with this team's mails, others go first".to_owned(),
                    },
                };
                return (end, Some(note));
            }
            Outcome::RetryIn(pause, reason) => End::Waits { pause, reason },
            Outcome::Retry(reason) if self.number < self.job.max_attempts => End::Failed {
                pause: shared.engaged.pause(self.number.unsigned_abs()),
                reason,
            },
            Outcome::Retry(reason) | Outcome::Discard(reason) => End::Dead { reason },
        };
        (end, None)
    }

    /// Writes the end of the run down, however long that takes: the database may be away.
    async fn settle(&self, shared: &Shared, end: End, note: Option<Note>) {
        match &end {
            End::Done => tracing::debug!("job done"),
            End::Waits { pause, reason } => tracing::info!(reason, ?pause, "job waits"),
            End::Failed { pause, reason } => {
                tracing::warn!(reason, ?pause, "job failed, will be tried again");
            }
            End::Dead { reason } => tracing::error!(reason, "job is dead"),
        }
        let closing = Closing {
            job: self.job.id.clone(),
            worker: self.worker.clone(),
            attempt: self.number,
            end,
            note,
        };
        let mut pause = Duration::from_millis(100);
        loop {
            match shared.engaged.ledger.close(closing.clone()).await {
                Ok(true) => return,
                Ok(false) => {
                    tracing::warn!("another worker took the job over before its end was written down");
                    return;
                }
                Err(error) => {
                    tracing::warn!(%error, "the end of a job could not be written down, trying again");
                }
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(5));
        }
    }
}
