//! What would happen to each address of a list, before anything is written.

use chrono::{DateTime, Utc};

use super::send::check_person;
use super::{Invitation, Status, invitations_where};
use crate::actor::Grant;
use crate::env::Env;
use crate::error::{Error, Rule};
use crate::policy::{Permission, Reinvite};
use crate::rate_limit;
use crate::suppression;
use crate::text::EmailAddress;
use crate::tx::{Tx, sql};

/// How many addresses are looked at together at most.
pub const MOST: usize = 20;

/// What would happen to an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It would be invited.
    New,
    /// It would be invited, and its pending invitation of this time replaced.
    Replaces(DateTime<Utc>),
    /// It has a pending invitation, and this team's rules do not let another replace it.
    Pending,
    /// It is a member's.
    Member,
    /// It has an account, and this team's rules refuse those.
    ExistingAccount,
    /// It wants no invitations.
    Suppressed,
    /// It was mailed a moment ago and has to wait until this time.
    Cooldown(DateTime<Utc>),
}

/// Looks at up to [`MOST`] addresses, in their order.
pub async fn preview(
    tx: &mut Tx,
    env: &Env,
    grant: &Grant,
    emails: &[EmailAddress],
) -> Result<Vec<Standing>, Error> {
    grant.demand(tx, Permission::MembersInvite)?;
    let mut standings = Vec::with_capacity(emails.len().min(MOST));
    for email in emails.iter().take(MOST) {
        standings.push(standing(tx, env, grant, email).await?);
    }
    Ok(standings)
}

async fn standing(tx: &mut Tx, env: &Env, grant: &Grant, email: &EmailAddress) -> Result<Standing, Error> {
    let (team, rules) = (grant.team.id, grant.team.policy.invitation());
    match check_person(tx, grant, email).await {
        Err(Error::Rule(Rule::AlreadyMember)) => return Ok(Standing::Member),
        Err(Error::Rule(Rule::ExistingAccount { .. })) => return Ok(Standing::ExistingAccount),
        other => other?,
    }
    if suppression::is_suppressed(tx, email).await? {
        return Ok(Standing::Suppressed);
    }
    if let Some(until) = rate_limit::cooldown(tx, env, team, &grant.team.policy, email).await? {
        return Ok(Standing::Cooldown(until));
    }
    let pending = sql!(fetch_optional Invitation, tx,
        invitations_where!("team_id = $1 and email_key = $2 and status = 'pending'"), team, email.key())?;
    Ok(
        match pending.filter(|invitation| invitation.status(env.now()) == Status::Pending) {
            None => Standing::New,
            Some(_) if rules.reinvite == Reinvite::Refused => Standing::Pending,
            Some(invitation) => Standing::Replaces(invitation.created_at),
        },
    )
}
