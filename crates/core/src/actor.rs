//! Who acts, and what they may do: permission as a value.
//!
//! A [`Grant`] is made by [`Actor::may`] inside a transaction, from the role as it is at that moment, and is worth
//! nothing in any other transaction. Every change in a team asks for one.

use crate::activity::Surface;
use crate::error::Error;
use crate::ids::{AccountId, TeamId};
use crate::member::{self, Member, Status};
use crate::policy::Permission;
use crate::team::{self, Team};
use crate::tx::Tx;

/// Who acts, and where.
#[derive(Debug, Clone, Copy)]
pub struct Actor {
    /// Whose account.
    pub account: AccountId,
    /// Through which front door.
    pub surface: Surface,
}

/// Proof that somebody may do something in a team, in one transaction.
#[derive(Debug)]
pub struct Grant {
    /// Who.
    pub actor: Actor,
    /// In which team.
    pub team: Team,
    /// As which member.
    pub member: Member,
    permission: Permission,
    tx: u64,
}

impl Actor {
    /// The actor's membership of a team, which is locked when the transaction writes. Teams of others do not exist.
    pub async fn membership(&self, tx: &mut Tx, team: TeamId) -> Result<(Team, Member), Error> {
        let team = team::lock(tx, team).await?;
        let member = member::of_account(tx, team.id, self.account)
            .await?
            .ok_or(Error::NotFound("team"))?;
        match member.status {
            Status::Active => Ok((team, member)),
            Status::Deactivated => Err(Error::Denied(format!(
                "Your membership of {} is deactivated. Ask somebody who manages the team to reactivate it.",
                team.name
            ))),
            Status::Removed | Status::Left => Err(Error::NotFound("team")),
        }
    }

    /// Permission to do something in a team, or the sentence that says who has it.
    pub async fn may(&self, tx: &mut Tx, team: TeamId, permission: Permission) -> Result<Grant, Error> {
        let (team, member) = self.membership(tx, team).await?;
        let allowed = team.policy.allows(&member.role, permission);
        let grant = Grant {
            actor: *self,
            team,
            member,
            permission,
            tx: tx.id(),
        };
        if allowed {
            return Ok(grant);
        }
        let refusal = grant.team.policy.refusal(permission.into());
        Err(Error::Denied(format!("{refusal} You are {}.", grant.role_name())))
    }
}

impl Grant {
    /// Whether this is permission for `permission` in this very transaction; anything else is a mistake of ours.
    pub(crate) fn demand(&self, tx: &Tx, permission: Permission) -> Result<(), Error> {
        if self.permission == permission && self.tx == tx.id() {
            Ok(())
        } else {
            Err(Error::internal(format!(
                "a grant of {:?} was used for {permission:?}",
                self.permission
            )))
        }
    }

    /// Whether the actor may see the addresses of others: those who invite may.
    pub fn sees_addresses(&self) -> bool {
        self.team
            .policy
            .allows(&self.member.role, Permission::MembersInvite)
    }

    /// The name of the actor's role.
    pub fn role_name(&self) -> String {
        self.team.policy.role_name(&self.member.role)
    }
}
