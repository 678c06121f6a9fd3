//! What the API answers when all went well: one shape for one thing, one for a list.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use muster_core::env::Env;
use muster_core::error::Error;
use muster_core::page::Stretch;
use serde::Serialize;
use utoipa::ToSchema;

use super::cursor::Reading;
use crate::web::error::Problem;

/// One thing.
#[derive(Serialize, ToSchema)]
pub struct Data<T> {
    /// Always true: what went wrong is answered as a problem.
    pub success: bool,
    /// The thing.
    pub data: T,
}

impl<T> Data<T> {
    /// One thing.
    pub fn of(data: T) -> Self {
        Self { success: true, data }
    }
}

/// A stretch of a list.
#[derive(Serialize, ToSchema)]
pub struct List<T> {
    /// Always true: what went wrong is answered as a problem.
    pub success: bool,
    /// The things, in the order of the list.
    pub data: Vec<T>,
    /// What to send as `cursor` for those that follow; null at the end of the list.
    pub next_cursor: Option<String>,
}

impl<T> List<T> {
    /// A stretch as the API shows it.
    pub fn of<R>(env: &Env, reading: &Reading, stretch: Stretch<R>, show: impl Fn(R) -> T) -> Self {
        let next_cursor = stretch
            .next
            .map(|(at, id)| reading.cursor(env, &format!("{}|{id}", at.timestamp_micros())));
        Self {
            success: true,
            data: stretch.rows.into_iter().map(show).collect(),
            next_cursor,
        }
    }
}

/// An answer's body.
pub fn json(answer: &impl Serialize) -> Result<Vec<u8>, Error> {
    serde_json::to_vec(answer).map_err(Error::internal)
}

/// An answer from its body.
pub fn as_json(status: StatusCode, body: Vec<u8>) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}

/// An answer to somebody who only looked.
pub fn ok(answer: &impl Serialize) -> Result<Response, Problem> {
    Ok(as_json(StatusCode::OK, json(answer)?))
}
