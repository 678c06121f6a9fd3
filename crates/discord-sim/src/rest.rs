//! REST v10: one door for every request, so that each is logged, may meet a fault, and is checked both ways.

mod application;
mod channel;
mod guild;
mod interaction;

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::error::ApiError;
use crate::faults::Fault;
use crate::message::{Draft, Upload};
use crate::model::own_user;
use crate::multipart;
use crate::openapi;
use crate::shared::{Shared, lock};
use crate::world::{RequestRecord, World};

/// Discord takes up to 25 MiB of files and some JSON.
const LARGEST_BODY: usize = 26 << 20;

/// Marks an answer that must never be sent: the connection closes instead.
#[derive(Clone, Debug)]
pub(crate) struct DropConnection;

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Caller {
    Bot,
    /// With an OAuth2 token of this user.
    User(u64),
    Nobody,
}

/// One request, taken apart.
#[derive(Debug)]
pub(crate) struct Call {
    pub method: String,
    /// Below `/api/v10`.
    pub path: String,
    pub query: Vec<(String, String)>,
    pub caller: Caller,
    pub authorization: String,
    pub body: Value,
    pub uploads: Vec<Upload>,
}

impl Call {
    pub fn asks(&self, key: &str) -> Option<&str> {
        self.query.iter().find(|(k, _)| k == key).map(|(_, v)| v.as_str())
    }

    /// The message in this body, at `path`.
    pub fn draft(self, path: &[&str]) -> Draft {
        let body = path.iter().fold(self.body, |body, key| body[key].clone());
        Draft {
            body,
            uploads: self.uploads,
            path: path.iter().map(ToString::to_string).collect(),
        }
    }
}

/// What a route gives back.
#[derive(Debug)]
pub(crate) enum Answer {
    Nothing,
    Ok(Value),
    Created(Value),
    /// Not done, in the words of OAuth2 instead of Discord's own.
    Refused(u16, Value),
}

pub(crate) type Routed = Result<Answer, ApiError>;

/// Everything that no page and no socket took.
pub(crate) async fn handle(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let method = parts.method.as_str().to_owned();
    let sent_path = parts.uri.path().to_owned();
    let path = below_api(&sent_path).to_owned();
    let Ok(bytes) = to_bytes(body, LARGEST_BODY).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let fault = lock(&shared.faults).take(&method, &path);
    let log = |status| {
        shared.write(|world| {
            world.requests.push(RequestRecord {
                method: method.clone(),
                path: sent_path.clone(),
                status,
            });
        });
    };
    if let Some((status, body)) = fault.as_ref().and_then(Fault::answer) {
        log(status);
        return respond(status, &body);
    }
    if fault == Some(Fault::Drop) {
        log(0);
        return dropped();
    }
    let query = url::form_urlencoded::parse(parts.uri.query().unwrap_or("").as_bytes());
    let query = query.into_owned().collect();
    let (status, answer) = answer(&shared, &parts.headers, &bytes, &method, &path, query);
    if fault == Some(Fault::DropAfter) {
        log(0);
        return dropped();
    }
    log(status);
    if let Some(Fault::Delay(delay)) = fault {
        tokio::time::sleep(delay).await;
    }
    respond(status, &answer)
}

/// Reads, checks, does and checks again: the whole of a request that meets no fault.
fn answer(
    shared: &Shared,
    headers: &HeaderMap,
    bytes: &[u8],
    method: &str,
    path: &str,
    query: Vec<(String, String)>,
) -> (u16, Value) {
    let body = read_body(headers, bytes);
    let authorization = header_text(headers, &header::AUTHORIZATION);
    shared.write(|world| {
        let was_read = body.is_some();
        let (body, uploads) = body.unwrap_or_default();
        let about_request = openapi::check_request(method, path, &body);
        let call = Call {
            method: method.to_owned(),
            path: path.to_owned(),
            query,
            caller: caller(world, authorization),
            authorization: authorization.to_owned(),
            body,
            uploads,
        };
        let result = if was_read {
            route(world, call)
        } else {
            Err(ApiError::invalid_json())
        };
        let (status, answer) = match result {
            Ok(Answer::Nothing) => (204, Value::Null),
            Ok(Answer::Ok(value)) => (200, value),
            Ok(Answer::Created(value)) => (201, value),
            Ok(Answer::Refused(status, value)) => (status, value),
            Err(error) => {
                if error.is_fault_of_bot {
                    let body = error.body();
                    world.complain(format!("{method} {path}: {} {body}", error.status));
                }
                (error.status, error.body())
            }
        };
        let about_answer = openapi::check_answer(method, path, status, &answer);
        // A refused body is complained about once, in Discord's words.
        let about_request = about_request.into_iter().filter(|_| status < 400);
        for violation in about_request.chain(about_answer) {
            world.complain(violation);
        }
        (status, answer)
    })
}

