//! API keys: a program has one, and acts by it in the name of whoever made it. Making, listing and revoking them is here;
//! their secrets are in `secret`, what a request may do with one in `access`.
//!
//! A key belongs to one team and carries permissions. They are worth what the role of its maker allows at that moment, and
//! nothing once the maker is no active member: whoever goes takes their keys along.

mod access;
mod answer;
mod rate;
mod secret;
mod trouble;

pub use access::{Entered, Fresh, Presented, Used, alarm, is_alarm_due, note_use};
pub use answer::{ANSWERS, Answered, Once, keep, kept};
pub use rate::{Bucket, Share, WINDOW, take};
pub use secret::{OVERLAP, own, rotate, show};
pub use trouble::Trouble;

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use sqlx::types::Json;

use crate::activity::{self, Kind};
use crate::actor::Grant;
use crate::column::words;
use crate::env::Env;
use crate::error::{Error, Rule};
use crate::ids::{AccountId, ApiKeyId, TeamId};
use crate::member::like_prefix;
use crate::message;
use crate::message::Arg;
use crate::page::{Keyset, Paged, Slice, Stretch};
use crate::policy::Permission;
use crate::text;
use crate::tx::{Tx, sql};

/// How many keys a team has at most that are not over.
pub const MOST_LIVE: u32 = 50;

words! {
    /// How long a key lasts.
    #[derive(Default)]
    Lifetime {
        /// Thirty days.
        Month = "30d",
        /// Ninety days.
        #[default]
        Quarter = "90d",
        /// A year.
        Year = "365d",
        /// Until it is revoked.
        Never = "never",
    }
}

impl Lifetime {
    /// When a key ends that is made now.
    pub fn end(self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let days = match self {
            Self::Month => 30,
            Self::Quarter => 90,
            Self::Year => 365,
            Self::Never => return None,
        };
        Some(now + TimeDelta::days(days))
    }
}

/// Why a key opens nothing any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Somebody revoked it.
    Revoked,
    /// Its time ran out.
    Expired,
}

/// A key of a program.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ApiKey {
    /// Which.
    pub id: ApiKeyId,
    /// Of which team.
    pub team_id: TeamId,
    /// What people call it.
    pub name: String,
    /// The permissions that it carries.
    pub permissions: Json<BTreeSet<Permission>>,
    /// In whose name it acts.
    pub created_by: AccountId,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// From when on it is expired, if ever.
    pub expires_at: Option<DateTime<Utc>>,
    secret_hash: Option<Vec<u8>>,
    old_hash: Option<Vec<u8>>,
    /// Until when the secret before still works.
    pub old_until: Option<DateTime<Utc>>,
    /// When it was used last, to some minutes.
    pub last_used_at: Option<DateTime<Utc>>,
    /// Since when it is revoked.
    pub revoked_at: Option<DateTime<Utc>>,
}

impl ApiKey {
    /// Whether and why it is over.
    pub fn end(&self, now: DateTime<Utc>) -> Option<End> {
        if self.revoked_at.is_some() {
            Some(End::Revoked)
        } else if self.expires_at.is_some_and(|at| at <= now) {
            Some(End::Expired)
        } else {
            None
        }
    }

    /// Whether its secret has been shown.
    pub fn is_shown(&self) -> bool {
        self.secret_hash.is_some()
    }

    /// What a key begins with that belongs to this row: not secret.
    pub fn prefix(&self) -> String {
        secret::prefix(self.id)
    }
}

/// The columns of [`ApiKey`], of `api_keys k`.
macro_rules! key_columns {
    () => {
        "k.id, k.team_id, k.name, k.permissions, k.created_by, k.created_at, k.expires_at, k.secret_hash, k.old_hash,
         k.old_until, k.last_used_at, k.revoked_at"
    };
}
use key_columns;

/// A key as lists show it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Row {
    /// The key itself.
    #[sqlx(flatten)]
    pub key: ApiKey,
    /// Who made it, by name.
    pub maker: String,
}

