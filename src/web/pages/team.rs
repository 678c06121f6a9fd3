//! The pages of one team: its people, invitations, links, log and rules. What somebody may do here is asked of the same
//! functions as in Discord; the pages only leave out what they would refuse.

pub mod activity;
mod choice;
mod done;
pub mod ending;
pub mod insights;
pub mod invitations;
pub mod invite;
pub mod keys;
pub mod life;
pub mod links;
mod list;
pub mod member;
mod member_row;
pub mod people;
mod question;
pub mod rules;
mod secret;
mod webhooks;

use axum::Router;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use axum::routing::{get, post};
use chrono::{DateTime, Utc};
use muster_core::Tx;
use muster_core::activity::Surface;
use muster_core::actor::{Actor, Grant, Standing};
use muster_core::error::{Error, Rule};
use muster_core::ids::TeamId;
use muster_core::locale::Locale;
use muster_core::message::Message;
use muster_core::operator;
use muster_core::policy::{Permission, RoleKey};
use muster_phrases::Value;

use super::Params;
use crate::web::error::{self, Problem};
use crate::web::session::Visitor;
use crate::web::words;
use crate::web::{Site, Web};
use done::Flash;

/// Where the pages of a team are.
pub fn routes() -> Router<Site> {
    let member = |below: &str| format!("/teams/{{id}}/members/{{member}}{below}");
    Router::new()
        .route("/teams/{id}", get(people::show))
        .route("/teams/{id}/invitations", post(invite::send))
        .route("/teams/{id}/invitations/{invitation}", get(invitations::show))
        .route(
            "/teams/{id}/invitations/{invitation}/resend",
            post(invitations::resend),
        )
        .route(
            "/teams/{id}/invitations/{invitation}/revoke",
            get(invitations::ask_revoke).post(invitations::revoke),
        )
        .route(&member(""), get(member::show))
        .route(&member("/role"), get(member::ask_role).post(member::change_role))
        .route(
            &member("/deactivate"),
            get(ending::ask_deactivate).post(ending::deactivate),
        )
        .route(
            &member("/reactivate"),
            get(ending::ask_reactivate).post(ending::reactivate),
        )
        .route(&member("/remove"), get(ending::ask_remove).post(ending::remove))
        .route(&member("/transfer"), get(life::ask_transfer).post(life::transfer))
        .route("/teams/{id}/undo", post(member::undo))
        .route("/teams/{id}/leave", get(life::ask_leave).post(life::leave))
        .route("/teams/{id}/delete", get(life::ask_delete).post(life::delete))
        .route("/teams/{id}/deleted", get(life::deleted))
        .route("/teams/{id}/restore", post(life::restore))
        .route("/teams/{id}/links", get(links::show).post(links::create))
        .route("/teams/{id}/links/{link}/disable", post(links::disable))
        .route("/teams/{id}/activity", get(activity::show))
        .route("/teams/{id}/activity/export", post(activity::export))
        .route("/teams/{id}/insights", get(insights::show))
        .route("/teams/{id}/insights/{picture}", get(insights::picture))
        .route("/teams/{id}/keys", get(keys::list).post(keys::create))
        .route("/teams/{id}/keys/{key}", get(keys::one::show))
        .route("/teams/{id}/keys/{key}/secret", post(keys::one::secret))
        .route(
            "/teams/{id}/keys/{key}/rotate",
            get(keys::one::ask_rotate).post(keys::one::rotate),
        )
        .route(
            "/teams/{id}/keys/{key}/revoke",
            get(keys::one::ask_revoke).post(keys::one::revoke),
        )
        .merge(webhooks::routes())
        .route("/teams/{id}/policy", get(rules::show))
        .route("/teams/{id}/policy.toml", get(rules::file))
}

/// The team of a path and the thing in it that is meant; what is no text is no address of ours.
pub type TwoParts = Result<Path<(String, String)>, PathRejection>;

/// Reads the two ids of a path.
pub fn two<T: std::str::FromStr>(path: TwoParts, what: &'static str) -> Result<(TeamId, T), Problem> {
    let Path((team, id)) = path.map_err(|_| Error::NotFound("page"))?;
    let id = id.parse().map_err(|_| Error::NotFound(what))?;
    Ok((team_id(&team)?, id))
}

fn team_id(text: &str) -> Result<TeamId, Error> {
    text.parse().map_err(|_| Error::NotFound("team"))
}

/// One of a team's pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// Members and invitations.
    People,
    /// Invite links.
    Links,
    /// The log.
    Activity,
    /// What the past adds up to.
    Insights,
    /// The rules.
    Rules,
    /// The keys of programs.
    Keys,
    /// Where the log is sent.
    Webhooks,
}

/// Every page in the order of the navigation: its name, its path below the team's, and what it takes to open it.
const TABS: [(Tab, &str, &str, Option<Permission>); 7] = [
    (Tab::People, "People", "", None),
    (
        Tab::Links,
        "Invite links",
        "/links",
        Some(Permission::LinksManage),
    ),
    (
        Tab::Activity,
        "Activity",
        "/activity",
        Some(Permission::ActivityView),
    ),
    (
        Tab::Insights,
        "Insights",
        "/insights",
        Some(Permission::AnalyticsView),
    ),
    (Tab::Rules, "Rules", "/policy", Some(Permission::TeamSettings)),
    (Tab::Keys, "API keys", "/keys", Some(Permission::ApiKeysManage)),
    (
        Tab::Webhooks,
        "Webhooks",
        "/webhooks",
        Some(Permission::ApiKeysManage),
    ),
];

