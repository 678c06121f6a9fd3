//! What the jobs work with, and how the engine may be set up.

use std::time::Duration;

use muster_core::db::Db;
use muster_core::env::Env;
use url::Url;

use crate::discord::Messenger;
use crate::dispatcher::Slot;
use crate::hooks::Hooks;
use crate::ledger::Ledger;
use crate::mailer::Mailer;
use crate::metrics::Metrics;
use crate::slow::Slow;

/// What the jobs work with. Cheap to clone.
#[derive(Clone)]
pub struct Context {
    /// The database, which holds the queue too.
    pub db: Db,
    /// The clock, randomness and the keys.
    pub env: Env,
    /// Where mails go.
    pub mailer: Mailer,
    /// The bot's voice, if there is a bot.
    pub discord: Option<Messenger>,
    /// Where people reach our pages: links in mails begin so.
    pub public_url: Url,
    /// Where what is done is counted.
    pub metrics: Metrics,
}

/// How the engine runs.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Whether the clock asks for jobs. Tests and the demo ask by [`crate::tick`] instead.
    pub schedule: bool,
    /// How often a worker looks at its queue when nothing has woken it.
    pub poll: Duration,
    /// How long running jobs get to end when the engine stops.
    pub grace: Duration,
    /// The pause after the attempt of this number, before it is scattered.
    pub backoff: fn(u32) -> Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            schedule: true,
            poll: Duration::from_millis(500),
            grace: Duration::from_secs(30),
            backoff,
        }
    }
}

/// The pause after an attempt: 30 seconds, doubled with each one, at most an hour.
pub fn backoff(attempt: u32) -> Duration {
    const FIRST: Duration = Duration::from_secs(30);
    const LONGEST: Duration = Duration::from_hours(1);
    (FIRST * 2_u32.pow(attempt.clamp(1, 8) - 1)).min(LONGEST)
}

/// What all runs of an engine share. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Engaged {
    pub(crate) context: Context,
    pub(crate) backoff: fn(u32) -> Duration,
    pub(crate) ledger: Ledger,
    pub(crate) slow: Slow,
    pub(crate) hooks: Hooks,
}

impl Engaged {
    /// The pause after an attempt, scattered by a fifth either way, so that what failed together does not come back
    /// together.
    pub(crate) fn pause(&self, attempt: u32) -> Duration {
        let random = f64::from(u16::from_le_bytes(self.context.env.random()));
        (self.backoff)(attempt).mul_f64(0.8 + 0.4 * random / f64::from(u16::MAX))
    }

    /// How long a run waits that follows two or more, up to two seconds: one of those that died with their process may
    /// have taken it down. Beginning at different moments, it takes few of the others along.
    pub(crate) fn stagger(&self, attempt: u32) -> Duration {
        const LONGEST: Duration = Duration::from_secs(2);
        let random = f64::from(u16::from_le_bytes(self.context.env.random()));
        (Duration::from_millis(250) * attempt)
            .min(LONGEST)
            .mul_f64(random / f64::from(u16::MAX))
    }
}

/// What a handler is given for one run.
#[derive(Clone)]
pub(crate) struct Run {
    pub(crate) engaged: Engaged,
    pub(crate) slot: Slot,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_an_hour() {
        let seconds: Vec<u64> = [1, 2, 3, 7, 8, 40]
            .map(|attempt| backoff(attempt).as_secs())
            .to_vec();
        assert_eq!(seconds, [30, 60, 120, 1920, 3600, 3600]);
    }
}
