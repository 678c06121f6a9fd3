//! Mails to somebody about what happened to their own account: asked for in the transaction of what happened, and read
//! again when they are sent. Only who has a verified address gets one.

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::delivery::Claimed;
use super::{Kind, NewMail};
use crate::account::{self, Account};
use crate::alert::{self, Alert};
use crate::browser::Browser;
use crate::discord_link;
use crate::env::Env;
use crate::error::Error;
use crate::ids::TeamId;
use crate::text::EmailAddress;
use crate::tx::Tx;

/// A Discord user was linked to an account, or unlinked.
#[derive(Debug, Clone)]
pub struct DiscordLinked {
    /// Their user name.
    pub username: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// Somebody signed in to an account from a browser that was not known of it.
#[derive(Debug, Clone)]
pub struct NewSignIn {
    /// Whether at Discord, and not with the password.
    pub at_discord: bool,
    /// Which browser.
    pub browser: Browser,
    /// When.
    pub at: DateTime<Utc>,
}

/// An account has another address.
#[derive(Debug, Clone)]
pub struct AddressChanged {
    /// The new one, masked: whoever reads the old mailbox need not know it.
    pub to: String,
    /// When.
    pub at: DateTime<Utc>,
}

#[derive(Serialize, Deserialize)]
struct SignInDetails {
    #[serde(flatten)]
    browser: Browser,
    /// Mails of before this version were about passwords.
    #[serde(default)]
    at_discord: bool,
}

#[derive(Serialize, Deserialize)]
struct AddressDetails {
    to: String,
}

#[derive(Serialize, Deserialize)]
struct LinkDetails {
    username: String,
}

/// Tells somebody that a Discord user was linked to their account.
pub(crate) async fn discord_linked(
    tx: &mut Tx,
    env: &Env,
    account: &Account,
    username: &str,
) -> Result<(), Error> {
    let username = username.to_owned();
    let details = LinkDetails { username };
    tell(tx, env, Kind::DiscordLinked, account, None, details).await
}

/// Tells somebody that a Discord user was unlinked from their account.
pub(crate) async fn discord_unlinked(
    tx: &mut Tx,
    env: &Env,
    account: &Account,
    username: &str,
) -> Result<(), Error> {
    let username = username.to_owned();
    let details = LinkDetails { username };
    tell(tx, env, Kind::DiscordUnlinked, account, None, details).await
}

/// Tells somebody that they signed in on a browser that is not known of them.
pub(crate) async fn new_sign_in(
    tx: &mut Tx,
    env: &Env,
    account: &Account,
    browser: Browser,
    at_discord: bool,
) -> Result<(), Error> {
    let details = SignInDetails { browser, at_discord };
    tell(tx, env, Kind::NewSignIn, account, None, details).await
}

/// Tells somebody that their account has another password.
pub(crate) async fn password_changed(tx: &mut Tx, env: &Env, account: &Account) -> Result<(), Error> {
    tell(tx, env, Kind::PasswordChanged, account, None, json!({})).await
}

/// Tells the address that an account had `before`, if it had one, that it has another.
pub(crate) async fn address_changed(
    tx: &mut Tx,
    env: &Env,
    before: &Account,
    to: &EmailAddress,
) -> Result<(), Error> {
    let details = AddressDetails { to: to.masked() };
    tell(tx, env, Kind::AddressChanged, before, None, details).await
}

#[derive(Serialize, Deserialize)]
struct AlertDetails {
    entry: i64,
}

/// Tells somebody of an entry in a team's log.
pub(crate) async fn alert(
    tx: &mut Tx,
    env: &Env,
    account: &Account,
    team: TeamId,
    entry: i64,
) -> Result<(), Error> {
    tell(tx, env, Kind::Alert, account, Some(team), AlertDetails { entry }).await
}

/// Asks for a mail to an account, if it has an address.
pub(super) async fn tell(
    tx: &mut Tx,
    env: &Env,
    kind: Kind,
    account: &Account,
    team: Option<TeamId>,
    details: impl Serialize,
) -> Result<(), Error> {
    let Some(to) = &account.email else {
        return Ok(());
    };
    let mail = NewMail {
        kind,
        to,
        team,
        account: Some(account.id),
        invitation: None,
        details: serde_json::to_value(details).map_err(Error::internal)?,
        about: None,
        locale: None,
    };
    super::queue(tx, env, mail).await
}

/// Whom a mail about their own affairs is for, if its address is still theirs.
pub(super) async fn recipient(tx: &mut Tx, mail: &Claimed) -> Result<Option<Account>, Error> {
    let Some(id) = mail.account_id else {
        return Ok(None);
    };
    let account = account::get(tx, id).await?;
    let theirs = account
        .email
        .as_ref()
        .is_some_and(|own| own.key() == mail.to_address.key());
    Ok(theirs.then_some(account))
}

/// What was noted with a mail.
pub(super) fn details<T: DeserializeOwned>(mail: &Claimed) -> Result<T, Error> {
    T::deserialize(&mail.details.0).map_err(Error::internal)
}

/// The link, if it still stands.
pub(super) async fn read_discord_linked(tx: &mut Tx, mail: &Claimed) -> Result<Option<DiscordLinked>, Error> {
    let Some(account) = recipient(tx, mail).await? else {
        return Ok(None);
    };
    let LinkDetails { username } = details(mail)?;
    let linked = discord_link::of_account(tx, account.id).await?;
    Ok((linked.as_ref() == Some(&username)).then_some(DiscordLinked {
        username,
        at: mail.created_at,
    }))
}

/// The end of a link: that it happened stays true.
pub(super) async fn read_discord_unlinked(
    tx: &mut Tx,
    mail: &Claimed,
) -> Result<Option<DiscordLinked>, Error> {
    if recipient(tx, mail).await?.is_none() {
        return Ok(None);
    }
    let LinkDetails { username } = details(mail)?;
    Ok(Some(DiscordLinked {
        username,
        at: mail.created_at,
    }))
}

/// The sign-in: that it happened stays true.
pub(super) async fn read_new_sign_in(tx: &mut Tx, mail: &Claimed) -> Result<Option<NewSignIn>, Error> {
    if recipient(tx, mail).await?.is_none() {
        return Ok(None);
    }
    let SignInDetails { browser, at_discord } = details(mail)?;
    Ok(Some(NewSignIn {
        browser,
        at_discord,
        at: mail.created_at,
    }))
}

/// When the password was changed: that stays true, too.
pub(super) async fn read_password_changed(
    tx: &mut Tx,
    mail: &Claimed,
) -> Result<Option<DateTime<Utc>>, Error> {
    Ok(recipient(tx, mail).await?.map(|_| mail.created_at))
}

/// The change of address, unless the account has this one again, or is nobody's any more.
pub(super) async fn read_address_changed(
    tx: &mut Tx,
    mail: &Claimed,
) -> Result<Option<AddressChanged>, Error> {
    let Some(id) = mail.account_id else {
        return Ok(None);
    };
    let now = account::get(tx, id).await?.email;
    let moved = now.is_some_and(|now| now.key() != mail.to_address.key());
    let AddressDetails { to } = details(mail)?;
    Ok(moved.then_some(AddressChanged {
        to,
        at: mail.created_at,
    }))
}

/// The entry, while the team and the entry are there.
pub(super) async fn read_alert(tx: &mut Tx, mail: &Claimed) -> Result<Option<Alert>, Error> {
    let (Some(account), Some(team)) = (recipient(tx, mail).await?, mail.team_id) else {
        return Ok(None);
    };
    let AlertDetails { entry } = details(mail)?;
    alert::read(tx, team, entry, account.id).await
}