/// Selects whole [`Row`]s by a condition on `api_keys k`.
macro_rules! rows_where {
    ($condition:literal) => {
        concat!(
            "select ",
            $crate::api_key::key_columns!(),
            ", a.display_name as maker from api_keys k join accounts a on a.id = k.created_by where ",
            $condition
        )
    };
}

/// What somebody wants a key to be.
#[derive(Debug, Clone)]
pub struct NewKey {
    /// What people call it.
    pub name: String,
    /// The permissions that it carries.
    pub permissions: BTreeSet<Permission>,
    /// From when on it is expired, if ever.
    pub expires_at: Option<DateTime<Utc>>,
}

/// The permissions that whoever has this grant can give to a key: those that they have now.
pub fn permissions_of(grant: &Grant) -> Vec<Permission> {
    let all = Permission::ALL.into_iter();
    all.filter(|permission| grant.reaches(*permission)).collect()
}

/// Makes a key. It has no secret until [`show`] shows one.
pub async fn create(tx: &mut Tx, env: &Env, grant: &Grant, new: NewKey) -> Result<ApiKey, Error> {
    grant.demand(tx, Permission::ApiKeysManage)?;
    let (team, now) = (grant.team.id, env.now());
    // A key lives on its maker's membership.
    if grant.member.is_none() {
        return Err(Error::Denied(message!("api-key-members-only")));
    }
    check_permissions(grant, &new.permissions)?;
    let name = text::name("what-key-name", &new.name)?;
    if new.expires_at.is_some_and(|at| at <= now) {
        return Err(Rule::TextBad {
            what: "what-time",
            reason: message!("time-past"),
        }
        .into());
    }
    let live = sql!(value i64, tx,
        "select count(*) from api_keys where team_id = $1 and revoked_at is null and (expires_at is null or expires_at > $2)",
        team, now)?;
    if live >= i64::from(MOST_LIVE) {
        return Err(Trouble::Most { most: MOST_LIVE }.into());
    }
    // A program cannot outlive its own key by making itself another.
    let most = grant.key.as_ref().and_then(|key| key.expires_at);
    let expires_at = match (new.expires_at, most) {
        (Some(wanted), Some(most)) => Some(wanted.min(most)),
        (wanted, most) => wanted.or(most),
    };
    let key = ApiKey {
        id: env.new_id(),
        team_id: team,
        name,
        permissions: Json(new.permissions),
        created_by: grant.actor.account,
        created_at: now,
        expires_at,
        secret_hash: None,
        old_hash: None,
        old_until: None,
        last_used_at: None,
        revoked_at: None,
    };
    sql!(execute tx,
        "insert into api_keys (id, team_id, name, permissions, created_by, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        key.id, key.team_id, &key.name, &key.permissions, key.created_by, now, key.expires_at)?;
    log(tx, env, grant, Kind::ApiKeyCreated, &key).await?;
    Ok(key)
}

/// A key carries something, and nothing that whoever makes it has not.
fn check_permissions(grant: &Grant, wanted: &BTreeSet<Permission>) -> Result<(), Error> {
    if wanted.is_empty() {
        return Err(Rule::TextBad {
            what: "what-permissions",
            reason: message!("text-empty"),
        }
        .into());
    }
    let beyond: Vec<String> = wanted
        .iter()
        .filter(|permission| !grant.reaches(**permission))
        .map(ToString::to_string)
        .collect();
    if beyond.is_empty() {
        return Ok(());
    }
    Err(Error::Denied(message!(
        "api-key-beyond",
        permissions = Arg::All(beyond),
        role = grant.role_name()
    )))
}

/// A slice of a team's keys, newest first.
pub async fn list(tx: &mut Tx, grant: &Grant, slice: Slice) -> Result<Paged<Row>, Error> {
    grant.demand(tx, Permission::ApiKeysManage)?;
    let team = grant.team.id;
    let total = sql!(value i64, tx, "select count(*) from api_keys where team_id = $1", team)?;
    let slice = slice.within(total);
    let rows = sql!(fetch_all Row, tx,
        rows_where!("k.team_id = $1 order by k.created_at desc, k.id desc limit $2 offset $3"),
        team, slice.limit(), slice.offset())?;
    Ok(Paged::new(rows, total, slice))
}

/// A stretch of a team's keys, newest first.
pub async fn stretch(tx: &mut Tx, grant: &Grant, keyset: &Keyset) -> Result<Stretch<Row>, Error> {
    grant.demand(tx, Permission::ApiKeysManage)?;
    let (at, id) = keyset.before();
    let rows = sql!(fetch_all Row, tx,
        rows_where!("k.team_id = $1 and (k.created_at, k.id) < ($2, $3) order by k.created_at desc, k.id desc limit $4"),
        grant.team.id, at, id, keyset.limit())?;
    Ok(keyset.cut(rows, |row| (row.key.created_at, row.key.id.to_string())))
}

/// One key of the grant's team.
pub async fn get(tx: &mut Tx, grant: &Grant, id: ApiKeyId) -> Result<Row, Error> {
    grant.demand(tx, Permission::ApiKeysManage)?;
    sql!(fetch_optional Row, tx, rows_where!("k.team_id = $1 and k.id = $2"), grant.team.id, id)?
        .ok_or(Error::NotFound("API key"))
}

/// The keys that are not over and whose name begins with a text, newest first, for completion.
pub async fn search(
    tx: &mut Tx,
    env: &Env,
    grant: &Grant,
    text: &str,
    limit: i64,
) -> Result<Vec<Row>, Error> {
    grant.demand(tx, Permission::ApiKeysManage)?;
    Ok(sql!(fetch_all Row, tx,
        rows_where!("k.team_id = $1 and k.revoked_at is null and (k.expires_at is null or k.expires_at > $2)
             and lower(k.name) like $3 escape '\\' order by k.created_at desc, k.id desc limit $4"),
        grant.team.id, env.now(), like_prefix(text), limit)?)
}

/// The one key that a text means: an id, or the name of only one that is not over.
pub async fn resolve(tx: &mut Tx, env: &Env, grant: &Grant, text: &str) -> Result<Row, Error> {
    if let Ok(id) = text.trim().parse() {
        return get(tx, grant, id).await;
    }
    let wanted = text.trim().to_lowercase();
    let mut found = search(tx, env, grant, text, 26).await?;
    if found.len() > 1 {
        found.retain(|row| row.key.name.to_lowercase() == wanted);
    }
    match found.len() {
        1 => Ok(found.remove(0)),
        _ => Err(Error::NotFound("API key")),
    }
}

/// Revokes a key: from the next request on it opens nothing.
pub async fn revoke(tx: &mut Tx, env: &Env, grant: &Grant, id: ApiKeyId) -> Result<Row, Error> {
    let mut row = get(tx, grant, id).await?;
    let now = env.now();
    if let Some(end) = row.key.end(now) {
        return Err(Trouble::Over(end).into());
    }
    let revoked = sql!(execute tx,
        "update api_keys set revoked_at = $3 where team_id = $1 and id = $2 and revoked_at is null", grant.team.id, id, now)?;
    if revoked != 1 {
        return Err(Rule::Stale.into());
    }
    row.key.revoked_at = Some(now);
    log(tx, env, grant, Kind::ApiKeyRevoked, &row.key).await?;
    Ok(row)
}

/// Ends the keys of somebody whose membership has ended: should they come back, their keys do not.
pub(crate) async fn end_of(tx: &mut Tx, env: &Env, team: TeamId, account: AccountId) -> Result<(), Error> {
    sql!(execute tx,
        "update api_keys set revoked_at = $3 where created_by = $2 and team_id = $1 and revoked_at is null",
        team, account, env.now())?;
    Ok(())
}

async fn log(tx: &mut Tx, env: &Env, grant: &Grant, kind: Kind, key: &ApiKey) -> Result<(), Error> {
    let permissions: Vec<&str> = key.permissions.iter().map(|one| one.as_str()).collect();
    let details = json!({ "key": key.id, "permissions": permissions, "expires_at": key.expires_at });
    let entry = grant.entry(kind, &key.name, details);
    activity::append(tx, env, grant.team.id, entry).await?;
    Ok(())
}
