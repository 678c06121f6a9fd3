//! Signing in: how somebody proves who they are, how often they may try, and what the logs of their teams say about it.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{by_email, get};
use crate::activity::{self, Kind, NewEntry, Surface};
use crate::env::Env;
use crate::error::{Error, Rule};
use crate::ids::{AccountId, DiscordUserId};
use crate::job::Job;
use crate::limit::{self, Client, Limit};
use crate::queue;
use crate::text::EmailAddress;
use crate::tx::{Tx, sql};

/// How often an address may be tried before it has to rest, whoever tries.
const TRIES: Limit = Limit {
    name: "sign-in",
    most: 10,
    window: TimeDelta::minutes(15),
};
/// Failures, which are counted with [`TRIES`] and never limited by themselves.
const FAILURES: Limit = Limit {
    name: "sign-in failed",
    most: i64::MAX,
    window: TimeDelta::minutes(15),
};
/// So many failures within that time are an alert.
const ALARMING: i64 = 5;
/// How often the logs of somebody's teams tell of a failure: whoever fails on purpose does not fill them.
const TOLD: Limit = Limit {
    name: "sign-in failed, told",
    most: 1,
    window: TimeDelta::minutes(15),
};
/// How often they tell of an alert.
const ALERTED: Limit = Limit {
    name: "sign-in failed, alert",
    most: 1,
    window: TimeDelta::hours(1),
};

/// How somebody proved who they are.
#[derive(Clone, PartialEq, Eq)]
pub enum Means {
    /// With the password behind this hash.
    Password {
        /// As it was when it was compared.
        hash: String,
    },
    /// At Discord, as the user that their account is linked to.
    Discord {
        /// Which.
        user: DiscordUserId,
    },
}

impl Means {
    /// What the log calls it.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Password { .. } => "password",
            Self::Discord { .. } => "discord",
        }
    }
}

/// Without the hash: what is written down somewhere should not have it.
impl std::fmt::Debug for Means {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.word())
    }
}

/// Somebody who has proved who they are, until a session starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proved {
    /// Whose account.
    pub account: AccountId,
    /// By what.
    pub by: Means,
}

impl Proved {
    /// Whether it still holds: until now the password may have been changed, or Discord unlinked. Holds the account until the
    /// end of the transaction.
    pub(crate) async fn still_holds(&self, tx: &mut Tx) -> Result<(), Error> {
        type Hash = (Option<String>,);
        let found = sql!(lock Hash, tx, "select password_hash from accounts where id = $1", self.account)?;
        let holds = match &self.by {
            Means::Password { hash } => found.is_some_and(|(now,)| now.as_ref() == Some(hash)),
            Means::Discord { user } => {
                sql!(value i64, tx,
                    "select count(*) from discord_links where account_id = $1 and discord_user_id = $2", self.account, *user)?
                    == 1
            }
        };
        if holds {
            Ok(())
        } else {
            Err(Rule::SignInFailed.into())
        }
    }
}

#[derive(sqlx::FromRow)]
struct Credentials {
    id: AccountId,
    password_hash: Option<String>,
}

/// An attempt with a password, between reading what is stored and knowing whether it matches.
///
/// The hash is checked between two transactions, because it takes tens of milliseconds and a transaction must not wait
/// for it: [`begin_sign_in`], commit, [`SignIn::check`].
pub struct SignIn {
    credentials: Option<Credentials>,
}

/// Counts the attempt, refuses it when there were too many for this address or from this place, and reads what to check
/// against.
pub async fn begin_sign_in(
    tx: &mut Tx,
    env: &Env,
    email: &EmailAddress,
    client: &Client,
) -> Result<SignIn, Error> {
    let key = email.key();
    client.may_sign_in(tx, env).await?;
    may_try(tx, env, &key).await?;
    let credentials = sql!(fetch_optional Credentials, tx,
        "select id, password_hash from accounts where email_key = $1", &key)?;
    Ok(SignIn { credentials })
}

