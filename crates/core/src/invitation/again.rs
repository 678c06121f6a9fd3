//! Whether invitations can be mailed again: what lists say before anybody tries.

use chrono::{DateTime, Utc};

use super::{Invitation, Status, check_role};
use crate::actor::Grant;
use crate::env::Env;
use crate::error::Error;
use crate::rate_limit;
use crate::suppression;
use crate::text::EmailAddress;
use crate::tx::{MANY, Tx};

/// Whether an invitation can be mailed again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// At once.
    Now,
    /// The address was mailed a moment ago.
    NotBefore(DateTime<Utc>),
    /// The address wants no invitations.
    Suppressed,
    /// It is closed, or offers a role that the caller cannot offer.
    No,
}

/// Looks at invitations of the grant's team, in their order. However many there are, it takes the same few queries for each
/// `MANY`.
pub async fn again(
    tx: &mut Tx,
    env: &Env,
    grant: &Grant,
    invitations: &[&Invitation],
) -> Result<Vec<Again>, Error> {
    let mut found = Vec::with_capacity(invitations.len());
    for some in invitations.chunks(MANY) {
        let to: Vec<EmailAddress> = some.iter().map(|one| one.email.clone()).collect();
        let suppressed = suppression::among(tx, &to).await?;
        let resting = rate_limit::cooldowns(tx, env, &grant.team, &to).await?;
        found.extend(some.iter().map(|one| {
            if !is_open(env, grant, one) || check_role(grant, &one.role).is_err() {
                Again::No
            } else if suppressed.contains(&suppression::hash(&one.email)) {
                Again::Suppressed
            } else {
                let until = resting.get(&one.email.key());
                until.map_or(Again::Now, |until| Again::NotBefore(*until))
            }
        }));
    }
    Ok(found)
}

/// Whether an invitation waits for an answer, or can be brought back to waiting for one.
pub(super) fn is_open(env: &Env, grant: &Grant, invitation: &Invitation) -> bool {
    match invitation.status(env.now()) {
        Status::Pending => true,
        Status::Expired => grant.team.policy.invitation().resend_revives,
        Status::Accepted | Status::Revoked | Status::Replaced | Status::Declined => false,
    }
}
