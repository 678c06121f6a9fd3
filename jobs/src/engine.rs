//! Starting everything, and stopping it in order.

use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use muster_core::db::Pools;
use muster_core::email::delivery;
use muster_core::error::Error;
use muster_core::job::Queue;
use muster_core::queue;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::{AbortOnDropHandle, TaskTracker};

use crate::context::{Context, Engaged, Options};
use crate::dispatcher::{Handler, Shared};
use crate::hooks::Hooks;
use crate::ledger::{Ledger, Pages};
use crate::schedule::{self, ScheduleName};
use crate::slow::Slow;
use crate::wake;
use crate::worker::{self, Names};

/// Works on all queues until `stop`.
pub async fn run(context: Context, options: Options, stop: CancellationToken) {
    Engine::new(context, options).run(stop).await;
}

/// The workers of all queues, not yet running.
pub struct Engine {
    shared: Arc<Shared>,
    pages: Pages,
    options: Options,
}

impl Engine {
    /// An engine for every kind of job.
    pub fn new(context: Context, options: Options) -> Self {
        Self::with_handler(context, options, crate::perform)
    }

    /// An engine whose jobs do nothing but tell `began` that they began: to measure what the engine itself takes.
    #[cfg(feature = "bench")]
    pub fn of_empty_jobs(context: Context, options: Options, began: fn(&muster_core::job::Job)) -> Self {
        Self::with_handler(context, options, crate::empty::handler(began))
    }

    pub(crate) fn with_handler(context: Context, options: Options, handler: Handler) -> Self {
        let (ledger, pages) = Ledger::new();
        let shared = Shared {
            engaged: Engaged {
                hooks: Hooks::new(context.env.reach()),
                context,
                backoff: options.backoff,
                ledger,
                slow: Slow::default(),
            },
            handler,
            running: TaskTracker::new(),
            abandon: CancellationToken::new(),
            settled: watch::Sender::new(0),
        };
        Self {
            shared: Arc::new(shared),
            pages,
            options,
        }
    }

    /// How many runs of jobs have ended, successfully or not, and are written down.
    pub fn settled(&self) -> watch::Receiver<u64> {
        self.shared.settled.subscribe()
    }

    /// Works on all queues until `stop`; then takes no more jobs, gives those that run [`Options::grace`] to end, and
    /// hands the rest back.
    pub async fn run(self, stop: CancellationToken) {
        let Self {
            shared,
            pages,
            options,
        } = self;
        let Context { db, env, .. } = shared.engaged.context.clone();
        let _ledger = spawn(pages.keep(db, env));
        tokio::select! {
            () = recover(&shared.engaged.context) => {}
            () = stop.cancelled() => return,
        }
        let names = Arc::new(Names::default());
        {
            let _time_table = spawn(keep_time_table(shared.engaged.context.clone(), options.schedule));
            let _listener = spawn(listen(shared.engaged.context.clone()));
            // A task for each: a worker fetches whenever it is polled, so it must not be polled for another's sake.
            let workers = join_all(Queue::ALL.map(|queue| {
                spawn(worker::work(
                    queue,
                    shared.clone(),
                    names.clone(),
                    options.poll,
                    stop.clone(),
                ))
            }));
            let finished = async {
                workers.await;
                shared.running.close();
                shared.running.wait().await;
            };
            let out_of_patience = async {
                stop.cancelled().await;
                tokio::time::sleep(options.grace).await;
            };
            tokio::select! {
                () = finished => {}
                () = out_of_patience => tracing::warn!("jobs still run after the grace period, they are handed back"),
            }
        }
        shared.abandon.cancel();
        shared.running.close();
        shared.running.wait().await;
        match names.release(&shared).await {
            Ok(0) => {}
            Ok(released) => tracing::info!(released, "handed jobs back to the queue"),
            // Another worker, or the next start, notices that nobody holds them any more.
            Err(error) => tracing::warn!(%error, "could not hand jobs back to the queue"),
        }
    }
}

fn spawn<F>(future: F) -> AbortOnDropHandle<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    AbortOnDropHandle::new(tokio::spawn(future))
}

/// Frees what a process before this one held when it died, on the database that no other process uses; so that its work
/// is picked up at once.
async fn recover(context: &Context) {
    if !context.db.is_embedded() {
        return;
    }
    while let Err(error) = try_recover(context).await {
        tracing::warn!(%error, "cannot look for interrupted jobs, trying again");
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

async fn try_recover(context: &Context) -> Result<(), Error> {
    let mut tx = context.db.write().await?;
    let jobs = queue::recover(&mut tx).await?;
    let mails = delivery::release_all(&mut tx, &context.env).await?;
    tx.commit().await?;
    if jobs + mails > 0 {
        tracing::info!(jobs, mails, "picked up what the process before this one left");
    }
    Ok(())
}

async fn keep_time_table(context: Context, on: bool) {
    if on {
        join_all(ScheduleName::ALL.map(|name| schedule::keep(&context, name))).await;
    }
}

async fn listen(context: Context) {
    if let Pools::Postgres(pool) = context.db.pools() {
        wake::forward(pool, context.db.wake()).await;
    }
}
