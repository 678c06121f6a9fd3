//! Suspending members, bringing them back and removing them: a page that names the person and what follows, then the change.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use muster_core::Tx;
use muster_core::actor::Grant;
use muster_core::env::Env;
use muster_core::error::Error;
use muster_core::ids::{MemberId, TeamId};
use muster_core::member::{self, Ended};
use muster_core::policy::{Permission, Removal};
use muster_core::text;
use serde::Deserialize;

use super::people::refused;
use super::question::{Asked, Opened, Question};
use super::{Tab, TwoParts, actor, say, two, with_status};
use crate::web::error::Problem;
use crate::web::form::Form;
use crate::web::pages::Params;
use crate::web::session::Visitor;
use crate::web::{Site, html, see_other, words};

/// What becomes of a membership.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    Deactivate,
    Reactivate,
    Remove,
}

impl How {
    fn permission(self) -> Permission {
        match self {
            Self::Deactivate | Self::Reactivate => Permission::MembersDeactivate,
            Self::Remove => Permission::MembersRemove,
        }
    }

    /// Its name in paths.
    fn word(self) -> &'static str {
        match self {
            Self::Deactivate => "deactivate",
            Self::Reactivate => "reactivate",
            Self::Remove => "remove",
        }
    }

    /// Its name once it is done.
    fn done(self) -> &'static str {
        match self {
            Self::Deactivate => "deactivated",
            Self::Reactivate => "reactivated",
            Self::Remove => "removed",
        }
    }

    async fn perform(
        self,
        tx: &mut Tx,
        env: &Env,
        grant: &Grant,
        id: MemberId,
        reason: Option<&str>,
    ) -> Result<Ended, Error> {
        match self {
            Self::Deactivate => member::deactivate(tx, env, grant, id, reason).await,
            Self::Reactivate => member::reactivate(tx, env, grant, id, reason).await,
            Self::Remove => member::remove(tx, env, grant, id, reason).await,
        }
    }

    /// The question, what follows, and the yes.
    fn words(self, grant: &Grant, ended: &Ended) -> (String, Vec<String>, String) {
        let policy = &grant.team.policy;
        let (name, role) = (&ended.member.display_name, policy.role_name(&ended.member.role));
        let named = || ("name", name.as_str().into());
        let invitations =
            (ended.invitations > 0).then(|| say("ended-invitations", &[("count", ended.invitations.into())]));
        let lines = match self {
            Self::Deactivate => {
                let mut lines = vec![
                    format!("{name}, who is {role}, has no access from their next click on."),
                    "They keep their role and their place in the list. You can reactivate them at any time."
                        .to_owned(),
                ];
                lines.extend(invitations);
                lines
            }
            Self::Reactivate => vec![format!(
                "{name} has access again from their next click on, as {role}."
            )],
            Self::Remove => {
                let mut lines = vec![say("remove-text", &[named(), ("role", role.into())])];
                lines.extend(invitations);
                lines.extend((policy.removal() == Removal::Permanent).then(|| say("remove-permanent", &[])));
                lines
            }
        };
        let (title, button) = match self {
            Self::Deactivate => (format!("Deactivate {name}?"), format!("Deactivate {name}")),
            Self::Reactivate => (format!("Reactivate {name}?"), format!("Reactivate {name}")),
            Self::Remove => (say("remove-title", &[named()]), say("remove-do", &[named()])),
        };
        (title, lines, button)
    }
}

/// What a yes is sent with.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reasoned {
    #[serde(default)]
    reason: String,
}

/// Tries it, so that what would be refused is refused now, and asks: the transaction is dropped.
async fn ask(
    site: &Site,
    path: TwoParts,
    params: &Params,
    visitor: &Visitor,
    how: How,
) -> Result<Response, Problem> {
    let (id, whose) = two(path, "member")?;
    let question = question(site, (id, whose), params, visitor, how, "").await?;
    match question {
        Ok(question) => html(StatusCode::OK, &question),
        Err(error) => refused(site, visitor, id, error).await,
    }
}

