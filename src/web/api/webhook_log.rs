//! `/api/webhooks/{id}/deliveries`: what was sent to a webhook and what became of it, and sending it again.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use muster_core::error::Error;
use muster_core::ids::{WebhookDeliveryId, WebhookId};
use muster_core::policy::Permission;
use muster_core::webhook::delivery::{self, Delivery};
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::{Data, List, ok};
use super::body::Nothing;
use super::call::Call;
use super::cursor::{Listing, Reading, Stretch};
use super::problem::Problems;
use super::webhooks;
use crate::web::Site;
use crate::web::error::Problem;
use crate::web::pages::Part;

/// A message to a webhook.
#[derive(Serialize, ToSchema)]
pub struct Posted {
    /// Which; its header `webhook-id` is `msg_` and this.
    id: String,
    /// The number of the entry that it tells about; null for a test.
    seq: Option<i64>,
    /// What happened: the type of the entry, or `webhook.test`.
    #[serde(rename = "type")]
    #[schema(example = "member.role_changed")]
    kind: String,
    /// `waiting`, `delivered`, `failed` or `cancelled`.
    #[schema(example = "delivered")]
    status: &'static str,
    /// How often it was tried.
    attempts: i64,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// When it is tried next; null once it is not.
    next_attempt_at: Option<DateTime<Utc>>,
    /// The status of the latest answer.
    answer_status: Option<i64>,
    /// The beginning of the latest answer, or why there was none.
    answer: Option<String>,
}

impl Posted {
    fn of(delivery: Delivery) -> Self {
        let waits = delivery.status == delivery::Status::Waiting;
        Self {
            id: delivery.id.to_string(),
            seq: delivery.seq,
            kind: delivery.kind,
            status: delivery.status.as_str(),
            attempts: delivery.attempts,
            created_at: delivery.created_at,
            next_attempt_at: waits.then_some(delivery.due_at),
            answer_status: delivery.code,
            answer: delivery.answer,
        }
    }
}

/// The messages to a webhook, newest first. They are kept for 30 days.
#[utoipa::path(
    get,
    path = "/api/webhooks/{id}/deliveries",
    tag = "Webhooks",
    operation_id = "list_webhook_deliveries",
    params(("id" = String, Path, description = "The webhook"), Stretch),
    responses((status = 200, description = "Some messages", body = List<Posted>), Problems)
)]
pub async fn list(
    State(site): State<Site>,
    path: Part,
    Call { caller, query, .. }: Call<Nothing, Listing>,
) -> Result<Response, Problem> {
    let (mut tx, grant) = caller.look(&site, Permission::ApiKeysManage).await?;
    let hook = webhooks::id(path)?;
    let which = hook.to_string();
    let reading = Reading::new(grant.team.id, "deliveries", &[Some(&which)], query.stretch)?;
    let stretch = delivery::stretch(&mut tx, &grant, hook, &reading.keyset(&site.env)?).await?;
    ok(&List::of(&site.env, &reading, stretch, Posted::of))
}

/// Sends a message again, now, under the same id, so that a receiver that has it knows it.
#[utoipa::path(
    post,
    path = "/api/webhooks/{id}/deliveries/{delivery}/resend",
    tag = "Webhooks",
    operation_id = "resend_webhook_delivery",
    params(
        ("id" = String, Path, description = "The webhook"),
        ("delivery" = String, Path, description = "The message"),
        ("Idempotency-Key" = Option<String>, Header, description = "A name for this request, so that it is done once however often it comes", max_length = 255, pattern = "^[!-~]+$"),
    ),
    responses((status = 200, description = "The message as it is now", body = Data<Posted>), Problems)
)]
pub async fn again(
    State(site): State<Site>,
    path: Result<Path<(String, String)>, PathRejection>,
    call: Call,
) -> Result<Response, Problem> {
    let mut change = match call.caller.change(&site, Permission::ApiKeysManage).await? {
        Ok(change) => change,
        Err(kept) => return Ok(kept),
    };
    let Path((hook, message)) = path.map_err(|_| Error::NotFound("page"))?;
    let hook: WebhookId = hook.parse().map_err(|_| Error::NotFound("webhook"))?;
    let message: WebhookDeliveryId = message.parse().map_err(|_| Error::NotFound("webhook delivery"))?;
    let sent = delivery::again(&mut change.tx, &site.env, &change.grant, hook, message).await?;
    change
        .done(&site, StatusCode::OK, &Data::of(Posted::of(sent)))
        .await
}
