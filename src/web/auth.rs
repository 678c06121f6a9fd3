//! Signing in and starting sessions, as several pages do.

use axum::response::Response;
use muster_core::account::{self, Proved};
use muster_core::error::{Error, Rule};
use muster_core::ids::AccountId;
use muster_core::session as sessions;
use muster_core::text::EmailAddress;

use super::client::Client;
use super::error::Problem;
use super::session::{self, Visitor};
use super::{Web, see_other};

/// Whoever address and password belong to. The attempt counts whatever comes of it.
pub async fn check(
    site: &Web,
    client: &Client,
    email: &EmailAddress,
    password: &str,
) -> Result<Proved, Error> {
    let mut tx = site.db.write().await?;
    let attempt = account::begin_sign_in(&mut tx, &site.env, email, &client.0).await?;
    tx.commit().await?;
    let checked = attempt.check(&site.env, password).await;
    if let Err(Error::Rule(Rule::SignInFailed)) = &checked {
        let mut tx = site.db.write().await?;
        account::failed(&mut tx, &site.env, email).await?;
        tx.commit().await?;
    }
    checked
}

/// Whether a password is that of whoever is signed in. It counts like an attempt to sign in.
pub async fn check_own(site: &Web, client: &Client, account: AccountId, password: &str) -> Result<(), Error> {
    let mut tx = site.db.write().await?;
    let attempt = account::begin_check(&mut tx, &site.env, account, &client.0).await?;
    tx.commit().await?;
    match attempt.check(&site.env, password).await {
        Ok(_) => Ok(()),
        Err(Error::Rule(Rule::SignInFailed)) => Err(Rule::PasswordWrong.into()),
        Err(error) => Err(error),
    }
}

/// Signs the visitor in who has proved who they are, with a new secret, and sends them on.
pub async fn enter(site: &Web, visitor: &Visitor, proved: &Proved, path: &str) -> Result<Response, Problem> {
    let mut tx = site.db.write().await?;
    let secret = sessions::sign_in(&mut tx, &site.env, proved, visitor.arrival()).await?;
    tx.commit().await?;
    go_on(site, &secret, path)
}

/// Gives the browser its new secret and sends it on.
pub fn go_on(site: &Web, secret: &str, path: &str) -> Result<Response, Problem> {
    let mut response = see_other(path)?;
    session::sign_in(&mut response, site, secret)?;
    Ok(response)
}
