//! What was answered to a request with an `Idempotency-Key`: kept for a day in the transaction of the change, and given
//! again when the same request comes again.
//!
//! Answers may hold tokens and secrets, so they are sealed.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Trouble, Used};
use crate::env::{Env, sha256};
use crate::error::Error;
use crate::ids::{ApiKeyId, TeamId};
use crate::seal;
use crate::tx::{Tx, sql};

/// How long an answer is kept.
pub const ANSWERS: TimeDelta = TimeDelta::hours(24);
/// The longest name of a request.
const NAME_LENGTH: usize = 255;
const PURPOSE: &str = "answer of the API";

/// A request that its sender gave a name, so that it is done once however often it comes.
#[derive(Debug, Clone)]
pub struct Once {
    name: String,
    request: [u8; 32],
}

impl Once {
    /// A request by its name and what it asks for; none when that is no name: 1 to 255 characters that can be seen.
    pub fn new(name: &str, method: &str, path: &str, body: &[u8]) -> Option<Self> {
        let good =
            (1..=NAME_LENGTH).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_graphic());
        // Neither a method nor a path has a line break.
        let request = sha256(&[method.as_bytes(), b"\n", path.as_bytes(), b"\n", body].concat());
        good.then(|| Self {
            name: name.to_owned(),
            request,
        })
    }
}

/// What was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

#[derive(sqlx::FromRow)]
struct Row {
    request_hash: Vec<u8>,
    status: i64,
    sealed: Vec<u8>,
    created_at: DateTime<Utc>,
}

/// What was answered to this request before; refused when another one had its name. The caller holds the team's lock, so
/// that of two that come at once the second finds what the first was answered.
pub async fn kept(tx: &mut Tx, env: &Env, key: ApiKeyId, once: &Once) -> Result<Option<Answered>, Error> {
    let found = sql!(fetch_optional Row, tx,
        "select request_hash, status, sealed, created_at from api_answers where key_id = $1 and name = $2", key, &once.name)?;
    let Some(row) = found else {
        return Ok(None);
    };
    if row.created_at <= env.now() - ANSWERS {
        sql!(execute tx, "delete from api_answers where key_id = $1 and name = $2", key, &once.name)?;
        return Ok(None);
    }
    if row.request_hash != once.request {
        return Err(Trouble::OtherRequest.into());
    }
    let id = key.to_string();
    let body = seal::open(env, PURPOSE, &parts(&id, once), &row.sealed).ok_or(Trouble::OtherRequest)?;
    let status = u16::try_from(row.status).map_err(Error::internal)?;
    Ok(Some(Answered { status, body }))
}

/// Keeps what is answered to a request, for when it comes again.
pub async fn keep(
    tx: &mut Tx,
    env: &Env,
    team: TeamId,
    key: &Used,
    once: &Once,
    answer: &Answered,
) -> Result<(), Error> {
    let id = key.id.to_string();
    let sealed = seal::seal(env, PURPOSE, &parts(&id, once), &answer.body)?;
    sql!(execute tx,
        "insert into api_answers (key_id, name, team_id, request_hash, status, sealed, created_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        key.id, &once.name, team, &once.request[..], i64::from(answer.status), sealed, env.now())?;
    Ok(())
}

fn parts<'a>(key: &'a str, once: &'a Once) -> [&'a [u8]; 3] {
    [key.as_bytes(), once.name.as_bytes(), &once.request]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_can_be_seen() {
        for bad in ["", " ", "a b", "a\u{e4}", "a\n", &"a".repeat(256)] {
            assert!(Once::new(bad, "POST", "/", b"").is_none(), "{bad:?}");
        }
        assert!(Once::new(&"a".repeat(255), "POST", "/", b"").is_some());
    }
}
