//! Mails that the mail server takes its time with, by team.
//!
//! A server that is silent about one team's recipients would soon hold every place there is, each for half a minute. So a
//! mail that takes long gives up its place, and a team that has several such mails lets those of others go first.

use std::collections::HashMap;
use std::future::pending;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use muster_core::ids::TeamId;

use crate::dispatcher::Slot;

/// A mail server that works answers well within this.
const LONG: Duration = Duration::from_secs(2);
/// How many of a team's mails may take long before its next ones wait.
const OF_A_TEAM: usize = 4;
/// How many mails may take long and have given up their places: each holds a connection.
const OF_ALL: usize = 64;

/// The mails that take long at this moment. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Slow(Arc<Mutex<HashMap<Option<TeamId>, usize>>>);

impl Slow {
    /// Whether a team's next mail should wait for those of others.
    pub(crate) fn crowded(&self, team: Option<TeamId>) -> bool {
        team.is_some() && self.counts().get(&team).is_some_and(|count| *count >= OF_A_TEAM)
    }

    /// Counts a mail once it has taken long, for as long as this is not dropped. Never ends.
    pub(crate) async fn watch(&self, team: Option<TeamId>, slot: &Slot) {
        tokio::time::sleep(LONG).await;
        let _counted = self.count(team, slot);
        pending::<()>().await;
    }

    fn count(&self, team: Option<TeamId>, slot: &Slot) -> Counted {
        let mut counts = self.counts();
        if counts.values().sum::<usize>() < OF_ALL {
            slot.give_up();
        }
        *counts.entry(team).or_default() += 1;
        Counted {
            slow: self.clone(),
            team,
        }
    }

    fn counts(&self) -> MutexGuard<'_, HashMap<Option<TeamId>, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A mail that counts as slow until this is dropped.
struct Counted {
    slow: Slow,
    team: Option<TeamId>,
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut counts = self.slow.counts();
        if let Some(count) = counts.get_mut(&self.team) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.team);
            }
        }
    }
}
