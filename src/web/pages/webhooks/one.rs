//! One webhook: what it is sent, what became of that, and everything that can be done with it.

use askama::Template;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use muster_core::error::{Error, Rule};
use muster_core::ids::{TeamId, WebhookDeliveryId, WebhookId};
use muster_core::page::Slice;
use muster_core::webhook::delivery::{self, Delivery, Status};
use muster_core::webhook::{self, Why};
use serde::Deserialize;

use super::{Fields, Head, Sent, Shown, granted, label, name, read, state, team_id};
use crate::web::error::{self, Problem};
use crate::web::form::Form;
use crate::web::pages::Params;
use crate::web::pages::account::Button;
use crate::web::session::Visitor;
use crate::web::words::Moment;
use crate::web::{Shell, Site, html, see_other};

/// How many messages one page shows.
const ROWS: u32 = 25;

/// The team of a path and its webhook; what is no text is no address of ours.
pub type TwoParts = Result<Path<(String, String)>, PathRejection>;

#[derive(Template)]
#[template(path = "webhooks/one.html")]
#[expect(clippy::struct_field_names, reason = "called as the template says them")]
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
    rows: Vec<Row>,
    total: u64,
    page: u32,
    pages: u32,
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
    html(
        StatusCode::OK,
        &page(&site, &visitor, ids, Some(&params), None).await?,
    )
}

async fn page(
    site: &Site,
    visitor: &Visitor,
    (id, hook): (TeamId, WebhookId),
    params: Option<&Params>,
    form: Option<Fields>,
) -> Result<Page, Problem> {
    let now = site.env.now();
    let mut tx = site.db.read().await?;
    let grant = granted(&mut tx, visitor, id).await?;
    let webhook = webhook::get(&mut tx, &grant, hook).await?;
    let wanted: u32 = params
        .and_then(|params| params.get("page")?.parse().ok())
        .unwrap_or(1);
    let slice = Slice::page(wanted.saturating_sub(1), ROWS);
    let messages = delivery::list(&mut tx, &grant, hook, slice).await?;
    drop(tx);
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
        head: Head::new(&grant, params),
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
        rows: messages.rows.into_iter().map(|row| Row::new(row, now)).collect(),
        total: messages.total,
        page: messages.page + 1,
        pages: messages.pages,
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
    let grant = granted(&mut tx, &visitor, id).await?;
    match webhook::change(&mut tx, &site.env, &grant, hook, &wanted).await {
        Ok(_) => tx.commit().await?,
        // Saved as it was: there is nothing to tell anybody.
        Err(Error::Rule(Rule::Unchanged)) => drop(tx),
        Err(error) => {
            drop(tx);
            let (form, problem) = Fields::typed(&wanted).blame(error, site.env.now())?;
            let page = page(&site, &visitor, (id, hook), None, Some(form)).await?;
            return html(error::status(&problem), &page);
        }
    }
    back(id, hook, "saved")
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
    let grant = granted(&mut tx, &visitor, id).await?;
    webhook::turn(&mut tx, &site.env, &grant, hook, fields.to == To::On).await?;
    tx.commit().await?;
    back(id, hook, if fields.to == To::On { "on" } else { "off" })
}

/// `POST /teams/{id}/webhooks/{hook}/test`: sends something to try it.
pub async fn test(
    State(site): State<Site>,
    path: TwoParts,
    Form { visitor, .. }: Form<Button>,
) -> Result<Response, Problem> {
    let (id, hook) = two(path)?;
    let mut tx = site.db.write().await?;
    let grant = granted(&mut tx, &visitor, id).await?;
    delivery::send_test(&mut tx, &site.env, &grant, hook).await?;
    tx.commit().await?;
    back(id, hook, "test")
}

/// A page that asks before something is done.
#[derive(Template)]
#[template(path = "webhooks/question.html")]
struct Question {
    shell: Shell,
    head: Head,
    hook: WebhookId,
    title: String,
    lines: Vec<String>,
    action: &'static str,
    button: String,
    danger: bool,
}

