//! The workers: one for each queue, started again whenever it fails.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use apalis::prelude::{BackendExt, Codec, WorkerBuilder, WorkerContext, WorkerError};
use apalis_postgres::PostgresStorage;
use apalis_sqlite::SqliteStorage;
use futures::FutureExt;
use muster_core::db::Pools;
use muster_core::error::Error;
use muster_core::ids::JobId;
use muster_core::job::Queue;
use muster_core::queue;
use tokio::sync::Semaphore;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::dispatcher::{Dispatcher, Shared};
use crate::wake::WakeStrategy;

/// A worker that was silent for so long times so many is dead, and others take over its jobs.
const HEARTBEAT: Duration = Duration::from_secs(5);
const MISSED_HEARTBEATS: usize = 3;
/// The longest pause before a failed worker is started again.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// A job's bytes. Reading them is the dispatcher's business: a codec that fails would end the worker.
#[derive(Debug, Clone)]
pub(crate) struct Raw(pub(crate) Vec<u8>);

/// Leaves the bytes as they are.
#[derive(Debug, Clone)]
struct RawCodec;

impl Codec<Raw> for RawCodec {
    type Error = Infallible;
    type Compact = Vec<u8>;

    fn encode(&self, raw: &Raw) -> Result<Vec<u8>, Infallible> {
        Ok(raw.0.clone())
    }

    fn decode(&self, bytes: &Vec<u8>) -> Result<Raw, Infallible> {
        Ok(Raw(bytes.clone()))
    }
}

/// The names of the workers that run now. Each start has a new one: under an old name a worker could neither register nor
/// be told from the one that died.
#[derive(Default)]
pub(crate) struct Names(Mutex<HashMap<Queue, Arc<str>>>);

impl Names {
    fn start(&self, queue: Queue, shared: &Shared) -> Arc<str> {
        let id: JobId = shared.run.context.env.new_id();
        let name: Arc<str> = format!("{}-{id}", queue.as_str()).into();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(queue, name.clone());
        name
    }

    /// Hands back what these workers have taken and not finished.
    pub(crate) async fn release(&self, shared: &Shared) -> Result<u64, Error> {
        let names: Vec<_> = self.0.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect();
        let mut tx = shared.run.context.db.write().await?;
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
        Queue::Interactive => 8,
        Queue::Default => 2,
        Queue::Bulk => 4,
    }
}

/// Works on a queue until it is told to stop, and then until what runs has ended.
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
        failures = if began.elapsed() > Duration::from_secs(60) { 0 } else { failures + 1 };
        let pause = (Duration::from_millis(100) * 2_u32.pow(failures.min(6))).min(LONGEST_PAUSE);
        match result {
            Ok(()) => tracing::warn!(queue = queue.as_str(), ?pause, "a worker ended, starting it again"),
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
    let db = &shared.run.context.db;
    let strategy = WakeStrategy::new(db.wake(), poll);
    let dispatcher = Dispatcher::new(shared.clone(), slots.clone(), name);
    // One job at a time: those in a buffer would wait while other workers are idle. Not locked, because fetching does
    // that, and not acknowledged, because the dispatcher does that.
    macro_rules! worker {
        ($storage:ident, $config:path, $pool:expr) => {{
            let config = <$config>::default()
                .queue(queue.as_str())
                .batch_size(1)
                .lock_tasks(false)
                .persist_results(false)
                .heartbeat_interval(HEARTBEAT)
                .missed_heartbeats(MISSED_HEARTBEATS);
            let backend = $storage::<Raw>::new($pool)
                .with_config(config)
                .with_codec(RawCodec)
                .poll_with_strategy(strategy);
            WorkerBuilder::new(&context).backend(backend).build(dispatcher).run().boxed()
        }};
    }
    let mut worker = match db.pools() {
        Pools::Sqlite { writer, .. } => worker!(SqliteStorage, apalis_sqlite::Config, writer),
        Pools::Postgres(pool) => worker!(PostgresStorage, apalis_postgres::Config, pool),
    };
    tokio::select! {
        // First, because a worker has to begin before it can be stopped.
        biased;
        ended = &mut worker => return ended,
        () = stop.cancelled() => context.stop()?,
    }
    worker.await
}
