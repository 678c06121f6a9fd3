//! The mail to an address that somebody typed on the page of an invite link: to its owner a way in, whether they have an
//! account or not.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::delivery::Claimed;
use super::{Kind, NewMail};
use crate::account;
use crate::env::Env;
use crate::error::Error;
use crate::ids::{SignUpId, TeamId};
use crate::invite_link::InviteLink;
use crate::invite_link::sign_up::{self, SignUp};
use crate::locale::Locale;
use crate::suppression;
use crate::team::Team;
use crate::text::EmailAddress;
use crate::tx::Tx;

/// The way in for whoever reads the mail.
#[derive(Debug, Clone)]
pub struct Join {
    /// The team's name.
    pub team: String,
    /// The name of the role that the link gives.
    pub role: String,
    /// What there is to do.
    pub way: Way,
}

/// What the reader has to do.
#[derive(Debug, Clone)]
pub enum Way {
    /// Make an account.
    SignUp {
        /// The secret of the link that proves the address.
        token: String,
        /// From when on it is dead.
        expires_at: DateTime<Utc>,
    },
    /// Sign in: the address has an account.
    SignIn {
        /// The secret of the invite link; none when it cannot be derived any more, and they have to open it themselves.
        token: Option<String>,
    },
}

#[derive(Serialize, Deserialize)]
struct Details {
    sign_up: SignUpId,
}

/// Asks for the mail.
pub(crate) async fn ask(
    tx: &mut Tx,
    env: &Env,
    team: TeamId,
    sign_up: SignUpId,
    to: &EmailAddress,
    locale: Locale,
) -> Result<(), Error> {
    let mail = NewMail {
        kind: Kind::Join,
        to,
        team: Some(team),
        account: None,
        invitation: None,
        details: serde_json::to_value(Details { sign_up }).map_err(Error::internal)?,
        about: None,
        locale: Some(locale),
    };
    super::queue(tx, env, mail).await
}

/// The way in, unless there is none any more.
pub(super) async fn read(tx: &mut Tx, env: &Env, mail: &Claimed) -> Result<Option<Join>, Error> {
    let Some((sign_up, link, team)) = wanted(tx, env.now(), mail).await? else {
        return Ok(None);
    };
    let way = if account::by_email(tx, &mail.to_address).await?.is_some() {
        Way::SignIn {
            token: link.token(env),
        }
    } else {
        match sign_up.token(env) {
            Some(token) => Way::SignUp {
                token,
                expires_at: sign_up.expires_at,
            },
            None => return Ok(None),
        }
    };
    Ok(Some(Join {
        role: team.policy.role_name(&link.role),
        team: team.name,
        way,
    }))
}

/// What the mail is about, unless that is over, or the address wants no such mails: anybody can type anybody's.
pub(super) async fn wanted(
    tx: &mut Tx,
    now: DateTime<Utc>,
    mail: &Claimed,
) -> Result<Option<(SignUp, InviteLink, Team)>, Error> {
    if suppression::is_suppressed(tx, &mail.to_address).await? {
        return Ok(None);
    }
    let Details { sign_up } = Details::deserialize(&mail.details.0).map_err(Error::internal)?;
    sign_up::wanted(tx, now, sign_up).await
}
