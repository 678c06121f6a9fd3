//! Leaving, handing over, deleting and bringing back. What ends a team or gives it away asks to type its name.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use muster_core::error::{Error, Rule};
use muster_core::ids::{MemberId, TeamId};
use muster_core::member::{self, Transferred};
use muster_core::policy::Permission;
use muster_core::team::{self, KEPT, Team};
use serde::Deserialize;

use super::people::refused;
use super::question::{Asked, Opened, Question};
use super::{Caller, Head, Refused, Tab, TwoParts, actor, say, team_id, two, with_status};
use crate::web::error::Problem;
use crate::web::form::Form;
use crate::web::pages::account::Button;
use crate::web::pages::{Params, Part, part};
use crate::web::session::Visitor;
use crate::web::words::Moment;
use crate::web::{Shell, Site, html, see_other};

/// The name of the team, typed to confirm.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confirmed {
    name: String,
}

/// The field that asks for the team's name, with what is wrong with what was typed.
fn name_of(team: &Team, typed: &str, error: Option<String>) -> Asked {
    Asked {
        name: "name",
        label: format!("Type {} to go on", team.name),
        hint: "So that it does not happen by a slip.",
        most: muster_core::text::NAME_LENGTH,
        required: true,
        value: typed.to_owned(),
        error,
    }
}

/// `GET /teams/{id}/leave`: tries to leave, and asks.
pub async fn ask_leave(
    State(site): State<Site>,
    id: Part,
    params: Params,
    visitor: Visitor,
) -> Result<Response, Problem> {
    let id = team_id(&part(id)?)?;
    let action = format!("/teams/{id}/leave");
    let mut tx = site.db.write().await?;
    let caller = Caller::enter(&mut tx, &visitor, id, &action).await?;
    let head = Head::new(&mut tx, &caller, Tab::People, &params, site.env.now()).await?;
    let tried = member::leave(&mut tx, &site.env, caller.actor, id).await;
    drop(tx);
    if let Err(error) = tried {
        return refused(&site, &visitor, id, error).await;
    }
    let team = || ("team", caller.standing.team.name.as_str().into());
    let words = (
        say("leave-title", &[team()]),
        vec![say("leave-text", &[])],
        say("leave-do", &[team()]),
    );
    let question = Question::new(visitor.shell(&site), head, words, action, format!("/teams/{id}"));
    html(StatusCode::OK, &question)
}

/// `POST /teams/{id}/leave`
pub async fn leave(
    State(site): State<Site>,
    id: Part,
    Form { visitor, .. }: Form<Button>,
) -> Result<Response, Problem> {
    let id = team_id(&part(id)?)?;
    let mut tx = site.db.write().await?;
    let by = actor(&visitor, &format!("/teams/{id}"))?;
    match member::leave(&mut tx, &site.env, by, id).await {
        Ok(_) => tx.commit().await?,
        Err(error) => {
            drop(tx);
            return refused(&site, &visitor, id, error).await;
        }
    }
    see_other("/?done=left")
}

/// `GET /teams/{id}/members/{member}/transfer`: tries to hand over the top role, and asks.
pub async fn ask_transfer(
    State(site): State<Site>,
    path: TwoParts,
    params: Params,
    visitor: Visitor,
) -> Result<Response, Problem> {
    let ids = two(path, "member")?;
    match transfer_question(&site, ids, &params, &visitor, "", None).await? {
        Ok(question) => html(StatusCode::OK, &question),
        Err(error) => refused(&site, &visitor, ids.0, error).await,
    }
}

async fn transfer_question(
    site: &Site,
    (id, to): (TeamId, MemberId),
    params: &Params,
    visitor: &Visitor,
    typed: &str,
    wrong: Option<String>,
) -> Result<Result<Question, Error>, Problem> {
    let here = format!("/teams/{id}/members/{to}");
    let mut tx = site.db.write().await?;
    let (looks, place) = ((visitor, params), (id, Tab::People));
    let opened = Opened::on(&mut tx, site, looks, place, &here, Permission::OwnershipTransfer).await?;
    let tried = member::transfer(&mut tx, &site.env, &opened.grant, to).await;
    drop(tx);
    let Transferred {
        to, from, left_with, ..
    } = match tried {
        Ok(tried) => tried,
        Err(error) => return Ok(Err(error)),
    };
    let policy = &opened.grant.team.policy;
    let (top, role) = (policy.role_name(policy.top_role()), policy.role_name(&left_with));
    let whom = || ("to", to.display_name.as_str().into());
    let top = || ("top", top.as_str().into());
    let role = ("role", role.into());
    let text = if from.account_id == opened.caller.actor.account {
        say("transfer-ask-own", &[whom(), top(), role])
    } else {
        let from = ("from", from.display_name.as_str().into());
        say("transfer-ask", &[whom(), top(), from, role])
    };
    let yes = format!("Transfer to {}", to.display_name);
    let words = (say("transfer-ask-title", &[whom(), top()]), vec![text], yes);
    Ok(Ok(Question {
        asked: Some(name_of(&opened.grant.team, typed, wrong)),
        ..opened.asks(words, format!("{here}/transfer"), format!("/teams/{id}"))
    }))
}

