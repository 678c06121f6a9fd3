//! The webhooks of a team: where its log is sent, for those who may connect other programs.

mod ask;
mod deliveries;
mod form;
mod one;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use muster_core::Tx;
use muster_core::actor::Grant;
use muster_core::ids::{TeamId, WebhookId};
use muster_core::policy::Permission;
use muster_core::webhook::{self, Webhook, Why};

use self::form::{Fields, Sent, read};
use super::secret::Secret;
use super::{Caller, Head, Tab, team_id};
use crate::web::error::{self, Problem};
use crate::web::form::Form;
use crate::web::pages::{Params, Part, part};
use crate::web::session::Visitor;
use crate::web::words::Moment;
use crate::web::{Shell, Site, html};

/// Where these pages are.
pub fn routes() -> Router<Site> {
    let hook = |below: &str| format!("/teams/{{id}}/webhooks/{{hook}}{below}");
    Router::new()
        .route("/teams/{id}/webhooks", get(show).post(create))
        .route(&hook(""), get(one::show).post(one::change))
        .route(&hook("/turn"), post(one::turn))
        .route(&hook("/test"), post(one::test))
        .route(&hook("/rotate"), get(ask::ask_rotate).post(ask::rotate))
        .route(&hook("/delete"), get(ask::ask_delete).post(ask::delete))
        .route(&hook("/deliveries/{delivery}"), get(deliveries::show))
        .route(&hook("/deliveries/{delivery}/again"), post(deliveries::again))
}

#[derive(Template)]
#[template(path = "team/webhooks/list.html")]
struct Page {
    shell: Shell,
    head: Head,
    form: Fields,
    full: bool,
    rows: Vec<Row>,
}

/// A webhook in the list.
struct Row {
    id: WebhookId,
    name: String,
    url: String,
    state: (&'static str, &'static str),
    waiting: i64,
    maker: String,
    created: Moment,
}

/// What people call a webhook.
fn name(webhook: &Webhook) -> String {
    if webhook.description.is_empty() {
        webhook.host()
    } else {
        webhook.description.clone()
    }
}

/// How a webhook stands, in a word, and the class that goes with it.
fn state(webhook: &Webhook) -> (&'static str, &'static str) {
    match (webhook.off_why, webhook.failing_since) {
        (Some(Why::Person), _) => ("Off", "idle"),
        (Some(Why::Gone | Why::Failing), _) => ("Stopped", "bad"),
        (None, Some(_)) => ("Failing", "warn"),
        (None, None) => ("On", "good"),
    }
}

/// `GET /teams/{id}/webhooks`
pub async fn show(
    State(site): State<Site>,
    id: Part,
    params: Params,
    visitor: Visitor,
) -> Result<Response, Problem> {
    let id = team_id(&part(id)?)?;
    let page = page(&site, &visitor, id, &params, Fields::empty()).await?;
    html(StatusCode::OK, &page)
}

async fn page(
    site: &Site,
    visitor: &Visitor,
    id: TeamId,
    params: &Params,
    form: Fields,
) -> Result<Page, Problem> {
    let now = site.env.now();
    let mut tx = site.db.read().await?;
    let (caller, grant) = manager(&mut tx, visitor, id).await?;
    let rows: Vec<Row> = webhook::list(&mut tx, &grant)
        .await?
        .into_iter()
        .map(|row| Row {
            id: row.webhook.id,
            name: name(&row.webhook),
            state: state(&row.webhook),
            waiting: row.waiting,
            maker: row.maker,
            created: Moment::new(row.webhook.created_at, now),
            url: row.webhook.url,
        })
        .collect();
    Ok(Page {
        shell: visitor.shell(site),
        head: Head::new(&mut tx, &caller, Tab::Webhooks, params, now).await?,
        form,
        full: i64::try_from(rows.len()).unwrap_or(i64::MAX) >= webhook::MOST,
        rows,
    })
}

/// `POST /teams/{id}/webhooks`: makes one, and shows its secret.
pub async fn create(
    State(site): State<Site>,
    id: Part,
    Form { visitor, fields }: Form<Sent>,
) -> Result<Response, Problem> {
    let id = team_id(&part(id)?)?;
    let wanted = read(fields)?;
    let mut tx = site.db.write().await?;
    let (caller, grant) = manager(&mut tx, &visitor, id).await?;
    match webhook::create(&mut tx, &site.env, &grant, &wanted).await {
        Ok((made, secret)) => shown_once(&site, &visitor, tx, &caller, &made, secret).await,
        Err(error) => {
            drop(tx);
            let (form, problem) = Fields::typed(&wanted).blame(error, site.env.now())?;
            let page = page(&site, &visitor, id, &Params::default(), form).await?;
            html(error::status(&problem), &page)
        }
    }
}

/// Commits, and shows a secret for the only time.
async fn shown_once(
    site: &Site,
    visitor: &Visitor,
    mut tx: Tx,
    caller: &Caller,
    webhook: &Webhook,
    secret: String,
) -> Result<Response, Problem> {
    let now = site.env.now();
    let head = Head::new(&mut tx, caller, Tab::Webhooks, &Params::default(), now).await?;
    tx.commit().await?;
    let mut lines = vec![format!(
        "What is sent to {} is signed with it. The receiver checks the header webhook-signature; libraries for Standard \
         Webhooks do that in most languages.",
        webhook.url
    )];
    lines.extend(webhook.old_until.map(|until| {
        let until = Moment::new(until, now).date;
        format!("Until {until} messages are signed with the secret before too.")
    }));
    let page = Secret {
        shell: visitor.shell(site),
        back: format!("/teams/{}/webhooks/{}", head.id, webhook.id),
        head,
        name: name(webhook),
        secret,
        lines,
    };
    html(StatusCode::OK, &page)
}

/// Somebody who may connect other programs.
async fn manager(tx: &mut Tx, visitor: &Visitor, id: TeamId) -> Result<(Caller, Grant), Problem> {
    let path = format!("/teams/{id}/webhooks");
    Caller::with(tx, visitor, id, &path, Permission::ApiKeysManage).await
}
