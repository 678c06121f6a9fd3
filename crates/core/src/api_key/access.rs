//! What a request may do that comes with an API key: found, judged and entered anew in each transaction.

use std::collections::BTreeSet;
use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::secret::{Fits, fits, id_in};
use super::{ApiKey, End, Trouble, key_columns};
use crate::activity::{self, Kind, NewEntry, Surface};
use crate::actor::{Actor, Grant, Standing};
use crate::denial;
use crate::env::Env;
use crate::error::Error;
use crate::ids::ApiKeyId;
use crate::message;
use crate::policy::Permission;
use crate::team;
use crate::tx::{Tx, sql};

/// Being used is written down at most this often.
const USED_EVERY: TimeDelta = TimeDelta::minutes(5);
/// The use of a key that is over is written to the log at most this often.
const ALARM_EVERY: TimeDelta = TimeDelta::hours(1);

/// A text that has the form of a key. It is never printed.
#[derive(Clone)]
pub struct Presented {
    text: String,
    id: ApiKeyId,
}

impl fmt::Debug for Presented {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Presented({})", self.id)
    }
}

impl Presented {
    /// Reads a key. What cannot be one is not looked for.
    pub fn parse(text: &str) -> Result<Self, Trouble> {
        let id = id_in(text).ok_or(Trouble::Unknown)?;
        Ok(Self {
            text: text.to_owned(),
            id,
        })
    }
}

/// The key that something was done with.
#[derive(Debug, Clone)]
pub struct Used {
    /// Which.
    pub id: ApiKeyId,
    /// What people call it.
    pub name: String,
    /// The permissions that it carries.
    pub permissions: BTreeSet<Permission>,
    /// From when on it is expired, if ever.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Whether a key's use is still to be written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fresh {
    /// It was a moment ago.
    Noted,
    /// It is due.
    Due,
}

/// A program that has come in with a key, in one transaction.
#[derive(Debug)]
pub struct Entered {
    /// How whoever made the key stands in its team.
    pub standing: Standing,
    key: ApiKey,
}

impl Presented {
    /// Comes in with the key: it is one, it is not over, and whoever made it is an active member of its team. The team is
    /// locked when the transaction writes, and from here on the transaction sees nothing of others.
    pub async fn enter(&self, tx: &mut Tx, env: &Env) -> Result<Entered, Error> {
        let now = env.now();
        let key = sql!(fetch_optional ApiKey, tx,
            concat!("select ", key_columns!(), " from api_keys k where k.id = $1"), self.id)?
        .ok_or(Trouble::Unknown)?;
        let over = match fits(&key, &self.text, now) {
            Fits::No => return Err(Trouble::Unknown.into()),
            Fits::Before => Some(End::Expired),
            Fits::Yes => key.end(now),
        };
        if let Some(end) = over {
            return Err(Trouble::Over(end).into());
        }
        let standing = match key.actor().enter(tx, key.team_id).await {
            Err(Error::NotFound(_) | Error::Denied(_)) => return Err(Trouble::Orphaned.into()),
            standing => standing?,
        };
        // The authority of a super-admin is a person's.
        if standing.super_admin {
            return Err(Trouble::Orphaned.into());
        }
        Ok(Entered { standing, key })
    }
}

impl ApiKey {
    /// In whose name a program acts that has it.
    fn actor(&self) -> Actor {
        Actor {
            account: self.created_by,
            surface: Surface::Api,
        }
    }
}

impl Entered {
    /// Which key it is.
    pub fn id(&self) -> ApiKeyId {
        self.key.id
    }

    /// Whether the use is still to be written down, with [`note_use`].
    pub fn fresh(&self, env: &Env) -> Fresh {
        let now = env.now();
        match self.key.last_used_at {
            Some(at) if at <= now && now < at + USED_EVERY => Fresh::Noted,
            _ => Fresh::Due,
        }
    }

    /// Permission to do something: the key carries it, and the role of whoever made the key allows it today.
    pub fn may(self, tx: &Tx, permission: Permission) -> Result<Grant, Error> {
        let actor = self.key.actor();
        let key = Used {
            id: self.key.id,
            name: self.key.name,
            permissions: self.key.permissions.0,
            expires_at: self.key.expires_at,
        };
        let (team, role) = (&self.standing.team, &self.standing.role);
        let refused = if !key.permissions.contains(&permission) {
            Some(message!("api-key-lacks", permission = permission.as_str()))
        } else if !team.policy.allows(role, permission) {
            let refusal = team.policy.refusal(permission.into());
            Some(message!(
                "need-role",
                refusal = refusal,
                role = self.standing.role_name()
            ))
        } else {
            None
        };
        if let Some(message) = refused {
            return Err(denial::refuse(actor, Some(&key), team.id, permission, message));
        }
        let mut grant = self.standing.grant(actor, tx, Some(permission));
        grant.key = Some(key);
        Ok(grant)
    }
}

/// Notes that a key was used now.
pub async fn note_use(tx: &mut Tx, env: &Env, id: ApiKeyId) -> Result<(), Error> {
    sql!(execute tx, "update api_keys set last_used_at = $2 where id = $1", id, env.now())?;
    Ok(())
}

/// Writes to the team's log that a key was used although it is over, unless that was written within the hour. Answers
/// whether it was.
pub async fn alarm(tx: &mut Tx, env: &Env, presented: &Presented) -> Result<bool, Error> {
    let key = sql!(fetch_optional ApiKey, tx,
        concat!("select ", key_columns!(), " from api_keys k where k.id = $1"), presented.id)?;
    let now = env.now();
    let Some(key) = key.filter(|key| fits(key, &presented.text, now) != Fits::No) else {
        return Ok(false);
    };
    team::lock_row(tx, key.team_id).await?;
    tx.only(key.team_id).await?;
    let due = sql!(execute tx,
        "update api_keys set alarmed_at = $3
         where team_id = $1 and id = $2 and (alarmed_at is null or alarmed_at <= $4 or alarmed_at > $3)",
        key.team_id, key.id, now, now - ALARM_EVERY)?;
    if due != 1 {
        return Ok(false);
    }
    let why = match key.end(now) {
        Some(End::Revoked) => "revoked",
        Some(End::Expired) => "expired",
        None => "secret_changed",
    };
    let entry = NewEntry {
        kind: Kind::ApiKeyRefused,
        actor: None,
        surface: Surface::Api,
        subject: key.name.clone(),
        details: json!({ "key": key.id, "why": why, "security": true }),
    };
    activity::append(tx, env, key.team_id, entry).await?;
    Ok(true)
}

/// Whether [`alarm`] would write something: for whoever only reads, before they ask to write.
pub async fn is_alarm_due(tx: &mut Tx, env: &Env, presented: &Presented) -> Result<bool, Error> {
    let now = env.now();
    let due = sql!(value i64, tx,
        "select count(*) from api_keys where id = $1 and (alarmed_at is null or alarmed_at <= $2 or alarmed_at > $3)",
        presented.id, now - ALARM_EVERY, now)?;
    Ok(due > 0)
}
