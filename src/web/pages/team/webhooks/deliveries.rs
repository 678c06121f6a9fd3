//! One message to a webhook, what was answered to each try, and sending it again.

use askama::Template;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use muster_core::error::Error;
use muster_core::ids::{TeamId, WebhookDeliveryId, WebhookId};
use muster_core::webhook::{self, delivery};

use super::one::{Row, back};
use super::{Head, Tab, manager, name, team_id};
use crate::web::error::Problem;
use crate::web::form::Form;
use crate::web::pages::Params;
use crate::web::pages::account::Button;
use crate::web::session::Visitor;
use crate::web::words::Moment;
use crate::web::{Shell, Site, html};

type ThreeParts = Result<Path<(String, String, String)>, PathRejection>;

#[derive(Template)]
#[template(path = "team/webhooks/delivery.html")]
struct Page {
    shell: Shell,
    head: Head,
    hook: WebhookId,
    name: String,
    on: bool,
    message: Row,
    tries: Vec<Try>,
}

/// One try.
struct Try {
    number: i64,
    at: Moment,
    took: String,
    code: Option<i64>,
    answer: String,
}

/// `GET /teams/{id}/webhooks/{hook}/deliveries/{delivery}`
pub async fn show(State(site): State<Site>, path: ThreeParts, visitor: Visitor) -> Result<Response, Problem> {
    let (id, hook, message) = three(path)?;
    let now = site.env.now();
    let mut tx = site.db.read().await?;
    let (caller, grant) = manager(&mut tx, &visitor, id).await?;
    let head = Head::new(&mut tx, &caller, Tab::Webhooks, &Params::default(), now).await?;
    let webhook = webhook::get(&mut tx, &grant, hook).await?;
    let (message, tries) = delivery::get(&mut tx, &grant, hook, message).await?;
    drop(tx);
    let tries = tries.into_iter().map(|one| Try {
        number: one.number,
        at: Moment::new(one.at, now),
        took: format!("{} ms", one.took_ms),
        code: one.code,
        answer: one.answer,
    });
    let page = Page {
        shell: visitor.shell(&site),
        head,
        hook,
        name: name(&webhook),
        on: webhook.off_at.is_none(),
        message: Row::new(message, now),
        tries: tries.collect(),
    };
    html(StatusCode::OK, &page)
}

/// `POST /teams/{id}/webhooks/{hook}/deliveries/{delivery}/again`: sends the message once more.
pub async fn again(
    State(site): State<Site>,
    path: ThreeParts,
    Form { visitor, .. }: Form<Button>,
) -> Result<Response, Problem> {
    let (id, hook, message) = three(path)?;
    let mut tx = site.db.write().await?;
    let (_, grant) = manager(&mut tx, &visitor, id).await?;
    delivery::again(&mut tx, &site.env, &grant, hook, message).await?;
    tx.commit().await?;
    back(id, hook, "hook-again")
}

fn three(path: ThreeParts) -> Result<(TeamId, WebhookId, WebhookDeliveryId), Problem> {
    let Path((id, hook, message)) = path.map_err(|_| Error::NotFound("page"))?;
    let message = message.parse().map_err(|_| Error::NotFound("webhook delivery"))?;
    let hook = hook.parse().map_err(|_| Error::NotFound("webhook"))?;
    Ok((team_id(&id)?, hook, message))
}
