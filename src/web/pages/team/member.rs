//! One member with what happened to them, and their role: changed at once, but to and from the top role only after a
//! question.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use muster_core::Tx;
use muster_core::activity;
use muster_core::actor::Grant;
use muster_core::error::{Error, Rule};
use muster_core::ids::{MemberId, TeamId};
use muster_core::member::{self, RoleChange};
use muster_core::policy::{Permission, Policy};
use serde::Deserialize;

use super::activity::EntryRow;
use super::list::param;
use super::member_row::MemberRow;
use super::people::refused;
use super::question::{Opened, Question};
use super::{Caller, Head, Tab, TwoParts, actor, say, team_id, two};
use crate::web::error::Problem;
use crate::web::form::Form;
use crate::web::pages::{Params, Part, part};
use crate::web::session::Visitor;
use crate::web::words::Moment;
use crate::web::{Shell, Site, html, see_other};

/// How many entries of somebody's history are shown; the log has all of them.
const HISTORY: i64 = 10;

#[derive(Template)]
#[template(path = "team/member.html")]
struct Page {
    shell: Shell,
    head: Head,
    member: MemberRow,
    invited: Option<Moment>,
    /// What they did and what was done to them, for those who may read the log.
    history: Option<Vec<EntryRow>>,
}

/// `GET /teams/{id}/members/{member}`
pub async fn show(
    State(site): State<Site>,
    path: TwoParts,
    params: Params,
    visitor: Visitor,
) -> Result<Response, Problem> {
    let (id, whose) = two(path, "member")?;
    let now = site.env.now();
    let mut tx = site.db.read().await?;
    let caller = Caller::enter(&mut tx, &visitor, id, &format!("/teams/{id}/members/{whose}")).await?;
    let grant = caller.actor.may(&mut tx, id, Permission::MembersView).await?;
    let row = member::get(&mut tx, &grant, whose).await?;
    let history = if caller.may(Permission::ActivityView) {
        let entries = activity::of_member(&mut tx, id, row.id, row.account_id, HISTORY).await?;
        let rows = entries
            .iter()
            .map(|entry| EntryRow::new(&grant.team.policy, entry, now));
        Some(rows.collect())
    } else {
        None
    };
    let page = Page {
        shell: visitor.shell(&site),
        head: Head::new(&mut tx, &caller, Tab::People, &params, now).await?,
        invited: row.invited_at.map(|at| Moment::new(at, now)),
        member: MemberRow::new(&caller, row, caller.may(Permission::MembersInvite), now),
        history,
    };
    html(StatusCode::OK, &page)
}

/// What a change of role sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    role: String,
    /// Whether it comes from the question.
    #[serde(default)]
    sure: String,
}

/// `POST /teams/{id}/members/{member}/role`
pub async fn change_role(
    State(site): State<Site>,
    path: TwoParts,
    Form { visitor, fields }: Form<Wanted>,
) -> Result<Response, Problem> {
    let (id, whose) = two(path, "member")?;
    let mut tx = site.db.write().await?;
    let by = actor(&visitor, &format!("/teams/{id}"))?;
    let grant = by.may(&mut tx, id, Permission::RolesChange).await?;
    match change(&mut tx, &site, &grant, whose, &fields.role).await {
        Ok(change) if fields.sure.is_empty() && touches_top(&grant.team.policy, &change) => {
            // Everything was checked; the question comes before it is made true.
            drop(tx);
            see_other(&format!("/teams/{id}/members/{whose}/role?to={}", change.to))
        }
        Ok(change) => {
            tx.commit().await?;
            see_other(&format!("/teams/{id}?done=role&entry={}", change.seq))
        }
        // Whoever presses without choosing, or twice, is where they wanted to be.
        Err(Error::Rule(Rule::SameRole { .. })) => see_other(&format!("/teams/{id}#members")),
        Err(error) => {
            drop(tx);
            refused(&site, &visitor, id, error).await
        }
    }
}

async fn change(
    tx: &mut Tx,
    site: &Site,
    grant: &Grant,
    whose: MemberId,
    role: &str,
) -> Result<RoleChange, Error> {
    let to = grant.team.policy.role_named(role)?;
    member::change_role(tx, &site.env, grant, whose, &to, None).await
}

fn touches_top(policy: &Policy, change: &RoleChange) -> bool {
    policy.is_top(&change.from) || policy.is_top(&change.to)
}

/// `GET /teams/{id}/members/{member}/role?to=`: asks about a change to or from the top role. It is tried, so that what would be
/// refused is refused now; the transaction is dropped.
pub async fn ask_role(
    State(site): State<Site>,
    path: TwoParts,
    params: Params,
    visitor: Visitor,
) -> Result<Response, Problem> {
    let (id, whose) = two(path, "member")?;
    let here = format!("/teams/{id}/members/{whose}");
    let mut tx = site.db.write().await?;
    let (looks, place) = ((&visitor, &params), (id, Tab::People));
    let opened = Opened::on(&mut tx, &site, looks, place, &here, Permission::RolesChange).await?;
    let tried = change(
        &mut tx,
        &site,
        &opened.grant,
        whose,
        param(&params, "to").unwrap_or_default(),
    )
    .await;
    drop(tx);
    let change = match tried {
        Ok(change) => change,
        Err(error) => return refused(&site, &visitor, id, error).await,
    };
    let policy = &opened.grant.team.policy;
    let (name, to) = (change.member.display_name.as_str(), policy.role_name(&change.to));
    let both = || [("name", name.into()), ("role", to.as_str().into())];
    let text = if policy.is_top(&change.to) {
        say("role-ask-top", &[("name", name.into())])
    } else {
        let from = policy.role_name(&change.from).into();
        let top = policy.role_name(policy.top_role()).into();
        say(
            "role-ask-from-top",
            &[("name", name.into()), ("from", from), ("top", top)],
        )
    };
    let words = (
        say("role-ask-title", &both()),
        vec![text],
        say("role-do", &both()),
    );
    let question = Question {
        hidden: vec![("role", change.to.to_string()), ("sure", "yes".to_owned())],
        ..opened.asks(words, format!("{here}/role"), format!("/teams/{id}"))
    };
    html(StatusCode::OK, &question)
}

/// Which change is taken back.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Undone {
    entry: String,
}

/// `POST /teams/{id}/undo`: takes a change of role back.
pub async fn undo(
    State(site): State<Site>,
    id: Part,
    Form { visitor, fields }: Form<Undone>,
) -> Result<Response, Problem> {
    let id: TeamId = team_id(&part(id)?)?;
    let mut tx = site.db.write().await?;
    let by = actor(&visitor, &format!("/teams/{id}"))?;
    let grant = by.may(&mut tx, id, Permission::RolesChange).await?;
    let seq = fields.entry.parse().map_err(|_| Error::NotFound("log entry"))?;
    match member::undo_role(&mut tx, &site.env, &grant, seq).await {
        Ok(change) => {
            tx.commit().await?;
            see_other(&format!("/teams/{id}?done=role&entry={}", change.seq))
        }
        Err(error) => {
            drop(tx);
            refused(&site, &visitor, id, error).await
        }
    }
}