/// The same for somebody who is signed in and types their password once more. It counts like signing in.
pub async fn begin_check(
    tx: &mut Tx,
    env: &Env,
    account: AccountId,
    client: &Client,
) -> Result<SignIn, Error> {
    client.may_sign_in(tx, env).await?;
    let email = get(tx, account).await?.email;
    let key = email.map_or_else(|| account.to_string(), |email| email.key());
    may_try(tx, env, &key).await?;
    let credentials = sql!(fetch_optional Credentials, tx, "select id, password_hash from accounts where id = $1", account)?;
    Ok(SignIn { credentials })
}

async fn may_try(tx: &mut Tx, env: &Env, key: &str) -> Result<(), Error> {
    match limit::try_one(tx, env, TRIES, key).await? {
        None => Ok(()),
        Some(until) => Err(Rule::SignInLimit { until }.into()),
    }
}

impl SignIn {
    /// The account, if the password is right. For an unknown address it takes as long and answers the same.
    pub async fn check(self, env: &Env, password: &str) -> Result<Proved, Error> {
        let (account, hash) = self
            .credentials
            .map(|found| (found.id, found.password_hash))
            .unzip();
        let hash = hash.flatten();
        let right = env.passwords().verify(password, hash.as_deref()).await?;
        match (account, hash) {
            (Some(account), Some(hash)) if right => Ok(Proved {
                account,
                by: Means::Password { hash },
            }),
            _ => Err(Rule::SignInFailed.into()),
        }
    }
}

/// Tells the teams of whoever signs in.
pub(crate) async fn note_sign_in(tx: &mut Tx, env: &Env, proved: &Proved) -> Result<(), Error> {
    let account = get(tx, proved.account).await?;
    let entry = NewEntry {
        kind: Kind::SignedIn,
        actor: Some(account.id),
        surface: Surface::Web,
        subject: account.display_name,
        details: json!({ "by": proved.by.word() }),
    };
    activity::append_everywhere(tx, env, account.id, entry).await
}

/// Sees to it that an attempt that failed is noted, some seconds from now.
///
/// Noting it takes longer for an address that has an account, and nobody who tries addresses may see that, neither by this
/// answer nor by the next, which would have to wait for the database. So each failure leaves the same job behind.
pub async fn failed(tx: &mut Tx, env: &Env, email: &EmailAddress) -> Result<(), Error> {
    let job = Job::NoteFailedSignIn {
        attempt: env.new_id(),
        account: by_email(tx, email).await?.map(|account| account.id),
    };
    let [chance] = env.random();
    queue::enqueue_later(tx, env, &job, 2 + chance % 3).await
}

/// Tells the teams of this account's owner that somebody failed to sign in with its address: the first of several failures, and
/// an alert when they are many.
pub async fn note_failure(tx: &mut Tx, env: &Env, account: AccountId) -> Result<(), Error> {
    let account = match get(tx, account).await {
        Ok(account) => account,
        // Erased meanwhile.
        Err(Error::NotFound(_)) => return Ok(()),
        Err(error) => return Err(error),
    };
    let key = account.id.to_string();
    limit::take(tx, env, FAILURES, &key).await?;
    let failures = limit::counted(tx, env, FAILURES, &key).await?;
    let entry = |kind, details: Value| NewEntry {
        kind,
        // Who it was is not known.
        actor: None,
        surface: Surface::Web,
        subject: account.display_name.clone(),
        details,
    };
    if limit::try_one(tx, env, TOLD, &key).await?.is_none() {
        let told = entry(Kind::SignInFailed, json!({}));
        activity::append_everywhere(tx, env, account.id, told).await?;
    }
    if failures >= ALARMING && limit::try_one(tx, env, ALERTED, &key).await?.is_none() {
        let alert = entry(Kind::SignInsFailed, json!({ "failures": failures }));
        activity::append_everywhere(tx, env, account.id, alert).await?;
    }
    Ok(())
}
