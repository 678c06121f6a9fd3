//! Mails: what has to be sent, and how its delivery goes. The row is the truth; a job only carries its id.
//!
//! A mail is asked for in the transaction of the change it tells about. What it says is read when it is sent
//! ([`content`]), so nobody is told what is no longer true; how it gets there is in [`delivery`].

pub mod admin;
pub mod content;
pub mod delivery;
pub mod failure;
pub mod join;
pub mod membership;
pub mod notice;
pub mod proof;
pub mod reason;
pub mod told;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sqlx::types::Json;

use crate::column::words;
use crate::env::Env;
use crate::error::Error;
use crate::ids::{AccountId, EmailId, InvitationId, TeamId};
use crate::invitation::Invitation;
use crate::job::Job;
use crate::locale::Locale;
use crate::queue;
use crate::text::EmailAddress;
use crate::tx::{Tx, sql};

words! {
    /// What a mail is about.
    Kind {
        /// An offer of a role, with the link.
        Invitation = "invitation",
        /// The same offer again, before it ends.
        Reminder = "reminder",
        /// To an invited person: what proves that they read the mailbox, when they came by the link that a program got.
        InvitationCode = "invitation_code",
        /// To whoever reads an address that was typed on the page of an invite link.
        Join = "join",
        /// To a member whose role somebody else changed.
        RoleChanged = "role_changed",
        /// To somebody whose membership somebody else ended.
        Removed = "removed",
        /// To somebody whose membership somebody else suspended.
        Deactivated = "deactivated",
        /// To the active holders of the top role of a team that was deleted.
        TeamDeleted = "team_deleted",
        /// To somebody whose account a Discord user was linked to.
        DiscordLinked = "discord_linked",
        /// To somebody whose account no Discord user is linked to any more.
        DiscordUnlinked = "discord_unlinked",
        /// To somebody who signed in with a browser that is not known of them.
        NewSignIn = "new_sign_in",
        /// To whoever reads an address whose password was forgotten.
        ResetPassword = "reset_password",
        /// To whoever reads an address that an account is to have.
        VerifyAddress = "verify_address",
        /// To somebody who has another password.
        PasswordChanged = "password_changed",
        /// To the address that an account had before.
        AddressChanged = "address_changed",
        /// To an inviter whose invitation could not be delivered.
        DeliveryFailed = "delivery_failed",
        /// To somebody who has to know at once of an entry in the log of their team.
        Alert = "alert",
    }
}

impl Kind {
    /// Whether it carries the link of an invitation.
    pub fn is_offer(self) -> bool {
        match self {
            Self::Invitation | Self::Reminder => true,
            Self::Join
            | Self::RoleChanged
            | Self::Removed
            | Self::Deactivated
            | Self::TeamDeleted
            | Self::DiscordLinked
            | Self::DiscordUnlinked
            | Self::NewSignIn
            | Self::ResetPassword
            | Self::VerifyAddress
            | Self::PasswordChanged
            | Self::AddressChanged
            | Self::InvitationCode
            | Self::DeliveryFailed
            | Self::Alert => false,
        }
    }
}

words! {
    /// How far a mail has come.
    Status {
        /// It waits for its turn, or for the next try.
        Queued = "queued",
        /// It is being handed over.
        Sending = "sending",
        /// The mail server has it.
        Sent = "sent",
        /// The mail server refused it for good, or we gave up.
        Failed = "failed",
        /// It was no longer wanted when its turn came.
        Cancelled = "cancelled",
    }
}

/// One mail's delivery, as people see it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Delivery {
    /// Which mail.
    pub id: EmailId,
    /// What it is about.
    pub kind: Kind,
    /// How far it has come.
    pub status: Status,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried next, if it waits.
    pub next_attempt_at: DateTime<Utc>,
    /// The mail server's latest reply code.
    pub last_code: Option<i64>,
    /// The mail server's latest reply, or why it could not be reached.
    pub last_text: Option<String>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When the mail server took it.
    pub sent_at: Option<DateTime<Utc>>,
}

/// A mail to be asked for.
pub(crate) struct NewMail<'a> {
    kind: Kind,
    to: &'a EmailAddress,
    team: Option<TeamId>,
    account: Option<AccountId>,
    /// The invitation and the generation of its link.
    invitation: Option<(InvitationId, i64)>,
    details: Value,
    about: Option<String>,
    /// The language of somebody we do not know; the team's when it is not known either.
    locale: Option<Locale>,
}

