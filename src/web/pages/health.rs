//! Whether this process is alive, whether it can do its work, and how much it does: for whatever supervises it.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use muster_core::db::Schema;
use muster_core::error::Error;

use crate::web::Site;
use crate::web::error::Problem;

/// How long the database may take to show that it is there.
const PATIENCE: Duration = Duration::from_secs(3);

/// `GET /health/live`: this process answers.
pub async fn live() -> &'static str {
    "live\n"
}

/// `GET /health/ready`: so does the database, with the tables we were built for.
pub async fn ready(State(site): State<Site>) -> Response {
    let why_not = match tokio::time::timeout(PATIENCE, site.db.schema()).await {
        Ok(Ok(Schema::Current)) => return "ready\n".into_response(),
        Ok(Ok(Schema::Old)) => "the database needs `muster migrate`\n",
        Ok(Err(_)) | Err(_) => "the database does not answer\n",
    };
    (StatusCode::SERVICE_UNAVAILABLE, why_not).into_response()
}

/// `GET /metrics`: figures, unless they have an address of their own.
pub async fn metrics(State(site): State<Site>) -> Result<Response, Problem> {
    match &site.figures {
        Some(figures) => Ok(figures.show().await),
        None => Err(Error::NotFound("page").into()),
    }
}
