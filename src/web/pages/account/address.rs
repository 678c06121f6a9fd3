//! Another address: asked for with one's password, and one's own once the mail that goes there has come back.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use muster_core::account::{self, address};
use muster_core::error::{Error, Rule};
use muster_core::text::EmailAddress;
use serde::Deserialize;

use super::refused;
use crate::web::client::Client;
use crate::web::error::{Problem, status};
use crate::web::form::Form;
use crate::web::pages::login::say_when;
use crate::web::session::Visitor;
use crate::web::{Shell, Site, auth};

const PATH: &str = "/account/address";

#[derive(Template)]
#[template(path = "account/address.html")]
struct Page {
    shell: Shell,
    /// The address there is.
    present: Option<String>,
    has_password: bool,
    email: String,
    error: Option<String>,
    current_error: Option<String>,
}

#[derive(Template)]
#[template(path = "account/address_sent.html")]
struct Sent {
    shell: Shell,
    email: String,
}

async fn page(
    site: &Site,
    visitor: &Visitor,
    email: String,
    refused: Option<(Problem, String)>,
) -> Result<Response, Problem> {
    let account = &visitor.signed_in(PATH)?.account;
    let mut tx = site.db.read().await?;
    let has_password = account::has_password(&mut tx, account.id).await?;
    drop(tx);
    let (problem, said) = refused.unzip();
    let at_password = matches!(
        problem,
        Some(Problem::Core(Error::Rule(
            Rule::PasswordWrong | Rule::SignInLimit { .. }
        )))
    );
    let (current_error, error) = if at_password { (said, None) } else { (None, said) };
    let page = Page {
        shell: visitor.shell(site),
        present: account.email.as_ref().map(ToString::to_string),
        has_password,
        email,
        error,
        current_error,
    };
    let mut response = visitor.form_page(site, problem.as_ref().map_or(StatusCode::OK, status), &page)?;
    if let Some(problem) = &problem {
        say_when(&mut response, problem, site);
    }
    Ok(response)
}

/// `GET /account/address`
pub async fn show(State(site): State<Site>, visitor: Visitor) -> Result<Response, Problem> {
    page(&site, &visitor, String::new(), None).await
}

/// What the page sends; without a password there is none to type.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fields {
    email: String,
    #[serde(default)]
    current: String,
}

/// `POST /account/address`: asks for the mail.
pub async fn ask(
    State(site): State<Site>,
    client: Client,
    Form { visitor, fields }: Form<Fields>,
) -> Result<Response, Problem> {
    match asked(&site, &visitor, &client, &fields).await? {
        Ok(email) => {
            let page = Sent {
                shell: visitor.shell(&site),
                email: email.to_string(),
            };
            visitor.form_page(&site, StatusCode::OK, &page)
        }
        Err(error) => {
            let said = refused(&site, error)?;
            page(&site, &visitor, fields.email, Some(said)).await
        }
    }
}

async fn asked(
    site: &Site,
    visitor: &Visitor,
    client: &Client,
    fields: &Fields,
) -> Result<Result<EmailAddress, Error>, Problem> {
    let account = &visitor.signed_in(PATH)?.account;
    let asked = async {
        let email = EmailAddress::parse(&fields.email)?;
        let mut tx = site.db.read().await?;
        let has_password = account::has_password(&mut tx, account.id).await?;
        drop(tx);
        if has_password {
            auth::check_own(site, client, account.id, &fields.current).await?;
        }
        let mut tx = site.db.write().await?;
        address::ask(&mut tx, &site.env, account, &email, &client.0).await?;
        tx.commit().await?;
        Ok::<_, Error>(email)
    };
    Ok(asked.await)
}
