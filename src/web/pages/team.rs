//! A team as one of its members may see it.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use muster_core::activity::Surface;
use muster_core::actor::Actor;
use muster_core::email::told::{Standing, Told};
use muster_core::error::Error;
use muster_core::ids::TeamId;
use muster_core::invitation::{self, Filter};
use muster_core::message::Message;
use muster_core::page::{Paged, Slice};
use muster_core::policy::{Permission, Policy};
use muster_core::{discord_link, member};

use super::{Params, Part, invite_links, part};
use crate::web::error::Problem;
use crate::web::session::Visitor;
use crate::web::words::{self, Moment};
use crate::web::{Shell, Site, html};

/// How many rows one page of a list has.
const ROWS: u32 = 50;

#[derive(Template)]
#[template(path = "team.html")]
struct Page {
    shell: Shell,
    id: TeamId,
    team: String,
    role: String,
    role_description: String,
    welcome: bool,
    /// Whether linking a Discord account is worth offering.
    offer_link: bool,
    members: Result<List<MemberRow>, String>,
    emails: bool,
    invitations: Option<List<InvitationRow>>,
    links: Option<invite_links::Section>,
}

/// A list cut into pages, counted from 1.
pub struct List<T> {
    /// The rows of this page.
    pub rows: Vec<T>,
    /// How many rows the whole list has.
    pub total: u64,
    /// This page.
    pub page: u32,
    /// How many pages there are.
    pub pages: u32,
}

impl<T> List<T> {
    /// A list of rows as the page shows them.
    pub fn new<R>(paged: Paged<R>, row: impl Fn(R) -> T) -> Self {
        let Paged {
            rows,
            total,
            page,
            pages,
        } = paged;
        Self {
            rows: rows.into_iter().map(row).collect(),
            total,
            page: page + 1,
            pages,
        }
    }
}

struct MemberRow {
    name: String,
    me: bool,
    deactivated: bool,
    email: Option<String>,
    role: String,
    joined: Moment,
    invited_by: Option<String>,
    linked: bool,
}

struct InvitationRow {
    email: String,
    role: String,
    inviter: String,
    expires: Moment,
    mail: Option<Mail>,
}

/// How an invitation's latest mail fares.
struct Mail {
    standing: Standing,
    text: String,
    said: Option<String>,
    advice: Option<String>,
}

impl Mail {
    fn new(told: Told, now: DateTime<Utc>) -> Self {
        let say = |message| words::said(message, &|at| Moment::new(at, now).away);
        Self {
            standing: told.standing,
            text: say(&told.text),
            said: told.said,
            advice: told.advice.as_ref().map(say),
        }
    }

    /// A mark beside the words, so that what needs attention is found at a glance and not by colour alone.
    fn mark(&self) -> &'static str {
        match self.standing {
            Standing::Sent => "✓",
            Standing::Underway => "…",
            Standing::Retrying => "!",
            Standing::Failed => "✕",
            Standing::NotSent => "–",
        }
    }

    fn class(&self) -> &'static str {
        match self.standing {
            Standing::Sent | Standing::Underway | Standing::NotSent => "",
            Standing::Retrying => "trouble",
            Standing::Failed => "failed",
        }
    }
}

/// `GET /teams/{id}`
pub async fn show(
    State(site): State<Site>,
    id: Part,
    params: Params,
    visitor: Visitor,
) -> Result<Response, Problem> {
    let id: TeamId = part(id)?.parse().map_err(|_| Error::NotFound("team"))?;
    let me = visitor.signed_in(&format!("/teams/{id}"))?.account.id;
    let actor = Actor {
        account: me,
        surface: Surface::Web,
    };
    let now = site.env.now();

    let mut tx = site.db.read().await?;
    let standing = actor.enter(&mut tx, id).await?;
    let (team, policy): (_, &Policy) = (&standing.team, &standing.team.policy);
    let invitations = match permitted(actor.may(&mut tx, id, Permission::MembersInvite).await)? {
        Err(_) => None,
        Ok(grant) => {
            let filter = Filter::Only(invitation::Status::Pending);
            let slice = slice(&params, "invitations");
            let paged = invitation::list(&mut tx, &site.env, &grant, filter, slice).await?;
            Some(List::new(paged, |row| InvitationRow {
                email: row.invitation.email.to_string(),
                role: policy.role_name(&row.invitation.role),
                inviter: row.inviter,
                expires: Moment::new(row.invitation.expires_at, now),
                mail: row.mail.map(|mail| Mail::new(mail.told(now), now)),
            }))
        }
    };
    let emails = invitations.is_some();
    let members = match permitted(actor.may(&mut tx, id, Permission::MembersView).await)? {
        Err(refusal) => Err(words::told(&refusal, now)),
        Ok(grant) => {
            let paged = member::list(
                &mut tx,
                &grant,
                &member::Filter::default(),
                slice(&params, "page"),
            )
            .await?;
            Ok(List::new(paged, |row| MemberRow {
                me: row.account_id == me,
                deactivated: row.status == member::Status::Deactivated,
                email: row
                    .email
                    .filter(|_| emails || row.account_id == me)
                    .map(|email| email.to_string()),
                role: policy.role_name(&row.role),
                joined: Moment::new(row.joined_at, now),
                invited_by: row.invited_by,
                linked: row.discord_user_id.is_some(),
                name: row.display_name,
            }))
        }
    };
    let links = match permitted(actor.may(&mut tx, id, Permission::LinksManage).await)? {
        Ok(grant) => invite_links::section(&mut tx, &site, &grant, &params).await?,
        Err(_) => None,
    };
    let linked = discord_link::of_account(&mut tx, me).await?.is_some();
    let page = Page {
        shell: visitor.shell(&site),
        id,
        role: standing.role_name(),
        role_description: policy
            .role(&standing.role)
            .filter(|_| !standing.super_admin)
            .map(|role| role.description.clone())
            .unwrap_or_default(),
        welcome: params.contains_key("welcome"),
        offer_link: !linked && site.discord.is_some(),
        members,
        emails,
        invitations,
        links,
        team: team.name.clone(),
    };
    html(StatusCode::OK, &page)
}

/// Tells a refusal, which hides a part of the page, from what ends it.
fn permitted<T>(asked: Result<T, Error>) -> Result<Result<T, Message>, Error> {
    match asked {
        Ok(grant) => Ok(Ok(grant)),
        Err(Error::Denied(refusal)) => Ok(Err(refusal)),
        Err(error) => Err(error),
    }
}

/// The page of a list that the address asks for; anything that is no number means the first.
pub fn slice(params: &Params, name: &str) -> Slice {
    let page: u32 = params.get(name).and_then(|page| page.parse().ok()).unwrap_or(1);
    Slice::page(page.saturating_sub(1), ROWS)
}
