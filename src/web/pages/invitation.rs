//! What an invited person sees: the offer, and one of four ways to take it, or why it no longer stands.

pub mod accept;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use muster_core::error::{Error, Rule};
use muster_core::invitation::Status;
use muster_core::invitation::accept::{self as offers, Offer};
use serde::Deserialize;

use super::account::Button;
use super::login::say_when;
use super::{Params, Part, part};
use crate::web::client::Client;
use crate::web::error::{Problem, sentence, status};
use crate::web::form::Form;
use crate::web::session::Visitor;
use crate::web::words::Moment;
use crate::web::{Shell, Site, auth, html, see_other};

#[derive(Template)]
#[template(path = "invitation.html")]
struct Page {
    shell: Shell,
    token: String,
    team: String,
    inviter: String,
    role: String,
    role_description: String,
    note: Option<String>,
    expires: Moment,
    case: Case,
}

/// The four cases.
enum Case {
    /// Nobody has an account with the invited address.
    New {
        email: String,
        name: String,
        name_error: Option<String>,
        password_error: Option<String>,
        /// The code that proves the mailbox, where the link does not.
        code: Option<CodeField>,
    },
    /// Somebody has, and is not signed in here.
    SignIn {
        email: String,
        error: Option<String>,
        /// Whether they can sign in at Discord.
        discord: bool,
    },
    /// They are signed in here.
    Accept { email: String },
    /// Somebody else is.
    Other { who: String, masked: String },
}

/// The field for the code that was mailed.
#[derive(Default)]
struct CodeField {
    /// Whether one was mailed a moment ago.
    mailed: bool,
    error: Option<String>,
}

impl Case {
    /// Whether the visitor may be the invited person.
    fn is_theirs(&self) -> bool {
        !matches!(self, Self::Other { .. })
    }

    /// Whom the invitation is for, where no form shows it.
    fn address(&self) -> Option<&str> {
        match self {
            Self::Accept { email } => Some(email),
            Self::Other { masked, .. } => Some(masked),
            Self::New { .. } | Self::SignIn { .. } => None,
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Other { .. } => StatusCode::FORBIDDEN,
            Self::New { .. } | Self::SignIn { .. } | Self::Accept { .. } => StatusCode::OK,
        }
    }
}

#[derive(Template)]
#[template(path = "invitation_closed.html")]
struct Closed {
    shell: Shell,
    title: &'static str,
    sentence: String,
    team: String,
    inviter: String,
    /// Whether signing in leads somewhere.
    sign_in: bool,
    code: &'static str,
}

/// `GET /i/{token}`: looking changes nothing.
pub async fn show(
    State(site): State<Site>,
    token: Part,
    params: Params,
    visitor: Visitor,
) -> Result<Response, Problem> {
    let token = part(token)?;
    let mut tx = site.db.read().await?;
    let offer = offers::look(&mut tx, &site.env, &token).await?;
    drop(tx);
    let mut case = case_of(&site, &offer, &visitor);
    if let Case::New { code: Some(code), .. } = &mut case {
        code.mailed = params.contains_key("code");
    }
    offered(&site, &visitor, token, offer, case)
}

/// The page as it is for this visitor now.
async fn page(site: &Site, visitor: &Visitor, token: String) -> Result<Response, Problem> {
    let mut tx = site.db.read().await?;
    let offer = offers::look(&mut tx, &site.env, &token).await?;
    drop(tx);
    let case = case_of(site, &offer, visitor);
    offered(site, visitor, token, offer, case)
}

fn offered(
    site: &Site,
    visitor: &Visitor,
    token: String,
    offer: Offer,
    case: Case,
) -> Result<Response, Problem> {
    if let Some(rule) = &offer.closed {
        return closed(site, visitor, &offer, rule);
    }
    let status = case.status();
    open(site, visitor, token, offer, case, status)
}

fn case_of(site: &Site, offer: &Offer, visitor: &Visitor) -> Case {
    let email = &offer.invitation.email;
    match visitor.account() {
        Some(account) if account.email.as_ref().is_some_and(|own| own.key() == email.key()) => Case::Accept {
            email: email.to_string(),
        },
        Some(account) => Case::Other {
            who: account
                .email
                .as_ref()
                .map_or_else(|| account.display_name.clone(), ToString::to_string),
            masked: email.masked(),
        },
        None if offer.account_exists => Case::SignIn {
            email: email.to_string(),
            error: None,
            discord: site.discord.is_some(),
        },
        None => Case::New {
            email: email.to_string(),
            name: String::new(),
            name_error: None,
            password_error: None,
            code: (!offer.proves).then(CodeField::default),
        },
    }
}

