//! What all connections and the owner of the server share, and how one waits for the other without polling.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use crate::mail::Mail;
use crate::said::Said;
use crate::script::{Answer, Script, Stage, consult};
use crate::setup::Setup;

#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) connections: usize,
    /// How many mails were taken, kept or not.
    pub(crate) count: usize,
    pub(crate) message_ids: Vec<String>,
    pub(crate) said: Vec<Said>,
    pub(crate) mails: Vec<Mail>,
    /// How many of `mails` were handed out by `next_mail`.
    pub(crate) taken: usize,
    pub(crate) scripts: Vec<Script>,
    /// Connections that have not ended.
    pub(crate) open: usize,
    /// Connections stalled and not yet released.
    pub(crate) stalled: usize,
    /// How often `release` was called: a stalled connection waits for this to grow.
    pub(crate) releases: u64,
    reached: [usize; Stage::COUNT],
}

impl State {
    pub(crate) fn reached(&self, stage: Stage) -> usize {
        self.reached[stage.index()]
    }

    fn summary(&self) -> String {
        let mut text = format!(
            "{} connections, {} attempts, {} mails",
            self.connections,
            self.reached(Stage::Mail),
            self.count
        );
        for (index, mail) in self.mails.iter().enumerate() {
            let taken = if index < self.taken { " (taken)" } else { "" };
            let _ = write!(text, "\n  to {}: {:?}{taken}", mail.to.join(", "), mail.subject);
        }
        text
    }
}

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) setup: Setup,
    state: Mutex<State>,
    changed: watch::Sender<()>,
}

impl Shared {
    pub(crate) fn new(setup: Setup) -> Shared {
        Shared {
            setup,
            state: Mutex::default(),
            changed: watch::channel(()).0,
        }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        // A panic under the lock comes from a test's own predicate; the state is whole even then.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let value = change(&mut self.lock());
        self.changed.send_replace(());
        value
    }

    /// Notes that a connection reached the stage and says what was scripted for it.
    pub(crate) fn reach(&self, stage: Stage, recipients: &[String]) -> Option<Answer> {
        self.change(|state| {
            state.reached[stage.index()] += 1;
            consult(&mut state.scripts, stage, recipients)
        })
    }

    pub(crate) fn stall(self: &Arc<Self>) -> Stall {
        let since = self.change(|state| {
            state.stalled += 1;
            state.releases
        });
        Stall {
            shared: Arc::clone(self),
            since,
        }
    }

    /// Waits until `find` finds something, trying again after every change.
    pub(crate) async fn wait<T>(
        &self,
        what: &str,
        patience: Duration,
        mut find: impl FnMut(&mut State) -> Option<T>,
    ) -> T {
        // Subscribed before the first look, so that no change falls between looking and waiting.
        let mut changed = self.changed.subscribe();
        let found = tokio::time::timeout(patience, async {
            loop {
                if let Some(found) = find(&mut self.lock()) {
                    return found;
                }
                changed.changed().await.expect("the sender lives in self");
            }
        });
        found.await.unwrap_or_else(|_| {
            panic!(
                "waited {patience:?} for {what}; there were {}",
                self.lock().summary()
            )
        })
    }
}

/// A connection that is being silent. Counts as stalled until released or dropped.
#[derive(Debug)]
pub(crate) struct Stall {
    shared: Arc<Shared>,
    since: u64,
}

impl Stall {
    pub(crate) async fn released(&self) {
        let mut changed = self.shared.changed.subscribe();
        while self.shared.lock().releases == self.since {
            changed.changed().await.expect("the sender lives in shared");
        }
    }
}

impl Drop for Stall {
    fn drop(&mut self) {
        self.shared.change(|state| {
            // A release has already taken everything before it off the count.
            if state.releases == self.since {
                state.stalled -= 1;
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::tests::nowhere;

    #[tokio::test]
    #[should_panic(
        expected = "waited 1ms for another mail; there were 0 connections, 1 attempts, 1 mails\n  to a@b.example: \"one\" (taken)"
    )]
    async fn waiting_in_vain_fails_and_says_what_there_was() {
        let shared = Shared::new(Setup::default());
        shared.reach(Stage::Mail, &[]);
        shared.change(|state| {
            let mut envelope = nowhere();
            envelope.to.push("a@b.example".to_owned());
            state
                .mails
                .push(Mail::parse(envelope, b"Subject: one\r\n\r\n".to_vec()));
            (state.count, state.taken) = (1, 1);
        });
        shared
            .wait("another mail", Duration::from_millis(1), |_| None::<()>)
            .await;
    }
}
