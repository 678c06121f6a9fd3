//! Where the reader of an invitation mail says that they want no more of them, and takes it back.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use muster_core::suppression;

use super::account::Button;
use super::{Part, part};
use crate::web::error::Problem;
use crate::web::form::Form;
use crate::web::one_click::Pressed;
use crate::web::session::Visitor;
use crate::web::words::Moment;
use crate::web::{Shell, Site, see_other};

/// Where the page is, and where its button and those of mail programs send to.
pub const ROUTE: &str = "/i/{token}/stop";

#[derive(Template)]
#[template(path = "stop.html")]
struct Page {
    shell: Shell,
    token: String,
    address: String,
    none_since: Option<Moment>,
}

/// `GET /i/{token}/stop`: looking changes nothing. Mail programs and scanners open every link.
pub async fn show(State(site): State<Site>, token: Part, visitor: Visitor) -> Result<Response, Problem> {
    let token = part(token)?;
    let mut tx = site.db.read().await?;
    let wish = suppression::look(&mut tx, &token).await?;
    drop(tx);
    let page = Page {
        shell: visitor.shell(&site),
        token,
        address: wish.address,
        none_since: wish.none_since.map(|at| Moment::new(at, site.env.now())),
    };
    visitor.form_page(&site, StatusCode::OK, &page)
}

/// `POST /i/{token}/stop`: no more invitations. A mail program gets a plain answer, as RFC 8058 lets nobody redirect it.
pub async fn stop(State(site): State<Site>, token: Part, pressed: Pressed) -> Result<Response, Problem> {
    let token = part(token)?;
    let mut tx = site.db.write().await?;
    suppression::stop(&mut tx, &site.env, &token).await?;
    tx.commit().await?;
    match pressed {
        Pressed::OnPage => see_other(&format!("/i/{token}/stop")),
        Pressed::InMailProgram => Ok("This address gets no more invitations.\n".into_response()),
    }
}

/// `POST /i/{token}/again`: invitations are welcome again.
pub async fn take_back(
    State(site): State<Site>,
    token: Part,
    _button: Form<Button>,
) -> Result<Response, Problem> {
    let token = part(token)?;
    let mut tx = site.db.write().await?;
    suppression::take_back(&mut tx, &token).await?;
    tx.commit().await?;
    see_other(&format!("/i/{token}/stop"))
}
