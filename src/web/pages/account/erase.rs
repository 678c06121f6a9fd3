//! Taking away everything that is stored about oneself, and having it erased.

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use muster_core::account::{self, Goes};
use muster_core::error::{Error, Rule};
use serde::Deserialize;

use super::{actor, refused};
use crate::web::error::{Problem, status};
use crate::web::form::Form;
use crate::web::session::{self, Visitor};
use crate::web::{Shell, Site, html};

/// `GET /account/export`: the file that `/account export` hands out in Discord.
pub async fn export(State(site): State<Site>, visitor: Visitor) -> Result<Response, Problem> {
    let actor = actor(&visitor, "/account/export")?;
    let mut tx = site.db.read().await?;
    let export = account::export(&mut tx, &site.env, actor.account).await?;
    drop(tx);
    let name = format!("account-{}.json", site.env.now().format("%Y-%m-%d"));
    let headers = [
        (header::CONTENT_TYPE, "application/json".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
    ];
    Ok((headers, export.bytes).into_response())
}

#[derive(Template)]
#[template(path = "account/erase.html")]
struct Page {
    shell: Shell,
    goes: Goes,
    error: Option<String>,
}

#[derive(Template)]
#[template(path = "account/erased.html")]
struct Erased {
    shell: Shell,
}

/// `GET /account/erase`: what goes and what stays; what would be refused is refused now.
pub async fn ask(State(site): State<Site>, visitor: Visitor) -> Result<Response, Problem> {
    let actor = actor(&visitor, "/account/erase")?;
    let mut tx = site.db.read().await?;
    let page = Page {
        shell: visitor.shell(&site),
        goes: account::check_erase(&mut tx, actor.account).await?,
        error: None,
    };
    visitor.form_page(&site, StatusCode::OK, &page)
}

/// What the page sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fields {
    name: String,
}

/// `POST /account/erase`: nobody is behind the account any more.
pub async fn erase(
    State(site): State<Site>,
    Form { visitor, fields }: Form<Fields>,
) -> Result<Response, Problem> {
    let actor = actor(&visitor, "/account/erase")?;
    let mut tx = site.db.write().await?;
    match account::erase(&mut tx, &site.env, actor, &fields.name).await {
        Ok(()) => tx.commit().await?,
        Err(error @ Error::Rule(Rule::OwnNameMismatch { .. })) => {
            let goes = account::check_erase(&mut tx, actor.account).await?;
            drop(tx);
            let (problem, said) = refused(&site, error)?;
            let page = Page {
                shell: visitor.shell(&site),
                goes,
                error: Some(said),
            };
            return visitor.form_page(&site, status(&problem), &page);
        }
        Err(error) => return Err(error.into()),
    }
    tracing::info!(account.id = %actor.account, "erased an account");
    let mut shell = visitor.shell(&site);
    shell.who = None;
    let mut response = html(StatusCode::OK, &Erased { shell })?;
    session::sign_out(&mut response, &site)?;
    Ok(response)
}
