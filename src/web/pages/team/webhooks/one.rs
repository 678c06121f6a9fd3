//! One webhook: what it is sent, what became of that, changing it, trying it and turning it off.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use muster_core::error::{Error, Rule};
use muster_core::ids::{TeamId, WebhookDeliveryId, WebhookId};
use muster_core::webhook::delivery::{self, Delivery, Status};
use muster_core::webhook::{self, Why};
use serde::Deserialize;

use super::super::list::{Address, List, slice};
use super::form::{Fields, Sent, label, read};
use super::{Head, Tab, manager, name, state};
use crate::web::error::{self, Problem};
use crate::web::form::Form;
use crate::web::pages::Params;
use crate::web::pages::account::Button;
use crate::web::session::Visitor;
use crate::web::words::Moment;
use crate::web::{Shell, Site, html, see_other};

pub use super::super::TwoParts;

#[derive(Template)]
#[template(path = "team/webhooks/one.html")]
struct Page {
    shell: Shell,
    head: Head,
    hook: WebhookId,
    name: String,
    url: String,
    on: bool,
    state: (&'static str, &'static str),
    /// Why it is off, or that it fails, and since when.
    trouble: Option<(&'static str, Moment)>,
    created: Moment,
    /// Until when the secret before signs too.
    overlap: Option<Moment>,
    form: Fields,
    list: List<Row>,
}

/// A message in the list.
pub struct Row {
    /// Which.
    pub id: WebhookDeliveryId,
    /// What happened.
    pub label: String,
    /// The number of the entry in the log.
    pub seq: Option<i64>,
    /// How far it has come, and the class that goes with it.
    pub state: (&'static str, &'static str),
    /// How often it was tried.
    pub attempts: i64,
    /// The status of the latest answer.
    pub code: Option<i64>,
    /// The latest answer.
    pub answer: Option<String>,
    /// When it was made.
    pub created: Moment,
    /// When it is tried next.
    pub next: Option<Moment>,
}

impl Row {
    /// A message, seen from now.
    pub fn new(delivery: Delivery, now: chrono::DateTime<chrono::Utc>) -> Self {
        let state = match delivery.status {
            Status::Waiting if delivery.attempts == 0 => ("Waiting", "info"),
            Status::Waiting => ("Trying again", "warn"),
            Status::Delivered => ("Delivered", "good"),
            Status::Failed => ("Failed", "bad"),
            Status::Cancelled => ("Not sent", "idle"),
        };
        Self {
            id: delivery.id,
            label: label(&delivery.kind),
            seq: delivery.seq,
            state,
            attempts: delivery.attempts,
            code: delivery.code,
            answer: delivery.answer.filter(|answer| !answer.is_empty()),
            created: Moment::new(delivery.created_at, now),
            next: (delivery.status == Status::Waiting).then(|| Moment::new(delivery.due_at, now)),
        }
    }
}

/// `GET /teams/{id}/webhooks/{hook}`
pub async fn show(
    State(site): State<Site>,
    path: TwoParts,
    params: Params,
    visitor: Visitor,
) -> Result<Response, Problem> {
    let ids = two(path)?;
    let page = page(&site, &visitor, ids, &params, None).await?;
    html(StatusCode::OK, &page)
}

async fn page(
    site: &Site,
    visitor: &Visitor,
    (id, hook): (TeamId, WebhookId),
    params: &Params,
    form: Option<Fields>,
) -> Result<Page, Problem> {
    let now = site.env.now();
    let mut tx = site.db.read().await?;
    let (caller, grant) = manager(&mut tx, visitor, id).await?;
    let webhook = webhook::get(&mut tx, &grant, hook).await?;
    let messages = delivery::list(&mut tx, &grant, hook, slice(params, "page")).await?;
    let head = Head::new(&mut tx, &caller, Tab::Webhooks, params, now).await?;
    drop(tx);
    let here = Address::new(format!("/teams/{id}/webhooks/{hook}"), params, &[], "#messages");
    let trouble = match (webhook.off_why, webhook.off_at.or(webhook.failing_since)) {
        (Some(Why::Person), Some(at)) => Some(("Somebody turned it off: nothing is sent.", at)),
        (Some(Why::Gone), Some(at)) => Some((
            "It answered 410 Gone, so nothing is sent any more. Turn it on if that has changed.",
            at,
        )),
        (Some(Why::Failing), Some(at)) => Some((
            "It took nothing for five days, so nothing is sent any more. Turn it on once it works.",
            at,
        )),
        (None, Some(at)) => Some((
            "Every try has failed. After five days nothing is sent any more.",
            at,
        )),
        (_, None) => None,
    };
    Ok(Page {
        shell: visitor.shell(site),
        head,
        hook,
        name: name(&webhook),
        url: webhook.url.clone(),
        on: webhook.off_at.is_none(),
        state: state(&webhook),
        trouble: trouble.map(|(text, at)| (text, Moment::new(at, now))),
        created: Moment::new(webhook.created_at, now),
        overlap: webhook
            .old_until
            .filter(|until| now < *until)
            .map(|until| Moment::new(until, now)),
        form: form.unwrap_or_else(|| Fields::of(&webhook)),
        list: List::new(messages, &here, ("page", "Pages of messages"), |row| {
            Row::new(row, now)
        }),
    })
}

/// `POST /teams/{id}/webhooks/{hook}`: changes it.
pub async fn change(
    State(site): State<Site>,
    path: TwoParts,
    Form { visitor, fields }: Form<Sent>,
) -> Result<Response, Problem> {
    let (id, hook) = two(path)?;
    let wanted = read(fields)?;
    let mut tx = site.db.write().await?;
    let (_, grant) = manager(&mut tx, &visitor, id).await?;
    match webhook::change(&mut tx, &site.env, &grant, hook, &wanted).await {
        Ok(_) => tx.commit().await?,
        // Saved as it was: there is nothing to tell anybody.
        Err(Error::Rule(Rule::Unchanged)) => drop(tx),
        Err(error) => {
            drop(tx);
            let (form, problem) = Fields::typed(&wanted).blame(error, site.env.now())?;
            let page = page(&site, &visitor, (id, hook), &Params::default(), Some(form)).await?;
            return html(error::status(&problem), &page);
        }
    }
    back(id, hook, "hook-saved")
}

/// The form that turns a webhook on or off.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Turn {
    to: To,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum To {
    On,
    Off,
}

/// `POST /teams/{id}/webhooks/{hook}/turn`
pub async fn turn(
    State(site): State<Site>,
    path: TwoParts,
    Form { visitor, fields }: Form<Turn>,
) -> Result<Response, Problem> {
    let (id, hook) = two(path)?;
    let mut tx = site.db.write().await?;
    let (_, grant) = manager(&mut tx, &visitor, id).await?;
    webhook::turn(&mut tx, &site.env, &grant, hook, fields.to == To::On).await?;
    tx.commit().await?;
    back(
        id,
        hook,
        if fields.to == To::On {
            "hook-on"
        } else {
            "hook-off"
        },
    )
}

/// `POST /teams/{id}/webhooks/{hook}/test`: sends something to try it.
pub async fn test(
    State(site): State<Site>,
    path: TwoParts,
    Form { visitor, .. }: Form<Button>,
) -> Result<Response, Problem> {
    let (id, hook) = two(path)?;
    let mut tx = site.db.write().await?;
    let (_, grant) = manager(&mut tx, &visitor, id).await?;
    delivery::send_test(&mut tx, &site.env, &grant, hook).await?;
    tx.commit().await?;
    back(id, hook, "hook-test")
}

/// The team of a path and its webhook.
pub fn two(path: TwoParts) -> Result<(TeamId, WebhookId), Problem> {
    super::super::two(path, "webhook")
}

/// To the page of a webhook, which says what was done.
pub fn back(id: TeamId, hook: WebhookId, done: &str) -> Result<Response, Problem> {
    see_other(&format!("/teams/{id}/webhooks/{hook}?done={done}"))
}
