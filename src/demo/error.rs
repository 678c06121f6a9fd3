//! What the console answers when something cannot be done: a sentence, as JSON, shown to the visitor as it is.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use discord_sim::Refused;
use serde_json::json;

/// A refusal, in words.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    words: String,
}

impl Problem {
    /// Nothing is there.
    pub fn missing(words: impl Into<String>) -> Self {
        Self {
            status: StatusCode::NOT_FOUND,
            words: words.into(),
        }
    }

    /// The request makes no sense.
    pub fn bad(words: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            words: words.into(),
        }
    }

    /// It does not come from the console's own pages.
    pub fn foreign(words: impl Into<String>) -> Self {
        Self {
            status: StatusCode::FORBIDDEN,
            words: words.into(),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        (self.status, Json(json!({ "error": self.words }))).into_response()
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        Self {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            words: refused.to_string(),
        }
    }
}

impl From<JsonRejection> for Problem {
    fn from(rejection: JsonRejection) -> Self {
        Self {
            status: rejection.status(),
            words: rejection.body_text(),
        }
    }
}

impl From<muster_core::error::Error> for Problem {
    fn from(error: muster_core::error::Error) -> Self {
        tracing::warn!("the console could not use the database: {error}");
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            words: "The demonstration's database did not answer; the terminal says why.".to_owned(),
        }
    }
}

impl From<askama::Error> for Problem {
    fn from(error: askama::Error) -> Self {
        tracing::error!("a page of the console cannot be rendered: {error}");
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            words: "This page cannot be shown.".to_owned(),
        }
    }
}
