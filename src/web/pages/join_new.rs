//! Where the mail of an invite link leads: a name, a password, and the account is made.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use muster_core::error::{Error, Rule};
use muster_core::invite_link::sign_up::{self, Shown};
use muster_core::password::Passwords;
use muster_core::text;
use serde::Deserialize;

use super::join::{closed_page, welcome};
use super::{Part, part};
use crate::web::error::{Problem, sentence};
use crate::web::form::Form;
use crate::web::next::NextPath;
use crate::web::session::Visitor;
use crate::web::{Shell, Site};

#[derive(Template)]
#[template(path = "join_new.html")]
struct Page {
    shell: Shell,
    token: String,
    team: String,
    role: String,
    email: String,
    case: Case,
}

enum Case {
    /// A name and a password are asked for.
    New {
        name: String,
        name_error: Option<String>,
        password_error: Option<String>,
    },
    /// The address has an account by now.
    SignIn { login: String },
    /// Somebody is signed in here.
    Other { who: String },
}

impl Case {
    /// Whether the page says that something was wrong.
    fn has_error(&self) -> bool {
        match self {
            Self::New {
                name_error,
                password_error,
                ..
            } => name_error.is_some() || password_error.is_some(),
            Self::SignIn { .. } | Self::Other { .. } => false,
        }
    }
}

/// `GET /join/new/{token}`: looking changes nothing.
pub async fn show(State(site): State<Site>, token: Part, visitor: Visitor) -> Result<Response, Problem> {
    page(&site, &visitor, part(token)?).await
}

async fn look(site: &Site, token: &str) -> Result<Shown, Error> {
    let mut tx = site.db.read().await?;
    sign_up::look(&mut tx, &site.env, token).await
}

async fn page(site: &Site, visitor: &Visitor, token: String) -> Result<Response, Problem> {
    let mut shown = look(site, &token).await?;
    if let Some(closed) = shown.closed.take() {
        return closed_page(site, visitor, &shown.team.name, closed);
    }
    let case = match visitor.account() {
        Some(account) => Case::Other {
            who: account.display_name.clone(),
        },
        None if shown.account_exists => {
            let next = shown.link_token.as_ref();
            let next = next.and_then(|token| NextPath::parse(&format!("/join/{token}")));
            let login = next.map_or_else(|| "/login".to_owned(), |next| next.login());
            Case::SignIn { login }
        }
        None => Case::New {
            name: String::new(),
            name_error: None,
            password_error: None,
        },
    };
    open(site, visitor, token, shown, case, StatusCode::OK)
}

fn open(
    site: &Site,
    visitor: &Visitor,
    token: String,
    shown: Shown,
    case: Case,
    status: StatusCode,
) -> Result<Response, Problem> {
    let page = Page {
        shell: visitor.shell(site),
        token,
        team: shown.team.name,
        role: shown.role_name,
        email: shown.email.to_string(),
        case,
    };
    visitor.form_page(site, status, &page)
}

/// What the page sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    name: String,
    password: String,
}

/// `POST /join/new/{token}`: makes the account, and joins.
pub async fn finish(
    State(site): State<Site>,
    token: Part,
    Form { visitor, fields }: Form<Answer>,
) -> Result<Response, Problem> {
    let token = part(token)?;
    let shown = look(&site, &token).await?;
    if shown.closed.is_some() || shown.account_exists || visitor.session.is_some() {
        return page(&site, &visitor, token).await;
    }
    let said = |result: Result<(), Error>| match result {
        Ok(()) => Ok(None),
        Err(error @ Error::Rule(_)) => Ok(Some(sentence(&error.into(), &site.env))),
        Err(error) => Err(Problem::from(error)),
    };
    let name_error = said(text::name("what-name", &fields.name).map(drop))?;
    let known = [
        fields.name.as_str(),
        shown.email.as_str(),
        shown.team.name.as_str(),
        "muster",
    ];
    let password_error = said(Passwords::check_strength(&fields.password, &known))?;
    if name_error.is_some() || password_error.is_some() {
        let case = Case::New {
            name: fields.name,
            name_error,
            password_error,
        };
        return open(
            &site,
            &visitor,
            token,
            shown,
            case,
            StatusCode::UNPROCESSABLE_ENTITY,
        );
    }
    let hash = site.env.passwords().hash(&fields.password).await?;
    let mut tx = site.db.write().await?;
    let who = (fields.name.as_str(), hash.as_str());
    match sign_up::finish(&mut tx, &site.env, &token, who, visitor.locale).await {
        Ok(joined) => welcome(&site, &visitor, tx, &joined).await,
        // The page says why.
        Err(Error::Rule(rule)) => {
            drop(tx);
            match rule {
                Rule::SignInFirst => page(&site, &visitor, token).await,
                rule => closed_page(&site, &visitor, &shown.team.name, rule.into()),
            }
        }
        Err(error) => Err(error.into()),
    }
}
