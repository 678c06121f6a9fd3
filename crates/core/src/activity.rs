//! The append-only log of a team: who did what to whom.
//!
//! Entries are numbered without gaps, and each is signed together with the signature of the one before, so that an
//! edited, missing or reordered entry shows. The team's row holds the last number and signature; it is locked while an
//! entry is added.

mod chain;
mod cut;
pub(crate) mod days;
mod everywhere;
mod export;
mod kind;
mod list;
mod stretch;
mod verify;

pub use chain::append;
pub(crate) use chain::append_all;
pub use cut::{Keep, cut, due_for_cut, keeps, set_keep};
pub(crate) use everywhere::append_everywhere;
pub use export::{Format, Leaving, export};
pub use kind::{Kind, Surface};
pub use list::{Filter, list, since};
pub use stretch::{Wanted, stretch};
pub use verify::{Flaw, verify};

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::error::Error;
use crate::ids::{AccountId, MemberId, TeamId};
use crate::tx::{Tx, sql};

/// What to write down.
#[derive(Debug, Clone)]
pub struct NewEntry {
    /// What happened.
    pub kind: Kind,
    /// Who did it; nobody for background jobs.
    pub actor: Option<AccountId>,
    /// Where.
    pub surface: Surface,
    /// To whom or what, as people know it. Never a full address: entries outlive the right to see one.
    pub subject: String,
    /// The rest, as a JSON object.
    pub details: Value,
}

/// One entry of the log.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Entry {
    /// Its number within the team, from 1.
    pub seq: i64,
    /// When it was written.
    pub at: DateTime<Utc>,
    /// What happened.
    pub kind: Kind,
    /// Who did it; nobody for background jobs and for people without an account.
    pub actor_id: Option<AccountId>,
    /// Who did it, by the name they had then.
    pub actor_name: String,
    /// Where.
    pub surface: Surface,
    /// To whom or what.
    pub subject: String,
    /// The rest, as a JSON object.
    pub details: String,
}

impl Entry {
    /// Whether the actor did it with a super-admin's authority and not as a member.
    pub fn by_super_admin(&self) -> bool {
        let details: Option<Value> = serde_json::from_str(&self.details).ok();
        details.is_some_and(|details| details.get("super_admin") == Some(&Value::Bool(true)))
    }

    /// The name of the API key that it was done with.
    pub fn api_key(&self) -> Option<String> {
        let details: Value = serde_json::from_str(&self.details).ok()?;
        details.get("api_key")?.get("name")?.as_str().map(str::to_owned)
    }

    /// A detail that is a text.
    pub fn detail(&self, name: &str) -> Option<String> {
        let details: Value = serde_json::from_str(&self.details).ok()?;
        details.get(name)?.as_str().map(str::to_owned)
    }
}

/// The entry with a number.
pub async fn get(tx: &mut Tx, team: TeamId, seq: i64) -> Result<Entry, Error> {
    sql!(fetch_optional Entry, tx,
        "select seq, at, kind, actor_id, actor_name, surface, subject, details from activity where team_id = $1 and seq = $2",
        team, seq)?
        .ok_or(Error::NotFound("log entry"))
}

/// The newest entries that one member caused or that are about them.
pub async fn of_member(
    tx: &mut Tx,
    team: TeamId,
    member: MemberId,
    account: AccountId,
    limit: i64,
) -> Result<Vec<Entry>, Error> {
    Ok(sql!(fetch_all Entry, tx,
        "select seq, at, kind, actor_id, actor_name, surface, subject, details from activity
         where team_id = $1 and (member_id = $2 or actor_id = $3) order by seq desc limit $4",
        team, member, account, limit)?)
}
