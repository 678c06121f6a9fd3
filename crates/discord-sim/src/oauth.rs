//! OAuth2: the page that asks a person, the code it gives, and the token the code buys.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use url::Url;
use url::form_urlencoded;

use crate::handles::User;
use crate::render::escape;
use crate::rest::Answer;
use crate::shared::Shared;
use crate::sim::Sim;
use crate::world::{World, secret_text};

/// How long a code can be exchanged.
const CODE_LIFE: TimeDelta = TimeDelta::minutes(10);
/// How long a token works.
const TOKEN_LIFE: TimeDelta = TimeDelta::days(7);
/// The scopes that mean something here.
const SCOPES: [&str; 4] = ["identify", "email", "guilds", "guilds.join"];

/// A code on its way back to the application.
#[derive(Debug)]
pub(crate) struct Code {
    user: u64,
    redirect: String,
    challenge: Option<String>,
    scope: String,
    created: DateTime<Utc>,
}

/// What a code was exchanged for.
#[derive(Debug)]
pub(crate) struct Token {
    user: u64,
    scope: String,
    created: DateTime<Utc>,
}

/// What the application asks a person.
#[derive(Clone, Debug)]
struct Asked {
    redirect: String,
    scope: String,
    state: Option<String>,
    challenge: Option<String>,
}

impl Asked {
    /// The question in an address, when Discord would ask it.
    fn read(world: &World, query: &str) -> Result<Self, String> {
        let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let get = |key: &str| pairs.iter().find(|(k, _)| k == key).map(|(_, v)| v.clone());
        if get("client_id") != Some(world.app.id.to_string()) {
            return Err("Unknown Application: the client_id is not this application's.".into());
        }
        let redirect = get("redirect_uri").unwrap_or_default();
        if !world.app.redirects.contains(&redirect) {
            return Err(format!(
                "Invalid OAuth2 redirect_uri: “{redirect}” is not registered."
            ));
        }
        if get("response_type").as_deref() != Some("code") {
            return Err("Unsupported response_type: it must be “code”.".into());
        }
        let scope = get("scope").unwrap_or_default();
        let unknown = scope.split_whitespace().find(|s| !SCOPES.contains(s));
        if scope.trim().is_empty() || unknown.is_some() {
            return Err(format!(
                "The requested scope is invalid, unknown, or malformed: “{scope}”."
            ));
        }
        let challenge = get("code_challenge");
        if challenge.is_some() && get("code_challenge_method").as_deref() != Some("S256") {
            return Err("Unsupported code_challenge_method: it must be “S256”.".into());
        }
        Ok(Self {
            redirect,
            scope,
            state: get("state"),
            challenge,
        })
    }

    /// The address the browser goes back to.
    fn back(&self, answer: &[(&str, &str)]) -> Result<String, String> {
        let mut url = Url::parse(&self.redirect).map_err(|_| "The redirect_uri is no address.")?;
        url.query_pairs_mut().extend_pairs(answer);
        if let Some(state) = &self.state {
            url.query_pairs_mut().append_pair("state", state);
        }
        Ok(url.into())
    }

    fn grant(self, world: &mut World, user: u64) -> Result<String, String> {
        let code = secret_text()[..30].to_owned();
        let back = self.back(&[("code", &code)])?;
        world.codes.insert(
            code,
            Code {
                user,
                redirect: self.redirect,
                challenge: self.challenge,
                scope: self.scope,
                created: world.now(),
            },
        );
        Ok(back)
    }
}

impl World {
    /// The person a bearer token stands for, while it works.
    pub fn user_of_token(&self, token: &str) -> Option<u64> {
        let found = self.tokens.get(token)?;
        (self.now() - found.created <= TOKEN_LIFE).then_some(found.user)
    }

    /// Whether the person of this token allowed that much.
    pub fn token_allows(&self, token: &str, scope: &str) -> bool {
        let found = self.tokens.get(token);
        found.is_some_and(|found| found.scope.split_whitespace().any(|one| one == scope))
    }

    /// `POST /oauth2/token`: a code for a token.
    pub fn exchange(&mut self, authorization: &str, form: &Value) -> Answer {
        let refuse = |status, error: &str, why: &str| {
            Answer::Refused(status, json!({ "error": error, "error_description": why }))
        };
        let field = |key: &str| form[key].as_str().unwrap_or_default().to_owned();
        let by_header = authorization
            .strip_prefix("Basic ")
            .and_then(|b| STANDARD.decode(b).ok())
            .and_then(|b| String::from_utf8(b).ok());
        let by_body = format!("{}:{}", field("client_id"), field("client_secret"));
        if by_header.unwrap_or(by_body) != format!("{}:{}", self.app.id, self.app.secret) {
            return refuse(401, "invalid_client", "The client id or secret is wrong.");
        }
        if field("grant_type") != "authorization_code" {
            return refuse(
                400,
                "unsupported_grant_type",
                "Only authorization_code is known here.",
            );
        }
        // Taken out before it is looked at: a code works once, even for a wrong attempt.
        let Some(code) = self.codes.remove(&field("code")) else {
            return refuse(400, "invalid_grant", "Invalid \"code\" in request.");
        };
        if self.now() - code.created > CODE_LIFE {
            return refuse(400, "invalid_grant", "Invalid \"code\" in request.");
        }
        if code.redirect != field("redirect_uri") {
            return refuse(400, "invalid_grant", "Invalid \"redirect_uri\" in request.");
        }
        let hashed = URL_SAFE_NO_PAD.encode(Sha256::digest(field("code_verifier")));
        if code.challenge.is_some_and(|challenge| challenge != hashed) {
            return refuse(400, "invalid_grant", "Invalid \"code_verifier\" in request.");
        }
        let token = secret_text()[..30].to_owned();
        self.tokens.insert(
            token.clone(),
            Token {
                user: code.user,
                scope: code.scope.clone(),
                created: self.now(),
            },
        );
        Answer::Ok(json!({
            "token_type": "Bearer",
            "access_token": token,
            "expires_in": TOKEN_LIFE.num_seconds(),
            "refresh_token": &secret_text()[..30],
            "scope": code.scope,
        }))
    }
}

