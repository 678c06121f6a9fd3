//! The stylesheet and the icon. Their addresses carry a hash of their content, so browsers keep them for good.

use std::collections::HashMap;
use std::sync::LazyLock;

use axum::extract::Query;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

const CSS: &str = include_str!("assets/muster.css");
const ICON: &str = include_str!("assets/muster.svg");

static CSS_VERSION: LazyLock<String> = LazyLock::new(|| version(CSS));
static ICON_VERSION: LazyLock<String> = LazyLock::new(|| version(ICON));

/// Where the stylesheet is.
pub static CSS_PATH: LazyLock<String> = LazyLock::new(|| format!("/assets/muster.css?v={}", *CSS_VERSION));
/// Where the icon is.
pub static ICON_PATH: LazyLock<String> = LazyLock::new(|| format!("/assets/muster.svg?v={}", *ICON_VERSION));

fn version(content: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(&Sha256::digest(content)[..9])
}

/// `GET /assets/muster.css`
pub async fn stylesheet(query: Query<HashMap<String, String>>) -> Response {
    asset("text/css; charset=utf-8", CSS, &CSS_VERSION, &query)
}

/// `GET /assets/muster.svg`
pub async fn icon(query: Query<HashMap<String, String>>) -> Response {
    asset("image/svg+xml", ICON, &ICON_VERSION, &query)
}

fn asset(
    kind: &'static str,
    content: &'static str,
    version: &str,
    query: &HashMap<String, String>,
) -> Response {
    // Any other version is asked for by a page of another release: right now, but not for ever.
    let current = query.get("v").is_some_and(|asked| asked == version);
    let keep = if current {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    (
        [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, keep)],
        content,
    )
        .into_response()
}
