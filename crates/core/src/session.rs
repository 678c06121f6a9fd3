//! Who is signed in on which browser. The browser holds 32 random bytes; the row holds their SHA-256.

use chrono::{DateTime, TimeDelta, Utc};

use crate::account::{self, Account};
use crate::browser::{self, Browser};
use crate::email::notice;
use crate::env::{Env, sha256};
use crate::error::Error;
use crate::ids::AccountId;
use crate::token;
use crate::tx::{Tx, sql};

/// How long a session lives without being used.
pub const IDLE: TimeDelta = TimeDelta::hours(24);
/// How long a session lives at most.
pub const ABSOLUTE: TimeDelta = TimeDelta::days(14);
/// Using a session is written down at most this often, so that reading pages does not write.
const TOUCH_EVERY: TimeDelta = TimeDelta::minutes(10);

/// Somebody signed in.
#[derive(Debug, Clone)]
pub struct Session {
    /// Who.
    pub account: Account,
    /// What the database knows the session by.
    pub id_hash: [u8; 32],
    /// Whether [`touch`] is due.
    pub stale: bool,
}

/// Starts the session of somebody who signed in with their password. From a browser that we do not know of them, they are
/// told by mail.
pub async fn sign_in(
    tx: &mut Tx,
    env: &Env,
    account: AccountId,
    user_agent: &str,
    previous: Option<&str>,
) -> Result<String, Error> {
    let browser = Browser::of(user_agent);
    if !browser::note(tx, env, account, &browser).await? {
        let account = account::get(tx, account).await?;
        notice::new_sign_in(tx, env, &account, &browser).await?;
    }
    insert(tx, env, account, user_agent, previous).await
}

/// Starts a session and answers the secret for the browser. `previous` ends: signing in always changes the secret.
pub async fn start(
    tx: &mut Tx,
    env: &Env,
    account: AccountId,
    user_agent: &str,
    previous: Option<&str>,
) -> Result<String, Error> {
    browser::note(tx, env, account, &Browser::of(user_agent)).await?;
    insert(tx, env, account, user_agent, previous).await
}

async fn insert(
    tx: &mut Tx,
    env: &Env,
    account: AccountId,
    user_agent: &str,
    previous: Option<&str>,
) -> Result<String, Error> {
    if let Some(previous) = previous {
        end(tx, previous).await?;
    }
    let secret = token::random(env);
    let now = env.now();
    let user_agent: String = user_agent.chars().take(200).collect();
    sql!(execute tx,
        "insert into sessions (id_hash, account_id, user_agent, created_at, last_seen_at, expires_at)
         values ($1, $2, $3, $4, $5, $6)",
        &sha256(secret.as_bytes())[..], account, user_agent, now, now, now + ABSOLUTE)?;
    Ok(secret)
}

#[derive(sqlx::FromRow)]
struct Row {
    #[sqlx(flatten)]
    account: Account,
    last_seen_at: DateTime<Utc>,
}

/// The session that a browser's secret opens, unless it has ended.
pub async fn find(tx: &mut Tx, env: &Env, secret: &str) -> Result<Option<Session>, Error> {
    let Some(id_hash) = token::hash(secret) else {
        return Ok(None);
    };
    let now = env.now();
    let row = sql!(fetch_optional Row, tx,
        "select a.id, a.display_name, a.email, s.last_seen_at from sessions s join accounts a on a.id = s.account_id
         where s.id_hash = $1 and s.expires_at > $2 and s.last_seen_at > $3",
        &id_hash[..], now, now - IDLE)?;
    Ok(row.map(|row| Session {
        account: row.account,
        id_hash,
        stale: row.last_seen_at + TOUCH_EVERY <= now,
    }))
}

/// Notes that the session was used now.
pub async fn touch(tx: &mut Tx, env: &Env, session: &Session) -> Result<(), Error> {
    sql!(execute tx, "update sessions set last_seen_at = $2 where id_hash = $1", &session.id_hash[..], env.now())?;
    Ok(())
}

/// Ends the session that a browser's secret opens, if it is one.
pub async fn end(tx: &mut Tx, secret: &str) -> Result<(), Error> {
    if let Some(id_hash) = token::hash(secret) {
        sql!(execute tx, "delete from sessions where id_hash = $1", &id_hash[..])?;
    }
    Ok(())
}
