//! Inviting, inviting again and cancelling.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use serde_json::json;
use sqlx::types::Json;

use super::again::is_open;
use super::expiry::Lapsed;
use super::{Invitation, Status, get, invitations_where};
use crate::account;
use crate::activity::{self, Kind};
use crate::actor::Grant;
use crate::email::{self, NewMail};
use crate::env::Env;
use crate::error::{Error, Rule};
use crate::ids::{AccountId, InvitationId, TeamId};
use crate::member;
use crate::message;
use crate::policy::{ExistingAccounts, InvitationField, Permission, Refusal, Reinvite, RoleKey};
use crate::rate_limit;
use crate::seat;
use crate::suppression;
use crate::text::EmailAddress;
use crate::token::Purpose;
use crate::tx::{Tx, sql};

/// What somebody wants to offer.
#[derive(Debug, Clone)]
pub struct NewInvitation {
    /// To whom.
    pub email: EmailAddress,
    /// Which role.
    pub role: RoleKey,
    /// What else the policy asks for, by field.
    pub details: BTreeMap<InvitationField, String>,
    /// A few words to the invited person, as [`crate::text::note`] reads them.
    pub note: Option<String>,
}

/// An invitation that was made.
#[derive(Debug, Clone)]
pub struct Sent {
    /// It.
    pub invitation: Invitation,
    /// The pending one whose place it took.
    pub replaced: Option<InvitationId>,
}

/// Offers a role: writes the invitation, its activity entry, its mail and the job that sends the mail.
pub async fn send(tx: &mut Tx, env: &Env, grant: &Grant, new: NewInvitation) -> Result<Sent, Error> {
    grant.demand(tx, Permission::MembersInvite)?;
    let (team, policy, now) = (&grant.team, &grant.team.policy, env.now());
    check_role(grant, &new.role)?;
    let details = check_fields(policy.invitation().fields.as_slice(), &new.details)?;
    check_person(tx, grant, &new.email).await?;
    seat::check_invited(tx, env, team, &new.email).await?;
    suppression::check(tx, &new.email).await?;
    rate_limit::check(tx, env, team.id, policy, &new.email).await?;
    let replaced = close_pending(tx, env, grant, &new.email).await?;

    let invitation = Invitation {
        id: env.new_id(),
        team_id: team.id,
        email: new.email,
        role: new.role,
        stored: Status::Pending,
        generation: 1,
        nonce: env.random::<16>().to_vec(),
        details: Json(details),
        note: new.note,
        invited_by: grant.actor.account,
        created_at: now,
        last_sent_at: now,
        expires_at: now + TimeDelta::days(policy.invitation().lifetime_days.into()),
    };
    let inserted = sql!(execute tx,
        "insert into invitations (id, team_id, email, email_key, role, status, generation, nonce, details, note, invited_by,
                                  created_at, last_sent_at, expires_at)
         values ($1, $2, $3, $4, $5, 'pending', 1, $6, $7, $8, $9, $10, $10, $11)",
        invitation.id, team.id, &invitation.email, invitation.email.key(), &invitation.role, &invitation.nonce,
        &invitation.details, &invitation.note, invitation.invited_by, now, invitation.expires_at);
    match inserted {
        // The team is locked and the pending one was closed, so only a mistake of ours could get here.
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {
            return Err(Rule::AlreadyInvited.into());
        }
        other => other?,
    };
    mail(tx, env, &invitation).await?;
    let details = json!({ "invitation": invitation.id, "role": invitation.role, "replaced": replaced });
    log(tx, env, grant, Kind::InvitationSent, &invitation, details).await?;
    Ok(Sent { invitation, replaced })
}