impl<'a> NewMail<'a> {
    /// A mail with the link of an invitation's present generation.
    pub(crate) fn of_invitation(kind: Kind, invitation: &'a Invitation) -> Self {
        Self {
            kind,
            to: &invitation.email,
            team: Some(invitation.team_id),
            account: None,
            invitation: Some((invitation.id, invitation.generation)),
            details: json!({}),
            about: None,
            locale: None,
        }
    }
}

/// Writes a mail, in the language of whoever has the address or else of the team, and the job that sends it. One that is
/// about something that was mailed about already is not written again.
pub(crate) async fn queue(tx: &mut Tx, env: &Env, mail: NewMail<'_>) -> Result<(), Error> {
    let (id, now) = (env.new_id::<EmailId>(), env.now());
    let turn = turn(tx, mail.team).await?;
    let (invitation, generation) = mail.invitation.unzip();
    let written = sql!(execute tx,
        "insert into emails (id, team_id, account_id, kind, to_address, to_key, locale, invitation_id, generation, details,
                             about, status, next_attempt_at, message_id, created_at)
         values ($1, $2, $3, $4, $5, $6,
                 coalesce((select locale from accounts where email_key = $6), $13, (select locale from teams where id = $2), 'en-US'),
                 $7, $8, $9, $10, 'queued', $11, $12, $11)
         on conflict (kind, about) where about is not null do nothing",
        id, mail.team, mail.account, mail.kind, mail.to, mail.to.key(), invitation, generation.unwrap_or_default(),
        Json(&mail.details), &mail.about, now, format!("<{id}@{}>", env.mail_domain()), mail.locale)?;
    if written == 1 {
        queue::enqueue_in_turn(tx, env, &Job::SendEmail { email: id }, turn).await?;
    }
    Ok(())
}

/// How many mails of one team are told apart by their turn; those behind have the same one.
const TURNS: i64 = 1000;

/// Whose turn comes first: a mail goes behind as many of other teams' as its own team has waiting, so that a thousand of
/// one team hold up nobody's single one. Nought is first; the later the turn, the smaller the number.
async fn turn(tx: &mut Tx, team: Option<TeamId>) -> Result<i32, Error> {
    let Some(team) = team else { return Ok(0) };
    let waiting = sql!(value i64, tx,
        "select count(*) from (select 1 as one from emails where team_id = $1 and status in ('queued', 'sending') limit $2) waiting",
        team, TURNS)?;
    Ok(-i32::try_from(waiting).unwrap_or(i32::MAX))
}

/// Cancels the mails of an invitation that have not left.
pub(crate) async fn cancel_for_invitation(tx: &mut Tx, invitation: InvitationId) -> Result<(), Error> {
    sql!(execute tx,
        "update emails set status = 'cancelled' where invitation_id = $1 and status = 'queued'", invitation)?;
    Ok(())
}

/// Cancels the mails of a team that have not left.
pub(crate) async fn cancel_for_team(tx: &mut Tx, team: TeamId) -> Result<(), Error> {
    sql!(execute tx, "update emails set status = 'cancelled'
         where team_id = $1 and status = 'queued' and status in ('queued', 'sending')", team)?;
    Ok(())
}

/// Cancels the invitation mails to an address that wait, of whatever team. One that somebody is taking at this moment is
/// left to them: they see for themselves that it is not wanted.
pub(crate) async fn cancel_unwanted(tx: &mut Tx, to: &EmailAddress) -> Result<(), Error> {
    let waiting = sql!(free EmailId, tx,
        "select id from emails
         where status in ('queued', 'sending') and status = 'queued' and kind in ('invitation', 'reminder') and to_key = $1",
        to.key())?;
    for id in waiting {
        sql!(execute tx,
            "update emails set status = 'cancelled', last_code = null, last_text = $2 where id = $1", id, reason::NOT_WANTED)?;
    }
    Ok(())
}

/// The mails of an invitation, oldest first.
pub async fn of_invitation(tx: &mut Tx, invitation: InvitationId) -> Result<Vec<Delivery>, Error> {
    Ok(sql!(fetch_all Delivery, tx,
        "select id, kind, status, attempts, next_attempt_at, last_code, last_text, created_at, sent_at from emails
         where invitation_id = $1 and kind in ('invitation', 'reminder') order by created_at, id", invitation)?)
}
