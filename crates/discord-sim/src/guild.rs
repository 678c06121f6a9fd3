//! A server's roles and members, and what they add up to.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use crate::permissions::Permissions;

#[derive(Clone, Debug)]
pub(crate) struct RoleState {
    pub id: u64,
    pub name: String,
    pub permissions: Permissions,
    pub managed: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct MemberState {
    pub roles: Vec<u64>,
    pub joined: DateTime<Utc>,
}

#[derive(Debug)]
pub(crate) struct GuildState {
    pub id: u64,
    pub name: String,
    pub owner: u64,
    /// The language its administrators chose.
    pub locale: String,
    /// Lowest first: the index is the position, and @everyone is always first.
    pub roles: Vec<RoleState>,
    pub members: BTreeMap<u64, MemberState>,
    pub channels: Vec<u64>,
    /// Whom the server does not want.
    pub banned: BTreeSet<u64>,
    /// How many members it may have.
    pub most_members: usize,
}

/// How many members a server may have.
pub(crate) const MOST_MEMBERS: usize = 25_000_000;
/// How many servers somebody may be in.
pub(crate) const MOST_GUILDS: usize = 100;

impl GuildState {
    pub fn role(&self, id: u64) -> Option<&RoleState> {
        self.roles.iter().find(|role| role.id == id)
    }

    fn position(&self, role: u64) -> usize {
        self.roles.iter().position(|r| r.id == role).unwrap_or(0)
    }

    /// The position of a member's highest role.
    pub fn top_position(&self, user: u64) -> usize {
        self.members.get(&user).map_or(0, |member| {
            member.roles.iter().map(|r| self.position(*r)).max().unwrap_or(0)
        })
    }

    /// Whether a member may give and take this role, by the hierarchy alone.
    pub fn outranks(&self, user: u64, role: u64) -> bool {
        self.owner == user || self.top_position(user) > self.position(role)
    }

    /// What a member may do in the guild as a whole.
    pub fn permissions(&self, user: u64) -> Permissions {
        let Some(member) = self.members.get(&user) else {
            return Permissions::NONE;
        };
        let sum = self
            .roles
            .iter()
            .filter(|role| role.id == self.id || member.roles.contains(&role.id))
            .fold(Permissions::NONE, |sum, role| sum | role.permissions);
        if self.owner == user || sum.contains(Permissions::ADMINISTRATOR) {
            Permissions::ALL
        } else {
            sum
        }
    }
}
