//! What a mail says: read when it is sent, from the state of that moment.

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use super::Kind;
use super::delivery::Claimed;
use super::failure::{self, Failure};
use super::join::{self, Join};
use super::membership::{self, AccessEnded, RoleChanged, TeamDeleted};
use super::notice::{self, AddressChanged, DiscordLinked, NewSignIn};
use super::proof::{self, ProofLink};
use crate::alert::Alert;
use crate::env::Env;
use crate::error::Error;
use crate::invitation::code::{self, Mailed};
use crate::invitation::{
    self, Invitation, Status as InvitationStatus, invitation_columns, invitations_where,
};
use crate::member::Status;
use crate::policy::Excerpt;
use crate::suppression;
use crate::text::EmailAddress;
use crate::token::{self, Purpose};
use crate::tx::{Tx, sql};

/// What a mail says, by kind.
#[derive(Debug, Clone)]
pub enum Content {
    /// An offer of a role.
    Invitation(Offer),
    /// The same offer again, before it ends.
    Reminder(Offer),
    /// What proves that the recipient reads this mailbox.
    InvitationCode(Mailed),
    /// The recipient's address was typed on the page of an invite link.
    Join(Join),
    /// Somebody else changed the recipient's role.
    RoleChanged(RoleChanged),
    /// Somebody else ended the recipient's membership.
    Removed(AccessEnded),
    /// Somebody else suspended the recipient's membership.
    Deactivated(AccessEnded),
    /// A team that the recipient could bring back was deleted.
    TeamDeleted(TeamDeleted),
    /// A Discord user was linked to the recipient's account.
    DiscordLinked(DiscordLinked),
    /// A Discord user was unlinked from the recipient's account.
    DiscordUnlinked(DiscordLinked),
    /// The recipient signed in with a browser that is not known of them.
    NewSignIn(NewSignIn),
    /// The recipient has forgotten their password.
    ResetPassword(ProofLink),
    /// An account is to have the recipient's address.
    VerifyAddress(ProofLink),
    /// The recipient has another password, since this time.
    PasswordChanged(DateTime<Utc>),
    /// The account that had the recipient's address has another one.
    AddressChanged(AddressChanged),
    /// The recipient's invitation could not be delivered.
    DeliveryFailed(Box<Failure>),
    /// Something in a log that the recipient has to know at once.
    Alert(Box<Alert>),
}

impl Content {
    /// Whether the link in it is known already; if not, it has to be made so by [`note_link`] before it is mailed.
    pub fn link_is_known(&self) -> bool {
        match self {
            Self::Invitation(offer) | Self::Reminder(offer) => offer.known,
            Self::InvitationCode(_)
            | Self::Join(_)
            | Self::RoleChanged(_)
            | Self::Removed(_)
            | Self::Deactivated(_)
            | Self::TeamDeleted(_)
            | Self::DiscordLinked(_)
            | Self::DiscordUnlinked(_)
            | Self::NewSignIn(_)
            | Self::ResetPassword(_)
            | Self::VerifyAddress(_)
            | Self::PasswordChanged(_)
            | Self::AddressChanged(_)
            | Self::DeliveryFailed(_)
            | Self::Alert(_) => true,
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
    /// The inviter's address, where the team lets answers reach them.
    pub reply_to: Option<EmailAddress>,
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
        Kind::InvitationCode => code::read(tx, env, mail).await?.map(Content::InvitationCode),
        Kind::Join => join::read(tx, env, mail).await?.map(Content::Join),
        Kind::RoleChanged => membership::read_role_changed(tx, mail)
            .await?
            .map(Content::RoleChanged),
        Kind::Removed => membership::read_access_ended(tx, mail, Status::Removed)
            .await?
            .map(Content::Removed),
        Kind::Deactivated => membership::read_access_ended(tx, mail, Status::Deactivated)
            .await?
            .map(Content::Deactivated),
        Kind::TeamDeleted => membership::read_team_deleted(tx, env.now(), mail)
            .await?
            .map(Content::TeamDeleted),
        Kind::DiscordLinked => notice::read_discord_linked(tx, mail)
            .await?
            .map(Content::DiscordLinked),
        Kind::DiscordUnlinked => notice::read_discord_unlinked(tx, mail)
            .await?
            .map(Content::DiscordUnlinked),
        Kind::NewSignIn => notice::read_new_sign_in(tx, mail).await?.map(Content::NewSignIn),
        Kind::ResetPassword => proof::read(tx, env, mail).await?.map(Content::ResetPassword),
        Kind::VerifyAddress => proof::read(tx, env, mail).await?.map(Content::VerifyAddress),
        Kind::PasswordChanged => notice::read_password_changed(tx, mail)
            .await?
            .map(Content::PasswordChanged),
        Kind::AddressChanged => notice::read_address_changed(tx, mail)
            .await?
            .map(Content::AddressChanged),
        Kind::DeliveryFailed => {
            let failure = failure::read_for(tx, env.now(), mail).await?;
            failure.map(|failure| Content::DeliveryFailed(Box::new(failure)))
        }
        Kind::Alert => notice::read_alert(tx, mail)
            .await?
            .map(|alert| Content::Alert(Box::new(alert))),
    })
}

