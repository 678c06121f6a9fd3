//! People: an account has a name, at most one verified address, at most one Discord user, and maybe a password.

pub mod address;
mod details;
mod erase;
mod export;
pub mod proof;
pub mod reset;
mod sign_in;
mod wishes;

pub use details::{change_password, has_password, rename};
pub use erase::{Goes, check_erase, erase};
pub use export::export;
pub(crate) use sign_in::note_sign_in;
pub use sign_in::{Means, Proved, SignIn, begin_check, begin_sign_in, failed, note_failure};
pub use wishes::{Wish, Wishes, wish, wishes};

use crate::env::Env;
use crate::error::{Error, Rule};
use crate::ids::{AccountId, DiscordUserId};
use crate::locale::Locale;
use crate::session;
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
    hold_address(tx, email).await?;
    // Links that were asked for while nobody had the address open nothing now.
    proof::end_of_address(tx, env, email).await?;
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

/// Waits until nobody else is about to take an address.
async fn hold_address(tx: &mut Tx, email: &EmailAddress) -> Result<(), Error> {
    tx.hold(&format!("address {}", email.key())).await
}

/// Ends every session of an account, and every mailed link with which somebody could become it: from the next request on.
pub(crate) async fn sign_out_everywhere(tx: &mut Tx, env: &Env, account: &Account) -> Result<(), Error> {
    session::end_all(tx, account.id).await?;
    proof::end_of_account(tx, env, account.id).await?;
    match &account.email {
        Some(email) => proof::end_of_address(tx, env, email).await,
        None => Ok(()),
    }
}
