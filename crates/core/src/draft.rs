//! What a form of several steps has collected in Discord, kept between two clicks: buttons carry an id of at most 100
//! characters and nothing else, and a restart must not lose what somebody typed.

use chrono::TimeDelta;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::types::Json;

use crate::env::Env;
use crate::error::{Error, Rule};
use crate::ids::{AccountId, DraftId, TeamId};
use crate::tx::{Tx, sql};

/// How long a draft is kept: as long as Discord lets a reply be edited, and a good while more.
pub const LIFETIME: TimeDelta = TimeDelta::hours(24);

/// Keeps what was collected; answers how it is known. What waits for its team to be chosen has none yet.
pub async fn save<T: Serialize + Sync>(
    tx: &mut Tx,
    env: &Env,
    account: AccountId,
    team: Option<TeamId>,
    body: &T,
) -> Result<DraftId, Error> {
    let (id, now) = (env.new_id::<DraftId>(), env.now());
    let body = serde_json::to_value(body).map_err(Error::internal)?;
    sql!(execute tx,
        "insert into drafts (id, account_id, team_id, body, expires_at) values ($1, $2, $3, $4, $5)",
        id, account, team, Json(body), now + LIFETIME)?;
    Ok(id)
}

/// Changes what was collected.
pub async fn update<T: Serialize + Sync>(
    tx: &mut Tx,
    id: DraftId,
    account: AccountId,
    body: &T,
) -> Result<(), Error> {
    let body = serde_json::to_value(body).map_err(Error::internal)?;
    let kept = sql!(execute tx, "update drafts set body = $3 where id = $1 and account_id = $2", id, account, Json(body))?;
    if kept == 1 {
        Ok(())
    } else {
        Err(Rule::Stale.into())
    }
}

/// What was collected, with its team; only for the person who typed it.
pub async fn load<T: DeserializeOwned>(
    tx: &mut Tx,
    env: &Env,
    id: DraftId,
    account: AccountId,
) -> Result<(TeamId, T), Error> {
    let found = sql!(
        fetch_optional(TeamId, Json<serde_json::Value>),
        tx,
        "select team_id, body from drafts
         where id = $1 and account_id = $2 and expires_at > $3 and team_id is not null",
        id,
        account,
        env.now()
    )?;
    let (team, Json(body)) = found.ok_or(Rule::Stale)?;
    Ok((team, read(body)?))
}

/// What was collected before its team was chosen; only for the person who typed it.
pub async fn load_teamless<T: DeserializeOwned>(
    tx: &mut Tx,
    env: &Env,
    id: DraftId,
    account: AccountId,
) -> Result<T, Error> {
    let found = sql!(values Json<serde_json::Value>, tx,
        "select body from drafts where id = $1 and account_id = $2 and expires_at > $3 and team_id is null",
        id, account, env.now())?;
    let Json(body) = found.into_iter().next().ok_or(Rule::Stale)?;
    read(body)
}

/// A draft of another form than was asked for is of an earlier version, or was named by an id that somebody made up.
fn read<T: DeserializeOwned>(body: serde_json::Value) -> Result<T, Error> {
    serde_json::from_value(body).map_err(|_| Rule::Stale.into())
}

/// Forgets what was collected.
pub async fn discard(tx: &mut Tx, id: DraftId, account: AccountId) -> Result<(), Error> {
    let gone = sql!(execute tx, "delete from drafts where id = $1 and account_id = $2", id, account)?;
    if gone == 1 {
        Ok(())
    } else {
        Err(Rule::Stale.into())
    }
}
