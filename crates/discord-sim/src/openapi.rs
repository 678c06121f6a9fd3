//! Checks every request and answer against Discord's own OpenAPI document, when `DISCORD_OPENAPI` names it.

#[cfg(feature = "openapi")]
mod document;

use serde_json::Value;

/// What is wrong with a request body.
#[cfg(feature = "openapi")]
pub(crate) fn check_request(method: &str, path: &str, body: &Value) -> Vec<String> {
    document::get().map_or_else(Vec::new, |d| d.check_request(method, path, body))
}

/// What is wrong with an answer.
#[cfg(feature = "openapi")]
pub(crate) fn check_answer(method: &str, path: &str, status: u16, body: &Value) -> Vec<String> {
    document::get().map_or_else(Vec::new, |d| d.check_answer(method, path, status, body))
}

#[cfg(not(feature = "openapi"))]
pub(crate) fn check_request(_method: &str, _path: &str, _body: &Value) -> Vec<String> {
    Vec::new()
}

#[cfg(not(feature = "openapi"))]
pub(crate) fn check_answer(_method: &str, _path: &str, _status: u16, _body: &Value) -> Vec<String> {
    Vec::new()
}