async fn question(
    site: &Site,
    (id, whose): (TeamId, MemberId),
    params: &Params,
    visitor: &Visitor,
    how: How,
    reason: &str,
) -> Result<Result<Question, Error>, Problem> {
    let here = format!("/teams/{id}/members/{whose}");
    let action = format!("{here}/{}", how.word());
    let mut tx = site.db.write().await?;
    let (looks, place) = ((visitor, params), (id, Tab::People));
    let opened = Opened::on(&mut tx, site, looks, place, &action, how.permission()).await?;
    let ended = match how.perform(&mut tx, &site.env, &opened.grant, whose, None).await {
        Ok(ended) => ended,
        Err(error) => return Ok(Err(error)),
    };
    drop(tx);
    let words = how.words(&opened.grant, &ended);
    let permanent = how == How::Remove && opened.grant.team.policy.removal() == Removal::Permanent;
    Ok(Ok(Question {
        danger: how != How::Reactivate,
        asked: Some(Asked::reason(reason)),
        instead: permanent.then(|| ("Deactivate instead", format!("{here}/deactivate"))),
        ..opened.asks(words, action, format!("/teams/{id}"))
    }))
}

/// Does it, after the question.
async fn act(
    site: &Site,
    path: TwoParts,
    visitor: &Visitor,
    typed: &str,
    how: How,
) -> Result<Response, Problem> {
    let (id, whose) = two(path, "member")?;
    let reason = match text::reason(typed) {
        Ok(reason) => reason,
        Err(error) => return not_understood(site, (id, whose), visitor, how, typed, error).await,
    };
    let mut tx = site.db.write().await?;
    let by = actor(visitor, &format!("/teams/{id}"))?;
    let grant = by.may(&mut tx, id, how.permission()).await?;
    match how
        .perform(&mut tx, &site.env, &grant, whose, reason.as_deref())
        .await
    {
        Ok(ended) => {
            tx.commit().await?;
            tracing::info!(team.id = %id, "a membership is {}", how.done());
            see_other(&format!("/teams/{id}?done={}&entry={}", how.done(), ended.seq))
        }
        // A second press of the same button, or somebody else was faster.
        Err(Error::NotFound("member")) => see_other(&format!("/teams/{id}?done=gone")),
        Err(error) => {
            drop(tx);
            refused(site, visitor, id, error).await
        }
    }
}

/// The question again, with what is wrong with the reason.
async fn not_understood(
    site: &Site,
    ids: (TeamId, MemberId),
    visitor: &Visitor,
    how: How,
    typed: &str,
    error: Error,
) -> Result<Response, Problem> {
    let sentence = words::told(&error.message(), site.env.now());
    match question(site, ids, &Params::default(), visitor, how, typed).await? {
        Ok(mut question) => {
            if let Some(asked) = &mut question.asked {
                asked.error = Some(sentence);
            }
            Ok(with_status(html(StatusCode::OK, &question)?, &error.into(), site))
        }
        Err(error) => refused(site, visitor, ids.0, error).await,
    }
}

/// `GET /teams/{id}/members/{member}/deactivate`
pub async fn ask_deactivate(
    State(site): State<Site>,
    path: TwoParts,
    params: Params,
    visitor: Visitor,
) -> Result<Response, Problem> {
    ask(&site, path, &params, &visitor, How::Deactivate).await
}

/// `POST /teams/{id}/members/{member}/deactivate`
pub async fn deactivate(
    State(site): State<Site>,
    path: TwoParts,
    Form { visitor, fields }: Form<Reasoned>,
) -> Result<Response, Problem> {
    act(&site, path, &visitor, &fields.reason, How::Deactivate).await
}

/// `GET /teams/{id}/members/{member}/reactivate`
pub async fn ask_reactivate(
    State(site): State<Site>,
    path: TwoParts,
    params: Params,
    visitor: Visitor,
) -> Result<Response, Problem> {
    ask(&site, path, &params, &visitor, How::Reactivate).await
}

/// `POST /teams/{id}/members/{member}/reactivate`
pub async fn reactivate(
    State(site): State<Site>,
    path: TwoParts,
    Form { visitor, fields }: Form<Reasoned>,
) -> Result<Response, Problem> {
    act(&site, path, &visitor, &fields.reason, How::Reactivate).await
}

/// `GET /teams/{id}/members/{member}/remove`
pub async fn ask_remove(
    State(site): State<Site>,
    path: TwoParts,
    params: Params,
    visitor: Visitor,
) -> Result<Response, Problem> {
    ask(&site, path, &params, &visitor, How::Remove).await
}

/// `POST /teams/{id}/members/{member}/remove`
pub async fn remove(
    State(site): State<Site>,
    path: TwoParts,
    Form { visitor, fields }: Form<Reasoned>,
) -> Result<Response, Problem> {
    act(&site, path, &visitor, &fields.reason, How::Remove).await
}