/// Mails a pending invitation again, with the same link; revives an expired one for another lifetime with a new link,
/// where the policy lets it.
pub async fn resend(tx: &mut Tx, env: &Env, grant: &Grant, id: InvitationId) -> Result<Invitation, Error> {
    grant.demand(tx, Permission::InvitationsManage)?;
    let (policy, now) = (&grant.team.policy, env.now());
    let mut invitation = get(tx, grant, id).await?;
    let status = invitation.status(now);
    let revive = status == Status::Expired;
    if !is_open(env, grant, &invitation) {
        return Err(Rule::Closed(status).into());
    }
    check_role(grant, &invitation.role)?;
    check_person(tx, grant, &invitation.email).await?;
    seat::check_invited(tx, env, &grant.team, &invitation.email).await?;
    suppression::check(tx, &invitation.email).await?;
    rate_limit::check(tx, env, grant.team.id, policy, &invitation.email).await?;
    invitation.last_sent_at = now;
    // Whoever mails it now answers for the role it offers.
    invitation.invited_by = grant.actor.account;
    if revive {
        invitation.generation += 1;
        invitation.stored = Status::Pending;
        invitation.expires_at = now + TimeDelta::days(policy.invitation().lifetime_days.into());
    }
    let updated = sql!(execute tx,
        "update invitations set status = 'pending', closed_at = null, generation = $3, last_sent_at = $4, expires_at = $5,
                                invited_by = $6, reminded_at = case when generation = $3 then reminded_at end
         where team_id = $1 and id = $2",
        grant.team.id, id, invitation.generation, now, invitation.expires_at, invitation.invited_by);
    match updated {
        // Another invitation of the address is pending: at most one can be.
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {
            return Err(Rule::AlreadyInvited.into());
        }
        other => other?,
    };
    mail(tx, env, &invitation).await?;
    let kind = if revive {
        Kind::InvitationRevived
    } else {
        Kind::InvitationResent
    };
    log(
        tx,
        env,
        grant,
        kind,
        &invitation,
        json!({ "invitation": id, "role": invitation.role }),
    )
    .await?;
    Ok(invitation)
}

/// Cancels a pending invitation: its link is dead from now on.
pub async fn revoke(tx: &mut Tx, env: &Env, grant: &Grant, id: InvitationId) -> Result<Invitation, Error> {
    grant.demand(tx, Permission::InvitationsManage)?;
    let mut invitation = get(tx, grant, id).await?;
    let status = invitation.status(env.now());
    if status != Status::Pending {
        return Err(Rule::Closed(status).into());
    }
    check_role(grant, &invitation.role)?;
    close(tx, env, &invitation, Status::Revoked).await?;
    invitation.stored = Status::Revoked;
    log(
        tx,
        env,
        grant,
        Kind::InvitationRevoked,
        &invitation,
        json!({ "invitation": id, "role": invitation.role }),
    )
    .await?;
    Ok(invitation)
}

/// Ends a pending invitation with a status and cancels its mails that have not left.
pub(super) async fn close(
    tx: &mut Tx,
    env: &Env,
    invitation: &Invitation,
    status: Status,
) -> Result<(), Error> {
    let closed = sql!(execute tx,
        "update invitations set status = $3, closed_at = $4 where team_id = $1 and id = $2 and status = 'pending'",
        invitation.team_id, invitation.id, status, env.now())?;
    if closed != 1 {
        return Err(Rule::Stale.into());
    }
    email::cancel_for_invitation(tx, invitation.id).await
}

/// Closes the pending invitation of somebody who has come in by another way, and so needs it no longer.
pub(crate) async fn close_joined(
    tx: &mut Tx,
    env: &Env,
    team: TeamId,
    email: &EmailAddress,
) -> Result<Option<InvitationId>, Error> {
    let pending = sql!(fetch_optional Invitation, tx,
        invitations_where!("team_id = $1 and email_key = $2 and status = 'pending' and expires_at > $3"),
        team, email.key(), env.now())?;
    let Some(invitation) = pending else {
        return Ok(None);
    };
    close(tx, env, &invitation, Status::Replaced).await?;
    Ok(Some(invitation.id))
}

