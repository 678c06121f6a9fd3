//! People: an account has a name, at most one verified address, at most one Discord user, and maybe a password.

mod erase;
mod export;
mod wishes;

pub use erase::{Goes, check_erase, erase};
pub use export::export;
pub use wishes::{Wish, Wishes, wish, wishes};

use chrono::{DateTime, Utc};

use crate::env::Env;
use crate::error::{Error, Rule};
use crate::ids::{AccountId, DiscordUserId};
use crate::locale::Locale;
use crate::text::{self, EmailAddress};
use crate::tx::{Tx, sql};

/// A person.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Account {
    /// Who.
    pub id: AccountId,
    /// What others call them.
    pub display_name: String,
    /// Their verified address. Nobody has an unverified one: an address becomes part of an account when its mailbox is
    /// proved.
    pub email: Option<EmailAddress>,
}

/// Makes an account for somebody who proved to read `email` and chose a password (already hashed).
pub async fn create(
    tx: &mut Tx,
    env: &Env,
    name: &str,
    email: &EmailAddress,
    password_hash: &str,
    locale: Locale,
) -> Result<Account, Error> {
    if by_email(tx, email).await?.is_some() {
        return Err(Rule::SignInFirst.into());
    }
    let account = Account {
        id: env.new_id(),
        display_name: text::name("what-name", name)?,
        email: Some(email.clone()),
    };
    let now = env.now();
    // Two teams may have invited the same person, who accepts both at once: the second account is refused here.
    let created = sql!(execute tx,
        "insert into accounts (id, display_name, name_key, email, email_key, email_verified_at, password_hash, created_at, locale)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (email_key) do nothing",
        account.id, &account.display_name, account.display_name.to_lowercase(), email, email.key(), now, password_hash, now,
        locale)?;
    if created == 1 {
        Ok(account)
    } else {
        Err(Rule::SignInFirst.into())
    }
}

/// The account of a Discord user, made if there is none yet: for whoever founds a team from Discord, their Discord
/// identity is the login.
pub async fn for_discord_user(
    tx: &mut Tx,
    env: &Env,
    user: DiscordUserId,
    username: &str,
    name: &str,
    locale: Locale,
) -> Result<Account, Error> {
    if let Some(account) = by_discord_user(tx, user).await? {
        return Ok(account);
    }
    // Discord allows names that we would refuse from a form; the username is always plain.
    let display_name = text::name("what-name", name).or_else(|_| text::name("what-name", username))?;
    let account = Account {
        id: env.new_id(),
        display_name,
        email: None,
    };
    let now = env.now();
    sql!(execute tx,
        "insert into accounts (id, display_name, name_key, created_at, locale) values ($1, $2, $3, $4, $5)",
        account.id, &account.display_name, account.display_name.to_lowercase(), now, locale)?;
    let linked = sql!(execute tx,
        "insert into discord_links (discord_user_id, account_id, username, linked_at) values ($1, $2, $3, $4)
         on conflict do nothing",
        user, account.id, username, now)?;
    // The same person, twice at once: the other one was first.
    if linked == 1 {
        Ok(account)
    } else {
        Err(Rule::Stale.into())
    }
}

/// An account by its id.
pub async fn get(tx: &mut Tx, id: AccountId) -> Result<Account, Error> {
    sql!(fetch_optional Account, tx, "select id, display_name, email from accounts where id = $1", id)?
        .ok_or(Error::NotFound("account"))
}

/// The account whose verified address this is.
pub async fn by_email(tx: &mut Tx, email: &EmailAddress) -> Result<Option<Account>, Error> {
    Ok(sql!(fetch_optional Account, tx,
        "select id, display_name, email from accounts where email_key = $1", email.key())?)
}

/// The account that a Discord user is linked to.
pub async fn by_discord_user(tx: &mut Tx, user: DiscordUserId) -> Result<Option<Account>, Error> {
    Ok(sql!(fetch_optional Account, tx,
        "select a.id, a.display_name, a.email from accounts a
         join discord_links l on l.account_id = a.id where l.discord_user_id = $1", user)?)
}

#[derive(sqlx::FromRow)]
struct Credentials {
    id: AccountId,
    password_hash: Option<String>,
}

/// How often an address may be tried within [`SIGN_IN_WINDOW`] before it has to rest.
const SIGN_IN_TRIES: i64 = 10;
const SIGN_IN_WINDOW: chrono::TimeDelta = chrono::TimeDelta::minutes(15);

/// Somebody's attempt to sign in with a password, between reading what is stored and knowing whether it matches.
///
/// The hash is checked between two transactions, because it takes tens of milliseconds and a transaction must not wait
/// for it: [`begin_sign_in`], commit, [`SignIn::check`].
pub struct SignIn {
    credentials: Option<Credentials>,
}

/// Counts the attempt, refuses it when there were too many for this address, and reads what to check against.
pub async fn begin_sign_in(tx: &mut Tx, env: &Env, email: &EmailAddress) -> Result<SignIn, Error> {
    let (key, now) = (email.key(), env.now());
    let since = now - SIGN_IN_WINDOW;
    tx.hold(&format!("sign-in {key}")).await?;
    let recent = sql!(values DateTime<Utc>, tx,
        "select at from sign_in_attempts where email_key = $1 and at > $2 and at <= $3 order by at desc limit $4",
        &key, since, now, SIGN_IN_TRIES)?;
    if let (true, Some(oldest)) = (recent.len() as u64 >= SIGN_IN_TRIES.unsigned_abs(), recent.last()) {
        return Err(Rule::SignInLimit {
            until: *oldest + SIGN_IN_WINDOW,
        }
        .into());
    }
    sql!(execute tx, "insert into sign_in_attempts (id, email_key, at) values ($1, $2, $3)",
        env.new_id::<ulid::Ulid>().to_string(), &key, now)?;
    let credentials = sql!(fetch_optional Credentials, tx,
        "select id, password_hash from accounts where email_key = $1", &key)?;
    Ok(SignIn { credentials })
}

impl SignIn {
    /// The account, if the password is right. For an unknown address it takes as long and answers the same.
    pub async fn check(self, env: &Env, password: &str) -> Result<AccountId, Error> {
        let hash = self
            .credentials
            .as_ref()
            .and_then(|found| found.password_hash.as_deref());
        let right = env.passwords().verify(password, hash).await?;
        self.credentials
            .filter(|_| right)
            .map(|found| found.id)
            .ok_or_else(|| Rule::SignInFailed.into())
    }
}
