//! Where a worker gets its jobs from: apalis' storage for registering, signs of life and taking over from the dead; our own
//! looking at the queue.
//!
//! apalis' way of looking loses wake-ups that come while it is looking: they are forgotten, and the job waits for the next
//! poll. Here the bell is asked again after each look that found nothing.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use apalis_core::backend::finalize::Ephemeral;
use apalis_core::backend::{Backend, BackendConfig};
use apalis_core::task::Task;
use apalis_core::worker::context::WorkerContext;
use apalis_postgres::PostgresStorage;
use apalis_sqlite::SqliteStorage;
use muster_core::db::Pools;
use muster_core::ids::JobId;
use muster_core::job::Queue;
use tower::layer::util::Identity;

use crate::wake::Bell;

/// A worker that was silent for so long times so many is dead, and others take over its jobs.
pub(crate) const HEARTBEAT: Duration = Duration::from_secs(5);
pub(crate) const MISSED_HEARTBEATS: usize = 3;

/// A job's bytes. Reading them is the dispatcher's business: what fails here ends the worker.
#[derive(Debug, Clone)]
pub(crate) struct Raw {
    pub(crate) bytes: Vec<u8>,
    /// When the worker noticed the ping that led to it.
    pub(crate) noticed: Option<Instant>,
}

/// Why a worker could not go on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SourceError {
    #[error(transparent)]
    Sqlite(#[from] apalis_sqlite::Error),
    #[error(transparent)]
    Postgres(#[from] apalis_postgres::Error),
}

/// apalis' storage of one queue.
#[derive(Clone)]
enum Storage {
    Sqlite(SqliteStorage<Raw>),
    Postgres(PostgresStorage<Raw>),
}

type Fetch = Pin<Box<dyn Future<Output = Result<Option<Task<Raw>>, SourceError>> + Send>>;

/// The jobs of one queue, for one worker.
pub(crate) struct Source {
    storage: Storage,
    bell: Bell,
    fetch: Option<Fetch>,
    /// Where one job was there may be more.
    found: bool,
}

impl Source {
    pub(crate) fn new(pools: &Pools, queue: Queue, bell: Bell) -> Self {
        // One job at a time: those in a buffer would wait while other workers are idle.
        macro_rules! config {
            ($config:path) => {
                <$config>::default()
                    .queue(queue.as_str())
                    .batch_size(1)
                    .heartbeat_interval(HEARTBEAT)
                    .missed_heartbeats(MISSED_HEARTBEATS)
            };
        }
        let storage = match pools {
            Pools::Sqlite { writer, .. } => {
                Storage::Sqlite(SqliteStorage::new(writer).with_config(config!(apalis_sqlite::Config)))
            }
            Pools::Postgres(pool) => {
                Storage::Postgres(PostgresStorage::new(pool).with_config(config!(apalis_postgres::Config)))
            }
        };
        Self {
            storage,
            bell,
            fetch: None,
            found: false,
        }
    }
}

/// Takes the next job that is due, if there is one.
async fn fetch(
    storage: Storage,
    worker: WorkerContext,
    noticed: Option<Instant>,
) -> Result<Option<Task<Raw>>, SourceError> {
    let mut tasks = match storage {
        Storage::Sqlite(storage) => {
            let mut tx = storage.pool().begin().await.map_err(apalis_sqlite::Error::from)?;
            let tasks = apalis_sqlite::queries::fetch_next(&mut *tx, storage.config(), &worker).await?;
            tx.commit().await.map_err(apalis_sqlite::Error::from)?;
            tasks
        }
        Storage::Postgres(storage) => {
            let mut tx = storage
                .pool()
                .begin()
                .await
                .map_err(apalis_postgres::Error::from)?;
            let tasks = apalis_postgres::queries::fetch_next(&mut *tx, storage.config(), &worker).await?;
            tx.commit().await.map_err(apalis_postgres::Error::from)?;
            tasks
        }
    };
    Ok(tasks
        .pop()
        .map(|task| task.map_args(|bytes| Raw { bytes, noticed })))
}

impl Backend for Source {
    type Task = Task<Raw>;
    type Error = SourceError;

    fn poll_ready(&mut self, cx: &mut Context<'_>, worker: &WorkerContext) -> Poll<Result<(), SourceError>> {
        // First things first: on SQLite a look that is under way holds the connection that a sign of life needs.
        if self.fetch.is_some() {
            return Poll::Ready(Ok(()));
        }
        match &mut self.storage {
            Storage::Sqlite(storage) => storage.poll_ready(cx, worker).map_err(Into::into),
            Storage::Postgres(storage) => storage.poll_ready(cx, worker).map_err(Into::into),
        }
    }

    fn poll_next(
        &mut self,
        cx: &mut Context<'_>,
        worker: &WorkerContext,
    ) -> Poll<Option<Result<Task<Raw>, SourceError>>> {
        loop {
            if let Some(fetch) = &mut self.fetch {
                let fetched = ready!(fetch.as_mut().poll(cx));
                self.fetch = None;
                if let Some(fetched) = fetched.transpose() {
                    self.found = true;
                    return Poll::Ready(Some(fetched));
                }
            }
            // Asked before each look, so that what rings during one leads to another.
            let rung = self.bell.has_rung(cx);
            if !rung && !std::mem::take(&mut self.found) {
                return Poll::Pending;
            }
            let noticed = self.bell.take_noticed();
            self.fetch = Some(Box::pin(fetch(self.storage.clone(), worker.clone(), noticed)));
        }
    }

    fn poll_close(&mut self, _: &mut Context<'_>, _: &WorkerContext) -> Poll<Result<(), SourceError>> {
        Poll::Ready(Ok(()))
    }
}

/// A source as it is: its jobs are not decoded, and the dispatcher writes their ends down.
impl BackendConfig for Source {
    type Args = Raw;
    type Id = JobId;
    type Kind = Ephemeral;
    type Config = ();
    type Layer = Identity;

    fn config(&self) -> &() {
        &()
    }

    fn middleware(&mut self, _: &mut WorkerContext) -> Identity {
        Identity::new()
    }
}
