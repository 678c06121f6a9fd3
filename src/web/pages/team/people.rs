//! `/teams/{id}`: who is in, who is invited, and the form that invites.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use muster_core::Tx;
use muster_core::discord_link;
use muster_core::error::{Error, Rule};
use muster_core::ids::{MemberId, TeamId};
use muster_core::locale::Locale;
use muster_core::member::{self, Row, Status};
use muster_core::message;
use muster_core::policy::{Permission, Policy, RoleKey, Transfer};
use muster_core::seat::{self, Seats};

use super::choice::Choice;
use super::invitations::{self, Pending};
use super::invite::{self, InviteForm};
use super::list::{Address, List, param, slice};
use super::{Alert, Caller, Head, Refused, Tab, say, team_id, with_status};
use crate::discord::words as spoken;
use crate::web::error::Problem;
use crate::web::pages::{Params, Part, part};
use crate::web::session::Visitor;
use crate::web::words::{self, Moment};
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

/// A member as lists show them.
pub struct MemberRow {
    /// Which membership.
    pub id: MemberId,
    /// What others call them.
    pub name: String,
    /// The first letters of it.
    pub initials: String,
    /// Which of a few colours goes with them.
    pub tone: u8,
    /// Whether it is the reader.
    pub me: bool,
    /// Their address, or as much of it as the reader may see.
    pub email: Option<String>,
    /// The name of their role.
    pub role: String,
    /// Whether it is the top role.
    pub top: bool,
    /// The roles that the reader may give them, with the one they have; none when there is no other.
    pub roles: Vec<Choice>,
    /// How active they are, in a word, and the class that goes with it.
    pub state: (&'static str, &'static str),
    /// Since when they are in.
    pub joined: Moment,
    /// Who invited them.
    pub invited_by: Option<String>,
    /// When they last did something.
    pub last_active: Moment,
    /// Whether a Discord user is linked.
    pub linked: bool,
    /// What the reader may do about them.
    pub acts: Vec<Act>,
}

/// Something that a reader may do about a member. Where the product would say no all the same, it does when it is tried.
pub struct Act {
    /// Where it leads, below the member's own path.
    pub path: &'static str,
    /// What people read.
    pub label: &'static str,
    /// Whether access is lost for good.
    pub danger: bool,
    /// Whether it is offered in lists, too.
    pub listed: bool,
}

impl Act {
    fn new(path: &'static str, label: &'static str) -> Self {
        Self {
            path,
            label,
            danger: false,
            listed: true,
        }
    }
}

impl MemberRow {
    /// A member as `caller` may see them.
    pub fn new(caller: &Caller, row: Row, sees_addresses: bool, now: DateTime<Utc>) -> Self {
        let policy: &Policy = &caller.standing.team.policy;
        let me = row.account_id == caller.actor.account;
        let state = state(&row, now);
        Self {
            id: row.id,
            initials: initials(&row.display_name),
            tone: tone(&row.id.to_string()),
            me,
            email: row.email.as_ref().map(|email| {
                if sees_addresses || me {
                    email.to_string()
                } else {
                    email.masked()
                }
            }),
            role: policy.role_name(&row.role),
            top: policy.is_top(&row.role),
            roles: if me { Vec::new() } else { roles_for(caller, &row) },
            state,
            joined: Moment::new(row.joined_at, now),
            invited_by: row.invited_by.clone(),
            last_active: Moment::new(row.last_active_at, now),
            linked: row.discord_user_id.is_some(),
            acts: if me { Vec::new() } else { acts(caller, &row) },
            name: row.display_name,
        }
    }
}

/// The roles that the caller may give a member, the one that they have among them.
fn roles_for(caller: &Caller, row: &Row) -> Vec<Choice> {
    let policy = &caller.standing.team.policy;
    let Some(by) = caller.role_for(Permission::RolesChange) else {
        return Vec::new();
    };
    if row.status != Status::Active {
        return Vec::new();
    }
    let offered = policy.roles().iter();
    let offered: Vec<_> = offered
        .filter(|role| role.key == row.role || policy.may_change_role(by, &row.role, &role.key))
        .map(|role| Choice::role(role, Some(&row.role)))
        .collect();
    if offered.len() > 1 { offered } else { Vec::new() }
}

/// What the caller may do about a member who is somebody else.
fn acts(caller: &Caller, row: &Row) -> Vec<Act> {
    let policy = &caller.standing.team.policy;
    let reaches = |permission, reach: fn(&Policy, &RoleKey, &RoleKey) -> bool| {
        let by = caller.role_for(permission);
        by.is_some_and(|by| reach(policy, by, &row.role))
    };
    let deactivates = reaches(Permission::MembersDeactivate, Policy::may_deactivate);
    let transfers = policy.transfer() == Transfer::Yes
        && caller.may(Permission::OwnershipTransfer)
        && !policy.is_top(&row.role);
    let mut acts = Vec::new();
    match row.status {
        Status::Active => {
            acts.extend(transfers.then(|| Act {
                listed: false,
                ..Act::new("transfer", "Hand over the team…")
            }));
            acts.extend(deactivates.then(|| Act::new("deactivate", "Deactivate…")));
        }
        Status::Deactivated => acts.extend(deactivates.then(|| Act::new("reactivate", "Reactivate…"))),
        Status::Removed | Status::Left => return acts,
    }
    if reaches(Permission::MembersRemove, Policy::may_remove) {
        acts.push(Act {
            danger: true,
            ..Act::new("remove", "Remove…")
        });
    }
    acts
}

/// How active somebody is, and the class that goes with it.
fn state(row: &Row, now: DateTime<Utc>) -> (&'static str, &'static str) {
    match row.status {
        Status::Active if row.is_inactive(now) => ("Inactive", "idle"),
        Status::Active => ("Active", "good"),
        Status::Deactivated => ("Deactivated", "warn"),
        Status::Removed => ("Removed", "idle"),
        Status::Left => ("Left", "idle"),
    }
}

/// The first letters of the first and the last word of a name.
fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().and_then(|word| word.chars().next());
    let last = words.next_back().and_then(|word| word.chars().next());
    first
        .into_iter()
        .chain(last)
        .flat_map(char::to_uppercase)
        .collect()
}

/// One of six colours, the same for one person each time.
fn tone(id: &str) -> u8 {
    id.bytes()
        .fold(0, |sum: u8, byte| sum.wrapping_mul(31).wrapping_add(byte))
        % 6
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
    let nothing = axum::extract::Query(std::collections::HashMap::new());
    let page = page(&mut tx, site, visitor, &caller, &nothing, tried).await?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_the_first_letters_of_the_outer_words() {
        for (name, letters) in [
            ("Ada Park", "AP"),
            ("bo", "B"),
            ("Ada Maria de Souza", "AS"),
            ("Łukasz ßen", "ŁSS"),
        ] {
            assert_eq!(initials(name), letters, "{name}");
        }
    }
}
