//! One API key: its page, its secret for the only time, another secret, and revoking it.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use muster_core::api_key::{self, Trouble};
use muster_core::error::{Error, Rule};
use muster_core::policy::Permission;

use super::super::question::{Opened, Question, Words};
use super::super::secret::Secret;
use super::super::{Head, Tab, TwoParts, two};
use super::{Card, manager, overlap};
use crate::web::error::Problem;
use crate::web::form::Form;
use crate::web::pages::Params;
use crate::web::pages::account::Button;
use crate::web::session::Visitor;
use crate::web::{Shell, Site, html, see_other};

#[derive(Template)]
#[template(path = "team/key.html")]
struct KeyPage {
    shell: Shell,
    head: Head,
    key: Card,
}

/// `GET /teams/{id}/keys/{key}`: looking shows no secret.
pub async fn show(
    State(site): State<Site>,
    path: TwoParts,
    params: Params,
    visitor: Visitor,
) -> Result<Response, Problem> {
    let (id, key) = two(path, "API key")?;
    let mut tx = site.db.read().await?;
    let (caller, grant) = manager(&visitor, &mut tx, id).await?;
    let row = api_key::get(&mut tx, &grant, key).await?;
    let page = KeyPage {
        shell: visitor.shell(&site),
        head: Head::new(&mut tx, &caller, Tab::Keys, &params, site.env.now()).await?,
        key: Card::of(&site, &grant, row),
    };
    html(StatusCode::OK, &page)
}

/// Which secret is shown.
#[derive(Clone, Copy)]
enum Which {
    /// That of a key that has shown none.
    First,
    /// Another one.
    Next,
}

/// `POST /teams/{id}/keys/{key}/secret`: shows the secret of a key that has shown none.
pub async fn secret(
    State(site): State<Site>,
    path: TwoParts,
    Form { visitor, .. }: Form<Button>,
) -> Result<Response, Problem> {
    shown_once(&site, &visitor, path, Which::First).await
}

/// `GET /teams/{id}/keys/{key}/rotate`
pub async fn ask_rotate(
    State(site): State<Site>,
    path: TwoParts,
    visitor: Visitor,
) -> Result<Response, Problem> {
    ask(&site, &visitor, path, "rotate", |key| {
        let mut lines = vec![
            "The next page shows the new secret, once. The one of today works for 24 hours more, so that programs can be changed \
             in peace."
                .to_owned(),
        ];
        lines.extend(
            key.overlap
                .is_some()
                .then(|| "The secret before the present one stops working at once.".to_owned()),
        );
        (
            format!("New secret for {}?", key.name),
            lines,
            "Make a new secret".to_owned(),
        )
    })
    .await
}

/// `POST /teams/{id}/keys/{key}/rotate`: gives a key another secret, and shows it.
pub async fn rotate(
    State(site): State<Site>,
    path: TwoParts,
    Form { visitor, .. }: Form<Button>,
) -> Result<Response, Problem> {
    shown_once(&site, &visitor, path, Which::Next).await
}

async fn shown_once(
    site: &Site,
    visitor: &Visitor,
    path: TwoParts,
    which: Which,
) -> Result<Response, Problem> {
    let (id, key) = two(path, "API key")?;
    let now = site.env.now();
    let mut tx = site.db.write().await?;
    let (caller, grant) = manager(visitor, &mut tx, id).await?;
    let (key, secret) = match which {
        Which::First => api_key::show(&mut tx, &site.env, &grant, key).await?,
        Which::Next => api_key::rotate(&mut tx, &site.env, &grant, key).await?,
    };
    let head = Head::new(&mut tx, &caller, Tab::Keys, &Params::default(), now).await?;
    tx.commit().await?;
    let mut lines = vec![
        "Send it in the header X-API-Key. Keep it where your program keeps its passwords: whoever has it acts in your name."
            .to_owned(),
    ];
    lines.extend(overlap(&key, now).map(|until| format!("The secret before works until {}.", until.date)));
    let page = Secret {
        shell: visitor.shell(site),
        head,
        back: format!("/teams/{id}/keys/{}", key.id),
        name: key.name,
        secret,
        lines,
    };
    html(StatusCode::OK, &page)
}

/// `GET /teams/{id}/keys/{key}/revoke`
pub async fn ask_revoke(
    State(site): State<Site>,
    path: TwoParts,
    visitor: Visitor,
) -> Result<Response, Problem> {
    ask(&site, &visitor, path, "revoke", |key| {
        let line = "Programs that use it are refused from then on. This can’t be taken back.".to_owned();
        (
            format!("Revoke {}?", key.name),
            vec![line],
            format!("Revoke {}", key.name),
        )
    })
    .await
}

/// Asks before something is done to a key.
async fn ask(
    site: &Site,
    visitor: &Visitor,
    path: TwoParts,
    word: &'static str,
    words: impl FnOnce(&Card) -> Words,
) -> Result<Response, Problem> {
    let (id, key) = two(path, "API key")?;
    let (list, params) = (format!("/teams/{id}/keys"), Params::default());
    let mut tx = site.db.read().await?;
    let (place, needed) = ((id, Tab::Keys), Permission::ApiKeysManage);
    let opened = Opened::on(&mut tx, site, (visitor, &params), place, &list, needed).await?;
    let row = api_key::get(&mut tx, &opened.grant, key).await?;
    let words = words(&Card::of(site, &opened.grant, row));
    let back = format!("{list}/{key}");
    let question = Question {
        danger: word == "revoke",
        ..opened.asks(words, format!("{back}/{word}"), back)
    };
    html(StatusCode::OK, &question)
}

/// `POST /teams/{id}/keys/{key}/revoke`: from now on it opens nothing.
pub async fn revoke(
    State(site): State<Site>,
    path: TwoParts,
    Form { visitor, .. }: Form<Button>,
) -> Result<Response, Problem> {
    let (id, key) = two(path, "API key")?;
    let mut tx = site.db.write().await?;
    let (_, grant) = manager(&visitor, &mut tx, id).await?;
    match api_key::revoke(&mut tx, &site.env, &grant, key).await {
        Ok(_) => tx.commit().await?,
        // The page says how it ended.
        Err(Error::Rule(Rule::ApiKey(Trouble::Over(_)))) => drop(tx),
        Err(error) => return Err(error.into()),
    }
    see_other(&format!("/teams/{id}/keys/{key}?done=key-revoked"))
}
