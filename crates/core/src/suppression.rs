//! Addresses that want no invitation from anybody here.
//!
//! Each invitation mail has a link with which its reader says so, and takes it back. The link proves the mailbox, and
//! goes on doing so when the invitation is long over; so the token of any mailed link will do, and that of a program
//! will not. What is kept of an address is the SHA-256 of its key.
//!
//! The wish is looked at twice: when an invitation is made or mailed again, where it is a refusal, and when a mail's
//! turn has come ([`crate::email::content`]), where the mail is dropped. So it also holds for mails that were asked for
//! at the very moment it was uttered, without a lock that all teams would share.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::activity::{self, Kind, NewEntry, Surface};
use crate::email;
use crate::env::{Env, sha256};
use crate::error::{Error, Rule};
use crate::invitation::Invitation;
use crate::invitation::accept::{self, Known};
use crate::team;
use crate::text::EmailAddress;
use crate::token::Purpose;
use crate::tx::{Tx, sql, sql_many};

/// What the reader of a mail wants for the address it came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// The address, masked: the mail may have been passed on.
    pub address: String,
    /// Since when it wants no invitations, if it does not.
    pub none_since: Option<DateTime<Utc>>,
}

/// What is kept of an address.
pub(crate) fn hash(address: &EmailAddress) -> Vec<u8> {
    sha256(address.key().as_bytes()).to_vec()
}

/// What stands for the address that a token was mailed to. Looking changes nothing.
pub async fn look(tx: &mut Tx, token: &str) -> Result<Wish, Error> {
    let address = mailed(tx, token).await?.email;
    Ok(Wish {
        address: address.masked(),
        none_since: since(tx, &address).await?,
    })
}

/// The reader of a mail wants no more invitations at its address: those that have not left yet stay here. Pending
/// invitations can still be accepted. Saying it again changes nothing.
pub async fn stop(tx: &mut Tx, env: &Env, token: &str) -> Result<(), Error> {
    let invitation = mailed(tx, token).await?;
    team::lock_row(tx, invitation.team_id).await?;
    let said = sql!(execute tx,
        "insert into suppressions (address_hash, created_at) values ($1, $2) on conflict (address_hash) do nothing",
        hash(&invitation.email), env.now())?;
    if said == 0 {
        return Ok(());
    }
    email::cancel_unwanted(tx, &invitation.email).await?;
    log(tx, env, &invitation).await
}

/// The reader of a mail takes it back: the address can be invited again.
pub async fn take_back(tx: &mut Tx, token: &str) -> Result<(), Error> {
    let address = mailed(tx, token).await?.email;
    sql!(execute tx, "delete from suppressions where address_hash = $1", hash(&address))?;
    Ok(())
}

/// Whether an address wants no invitations.
pub async fn is_suppressed(tx: &mut Tx, address: &EmailAddress) -> Result<bool, Error> {
    Ok(since(tx, address).await?.is_some())
}

/// Those of several addresses, at most [`crate::tx::MANY`], that want no invitations, as what is kept of them.
pub(crate) async fn among(tx: &mut Tx, addresses: &[EmailAddress]) -> Result<HashSet<Vec<u8>>, Error> {
    type Kept = (Vec<u8>,);
    let found = sql_many!(
        fetch_all Kept,
        tx,
        addresses,
        "select address_hash from suppressions where address_hash in (",
        |row, address| {
            row.push_bind(hash(address));
        },
        ")"
    )?;
    Ok(found.into_iter().map(|(hash,)| hash).collect())
}

/// Refuses to invite an address that wants no invitations.
pub(crate) async fn check(tx: &mut Tx, address: &EmailAddress) -> Result<(), Error> {
    if is_suppressed(tx, address).await? {
        return Err(Rule::Suppressed.into());
    }
    Ok(())
}

async fn since(tx: &mut Tx, address: &EmailAddress) -> Result<Option<DateTime<Utc>>, Error> {
    let since = sql!(values DateTime<Utc>, tx,
        "select created_at from suppressions where address_hash = $1", hash(address))?;
    Ok(since.into_iter().next())
}

/// The invitation whose mail a token came with, whatever has become of it.
async fn mailed(tx: &mut Tx, token: &str) -> Result<Invitation, Error> {
    let Known {
        invitation, purpose, ..
    } = accept::by_token(tx, token).await?;
    match purpose {
        Purpose::Mail => Ok(invitation),
        // Whoever has this one need not read that mailbox.
        Purpose::Api => Err(Error::NotFound("invitation")),
    }
}

/// Tells the team whose mail led there, once for each invitation: somebody who changes their mind a thousand times fills
/// no log.
async fn log(tx: &mut Tx, env: &Env, invitation: &Invitation) -> Result<(), Error> {
    let (kind, details) = (Kind::InvitationSuppressed, json!({ "invitation": invitation.id }));
    let told = sql!(value i64, tx,
        "select count(*) from activity where team_id = $1 and kind = $2 and details = $3",
        invitation.team_id, kind, details.to_string())?;
    if told > 0 {
        return Ok(());
    }
    let entry = NewEntry {
        kind,
        actor: None,
        surface: Surface::Web,
        subject: invitation.email.masked(),
        details,
    };
    activity::append(tx, env, invitation.team_id, entry).await?;
    Ok(())
}
