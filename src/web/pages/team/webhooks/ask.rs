//! What is asked about before it is done to a webhook: another secret, and deleting it.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use muster_core::error::Error;
use muster_core::policy::Permission;
use muster_core::webhook::{self, Webhook};

use super::super::question::{Opened, Question, Words};
use super::one::{TwoParts, two};
use super::{Tab, manager, name, shown_once};
use crate::web::error::Problem;
use crate::web::form::Form;
use crate::web::pages::Params;
use crate::web::pages::account::Button;
use crate::web::session::Visitor;
use crate::web::{Site, html, see_other};

/// Asks before something is done to a webhook.
async fn ask(
    site: &Site,
    visitor: &Visitor,
    path: TwoParts,
    word: &'static str,
    words: impl FnOnce(&Webhook) -> Words,
) -> Result<Response, Problem> {
    let (id, hook) = two(path)?;
    let (list, params) = (format!("/teams/{id}/webhooks"), Params::default());
    let mut tx = site.db.read().await?;
    let (place, needed) = ((id, Tab::Webhooks), Permission::ApiKeysManage);
    let opened = Opened::on(&mut tx, site, (visitor, &params), place, &list, needed).await?;
    let webhook = webhook::get(&mut tx, &opened.grant, hook).await?;
    let back = format!("{list}/{hook}");
    let question = Question {
        danger: word == "delete",
        ..opened.asks(words(&webhook), format!("{back}/{word}"), back)
    };
    html(StatusCode::OK, &question)
}

/// `GET /teams/{id}/webhooks/{hook}/rotate`
pub async fn ask_rotate(
    State(site): State<Site>,
    path: TwoParts,
    visitor: Visitor,
) -> Result<Response, Problem> {
    let now = site.env.now();
    ask(&site, &visitor, path, "rotate", |webhook| {
        let mut lines = vec![
            "You see the new secret once. For 24 hours messages are signed with both, so that the receiver can be changed in peace."
                .to_owned(),
        ];
        if webhook.old_until.is_some_and(|until| now < until) {
            lines.push("The secret before the present one stops working at once.".to_owned());
        }
        (
            format!("New secret for {}?", name(webhook)),
            lines,
            "Make a new secret".to_owned(),
        )
    })
    .await
}

/// `POST /teams/{id}/webhooks/{hook}/rotate`: makes another secret and shows it.
pub async fn rotate(
    State(site): State<Site>,
    path: TwoParts,
    Form { visitor, .. }: Form<Button>,
) -> Result<Response, Problem> {
    let (id, hook) = two(path)?;
    let mut tx = site.db.write().await?;
    let (caller, grant) = manager(&mut tx, &visitor, id).await?;
    let (webhook, secret) = webhook::rotate(&mut tx, &site.env, &grant, hook).await?;
    shown_once(&site, &visitor, tx, &caller, &webhook, secret).await
}

/// `GET /teams/{id}/webhooks/{hook}/delete`
pub async fn ask_delete(
    State(site): State<Site>,
    path: TwoParts,
    visitor: Visitor,
) -> Result<Response, Problem> {
    ask(&site, &visitor, path, "delete", |webhook| {
        let name = name(webhook);
        let lines = vec![
            format!(
                "Nothing is sent to {} any more, and what waits is not sent.",
                webhook.host()
            ),
            "What became of its messages is deleted too. To stop for a while, turn it off instead."
                .to_owned(),
        ];
        (format!("Delete {name}?"), lines, format!("Delete {name}"))
    })
    .await
}

/// `POST /teams/{id}/webhooks/{hook}/delete`
pub async fn delete(
    State(site): State<Site>,
    path: TwoParts,
    Form { visitor, .. }: Form<Button>,
) -> Result<Response, Problem> {
    let (id, hook) = two(path)?;
    let mut tx = site.db.write().await?;
    let (_, grant) = manager(&mut tx, &visitor, id).await?;
    match webhook::delete(&mut tx, &site.env, &grant, hook).await {
        Ok(_) => tx.commit().await?,
        // A second press of the same button.
        Err(Error::NotFound("webhook")) => drop(tx),
        Err(error) => return Err(error.into()),
    }
    see_other(&format!("/teams/{id}/webhooks?done=hook-deleted"))
}
