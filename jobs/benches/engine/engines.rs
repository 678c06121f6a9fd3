//! Engines at work, as the program runs them.

use std::time::Duration;

use muster_core::db::Db;
use muster_core::testing::World;
use muster_jobs::{Context, Engine, Mailer, Options};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// What hands nothing over needs a mail server that is never asked.
pub const NO_SMTP: &str = "smtp://127.0.0.1:1?tls=none";

/// The longest that any scenario waits for its work to be done.
const PATIENCE: Duration = Duration::from_hours(2);

pub fn context(world: &World, db: &Db, smtp: &str) -> Context {
    let nowhere = std::path::Path::new("/nonexistent");
    Context {
        db: db.clone(),
        env: world.env.clone(),
        mailer: Mailer::from_url(Some(smtp), "Muster <team@muster.test>", nowhere).expect("a mailer"),
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

    /// Waits until so many have.
    pub async fn wait(&mut self, runs: u64) {
        let wait = self.settled.wait_for(|settled| *settled >= runs);
        tokio::time::timeout(PATIENCE, wait)
            .await
            .expect("the jobs end")
            .expect("the engine runs");
    }

    pub async fn stop(self) {
        self.stop.cancel();
        self.task.await.expect("the engine ends in order");
    }
}
