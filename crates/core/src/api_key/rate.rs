//! How many requests a key may make in a minute, counted in the database, so that neither a restart nor another replica
//! gives anybody more.
//!
//! A process takes requests for a key in shares and hands them out from memory, so that reading does not write each time.
//! What it has taken counts as used, whether or not it was: the limit is never passed, at worst not quite reached.

use chrono::{DateTime, DurationRound, TimeDelta, Utc};

use crate::column::words;
use crate::env::Env;
use crate::error::Error;
use crate::ids::ApiKeyId;
use crate::tx::{Tx, sql};

words! {
    /// What is counted apart.
    Bucket {
        /// Requests that only look.
        Reads = "reads",
        /// Requests that may change something.
        Changes = "changes",
    }
}

/// How long the requests of one window count.
pub const WINDOW: TimeDelta = TimeDelta::minutes(1);

/// Requests that a process may let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// When the window began that they are of.
    pub since: DateTime<Utc>,
    /// How many.
    pub got: u32,
    /// How many are left for others to take.
    pub left: u32,
}

#[derive(sqlx::FromRow)]
struct Row {
    minute: DateTime<Utc>,
    used: i64,
}

/// Takes up to `want` of the requests that a key may make in this window; none when they are used up.
pub async fn take(
    tx: &mut Tx,
    env: &Env,
    key: ApiKeyId,
    bucket: Bucket,
    limit: u32,
    want: u32,
) -> Result<Share, Error> {
    let now = env.now();
    let minute = now.duration_trunc(WINDOW).map_err(Error::internal)?;
    sql!(execute tx,
        "insert into api_rates (key_id, team_id, bucket, minute, used)
         select id, team_id, $2, $3, 0 from api_keys where id = $1 on conflict (key_id, bucket) do nothing",
        key, bucket, minute)?;
    let row = sql!(lock Row, tx, "select minute, used from api_rates where key_id = $1 and bucket = $2", key, bucket)?
        .ok_or(Error::NotFound("API key"))?;
    // A replica whose clock is a little ahead is followed. What lies further ahead was written by a clock that was wrong.
    let ahead = row.minute > minute && row.minute <= minute + WINDOW;
    let (since, used) = if row.minute == minute || ahead {
        (row.minute, row.used)
    } else {
        (minute, 0)
    };
    let free = (i64::from(limit) - used).max(0);
    let got = free.min(i64::from(want));
    sql!(execute tx,
        "update api_rates set minute = $3, used = $4 where key_id = $1 and bucket = $2", key, bucket, since, used + got)?;
    let whole = |number: i64| u32::try_from(number).unwrap_or_default();
    Ok(Share {
        since,
        got: whole(got),
        left: whole(free - got),
    })
}