/// Whether a mail still leads anywhere.
pub(crate) async fn still_wanted(tx: &mut Tx, now: DateTime<Utc>, mail: &Claimed) -> Result<bool, Error> {
    Ok(match mail.kind {
        Kind::Invitation | Kind::Reminder => open_invitation(tx, now, mail).await?.is_some(),
        Kind::InvitationCode => code::counts(tx, now, mail).await?,
        Kind::Join => join::wanted(tx, now, mail).await?.is_some(),
        Kind::RoleChanged => membership::read_role_changed(tx, mail).await?.is_some(),
        Kind::Removed => {
            let ended = membership::read_access_ended(tx, mail, Status::Removed).await?;
            ended.is_some()
        }
        Kind::Deactivated => {
            let ended = membership::read_access_ended(tx, mail, Status::Deactivated).await?;
            ended.is_some()
        }
        Kind::TeamDeleted => membership::read_team_deleted(tx, now, mail).await?.is_some(),
        Kind::DiscordLinked => notice::read_discord_linked(tx, mail).await?.is_some(),
        Kind::DiscordUnlinked => notice::read_discord_unlinked(tx, mail).await?.is_some(),
        Kind::NewSignIn => notice::read_new_sign_in(tx, mail).await?.is_some(),
        Kind::ResetPassword | Kind::VerifyAddress => proof::wanted(tx, now, mail).await?.is_some(),
        Kind::PasswordChanged => notice::read_password_changed(tx, mail).await?.is_some(),
        Kind::AddressChanged => notice::read_address_changed(tx, mail).await?.is_some(),
        Kind::DeliveryFailed => failure::read_for(tx, now, mail).await?.is_some(),
        Kind::Alert => notice::read_alert(tx, mail).await?.is_some(),
    })
}

/// An offer as one query reads it.
#[derive(sqlx::FromRow)]
struct OfferRow {
    #[sqlx(flatten)]
    invitation: Invitation,
    team_name: String,
    policy: Json<Excerpt>,
    inviter: String,
    inviter_email: Option<EmailAddress>,
    /// The hash of one of the tokens that this generation was mailed with.
    noted: Option<Vec<u8>>,
}

/// The offer that a mail is about, if that very mail still leads anywhere.
async fn offer(tx: &mut Tx, env: &Env, mail: &Claimed) -> Result<Option<Offer>, Error> {
    let found = sql!(fetch_optional OfferRow, tx, concat!(
        "select ", invitation_columns!(), ", t.name as team_name, t.policy, a.display_name as inviter, a.email as inviter_email,
                (select k.token_hash from invitation_tokens k
                 where k.invitation_id = i.id and k.generation = i.generation and k.purpose = 'mail' limit 1) as noted
         from invitations i join teams t on t.id = i.team_id join accounts a on a.id = i.invited_by
         where i.id = $1 and t.deleted_at is null and not exists (select 1 from suppressions where address_hash = $2)"),
        mail.invitation_id, suppression::hash(&mail.to_address))?;
    let Some(row) = found.filter(|row| leads_there(&row.invitation, env.now(), mail)) else {
        return Ok(None);
    };
    let invitation = row.invitation;
    let (token, hash) = invitation::derived(env, &invitation, Purpose::Mail)?;
    // With one key there is one token; after a change of keys there may be several.
    let known = row.noted.as_deref() == Some(&hash[..]) || token::is_noted(tx, &hash).await?;
    Ok(Some(Offer {
        reply_to: row.inviter_email.filter(|_| row.policy.replies_to_inviter()),
        role: row.policy.role_name(&invitation.role),
        team: row.team_name,
        inviter: row.inviter,
        token,
        known,
        note: invitation.note,
        expires_at: invitation.expires_at,
    }))
}

fn leads_there(invitation: &Invitation, now: DateTime<Utc>, mail: &Claimed) -> bool {
    invitation.status(now) == InvitationStatus::Pending && invitation.generation == mail.generation
}

/// Makes the link of a claimed mail known, as it is derived with the key of today.
pub async fn note_link(tx: &mut Tx, env: &Env, mail: &Claimed) -> Result<(), Error> {
    if let Some(invitation) = open_invitation(tx, env.now(), mail).await? {
        invitation::note_tokens(tx, env, &invitation, &[Purpose::Mail]).await?;
    }
    Ok(())
}

async fn open_invitation(
    tx: &mut Tx,
    now: DateTime<Utc>,
    mail: &Claimed,
) -> Result<Option<Invitation>, Error> {
    let found = sql!(fetch_optional Invitation, tx,
        invitations_where!("i.id = $1 and not exists (select 1 from suppressions where address_hash = $2)
            and exists (select 1 from teams t where t.id = i.team_id and t.deleted_at is null)"),
        mail.invitation_id, suppression::hash(&mail.to_address))?;
    Ok(found.filter(|invitation| leads_there(invitation, now, mail)))
}
