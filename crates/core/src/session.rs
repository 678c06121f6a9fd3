//! Who is signed in on which browser. The browser holds 32 random bytes; the row holds their SHA-256.

use chrono::{DateTime, TimeDelta, Utc};

use crate::account::{self, Account, Means, Proved};
use crate::browser::{self, Browser};
use crate::email::notice;
use crate::env::{Env, sha256};
use crate::error::Error;
use crate::ids::AccountId;
use crate::page::{Paged, Slice};
use crate::token;
use crate::tx::{Tx, sql};

/// How long a session lives without being used.
pub const IDLE: TimeDelta = TimeDelta::hours(24);
/// How long a session lives at most.
pub const ABSOLUTE: TimeDelta = TimeDelta::days(14);
/// Using a session is written down at most this often, so that reading pages does not write.
const TOUCH_EVERY: TimeDelta = TimeDelta::minutes(10);
/// How long forms are taken of pages that were made before the browser got this session.
const OLD_FORMS: TimeDelta = TimeDelta::hours(1);

/// Somebody signed in.
#[derive(Debug, Clone)]
pub struct Session {
    /// Who.
    pub account: Account,
    /// What the database knows the session by.
    pub id_hash: [u8; 32],
    /// The hash of the secret that the browser had just before.
    pub previous_hash: Option<Vec<u8>>,
    /// Whether [`touch`] is due.
    pub stale: bool,
}

/// A browser that a session starts on.
#[derive(Debug, Clone, Copy)]
pub struct Arrival<'a> {
    /// What it says it is.
    pub user_agent: &'a str,
    /// The secret that it has had until now, of a session or of nobody in particular.
    pub secret: Option<&'a str>,
}

/// Starts the session of somebody who has just proved who they are, and tells the logs of their teams. From a browser that we
/// do not know of them, they are told by mail.
pub async fn sign_in(tx: &mut Tx, env: &Env, proved: &Proved, arrival: Arrival<'_>) -> Result<String, Error> {
    // Locks their teams, which come before everything else.
    account::note_sign_in(tx, env, proved).await?;
    proved.still_holds(tx).await?;
    let browser = Browser::of(arrival.user_agent);
    if !browser::note(tx, env, proved.account, &browser).await? {
        let account = account::get(tx, proved.account).await?;
        let at_discord = matches!(proved.by, Means::Discord { .. });
        notice::new_sign_in(tx, env, &account, browser, at_discord).await?;
    }
    insert(tx, env, proved.account, arrival).await
}

/// Starts a session and answers the secret for the browser. The one it had ends: signing in always changes the secret.
pub async fn start(
    tx: &mut Tx,
    env: &Env,
    account: AccountId,
    arrival: Arrival<'_>,
) -> Result<String, Error> {
    browser::note(tx, env, account, &Browser::of(arrival.user_agent)).await?;
    insert(tx, env, account, arrival).await
}

async fn insert(tx: &mut Tx, env: &Env, account: AccountId, arrival: Arrival<'_>) -> Result<String, Error> {
    if let Some(previous) = arrival.secret {
        end(tx, previous).await?;
    }
    let secret = token::random(env);
    let now = env.now();
    let user_agent: String = arrival.user_agent.chars().take(200).collect();
    let previous = arrival.secret.and_then(token::hash).map(|hash| hash.to_vec());
    sql!(execute tx,
        "insert into sessions (id_hash, account_id, user_agent, created_at, last_seen_at, expires_at, previous_hash)
         values ($1, $2, $3, $4, $5, $6, $7)",
        &sha256(secret.as_bytes())[..], account, user_agent, now, now, now + ABSOLUTE, previous)?;
    Ok(secret)
}

#[derive(sqlx::FromRow)]
struct Row {
    #[sqlx(flatten)]
    account: Account,
    created_at: DateTime<Utc>,
    last_seen_at: DateTime<Utc>,
    previous_hash: Option<Vec<u8>>,
}

/// The session that a browser's secret opens, unless it has ended.
pub async fn find(tx: &mut Tx, env: &Env, secret: &str) -> Result<Option<Session>, Error> {
    let Some(id_hash) = token::hash(secret) else {
        return Ok(None);
    };
    let now = env.now();
    let row = sql!(fetch_optional Row, tx,
        "select a.id, a.display_name, a.email, s.created_at, s.last_seen_at, s.previous_hash
         from sessions s join accounts a on a.id = s.account_id
         where s.id_hash = $1 and s.expires_at > $2 and s.last_seen_at > $3",
        &id_hash[..], now, now - IDLE)?;
    Ok(row.map(|row| Session {
        account: row.account,
        id_hash,
        previous_hash: row.previous_hash.filter(|_| row.created_at + OLD_FORMS > now),
        stale: row.last_seen_at + TOUCH_EVERY <= now,
    }))
}

/// Notes that the session was used now.
pub async fn touch(tx: &mut Tx, env: &Env, session: &Session) -> Result<(), Error> {
    sql!(execute tx, "update sessions set last_seen_at = $2 where id_hash = $1", &session.id_hash[..], env.now())?;
    Ok(())
}

/// A session as its owner sees it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Listed {
    /// What it is known by.
    pub id_hash: Vec<u8>,
    user_agent: String,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// When it was used last, to within ten minutes.
    pub last_seen_at: DateTime<Utc>,
}

impl Listed {
    /// On which browser.
    pub fn browser(&self) -> Browser {
        Browser::of(&self.user_agent)
    }
}

/// The sessions of an account that are open, the one that was used last first.
pub async fn list(tx: &mut Tx, env: &Env, account: AccountId, slice: Slice) -> Result<Paged<Listed>, Error> {
    let now = env.now();
    let total = sql!(value i64, tx,
        "select count(*) from sessions where account_id = $1 and expires_at > $2 and last_seen_at > $3",
        account, now, now - IDLE)?;
    let slice = slice.within(total);
    let rows = sql!(fetch_all Listed, tx,
        "select id_hash, user_agent, created_at, last_seen_at from sessions
         where account_id = $1 and expires_at > $2 and last_seen_at > $3
         order by last_seen_at desc, id_hash limit $4 offset $5",
        account, now, now - IDLE, slice.limit(), slice.offset())?;
    Ok(Paged::new(rows, total, slice))
}

/// Ends one of an account's sessions, if it is one.
pub async fn end_one(tx: &mut Tx, account: AccountId, id_hash: &[u8]) -> Result<(), Error> {
    sql!(execute tx, "delete from sessions where account_id = $1 and id_hash = $2", account, id_hash)?;
    Ok(())
}

/// Ends every session of an account but this one; answers how many.
pub async fn end_others(tx: &mut Tx, session: &Session) -> Result<u64, Error> {
    Ok(sql!(execute tx,
        "delete from sessions where account_id = $1 and id_hash <> $2", session.account.id, &session.id_hash[..])?)
}

/// Ends every session of an account.
pub(crate) async fn end_all(tx: &mut Tx, account: AccountId) -> Result<(), Error> {
    sql!(execute tx, "delete from sessions where account_id = $1", account)?;
    Ok(())
}

/// Ends the session that a browser's secret opens, if it is one.
pub async fn end(tx: &mut Tx, secret: &str) -> Result<(), Error> {
    if let Some(id_hash) = token::hash(secret) {
        sql!(execute tx, "delete from sessions where id_hash = $1", &id_hash[..])?;
    }
    Ok(())
}