fn open(
    site: &Site,
    visitor: &Visitor,
    token: String,
    offer: Offer,
    case: Case,
    status: StatusCode,
) -> Result<Response, Problem> {
    let role_description = offer
        .team
        .policy
        .role(&offer.invitation.role)
        .map(|role| role.description.clone());
    let page = Page {
        shell: visitor.shell(site),
        token,
        team: offer.team.name,
        inviter: offer.inviter,
        role: offer.role_name,
        role_description: role_description.unwrap_or_default(),
        note: offer.invitation.note,
        expires: Moment::new(offer.invitation.expires_at, site.env.now()),
        case,
    };
    visitor.form_page(site, status, &page)
}

fn closed(site: &Site, visitor: &Visitor, offer: &Offer, rule: &Rule) -> Result<Response, Problem> {
    let title = match rule {
        Rule::Closed(Status::Accepted) => "Already accepted",
        Rule::Closed(Status::Expired) => "Expired",
        Rule::Closed(Status::Revoked) => "Cancelled",
        Rule::Closed(Status::Declined) => "Declined",
        Rule::OfferLapsed => "No longer offered",
        _ => "Replaced",
    };
    let problem = Problem::from(rule.clone());
    let page = Closed {
        shell: visitor.shell(site),
        title,
        sentence: sentence(&problem, &site.env),
        team: offer.team.name.clone(),
        inviter: offer.inviter.clone(),
        sign_in: matches!(rule, Rule::Closed(Status::Accepted)),
        code: rule.code(),
    };
    html(status(&problem), &page)
}

/// What the page sends to sign in as the invited person.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Password {
    password: String,
}

/// `POST /i/{token}/sign-in`: signs in as the invited address, then back to the invitation.
pub async fn sign_in(
    State(site): State<Site>,
    token: Part,
    client: Client,
    Form { visitor, fields }: Form<Password>,
) -> Result<Response, Problem> {
    let token = part(token)?;
    let mut tx = site.db.read().await?;
    let offer = offers::look(&mut tx, &site.env, &token).await?;
    drop(tx);
    if offer.closed.is_some() || !offer.account_exists {
        return page(&site, &visitor, token).await;
    }
    let problem = match auth::check(&site, &client, &offer.invitation.email, &fields.password).await {
        Ok(proved) => return auth::enter(&site, &visitor, &proved, &format!("/i/{token}")).await,
        Err(error @ Error::Rule(_)) => Problem::from(error),
        Err(error) => return Err(error.into()),
    };
    // Which account is meant is known here, so only the password can be wrong.
    let error = match &problem {
        Problem::Core(Error::Rule(Rule::SignInFailed)) => "That password is not right.".to_owned(),
        other => sentence(other, &site.env),
    };
    let case = Case::SignIn {
        email: offer.invitation.email.to_string(),
        error: Some(error),
        discord: site.discord.is_some(),
    };
    let mut response = open(&site, &visitor, token, offer, case, status(&problem))?;
    say_when(&mut response, &problem, &site);
    Ok(response)
}

/// `POST /i/{token}/decline`
pub async fn decline(
    State(site): State<Site>,
    token: Part,
    Form { visitor, .. }: Form<Button>,
) -> Result<Response, Problem> {
    let token = part(token)?;
    let who = visitor.account().map(|account| account.id);
    let mut tx = site.db.write().await?;
    match offers::decline(&mut tx, &site.env, &token, who).await {
        Ok(_) => tx.commit().await?,
        // The page asks them to sign out first.
        Err(Error::Rule(Rule::WrongAccount { .. })) => {
            drop(tx);
            return page(&site, &visitor, token).await;
        }
        // The page says why.
        Err(Error::Rule(Rule::Closed(_) | Rule::OldLink)) => drop(tx),
        Err(error) => return Err(error.into()),
    }
    see_other(&format!("/i/{token}"))
}