/// An entry of the navigation.
pub struct NavItem {
    /// What it is called.
    pub label: &'static str,
    /// Where it leads.
    pub path: String,
    /// Whether it is the page that is open, or one below it.
    pub current: bool,
}

/// Whoever is here, and how they stand in the team.
pub struct Caller {
    /// Who acts.
    pub actor: Actor,
    /// How they stand in the team.
    pub standing: Standing,
    /// Whether the operator's authority is theirs where their own role does not reach.
    super_admin: bool,
}

impl Caller {
    /// Who a visitor is in a team; `path` is where signing in leads back to.
    pub async fn enter(tx: &mut Tx, visitor: &Visitor, id: TeamId, path: &str) -> Result<Self, Problem> {
        let actor = actor(visitor, path)?;
        let standing = actor.enter(tx, id).await?;
        let super_admin = operator::is_super_admin(tx, actor.account).await?;
        Ok(Self {
            actor,
            standing,
            super_admin,
        })
    }

    /// Who a visitor is in a team, and their grant.
    pub async fn with(
        tx: &mut Tx,
        visitor: &Visitor,
        id: TeamId,
        path: &str,
        permission: Permission,
    ) -> Result<(Self, Grant), Problem> {
        let caller = Self::enter(tx, visitor, id, path).await?;
        let grant = caller.actor.may(tx, id, permission).await?;
        Ok((caller, grant))
    }

    /// The role with whose authority [`Actor::may`] would let them act, if it would.
    pub fn role_for(&self, permission: Permission) -> Option<&RoleKey> {
        let (policy, own) = (&self.standing.team.policy, &self.standing.role);
        if policy.allows(own, permission) {
            Some(own)
        } else {
            self.super_admin.then(|| policy.top_role())
        }
    }

    /// Whether [`Actor::may`] would let them.
    pub fn may(&self, permission: Permission) -> bool {
        self.role_for(permission).is_some()
    }
}

/// Who acts when a visitor does something here.
pub fn actor(visitor: &Visitor, path: &str) -> Result<Actor, Problem> {
    Ok(Actor {
        account: visitor.signed_in(path)?.account.id,
        surface: Surface::Web,
    })
}

/// What stands above each page of a team.
pub struct Head {
    /// Which team.
    pub id: TeamId,
    /// What it is called.
    pub team: String,
    /// The reader's role.
    pub role: String,
    /// The pages that they may open.
    pub nav: Vec<NavItem>,
    /// What they have just done.
    pub done: Option<Flash>,
    /// Why what they have just tried was not done.
    pub alert: Option<Alert>,
}

impl Head {
    /// What stands above a page; `params` say what was just done.
    pub async fn new(
        tx: &mut Tx,
        caller: &Caller,
        tab: Tab,
        params: &Params,
        now: DateTime<Utc>,
    ) -> Result<Self, Error> {
        let team = &caller.standing.team;
        let open = TABS
            .into_iter()
            .filter(|(_, _, _, needs)| needs.is_none_or(|needed| caller.may(needed)));
        Ok(Self {
            id: team.id,
            team: team.name.clone(),
            role: caller.standing.role_name(),
            nav: open
                .map(|(one, label, below, _)| NavItem {
                    label,
                    path: format!("/teams/{}{below}", team.id),
                    current: one == tab,
                })
                .collect(),
            done: done::flash(tx, caller, params, now).await?,
            alert: None,
        })
    }
}

/// Why something was not done, above the page on which it was tried.
pub struct Alert {
    /// The sentence, with what to do.
    pub sentence: String,
    /// Its stable name.
    pub code: &'static str,
}

/// A refusal that the page itself can say: what is wrong with what was asked, not with who asked or with us.
#[derive(Clone)]
pub enum Refused {
    /// A rule stands against it.
    Rule(Rule),
    /// The caller's role does not reach that far.
    Beyond(Message),
}

impl Refused {
    /// Tells what the page says from what ends the request.
    pub fn of(error: Error) -> Result<Self, Error> {
        match error {
            Error::Rule(rule) => Ok(Self::Rule(rule)),
            Error::Denied(message) => Ok(Self::Beyond(message)),
            error => Err(error),
        }
    }

    fn into_error(self) -> Error {
        match self {
            Self::Rule(rule) => rule.into(),
            Self::Beyond(message) => Error::Denied(message),
        }
    }

    /// What the page says above everything else.
    pub fn alert(self, now: DateTime<Utc>) -> (Alert, Problem) {
        let error = self.into_error();
        let alert = Alert {
            sentence: words::told(&error.message(), now),
            code: error.code(),
        };
        (alert, Problem::Core(error))
    }
}

/// Gives a page the status of the problem that it shows, and when to try again.
pub fn with_status(mut response: Response, problem: &Problem, site: &Web) -> Response {
    *response.status_mut() = error::status(problem);
    if let Some(seconds) = error::retry_after(problem, &site.env) {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// A phrase in the language of the pages.
pub fn say(id: &str, args: &[(&'static str, Value<'_>)]) -> String {
    muster_phrases::say(Locale::EnUs, id, args)
}
