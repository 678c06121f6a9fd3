//! Where the mail leads that proves an address: seen by anybody who has it, confirmed by whoever asked for it.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use muster_core::account::address;

use super::account::{Button, actor};
use super::{Part, part};
use crate::web::error::Problem;
use crate::web::form::Form;
use crate::web::next::NextPath;
use crate::web::session::Visitor;
use crate::web::{Shell, Site, see_other};

#[derive(Template)]
#[template(path = "verify.html")]
struct Page {
    shell: Shell,
    token: String,
    email: String,
    case: Case,
}

/// Who opens the link.
enum Case {
    /// Whoever asked for the address.
    Confirm,
    /// Nobody who is signed in.
    SignIn { login: String },
    /// Somebody else.
    Other { who: String },
}

/// `GET /verify/{token}`: looking changes nothing.
pub async fn show(State(site): State<Site>, token: Part, visitor: Visitor) -> Result<Response, Problem> {
    let token = part(token)?;
    let mut tx = site.db.read().await?;
    let shown = address::look(&mut tx, &site.env, &token).await?;
    drop(tx);
    let case = match visitor.account() {
        Some(account) if account.id == shown.account => Case::Confirm,
        Some(account) => Case::Other {
            who: account.display_name.clone(),
        },
        None => {
            let back = NextPath::parse(&format!("/verify/{token}"));
            let login = back.map_or_else(|| "/login".to_owned(), |back| back.login());
            Case::SignIn { login }
        }
    };
    let status = match case {
        Case::Other { .. } => StatusCode::FORBIDDEN,
        Case::Confirm | Case::SignIn { .. } => StatusCode::OK,
    };
    let page = Page {
        shell: visitor.shell(&site),
        token,
        email: shown.email.to_string(),
        case,
    };
    visitor.form_page(&site, status, &page)
}

/// `POST /verify/{token}`: the address is the account's.
pub async fn confirm(
    State(site): State<Site>,
    token: Part,
    Form { visitor, .. }: Form<Button>,
) -> Result<Response, Problem> {
    let token = part(token)?;
    let actor = actor(&visitor, &format!("/verify/{token}"))?;
    let mut tx = site.db.write().await?;
    address::finish(&mut tx, &site.env, actor, &token).await?;
    tx.commit().await?;
    see_other("/account?done=address")
}
