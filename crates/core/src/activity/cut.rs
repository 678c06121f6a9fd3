//! How long a team keeps its log, and cutting off what is older.
//!
//! A cut leaves the number and the signature of the last entry that went, signed by us: from there on the log can be
//! checked as before, and nobody without the key can make one.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::{Kind, NewEntry, Surface, append, days};
use crate::actor::Grant;
use crate::column::words;
use crate::env::Env;
use crate::error::{Error, Rule};
use crate::ids::TeamId;
use crate::policy::Permission;
use crate::team;
use crate::tx::{Tx, sql};

words! {
    /// How long a team keeps its log.
    Keep {
        /// For ever.
        Always = "always",
        /// 90 days.
        Days90 = "90d",
        /// A year.
        Year = "1y",
        /// Two years.
        TwoYears = "2y",
        /// Five years.
        FiveYears = "5y",
    }
}

impl Keep {
    /// How many days that is; none for ever.
    pub fn days(self) -> Option<i64> {
        match self {
            Self::Always => None,
            Self::Days90 => Some(90),
            Self::Year => Some(365),
            Self::TwoYears => Some(730),
            Self::FiveYears => Some(1826),
        }
    }

    fn of(days: Option<i64>) -> Result<Self, Error> {
        let known = Self::ALL.iter().copied().find(|keep| keep.days() == days);
        known.ok_or_else(|| Error::internal("a team keeps its log for a time that is not on offer"))
    }
}

/// How long a team keeps its log.
pub async fn keeps(tx: &mut Tx, team: TeamId) -> Result<Keep, Error> {
    Keep::of(sql!(value Option<i64>, tx, "select keep_log_days from teams where id = $1", team)?)
}

/// Keeps the log of the grant's team for another time. What is older goes with the next night.
pub async fn set_keep(tx: &mut Tx, env: &Env, grant: &Grant, keep: Keep) -> Result<(), Error> {
    grant.demand(tx, Permission::TeamSettings)?;
    let before = keeps(tx, grant.team.id).await?;
    if before == keep {
        return Err(Rule::Unchanged.into());
    }
    sql!(execute tx, "update teams set keep_log_days = $2 where id = $1", grant.team.id, keep.days())?;
    let details = json!({ "from": before.as_str(), "to": keep.as_str() });
    let entry = grant.entry(Kind::KeepChanged, &grant.team.name, details);
    append(tx, env, grant.team.id, entry).await?;
    Ok(())
}

/// Where a log begins since it was cut.
#[derive(sqlx::FromRow)]
pub(super) struct Cut {
    pub(super) through: i64,
    pub(super) head: Vec<u8>,
    at: DateTime<Utc>,
    signature: Vec<u8>,
}

impl Cut {
    pub(super) async fn of(tx: &mut Tx, team: TeamId) -> Result<Option<Self>, Error> {
        Ok(sql!(fetch_optional Self, tx,
            "select through, head, at, signature from activity_cuts where team_id = $1", team)?)
    }

    pub(super) fn is_genuine(&self, env: &Env, team: TeamId) -> bool {
        parts(team, self.through, &self.head, self.at, |parts| {
            env.keys().verify("activity-cut", parts, &self.signature)
        })
    }
}

/// Hands `then` the signed parts, in the order that every version of this program must keep.
fn parts<T>(
    team: TeamId,
    through: i64,
    head: &[u8],
    at: DateTime<Utc>,
    then: impl FnOnce(&[&[u8]]) -> T,
) -> T {
    then(&[
        team.to_string().as_bytes(),
        &through.to_be_bytes(),
        head,
        &at.timestamp_micros().to_be_bytes(),
    ])
}

/// The teams after one, in the order of their ids, that do not keep their log for ever, at most `limit`.
pub async fn due_for_cut(tx: &mut Tx, after: Option<TeamId>, limit: i64) -> Result<Vec<TeamId>, Error> {
    let after = after.map(|team| team.to_string()).unwrap_or_default();
    Ok(sql!(values TeamId, tx,
        "select id from teams where keep_log_days is not null and not purging and id > $1 order by id limit $2",
        &after, limit)?)
}

/// Cuts off the oldest entries of a team that are older than it keeps them, and what the host product told before that,
/// at most `rows` of each. Answers how many rows went; nought means that nothing is left to cut.
pub async fn cut(tx: &mut Tx, env: &Env, team: TeamId, rows: i64) -> Result<u64, Error> {
    team::lock_row(tx, team).await?;
    let Some(kept) = keeps(tx, team).await?.days() else {
        return Ok(0);
    };
    let limit = env.now() - TimeDelta::days(kept);
    let told = sql!(execute tx,
        "delete from events where id in (select id from events where team_id = $1 and at < $2 order by at limit $3)",
        team, limit, rows)?;
    days::forget_people(tx, team, days::day(limit)).await?;
    let first = sql!(value Option<i64>, tx, "select min(seq) from activity where team_id = $1", team)?;
    // The clock may have gone back meanwhile: what stands before an old entry is as old.
    let last = sql!(values i64, tx,
        "select seq from activity where team_id = $1 and at < $2 order by at desc, seq desc limit 1", team, limit)?;
    let (Some(first), Some(last)) = (first, last.into_iter().next()) else {
        return Ok(told);
    };
    if last < first {
        return Ok(told);
    }
    let through = last.min(first + rows - 1);
    let head =
        sql!(value Vec<u8>, tx, "select mac from activity where team_id = $1 and seq = $2", team, through)?;
    let at = env.now();
    let signature = parts(team, through, &head, at, |parts| {
        env.keys().sign("activity-cut", parts)
    });
    sql!(execute tx,
        "insert into activity_cuts (team_id, through, head, at, signature) values ($1, $2, $3, $4, $5)
         on conflict (team_id) do update
         set through = excluded.through, head = excluded.head, at = excluded.at, signature = excluded.signature",
        team, through, &head, at, &signature[..])?;
    let gone = sql!(execute tx, "delete from activity where team_id = $1 and seq <= $2", team, through)?;
    if through == last {
        let entry = NewEntry {
            kind: Kind::LogCut,
            actor: None,
            surface: Surface::Job,
            subject: through.to_string(),
            details: json!({ "through": through, "days": kept }),
        };
        append(tx, env, team, entry).await?;
    }
    Ok(told + gone)
}
