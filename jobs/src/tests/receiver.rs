//! A program of a team's own that takes messages, and answers as a test tells it to.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio_util::task::AbortOnDropHandle;

use super::support::PATIENCE;

/// What a receiver answers.
#[derive(Clone)]
pub(super) enum Answer {
    /// A status and a body.
    Say(u16, String),
    /// Elsewhere.
    Redirect(String),
    /// Nothing, until [`Receiver::release`].
    Stall,
}

/// What a receiver got.
#[derive(Clone)]
pub(super) struct Got {
    pub(super) path: String,
    pub(super) headers: HeaderMap,
    pub(super) body: String,
}

impl Got {
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// Whether one of the signatures is by this secret, worked out as the standard says.
    pub(super) fn is_signed_by(&self, secret: &str) -> bool {
        let key = BASE64_STANDARD
            .decode(secret.strip_prefix("whsec_").unwrap())
            .unwrap();
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
        let (id, at) = (self.header("webhook-id"), self.header("webhook-timestamp"));
        mac.update([id, ".", at, ".", &self.body].concat().as_bytes());
        let wanted = format!("v1,{}", BASE64_STANDARD.encode(mac.finalize().into_bytes()));
        self.header("webhook-signature")
            .split(' ')
            .any(|one| one == wanted)
    }
}

#[derive(Clone)]
struct Shared {
    script: Arc<Mutex<VecDeque<Answer>>>,
    got: watch::Sender<Vec<Got>>,
    stalled: Arc<Semaphore>,
}

/// Takes messages at an address of its own.
pub(super) struct Receiver {
    pub(super) port: u16,
    shared: Shared,
    _serving: AbortOnDropHandle<()>,
}

impl Receiver {
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Shared {
            script: Arc::default(),
            got: watch::Sender::new(Vec::new()),
            stalled: Arc::new(Semaphore::new(0)),
        };
        let router = Router::new().fallback(take).with_state(shared.clone());
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            port,
            shared,
            _serving: AbortOnDropHandle::new(serving),
        }
    }

    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/hook?key=1", self.port)
    }

    /// Answers so, one request after the other; then everything is well again.
    pub(super) fn script(&self, answers: impl IntoIterator<Item = Answer>) {
        self.shared.script.lock().unwrap().extend(answers);
    }

    /// Lets so many of those go on that got no answer.
    pub(super) fn release(&self, many: usize) {
        self.shared.stalled.add_permits(many);
    }

    /// Everything that came so far.
    pub(super) fn got(&self) -> Vec<Got> {
        self.shared.got.borrow().clone()
    }

    /// Waits until so many have come, and answers all of them.
    pub(super) async fn wait(&self, many: usize) -> Vec<Got> {
        let mut got = self.shared.got.subscribe();
        let enough = tokio::time::timeout(PATIENCE, got.wait_for(|got| got.len() >= many));
        enough.await.expect("that many messages come").unwrap().clone()
    }
}

async fn take(State(shared): State<Shared>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let answer = shared.script.lock().unwrap().pop_front();
    let body = String::from_utf8(body.to_vec()).unwrap();
    let path = uri.to_string();
    shared
        .got
        .send_modify(|got| got.push(Got { path, headers, body }));
    match answer {
        None => StatusCode::NO_CONTENT.into_response(),
        Some(Answer::Say(status, text)) => (StatusCode::from_u16(status).unwrap(), text).into_response(),
        Some(Answer::Redirect(to)) => (
            StatusCode::TEMPORARY_REDIRECT,
            [(HeaderName::from_static("location"), to)],
        )
            .into_response(),
        Some(Answer::Stall) => {
            shared.stalled.acquire().await.unwrap().forget();
            StatusCode::NO_CONTENT.into_response()
        }
    }
}
