//! The webhooks of a team: where its log is sent, for those who may connect other programs.

pub mod deliveries;
pub mod one;

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use chrono::{DateTime, Utc};
use muster_core::Tx;
use muster_core::activity::{Kind, Surface};
use muster_core::actor::{Actor, Grant};
use muster_core::error::{Error, Rule};
use muster_core::ids::{TeamId, WebhookId};
use muster_core::locale::Locale;
use muster_core::policy::Permission;
use muster_core::webhook::{self, Wanted, Webhook, Why};
use muster_phrases::say;

use super::{Params, Part, part};
use crate::web::error::{self, Problem};
use crate::web::form::Form;
use crate::web::session::Visitor;
use crate::web::words::{self, Moment};
use crate::web::{Shell, Site, html};

/// Pages are in English, as all of them are.
const LOCALE: Locale = Locale::EnUs;
/// How the field of a kind begins.
const KIND: &str = "kind.";

/// Where these pages are.
pub fn routes() -> Router<Site> {
    let hook = |below: &str| format!("/teams/{{id}}/webhooks/{{hook}}{below}");
    Router::new()
        .route("/teams/{id}/webhooks", get(show).post(create))
        .route(&hook(""), get(one::show).post(one::change))
        .route(&hook("/turn"), post(one::turn))
        .route(&hook("/test"), post(one::test))
        .route(&hook("/rotate"), get(one::ask_rotate).post(one::rotate))
        .route(&hook("/delete"), get(one::ask_delete).post(one::delete))
        .route(&hook("/deliveries/{delivery}"), get(deliveries::show))
        .route(&hook("/deliveries/{delivery}/again"), post(deliveries::again))
}

#[derive(Template)]
#[template(path = "webhooks/list.html")]
struct Page {
    shell: Shell,
    head: Head,
    form: Fields,
    full: bool,
    rows: Vec<Row>,
}

/// What stands above each of these pages.
pub struct Head {
    /// Which team.
    pub id: TeamId,
    /// What it is called.
    pub team: String,
    /// What was just done.
    pub done: Option<&'static str>,
}

impl Head {
    fn new(grant: &Grant, params: Option<&Params>) -> Self {
        let done = params.and_then(|params| params.get("done"));
        Self {
            id: grant.team.id,
            team: grant.team.name.clone(),
            done: done.and_then(|word| done_text(word)),
        }
    }
}

/// What an address says was just done: one of these, and nothing of its own.
fn done_text(word: &str) -> Option<&'static str> {
    Some(match word {
        "saved" => "The webhook is changed.",
        "on" => "The webhook is on. It is sent what happens from now on.",
        "off" => "The webhook is off. Nothing is sent until you turn it on.",
        "test" => "A test is on its way. You see below what is answered.",
        "again" => "The message is on its way again.",
        "deleted" => "The webhook is deleted.",
        _ => return None,
    })
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

