//! The one place that decides what becomes of a job: it reads the payload, keeps time, survives panics, and writes the end
//! of every run and the time of the next one in a single statement.
//!
//! apalis' own acknowledgement is not used. It takes two steps (a new time, then a failure) between which a job can
//! be lost to its defaults, it may lie in memory until the next poll, and it gives up its running jobs when the database
//! is away for a moment. A run started here goes on, whatever becomes of the worker that fetched it, and keeps trying to
//! write its end down.

use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};
use std::time::Duration;

use apalis::prelude::Task;
use futures::future::BoxFuture;
use muster_core::error::Error;
use muster_core::job::Job;
use muster_core::queue::{self, End};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::{JoinError, JoinHandle};
use tokio_util::sync::{CancellationToken, PollSemaphore};
use tokio_util::task::{AbortOnDropHandle, TaskTracker};
use tracing::Instrument;

use crate::context::Run;
use crate::failpoint::failpoint;
use crate::outcome::Outcome;
use crate::source::Raw;

/// How long a run may take.
const TIMEOUT: Duration = Duration::from_mins(1);

/// What does a job.
pub(crate) type Handler = fn(Run, Job) -> BoxFuture<'static, Result<Outcome, Error>>;

/// What all dispatchers of an engine share.
pub(crate) struct Shared {
    pub(crate) run: Run,
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

impl tower::Service<Task<Raw>> for Dispatcher {
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

    fn call(&mut self, task: Task<Raw>) -> JoinHandle<()> {
        let slot = self.slot.take();
        let (Raw(bytes), row) = task.take();
        let fetched = Fetched {
            id: row.task_id().map(ToString::to_string).unwrap_or_default(),
            worker: self.worker.clone(),
            // apalis counts this run only once it is polled.
            attempt: u32::try_from(row.attempt()).unwrap_or(u32::MAX - 1) + 1,
            most: u32::try_from(row.max_attempts().unwrap_or_default()).unwrap_or(u32::MAX),
            bytes,
        };
        let shared = self.shared.clone();
        self.shared.running.spawn(async move {
            let _slot = slot;
            fetched.run(&shared).await;
        })
    }
}

/// A job as it was taken from the queue.
struct Fetched {
    id: String,
    worker: Arc<str>,
    attempt: u32,
    most: u32,
    bytes: Vec<u8>,
}

impl Fetched {
    async fn run(self, shared: &Shared) {
        let job = Job::from_bytes(&self.bytes);
        let kind = job.as_ref().map_or("unknown", Job::kind);
        let span = tracing::info_span!("job", job.id = %self.id, kind, attempt = self.attempt);
        let work = async {
            failpoint!("job_fetched", self.id);
            let outcome = self.outcome(shared, job).await;
            self.settle(shared, &outcome).await;
            failpoint!("job_ended", self.id);
            shared.settled.send_modify(|settled| *settled += 1);
        };
        tokio::select! {
            () = work.instrument(span) => {}
            () = shared.abandon.cancelled() => {}
        }
    }

    async fn outcome(&self, shared: &Shared, job: Result<Job, String>) -> Outcome {
        let job = match job {
            Ok(job) => job,
            Err(reason) => return Outcome::Discard(reason),
        };
        // Runs that died with their process were counted, but nobody was left to judge them.
        if self.attempt > self.most {
            return Outcome::Discard(format!("no run of {} came to its end", self.most));
        }
        // A task of its own: a panic ends that, and it is ended when this one is.
        let run = (shared.handler)(shared.run.clone(), job).in_current_span();
        let run = AbortOnDropHandle::new(tokio::spawn(run));
        match tokio::time::timeout(TIMEOUT, run).await {
            Ok(Ok(Ok(outcome))) => outcome,
            Ok(Ok(Err(error))) => Outcome::Retry(error.to_string()),
            Ok(Err(_panic)) => Outcome::Retry("the handler panicked".to_owned()),
            Err(_elapsed) => Outcome::Retry(format!("not done within {} seconds", TIMEOUT.as_secs())),
        }
    }

    /// Writes the end of the run down, however long that takes: the database may be away.
    async fn settle(&self, shared: &Shared, outcome: &Outcome) {
        let end = match outcome {
            Outcome::Ok => End::Done,
            Outcome::RetryIn(pause, reason) => End::Waits {
                pause: *pause,
                reason,
            },
            Outcome::Retry(reason) if self.attempt < self.most => End::Failed {
                pause: shared.run.pause(self.attempt),
                reason,
            },
            Outcome::Retry(reason) | Outcome::Discard(reason) => End::Dead { reason },
        };
        match end {
            End::Done => tracing::debug!("job done"),
            End::Waits { pause, reason } => tracing::info!(reason, ?pause, "job waits"),
            End::Failed { pause, reason } => {
                tracing::warn!(reason, ?pause, "job failed, will be tried again");
            }
            End::Dead { reason } => tracing::error!(reason, "job is dead"),
        }
        let mut pause = Duration::from_millis(100);
        loop {
            match self.write(shared, end).await {
                Ok(true) => return,
                Ok(false) => {
                    tracing::warn!("another worker took the job over before its end was written down");
                    return;
                }
                Err(error) => tracing::warn!(%error, "the end of a job could not be written down"),
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(5));
        }
    }

    async fn write(&self, shared: &Shared, end: End<'_>) -> Result<bool, Error> {
        let mut tx = shared.run.context.db.write().await?;
        let attempt = i32::try_from(self.attempt).unwrap_or(i32::MAX);
        let ours = queue::finish(&mut tx, &self.id, &self.worker, attempt, end).await?;
        tx.commit().await?;
        Ok(ours)
    }
}
