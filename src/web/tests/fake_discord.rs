//! A small Discord of our own, which says who signed in there.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::json;
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;
use url::Url;

use super::support::Answer;
use crate::web::DiscordOAuth;

/// A Discord that knows how to say who signed in.
#[derive(Clone, Default)]
pub struct FakeDiscord(Arc<Mutex<Known>>);

#[derive(Default)]
struct Known {
    /// Codes that were given out: the user, and the challenge that came with the browser.
    codes: HashMap<String, (u64, String)>,
    away: bool,
}

impl FakeDiscord {
    /// Starts it; answers it and how to reach it.
    pub async fn start() -> (Self, DiscordOAuth) {
        let fake = Self::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        let router = Router::new()
            .route("/api/oauth2/token", post(token))
            .route("/api/v10/users/@me", get(me))
            .with_state(fake.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (
            fake,
            DiscordOAuth::new(url, "42".to_owned(), "app secret".to_owned()).unwrap(),
        )
    }

    pub fn away(&self, away: bool) {
        self.0.lock().unwrap().away = away;
    }

    /// A user allows it: the path that their browser comes back to.
    pub fn allow(&self, user: u64, leaving: &Answer) -> String {
        let query = authorize_query(leaving);
        let code = format!("code of {user} for {}", query["state"]);
        self.0
            .lock()
            .unwrap()
            .codes
            .insert(code.clone(), (user, query["code_challenge"].clone()));
        let back = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("code", &code)
            .append_pair("state", &query["state"])
            .finish();
        format!("/oauth/discord/callback?{back}")
    }
}

/// What the page that leads to Discord asks Discord for.
pub fn authorize_query(leaving: &Answer) -> HashMap<String, String> {
    leaving.says(200, "http-equiv=\"refresh\"");
    let url = leaving
        .body
        .split("content=\"0; url=")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .replace("&#38;", "&");
    let url = Url::parse(&url).unwrap();
    assert_eq!(url.path(), "/oauth2/authorize");
    let query: HashMap<String, String> = url.query_pairs().into_owned().collect();
    assert_eq!(query["redirect_uri"], "http://muster.test/oauth/discord/callback");
    assert_eq!(query["scope"], "identify");
    query
}

async fn token(
    State(fake): State<FakeDiscord>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> Response {
    let mut known = fake.0.lock().unwrap();
    if known.away {
        return StatusCode::BAD_GATEWAY.into_response();
    }
    let wanted = format!(
        "Basic {}",
        base64::prelude::BASE64_STANDARD.encode("42:app+secret")
    );
    let ours = headers["authorization"] == wanted
        && form["redirect_uri"] == "http://muster.test/oauth/discord/callback";
    let challenge = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(&form["code_verifier"]));
    match known.codes.remove(&form["code"]) {
        Some((user, given)) if ours && given == challenge => Json(
            json!({ "access_token": format!("token of {user}"), "token_type": "Bearer", "expires_in": 60 }),
        )
        .into_response(),
        _ => (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" }))).into_response(),
    }
}

async fn me(headers: HeaderMap) -> Json<serde_json::Value> {
    let id = headers["authorization"]
        .to_str()
        .unwrap()
        .strip_prefix("Bearer token of ")
        .unwrap()
        .to_owned();
    Json(json!({ "id": id, "username": format!("user{id}"), "avatar": "a_1b2c", "discriminator": "0" }))
}