/// `GET /teams/{id}/webhooks/{hook}/rotate`
pub async fn ask_rotate(
    State(site): State<Site>,
    path: TwoParts,
    visitor: Visitor,
) -> Result<Response, Problem> {
    let (id, hook) = two(path)?;
    let mut tx = site.db.read().await?;
    let grant = granted(&mut tx, &visitor, id).await?;
    let webhook = webhook::get(&mut tx, &grant, hook).await?;
    let mut lines = vec![
        "You see the new secret once. For 24 hours messages are signed with both, so that the receiver can be changed in peace."
            .to_owned(),
    ];
    if webhook.old_until.is_some_and(|until| site.env.now() < until) {
        lines.push("The secret before the present one stops working at once.".to_owned());
    }
    let question = Question {
        shell: visitor.shell(&site),
        head: Head::new(&grant, None),
        hook,
        title: format!("New secret for {}?", name(&webhook)),
        lines,
        action: "rotate",
        button: "Make a new secret".to_owned(),
        danger: false,
    };
    html(StatusCode::OK, &question)
}

/// `POST /teams/{id}/webhooks/{hook}/rotate`: makes another secret and shows it.
pub async fn rotate(
    State(site): State<Site>,
    path: TwoParts,
    Form { visitor, .. }: Form<Button>,
) -> Result<Response, Problem> {
    let (id, hook) = two(path)?;
    let mut tx = site.db.write().await?;
    let grant = granted(&mut tx, &visitor, id).await?;
    let (webhook, secret) = webhook::rotate(&mut tx, &site.env, &grant, hook).await?;
    tx.commit().await?;
    html(
        StatusCode::OK,
        &Shown::new(&site, &visitor, &grant, &webhook, secret),
    )
}

/// `GET /teams/{id}/webhooks/{hook}/delete`
pub async fn ask_delete(
    State(site): State<Site>,
    path: TwoParts,
    visitor: Visitor,
) -> Result<Response, Problem> {
    let (id, hook) = two(path)?;
    let mut tx = site.db.read().await?;
    let grant = granted(&mut tx, &visitor, id).await?;
    let webhook = webhook::get(&mut tx, &grant, hook).await?;
    let name = name(&webhook);
    let question = Question {
        shell: visitor.shell(&site),
        head: Head::new(&grant, None),
        hook,
        title: format!("Delete {name}?"),
        lines: vec![
            format!(
                "Nothing is sent to {} any more, and what waits is not sent.",
                webhook.host()
            ),
            "What became of its messages is deleted too. To stop for a while, turn it off instead."
                .to_owned(),
        ],
        action: "delete",
        button: format!("Delete {name}"),
        danger: true,
    };
    html(StatusCode::OK, &question)
}

/// `POST /teams/{id}/webhooks/{hook}/delete`
pub async fn delete(
    State(site): State<Site>,
    path: TwoParts,
    Form { visitor, .. }: Form<Button>,
) -> Result<Response, Problem> {
    let (id, hook) = two(path)?;
    let mut tx = site.db.write().await?;
    let grant = granted(&mut tx, &visitor, id).await?;
    match webhook::delete(&mut tx, &site.env, &grant, hook).await {
        Ok(_) => tx.commit().await?,
        // A second press of the same button.
        Err(Error::NotFound("webhook")) => drop(tx),
        Err(error) => return Err(error.into()),
    }
    see_other(&format!("/teams/{id}/webhooks?done=deleted"))
}

fn two(path: TwoParts) -> Result<(TeamId, WebhookId), Problem> {
    let Path((id, hook)) = path.map_err(|_| Error::NotFound("page"))?;
    Ok((team_id(&id)?, hook_id(&hook)?))
}

/// The webhook of a path.
pub fn hook_id(text: &str) -> Result<WebhookId, Error> {
    text.parse().map_err(|_| Error::NotFound("webhook"))
}

/// To the page of a webhook, which says what was done.
pub fn back(id: TeamId, hook: WebhookId, done: &str) -> Result<Response, Problem> {
    see_other(&format!("/teams/{id}/webhooks/{hook}?done={done}"))
}
