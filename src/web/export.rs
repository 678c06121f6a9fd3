//! A team's log as an answer of any length: read and sent a page at a time, each page in a transaction of its own and only if
//! whoever takes it may still read it. What is not read by the other side is not read from the database either.

use axum::body::Body;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures::stream;
use muster_core::Tx;
use muster_core::activity::{Format, Leaving};
use muster_core::actor::{Actor, Grant};
use muster_core::api_key::Presented;
use muster_core::error::Error;
use muster_core::ids::TeamId;
use muster_core::policy::Permission;

use super::{Site, Web};

/// Whoever takes a log away.
pub enum Taker {
    /// Somebody at the pages.
    Person(Actor, TeamId),
    /// A program with its key.
    Program(Presented),
}

impl Taker {
    /// Asks anew whether they may.
    async fn enter(&self, site: &Web) -> Result<(Tx, Grant), Error> {
        let mut tx = site.db.read().await?;
        let grant = match self {
            Self::Person(actor, team) => actor.may(&mut tx, *team, Permission::ActivityView).await?,
            Self::Program(key) => {
                let entered = key.enter(&mut tx, &site.env).await?;
                entered.may(&tx, Permission::ActivityView)?
            }
        };
        Ok((tx, grant))
    }
}

/// What is still to be sent.
enum Rest {
    Head,
    Pages,
    Nothing,
}

/// A log that leaves, as an answer. One that cannot be read to its end breaks off, so that nobody takes it for whole.
pub fn answer(site: Site, taker: Taker, log: Leaving, format: Format) -> Response {
    let name = format.file(site.env.now());
    let pages = stream::try_unfold(
        (site, taker, log, Rest::Head),
        |(site, taker, mut log, rest)| async move {
            let (bytes, rest) = match rest {
                Rest::Nothing => return Ok(None),
                Rest::Head => (log.head(), Rest::Pages),
                Rest::Pages => match next(&site, &taker, &mut log).await {
                    Ok(page) if page.is_empty() => (log.end(true), Rest::Nothing),
                    Ok(page) => (page, Rest::Pages),
                    Err(error) => {
                        tracing::warn!("a log that was taken away broke off: {error}");
                        return Err(error);
                    }
                },
            };
            Ok(Some((bytes, (site, taker, log, rest))))
        },
    );
    let kind = match format {
        Format::Csv => "text/csv; charset=utf-8",
        Format::Json => "application/json",
    };
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
    ];
    (headers, Body::from_stream(pages)).into_response()
}

async fn next(site: &Web, taker: &Taker, log: &mut Leaving) -> Result<Vec<u8>, Error> {
    let (mut tx, grant) = taker.enter(site).await?;
    Ok(log.page(&mut tx, &grant).await?.concat())
}
