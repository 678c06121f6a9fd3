//! Secrets that are mailed to an address, so that whoever brings one back reads that mailbox: to choose a new password, or
//! to give an account the address. Each works once.

use chrono::{DateTime, TimeDelta, Utc};

use crate::column::words;
use crate::env::Env;
use crate::error::{Error, Rule};
use crate::ids::{AccountId, ProofId};
use crate::limit::{self, Client, Limit};
use crate::text::EmailAddress;
use crate::token::{self, Derived};
use crate::tx::{Tx, sql};

words! {
    /// What a proof is for.
    Purpose {
        /// A new password.
        Reset = "reset",
        /// The address of an account.
        Verify = "verify",
    }
}

impl Purpose {
    fn lifetime(self) -> TimeDelta {
        match self {
            Self::Reset => TimeDelta::hours(1),
            Self::Verify => TimeDelta::hours(24),
        }
    }

    fn derived(self) -> Derived {
        match self {
            Self::Reset => Derived::Reset,
            Self::Verify => Derived::Verify,
        }
    }
}

/// How long an address is left in peace after such a mail.
const PAUSE: Limit = Limit {
    name: "proof, pause",
    most: 1,
    window: TimeDelta::seconds(60),
};
/// How many of them an address gets.
const HOURLY: Limit = Limit {
    name: "proof",
    most: 5,
    window: TimeDelta::hours(1),
};

/// A proof that was asked for.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct Proof {
    pub(crate) id: ProofId,
    pub(crate) purpose: Purpose,
    /// Whose password it is for, or who asks for the address; none when nobody had the address.
    pub(crate) account_id: Option<AccountId>,
    pub(crate) email: EmailAddress,
    nonce: Vec<u8>,
    token_hash: Vec<u8>,
    pub(crate) expires_at: DateTime<Utc>,
    used_at: Option<DateTime<Utc>>,
}

/// Selects whole [`Proof`]s by a condition.
macro_rules! proofs_where {
    ($condition:literal) => {
        concat!(
            "select id, purpose, account_id, email, nonce, token_hash, expires_at, used_at from address_proofs where ",
            $condition
        )
    };
}

impl Proof {
    pub(crate) fn is_open(&self, now: DateTime<Utc>) -> bool {
        self.used_at.is_none() && self.expires_at > now
    }

    /// The secret that was mailed; none when the key it was made with has been taken away.
    pub(crate) fn token(&self, env: &Env) -> Option<String> {
        self.purpose
            .derived()
            .again(env, &self.id.to_string(), &self.nonce, &self.token_hash)
    }
}

/// Counts one more mail to an address, asked for from somewhere, or refuses it.
pub(crate) async fn may_ask(
    tx: &mut Tx,
    env: &Env,
    email: &EmailAddress,
    client: &Client,
) -> Result<(), Error> {
    let key = email.key();
    client.may_mail(tx, env).await?;
    if let Some(until) = limit::try_one(tx, env, PAUSE, &key).await? {
        return Err(Rule::Cooldown { until }.into());
    }
    limit::take(tx, env, HOURLY, &key).await
}

/// Asks for a proof. Its mail is asked for by the caller.
pub(crate) async fn ask(
    tx: &mut Tx,
    env: &Env,
    purpose: Purpose,
    account: Option<AccountId>,
    email: &EmailAddress,
) -> Result<ProofId, Error> {
    let (id, now) = (env.new_id::<ProofId>(), env.now());
    let nonce = env.random::<16>().to_vec();
    let (_, hash) = purpose.derived().first(env, &id.to_string(), &nonce)?;
    sql!(execute tx,
        "insert into address_proofs (id, purpose, account_id, email, email_key, nonce, token_hash, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        id, purpose, account, email, email.key(), &nonce, &hash[..], now, now + purpose.lifetime())?;
    Ok(id)
}

/// The proof that a secret belongs to, used or not. Unknown secrets, and those of the other purpose, all look the same.
pub(crate) async fn by_token(tx: &mut Tx, purpose: Purpose, token: &str) -> Result<Proof, Error> {
    const UNKNOWN: Error = Error::NotFound("page");
    let hash = token::hash(token).ok_or(UNKNOWN)?;
    sql!(fetch_optional Proof, tx, proofs_where!("token_hash = $1 and purpose = $2"), &hash[..], purpose)?
        .ok_or(UNKNOWN)
}

/// A proof as its mail is written from it.
pub(crate) async fn of_mail(tx: &mut Tx, now: DateTime<Utc>, id: ProofId) -> Result<Option<Proof>, Error> {
    let found = sql!(fetch_optional Proof, tx, proofs_where!("id = $1"), id)?;
    Ok(found.filter(|proof| proof.is_open(now)))
}

/// Uses a proof up: of many who bring it at once, one.
pub(crate) async fn use_up(tx: &mut Tx, env: &Env, proof: &Proof) -> Result<(), Error> {
    let used = sql!(execute tx,
        "update address_proofs set used_at = $2 where id = $1 and used_at is null and expires_at > $2", proof.id, env.now())?;
    if used == 1 {
        Ok(())
    } else {
        Err(Rule::ProofOver.into())
    }
}

/// Ends what an account has asked for.
pub(crate) async fn end_of_account(tx: &mut Tx, env: &Env, account: AccountId) -> Result<(), Error> {
    sql!(execute tx,
        "update address_proofs set used_at = $2 where account_id = $1 and used_at is null", account, env.now())?;
    Ok(())
}

/// Ends what was asked for about an address, by whomever.
pub(crate) async fn end_of_address(tx: &mut Tx, env: &Env, email: &EmailAddress) -> Result<(), Error> {
    sql!(execute tx,
        "update address_proofs set used_at = $2 where email_key = $1 and used_at is null", email.key(), env.now())?;
    Ok(())
}
