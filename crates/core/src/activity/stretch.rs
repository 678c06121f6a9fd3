//! The log as programs read it: from the newest entry on, as far back as they like.

use chrono::{DateTime, Utc};

use super::{Entry, Filter};
use crate::actor::Grant;
use crate::error::Error;
use crate::page::END_OF_TIME;
use crate::policy::Permission;
use crate::tx::{Tx, sql};

/// Which entries a program wants.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    /// Those that a filter leaves.
    pub filter: Filter,
    /// Those before a moment.
    pub until: Option<DateTime<Utc>>,
    /// Those before the one with this number.
    pub before: Option<i64>,
    /// How many at most.
    pub limit: u32,
}

/// Reads entries by a condition whose first parameters are the team, the number and the moment to stay before.
macro_rules! before {
    ($tx:expr, $condition:literal, $limit:literal, $($arg:expr),*) => {
        sql!(fetch_all Entry, $tx,
            concat!("select seq, at, kind, actor_id, actor_name, surface, subject, details from activity
                     where team_id = $1 and seq < $2 and at < $3", $condition, " order by seq desc limit ", $limit),
            $($arg),*)
    };
}

/// Entries of the grant's team, newest first, and whether others follow.
pub async fn stretch(tx: &mut Tx, grant: &Grant, wanted: &Wanted) -> Result<(Vec<Entry>, bool), Error> {
    grant.demand(tx, Permission::ActivityView)?;
    let team = grant.team.id;
    let Filter { kind, member, since } = wanted.filter;
    let before = wanted.before.unwrap_or(i64::MAX);
    let until = wanted.until.unwrap_or(END_OF_TIME);
    let since = since.unwrap_or_default();
    let limit = i64::from(wanted.limit) + 1;
    // As in the lists for people, one text for what each index begins with.
    let mut rows = match (member, kind) {
        (Some(member), kind) => before!(
            tx,
            " and at >= $4 and (member_id = $5 or actor_id = (select account_id from members where team_id = $1 and id = $5))
              and ($6 is null or kind = $6)",
            "$7", team, before, until, since, member, kind, limit)?,
        (None, Some(kind)) => {
            before!(tx, " and at >= $4 and kind = $5", "$6", team, before, until, since, kind, limit)?
        }
        (None, None) => before!(tx, " and at >= $4", "$5", team, before, until, since, limit)?,
    };
    let more = rows.len() > wanted.limit as usize;
    rows.truncate(wanted.limit as usize);
    Ok((rows, more))
}
