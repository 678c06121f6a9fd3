//! A mail of an invitation that failed for good, as its inviter is told about it: by mail, and by the bot.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::delivery::Claimed;
use super::{Kind, NewMail, Status, notice};
use crate::account::{self, Account};
use crate::env::Env;
use crate::error::Error;
use crate::ids::{DiscordUserId, EmailId, InvitationId, TeamId};
use crate::invitation::{Invitation, Status as InvitationStatus, invitations_where};
use crate::locale::Locale;
use crate::member::{self, Status as MemberStatus};
use crate::policy::Permission;
use crate::team;
use crate::text::{EmailAddress, without_addresses};
use crate::tx::{Tx, sql};

/// A failure that somebody has to hear of.
#[derive(Debug, Clone)]
pub struct Failure {
    /// The mail.
    pub email: EmailId,
    /// The team that invited.
    pub team_id: TeamId,
    /// What it is called.
    pub team: String,
    /// The name of the role offered.
    pub role: String,
    /// Whom it did not reach.
    pub address: EmailAddress,
    /// The mail server's reply code, if it gave one.
    pub code: Option<i64>,
    /// Its words, or why it could not be reached.
    pub text: String,
    /// Who invited.
    pub inviter: Account,
    /// Who that is in Discord.
    pub discord_user: Option<DiscordUserId>,
    /// The inviter's language.
    pub locale: Locale,
}

impl Failure {
    /// The mail server's answer in one line, or why there is none.
    pub fn reply(&self) -> String {
        match self.code {
            Some(code) => format!("{code} {}", self.text),
            None => self.text.clone(),
        }
    }

    /// The same for where the address must not be seen.
    pub fn masked_reply(&self) -> String {
        without_addresses(&self.reply())
    }
}

#[derive(sqlx::FromRow)]
struct Failed {
    status: Status,
    invitation_id: Option<InvitationId>,
    generation: i64,
    to_address: EmailAddress,
    last_code: Option<i64>,
    last_text: Option<String>,
    /// Whether the invitation was mailed again since.
    superseded: bool,
}

#[derive(sqlx::FromRow)]
struct Reach {
    locale: Locale,
    discord_user_id: Option<DiscordUserId>,
}

/// Reads a failure, as long as the inviter can do something about it: the invitation waits for its answer, was not mailed
/// again meanwhile, and they still manage invitations, so that they may see its address.
pub async fn read(tx: &mut Tx, now: DateTime<Utc>, email: EmailId) -> Result<Option<Failure>, Error> {
    let failed = sql!(fetch_optional Failed, tx,
        "select e.status, e.invitation_id, e.generation, e.to_address, e.last_code, e.last_text,
                exists (select 1 from emails later where later.invitation_id = e.invitation_id
                        and later.status <> 'cancelled'
                        and (later.created_at > e.created_at or (later.created_at = e.created_at and later.id > e.id)))
                    as superseded
         from emails e where e.id = $1", email)?;
    let Some(failed) = failed.filter(|failed| failed.status == Status::Failed && !failed.superseded) else {
        return Ok(None);
    };
    let invitation =
        sql!(fetch_optional Invitation, tx, invitations_where!("id = $1"), failed.invitation_id)?;
    let Some(invitation) = invitation.filter(|invitation| {
        invitation.status(now) == InvitationStatus::Pending && invitation.generation == failed.generation
    }) else {
        return Ok(None);
    };
    let team = team::get(tx, invitation.team_id).await?;
    let member = member::of_account(tx, team.id, invitation.invited_by).await?;
    let manages = member.is_some_and(|member| {
        member.status == MemberStatus::Active
            && team.policy.allows(&member.role, Permission::InvitationsManage)
    });
    if !manages || !account::wishes(tx, invitation.invited_by).await?.undelivered {
        return Ok(None);
    }
    let reach = sql!(fetch_one Reach, tx,
        "select a.locale, l.discord_user_id from accounts a left join discord_links l on l.account_id = a.id
         where a.id = $1", invitation.invited_by)?;
    Ok(Some(Failure {
        email,
        team_id: team.id,
        role: team.policy.role_name(&invitation.role),
        team: team.name,
        address: failed.to_address,
        code: failed.last_code,
        text: failed.last_text.unwrap_or_default(),
        inviter: account::get(tx, invitation.invited_by).await?,
        discord_user: reach.discord_user_id,
        locale: reach.locale,
    }))
}

/// Asks for the one mail that tells the inviter, if they have an address.
pub async fn mail_inviter(tx: &mut Tx, env: &Env, failure: &Failure) -> Result<(), Error> {
    let Some(to) = &failure.inviter.email else {
        return Ok(());
    };
    let mail = NewMail {
        kind: Kind::DeliveryFailed,
        to,
        team: Some(failure.team_id),
        account: Some(failure.inviter.id),
        invitation: None,
        details: json!({ "email": failure.email }),
        about: Some(failure.email.to_string()),
        locale: None,
    };
    super::queue(tx, env, mail).await
}

/// The failure that a mail tells its inviter about, if it still matters to them.
pub(super) async fn read_for(
    tx: &mut Tx,
    now: DateTime<Utc>,
    mail: &Claimed,
) -> Result<Option<Failure>, Error> {
    let Some(account) = notice::recipient(tx, mail).await? else {
        return Ok(None);
    };
    let email = mail.details.get("email").and_then(|id| id.as_str()?.parse().ok());
    let email = email.ok_or_else(|| Error::internal("a mail about a failed one does not name it"))?;
    let failure = read(tx, now, email).await?;
    Ok(failure.filter(|failure| failure.inviter.id == account.id))
}
