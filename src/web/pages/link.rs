//! Linking a Discord account: sign in here, sign in at Discord, see both names, confirm.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use muster_core::discord_link::{self, Attempt, DiscordUser};
use muster_core::error::Rule;
use muster_core::session as sessions;
use muster_core::text::EmailAddress;

use super::account::{Button, linking_off};
use super::{Params, Part, part};
use crate::web::error::Problem;
use crate::web::form::Form;
use crate::web::next::NextPath;
use crate::web::oauth::{DiscordOAuth, Fault};
use crate::web::session::Visitor;
use crate::web::{Shell, Site, auth, html, see_other};

#[derive(Template)]
#[template(path = "link.html")]
struct Page {
    shell: Shell,
    nonce: String,
    /// Who started it in Discord, by name.
    started: Option<String>,
    notice: Option<&'static str>,
    step: Step,
}

/// How far an attempt has come.
enum Step {
    /// Nobody is signed in here.
    SignIn { login: String },
    /// Discord has to be asked.
    Leave { me: String },
    /// Discord named whoever started it, or nobody else did.
    Confirm { me: String, found: Face },
    /// Discord named somebody else.
    Other { found: Face },
}

/// A Discord user as a page shows them.
struct Face {
    username: String,
    initial: String,
    picture: Option<String>,
}

impl From<DiscordUser> for Face {
    fn from(user: DiscordUser) -> Self {
        let picture = |hash: String| {
            format!(
                "https://cdn.discordapp.com/avatars/{}/{hash}.png?size=128",
                user.id
            )
        };
        Self {
            initial: user
                .username
                .chars()
                .next()
                .map(|c| c.to_uppercase().collect())
                .unwrap_or_default(),
            picture: user.avatar.map(picture),
            username: user.username,
        }
    }
}

/// Who is signed in, as the question names them: the masked address, since the page may be seen by others.
fn me(visitor: &Visitor) -> String {
    let Some(account) = visitor.account() else {
        return String::new();
    };
    account
        .email
        .as_ref()
        .map_or_else(|| account.display_name.clone(), EmailAddress::masked)
}

/// `GET /link/{nonce}`
pub async fn show(
    State(site): State<Site>,
    nonce: Part,
    params: Params,
    visitor: Visitor,
) -> Result<Response, Problem> {
    let nonce = part(nonce)?;
    let mut tx = site.db.read().await?;
    let attempt = discord_link::look(&mut tx, &site.env, visitor.session.as_ref(), &nonce).await?;
    drop(tx);
    let notice = match params.get("problem").map(String::as_str) {
        Some("cancelled") => {
            Some("You did not sign in at Discord, so nothing was linked. You can try again.")
        }
        Some("away") => {
            Some("Discord did not answer just now, so nothing was linked. Try again in a moment.")
        }
        Some("refused") => {
            Some("Discord did not accept that sign-in, so nothing was linked. You can try again.")
        }
        _ => None,
    };
    let page = Page {
        shell: visitor.shell(&site),
        started: attempt.started_name.clone(),
        notice: notice.filter(|_| attempt.found().is_none()),
        step: step(&attempt, &visitor, &nonce),
        nonce,
    };
    visitor.form_page(&site, StatusCode::OK, &page)
}

fn step(attempt: &Attempt, visitor: &Visitor, nonce: &str) -> Step {
    if visitor.session.is_none() {
        let login = NextPath::parse(&format!("/link/{nonce}"))
            .map_or_else(|| "/login".to_owned(), |next| next.login());
        return Step::SignIn { login };
    }
    let me = me(visitor);
    match attempt.found() {
        None => Step::Leave { me },
        Some(found) if attempt.started_by.is_some_and(|started| started != found.id) => {
            Step::Other { found: found.into() }
        }
        Some(found) => Step::Confirm {
            me,
            found: found.into(),
        },
    }
}

#[derive(Template)]
#[template(path = "link_leave.html")]
struct Leaving {
    shell: Shell,
    eyebrow: &'static str,
    discord: String,
}

