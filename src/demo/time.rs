//! Letting time pass: for Muster, for the stand-in, and for the jobs that the clock asks for.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use muster_jobs::ScheduleName;
use serde::Deserialize;
use serde_json::{Value, json};

use super::console::Desk;
use super::error::Problem;

/// A step of time that the console offers.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Step {
    Minute,
    Hour,
    Week,
}

impl Step {
    fn length(self) -> Duration {
        match self {
            Self::Minute => Duration::from_mins(1),
            Self::Hour => Duration::from_hours(1),
            Self::Week => Duration::from_hours(7 * 24),
        }
    }
}

/// How much time is to pass.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Advance {
    step: Step,
}

/// `POST /api/advance`: moves every clock of the demonstration, then asks for the work of that moment, so that what has
/// run out is noticed now and not when the machine's own minute is over.
pub async fn advance(
    State(desk): State<Desk>,
    body: Result<Json<Advance>, JsonRejection>,
) -> Result<Json<Value>, Problem> {
    let by = body?.step.length();
    let jobs = &desk.jobs;
    jobs.env.clock().advance(by);
    desk.sim.advance(by);
    let now = jobs.env.now();
    for name in ScheduleName::ALL {
        muster_jobs::tick(jobs, name, now).await?;
    }
    tracing::info!("let {} hours pass", by.as_secs_f64() / 3600.0);
    Ok(Json(json!({ "now": now })))
}
