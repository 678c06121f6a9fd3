//! One's Discord user: linking begins here, and unlinking is asked about here.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use muster_core::discord_link;

use super::{Button, actor, linking_off};
use crate::web::error::Problem;
use crate::web::form::Form;
use crate::web::session::Visitor;
use crate::web::{Shell, Site, see_other};

/// `POST /account/link`: starts an attempt to link a Discord account from a page.
pub async fn start_link(
    State(site): State<Site>,
    Form { visitor, .. }: Form<Button>,
) -> Result<Response, Problem> {
    visitor.signed_in("/account")?;
    if site.discord.is_none() {
        return Err(linking_off().into());
    }
    let mut tx = site.db.write().await?;
    let nonce = discord_link::start(&mut tx, &site.env, None).await?;
    tx.commit().await?;
    see_other(&format!("/link/{nonce}"))
}

#[derive(Template)]
#[template(path = "account/unlink.html")]
struct Page {
    shell: Shell,
    username: String,
}

/// `GET /account/unlink`: what would be refused is refused now.
pub async fn ask_unlink(State(site): State<Site>, visitor: Visitor) -> Result<Response, Problem> {
    let actor = actor(&visitor, "/account/unlink")?;
    let mut tx = site.db.read().await?;
    let page = Page {
        shell: visitor.shell(&site),
        username: discord_link::check_unlink(&mut tx, actor.account).await?,
    };
    visitor.form_page(&site, StatusCode::OK, &page)
}

/// `POST /account/unlink`
pub async fn unlink(
    State(site): State<Site>,
    Form { visitor, .. }: Form<Button>,
) -> Result<Response, Problem> {
    let actor = actor(&visitor, "/account/unlink")?;
    let mut tx = site.db.write().await?;
    discord_link::unlink(&mut tx, &site.env, actor).await?;
    tx.commit().await?;
    see_other("/account?done=unlinked")
}
