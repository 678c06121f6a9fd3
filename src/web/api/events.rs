//! `POST /api/activity`: what the host product tells about its own things, so that insights count it. These events are no
//! entries of the log.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use muster_core::event::{self, EventKind};
use muster_core::policy::Permission;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answer::Data;
use super::body::Json;
use super::call::Call;
use super::problem::{Fault, Problems};
use crate::web::Site;
use crate::web::error::Problem;

/// Something that happened in the host product.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewEvent {
    /// A thing and a verb of the host product's, such as `qr_code.created`; none of Muster's own things.
    #[serde(rename = "type")]
    #[schema(example = "qr_code.created", max_length = 64)]
    kind: String,
    /// When, at most 366 days ago; now, if it is left out.
    at: Option<DateTime<Utc>>,
    /// The account of whoever did it: a member of the team, now or before.
    account: Option<String>,
    /// With what: the host product's own name for it. Who names the same works on the same.
    #[schema(max_length = 200)]
    subject: Option<String>,
    /// How often; once, if it is left out.
    #[schema(minimum = 1, maximum = 1_000_000)]
    count: Option<u32>,
}

impl NewEvent {
    fn read(self) -> Result<event::NewEvent, Problem> {
        let actor = self.account.as_deref().map(str::parse).transpose();
        Ok(event::NewEvent {
            kind: EventKind::parse(&self.kind)?,
            at: self.at,
            actor: actor.map_err(|_| Fault::Body("`account` has to be the id of an account".to_owned()))?,
            subject: self.subject,
            times: self.count.unwrap_or(1),
        })
    }
}

/// What happened in the host product.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewEvents {
    /// All of it is noted, or none.
    #[schema(min_items = 1, max_items = 100)]
    events: Vec<NewEvent>,
}

/// How much was noted.
#[derive(Serialize, ToSchema)]
pub struct Noted {
    /// How many events.
    recorded: usize,
}

/// Notes what happened in the host product, for the insights.
#[utoipa::path(
    post,
    path = "/api/activity",
    tag = "Activity",
    operation_id = "record_events",
    params(("Idempotency-Key" = Option<String>, Header, description = "A name for this request, so that it is done once however often it comes", max_length = 255, pattern = "^[!-~]+$")),
    request_body = NewEvents,
    responses((status = 201, description = "The events are noted", body = Data<Noted>), Problems)
)]
pub async fn record(
    State(site): State<Site>,
    Call { caller, body, .. }: Call<Json<NewEvents>>,
) -> Result<Response, Problem> {
    let Json(wanted) = body;
    let events: Vec<_> = wanted
        .events
        .into_iter()
        .map(NewEvent::read)
        .collect::<Result<_, _>>()?;
    let mut change = match caller.change(&site, Permission::ActivityView).await? {
        Ok(change) => change,
        Err(kept) => return Ok(kept),
    };
    event::record(&mut change.tx, &site.env, &change.grant, &events).await?;
    let answer = Data::of(Noted {
        recorded: events.len(),
    });
    change.done(&site, StatusCode::CREATED, &answer).await
}