/// The page that goes on to Discord by itself.
pub fn to_discord(
    site: &Site,
    visitor: &Visitor,
    eyebrow: &'static str,
    state: &str,
) -> Result<Response, Problem> {
    let discord = site.discord.as_ref().ok_or_else(linking_off)?;
    let verifier = discord_link::pkce_verifier(&site.env, state);
    let url = discord.authorize_url(&site.public_url, state, verifier)?;
    let page = Leaving {
        shell: visitor.shell(site),
        eyebrow,
        discord: url.into(),
    };
    html(StatusCode::OK, &page)
}

/// `POST /link/{nonce}`: to Discord.
///
/// The answer is a page that goes on by itself, not a redirect: with `form-action 'self'` browsers let no form end up on
/// another site, redirected or not.
pub async fn leave(
    State(site): State<Site>,
    nonce: Part,
    Form { visitor, .. }: Form<Button>,
) -> Result<Response, Problem> {
    let nonce = part(nonce)?;
    let session = visitor.signed_in(&format!("/link/{nonce}"))?;
    if site.discord.is_none() {
        return Err(linking_off().into());
    }
    let mut tx = site.db.write().await?;
    let state = discord_link::leave_for_discord(&mut tx, &site.env, session, &nonce).await?;
    tx.commit().await?;
    to_discord(&site, &visitor, "Link Discord", &state)
}

/// Who has signed in at Discord, by what the browser brings from there; or the word for why that is not known.
pub async fn who(
    site: &Site,
    discord: &DiscordOAuth,
    params: &Params,
    state: &str,
) -> Result<DiscordUser, &'static str> {
    let code = params.get("code").ok_or("cancelled")?;
    let verifier = discord_link::pkce_verifier(&site.env, state);
    let asked = discord.who(&site.public_url, code.clone(), verifier).await;
    asked.map_err(|fault| {
        tracing::warn!("asking who signed in at Discord: {fault}");
        match fault {
            Fault::Away(_) => "away",
            Fault::Refused(_) => "refused",
        }
    })
}

/// Back from Discord, to link. Only the browser that went there can use the state, and only once.
pub async fn come_back(site: &Site, params: &Params, visitor: &Visitor) -> Result<Response, Problem> {
    let discord = site.discord.as_ref().ok_or_else(linking_off)?;
    let session = visitor.session.as_ref().ok_or(Rule::LinkDead)?;
    let state = params.get("state").ok_or(Rule::LinkDead)?;
    let mut tx = site.db.write().await?;
    let returned = discord_link::come_back(&mut tx, &site.env, session, state).await?;
    tx.commit().await?;

    let who = who(site, discord, params, state).await;
    let mut tx = site.db.write().await?;
    let (nonce, problem) = match &who {
        Ok(user) => (
            discord_link::found(&mut tx, &site.env, &returned, user).await?,
            String::new(),
        ),
        Err(word) => (
            discord_link::not_found(&mut tx, &site.env, &returned).await?,
            format!("?problem={word}"),
        ),
    };
    tx.commit().await?;
    see_other(&format!("/link/{nonce}{problem}"))
}

/// `POST /link/{nonce}/confirm`
pub async fn confirm(
    State(site): State<Site>,
    nonce: Part,
    Form { visitor, .. }: Form<Button>,
) -> Result<Response, Problem> {
    let nonce = part(nonce)?;
    let session = visitor.signed_in(&format!("/link/{nonce}"))?;
    let mut tx = site.db.write().await?;
    discord_link::confirm(&mut tx, &site.env, session, &nonce).await?;
    let secret = sessions::start(&mut tx, &site.env, session.account.id, visitor.arrival()).await?;
    tx.commit().await?;
    auth::go_on(&site, &secret, "/link/done")
}

#[derive(Template)]
#[template(path = "link_done.html")]
struct Done {
    shell: Shell,
    username: String,
}

/// `GET /link/done`
pub async fn done(State(site): State<Site>, visitor: Visitor) -> Result<Response, Problem> {
    let session = visitor.signed_in("/link/done")?;
    let mut tx = site.db.read().await?;
    match discord_link::of_account(&mut tx, session.account.id).await? {
        Some(username) => html(
            StatusCode::OK,
            &Done {
                shell: visitor.shell(&site),
                username,
            },
        ),
        None => see_other("/account"),
    }
}
