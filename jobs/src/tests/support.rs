//! A team, an SMTP server, and an engine on the test's database between them.

use std::collections::BTreeMap;
use std::time::Duration;

use muster_core::actor::Actor;
use muster_core::db::{Db, Pools};
use muster_core::email::{self, Delivery};
use muster_core::ids::TeamId;
use muster_core::invitation::{self, Invitation, NewInvitation};
use muster_core::job::Queue;
use muster_core::policy::{Permission, RoleKey};
use muster_core::queue;
use muster_core::testing::World;
use muster_core::text::{self, EmailAddress};
use smtp_sink::SmtpSink;
use sqlx::AssertSqlSafe;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::dispatcher::Handler;
use crate::{Context, Engine, Mailer, Options, ScheduleName, tick};

pub(super) const PATIENCE: Duration = Duration::from_secs(20);

/// Tries again at once, and asks for scheduled jobs only when told to.
pub(super) fn impatient() -> Options {
    Options {
        schedule: false,
        backoff: |_| Duration::ZERO,
        ..Options::default()
    }
}

/// Pauses as the program does, and asks for scheduled jobs only when told to.
fn in_time() -> Options {
    Options {
        schedule: false,
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
        metrics: crate::Metrics::default(),
    }
}

/// A team of Ada's, and the mail server that its invitations go to.
pub(super) struct Scene<'a> {
    pub(super) world: &'a World,
    pub(super) sink: SmtpSink,
    pub(super) ada: Actor,
    pub(super) team: TeamId,
}

impl<'a> Scene<'a> {
    pub(super) async fn new(world: &'a World) -> Self {
        Self::named(world, "Ada", "Aurora").await
    }

    pub(super) async fn named(world: &'a World, founder: &str, team: &str) -> Self {
        Self::with(world, SmtpSink::start().await, founder, team).await
    }

    pub(super) async fn with(world: &'a World, sink: SmtpSink, founder: &str, team: &str) -> Self {
        let (ada, team) = world.founder(1, founder, team, "campaigns").await;
        Self {
            world,
            sink,
            ada,
            team,
        }
    }

    /// Begins to send, and tries again at once.
    pub(super) fn send(&self) -> Running {
        Running::start(self.world, &self.sink.url())
    }

    /// Begins to send, and tries again by the clock as the program does; [`Running::sweep`] looks at the clock.
    pub(super) fn send_in_time(&self) -> Running {
        self.send_in_time_to(&self.sink.url())
    }

    /// The same to another URL.
    pub(super) fn send_in_time_to(&self, url: &str) -> Running {
        Running::start_with(
            context(&self.world.db, self.world, url),
            in_time(),
            crate::perform,
        )
    }

    /// The same with less patience for the mail server.
    pub(super) fn send_within(&self, timeout: Duration) -> Running {
        let mut context = context(&self.world.db, self.world, &self.sink.url());
        context.mailer = context.mailer.with_timeout(timeout);
        Running::start_with(context, in_time(), crate::perform)
    }

    pub(super) async fn invite(&self, email: &str) -> Invitation {
        let invited = self.world.invite(self.ada, self.team, email, "member").await;
        invited.expect("an invitation of Ada's team")
    }

    pub(super) async fn invite_with_note(&self, email: &str, note: &str) -> Invitation {
        let mut tx = self.world.db.write().await.unwrap();
        let grant = self
            .ada
            .may(&mut tx, self.team, Permission::MembersInvite)
            .await
            .unwrap();
        let new = NewInvitation {
            email: EmailAddress::parse(email).unwrap(),
            role: RoleKey::parse("member").unwrap(),
            details: BTreeMap::new(),
            note: text::note(note).unwrap(),
        };
        let sent = invitation::send(&mut tx, &self.world.env, &grant, new).await;
        tx.commit().await.unwrap();
        sent.unwrap().invitation
    }

    pub(super) async fn delivery(&self, invitation: &Invitation) -> Delivery {
        delivery(self.world, invitation).await
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
        let db = self.context.db.clone();
        self.until(async || live(&db).await == 0).await;
    }

    /// Waits until something is so, looking again whenever a run has ended.
    pub(super) async fn until(&mut self, so: impl AsyncFn() -> bool) {
        let waiting = async {
            loop {
                self.settled.borrow_and_update();
                if so().await {
                    return;
                }
                self.settled.changed().await.unwrap();
            }
        };
        tokio::time::timeout(PATIENCE, waiting)
            .await
            .expect("it becomes so");
    }

    /// Waits until so many runs have ended.
    pub(super) async fn settled(&mut self, runs: u64) {
        let settled = self.settled.wait_for(|settled| *settled >= runs);
        tokio::time::timeout(PATIENCE, settled)
            .await
            .expect("that many runs end")
            .unwrap();
    }

    /// Has every mail that is due by the test's clock tried again.
    pub(super) async fn sweep(&self) {
        let now = self.context.env.now();
        tick(&self.context, ScheduleName::SweepEmails, now).await.unwrap();
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
