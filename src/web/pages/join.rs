//! The page of an invite link: what it offers, and the way in for whoever has it, signed in or not.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use muster_core::error::{Error, Rule};
use muster_core::invite_link::join::{self, Joined, Shown};
use muster_core::invite_link::{End, sign_up};
use muster_core::session as sessions;
use muster_core::text::EmailAddress;
use serde::Deserialize;

use super::account::Button;
use super::login::say_when;
use super::{Part, part};
use crate::web::client::Client;
use crate::web::error::{Problem, code, sentence, status};
use crate::web::form::Form;
use crate::web::next::NextPath;
use crate::web::session::Visitor;
use crate::web::words::Moment;
use crate::web::{Shell, Site, auth, html};

#[derive(Template)]
#[template(path = "join.html")]
struct Page {
    shell: Shell,
    token: String,
    team: String,
    creator: String,
    role: String,
    role_description: String,
    /// How many people can still join by it.
    left: Option<i64>,
    expires: Option<Moment>,
    domains: Option<String>,
    case: Case,
}

/// Who opens the link.
enum Case {
    /// Somebody signed in whom it lets in.
    Join { who: String },
    /// Somebody who is in already.
    Member { path: String },
    /// Somebody signed in whom it does not let in.
    Refused { who: String, sentence: String },
    /// Nobody we know.
    Unknown {
        login: String,
        email: String,
        error: Option<String>,
    },
}

impl Case {
    /// Whether the page says that something was wrong.
    fn has_error(&self) -> bool {
        matches!(self, Self::Unknown { error: Some(_), .. })
    }
}

#[derive(Template)]
#[template(path = "join_closed.html")]
struct Closed {
    shell: Shell,
    title: &'static str,
    sentence: String,
    team: String,
    code: &'static str,
}

#[derive(Template)]
#[template(path = "join_sent.html")]
struct Sent {
    shell: Shell,
    token: String,
    email: String,
    team: String,
}

/// `GET /join/{token}`: looking changes nothing.
pub async fn show(State(site): State<Site>, token: Part, visitor: Visitor) -> Result<Response, Problem> {
    page(&site, &visitor, part(token)?).await
}

async fn look(site: &Site, visitor: &Visitor, token: &str) -> Result<Shown, Error> {
    let mut tx = site.db.read().await?;
    join::look(&mut tx, &site.env, token, visitor.account()).await
}

/// The page as it is for this visitor now.
async fn page(site: &Site, visitor: &Visitor, token: String) -> Result<Response, Problem> {
    let mut shown = look(site, visitor, &token).await?;
    let refused = shown.refused.take().map(Problem::from);
    let member = matches!(refused, Some(Problem::Core(Error::Rule(Rule::AlreadyMember))));
    if let Some(closed) = shown.closed.take().filter(|_| !member) {
        return closed_page(site, visitor, &shown.team.name, closed);
    }
    let (case, status) = match (visitor.account(), refused) {
        (Some(_), Some(_)) if member => {
            let path = format!("/teams/{}", shown.team.id);
            (Case::Member { path }, StatusCode::OK)
        }
        (Some(account), Some(problem)) => {
            let sentence = sentence(&problem, &site.env);
            let who = account.display_name.clone();
            (Case::Refused { who, sentence }, status(&problem))
        }
        (Some(account), None) => {
            let who = account.display_name.clone();
            (Case::Join { who }, StatusCode::OK)
        }
        (None, _) => (unknown(&token, String::new(), None), StatusCode::OK),
    };
    open(site, visitor, token, shown, case, status)
}

fn unknown(token: &str, email: String, error: Option<String>) -> Case {
    let back = NextPath::parse(&format!("/join/{token}"));
    let login = back.map_or_else(|| "/login".to_owned(), |back| back.login());
    Case::Unknown { login, email, error }
}

fn open(
    site: &Site,
    visitor: &Visitor,
    token: String,
    shown: Shown,
    case: Case,
    status: StatusCode,
) -> Result<Response, Problem> {
    let Shown { link, team, .. } = &shown;
    let role = team.policy.role(&link.role);
    let page = Page {
        shell: visitor.shell(site),
        token,
        role_description: role.map(|role| role.description.clone()).unwrap_or_default(),
        left: link.max_uses.map(|most| most - link.uses),
        expires: link.expires_at.map(|at| Moment::new(at, site.env.now())),
        domains: link.domain_list(),
        team: shown.team.name,
        creator: shown.creator,
        role: shown.role_name,
        case,
    };
    visitor.form_page(site, status, &page)
}

