//! The start page: what this is, or the teams of whoever is signed in.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use muster_core::team;

use super::Params;
use super::account::TeamLink;
use crate::web::error::Problem;
use crate::web::session::Visitor;
use crate::web::{Shell, Site, html};

#[derive(Template)]
#[template(path = "welcome.html")]
struct Welcome {
    shell: Shell,
}

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    shell: Shell,
    name: String,
    /// Whether the reader has just left a team.
    left: bool,
    teams: Vec<TeamLink>,
}

/// `GET /`
pub async fn show(State(site): State<Site>, params: Params, visitor: Visitor) -> Result<Response, Problem> {
    let shell = visitor.shell(&site);
    let Some(account) = visitor.account() else {
        return html(StatusCode::OK, &Welcome { shell });
    };
    let mut tx = site.db.read().await?;
    let teams = team::of_account(&mut tx, account.id).await?;
    let home = Home {
        shell,
        name: account.display_name.clone(),
        left: params.get("done").is_some_and(|word| word == "left"),
        teams: teams.iter().map(TeamLink::from).collect(),
    };
    html(StatusCode::OK, &home)
}