impl Sim {
    /// A person opens an authorize address and agrees; gives the address the browser goes back to.
    #[expect(clippy::unused_async, reason = "what people do is awaited, all of it alike")]
    pub async fn authorize(&self, user: &User, url: &str) -> Result<String, String> {
        let url = Url::parse(url).map_err(|error| format!("{url} is no address: {error}"))?;
        self.shared.write(|world| {
            let asked = Asked::read(world, url.query().unwrap_or(""))?;
            asked.grant(world, user.id)
        })
    }
}

/// `GET /oauth2/authorize`.
pub(crate) async fn page(State(shared): State<Arc<Shared>>, RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    shared.write(|world| match Asked::read(world, &query) {
        Ok(asked) => Html(question(world, &asked, &query)).into_response(),
        Err(why) => refusal(world, &why),
    })
}

/// `POST /oauth2/authorize`: the person decided.
pub(crate) async fn decide(
    State(shared): State<Arc<Shared>>,
    RawQuery(query): RawQuery,
    body: String,
) -> Response {
    let pairs: Vec<_> = form_urlencoded::parse(body.as_bytes()).collect();
    let get = |key: &str| pairs.iter().find(|(k, _)| k == key).map(|(_, v)| v.as_ref());
    shared.write(|world| {
        let asked = match Asked::read(world, &query.unwrap_or_default()) {
            Ok(asked) => asked,
            Err(why) => return refusal(world, &why),
        };
        let user = get("user")
            .and_then(|u| u.parse().ok())
            .filter(|u| world.users.contains_key(u));
        let back = match (get("decision"), user) {
            (Some("authorize"), Some(user)) => asked.grant(world, user),
            (Some("authorize"), None) => Err("Choose who you are.".to_owned()),
            _ => asked.back(&[
                ("error", "access_denied"),
                (
                    "error_description",
                    "The resource owner or authorization server denied the request",
                ),
            ]),
        };
        match back {
            Ok(back) => Redirect::to(&back).into_response(),
            Err(why) => refusal(world, &why),
        }
    })
}

fn refusal(world: &mut World, why: &str) -> Response {
    world.complain(format!("OAuth2 authorize: {why}"));
    let body = format!(
        "<h1>Discord would not ask this</h1><p class=\"note\">{}</p>",
        escape(why)
    );
    (StatusCode::BAD_REQUEST, Html(document("Not possible", &body))).into_response()
}

fn question(world: &World, asked: &Asked, query: &str) -> String {
    let app = escape(&world.app.name);
    let mut people = String::new();
    for (index, user) in world.people().enumerate() {
        let checked = if index == 0 { " checked" } else { "" };
        // Writing to a string cannot fail.
        let _ = write!(
            people,
            "<label><input type=\"radio\" name=\"user\" value=\"{}\"{checked}> {} <span>@{}</span></label>",
            user.id,
            escape(user.shown()),
            escape(&user.name),
        );
    }
    let mut scopes = String::new();
    for scope in asked.scope.split_whitespace() {
        let words = match scope {
            "identify" => "Access your username and avatar",
            "email" => "Access your email address",
            "guilds.join" => "Join servers for you",
            _ => "Know what servers you’re in",
        };
        let _ = write!(scopes, "<li>{words} <code>{scope}</code></li>");
    }
    let body = format!(
        "<h1>{app} wants to access your account</h1>\
         <form method=\"post\" action=\"?{}\">\
         <fieldset><legend>You are</legend>{people}</fieldset>\
         <p>This allows {app} to:</p><ul>{scopes}</ul>\
         <p class=\"note\">Afterwards you go to {}</p>\
         <div class=\"row\"><button name=\"decision\" value=\"cancel\">Cancel</button>\
         <button class=\"primary\" name=\"decision\" value=\"authorize\">Authorize</button></div></form>",
        escape(query),
        escape(&asked.redirect),
    );
    document("Authorize", &body)
}

fn document(title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{title} · Stand-in for Discord</title><style>{STYLE}</style>\
         <main><p class=\"banner\">Stand-in for Discord. Nothing here leaves this computer.</p>{body}</main></html>"
    )
}

const STYLE: &str = "\
:root{color-scheme:light dark;--back:#f2f3f5;--card:#fff;--text:#1e1f22;--soft:#5c5e66;--line:#d4d7dc}\
@media (prefers-color-scheme:dark){:root{--back:#1e1f22;--card:#313338;--text:#f2f3f5;--soft:#b5bac1;--line:#4e5058}}\
body{margin:0;background:var(--back);color:var(--text);font:16px/1.5 system-ui,sans-serif}\
main{max-width:26rem;margin:6vh auto;padding:1.5rem 2rem 2rem;background:var(--card);border-radius:.75rem}\
h1{font-size:1.3rem;line-height:1.3}.banner,.note,label span{color:var(--soft);font-size:.9rem}\
.note{overflow-wrap:anywhere}fieldset{border:1px solid var(--line);border-radius:.5rem}\
label{display:block;padding:.35rem 0}.row{display:flex;justify-content:flex-end;gap:.75rem;margin-top:1.5rem}\
button{font:inherit;padding:.5rem 1.1rem;border-radius:.4rem;border:1px solid var(--line);background:none;color:inherit}\
button.primary{background:#4752c4;border-color:#4752c4;color:#fff}\
:focus-visible{outline:3px solid #7983f5;outline-offset:2px}";
