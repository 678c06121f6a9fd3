//! Linking a Discord account: sign in here, sign in at Discord, see both names, confirm.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use muster_core::Tx;
use muster_core::discord_link::{self, Attempt, DiscordUser};
use muster_core::error::{Error, Rule};
use muster_core::guild::{self, Home};
use muster_core::session as sessions;
use muster_core::text::EmailAddress;
use serde::Deserialize;

use super::account::{Button, linking_off};
use super::{Params, Part, part};
use crate::web::error::Problem;
use crate::web::form::Form;
use crate::web::next::NextPath;
use crate::web::oauth::{Allowed, DiscordOAuth, Fault, Joined, Wanted};
use crate::web::session::{self, Visitor};
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
    Leave {
        me: String,
        /// The team whose server they can be added to as well.
        server: Option<String>,
    },
    /// Discord named whoever started it, or nobody else did.
    Confirm {
        me: String,
        found: Face,
        /// The team to whose server they are added afterwards, because they asked for it.
        server: Option<String>,
    },
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
    headers: HeaderMap,
    visitor: Visitor,
) -> Result<Response, Problem> {
    let nonce = part(nonce)?;
    let mut tx = site.db.read().await?;
    let attempt = discord_link::look(&mut tx, &site.env, visitor.session.as_ref(), &nonce).await?;
    let home = home(&mut tx, &site, &visitor).await?;
    drop(tx);
    let asked = attempt.found().is_none() || session::kept_token(&headers, &site, &nonce).is_some();
    let server = home.filter(|_| asked).map(|home| home.team);
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
        step: step(&attempt, &visitor, &nonce, server),
        nonce,
    };
    visitor.form_page(&site, StatusCode::OK, &page)
}

fn step(attempt: &Attempt, visitor: &Visitor, nonce: &str, server: Option<String>) -> Step {
    if visitor.session.is_none() {
        let login = NextPath::parse(&format!("/link/{nonce}"))
            .map_or_else(|| "/login".to_owned(), |next| next.login());
        return Step::SignIn { login };
    }
    let me = me(visitor);
    match attempt.found() {
        None => Step::Leave { me, server },
        Some(found) if attempt.started_by.is_some_and(|started| started != found.id) => {
            Step::Other { found: found.into() }
        }
        Some(found) => Step::Confirm {
            me,
            found: found.into(),
            server,
        },
    }
}

/// The server that whoever is signed in can be added to, if we can do that.
async fn home(tx: &mut Tx, site: &Site, visitor: &Visitor) -> Result<Option<Home>, Error> {
    let adds = site.discord.as_ref().is_some_and(DiscordOAuth::adds_to_servers);
    match visitor.account() {
        Some(account) if adds => guild::home_of(tx, account.id).await,
        _ => Ok(None),
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
    wanted: Wanted,
) -> Result<Response, Problem> {
    let discord = site.discord.as_ref().ok_or_else(linking_off)?;
    let verifier = discord_link::pkce_verifier(&site.env, state);
    let url = discord.authorize_url(&site.public_url, state, verifier, wanted)?;
    let page = Leaving {
        shell: visitor.shell(site),
        eyebrow,
        discord: url.into(),
    };
    html(StatusCode::OK, &page)
}

/// What is sent to go to Discord.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Leave {
    /// Whether to be added to the team's server, too.
    #[serde(default)]
    server: Ticked,
}

/// A box that is ticked; one that is not is not sent.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Ticked {
    On,
    #[default]
    #[serde(skip)]
    Off,
}

/// `POST /link/{nonce}`: to Discord.
///
/// The answer is a page that goes on by itself, not a redirect: with `form-action 'self'` browsers let no form end up on
/// another site, redirected or not.
pub async fn leave(
    State(site): State<Site>,
    nonce: Part,
    Form { visitor, fields }: Form<Leave>,
) -> Result<Response, Problem> {
    let nonce = part(nonce)?;
    let session = visitor.signed_in(&format!("/link/{nonce}"))?;
    if site.discord.is_none() {
        return Err(linking_off().into());
    }
    let mut tx = site.db.write().await?;
    let state = discord_link::leave_for_discord(&mut tx, &site.env, session, &nonce).await?;
    let home = home(&mut tx, &site, &visitor).await?;
    tx.commit().await?;
    let wanted = match (fields.server, home) {
        (Ticked::On, Some(_)) => Wanted::NameAndServer,
        _ => Wanted::Name,
    };
    to_discord(&site, &visitor, "Link Discord", &state, wanted)
}

/// Who has signed in at Discord, by what the browser brings from there; or the word for why that is not known.
pub async fn who(
    site: &Site,
    discord: &DiscordOAuth,
    params: &Params,
    state: &str,
) -> Result<Allowed, &'static str> {
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
        Ok(allowed) => (
            discord_link::found(&mut tx, &site.env, &returned, &allowed.user).await?,
            String::new(),
        ),
        Err(word) => (
            discord_link::not_found(&mut tx, &site.env, &returned).await?,
            format!("?problem={word}"),
        ),
    };
    tx.commit().await?;
    let mut response = see_other(&format!("/link/{nonce}{problem}"))?;
    // The token waits with whoever it belongs to: nothing is done with it before they confirm.
    let token = who.ok().and_then(|allowed| allowed.server_token);
    session::keep_token(
        &mut response,
        site,
        token.as_deref().map(|token| (nonce.as_str(), token)),
    )?;
    Ok(response)
}

/// `POST /link/{nonce}/confirm`: links, and then adds them to the server, if they asked for that. However that ends, they are
/// linked.
pub async fn confirm(
    State(site): State<Site>,
    nonce: Part,
    headers: HeaderMap,
    Form { visitor, .. }: Form<Button>,
) -> Result<Response, Problem> {
    let nonce = part(nonce)?;
    let session = visitor.signed_in(&format!("/link/{nonce}"))?;
    let mut tx = site.db.write().await?;
    let home = home(&mut tx, &site, &visitor).await?;
    let user = discord_link::confirm(&mut tx, &site.env, session, &nonce).await?;
    let secret = sessions::start(&mut tx, &site.env, session.account.id, visitor.arrival()).await?;
    tx.commit().await?;
    let token = session::kept_token(&headers, &site, &nonce);
    let joined = match (&site.discord, home, token) {
        (Some(discord), Some(home), Some(token)) => Some(discord.join(home.guild, &user, &token).await),
        _ => None,
    };
    let server = joined.map_or_else(String::new, |joined| format!("?server={}", joined.word()));
    let mut response = auth::go_on(&site, &secret, &format!("/link/done{server}"))?;
    session::keep_token(&mut response, &site, None)?;
    Ok(response)
}

#[derive(Template)]
#[template(path = "link_done.html")]
struct Done {
    shell: Shell,
    username: String,
    /// What came of adding them to a server.
    server: Option<Joined>,
}

/// `GET /link/done`
pub async fn done(State(site): State<Site>, params: Params, visitor: Visitor) -> Result<Response, Problem> {
    let session = visitor.signed_in("/link/done")?;
    let mut tx = site.db.read().await?;
    match discord_link::of_account(&mut tx, session.account.id).await? {
        Some(username) => html(
            StatusCode::OK,
            &Done {
                shell: visitor.shell(&site),
                username,
                server: params.get("server").and_then(|word| Joined::parse(word)),
            },
        ),
        None => see_other("/account"),
    }
}
