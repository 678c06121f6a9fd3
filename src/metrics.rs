//! `GET /metrics`: what this process has counted and how the database's queue is, as OpenMetrics text. It holds no
//! personal data, and still nothing that strangers need to know.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use muster_core::db::Db;
use muster_core::env::Clock;
use muster_jobs::{METRICS_CONTENT_TYPE, Metrics};

/// What the page of figures needs.
#[derive(Clone)]
pub struct Figures {
    /// What this process has counted.
    pub metrics: Metrics,
    /// The database.
    pub db: Db,
    /// What tells how long something has waited.
    pub clock: Clock,
}

impl Figures {
    /// The figures of this moment.
    pub async fn show(&self) -> Response {
        match self.metrics.scrape(&self.db, self.clock.now()).await {
            Ok(text) => ([(header::CONTENT_TYPE, METRICS_CONTENT_TYPE)], text).into_response(),
            Err(error) => {
                tracing::error!(%error, "the metrics cannot be written");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }
}

/// `/metrics` and nothing else: for an address of its own.
pub fn router(figures: Figures) -> Router {
    let show = async |State(figures): State<Arc<Figures>>| figures.show().await;
    Router::new()
        .route("/metrics", get(show))
        .with_state(Arc::new(figures))
}
