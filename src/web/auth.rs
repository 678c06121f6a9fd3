//! Signing in and starting sessions, as several pages do.

use axum::response::Response;
use muster_core::account;
use muster_core::error::Error;
use muster_core::ids::AccountId;
use muster_core::session as sessions;
use muster_core::text::EmailAddress;

use super::error::Problem;
use super::session::{self, Visitor};
use super::{Web, see_other};

/// The account that address and password belong to. The attempt counts whatever comes of it.
pub async fn check(site: &Web, email: &EmailAddress, password: &str) -> Result<AccountId, Error> {
    let mut tx = site.db.write().await?;
    let attempt = account::begin_sign_in(&mut tx, &site.env, email).await?;
    tx.commit().await?;
    attempt.check(&site.env, password).await
}

/// Signs the visitor in who gave the right password, with a new secret, and sends them on.
pub async fn enter(
    site: &Web,
    visitor: &Visitor,
    account: AccountId,
    path: &str,
) -> Result<Response, Problem> {
    let mut tx = site.db.write().await?;
    let secret = sessions::sign_in(
        &mut tx,
        &site.env,
        account,
        &visitor.user_agent,
        visitor.session_secret(),
    )
    .await?;
    tx.commit().await?;
    go_on(site, &secret, path)
}

/// Gives the browser its new secret and sends it on.
pub fn go_on(site: &Web, secret: &str, path: &str) -> Result<Response, Problem> {
    let mut response = see_other(path)?;
    session::sign_in(&mut response, site, secret)?;
    Ok(response)
}
