//! Signing in at Discord: for people whose account is linked to their Discord user, with a password or without.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use muster_core::discord_sign_in;
use serde::Deserialize;

use super::account::linking_off;
use super::{Params, link};
use crate::web::client::Client;
use crate::web::error::Problem;
use crate::web::form::Form;
use crate::web::next::NextPath;
use crate::web::oauth::Wanted;
use crate::web::session::{self, Visitor};
use crate::web::{Shell, Site, auth, html, see_other};

/// Where to go afterwards.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Leave {
    #[serde(default)]
    next: String,
}

/// `POST /login/discord`: to Discord.
pub async fn leave(
    State(site): State<Site>,
    client: Client,
    Form { visitor, fields }: Form<Leave>,
) -> Result<Response, Problem> {
    let next = NextPath::parse(&fields.next);
    if visitor.session.is_some() {
        return see_other(next.as_ref().map_or("/", NextPath::as_str));
    }
    if site.discord.is_none() {
        return Err(linking_off().into());
    }
    let mut tx = site.db.write().await?;
    let state = discord_sign_in::start(&mut tx, &site.env, visitor.secret(), &client.0).await?;
    tx.commit().await?;
    let mut response = link::to_discord(&site, &visitor, "Sign in", &state, Wanted::Name)?;
    session::keep_next(&mut response, &site, next.as_ref())?;
    Ok(response)
}

#[derive(Template)]
#[template(path = "discord_unknown.html")]
struct Unknown {
    shell: Shell,
    username: String,
    login: String,
}

/// `GET /oauth/discord/callback`: back from Discord, to sign in or to link. Only the browser that went there can use what it
/// brings, and only once.
pub async fn come_back(
    State(site): State<Site>,
    params: Params,
    headers: HeaderMap,
    visitor: Visitor,
) -> Result<Response, Problem> {
    let discord = site.discord.as_ref().ok_or_else(linking_off)?;
    let Some(state) = params.get("state") else {
        return link::come_back(&site, &params, &visitor).await;
    };
    let mut tx = site.db.write().await?;
    let to_sign_in = discord_sign_in::come_back(&mut tx, &site.env, visitor.secret(), state).await?;
    tx.commit().await?;
    if !to_sign_in {
        return link::come_back(&site, &params, &visitor).await;
    }
    let next = session::kept_next(&headers, &site);
    let login = next.as_ref().map_or_else(|| "/login".to_owned(), NextPath::login);
    let user = match link::who(&site, discord, &params, state).await {
        Ok(allowed) => allowed.user,
        Err(problem) => {
            let and = if login.contains('?') { '&' } else { '?' };
            return see_other(&format!("{login}{and}problem={problem}"));
        }
    };
    let mut tx = site.db.read().await?;
    let proved = discord_sign_in::find(&mut tx, user.id).await?;
    drop(tx);
    let mut response = if let Some(proved) = proved {
        let path = next.as_ref().map_or("/", NextPath::as_str);
        auth::enter(&site, &visitor, &proved, path).await?
    } else {
        let page = Unknown {
            shell: visitor.shell(&site),
            username: user.username,
            login,
        };
        html(StatusCode::FORBIDDEN, &page)?
    };
    session::keep_next(&mut response, &site, None)?;
    Ok(response)
}
