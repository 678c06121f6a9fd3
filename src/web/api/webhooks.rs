//! `/api/webhooks`: URLs that the team's log is sent to.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use muster_core::error::Error;
use muster_core::ids::WebhookId;
use muster_core::policy::Permission;
use muster_core::webhook::{self, Wanted, Webhook};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answer::{Data, List, ok};
use super::body::Json;
use super::call::Call;
use super::problem::{Fault, Problems};
use crate::web::Site;
use crate::web::error::Problem;
use crate::web::pages::{Part, part};

/// A webhook, without its secret.
#[derive(Serialize, ToSchema)]
pub struct Hook {
    /// Which.
    id: String,
    /// Where messages go.
    url: String,
    /// What people call it; may be empty.
    description: String,
    /// `on`, `failing`, or `off`.
    #[schema(example = "on")]
    state: &'static str,
    /// Why it is off: `person`, `gone` or `failing`.
    off_because: Option<&'static str>,
    /// The kinds of entries that are sent; null for all of them.
    kinds: Option<Vec<&'static str>>,
    /// When it was made.
    created_at: DateTime<Utc>,
}

impl Hook {
    fn of(webhook: &Webhook) -> Self {
        let wanted = webhook::offered().filter(|kind| webhook.wants(*kind));
        Self {
            id: webhook.id.to_string(),
            url: webhook.url.clone(),
            description: webhook.description.clone(),
            state: match (webhook.off_at, webhook.failing_since) {
                (Some(_), _) => "off",
                (None, Some(_)) => "failing",
                (None, None) => "on",
            },
            off_because: webhook.off_why.map(webhook::Why::as_str),
            kinds: (!webhook.wants_all()).then(|| wanted.map(muster_core::activity::Kind::as_str).collect()),
            created_at: webhook.created_at,
        }
    }
}

/// A webhook that was just made.
#[derive(Serialize, ToSchema)]
pub struct MadeHook {
    /// What its messages are signed with. It is never shown again.
    secret: String,
    /// What is known about it.
    #[serde(flatten)]
    about: Hook,
}

/// The webhooks of the team, oldest first.
#[utoipa::path(
    get,
    path = "/api/webhooks",
    tag = "Webhooks",
    operation_id = "list_webhooks",
    responses((status = 200, description = "All of them", body = List<Hook>), Problems)
)]
pub async fn list(State(site): State<Site>, call: Call) -> Result<Response, Problem> {
    let (mut tx, grant) = call.caller.look(&site, Permission::ApiKeysManage).await?;
    let rows = webhook::list(&mut tx, &grant).await?;
    ok(&List {
        success: true,
        data: rows.iter().map(|row| Hook::of(&row.webhook)).collect(),
        next_cursor: None,
    })
}

/// What a webhook is to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewHook {
    /// Where messages go: an address of the public internet.
    #[schema(max_length = 2000, example = "https://hooks.example.org/muster")]
    url: String,
    /// What people call it.
    #[serde(default)]
    #[schema(max_length = 64)]
    description: String,
    /// The kinds of entries that are sent; all of them if it is left out.
    #[schema(example = json!(["member.removed", "member.role_changed"]))]
    kinds: Option<Vec<String>>,
}

/// Makes a webhook. Its secret is in this answer and nowhere else.
#[utoipa::path(
    post,
    path = "/api/webhooks",
    tag = "Webhooks",
    operation_id = "create_webhook",
    params(("Idempotency-Key" = Option<String>, Header, description = "A name for this request, so that it is done once however often it comes", max_length = 255, pattern = "^[!-~]+$")),
    request_body = NewHook,
    responses((status = 201, description = "The webhook, with its secret", body = Data<MadeHook>), Problems)
)]
pub async fn create(
    State(site): State<Site>,
    Call { caller, body, .. }: Call<Json<NewHook>>,
) -> Result<Response, Problem> {
    let Json(new) = body;
    let kinds = match new.kinds {
        None => None,
        Some(names) => Some(known(&names)?),
    };
    let wanted = Wanted {
        url: new.url,
        description: new.description,
        kinds,
    };
    let mut change = match caller.change(&site, Permission::ApiKeysManage).await? {
        Ok(change) => change,
        Err(kept) => return Ok(kept),
    };
    let (webhook, secret) = webhook::create(&mut change.tx, &site.env, &change.grant, &wanted).await?;
    let answer = Data::of(MadeHook {
        secret,
        about: Hook::of(&webhook),
    });
    change.done(&site, StatusCode::CREATED, &answer).await
}

/// The kinds with these names.
fn known(names: &[String]) -> Result<BTreeSet<&'static str>, Fault> {
    let find = |name: &String| {
        webhook::offered()
            .map(muster_core::activity::Kind::as_str)
            .find(|kind| kind == name)
    };
    let kinds: Option<BTreeSet<_>> = names.iter().map(find).collect();
    kinds.ok_or_else(|| {
        let offered: Vec<_> = webhook::offered()
            .map(muster_core::activity::Kind::as_str)
            .collect();
        Fault::Body(format!("`kinds` are some of {}", offered.join(", ")))
    })
}

/// The id of a webhook in a path.
pub fn id(path: Part) -> Result<WebhookId, Problem> {
    part(path)?.parse().map_err(|_| Error::NotFound("webhook").into())
}

/// Deletes a webhook with all that is known of its messages.
#[utoipa::path(
    delete,
    path = "/api/webhooks/{id}",
    tag = "Webhooks",
    operation_id = "delete_webhook",
    params(("id" = String, Path, description = "The webhook")),
    responses((status = 200, description = "The webhook as it was", body = Data<Hook>), Problems)
)]
pub async fn delete(State(site): State<Site>, path: Part, call: Call) -> Result<Response, Problem> {
    let mut change = match call.caller.change(&site, Permission::ApiKeysManage).await? {
        Ok(change) => change,
        Err(kept) => return Ok(kept),
    };
    let webhook = webhook::delete(&mut change.tx, &site.env, &change.grant, id(path)?).await?;
    let answer = Data::of(Hook::of(&webhook));
    change.done(&site, StatusCode::OK, &answer).await
}
