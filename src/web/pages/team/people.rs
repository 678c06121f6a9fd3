//! `/teams/{id}`: who is in, who is invited, and the form that invites.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use muster_core::Tx;
use muster_core::discord_link;
use muster_core::error::{Error, Rule};
use muster_core::ids::TeamId;
use muster_core::locale::Locale;
use muster_core::member::{self, Status};
use muster_core::message;
use muster_core::policy::{Permission, Policy};
use muster_core::seat::{self, Seats};

use super::choice::Choice;
use super::invitations::{self, Pending};
use super::invite::{self, InviteForm};
use super::list::{Address, List, param, slice};
use super::member_row::MemberRow;
use super::{Alert, Caller, Head, Refused, Tab, say, team_id, with_status};
use crate::discord::words as spoken;
use crate::web::error::Problem;
use crate::web::pages::{Params, Part, part};
use crate::web::session::Visitor;
use crate::web::words;
use crate::web::{Shell, Site, html};

#[derive(Template)]
#[template(path = "team/people.html")]
struct Page {
    shell: Shell,
    head: Head,
    role_description: String,
    welcome: bool,
    /// Whether linking a Discord account is worth offering.
    offer_link: bool,
    seats: Option<Seats>,
    invite: Option<InviteForm>,
    members: Result<Members, String>,
    pending: Option<Pending>,
    may_leave: bool,
}

struct Members {
    list: List<MemberRow>,
    /// The roles and states that the list can be cut down to.
    roles: Vec<Choice>,
    states: Vec<Choice>,
    filtered: bool,
    /// What is wrong with how it was to be cut down.
    error: Option<String>,
}

/// `GET /teams/{id}`
pub async fn show(
    State(site): State<Site>,
    id: Part,
    params: Params,
    visitor: Visitor,
) -> Result<Response, Problem> {
    let id = team_id(&part(id)?)?;
    let mut tx = site.db.read().await?;
    let caller = Caller::enter(&mut tx, &visitor, id, &format!("/teams/{id}")).await?;
    let page = page(&mut tx, &site, &visitor, &caller, &params, Tried::default()).await?;
    let status = match &page.members {
        Ok(members) if members.error.is_some() => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::OK,
    };
    html(status, &page)
}

/// What was tried on the page and not done, to be shown on it again.
#[derive(Default)]
pub struct Tried {
    /// What was typed into the form, and what is wrong with it.
    pub invite: Option<InviteForm>,
    /// Why something else was not done.
    pub alert: Option<Alert>,
}

/// The page again, after something on it was tried and not done. What was refused ends its own transaction.
pub async fn again(
    site: &Site,
    visitor: &Visitor,
    id: TeamId,
    tried: Tried,
    problem: &Problem,
) -> Result<Response, Problem> {
    let mut tx = site.db.read().await?;
    let caller = Caller::enter(&mut tx, visitor, id, &format!("/teams/{id}")).await?;
    let page = page(&mut tx, site, visitor, &caller, &Params::default(), tried).await?;
    Ok(with_status(html(StatusCode::OK, &page)?, problem, site))
}

/// The page with why something on it was not done.
pub async fn refused(site: &Site, visitor: &Visitor, id: TeamId, error: Error) -> Result<Response, Problem> {
    let (alert, problem) = Refused::of(error)?.alert(site.env.now());
    let tried = Tried {
        invite: None,
        alert: Some(alert),
    };
    again(site, visitor, id, tried, &problem).await
}

async fn page(
    tx: &mut Tx,
    site: &Site,
    visitor: &Visitor,
    caller: &Caller,
    params: &Params,
    tried: Tried,
) -> Result<Page, Problem> {
    let now = site.env.now();
    let (standing, me) = (&caller.standing, caller.actor.account);
    let (team, policy) = (&standing.team, &standing.team.policy);
    let mut head = Head::new(tx, caller, Tab::People, params, now).await?;
    head.alert = tried.alert;
    let members = if caller.may(Permission::MembersView) {
        Ok(members(tx, caller, params, now).await?)
    } else {
        let refused = caller.actor.may(tx, team.id, Permission::MembersView).await;
        Err(refused
            .err()
            .map_or_else(String::new, |error| words::told(&error.message(), now)))
    };
    let invites = caller.may(Permission::MembersInvite);
    let pending = if invites {
        Some(invitations::pending(tx, site, caller, params).await?)
    } else {
        None
    };
    let seats = if invites && policy.seats(team.plan.as_deref()).is_some() {
        Some(seat::count(tx, &site.env, team).await?)
    } else {
        None
    };
    let linked = discord_link::of_account(tx, me).await?.is_some();
    Ok(Page {
        shell: visitor.shell(site),
        role_description: policy
            .role(&standing.role)
            .filter(|_| !standing.super_admin)
            .map(|role| role.description.clone())
            .unwrap_or_default(),
        welcome: params.contains_key("welcome"),
        offer_link: !linked && site.discord.is_some(),
        seats,
        invite: tried.invite.or_else(|| invite::form(caller, now)),
        members,
        pending,
        may_leave: standing
            .member
            .as_ref()
            .is_some_and(|member| policy.may_leave(&member.role)),
        head,
    })
}

async fn members(
    tx: &mut Tx,
    caller: &Caller,
    params: &Params,
    now: DateTime<Utc>,
) -> Result<Members, Error> {
    let (team, policy) = (&caller.standing.team, &caller.standing.team.policy);
    let grant = caller.actor.may(tx, team.id, Permission::MembersView).await?;
    let (filter, error) = match filter(policy, params) {
        Ok(filter) => (filter, None),
        Err(error) => (
            member::Filter::default(),
            Some(words::told(&error.message(), now)),
        ),
    };
    let paged = member::list(tx, &grant, &filter, slice(params, "page")).await?;
    let here = Address::new(
        format!("/teams/{}", team.id),
        params,
        &["role", "state", "status", "invitations"],
        "#members",
    );
    let sees_addresses = caller.may(Permission::MembersInvite);
    let list = List::new(paged, &here, ("page", "Pages of members"), |row| {
        MemberRow::new(caller, row, sees_addresses, now)
    });
    let everybody = Choice::new("", say("card-all-roles", &[]), filter.role.is_none());
    let roles = policy.roles().iter();
    let roles = roles.map(|role| {
        Choice::new(
            role.key.as_str(),
            &role.plural,
            filter.role.as_ref() == Some(&role.key),
        )
    });
    let current = Choice::new("", "In the team", filter.status.is_none());
    let states = Status::ALL.iter().map(|status| {
        let label = spoken::member::status(Locale::EnUs, *status);
        Choice::new(status.as_str(), label, filter.status == Some(*status))
    });
    Ok(Members {
        list,
        roles: std::iter::once(everybody).chain(roles).collect(),
        states: std::iter::once(current).chain(states).collect(),
        filtered: filter != member::Filter::default(),
        error,
    })
}

/// Which members the address asks for.
fn filter(policy: &Policy, params: &Params) -> Result<member::Filter, Error> {
    let role = param(params, "role")
        .map(|text| policy.role_named(text))
        .transpose()?;
    let status = param(params, "state").map(str::parse).transpose();
    let status = status.map_err(|_| Rule::TextBad {
        what: "what-status",
        reason: message!("choose-offered"),
    })?;
    Ok(member::Filter { role, status })
}
