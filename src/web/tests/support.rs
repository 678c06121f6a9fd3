//! A browser without a network: cookies, forms and what came back.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use muster_core::invitation::{Invitation, Status};
use muster_core::testing::World;
use tower::ServiceExt;
use url::Url;

use crate::web::{DiscordOAuth, Limits, Web, router};

/// Where the tests' Muster says it is.
pub const HERE: &str = "http://muster.test";
/// A password that is good enough.
pub const PASSWORD: &str = "violet ladder quorum";

/// The pages of a world.
pub fn site(world: &World) -> Router {
    site_with(world, None)
}

/// The pages of a world that knows a Discord.
pub fn site_with(world: &World, discord: Option<DiscordOAuth>) -> Router {
    let public_url = Url::parse(HERE).unwrap();
    router(Web {
        db: world.db.clone(),
        env: world.env.clone(),
        public_url,
        discord,
        trusted_proxies: Vec::new(),
        figures: None,
        limits: Limits::default(),
    })
}

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    /// Where it sends the browser.
    pub fn location(&self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.body);
        self.headers[header::LOCATION].to_str().unwrap()
    }

    /// Fails unless the answer has this status and its page says this.
    #[track_caller]
    pub fn says(&self, status: u16, text: &str) {
        assert_eq!(self.status, status, "{}", self.body);
        assert!(self.body.contains(text), "{text:?} is not in:\n{}", self.body);
    }
}

/// Sends a request as it is.
pub async fn send(site: &Router, request: Request<Body>) -> Answer {
    let response = site.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = String::from_utf8(body.collect().await.unwrap().to_bytes().into()).unwrap();
    Answer {
        status: parts.status,
        headers: parts.headers,
        body,
    }
}

/// The value of the first hidden field with this name on a page.
pub fn hidden(page: &str, name: &str) -> Option<String> {
    let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\""))?;
    rest.split('"').next().map(str::to_owned)
}

/// A browser of one person.
#[derive(Clone)]
pub struct Browser {
    site: Router,
    pub cookies: BTreeMap<String, String>,
    /// The form token of the latest page that had one.
    pub form_token: String,
}

impl Browser {
    pub fn new(site: &Router) -> Self {
        Self {
            site: site.clone(),
            cookies: BTreeMap::new(),
            form_token: String::new(),
        }
    }

    /// A browser on which somebody signed in.
    pub async fn signed_in(site: &Router, email: &str, password: &str) -> Self {
        let mut browser = Self::new(site);
        browser.get("/login").await;
        let answer = browser
            .post("/login", &[("email", email), ("password", password)])
            .await;
        assert_eq!(answer.location(), "/");
        browser
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        let request = Request::get(path).header(header::COOKIE, self.cookie());
        self.take(request.body(Body::empty()).unwrap()).await
    }

    /// Sends the form of the latest page.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("form_token", &self.form_token)
            .extend_pairs(fields);
        let request = self.form(path).header("sec-fetch-site", "same-origin");
        self.take(request.body(form.finish().into()).unwrap()).await
    }

    /// The head of a request that sends a form; where it comes from is up to the caller.
    pub fn form(&self, path: &str) -> axum::http::request::Builder {
        Request::builder()
            .method(Method::POST)
            .uri(path)
            .header(header::COOKIE, self.cookie())
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::USER_AGENT, "Test browser")
    }

    /// Sends a request with nothing added, and keeps what the answer tells a browser to keep.
    pub async fn take(&mut self, request: Request<Body>) -> Answer {
        let answer = send(&self.site, request).await;
        for cookie in answer.headers.get_all(header::SET_COOKIE) {
            let (pair, attributes) = cookie.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if attributes.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        if let Some(token) = hidden(&answer.body, "form_token") {
            self.form_token = token;
        }
        answer
    }

    /// Goes where an answer leads.
    pub async fn follow(&mut self, answer: &Answer) -> Answer {
        let path = answer.location().to_owned();
        self.get(&path).await
    }

    fn cookie(&self) -> String {
        self.cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect::<Vec<_>>()
            .join("; ")
    }
}

/// How far an invitation has come, as stored.
pub async fn stored_status(world: &World, invitation: &Invitation) -> Status {
    let mut tx = world.db.read().await.unwrap();
    let token = world.mailed_token(invitation);
    let offer = muster_core::invitation::accept::look(&mut tx, &world.env, &token)
        .await
        .unwrap();
    offer.invitation.status(world.env.now())
}
