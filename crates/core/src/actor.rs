//! Who acts, and what they may do: permission as a value.
//!
//! A [`Grant`] is made by [`Actor::may`] inside a transaction, from the role as it is at that moment, and is worth
//! nothing in any other transaction. Every change in a team asks for one.
//!
//! A super-admin, whom the operator names, may manage every team with the authority of its top role. That authority is
//! used only where the person's own role does not reach, and what was done with it says so in the log.

use serde_json::{Value, json};

use crate::activity::{Kind, NewEntry, Surface};
use crate::api_key::Used;
use crate::denial;
use crate::error::Error;
use crate::ids::{AccountId, TeamId};
use crate::member::{self, Member, Status};
use crate::message;
use crate::message::Message;
use crate::operator;
use crate::policy::{Permission, RoleKey};
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

/// How somebody stands in a team.
#[derive(Debug)]
pub struct Standing {
    /// The team, locked when the transaction writes.
    pub team: Team,
    /// With the authority of which role.
    pub role: RoleKey,
    /// Their active membership; super-admins may have none.
    pub member: Option<Member>,
    /// Whether the authority is not of a membership, but the operator's.
    pub super_admin: bool,
}

/// Proof that somebody may do something in a team, in one transaction.
#[derive(Debug)]
pub struct Grant {
    /// Who.
    pub actor: Actor,
    /// In which team.
    pub team: Team,
    /// With the authority of which role.
    pub role: RoleKey,
    /// Their active membership; super-admins may have none.
    pub member: Option<Member>,
    /// Whether the authority is not of a membership, but the operator's.
    pub super_admin: bool,
    /// The API key by which a program acts in the actor's name.
    pub key: Option<Used>,
    permission: Option<Permission>,
    tx: u64,
}

impl Actor {
    /// How the actor stands in a team, which is locked when the transaction writes. Teams of others do not exist, except
    /// for super-admins.
    pub async fn enter(&self, tx: &mut Tx, team: TeamId) -> Result<Standing, Error> {
        let team = team::lock(tx, team).await?;
        tx.only(team.id).await?;
        let member = member::of_account(tx, team.id, self.account).await?;
        let suspended = match member {
            Some(member) if member.status == Status::Active => {
                return Ok(Standing {
                    team,
                    role: member.role.clone(),
                    member: Some(member),
                    super_admin: false,
                });
            }
            Some(member) => member.status == Status::Deactivated,
            None => false,
        };
        if operator::is_super_admin(tx, self.account).await? {
            return Ok(Standing {
                role: team.policy.top_role().clone(),
                team,
                member: None,
                super_admin: true,
            });
        }
        if suspended {
            return Err(deactivated(&team));
        }
        Err(Error::NotFound("team"))
    }

    /// Permission to do something in a team, or the sentence that says who has it.
    pub async fn may(&self, tx: &mut Tx, team: TeamId, permission: Permission) -> Result<Grant, Error> {
        let mut standing = self.enter(tx, team).await?;
        let allowed = standing.team.policy.allows(&standing.role, permission);
        if !allowed && !standing.super_admin {
            if !operator::is_super_admin(tx, self.account).await? {
                let refusal = standing.team.policy.refusal(permission.into());
                let message = message!("need-role", refusal = refusal, role = standing.role_name());
                return Err(denial::refuse(*self, None, team, permission, message));
            }
            standing.role = standing.team.policy.top_role().clone();
            standing.super_admin = true;
        }
        Ok(standing.grant(*self, tx, Some(permission)))
    }

    /// Permission to do what only super-admins do.
    pub async fn operate(&self, tx: &mut Tx, team: TeamId) -> Result<Grant, Error> {
        let mut standing = self.enter(tx, team).await?;
        if !operator::is_super_admin(tx, self.account).await? {
            return Err(Error::Denied(message!("super-admins-only")));
        }
        standing.role = standing.team.policy.top_role().clone();
        standing.super_admin = true;
        Ok(standing.grant(*self, tx, None))
    }
}

impl Standing {
    /// The name of the authority: a role, or what super-admins are called.
    pub fn role_name(&self) -> String {
        role_name(&self.team, &self.role, self.super_admin)
    }

    pub(crate) fn grant(self, actor: Actor, tx: &Tx, permission: Option<Permission>) -> Grant {
        Grant {
            actor,
            team: self.team,
            role: self.role,
            member: self.member,
            super_admin: self.super_admin,
            key: None,
            permission,
            tx: tx.id(),
        }
    }
}

impl Grant {
    /// Whether this is permission for `permission` in this very transaction; anything else is a mistake of ours.
    pub(crate) fn demand(&self, tx: &Tx, permission: Permission) -> Result<(), Error> {
        self.demand_one_of(tx, Some(permission))
    }

    /// Whether this is permission to do what only super-admins do.
    pub(crate) fn demand_operator(&self, tx: &Tx) -> Result<(), Error> {
        self.demand_one_of(tx, None)
    }

    fn demand_one_of(&self, tx: &Tx, permission: Option<Permission>) -> Result<(), Error> {
        if self.permission == permission && self.tx == tx.id() {
            Ok(())
        } else {
            Err(Error::internal(format!(
                "a grant of {:?} was used for {permission:?}",
                self.permission
            )))
        }
    }

    /// The refusal of something that the permission alone does not allow.
    pub(crate) fn denied(&self, message: Message) -> Error {
        match self.permission {
            Some(permission) => {
                denial::refuse(self.actor, self.key.as_ref(), self.team.id, permission, message)
            }
            None => Error::Denied(message),
        }
    }

    /// What the actor did, to be written down. What a super-admin did as one says so, and what a program did names its key.
    pub(crate) fn entry(&self, kind: Kind, subject: impl Into<String>, mut details: Value) -> NewEntry {
        if self.super_admin {
            details["super_admin"] = json!(true);
        }
        if let Some(key) = &self.key {
            details["api_key"] = json!({ "id": key.id, "name": key.name });
        }
        NewEntry {
            kind,
            actor: Some(self.actor.account),
            surface: self.actor.surface,
            subject: subject.into(),
            details,
        }
    }

    /// Whether the actor may see the addresses of others: those who invite may.
    pub fn sees_addresses(&self) -> bool {
        self.reaches(Permission::MembersInvite)
    }

    /// Whether the actor has a permission, be it this grant's or not.
    pub fn reaches(&self, permission: Permission) -> bool {
        let carried = self
            .key
            .as_ref()
            .is_none_or(|key| key.permissions.contains(&permission));
        carried && self.team.policy.allows(&self.role, permission)
    }

    /// The name of the actor's role.
    pub fn role_name(&self) -> String {
        role_name(&self.team, &self.role, self.super_admin)
    }
}

/// What somebody is told whose membership is suspended.
pub(crate) fn deactivated(team: &Team) -> Error {
    Error::Denied(message!("deactivated", team = team.name.as_str()))
}

fn role_name(team: &Team, role: &RoleKey, super_admin: bool) -> String {
    if super_admin {
        "Super-admin".to_owned()
    } else {
        team.policy.role_name(role)
    }
}
