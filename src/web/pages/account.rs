//! One's own account: what is stored, and what can be done about it. Each change has a page of its own below.

pub mod address;
pub mod discord;
pub mod erase;
pub mod password;
pub mod profile;
pub mod sessions;
pub mod teams;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use muster_core::account;
use muster_core::activity::Surface;
use muster_core::actor::Actor;
use muster_core::discord_link;
use muster_core::error::{Error, Rule};
use muster_core::ids::TeamId;
use muster_core::message;
use muster_core::page::Slice;
use muster_core::session as sessions_of;
use muster_core::team::{self, Team};
use serde::Deserialize;

use self::sessions::SessionRow;
use self::teams::TeamRow;
use super::Params;
use crate::web::error::{Problem, sentence};
use crate::web::session::Visitor;
use crate::web::{Shell, Site};

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
#[template(path = "account/account.html")]
struct Page {
    shell: Shell,
    /// What was just done.
    done: Option<&'static str>,
    name: String,
    email: Option<String>,
    has_password: bool,
    discord: Option<String>,
    can_link: bool,
    teams: Vec<TeamRow>,
    sessions: Vec<SessionRow>,
    /// How many sessions there are beside those that are listed.
    more: u64,
}

/// How many sessions the page lists.
const LISTED: u32 = 50;

/// What the page says after a change, by the word in its address.
fn done(word: &str) -> Option<&'static str> {
    Some(match word {
        "name" => "Your name is changed.",
        "address" => "That is your address now.",
        "password" => "Your password is changed. Every other session has ended.",
        "session" => "That session has ended.",
        "sessions" => "Every other session has ended.",
        "unlinked" => "Your Discord account is unlinked.",
        "team" => "You work with that team now, wherever a command names none.",
        _ => return None,
    })
}

/// `GET /account`
pub async fn show(State(site): State<Site>, params: Params, visitor: Visitor) -> Result<Response, Problem> {
    let session = visitor.signed_in("/account")?;
    let account = &session.account;
    let mut tx = site.db.read().await?;
    let teams = team::with_roles_of(&mut tx, account.id).await?;
    let chosen = team::chosen(&mut tx, account.id).await?;
    let slice = Slice::page(0, LISTED);
    let listed = sessions_of::list(&mut tx, &site.env, account.id, slice).await?;
    let page = Page {
        shell: visitor.shell(&site),
        done: params.get("done").and_then(|word| done(word)),
        name: account.display_name.clone(),
        email: account.email.as_ref().map(ToString::to_string),
        has_password: account::has_password(&mut tx, account.id).await?,
        discord: discord_link::of_account(&mut tx, account.id).await?,
        can_link: site.discord.is_some(),
        teams: teams
            .iter()
            .map(|(team, role)| TeamRow::new(team, role, chosen))
            .collect(),
        more: listed.total.saturating_sub(listed.rows.len() as u64),
        sessions: listed
            .rows
            .iter()
            .map(|row| SessionRow::new(row, session, site.env.now()))
            .collect(),
    };
    visitor.form_page(&site, StatusCode::OK, &page)
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

/// Whoever is signed in, to act; or the way to the sign-in page and back to `path`.
pub fn actor(visitor: &Visitor, path: &str) -> Result<Actor, Problem> {
    Ok(Actor {
        account: visitor.signed_in(path)?.account.id,
        surface: Surface::Web,
    })
}

/// A refusal that the page itself shows beside what was typed, with its status. What is no rule has a page of its own.
fn refused(site: &Site, error: Error) -> Result<(Problem, String), Problem> {
    match error {
        error @ Error::Rule(_) => {
            let problem = Problem::from(error);
            let said = sentence(&problem, &site.env);
            Ok((problem, said))
        }
        error => Err(error.into()),
    }
}
