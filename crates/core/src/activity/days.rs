//! Counting what happens, day by day, in the transaction in which it happens: what insights add up, so that they need
//! not read the log.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::error::Error;
use crate::ids::TeamId;
use crate::tx::{Tx, sql, sql_many};

/// A number of equal things on one day.
pub(crate) struct Counted {
    /// In which team.
    pub(crate) team: TeamId,
    /// Since 1970.
    pub(crate) day: i64,
    /// What.
    pub(crate) kind: String,
    /// By whom; empty for nobody.
    pub(crate) actor: String,
    /// Whether it is an event of the host product.
    pub(crate) host: bool,
    /// How many.
    pub(crate) times: i64,
}

/// The day of a moment: days since 1970, in UTC.
pub(crate) fn day(at: DateTime<Utc>) -> i64 {
    at.timestamp().div_euclid(86_400)
}

/// The date of a day.
pub(crate) fn date(day: i64) -> NaiveDate {
    DateTime::UNIX_EPOCH.date_naive() + TimeDelta::days(day)
}

/// Adds to the counts. The teams are locked, so nobody waits for anybody here.
pub(crate) async fn count(tx: &mut Tx, counted: impl Iterator<Item = Counted>) -> Result<(), Error> {
    // One statement takes each row once.
    let mut sums: BTreeMap<(TeamId, i64, String, String, bool), i64> = BTreeMap::new();
    for one in counted {
        *sums
            .entry((one.team, one.day, one.kind, one.actor, one.host))
            .or_default() += one.times;
    }
    if sums.is_empty() {
        return Ok(());
    }
    sql_many!(execute tx, &sums,
        "insert into activity_days (team_id, day, kind, actor_id, host, times)",
        |to, sum| {
            let ((team, day, kind, actor, host), times) = sum;
            to.push_bind(*team).push_bind(*day).push_bind(kind).push_bind(actor).push_bind(*host).push_bind(*times);
        },
        " on conflict (team_id, day, kind, actor_id) do update set times = activity_days.times + excluded.times")?;
    Ok(())
}

/// Before a day it is no longer told who it was: the counts stay.
pub(crate) async fn forget_people(tx: &mut Tx, team: TeamId, before: i64) -> Result<(), Error> {
    sql!(execute tx,
        "insert into activity_days (team_id, day, kind, actor_id, host, times)
             select team_id, day, kind, '', host, sum(times) from activity_days
             where team_id = $1 and day < $2 and actor_id <> '' group by team_id, day, kind, host
         on conflict (team_id, day, kind, actor_id) do update set times = activity_days.times + excluded.times",
        team, before)?;
    sql!(execute tx, "delete from activity_days where team_id = $1 and day < $2 and actor_id <> ''", team, before)?;
    Ok(())
}
