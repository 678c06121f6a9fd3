//! A program: it sends requests with a key, and reads JSON.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, header};
use muster_core::actor::Actor;
use muster_core::ids::TeamId;
use muster_core::testing::World;
use serde_json::Value;

use crate::web::tests::support::{send, site};

/// A program with a key.
#[derive(Clone)]
pub struct Program {
    site: Router,
    pub key: String,
}

/// What it was answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub json: Value,
}

impl Answer {
    /// Fails unless the request was refused with this status and code, in the one shape of problems.
    #[track_caller]
    pub fn refused(&self, status: u16, code: &str) -> &Self {
        assert_eq!(
            (self.status, self.json["code"].as_str()),
            (status, Some(code)),
            "{}",
            self.json
        );
        assert_eq!(self.headers[header::CONTENT_TYPE], "application/problem+json");
        assert_eq!(
            (&self.json["success"], self.json["status"].as_u64()),
            (&Value::Bool(false), Some(status.into()))
        );
        assert!(self.json["error"].as_str().is_some_and(|error| !error.is_empty()));
        assert_eq!(self.json["error"], self.json["detail"]);
        assert!(
            self.json["type"].is_string() && self.json["title"].is_string(),
            "{}",
            self.json
        );
        self
    }

    /// What was answered, if all went well.
    #[track_caller]
    pub fn data(&self, status: u16) -> &Value {
        assert_eq!(
            (self.status, &self.json["success"]),
            (status, &Value::Bool(true)),
            "{}",
            self.json
        );
        assert_eq!(self.headers[header::CONTENT_TYPE], "application/json");
        &self.json["data"]
    }
}

impl Program {
    /// One with a key that may whatever `actor` may.
    pub async fn of(world: &World, actor: Actor, team: TeamId) -> Self {
        Self::with(world, &world.whole_key(actor, team).await)
    }

    /// One with this key.
    pub fn with(world: &World, key: &str) -> Self {
        Self {
            site: site(world),
            key: key.to_owned(),
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], None).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, &[], None).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, &[], Some(body.to_string())).await
    }

    pub async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::PATCH, path, &[], Some(body.to_string())).await
    }

    /// The same, under a name.
    pub async fn post_once(&self, name: &str, path: &str, body: &Value) -> Answer {
        self.send(
            Method::POST,
            path,
            &[("idempotency-key", name)],
            Some(body.to_string()),
        )
        .await
    }

    /// A request with a body of JSON, or with none.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<String>,
    ) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("x-api-key", &self.key);
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.raw(request.body(body.map_or_else(Body::empty, Body::from)).unwrap())
            .await
    }

    /// A request as it is.
    pub async fn raw(&self, request: Request<Body>) -> Answer {
        let answer = send(&self.site, request).await;
        Answer {
            status: answer.status.as_u16(),
            json: serde_json::from_str(&answer.body).unwrap_or(Value::Null),
            headers: answer.headers,
        }
    }
}
