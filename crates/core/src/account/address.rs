//! The address of an account: asked for by its owner, proved by whoever reads the mailbox, and only then the account's.

use serde_json::json;

use super::proof::{self, Purpose};
use super::{Account, get, hold_address};
use crate::activity::{self, Kind, NewEntry};
use crate::actor::Actor;
use crate::email::{notice, proof as mail};
use crate::env::Env;
use crate::error::{Error, Rule};
use crate::ids::AccountId;
use crate::limit::{self, Client, Limit};
use crate::locale::Locale;
use crate::text::EmailAddress;
use crate::tx::{Tx, sql};

/// How often somebody may ask for another address.
const ASKS: Limit = Limit {
    name: "address",
    most: 5,
    window: chrono::TimeDelta::hours(1),
};

/// The account's owner wants to have this address. The answer is the same if it is somebody else's: then there is no mail.
pub async fn ask(
    tx: &mut Tx,
    env: &Env,
    account: &Account,
    email: &EmailAddress,
    client: &Client,
) -> Result<(), Error> {
    if account.email.as_ref() == Some(email) {
        return Err(Rule::Unchanged.into());
    }
    limit::take(tx, env, ASKS, &account.id.to_string()).await?;
    proof::may_ask(tx, env, email, client).await?;
    // The last wish counts.
    sql!(execute tx,
        "update address_proofs set used_at = $2 where account_id = $1 and purpose = 'verify' and used_at is null",
        account.id, env.now())?;
    let locale = sql!(value Locale, tx, "select locale from accounts where id = $1", account.id)?;
    let id = proof::ask(tx, env, Purpose::Verify, Some(account.id), email).await?;
    mail::ask(tx, env, id, Purpose::Verify, Some(account.id), email, locale).await
}

/// What a link shows.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The address that is proved.
    pub email: EmailAddress,
    /// Whose it becomes.
    pub account: AccountId,
}

/// What a link shows, as long as it works. Looking changes nothing.
pub async fn look(tx: &mut Tx, env: &Env, token: &str) -> Result<Shown, Error> {
    let proof = proof::by_token(tx, Purpose::Verify, token).await?;
    match proof.account_id {
        Some(account) if proof.is_open(env.now()) => Ok(Shown {
            email: proof.email,
            account,
        }),
        _ => Err(Rule::ProofOver.into()),
    }
}

/// The address becomes the account's. Whoever has asked for it has to be signed in: reading a mailbox does not make its owner
/// part of a stranger's account. The address before is told.
pub async fn finish(tx: &mut Tx, env: &Env, actor: Actor, token: &str) -> Result<EmailAddress, Error> {
    let proof = proof::by_token(tx, Purpose::Verify, token).await?;
    if proof.account_id != Some(actor.account) {
        return Err(Error::NotFound("page"));
    }
    let before = get(tx, actor.account).await?;
    let masked = |email: &EmailAddress| email.masked();
    let entry = NewEntry {
        kind: Kind::AddressChanged,
        actor: Some(before.id),
        surface: actor.surface,
        subject: before.display_name.clone(),
        details: json!({ "from": before.email.as_ref().map(masked), "to": proof.email.masked() }),
    };
    activity::append_everywhere(tx, env, before.id, entry).await?;
    proof::use_up(tx, env, &proof).await?;
    hold_address(tx, &proof.email).await?;
    let others = sql!(value i64, tx,
        "select count(*) from accounts where email_key = $1 and id <> $2", proof.email.key(), before.id)?;
    if others > 0 {
        return Err(Rule::AddressTaken.into());
    }
    // Links to the address before, and what others have asked for about this one.
    proof::end_of_account(tx, env, before.id).await?;
    proof::end_of_address(tx, env, &proof.email).await?;
    sql!(execute tx,
        "update accounts set email = $2, email_key = $3, email_verified_at = $4 where id = $1",
        before.id, &proof.email, proof.email.key(), env.now())?;
    notice::address_changed(tx, env, &before, &proof.email).await?;
    Ok(proof.email)
}
