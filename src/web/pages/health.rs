//! Whether this process is alive, and whether it can do its work: for whatever supervises it.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use muster_core::db::Schema;

use crate::web::Site;

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
