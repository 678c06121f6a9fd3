//! What members and their programs tried and were refused, for the log: once an hour for each member or key and thing, so
//! that nobody can fill it.
//!
//! A refusal ends the transaction it was met in, so it carries what the log is to hear; the front door that shows it has it
//! noted in a transaction of its own.

use chrono::TimeDelta;
use serde_json::json;

use crate::activity::{self, Kind, NewEntry, Surface};
use crate::actor::Actor;
use crate::api_key::Used;
use crate::env::Env;
use crate::error::Error;
use crate::ids::{AccountId, ApiKeyId, TeamId};
use crate::message::{Arg, Message};
use crate::policy::Permission;
use crate::team;
use crate::tx::{Tx, sql};

/// How often the same is noted at most.
const EVERY: TimeDelta = TimeDelta::hours(1);

/// What a member tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// In which team.
    pub team: TeamId,
    /// Who.
    pub account: AccountId,
    /// Through which front door.
    pub surface: Surface,
    /// What it would have taken.
    pub permission: Permission,
    /// The API key by which a program tried it in the member's name, and what people call it.
    pub key: Option<(ApiKeyId, String)>,
}

// What a refusal carries beside what it says; no phrase asks for these.
const TEAM: &str = "denied-in";
const ACCOUNT: &str = "denied-to";
const SURFACE: &str = "denied-at";
const PERMISSION: &str = "denied-what";
const KEY: &str = "denied-key";
const KEY_NAME: &str = "denied-key-name";

/// The refusal of something to somebody, or to a program with a key of theirs.
pub(crate) fn refuse(
    actor: Actor,
    key: Option<&Used>,
    team: TeamId,
    permission: Permission,
    mut message: Message,
) -> Error {
    message.args.extend([
        (TEAM, Arg::word(team.to_string())),
        (ACCOUNT, Arg::word(actor.account.to_string())),
        (SURFACE, Arg::word(actor.surface.as_str())),
        (PERMISSION, Arg::word(permission.as_str())),
    ]);
    if let Some(key) = key {
        let words = [(KEY, key.id.to_string()), (KEY_NAME, key.name.clone())];
        message
            .args
            .extend(words.map(|(name, word)| (name, Arg::word(word))));
    }
    Error::Denied(message)
}

impl Attempt {
    /// What a refusal is of, if the log is to hear of it.
    pub fn of(error: &Error) -> Option<Self> {
        let Error::Denied(message) = error else {
            return None;
        };
        let word = |wanted: &str| {
            message.args.iter().find_map(|(name, arg)| match arg {
                Arg::Word(word) if *name == wanted => Some(word.as_str()),
                _ => None,
            })
        };
        Some(Self {
            team: word(TEAM)?.parse().ok()?,
            account: word(ACCOUNT)?.parse().ok()?,
            surface: word(SURFACE)?.parse().ok()?,
            permission: Permission::parse(word(PERMISSION)?).ok()?,
            key: match (word(KEY), word(KEY_NAME)) {
                (Some(id), Some(name)) => Some((id.parse().ok()?, name.to_owned())),
                _ => None,
            },
        })
    }

    /// What is counted: a key's attempts beside its maker's.
    fn tried(&self) -> String {
        match &self.key {
            None => self.permission.to_string(),
            Some((id, _)) => format!("{} {id}", self.permission),
        }
    }
}

/// Whether the log has not heard of it within the hour; read before [`note`], so that trying again and again writes
/// nothing.
pub async fn is_news(tx: &mut Tx, env: &Env, attempt: &Attempt) -> Result<bool, Error> {
    let noted = sql!(value i64, tx,
        "select count(*) from denials where team_id = $1 and account_id = $2 and tried = $3 and at > $4",
        attempt.team, attempt.account, attempt.tried(), env.now() - EVERY)?;
    Ok(noted == 0)
}

/// Notes an attempt in the team's log, unless the same was noted within the hour or the team is gone.
pub async fn note(tx: &mut Tx, env: &Env, attempt: &Attempt) -> Result<(), Error> {
    match team::lock(tx, attempt.team).await {
        Err(Error::NotFound(_)) => return Ok(()),
        found => found?,
    };
    tx.only(attempt.team).await?;
    let now = env.now();
    let noted = sql!(execute tx,
        "insert into denials (team_id, account_id, tried, at) values ($1, $2, $3, $4)
         on conflict (team_id, account_id, tried) do update set at = excluded.at where denials.at <= $5",
        attempt.team, attempt.account, attempt.tried(), now, now - EVERY)?;
    if noted == 0 {
        return Ok(());
    }
    let details = match &attempt.key {
        None => json!({}),
        Some((id, name)) => json!({ "api_key": { "id": id, "name": name } }),
    };
    let entry = NewEntry {
        kind: Kind::AccessDenied,
        actor: Some(attempt.account),
        surface: attempt.surface,
        subject: attempt.permission.to_string(),
        details,
    };
    activity::append(tx, env, attempt.team, entry).await?;
    Ok(())
}
