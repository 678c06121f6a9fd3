//! The JSON API, for programs that act with an API key.
//!
//! A request is read whole, its key is judged and counted ([`call`]), and one core function does the work, as on the pages.
//! There are no cookies here, and so nothing that another site could use; what is wrong is said as a problem in JSON
//! ([`problem`]). Every route is written down beside its handler, and the document of all of them is served.

mod activity;
mod answer;
mod body;
mod call;
mod check;
mod cursor;
mod docs;
mod events;
mod insights;
mod invitations;
mod keys;
mod limits;
mod links;
mod members;
mod problem;
mod team;
mod webhook_log;
mod webhooks;

use std::sync::Arc;

use axum::routing::{any, get};
use axum::{Extension, Router};
use muster_core::error::Error;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use limits::Limits;
pub use problem::{Fault, render};

use super::Site;
use super::error::Problem;

/// Whether a path is one for programs: what is wrong there is said in JSON.
pub fn is_for_programs(path: &str) -> bool {
    path == "/team/activity" || (path.starts_with("/api/") && path != docs::PAGE)
}

/// Every route with what is written down about it.
fn described() -> OpenApiRouter<Site> {
    OpenApiRouter::with_openapi(docs::Head::openapi())
        .routes(routes!(members::list))
        .routes(routes!(invitations::invite))
        .routes(routes!(members::show, members::change, members::remove))
        .routes(routes!(invitations::list))
        .routes(routes!(invitations::show, invitations::revoke))
        .routes(routes!(invitations::resend))
        .routes(routes!(links::list, links::create))
        .routes(routes!(links::disable))
        .routes(routes!(activity::team_activity))
        .routes(routes!(activity::list, events::record))
        .routes(routes!(activity::export))
        .routes(routes!(insights::members))
        .routes(routes!(insights::features))
        .routes(routes!(insights::trends))
        .routes(routes!(insights::invitations))
        .routes(routes!(check::check))
        .routes(routes!(keys::list, keys::create))
        .routes(routes!(keys::revoke))
        .routes(routes!(webhooks::list, webhooks::create))
        .routes(routes!(webhooks::delete))
        .routes(routes!(webhook_log::list))
        .routes(routes!(webhook_log::again))
        .routes(routes!(team::show))
        .routes(routes!(team::policy, team::change_policy))
}

/// The routes, with what counts their requests.
pub fn router(site: &Site, limits: Limits) -> Router<Site> {
    let (routes, _) = described().split_for_parts();
    routes
        .route_layer(axum::middleware::from_fn_with_state(
            site.clone(),
            call::tell_rate,
        ))
        .layer(Extension(Arc::new(limits::Limiter::new(limits))))
        .route("/api/openapi.json", get(docs::json))
        .route(docs::PAGE, get(docs::page))
        .method_not_allowed_fallback(|| async { Problem::Method })
        .route(
            "/api/{*rest}",
            any(|| async { Problem::from(Error::NotFound("page")) }),
        )
}