/// `/api/v10/gateway` and `/api/gateway` are `/gateway`; anything else is not the API and stays as it is.
fn below_api(path: &str) -> &str {
    path.strip_prefix("/api/v10")
        .or_else(|| path.strip_prefix("/api"))
        .unwrap_or(path)
}

fn header_text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> &'a str {
    headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or("")
}

fn read_body(headers: &HeaderMap, bytes: &[u8]) -> Option<(Value, Vec<Upload>)> {
    let kind = header_text(headers, &header::CONTENT_TYPE);
    if kind.starts_with("multipart/form-data") {
        return multipart::parse(bytes, kind);
    }
    let value = if kind.starts_with("application/x-www-form-urlencoded") {
        let pairs = url::form_urlencoded::parse(bytes).into_owned();
        Value::Object(pairs.map(|(key, value)| (key, Value::String(value))).collect())
    } else if bytes.is_empty() {
        Value::Null
    } else {
        serde_json::from_slice(bytes).ok()?
    };
    Some((value, Vec::new()))
}

fn caller(world: &World, authorization: &str) -> Caller {
    if authorization.strip_prefix("Bot ") == Some(world.app.bot_token.as_str()) {
        return Caller::Bot;
    }
    let user = authorization
        .strip_prefix("Bearer ")
        .and_then(|t| world.user_of_token(t));
    user.map_or(Caller::Nobody, Caller::User)
}

/// The table of routes.
fn route(world: &mut World, call: Call) -> Routed {
    let path = call.path.clone();
    let steps: Vec<&str> = path.trim_matches('/').split('/').collect();
    let method = call.method.clone();
    match (method.as_str(), steps.as_slice()) {
        ("GET", ["gateway"]) => Ok(Answer::Ok(json!({ "url": crate::gateway::gateway_url(world) }))),
        ("POST", ["interactions", id, token, "callback"]) => interaction::callback(world, call, id, token),
        (_, ["webhooks", app, token, rest @ ..]) if *app == world.app.id.to_string() => {
            interaction::webhook(world, call, token, rest)
        }
        ("GET", ["users", "@me"]) => match call.caller {
            Caller::Bot => Ok(Answer::Ok(
                world.users.get(&world.app.bot).map_or(Value::Null, own_user),
            )),
            Caller::User(user) => Ok(Answer::Ok(world.users.get(&user).map_or(Value::Null, own_user))),
            Caller::Nobody => Err(ApiError::unauthorized()),
        },
        ("POST", ["oauth2", "token"]) => Ok(world.exchange(&call.authorization, &call.body)),
        // Everything below is for the bot alone.
        _ if call.caller != Caller::Bot => Err(ApiError::unauthorized()),
        ("GET", ["gateway", "bot"]) => Ok(Answer::Ok(json!({
            "url": crate::gateway::gateway_url(world),
            "shards": 1,
            "session_start_limit": {
                "total": 1000, "remaining": 999, "reset_after": 86_400_000, "max_concurrency": 1,
            },
        }))),
        ("GET", ["applications", "@me"] | ["oauth2", "applications", "@me"]) => {
            Ok(Answer::Ok(world.application_json()))
        }
        (_, ["applications", app, rest @ ..]) if *app == world.app.id.to_string() => {
            application::route(world, &call, rest)
        }
        (_, ["users", rest @ ..]) => channel::users(world, &call, rest),
        (_, ["channels", channel, rest @ ..]) => channel::route(world, call, channel, rest),
        (_, ["guilds", guild, rest @ ..]) => guild::route(world, &call, guild, rest),
        _ => Err(ApiError::no_route()),
    }
}

fn respond(status: u16, body: &Value) -> Response {
    let mut response = Response::builder().status(status);
    if status == 204 {
        return response.body(Body::empty()).unwrap_or_default();
    }
    if status == 429 {
        response = response
            .header("Retry-After", body["retry_after"].to_string())
            .header("X-RateLimit-Scope", "user");
        if body["global"] == true {
            response = response.header("X-RateLimit-Global", "true");
        }
    }
    response
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body.to_string()))
        .unwrap_or_default()
}

fn dropped() -> Response {
    let mut response = Response::default();
    response.extensions_mut().insert(DropConnection);
    response
}

/// `GET /attachments/{id}/{name}`: a file somebody uploaded.
pub(crate) async fn file(
    State(shared): State<Arc<Shared>>,
    axum::extract::Path((file, _)): axum::extract::Path<(u64, String)>,
) -> Response {
    match shared.read(|world| world.files.get(&file).cloned()) {
        Some(file) => ([(header::CONTENT_TYPE, file.content_type)], file.bytes).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
