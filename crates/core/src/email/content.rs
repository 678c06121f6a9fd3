//! What a mail says: read when it is sent, from the state of that moment.

use chrono::{DateTime, Utc};

use super::Kind;
use super::delivery::Claimed;
use super::failure::{self, Failure};
use super::notice::{self, DiscordLinked, NewSignIn, RoleChanged};
use crate::account;
use crate::env::Env;
use crate::error::Error;
use crate::invitation::{self, Invitation, Status as InvitationStatus, invitations_where};
use crate::team;
use crate::token::Purpose;
use crate::tx::{Tx, sql};

/// What a mail says, by kind.
#[derive(Debug, Clone)]
pub enum Content {
    /// An offer of a role.
    Invitation(Offer),
    /// The same offer again, before it ends.
    Reminder(Offer),
    /// Somebody else changed the recipient's role.
    RoleChanged(RoleChanged),
    /// A Discord user was linked to the recipient's account.
    DiscordLinked(DiscordLinked),
    /// The recipient's password was used on a browser that is not known of them.
    NewSignIn(NewSignIn),
    /// The recipient's invitation could not be delivered.
    DeliveryFailed(Box<Failure>),
}

impl Content {
    /// Whether the link in it is known already; if not, it has to be made so by [`note_link`] before it is mailed.
    pub fn link_is_known(&self) -> bool {
        match self {
            Self::Invitation(offer) | Self::Reminder(offer) => offer.known,
            Self::RoleChanged(_) | Self::DiscordLinked(_) | Self::NewSignIn(_) | Self::DeliveryFailed(_) => {
                true
            }
        }
    }
}

/// An offer of a role, as its mails tell it.
#[derive(Debug, Clone)]
pub struct Offer {
    /// The team's name.
    pub team: String,
    /// Who invited, by name.
    pub inviter: String,
    /// The name of the role offered.
    pub role: String,
    /// A few words from the inviter.
    pub note: Option<String>,
    /// The secret of the link.
    pub token: String,
    /// One made with a key that is newer than the mail is not.
    pub(crate) known: bool,
    /// From when on the link is dead.
    pub expires_at: DateTime<Utc>,
}

/// What a claimed mail says now, or nothing when it is no longer wanted.
pub async fn content(tx: &mut Tx, env: &Env, mail: &Claimed) -> Result<Option<Content>, Error> {
    Ok(match mail.kind {
        Kind::Invitation => offer(tx, env, mail).await?.map(Content::Invitation),
        Kind::Reminder => offer(tx, env, mail).await?.map(Content::Reminder),
        Kind::RoleChanged => notice::read_role_changed(tx, mail)
            .await?
            .map(Content::RoleChanged),
        Kind::DiscordLinked => notice::read_discord_linked(tx, mail)
            .await?
            .map(Content::DiscordLinked),
        Kind::NewSignIn => notice::read_new_sign_in(tx, mail).await?.map(Content::NewSignIn),
        Kind::DeliveryFailed => {
            let failure = failure::read_for(tx, env, mail).await?;
            failure.map(|failure| Content::DeliveryFailed(Box::new(failure)))
        }
    })
}

/// The offer that a mail is about, if that very mail still leads anywhere.
async fn offer(tx: &mut Tx, env: &Env, mail: &Claimed) -> Result<Option<Offer>, Error> {
    let Some(invitation) = open_invitation(tx, env, mail).await? else {
        return Ok(None);
    };
    let team = team::get(tx, invitation.team_id).await?;
    let inviter = account::get(tx, invitation.invited_by).await?.display_name;
    let (token, known) = invitation::link(tx, env, &invitation).await?;
    Ok(Some(Offer {
        role: team.policy.role_name(&invitation.role),
        team: team.name,
        inviter,
        token,
        known,
        note: invitation.note,
        expires_at: invitation.expires_at,
    }))
}

/// Makes the link of a claimed mail known, as it is derived with the key of today.
pub async fn note_link(tx: &mut Tx, env: &Env, mail: &Claimed) -> Result<(), Error> {
    if let Some(invitation) = open_invitation(tx, env, mail).await? {
        invitation::token(tx, env, &invitation, Purpose::Mail).await?;
    }
    Ok(())
}

async fn open_invitation(tx: &mut Tx, env: &Env, mail: &Claimed) -> Result<Option<Invitation>, Error> {
    let found = sql!(fetch_optional Invitation, tx, invitations_where!("id = $1"), mail.invitation_id)?;
    Ok(found.filter(|invitation| {
        invitation.status(env.now()) == InvitationStatus::Pending && invitation.generation == mail.generation
    }))
}
