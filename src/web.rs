//! Muster on the web: the pages where invited people accept, sign in and link their Discord account.
//!
//! A page reads the visitor's session, opens a transaction, calls the core and renders; no rule of the product lives
//! here. Everything works without JavaScript, and reading a page never changes anything.

mod api;
mod assets;
mod auth;
mod client;
mod csrf;
mod error;
mod export;
mod form;
mod headers;
mod next;
mod oauth;
mod one_click;
mod pages;
mod server;
mod session;
#[cfg(test)]
mod tests;
mod words;

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::http::{StatusCode, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use muster_core::db::Db;
use muster_core::env::Env;
use muster_core::error::Error;
use url::Url;

pub use api::Limits;
pub use client::Network;
pub use oauth::DiscordOAuth;
pub use server::serve;

use crate::metrics::Figures;
use error::Problem;

/// What the pages need.
#[derive(Clone)]
pub struct Web {
    /// The database.
    pub db: Db,
    /// The surroundings of the domain.
    pub env: Env,
    /// Where people reach these pages: every link, redirect to Discord and cookie decision comes from it.
    pub public_url: Url,
    /// How to ask Discord who somebody is; without it, linking on a page is off.
    pub discord: Option<DiscordOAuth>,
    /// The proxies that are believed when they say where a request comes from.
    pub trusted_proxies: Vec<Network>,
    /// What /metrics shows; without it there is no such page.
    pub figures: Option<Figures>,
    /// How many requests an API key may make in a minute.
    pub limits: Limits,
}

impl Web {
    /// Whether browsers reach us over TLS.
    fn is_https(&self) -> bool {
        self.public_url.scheme() == "https"
    }
}

/// What handlers share.
type Site = Arc<Web>;

/// Every page, behind everything that guards it.
pub fn router(web: Web) -> Router {
    let site: Site = Arc::new(web);
    Router::new()
        .route("/", get(pages::home::show))
        .route(
            "/i/{token}",
            get(pages::invitation::show).post(pages::invitation::accept::accept),
        )
        .route("/i/{token}/sign-in", post(pages::invitation::sign_in))
        .route("/i/{token}/code", post(pages::invitation::accept::code))
        .route("/i/{token}/decline", post(pages::invitation::decline))
        .route(pages::stop::ROUTE, get(pages::stop::show).post(pages::stop::stop))
        .route("/i/{token}/again", post(pages::stop::take_back))
        .route("/join/{token}", get(pages::join::show).post(pages::join::join))
        .route("/join/{token}/sign-up", post(pages::join::sign_up))
        .route(
            "/join/new/{token}",
            get(pages::join_new::show).post(pages::join_new::finish),
        )
        .route("/login", get(pages::login::show).post(pages::login::sign_in))
        .route("/login/discord", post(pages::discord_login::leave))
        .route("/logout", post(pages::login::sign_out))
        .route("/forgot", get(pages::forgot::show).post(pages::forgot::ask))
        .route(
            "/reset/{token}",
            get(pages::forgot::look).post(pages::forgot::finish),
        )
        .route(
            "/verify/{token}",
            get(pages::verify::show).post(pages::verify::confirm),
        )
        .merge(account())
        .merge(pages::team::routes())
        .route("/link/done", get(pages::link::done))
        .route("/link/{nonce}", get(pages::link::show).post(pages::link::leave))
        .route("/link/{nonce}/confirm", post(pages::link::confirm))
        .route("/oauth/discord/callback", get(pages::discord_login::come_back))
        .route("/health/live", get(pages::health::live))
        .route("/health/ready", get(pages::health::ready))
        .route("/metrics", get(pages::health::metrics))
        .route("/assets/muster.css", get(assets::stylesheet))
        .route("/assets/muster.svg", get(assets::icon))
        .method_not_allowed_fallback(|| async { Problem::Method })
        .fallback(|| async { Problem::from(Error::NotFound("page")) })
        .layer(from_fn_with_state(site.clone(), csrf::same_origin))
        // Programs send no cookies, so nobody can make a browser act for one.
        .merge(api::router(&site, site.limits))
        .layer(from_fn_with_state(site.clone(), error::contain))
        .layer(from_fn_with_state(site.clone(), headers::add))
        .layer(from_fn(headers::log))
        .with_state(site)
}

/// The pages of one's own account.
fn account() -> Router<Site> {
    use pages::account::{address, discord, erase, password, profile, sessions, show, teams};
    Router::new()
        .route("/account", get(show))
        .route("/account/name", get(profile::show).post(profile::rename))
        .route("/account/address", get(address::show).post(address::ask))
        .route("/account/password", get(password::show).post(password::change))
        .route("/account/sessions/end", post(sessions::end))
        .route("/account/sessions/end-others", post(sessions::end_others))
        .route("/account/link", post(discord::start_link))
        .route("/account/unlink", get(discord::ask_unlink).post(discord::unlink))
        .route("/account/team", post(teams::choose))
        .route("/account/export", get(erase::export))
        .route("/account/erase", get(erase::ask).post(erase::erase))
}

/// What every page shows around its content.
struct Shell {
    /// Where the stylesheet is.
    css: &'static str,
    /// Where the icon is.
    icon: &'static str,
    /// The name of whoever is signed in.
    who: Option<String>,
    /// What the page's forms carry.
    form_token: String,
}

/// A page as an answer.
fn html(status: StatusCode, page: &impl Template) -> Result<Response, Problem> {
    let body = page.render().map_err(Error::internal)?;
    Ok((status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], body).into_response())
}

/// Sends the browser to another of our pages.
fn see_other(path: &str) -> Result<Response, Problem> {
    let location = header::HeaderValue::from_str(path).map_err(Error::internal)?;
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response())
}
