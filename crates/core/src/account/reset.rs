//! A forgotten password: a mail to the address, and whoever reads it chooses another one.
//!
//! What is done and answered is the same whether or not the address has an account. Only the mail differs: without an account
//! there is none.

use super::proof::{self, Proof, Purpose};
use super::{change_password, get};
use crate::activity::Surface;
use crate::actor::Actor;
use crate::email::proof as mail;
use crate::env::Env;
use crate::error::{Error, Rule};
use crate::ids::AccountId;
use crate::limit::Client;
use crate::locale::Locale;
use crate::team;
use crate::text::EmailAddress;
use crate::tx::{Tx, sql};

/// Somebody has forgotten the password that goes with an address.
pub async fn ask(
    tx: &mut Tx,
    env: &Env,
    email: &EmailAddress,
    client: &Client,
    locale: Locale,
) -> Result<(), Error> {
    proof::may_ask(tx, env, email, client).await?;
    let account = sql!(values AccountId, tx, "select id from accounts where email_key = $1", email.key())?
        .first()
        .copied();
    let id = proof::ask(tx, env, Purpose::Reset, account, email).await?;
    mail::ask(tx, env, id, Purpose::Reset, account, email, locale).await
}

/// Whose password a link is for.
#[derive(Debug, Clone)]
pub struct Shown {
    /// Their address.
    pub email: EmailAddress,
    /// What they are called.
    pub name: String,
}

/// What a link shows, as long as it works. Looking changes nothing.
pub async fn look(tx: &mut Tx, env: &Env, token: &str) -> Result<Shown, Error> {
    let proof = proof::by_token(tx, Purpose::Reset, token).await?;
    let account = whose(tx, env, &proof).await?;
    let account = get(tx, account).await?;
    Ok(Shown {
        email: proof.email,
        name: account.display_name,
    })
}

/// The account a link is for, unless it is over: used, too old, or about an address that is somebody else's by now.
async fn whose(tx: &mut Tx, env: &Env, proof: &Proof) -> Result<AccountId, Error> {
    let account = proof.account_id.filter(|_| proof.is_open(env.now()));
    let id = account.ok_or(Rule::ProofOver)?;
    let email = get(tx, id).await?.email;
    if email.is_some_and(|email| email.key() == proof.email.key()) {
        Ok(id)
    } else {
        Err(Rule::ProofOver.into())
    }
}

/// Whoever read the mail has chosen a password, already hashed. Once. Every session ends, and every other such link.
pub async fn finish(tx: &mut Tx, env: &Env, token: &str, password_hash: &str) -> Result<AccountId, Error> {
    let proof = proof::by_token(tx, Purpose::Reset, token).await?;
    let account = whose(tx, env, &proof).await?;
    let actor = Actor {
        account,
        surface: Surface::Web,
    };
    // Teams come first, as everywhere.
    team::lock_of_account(tx, account).await?;
    proof::use_up(tx, env, &proof).await?;
    change_password(tx, env, actor, password_hash).await?;
    Ok(account)
}