/// `POST /teams/{id}/members/{member}/transfer`
pub async fn transfer(
    State(site): State<Site>,
    path: TwoParts,
    Form { visitor, fields }: Form<Confirmed>,
) -> Result<Response, Problem> {
    let (id, to) = two(path, "member")?;
    let mut tx = site.db.write().await?;
    let by = actor(&visitor, &format!("/teams/{id}"))?;
    let grant = by.may(&mut tx, id, Permission::OwnershipTransfer).await?;
    let done = match team::check_name(&grant.team, &fields.name) {
        Ok(()) => member::transfer(&mut tx, &site.env, &grant, to).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(done) => {
            tx.commit().await?;
            tracing::info!(team.id = %id, "handed over the top role");
            see_other(&format!("/teams/{id}?done=transferred&entry={}", done.seq))
        }
        Err(error @ Error::Rule(Rule::NameMismatch { .. })) => {
            drop(tx);
            let (alert, problem) = Refused::of(error)?.alert(site.env.now());
            let (typed, wrong) = (fields.name.as_str(), Some(alert.sentence));
            match transfer_question(&site, (id, to), &Params::default(), &visitor, typed, wrong).await? {
                Ok(question) => Ok(with_status(html(StatusCode::OK, &question)?, &problem, &site)),
                Err(error) => refused(&site, &visitor, id, error).await,
            }
        }
        Err(error) => {
            drop(tx);
            refused(&site, &visitor, id, error).await
        }
    }
}

/// `GET /teams/{id}/delete`: asks before deleting a team.
pub async fn ask_delete(
    State(site): State<Site>,
    id: Part,
    params: Params,
    visitor: Visitor,
) -> Result<Response, Problem> {
    let id = team_id(&part(id)?)?;
    html(
        StatusCode::OK,
        &delete_question(&site, id, &params, &visitor, "", None).await?,
    )
}

async fn delete_question(
    site: &Site,
    id: TeamId,
    params: &Params,
    visitor: &Visitor,
    typed: &str,
    wrong: Option<String>,
) -> Result<Question, Problem> {
    let action = format!("/teams/{id}/delete");
    let mut tx = site.db.read().await?;
    let (looks, place) = ((visitor, params), (id, Tab::Rules));
    let opened = Opened::on(&mut tx, site, looks, place, &action, Permission::TeamDelete).await?;
    let overview = team::overview(&mut tx, &site.env, &opened.caller.standing).await?;
    let people = ("people", (overview.seats.members + overview.deactivated).into());
    let (pending, days) = (overview.seats.pending, ("days", KEPT.num_days().into()));
    let team = || ("team", opened.grant.team.name.as_str().into());
    let text = if pending == 0 {
        say("delete-ask", &[people, days])
    } else {
        say(
            "delete-ask-invitations",
            &[people, ("invitations", pending.into()), days],
        )
    };
    let yes = format!("Delete {}", opened.grant.team.name);
    let words = (say("delete-ask-title", &[team()]), vec![text], yes);
    Ok(Question {
        asked: Some(name_of(&opened.grant.team, typed, wrong)),
        ..opened.asks(words, action, format!("/teams/{id}/policy"))
    })
}

/// `POST /teams/{id}/delete`
pub async fn delete(
    State(site): State<Site>,
    id: Part,
    Form { visitor, fields }: Form<Confirmed>,
) -> Result<Response, Problem> {
    let id = team_id(&part(id)?)?;
    let mut tx = site.db.write().await?;
    let by = actor(&visitor, &format!("/teams/{id}"))?;
    let grant = by.may(&mut tx, id, Permission::TeamDelete).await?;
    if let Err(error) = team::check_name(&grant.team, &fields.name) {
        drop(tx);
        let (alert, problem) = Refused::of(error)?.alert(site.env.now());
        let wrong = Some(alert.sentence);
        let question = delete_question(&site, id, &Params::default(), &visitor, &fields.name, wrong).await?;
        return Ok(with_status(html(StatusCode::OK, &question)?, &problem, &site));
    }
    team::delete(&mut tx, &site.env, &grant).await?;
    tx.commit().await?;
    tracing::info!(team.id = %id, "deleted a team");
    see_other(&format!("/teams/{id}/deleted"))
}

#[derive(Template)]
#[template(path = "team/deleted.html")]
struct Deleted {
    shell: Shell,
    id: TeamId,
    team: String,
    until: Moment,
}

/// `GET /teams/{id}/deleted`: a deleted team, for those who can bring it back. That is tried; the transaction is dropped.
pub async fn deleted(State(site): State<Site>, id: Part, visitor: Visitor) -> Result<Response, Problem> {
    let id = team_id(&part(id)?)?;
    let by = actor(&visitor, &format!("/teams/{id}/deleted"))?;
    let mut tx = site.db.write().await?;
    let gone = team::restore(&mut tx, &site.env, by, id).await?;
    drop(tx);
    let page = Deleted {
        shell: visitor.shell(&site),
        id,
        until: Moment::new(gone.until(), site.env.now()),
        team: gone.name,
    };
    html(StatusCode::OK, &page)
}

/// `POST /teams/{id}/restore`
pub async fn restore(
    State(site): State<Site>,
    id: Part,
    Form { visitor, .. }: Form<Button>,
) -> Result<Response, Problem> {
    let id = team_id(&part(id)?)?;
    let by = actor(&visitor, &format!("/teams/{id}"))?;
    let mut tx = site.db.write().await?;
    team::restore(&mut tx, &site.env, by, id).await?;
    tx.commit().await?;
    tracing::info!(team.id = %id, "brought a team back");
    see_other(&format!("/teams/{id}?done=restored"))
}
