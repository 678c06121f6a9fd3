//! One's teams, and the one that is meant where nothing else says which.

use axum::extract::State;
use axum::response::Response;
use muster_core::error::Error;
use muster_core::ids::TeamId;
use muster_core::policy::RoleKey;
use muster_core::team::{self, Team};
use serde::Deserialize;

use super::actor;
use crate::web::error::Problem;
use crate::web::form::Form;
use crate::web::{Site, see_other};

/// A team as the page lists it.
pub struct TeamRow {
    /// Which.
    pub id: TeamId,
    /// What it is called.
    pub name: String,
    /// What somebody is there.
    pub role: String,
    /// Whether it is the one they work with.
    pub chosen: bool,
}

impl TeamRow {
    /// A team in which somebody has a role.
    pub fn new(team: &Team, role: &RoleKey, chosen: Option<TeamId>) -> Self {
        Self {
            id: team.id,
            name: team.name.clone(),
            role: team.policy.role_name(role),
            chosen: chosen == Some(team.id),
        }
    }
}

/// Which team.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Which {
    team: String,
}

/// `POST /account/team`: what `/team switch` does in Discord.
pub async fn choose(
    State(site): State<Site>,
    Form { visitor, fields }: Form<Which>,
) -> Result<Response, Problem> {
    let actor = actor(&visitor, "/account")?;
    let team: TeamId = fields.team.parse().map_err(|_| Error::NotFound("team"))?;
    let mut tx = site.db.write().await?;
    let standing = actor.enter(&mut tx, team).await?;
    if standing.member.is_none() {
        // Super-admins may enter teams that they are not in; theirs they are not.
        return Err(Error::NotFound("team").into());
    }
    team::choose(&mut tx, &standing, actor.account).await?;
    tx.commit().await?;
    see_other("/account?done=team")
}
