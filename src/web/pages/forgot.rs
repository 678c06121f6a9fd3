//! A forgotten password: an address is typed, a mail goes there, and whoever reads it chooses another one.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use muster_core::account::reset;
use muster_core::error::Error;
use muster_core::password::Passwords;
use muster_core::session as sessions;
use muster_core::text::EmailAddress;
use serde::Deserialize;

use super::login::say_when;
use super::{Part, part};
use crate::web::client::Client;
use crate::web::error::{Problem, sentence, status};
use crate::web::form::Form;
use crate::web::session::Visitor;
use crate::web::{Shell, Site, auth};

#[derive(Template)]
#[template(path = "forgot.html")]
struct Page {
    shell: Shell,
    email: String,
    error: Option<String>,
}

#[derive(Template)]
#[template(path = "forgot_sent.html")]
struct Sent {
    shell: Shell,
    email: String,
}

/// `GET /forgot`
pub async fn show(State(site): State<Site>, visitor: Visitor) -> Result<Response, Problem> {
    let page = Page {
        shell: visitor.shell(&site),
        email: String::new(),
        error: None,
    };
    visitor.form_page(&site, StatusCode::OK, &page)
}

/// What the page sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Address {
    email: String,
}

/// `POST /forgot`: asks for the mail. The answer is the same whether or not the address has an account.
pub async fn ask(
    State(site): State<Site>,
    client: Client,
    Form { visitor, fields }: Form<Address>,
) -> Result<Response, Problem> {
    let problem = match asked(&site, &visitor, &client, &fields.email).await {
        Ok(email) => {
            let page = Sent {
                shell: visitor.shell(&site),
                email: email.to_string(),
            };
            return visitor.form_page(&site, StatusCode::OK, &page);
        }
        Err(error @ Error::Rule(_)) => Problem::from(error),
        Err(error) => return Err(error.into()),
    };
    let page = Page {
        shell: visitor.shell(&site),
        email: fields.email,
        error: Some(sentence(&problem, &site.env)),
    };
    let mut response = visitor.form_page(&site, status(&problem), &page)?;
    say_when(&mut response, &problem, &site);
    Ok(response)
}

async fn asked(site: &Site, visitor: &Visitor, client: &Client, email: &str) -> Result<EmailAddress, Error> {
    let email = EmailAddress::parse(email)?;
    let mut tx = site.db.write().await?;
    reset::ask(&mut tx, &site.env, &email, &client.0, visitor.locale).await?;
    tx.commit().await?;
    Ok(email)
}

#[derive(Template)]
#[template(path = "reset.html")]
struct Choose {
    shell: Shell,
    token: String,
    email: String,
    error: Option<String>,
}

async fn choose(
    site: &Site,
    visitor: &Visitor,
    token: String,
    problem: Option<&Problem>,
) -> Result<Response, Problem> {
    let mut tx = site.db.read().await?;
    let shown = reset::look(&mut tx, &site.env, &token).await?;
    drop(tx);
    let page = Choose {
        shell: visitor.shell(site),
        token,
        email: shown.email.to_string(),
        error: problem.map(|problem| sentence(problem, &site.env)),
    };
    visitor.form_page(site, problem.map_or(StatusCode::OK, status), &page)
}

/// `GET /reset/{token}`: looking changes nothing.
pub async fn look(State(site): State<Site>, token: Part, visitor: Visitor) -> Result<Response, Problem> {
    choose(&site, &visitor, part(token)?, None).await
}

/// What the page sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Password {
    password: String,
}

/// `POST /reset/{token}`: the password is another one, every session has ended, and this browser has a new one.
pub async fn finish(
    State(site): State<Site>,
    token: Part,
    Form { visitor, fields }: Form<Password>,
) -> Result<Response, Problem> {
    let token = part(token)?;
    let mut tx = site.db.read().await?;
    let shown = reset::look(&mut tx, &site.env, &token).await?;
    drop(tx);
    let known = [shown.name.as_str(), shown.email.as_str(), "muster"];
    if let Err(error) = Passwords::check_strength(&fields.password, &known) {
        return choose(&site, &visitor, token, Some(&error.into())).await;
    }
    let hash = site.env.passwords().hash(&fields.password).await?;
    let mut tx = site.db.write().await?;
    let account = reset::finish(&mut tx, &site.env, &token, &hash).await?;
    let secret = sessions::start(&mut tx, &site.env, account, visitor.arrival()).await?;
    tx.commit().await?;
    auth::go_on(&site, &secret, "/account?done=password")
}
