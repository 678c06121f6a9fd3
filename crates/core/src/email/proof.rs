//! Mails with a link that proves an address: to choose a password, or to give an account the address.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::delivery::Claimed;
use super::{Kind, NewMail};
use crate::account::proof::{self, Purpose};
use crate::account::{self, Account};
use crate::env::Env;
use crate::error::Error;
use crate::ids::{AccountId, ProofId};
use crate::locale::Locale;
use crate::suppression;
use crate::text::EmailAddress;
use crate::tx::Tx;

/// The link, and for whom.
#[derive(Debug, Clone)]
pub struct ProofLink {
    /// What the account is called.
    pub name: String,
    /// The secret of the link.
    pub token: String,
    /// From when on it is dead.
    pub expires_at: DateTime<Utc>,
}

#[derive(Serialize, Deserialize)]
struct Details {
    proof: ProofId,
}

/// Asks for the mail.
pub(crate) async fn ask(
    tx: &mut Tx,
    env: &Env,
    proof: ProofId,
    purpose: Purpose,
    account: Option<AccountId>,
    to: &EmailAddress,
    locale: Locale,
) -> Result<(), Error> {
    let mail = NewMail {
        kind: match purpose {
            Purpose::Reset => Kind::ResetPassword,
            Purpose::Verify => Kind::VerifyAddress,
        },
        to,
        team: None,
        account,
        invitation: None,
        details: serde_json::to_value(Details { proof }).map_err(Error::internal)?,
        about: None,
        locale: Some(locale),
    };
    super::queue(tx, env, mail).await
}

/// The link, unless it leads nowhere any more.
pub(super) async fn read(tx: &mut Tx, env: &Env, mail: &Claimed) -> Result<Option<ProofLink>, Error> {
    let Some((proof, account)) = wanted(tx, env.now(), mail).await? else {
        return Ok(None);
    };
    Ok(proof.token(env).map(|token| ProofLink {
        name: account.display_name,
        token,
        expires_at: proof.expires_at,
    }))
}

/// What the mail is about, unless that is over. A password is for whoever has the address; an address is for whom asks for
/// it, unless somebody has it, or it wants no mails that others cause.
pub(super) async fn wanted(
    tx: &mut Tx,
    now: DateTime<Utc>,
    mail: &Claimed,
) -> Result<Option<(proof::Proof, Account)>, Error> {
    let Details { proof } = Details::deserialize(&mail.details.0).map_err(Error::internal)?;
    let Some(proof) = proof::of_mail(tx, now, proof).await? else {
        return Ok(None);
    };
    let Some(id) = proof.account_id else {
        return Ok(None);
    };
    let owner = account::by_email(tx, &proof.email).await?;
    let wanted = match proof.purpose {
        Purpose::Reset => owner.as_ref().is_some_and(|owner| owner.id == id),
        Purpose::Verify => match &owner {
            // Their own, spelt differently.
            Some(owner) => owner.id == id,
            None => !suppression::is_suppressed(tx, &proof.email).await?,
        },
    };
    if !wanted {
        return Ok(None);
    }
    let account = account::get(tx, id).await?;
    Ok(Some((proof, account)))
}
