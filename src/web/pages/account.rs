//! One's own account: name, address, linked Discord user, teams.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use muster_core::error::Rule;
use muster_core::message;
use muster_core::team::{self, Team};
use muster_core::{discord_link, ids::TeamId};
use serde::Deserialize;

use crate::web::error::Problem;
use crate::web::form::Form;
use crate::web::session::Visitor;
use crate::web::{Shell, Site, html, see_other};

/// A team in a list of one's teams.
pub struct TeamLink {
    /// Which.
    pub id: TeamId,
    /// What it is called.
    pub name: String,
}

impl From<&Team> for TeamLink {
    fn from(team: &Team) -> Self {
        Self {
            id: team.id,
            name: team.name.clone(),
        }
    }
}

#[derive(Template)]
#[template(path = "account.html")]
struct Page {
    shell: Shell,
    name: String,
    email: Option<String>,
    discord: Option<String>,
    can_link: bool,
    teams: Vec<TeamLink>,
}

/// `GET /account`
pub async fn show(State(site): State<Site>, visitor: Visitor) -> Result<Response, Problem> {
    let account = &visitor.signed_in("/account")?.account;
    let mut tx = site.db.read().await?;
    let teams = team::of_account(&mut tx, account.id).await?;
    let page = Page {
        shell: visitor.shell(&site),
        name: account.display_name.clone(),
        email: account.email.as_ref().map(ToString::to_string),
        discord: discord_link::of_account(&mut tx, account.id).await?,
        can_link: site.discord.is_some(),
        teams: teams.iter().map(TeamLink::from).collect(),
    };
    html(StatusCode::OK, &page)
}

/// A form that is only a button.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Button {}

/// What is said where linking needs Discord and the operator has not set it up.
pub fn linking_off() -> Rule {
    Rule::NotConfigured {
        sentence: message!("linking-off"),
    }
}

/// `POST /account/link`: starts an attempt to link a Discord account from a page.
pub async fn start_link(
    State(site): State<Site>,
    Form { visitor, .. }: Form<Button>,
) -> Result<Response, Problem> {
    visitor.signed_in("/account")?;
    if site.discord.is_none() {
        return Err(linking_off().into());
    }
    let mut tx = site.db.write().await?;
    let nonce = discord_link::start(&mut tx, &site.env, None).await?;
    tx.commit().await?;
    see_other(&format!("/link/{nonce}"))
}
