//! What somebody is called.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use muster_core::account;
use muster_core::error::{Error, Rule};
use serde::Deserialize;

use super::{actor, refused};
use crate::web::error::{Problem, status};
use crate::web::form::Form;
use crate::web::session::Visitor;
use crate::web::{Shell, Site, see_other};

#[derive(Template)]
#[template(path = "account/name.html")]
struct Page {
    shell: Shell,
    name: String,
    error: Option<String>,
}

/// `GET /account/name`
pub async fn show(State(site): State<Site>, visitor: Visitor) -> Result<Response, Problem> {
    let page = Page {
        name: visitor.signed_in("/account/name")?.account.display_name.clone(),
        shell: visitor.shell(&site),
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

/// `POST /account/name`
pub async fn rename(
    State(site): State<Site>,
    Form { visitor, fields }: Form<Fields>,
) -> Result<Response, Problem> {
    let actor = actor(&visitor, "/account/name")?;
    let mut tx = site.db.write().await?;
    match account::rename(&mut tx, &site.env, actor, &fields.name).await {
        Ok(_) => tx.commit().await?,
        // They are called that already.
        Err(Error::Rule(Rule::Unchanged)) => {}
        Err(error) => {
            let (problem, said) = refused(&site, error)?;
            let page = Page {
                shell: visitor.shell(&site),
                name: fields.name,
                error: Some(said),
            };
            return visitor.form_page(&site, status(&problem), &page);
        }
    }
    see_other("/account?done=name")
}
