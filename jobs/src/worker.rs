//! The workers: one for each queue, started again whenever it fails.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use apalis::prelude::{WorkerBuilder, WorkerContext, WorkerError};
use muster_core::error::Error;
use muster_core::ids::JobId;
use muster_core::job::Queue;
use muster_core::queue;
use tokio::sync::Semaphore;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::dispatcher::{Dispatcher, Shared};
use crate::source::Source;
use crate::wake::Bell;

/// The longest pause before a failed worker is started again.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// The names of the workers that run now. Each start has a new one: under an old name a worker could neither register nor
/// be told from the one that died.
#[derive(Default)]
pub(crate) struct Names(Mutex<HashMap<Queue, Arc<str>>>);

impl Names {
    fn start(&self, queue: Queue, shared: &Shared) -> Arc<str> {
        let id: JobId = shared.engaged.context.env.new_id();
        let name: Arc<str> = format!("{}-{id}", queue.as_str()).into();
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(queue, name.clone());
        name
    }

    /// Hands back what these workers have taken and not finished.
    pub(crate) async fn release(&self, shared: &Shared) -> Result<u64, Error> {
        let names: Vec<_> = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .values()
            .cloned()
            .collect();
        let mut tx = shared.engaged.context.db.write().await?;
        let mut released = 0;
        for name in names {
            released += queue::release(&mut tx, &name).await?;
        }
        tx.commit().await?;
        Ok(released)
    }
}

/// How many jobs of a queue run at a time.
fn concurrency(queue: Queue) -> usize {
    match queue {
        Queue::Interactive => 16,
        Queue::Default => 2,
        Queue::Bulk => 4,
    }
}

/// Takes the jobs of a queue until it is told to stop. What runs then goes on.
pub(crate) async fn work(
    queue: Queue,
    shared: Arc<Shared>,
    names: Arc<Names>,
    poll: Duration,
    stop: CancellationToken,
) {
    let slots = Arc::new(Semaphore::new(concurrency(queue)));
    let mut failures = 0_u32;
    while !stop.is_cancelled() {
        let (name, began) = (names.start(queue, &shared), Instant::now());
        let result = one_worker(queue, &shared, &slots, name, poll, &stop).await;
        if stop.is_cancelled() {
            return;
        }
        failures = if began.elapsed() > Duration::from_mins(1) {
            0
        } else {
            failures + 1
        };
        let pause = (Duration::from_millis(100) * 2_u32.pow(failures.min(6))).min(LONGEST_PAUSE);
        match result {
            Ok(()) => tracing::warn!(
                queue = queue.as_str(),
                ?pause,
                "a worker ended, starting it again"
            ),
            Err(error) => {
                tracing::warn!(queue = queue.as_str(), %error, ?pause, "a worker failed, starting it again");
            }
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = stop.cancelled() => {}
        }
    }
}

/// One worker from its start to its end.
async fn one_worker(
    queue: Queue,
    shared: &Arc<Shared>,
    slots: &Arc<Semaphore>,
    name: Arc<str>,
    poll: Duration,
    stop: &CancellationToken,
) -> Result<(), WorkerError> {
    let context = WorkerContext::new(&name);
    let db = &shared.engaged.context.db;
    let source = Source::new(db, queue, Bell::new(db.wake(), poll), slots.clone());
    let dispatcher = Dispatcher::new(shared.clone(), slots.clone(), name);
    let worker = WorkerBuilder::new(&context)
        .backend(source)
        .build(dispatcher)
        .run();
    tokio::select! {
        ended = worker => ended,
        // Not by apalis' own way to stop: that waits for the runs before it ends a fetch that is under way, which on SQLite
        // holds the one connection that the runs need in order to end.
        () = stop.cancelled() => Ok(()),
    }
}