/// The page of a link that lets nobody in.
pub fn closed_page(site: &Site, visitor: &Visitor, team: &str, why: Error) -> Result<Response, Problem> {
    let title = match &why {
        Error::Rule(Rule::LinkEnded(End::Disabled)) => "Disabled",
        Error::Rule(Rule::LinkEnded(End::Expired)) => "Expired",
        Error::Rule(Rule::LinkEnded(End::Full)) => "Used up",
        Error::Rule(Rule::LinksOff { .. }) => "Links are off",
        Error::Rule(Rule::OfferLapsed) => "No longer offered",
        Error::Rule(Rule::SignUpOver) => "Already used or too old",
        _ => "Nobody can join right now",
    };
    // Who made the link can no longer offer its role: for good, as far as its holder can tell.
    let lapsed = matches!(why, Error::Rule(Rule::OfferLapsed));
    let problem = Problem::from(why);
    let status = if lapsed {
        StatusCode::GONE
    } else {
        status(&problem)
    };
    let page = Closed {
        shell: visitor.shell(site),
        title,
        sentence: sentence(&problem, &site.env),
        team: team.to_owned(),
        code: code(&problem),
    };
    html(status, &page)
}

/// Signs the new member in afresh, and sends them to their team.
pub async fn welcome(
    site: &Site,
    visitor: &Visitor,
    mut tx: muster_core::Tx,
    joined: &Joined,
) -> Result<Response, Problem> {
    let secret = sessions::start(&mut tx, &site.env, joined.account.id, visitor.arrival()).await?;
    tx.commit().await?;
    auth::go_on(site, &secret, &format!("/teams/{}?welcome=1", joined.team.id))
}

/// `POST /join/{token}`: whoever is signed in joins.
pub async fn join(
    State(site): State<Site>,
    token: Part,
    Form { visitor, .. }: Form<Button>,
) -> Result<Response, Problem> {
    let token = part(token)?;
    let Some(account) = visitor.account() else {
        // Their session has ended meanwhile: the page offers to sign in.
        return page(&site, &visitor, token).await;
    };
    let mut tx = site.db.write().await?;
    match join::join(&mut tx, &site.env, &token, account.id).await {
        Ok(joined) => welcome(&site, &visitor, tx, &joined).await,
        // The page says why.
        Err(Error::Rule(_) | Error::Denied(_)) => {
            drop(tx);
            page(&site, &visitor, token).await
        }
        Err(error) => Err(error.into()),
    }
}

/// What the page sends to sign up.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Address {
    email: String,
}

/// `POST /join/{token}/sign-up`: asks for the mail with which an account is made. The answer is the same whether or not
/// there is one.
pub async fn sign_up(
    State(site): State<Site>,
    token: Part,
    client: Client,
    Form { visitor, fields }: Form<Address>,
) -> Result<Response, Problem> {
    let token = part(token)?;
    let error = match ask(&site, &visitor, &client, &token, &fields.email).await {
        Ok(email) => {
            let shown = look(&site, &visitor, &token).await?;
            let page = Sent {
                shell: visitor.shell(&site),
                token,
                email: email.to_string(),
                team: shown.team.name,
            };
            return visitor.form_page(&site, StatusCode::OK, &page);
        }
        Err(error @ Error::Rule(_)) => error,
        Err(error) => return Err(error.into()),
    };
    let mut shown = look(&site, &visitor, &token).await?;
    if let Some(closed) = shown.closed.take() {
        return closed_page(&site, &visitor, &shown.team.name, closed);
    }
    let at_field = matches!(error, Error::Rule(Rule::LinkDomain { .. }));
    let problem = Problem::from(error);
    let status = if at_field {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        status(&problem)
    };
    let case = unknown(&token, fields.email, Some(sentence(&problem, &site.env)));
    let mut response = open(&site, &visitor, token, shown, case, status)?;
    say_when(&mut response, &problem, &site);
    Ok(response)
}

async fn ask(
    site: &Site,
    visitor: &Visitor,
    client: &Client,
    token: &str,
    email: &str,
) -> Result<EmailAddress, Error> {
    let email = EmailAddress::parse(email)?;
    let mut tx = site.db.write().await?;
    client.0.may_mail(&mut tx, &site.env).await?;
    sign_up::ask(&mut tx, &site.env, token, &email, visitor.locale).await?;
    tx.commit().await?;
    Ok(email)
}
