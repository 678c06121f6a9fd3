//! How many requests a key may make in a minute: shares of them are taken from the database and handed out from memory.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};
use muster_core::api_key::{self, Bucket, Share, WINDOW};
use muster_core::error::Error;
use muster_core::ids::ApiKeyId;

use crate::web::Web;

/// How many requests a key may make in a minute.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Requests that only look.
    pub reads: u32,
    /// Requests that may change something.
    pub changes: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            reads: 6_000,
            changes: 600,
        }
    }
}

impl Limits {
    fn of(self, bucket: Bucket) -> u32 {
        match bucket {
            Bucket::Reads => self.reads,
            Bucket::Changes => self.changes,
        }
    }
}

/// How a key stands after a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// What was counted.
    pub bucket: Bucket,
    /// How many there are in a minute.
    pub limit: u32,
    /// How many are left, as far as this process knows.
    pub left: u32,
    /// When the next minute begins.
    pub until: DateTime<Utc>,
    /// Whether this request was one too many.
    pub exceeded: bool,
}

/// Counts requests for every key.
pub struct Limiter {
    limits: Limits,
    held: Mutex<HashMap<(ApiKeyId, Bucket), Share>>,
}

/// A share is a part of the limit, so that a process which ends wastes little, and at most so much.
const SHARE: u32 = 100;
/// How many keys are remembered before those of past minutes are forgotten.
const REMEMBERED: usize = 10_000;

impl Limiter {
    /// One that has counted nothing yet.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            held: Mutex::default(),
        }
    }

    /// Counts a request, if that can be done from memory.
    pub fn count(&self, key: ApiKeyId, bucket: Bucket, now: DateTime<Utc>) -> Option<Rate> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let share = held.get_mut(&(key, bucket)).filter(|share| is_of(share, now))?;
        if share.got == 0 && share.left > 0 {
            return None;
        }
        let exceeded = share.got == 0;
        share.got = share.got.saturating_sub(1);
        Some(Rate {
            bucket,
            limit: self.limits.of(bucket),
            left: share.got + share.left,
            until: share.since + WINDOW,
            exceeded,
        })
    }

    /// Takes another share from the database and counts a request.
    pub async fn count_anew(&self, site: &Web, key: ApiKeyId, bucket: Bucket) -> Result<Rate, Error> {
        let limit = self.limits.of(bucket);
        let want = (limit / 20).clamp(1, SHARE);
        let mut tx = site.db.write().await?;
        let taken = api_key::take(&mut tx, &site.env, key, bucket, limit, want).await?;
        tx.commit().await?;
        // The one that asked is let in before others can use the share up.
        let rest = Share {
            got: taken.got.saturating_sub(1),
            ..taken
        };
        self.keep(key, bucket, rest, site.env.now());
        Ok(Rate {
            bucket,
            limit,
            left: rest.got + rest.left,
            until: taken.since + WINDOW,
            exceeded: taken.got == 0,
        })
    }

    fn keep(&self, key: ApiKeyId, bucket: Bucket, taken: Share, now: DateTime<Utc>) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.len() >= REMEMBERED {
            held.retain(|_, share| is_of(share, now));
        }
        held.entry((key, bucket))
            .and_modify(|share| {
                let before = if share.since == taken.since { share.got } else { 0 };
                *share = Share {
                    got: before + taken.got,
                    ..taken
                };
            })
            .or_insert(taken);
    }
}

/// Whether a share is of this minute, or of the next one by a clock that is a little ahead.
fn is_of(share: &Share, now: DateTime<Utc>) -> bool {
    now < share.since + WINDOW && share.since <= now + WINDOW
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn a_share_is_handed_out_once_and_only_in_its_minute() {
        let limiter = Limiter::new(Limits { reads: 5, changes: 1 });
        let (key, since) = (
            "01JZ0000000000000000000000".parse().unwrap(),
            DateTime::UNIX_EPOCH,
        );
        let count = |now| {
            limiter
                .count(key, Bucket::Reads, now)
                .map(|rate| (rate.left, rate.exceeded))
        };
        assert_eq!(count(since), None);
        let share = Share {
            since,
            got: 2,
            left: 3,
        };
        limiter.keep(key, Bucket::Reads, share, since);
        assert_eq!(count(since), Some((4, false)));
        assert_eq!(count(since), Some((3, false)));
        // Others are left to take.
        assert_eq!(count(since), None);
        limiter.keep(
            key,
            Bucket::Reads,
            Share {
                got: 1,
                left: 0,
                ..share
            },
            since,
        );
        assert_eq!(count(since), Some((0, false)));
        assert_eq!(count(since), Some((0, true)));
        assert_eq!(count(since + TimeDelta::minutes(1)), None);
    }
}
