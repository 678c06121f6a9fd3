//! Signing in with address and password, and signing out.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use muster_core::error::{Error, Rule};
use muster_core::session as sessions;
use muster_core::text::EmailAddress;
use serde::Deserialize;

use super::Params;
use crate::web::client::Client;
use crate::web::error::{Problem, seconds_until, sentence, status};
use crate::web::form::Form;
use crate::web::next::NextPath;
use crate::web::session::{self, Visitor};
use crate::web::{Shell, Site, auth, see_other};

#[derive(Template)]
#[template(path = "login.html")]
struct Page {
    shell: Shell,
    email: String,
    next: Option<String>,
    email_error: Option<String>,
    error: Option<String>,
    /// Why signing in at Discord did not work.
    notice: Option<&'static str>,
    /// Whether one can sign in at Discord.
    discord: bool,
}

/// What is said about a sign-in at Discord that came to nothing.
fn notice(problem: &str) -> Option<&'static str> {
    match problem {
        "cancelled" => Some("You did not sign in at Discord. You can try again, or use your password."),
        "away" => Some("Discord did not answer just now. Try again in a moment, or use your password."),
        "refused" => Some("Discord did not accept that sign-in. You can try again, or use your password."),
        _ => None,
    }
}

/// `GET /login`
pub async fn show(State(site): State<Site>, params: Params, visitor: Visitor) -> Result<Response, Problem> {
    let next = params.get("next").and_then(|next| NextPath::parse(next));
    if visitor.session.is_some() {
        return see_other(next.as_ref().map_or("/", NextPath::as_str));
    }
    let page = Page {
        shell: visitor.shell(&site),
        email: String::new(),
        next: next.map(|next| next.as_str().to_owned()),
        email_error: None,
        error: None,
        notice: params.get("problem").and_then(|problem| notice(problem)),
        discord: site.discord.is_some(),
    };
    visitor.form_page(&site, StatusCode::OK, &page)
}

/// What the sign-in page sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fields {
    email: String,
    password: String,
    #[serde(default)]
    next: String,
}

/// `POST /login`
pub async fn sign_in(
    State(site): State<Site>,
    client: Client,
    Form { visitor, fields }: Form<Fields>,
) -> Result<Response, Problem> {
    let next = NextPath::parse(&fields.next);
    let checked = match EmailAddress::parse(&fields.email) {
        Ok(email) => auth::check(&site, &client, &email, &fields.password).await,
        Err(error) => Err(error),
    };
    let problem = match checked {
        Ok(proved) => {
            let path = next.as_ref().map_or("/", NextPath::as_str);
            return auth::enter(&site, &visitor, &proved, path).await;
        }
        Err(error @ Error::Rule(_)) => Problem::from(error),
        Err(error) => return Err(error.into()),
    };
    let said = Some(sentence(&problem, &site.env));
    let at_email = matches!(problem, Problem::Core(Error::Rule(Rule::EmailBad { .. })));
    let (email_error, error) = if at_email { (said, None) } else { (None, said) };
    let page = Page {
        shell: visitor.shell(&site),
        email: fields.email,
        next: next.map(|next| next.as_str().to_owned()),
        email_error,
        error,
        notice: None,
        discord: site.discord.is_some(),
    };
    let mut response = visitor.form_page(&site, status(&problem), &page)?;
    say_when(&mut response, &problem, &site);
    Ok(response)
}

/// Tells programs when trying again makes sense.
pub fn say_when(response: &mut Response, problem: &Problem, site: &Site) {
    if let Problem::Core(Error::Rule(rule)) = problem
        && let Some(at) = rule.retry_at()
    {
        response.headers_mut().insert(
            header::RETRY_AFTER,
            HeaderValue::from(seconds_until(at, &site.env)),
        );
    }
}

/// Where to go after signing out.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignOut {
    #[serde(default)]
    next: String,
}

/// `POST /logout`. Whoever is signed out already has what they wanted, however old their page is.
pub async fn sign_out(
    State(site): State<Site>,
    visitor: Visitor,
    form: Result<Form<SignOut>, Problem>,
) -> Result<Response, Problem> {
    let next = match form {
        Ok(Form { fields, .. }) => NextPath::parse(&fields.next),
        Err(Problem::OldForm(_)) if visitor.session.is_none() => None,
        Err(problem) => return Err(problem),
    };
    if let Some(secret) = visitor.session_secret() {
        let mut tx = site.db.write().await?;
        sessions::end(&mut tx, secret).await?;
        tx.commit().await?;
    }
    let mut response = see_other(next.as_ref().map_or("/", NextPath::as_str))?;
    session::sign_out(&mut response, &site)?;
    Ok(response)
}