/// Members are not invited again, and people with an account only where the policy lets them join.
async fn check_person(tx: &mut Tx, grant: &Grant, email: &EmailAddress) -> Result<(), Error> {
    let Some(person) = account::by_email(tx, email).await? else {
        return Ok(());
    };
    check_account(tx, grant, person.id).await
}

/// The same for somebody whose account is known.
pub(crate) async fn check_account(tx: &mut Tx, grant: &Grant, account: AccountId) -> Result<(), Error> {
    let member = member::of_account(tx, grant.team.id, account).await?;
    if member.is_some_and(|member| member.status.is_current()) {
        return Err(Rule::AlreadyMember.into());
    }
    let policy = &grant.team.policy;
    match policy.invitation().existing_accounts {
        ExistingAccounts::Join => Ok(()),
        ExistingAccounts::Refuse => Err(Rule::ExistingAccount {
            sentence: policy.refusal(Refusal::ExistingAccount),
        }
        .into()),
    }
}

/// The caller may only deal in roles that the policy lets them grant.
pub fn check_role(grant: &Grant, role: &RoleKey) -> Result<(), Error> {
    let policy = &grant.team.policy;
    let known = policy.role(role).ok_or_else(|| Rule::RoleUnknown {
        role: role.to_string(),
    })?;
    if policy.may_invite(&grant.role, role) {
        return Ok(());
    }
    Err(grant.denied(message!(
        "beyond-offer",
        role = grant.role_name(),
        offered = known.name.as_str(),
    )))
}

/// What the policy asks for beside address and role, all of it given.
pub(super) fn check_fields(
    needed: &[InvitationField],
    given: &BTreeMap<InvitationField, String>,
) -> Result<BTreeMap<InvitationField, String>, Error> {
    let mut details = BTreeMap::new();
    for field in needed.iter().filter(|field| !field.is_of_every_policy()) {
        let value = given
            .get(field)
            .map(|value| value.trim())
            .filter(|value| !value.is_empty());
        let value = value.ok_or_else(|| Rule::FieldMissing { what: field.phrase() })?;
        details.insert(*field, crate::text::name(field.phrase(), value)?);
    }
    Ok(details)
}

/// Makes room for a new invitation of an address: closes the one that is stored as pending, as replaced or, when its
/// time was already over, as expired.
async fn close_pending(
    tx: &mut Tx,
    env: &Env,
    grant: &Grant,
    email: &EmailAddress,
) -> Result<Option<InvitationId>, Error> {
    let old = sql!(fetch_optional Invitation, tx,
        invitations_where!("team_id = $1 and email_key = $2 and status = 'pending'"), grant.team.id, email.key())?;
    let Some(old) = old else { return Ok(None) };
    if old.status(env.now()) == Status::Expired {
        let lapsed = Lapsed {
            id: old.id,
            team_id: old.team_id,
            email: old.email,
            role: old.role,
        };
        super::expiry::expire(tx, env, &[lapsed]).await?;
        return Ok(None);
    }
    match grant.team.policy.invitation().reinvite {
        Reinvite::Refused => return Err(Rule::AlreadyInvited.into()),
        Reinvite::Replaces => {}
    }
    close(tx, env, &old, Status::Replaced).await?;
    Ok(Some(old.id))
}

/// Writes the mail with the link of the invitation's present generation, and the tokens that the link can be known by.
async fn mail(tx: &mut Tx, env: &Env, invitation: &Invitation) -> Result<(), Error> {
    super::note_tokens(tx, env, invitation, &[Purpose::Mail, Purpose::Api]).await?;
    email::queue(
        tx,
        env,
        NewMail::of_invitation(email::Kind::Invitation, invitation),
    )
    .await
}

async fn log(
    tx: &mut Tx,
    env: &Env,
    grant: &Grant,
    kind: Kind,
    invitation: &Invitation,
    details: serde_json::Value,
) -> Result<(), Error> {
    let entry = grant.entry(kind, invitation.email.masked(), details);
    activity::append(tx, env, grant.team.id, entry).await?;
    Ok(())
}
