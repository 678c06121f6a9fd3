//! Where somebody is signed in, and ending that.

use axum::extract::State;
use axum::response::Response;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use muster_core::locale::Locale;
use muster_core::session::{self as sessions, Listed, Session};
use muster_phrases::browser;
use serde::Deserialize;

use super::Button;
use crate::web::error::Problem;
use crate::web::form::Form;
use crate::web::words::Moment;
use crate::web::{Site, see_other};

/// A session as the page lists it.
pub struct SessionRow {
    /// What a form names it by: the hash that the database keeps, which opens nothing.
    pub id: String,
    /// `Firefox on Linux`.
    pub browser: String,
    /// Since when.
    pub since: Moment,
    /// When it was used last.
    pub seen: Moment,
    /// Whether it is the one that looks at the page.
    pub this: bool,
}

impl SessionRow {
    /// A session, as seen from another one, or from itself.
    pub fn new(row: &Listed, from: &Session, now: DateTime<Utc>) -> Self {
        Self {
            id: BASE64_URL_SAFE_NO_PAD.encode(&row.id_hash),
            browser: browser(Locale::EnUs, &row.browser()),
            since: Moment::new(row.created_at, now),
            seen: Moment::new(row.last_seen_at, now),
            this: row.id_hash == from.id_hash,
        }
    }
}

/// Which session is to end.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Which {
    session: String,
}

/// `POST /account/sessions/end`: one that has ended already is no mistake.
pub async fn end(
    State(site): State<Site>,
    Form { visitor, fields }: Form<Which>,
) -> Result<Response, Problem> {
    let account = visitor.signed_in("/account")?.account.id;
    let id = BASE64_URL_SAFE_NO_PAD.decode(&fields.session);
    let id = id.map_err(|_| Problem::Field("`session` is none of yours".to_owned()))?;
    let mut tx = site.db.write().await?;
    sessions::end_one(&mut tx, account, &id).await?;
    tx.commit().await?;
    see_other("/account?done=session")
}

/// `POST /account/sessions/end-others`
pub async fn end_others(
    State(site): State<Site>,
    Form { visitor, .. }: Form<Button>,
) -> Result<Response, Problem> {
    let session = visitor.signed_in("/account")?;
    let mut tx = site.db.write().await?;
    sessions::end_others(&mut tx, session).await?;
    tx.commit().await?;
    see_other("/account?done=sessions")
}
