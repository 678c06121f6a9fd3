//! Accepting an invitation: signed in with one button, or as somebody new with a name, a password and, where the link does not
//! prove the mailbox, the code that was mailed.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use muster_core::error::{Error, Rule};
use muster_core::invitation::accept::{self as offers, Accepter};
use muster_core::invitation::code::{self as codes, Proof};
use muster_core::locale::Locale;
use muster_core::password::Passwords;
use muster_core::{session as sessions, text};
use serde::Deserialize;

use super::{Case, CodeField, open, page};
use crate::web::error::{Problem, sentence};
use crate::web::form::Form;
use crate::web::pages::account::Button;
use crate::web::pages::{Part, part};
use crate::web::session::Visitor;
use crate::web::{Site, auth, see_other};

/// What the page sends to accept: name and password from somebody new, nothing else from anybody else.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    #[serde(default)]
    name: String,
    #[serde(default)]
    password: String,
    /// What was mailed, where the link does not prove the mailbox.
    #[serde(default)]
    code: String,
}

/// `POST /i/{token}`
pub async fn accept(
    State(site): State<Site>,
    token: Part,
    Form { visitor, fields }: Form<Answer>,
) -> Result<Response, Problem> {
    let token = part(token)?;
    let new = match &visitor.session {
        Some(_) => None,
        None => match new_person(&site, &visitor, &token, &fields).await? {
            Ok(new) => Some(new),
            Err(page) => return Ok(page),
        },
    };
    let who = match (&visitor.session, &new) {
        (Some(session), _) => Accepter::SignedIn(session.account.id),
        (None, new) => new_accepter(new.as_ref(), &fields.name, visitor.locale),
    };
    let mut tx = site.db.write().await?;
    let accepted = match offers::accept(&mut tx, &site.env, &token, who).await {
        Ok(accepted) => accepted,
        // These have a page of their own, which says more.
        Err(Error::Rule(
            Rule::Closed(_)
            | Rule::OldLink
            | Rule::OfferLapsed
            | Rule::WrongAccount { .. }
            | Rule::SignInFirst,
        )) => {
            drop(tx);
            return page(&site, &visitor, token).await;
        }
        Err(error) => return Err(error.into()),
    };
    let secret = sessions::start(&mut tx, &site.env, accepted.account.id, visitor.arrival()).await?;
    tx.commit().await?;
    auth::go_on(&site, &secret, &format!("/teams/{}?welcome=1", accepted.team.id))
}

fn new_accepter<'a>(new: Option<&'a NewPerson>, name: &'a str, locale: Locale) -> Accepter<'a> {
    let password_hash = new.map_or("", |new| new.password_hash.as_str());
    match new.and_then(|new| new.proof) {
        None => Accepter::New {
            name,
            password_hash,
            locale,
        },
        Some(proof) => Accepter::Coded {
            name,
            password_hash,
            locale,
            proof,
        },
    }
}

/// Somebody new, whose form is good.
struct NewPerson {
    password_hash: String,
    proof: Option<Proof>,
}

/// Somebody new, with the hash of the password that they chose; or the page again, with what is wrong.
async fn new_person(
    site: &Site,
    visitor: &Visitor,
    token: &str,
    answer: &Answer,
) -> Result<Result<NewPerson, Response>, Problem> {
    let mut tx = site.db.read().await?;
    let offer = offers::look(&mut tx, &site.env, token).await?;
    drop(tx);
    if offer.closed.is_some() || offer.account_exists {
        return page(site, visitor, token.to_owned()).await.map(Err);
    }
    let said = |result: Result<(), Error>| match result {
        Ok(()) => Ok(None),
        Err(error @ Error::Rule(_)) => Ok(Some(sentence(&error.into(), &site.env))),
        Err(error) => Err(Problem::from(error)),
    };
    let email = offer.invitation.email.to_string();
    let name_error = said(text::name("what-name", &answer.name).map(drop))?;
    let known = [
        answer.name.as_str(),
        email.as_str(),
        offer.team.name.as_str(),
        "muster",
    ];
    let password_error = said(Passwords::check_strength(&answer.password, &known))?;
    let mut code = (!offer.proves).then(CodeField::default);
    if name_error.is_none() && password_error.is_none() {
        // The code last: what else is wrong costs no try of it.
        let proof = match &code {
            Some(_) => try_code(site, token, &answer.code).await?.map(Some),
            None => Ok(None),
        };
        match proof {
            Ok(proof) => {
                let password_hash = site.env.passwords().hash(&answer.password).await?;
                return Ok(Ok(NewPerson { password_hash, proof }));
            }
            Err(trouble) => {
                let problem = Problem::from(Rule::Code(trouble));
                let error = Some(sentence(&problem, &site.env));
                code = Some(CodeField { mailed: false, error });
            }
        }
    }
    let case = Case::New {
        email,
        name: answer.name.clone(),
        name_error,
        password_error,
        code,
    };
    open(
        site,
        visitor,
        token.to_owned(),
        offer,
        case,
        StatusCode::UNPROCESSABLE_ENTITY,
    )
    .map(Err)
}

/// Tries the code that was mailed. The try counts whatever comes of it.
async fn try_code(site: &Site, token: &str, said: &str) -> Result<Result<Proof, codes::Trouble>, Problem> {
    let mut tx = site.db.write().await?;
    let tried = codes::attempt(&mut tx, &site.env, token, said).await?;
    tx.commit().await?;
    Ok(tried)
}

/// `POST /i/{token}/code`: mails a code to the invited address.
pub async fn code(
    State(site): State<Site>,
    token: Part,
    Form { .. }: Form<Button>,
) -> Result<Response, Problem> {
    let token = part(token)?;
    let mut tx = site.db.write().await?;
    match codes::ask(&mut tx, &site.env, &token).await {
        Ok(_) => tx.commit().await?,
        // The page says why.
        Err(Error::Rule(Rule::Closed(_) | Rule::OldLink | Rule::OfferLapsed)) => drop(tx),
        Err(error) => return Err(error.into()),
    }
    see_other(&format!("/i/{token}?code=1"))
}
