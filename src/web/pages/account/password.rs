//! A password, or another one.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use muster_core::account;
use muster_core::error::{Error, Rule};
use muster_core::password::Passwords;
use muster_core::session as sessions;
use serde::Deserialize;

use super::{actor, refused};
use crate::web::client::Client;
use crate::web::error::{Problem, status};
use crate::web::form::Form;
use crate::web::pages::login::say_when;
use crate::web::session::Visitor;
use crate::web::{Shell, Site, auth, see_other};

const PATH: &str = "/account/password";

#[derive(Template)]
#[template(path = "account/password.html")]
struct Page {
    shell: Shell,
    email: String,
    has_password: bool,
    error: Option<String>,
    current_error: Option<String>,
}

async fn page(
    site: &Site,
    visitor: &Visitor,
    refused: Option<(Problem, String)>,
) -> Result<Response, Problem> {
    let account = &visitor.signed_in(PATH)?.account;
    let Some(email) = &account.email else {
        // Without an address, a password would be of no use.
        return see_other("/account/address");
    };
    let mut tx = site.db.read().await?;
    let has_password = account::has_password(&mut tx, account.id).await?;
    drop(tx);
    let (problem, said) = refused.unzip();
    let weak = matches!(
        problem,
        Some(Problem::Core(Error::Rule(Rule::PasswordWeak { .. })))
    );
    let (error, current_error) = if weak || !has_password {
        (said, None)
    } else {
        (None, said)
    };
    let page = Page {
        shell: visitor.shell(site),
        email: email.to_string(),
        has_password,
        error,
        current_error,
    };
    let mut response = visitor.form_page(site, problem.as_ref().map_or(StatusCode::OK, status), &page)?;
    if let Some(problem) = &problem {
        say_when(&mut response, problem, site);
    }
    Ok(response)
}

/// `GET /account/password`
pub async fn show(State(site): State<Site>, visitor: Visitor) -> Result<Response, Problem> {
    page(&site, &visitor, None).await
}

/// What the page sends; whoever has no password yet has none to type.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fields {
    #[serde(default)]
    current: String,
    password: String,
}

/// `POST /account/password`: every session ends, and this browser has a new one.
pub async fn change(
    State(site): State<Site>,
    client: Client,
    Form { visitor, fields }: Form<Fields>,
) -> Result<Response, Problem> {
    let actor = actor(&visitor, PATH)?;
    let checked = checked(&site, &visitor, &client, &fields).await;
    let hash = match checked {
        Ok(hash) => hash,
        Err(Problem::Core(error)) => {
            let said = refused(&site, error)?;
            return page(&site, &visitor, Some(said)).await;
        }
        Err(problem) => return Err(problem),
    };
    let mut tx = site.db.write().await?;
    account::change_password(&mut tx, &site.env, actor, &hash).await?;
    let secret = sessions::start(&mut tx, &site.env, actor.account, visitor.arrival()).await?;
    tx.commit().await?;
    auth::go_on(&site, &secret, "/account?done=password")
}

/// The hash of the new password, if it is a good one and the present one is right.
async fn checked(
    site: &Site,
    visitor: &Visitor,
    client: &Client,
    fields: &Fields,
) -> Result<String, Problem> {
    let account = &visitor.signed_in(PATH)?.account;
    let email = account.email.as_ref().ok_or(Rule::NoAddress)?;
    let known = [account.display_name.as_str(), email.as_str(), "muster"];
    Passwords::check_strength(&fields.password, &known)?;
    let mut tx = site.db.read().await?;
    let has_password = account::has_password(&mut tx, account.id).await?;
    drop(tx);
    if has_password {
        auth::check_own(site, client, account.id, &fields.current).await?;
    }
    Ok(site.env.passwords().hash(&fields.password).await?)
}
