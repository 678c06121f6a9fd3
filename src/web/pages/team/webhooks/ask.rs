//! What is asked about before it is done to a webhook: another secret, and deleting it.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use muster_core::Tx;
use muster_core::error::Error;
use muster_core::webhook;

use super::super::question::Question;
use super::one::{TwoParts, two};
use super::{Caller, Head, Tab, manager, name, shown_once};
use crate::web::error::Problem;
use crate::web::form::Form;
use crate::web::pages::Params;
use crate::web::pages::account::Button;
use crate::web::session::Visitor;
use crate::web::{Site, html, see_other};

/// A question about a webhook.
struct Ask {
    title: String,
    lines: Vec<String>,
    /// What is done, as the end of the path.
    word: &'static str,
    button: String,
    danger: bool,
}

impl Ask {
    async fn page(
        self,
        site: &Site,
        visitor: &Visitor,
        tx: &mut Tx,
        caller: &Caller,
        back: String,
    ) -> Result<Response, Problem> {
        let head = Head::new(tx, caller, Tab::Webhooks, &Params::default(), site.env.now()).await?;
        let question = Question {
            shell: visitor.shell(site),
            head,
            title: self.title,
            lines: self.lines,
            action: format!("{back}/{}", self.word),
            hidden: Vec::new(),
            button: self.button,
            danger: self.danger,
            asked: None,
            instead: None,
            back,
        };
        html(StatusCode::OK, &question)
    }
}

/// `GET /teams/{id}/webhooks/{hook}/rotate`
pub async fn ask_rotate(
    State(site): State<Site>,
    path: TwoParts,
    visitor: Visitor,
) -> Result<Response, Problem> {
    let (id, hook) = two(path)?;
    let mut tx = site.db.read().await?;
    let (caller, grant) = manager(&mut tx, &visitor, id).await?;
    let webhook = webhook::get(&mut tx, &grant, hook).await?;
    let mut lines = vec![
        "You see the new secret once. For 24 hours messages are signed with both, so that the receiver can be changed in peace."
            .to_owned(),
    ];
    if webhook.old_until.is_some_and(|until| site.env.now() < until) {
        lines.push("The secret before the present one stops working at once.".to_owned());
    }
    let question = Ask {
        title: format!("New secret for {}?", name(&webhook)),
        lines,
        word: "rotate",
        button: "Make a new secret".to_owned(),
        danger: false,
    };
    let back = format!("/teams/{id}/webhooks/{hook}");
    question.page(&site, &visitor, &mut tx, &caller, back).await
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
    let (id, hook) = two(path)?;
    let mut tx = site.db.read().await?;
    let (caller, grant) = manager(&mut tx, &visitor, id).await?;
    let webhook = webhook::get(&mut tx, &grant, hook).await?;
    let name = name(&webhook);
    let question = Ask {
        title: format!("Delete {name}?"),
        lines: vec![
            format!(
                "Nothing is sent to {} any more, and what waits is not sent.",
                webhook.host()
            ),
            "What became of its messages is deleted too. To stop for a while, turn it off instead."
                .to_owned(),
        ],
        word: "delete",
        button: format!("Delete {name}"),
        danger: true,
    };
    let back = format!("/teams/{id}/webhooks/{hook}");
    question.page(&site, &visitor, &mut tx, &caller, back).await
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
