//! An engine on a test's database, sending to a test's SMTP server.

use std::time::Duration;

use muster_core::db::{Db, Pools};
use muster_core::email::{self, Delivery};
use muster_core::invitation::Invitation;
use muster_core::job::Queue;
use muster_core::queue;
use muster_core::testing::World;
use sqlx::AssertSqlSafe;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::dispatcher::Handler;
use crate::{Context, Engine, Mailer, Options};

pub(super) const PATIENCE: Duration = Duration::from_secs(20);

/// Tries again at once, and asks for scheduled jobs only when told to.
pub(super) fn impatient() -> Options {
    Options {
        schedule: false,
        backoff: |_| Duration::ZERO,
        ..Options::default()
    }
}

pub(super) fn context(db: &Db, world: &World, smtp: &str) -> Context {
    let nowhere = std::path::Path::new("/nonexistent");
    let mailer = Mailer::from_url(Some(smtp), "Muster <team@muster.test>", nowhere).unwrap();
    let public_url = "https://muster.example".parse().unwrap();
    Context {
        db: db.clone(),
        env: world.env.clone(),
        mailer,
        discord: None,
        public_url,
    }
}

/// An engine at work.
pub(super) struct Running {
    pub(super) context: Context,
    pub(super) stop: CancellationToken,
    pub(super) settled: watch::Receiver<u64>,
    task: JoinHandle<()>,
}

impl Running {
    pub(super) fn start(world: &World, smtp: &str) -> Self {
        Self::start_with(context(&world.db, world, smtp), impatient(), crate::perform)
    }

    pub(super) fn start_with(context: Context, options: Options, handler: Handler) -> Self {
        let engine = Engine::with_handler(context.clone(), options, handler);
        let (stop, settled) = (CancellationToken::new(), engine.settled());
        let task = tokio::spawn(engine.run(stop.clone()));
        Self {
            context,
            stop,
            settled,
            task,
        }
    }

    /// Waits until no job is left that waits, runs or will be tried again.
    pub(super) async fn idle(&mut self) {
        let idle = async {
            loop {
                self.settled.borrow_and_update();
                if live(&self.context.db).await == 0 {
                    return;
                }
                self.settled.changed().await.unwrap();
            }
        };
        tokio::time::timeout(PATIENCE, idle).await.expect("all jobs end");
    }

    /// Waits until so many runs have ended.
    pub(super) async fn settled(&mut self, runs: u64) {
        let settled = self.settled.wait_for(|settled| *settled >= runs);
        tokio::time::timeout(PATIENCE, settled)
            .await
            .expect("that many runs end")
            .unwrap();
    }

    /// Stops and waits for the end.
    pub(super) async fn stop(self) {
        self.stop.cancel();
        tokio::time::timeout(PATIENCE, self.task)
            .await
            .expect("the engine ends")
            .unwrap();
    }
}

async fn live(db: &Db) -> i64 {
    let mut tx = db.read().await.unwrap();
    let mut live = 0;
    for queue in Queue::ALL {
        live += queue::live(&mut tx, queue).await.unwrap();
    }
    live
}

/// The deliveries of an invitation's mails.
pub(super) async fn deliveries(world: &World, invitation: &Invitation) -> Vec<Delivery> {
    let mut tx = world.db.read().await.unwrap();
    email::of_invitation(&mut tx, invitation.id).await.unwrap()
}

/// The one delivery of an invitation that was mailed once.
pub(super) async fn delivery(world: &World, invitation: &Invitation) -> Delivery {
    let mut all = deliveries(world, invitation).await;
    assert_eq!(all.len(), 1);
    all.remove(0)
}

/// Meddles with the queue's table, which the text calls `JOBS`.
pub(super) async fn meddle(db: &Db, sql: &str) -> u64 {
    match db.pools() {
        Pools::Sqlite { writer, .. } => {
            let sql = sql.replace("JOBS", "Jobs");
            sqlx::query(AssertSqlSafe(sql))
                .execute(writer)
                .await
                .unwrap()
                .rows_affected()
        }
        Pools::Postgres(pool) => {
            let sql = sql.replace("JOBS", "apalis.jobs");
            sqlx::query(AssertSqlSafe(sql))
                .execute(pool)
                .await
                .unwrap()
                .rows_affected()
        }
    }
}

/// How many rows of the queue's table, which the text calls `JOBS`, a query counts.
pub(super) async fn count(db: &Db, sql: &str) -> i64 {
    match db.pools() {
        Pools::Sqlite { writer, .. } => sqlx::query_scalar(AssertSqlSafe(sql.replace("JOBS", "Jobs")))
            .fetch_one(writer)
            .await
            .unwrap(),
        Pools::Postgres(pool) => sqlx::query_scalar(AssertSqlSafe(sql.replace("JOBS", "apalis.jobs")))
            .fetch_one(pool)
            .await
            .unwrap(),
    }
}
