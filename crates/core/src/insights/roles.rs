//! How many members have which role, today.

use serde::Serialize;

use super::enough;
use crate::actor::Grant;
use crate::error::Error;
use crate::member::Status;
use crate::policy::{Permission, RoleKey};
use crate::tx::{Tx, sql};

/// The roles of a team and how many have them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Roles {
    /// How many members there are.
    pub members: i64,
    /// In the order of the policy; also those that nobody has.
    pub shares: Vec<Share>,
}

/// One role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Share {
    /// Its key.
    pub role: RoleKey,
    /// What people read.
    pub name: String,
    /// How many members have it and have access.
    pub active: i64,
    /// How many have it and are suspended.
    pub deactivated: i64,
}

impl Share {
    /// How many have it.
    pub fn members(&self) -> i64 {
        self.active + self.deactivated
    }
}

impl Roles {
    /// Whether a picture says something.
    pub fn enough(&self) -> bool {
        enough(self.members)
    }
}

/// How many of the grant's team have which role.
pub async fn roles(tx: &mut Tx, grant: &Grant) -> Result<Roles, Error> {
    grant.demand(tx, Permission::AnalyticsView)?;
    let counts = sql!(fetch_all (RoleKey, Status, i64), tx,
        "select role, status, count(*) from members where team_id = $1 and status in ('active', 'deactivated')
         group by role, status", grant.team.id)?;
    let of = |role: &RoleKey, status| {
        let found = counts.iter().find(|(key, is, _)| key == role && *is == status);
        found.map_or(0, |(_, _, number)| *number)
    };
    let shares = grant.team.policy.roles().iter().map(|role| Share {
        role: role.key.clone(),
        name: role.name.clone(),
        active: of(&role.key, Status::Active),
        deactivated: of(&role.key, Status::Deactivated),
    });
    Ok(Roles {
        members: counts.iter().map(|(_, _, number)| number).sum(),
        shares: shares.collect(),
    })
}
