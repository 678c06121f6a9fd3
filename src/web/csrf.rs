//! That a form was sent from our own page, by the person who saw it: the browser's word for where a request comes from,
//! and a token in every form that is bound to the browser's secret.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use muster_core::env::{Env, sha256};

use super::Site;
use super::error::Problem;
use super::next::origin;
use super::one_click;

const PURPOSE: &str = "form";

/// The token for the forms of a browser with this secret.
pub fn sign(env: &Env, secret: &str) -> String {
    let hash = sha256(secret.as_bytes());
    BASE64_URL_SAFE_NO_PAD.encode(env.keys().sign(PURPOSE, &[&hash]))
}

/// Whether a token belongs to a browser with the secret of this hash.
pub fn verify(env: &Env, hash: &[u8], token: &str) -> bool {
    BASE64_URL_SAFE_NO_PAD
        .decode(token)
        .is_ok_and(|signature| env.keys().verify(PURPOSE, &[hash], &signature))
}

/// Refuses whatever could change something and does not come from one of our pages, or from a mail program that
/// unsubscribes.
pub async fn same_origin(State(site): State<Site>, request: Request, next: Next) -> Response {
    let reads = [Method::GET, Method::HEAD, Method::OPTIONS].contains(request.method());
    if reads || is_ours(request.headers(), &origin(&site.public_url)) || one_click::can_be(&request) {
        next.run(request).await
    } else {
        Problem::CrossSite.into_response()
    }
}

/// Whether the browser says that a page of `ours` sent the request. `Sec-Fetch-Site` decides where there is one;
/// browsers that do not send it (old ones, and all of them over plain HTTP) send `Origin`.
fn is_ours(headers: &HeaderMap, ours: &str) -> bool {
    if headers.contains_key("sec-fetch-site") {
        return only(headers, "sec-fetch-site", "same-origin");
    }
    only(headers, header::ORIGIN.as_str(), ours)
}

fn only(headers: &HeaderMap, name: &str, wanted: &str) -> bool {
    let mut values = headers.get_all(name).into_iter();
    values.next().is_some_and(|value| value == wanted) && values.next().is_none()
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};
    use muster_core::env::{Clock, Keys};

    use super::*;

    fn from(headers: &[(&'static str, &'static str)]) -> bool {
        let headers = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        is_ours(&headers.collect(), "https://muster.example")
    }

    #[test]
    fn only_our_own_pages_may_send_forms() {
        assert!(from(&[("sec-fetch-site", "same-origin")]));
        assert!(from(&[("origin", "https://muster.example")]));
        for foreign in [
            &[][..],
            &[("sec-fetch-site", "none")],
            &[("sec-fetch-site", "same-site")],
            &[
                ("sec-fetch-site", "cross-site"),
                ("origin", "https://muster.example"),
            ],
            &[("origin", "null")],
            &[("origin", "http://muster.example")],
            &[("origin", "https://muster.example.evil.example")],
            &[("origin", "https://muster.example:8443")],
        ] {
            assert!(!from(foreign), "{foreign:?}");
        }
    }

    #[test]
    fn a_token_is_worth_nothing_in_another_browser() {
        let env = muster_core::testing::env(Clock::system(), &Keys::generate());
        let token = sign(&env, "mine");
        let (mine, yours) = (sha256(b"mine"), sha256(b"yours"));
        assert!(verify(&env, &mine, &token));
        assert!(!verify(&env, &yours, &token));
        assert!(!verify(&env, &mine, ""));
        assert!(!verify(&env, &mine, &token[1..]));
    }
}