/// The form of a webhook.
pub struct Fields {
    /// Where messages go.
    pub url: String,
    /// What people call it.
    pub description: String,
    /// Whether all kinds are sent.
    pub all: bool,
    /// Every kind: its name, what people read, and whether it is chosen.
    pub kinds: Vec<(&'static str, String, bool)>,
    /// What is wrong with the URL.
    pub url_error: Option<String>,
    /// What is wrong with the description.
    pub description_error: Option<String>,
    /// What is wrong with the kinds.
    pub kinds_error: Option<String>,
    /// Why it was not done, if no field is to blame, and the name of that.
    pub alert: Option<(String, &'static str)>,
}

impl Fields {
    fn new(url: &str, description: &str, all: bool, chosen: impl Fn(Kind) -> bool) -> Self {
        let kinds = webhook::offered().map(|kind| (kind.as_str(), label(kind.as_str()), chosen(kind)));
        Self {
            url: url.to_owned(),
            description: description.to_owned(),
            all,
            kinds: kinds.collect(),
            url_error: None,
            description_error: None,
            kinds_error: None,
            alert: None,
        }
    }

    /// The form of one that is to be made.
    fn empty() -> Self {
        Self::new("", "", true, |_| false)
    }

    /// The form of one that exists.
    fn of(webhook: &Webhook) -> Self {
        let all = webhook.wants_all();
        Self::new(&webhook.url, &webhook.description, all, |kind| {
            !all && webhook.wants(kind)
        })
    }

    /// The form as it was sent.
    fn typed(wanted: &Wanted) -> Self {
        let chosen = |kind: Kind| {
            wanted
                .kinds
                .as_ref()
                .is_some_and(|kinds| kinds.contains(kind.as_str()))
        };
        Self::new(&wanted.url, &wanted.description, wanted.kinds.is_none(), chosen)
    }

    /// Says at its field, or above all of them, why it was not done. What is no matter of the form comes back.
    fn blame(mut self, error: Error, now: DateTime<Utc>) -> Result<(Self, Problem), Error> {
        let Error::Rule(rule) = error else {
            return Err(error);
        };
        let sentence = words::told(&rule.message(), now);
        match &rule {
            Rule::TextBad {
                what: "what-webhook-url",
                ..
            } => self.url_error = Some(sentence),
            Rule::TextBad {
                what: "what-webhook-description",
                ..
            } => self.description_error = Some(sentence),
            Rule::TextBad {
                what: "what-webhook-kinds",
                ..
            } => self.kinds_error = Some(sentence),
            _ => self.alert = Some((sentence, rule.code())),
        }
        Ok((self, rule.into()))
    }

    /// Whether something is wrong.
    pub fn wrong(&self) -> bool {
        let errors = [&self.url_error, &self.description_error, &self.kinds_error];
        self.alert.is_some() || errors.into_iter().any(Option::is_some)
    }
}

/// What people read for a kind of message.
fn label(kind: &str) -> String {
    match kind {
        webhook::TEST => "Test".to_owned(),
        kind => say!(LOCALE, "log-kind", kind = kind.replace(['.', '_'], "-")),
    }
}

/// What was sent, by field; the kinds have one each.
pub type Sent = BTreeMap<String, String>;

/// Reads the form. Other fields than its own are refused.
fn read(mut sent: Sent) -> Result<Wanted, Problem> {
    let mut take = |name: &str| {
        let value = sent.remove(name);
        value.ok_or_else(|| Problem::Field(format!("missing field `{name}`")))
    };
    let (url, description, scope) = (take("url")?, take("description")?, take("scope")?);
    let mut chosen = BTreeSet::new();
    for field in sent.into_keys() {
        let kind = field
            .strip_prefix(KIND)
            .and_then(|name| webhook::offered().find(|kind| kind.as_str() == name));
        let kind =
            kind.ok_or_else(|| Problem::Field("there is a field that this page does not have".to_owned()))?;
        chosen.insert(kind.as_str());
    }
    let kinds = match scope.as_str() {
        "all" => None,
        "some" => Some(chosen),
        _ => return Err(Problem::Field("`scope` is neither `all` nor `some`".to_owned())),
    };
    Ok(Wanted {
        url,
        description,
        kinds,
    })
}

/// `GET /teams/{id}/webhooks`
pub async fn show(
    State(site): State<Site>,
    id: Part,
    params: Params,
    visitor: Visitor,
) -> Result<Response, Problem> {
    let id = team_id(&part(id)?)?;
    html(
        StatusCode::OK,
        &page(&site, &visitor, id, Some(&params), Fields::empty()).await?,
    )
}

async fn page(
    site: &Site,
    visitor: &Visitor,
    id: TeamId,
    params: Option<&Params>,
    form: Fields,
) -> Result<Page, Problem> {
    let now = site.env.now();
    let mut tx = site.db.read().await?;
    let grant = granted(&mut tx, visitor, id).await?;
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
        head: Head::new(&grant, params),
        form,
        full: i64::try_from(rows.len()).unwrap_or(i64::MAX) >= webhook::MOST,
        rows,
    })
}

/// A secret, for the only time.
#[derive(Template)]
#[template(path = "webhooks/secret.html")]
struct Shown {
    shell: Shell,
    head: Head,
    hook: WebhookId,
    name: String,
    url: String,
    secret: String,
    /// Until when the one before signs too, if there was one.
    overlap: Option<Moment>,
}

impl Shown {
    fn new(site: &Site, visitor: &Visitor, grant: &Grant, webhook: &Webhook, secret: String) -> Self {
        let now = site.env.now();
        Self {
            shell: visitor.shell(site),
            head: Head::new(grant, None),
            hook: webhook.id,
            name: name(webhook),
            url: webhook.url.clone(),
            secret,
            overlap: webhook.old_until.map(|until| Moment::new(until, now)),
        }
    }
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
    let grant = granted(&mut tx, &visitor, id).await?;
    match webhook::create(&mut tx, &site.env, &grant, &wanted).await {
        Ok((made, secret)) => {
            tx.commit().await?;
            html(
                StatusCode::OK,
                &Shown::new(&site, &visitor, &grant, &made, secret),
            )
        }
        Err(error) => {
            drop(tx);
            let (form, problem) = Fields::typed(&wanted).blame(error, site.env.now())?;
            let page = page(&site, &visitor, id, None, form).await?;
            html(error::status(&problem), &page)
        }
    }
}

fn team_id(text: &str) -> Result<TeamId, Error> {
    text.parse().map_err(|_| Error::NotFound("team"))
}

async fn granted(tx: &mut Tx, visitor: &Visitor, id: TeamId) -> Result<Grant, Problem> {
    let actor = Actor {
        account: visitor.signed_in(&format!("/teams/{id}/webhooks"))?.account.id,
        surface: Surface::Web,
    };
    Ok(actor.may(tx, id, Permission::ApiKeysManage).await?)
}
