//! The one lock around the state, and waiting for it to change.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::faults::FaultBox;
use crate::world::World;

/// What the server, the handles and the people share.
#[derive(Debug)]
pub(crate) struct Shared {
    world: Mutex<World>,
    changes: watch::Sender<u64>,
    pub faults: Mutex<FaultBox>,
    /// How long a person looks at "is thinking…" before giving up, in real time.
    pub patience: Mutex<Duration>,
}

/// A lock that a panicking test thread left behind still holds usable state.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    pub fn new(url: String) -> Self {
        Self {
            world: Mutex::new(World::new(url)),
            changes: watch::Sender::new(0),
            faults: Mutex::new(FaultBox::default()),
            patience: Mutex::new(Duration::from_secs(20)),
        }
    }

    /// Looks at the state.
    pub fn read<R>(&self, look: impl FnOnce(&World) -> R) -> R {
        look(&lock(&self.world))
    }

    /// Changes the state and wakes everyone who waits.
    pub fn write<R>(&self, change: impl FnOnce(&mut World) -> R) -> R {
        let result = change(&mut lock(&self.world));
        self.changes.send_modify(|version| *version += 1);
        result
    }

    /// Waits in real time until `look` finds something.
    pub async fn wait<R>(&self, within: Duration, look: impl Fn(&World) -> Option<R>) -> Option<R> {
        let mut changes = self.changes.subscribe();
        let end = Instant::now() + within;
        loop {
            if let Some(found) = self.read(&look) {
                return Some(found);
            }
            if tokio::time::timeout_at(end, changes.changed()).await.is_err() {
                return self.read(&look);
            }
        }
    }

    /// Waits until `look` finds something, this Discord's clock, which a test may move or hold, passes `end`, or
    /// patience ends.
    pub async fn wait_until<R>(&self, end: DateTime<Utc>, look: impl Fn(&World) -> Option<R>) -> Option<R> {
        let mut changes = self.changes.subscribe();
        let give_up = Instant::now() + *lock(&self.patience);
        loop {
            let (found, now) = self.read(|world| (look(world), world.now()));
            if found.is_some() || now > end || Instant::now() >= give_up {
                return found;
            }
            let left = (end - now).to_std().unwrap_or_default() + Duration::from_millis(1);
            let look_again = give_up.min(Instant::now() + left);
            // Either way the loop looks again; only the clocks decide that it is over.
            let _ = tokio::time::timeout_at(look_again, changes.changed()).await;
        }
    }
}
