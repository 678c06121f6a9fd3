//! Where a worker gets its jobs from: apalis' storage for registering, signs of life and taking over from the dead; our own
//! looking at the queue.
//!
//! apalis' way of looking loses wake-ups that come while it is looking: they are forgotten, and the job waits for the next
//! poll. Here the bell is asked again after each look. It also ends the worker when somebody has written a row that it
//! cannot read; here a row is bytes, and judging them is the dispatcher's business. And it takes one job at a time, or more
//! than can begin; here a look takes as many as there are places.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use apalis_core::backend::finalize::Ephemeral;
use apalis_core::backend::{Backend, BackendConfig};
use apalis_core::task::Task;
use apalis_core::worker::context::WorkerContext;
use apalis_postgres::PostgresStorage;
use apalis_sqlite::SqliteStorage;
use muster_core::db::{Db, Pools};
use muster_core::error::Error;
use muster_core::ids::JobId;
use muster_core::job::Queue;
use muster_core::queue::{self, Fetched};
use tokio::sync::Semaphore;
use tower::layer::util::Identity;

use crate::wake::Bell;

/// A worker that was silent for so long times so many is dead, and others take over its jobs.
pub(crate) const HEARTBEAT: Duration = Duration::from_secs(5);
pub(crate) const MISSED_HEARTBEATS: usize = 3;

/// A job that was found, as it is stored.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) job: Fetched,
    /// When the worker noticed the ping that led to it, if it is the first that the ping led to.
    pub(crate) noticed: Option<Instant>,
}

/// Why a worker could not go on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SourceError {
    #[error(transparent)]
    Sqlite(#[from] apalis_sqlite::Error),
    #[error(transparent)]
    Postgres(#[from] apalis_postgres::Error),
    #[error(transparent)]
    Queue(#[from] Error),
}

/// apalis' storage of one queue.
#[derive(Clone)]
enum Storage {
    Sqlite(SqliteStorage<()>),
    Postgres(PostgresStorage<()>),
}

type Fetch = Pin<Box<dyn Future<Output = Result<Vec<Fetched>, Error>> + Send>>;

/// The jobs of one queue, for one worker.
pub(crate) struct Source {
    storage: Storage,
    db: Db,
    queue: Queue,
    bell: Bell,
    /// The places for jobs that run. Looking happens while the dispatcher holds one of them for what is found.
    slots: Arc<Semaphore>,
    fetch: Option<Fetch>,
    found: VecDeque<Fetched>,
    noticed: Option<Instant>,
    /// Where as many jobs were as there were places for, there may be more.
    more: bool,
}

impl Source {
    pub(crate) fn new(db: &Db, queue: Queue, bell: Bell, slots: Arc<Semaphore>) -> Self {
        macro_rules! config {
            ($config:path) => {
                <$config>::default()
                    .queue(queue.as_str())
                    .heartbeat_interval(HEARTBEAT)
                    .missed_heartbeats(MISSED_HEARTBEATS)
            };
        }
        let storage = match db.pools() {
            Pools::Sqlite { writer, .. } => {
                Storage::Sqlite(SqliteStorage::new(writer).with_config(config!(apalis_sqlite::Config)))
            }
            Pools::Postgres(pool) => {
                Storage::Postgres(PostgresStorage::new(pool).with_config(config!(apalis_postgres::Config)))
            }
        };
        Self {
            storage,
            db: db.clone(),
            queue,
            bell,
            slots,
            fetch: None,
            found: VecDeque::new(),
            noticed: None,
            more: false,
        }
    }
}

/// Takes as many jobs as are due, at most so many.
async fn fetch(db: Db, queue: Queue, worker: String, most: u32) -> Result<Vec<Fetched>, Error> {
    let mut tx = db.write().await?;
    let found = queue::fetch(&mut tx, queue, &worker, most).await?;
    tx.commit().await?;
    Ok(found)
}

impl Backend for Source {
    type Task = Task<Found>;
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
    ) -> Poll<Option<Result<Task<Found>, SourceError>>> {
        loop {
            if let Some(job) = self.found.pop_front() {
                let noticed = self.noticed.take();
                return Poll::Ready(Some(Ok(Task::new(Found { job, noticed }))));
            }
            if let Some(fetch) = &mut self.fetch {
                let fetched = ready!(fetch.as_mut().poll(cx));
                self.fetch = None;
                self.found = fetched?.into();
                self.more = !self.found.is_empty();
                continue;
            }
            // Asked before each look, so that what rings during one leads to another.
            let rung = self.bell.has_rung(cx);
            if !rung && !std::mem::take(&mut self.more) {
                return Poll::Pending;
            }
            let places = u32::try_from(self.slots.available_permits()).unwrap_or(u32::MAX);
            let look = fetch(
                self.db.clone(),
                self.queue,
                worker.name().to_owned(),
                places.saturating_add(1),
            );
            self.fetch = Some(Box::pin(look));
            self.noticed = self.bell.take_noticed();
        }
    }

    fn poll_close(&mut self, _: &mut Context<'_>, _: &WorkerContext) -> Poll<Result<(), SourceError>> {
        Poll::Ready(Ok(()))
    }
}

/// A source as it is: nothing is decoded, and the dispatcher writes their ends down.
impl BackendConfig for Source {
    type Args = Found;
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
