//! Engines at work, as the program runs them.

use muster_core::db::Db;
use muster_core::job::Queue;
use muster_core::queue;
use muster_core::testing::World;
use muster_jobs::{Context, Engine, Mailer, Options};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// What hands nothing over needs a mail server that is never asked.
pub const NO_SMTP: &str = "smtp://127.0.0.1:1?tls=none";

pub fn context(world: &World, db: &Db, smtp: &str) -> Context {
    let nowhere = std::path::Path::new("/nonexistent");
    Context {
        db: db.clone(),
        env: world.env.clone(),
        mailer: Mailer::from_url(Some(smtp), "Muster <team@muster.test>", nowhere).expect("a mailer"),
        metrics: muster_jobs::Metrics::default(),
        discord: None,
        public_url: "https://muster.example".parse().expect("a URL"),
    }
}

/// The usual settings, but that nothing is done by the clock.
pub fn without_clock() -> Options {
    Options {
        schedule: false,
        ..Options::default()
    }
}

/// An engine that runs until it is told to stop.
pub struct Running {
    settled: watch::Receiver<u64>,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Running {
    pub fn start(engine: Engine) -> Self {
        let (settled, stop) = (engine.settled(), CancellationToken::new());
        let task = tokio::spawn(engine.run(stop.clone()));
        Self { settled, stop, task }
    }

    /// How many runs have ended and are written down.
    pub fn settled(&self) -> u64 {
        *self.settled.borrow()
    }

    pub async fn stop(self) {
        self.stop.cancel();
        self.task.await.expect("the engine ends in order");
    }
}

/// How many jobs wait, run or will be tried again.
pub async fn live(db: &Db) -> i64 {
    let mut tx = db.read().await.expect("a transaction");
    let mut live = 0;
    for queue in Queue::ALL {
        live += queue::live(&mut tx, queue)
            .await
            .expect("the queue can be counted");
    }
    live
}
