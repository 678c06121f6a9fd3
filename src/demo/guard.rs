//! Who may talk to the console: only pages that it served itself, under a name that no other site can take.
//!
//! The console has no sign-in and can do anything in the demonstration, so another site in the same browser must reach
//! neither its pages (by letting its own name point to 127.0.0.1) nor its requests.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::error::Problem;

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
/// Scripts and styles only from here; embeds are coloured by style attributes, and show pictures that the stand-in keeps.
const CONTENT: &str = "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; \
    img-src 'self' http://127.0.0.1:*; connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";

/// The names the console goes by.
#[derive(Debug)]
pub struct Names(Vec<String>);

impl Names {
    /// Of a console on this port.
    pub fn on(port: u16) -> Self {
        let hosts = ["127.0.0.1", "localhost"];
        let mut names: Vec<_> = hosts.iter().map(|host| format!("{host}:{port}")).collect();
        if port == 80 {
            // Browsers leave it out.
            names.extend(hosts.map(str::to_owned));
        }
        Self(names)
    }

    fn host<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        let host = headers.get(header::HOST)?.to_str().ok()?;
        self.0.iter().any(|name| name == host).then_some(host)
    }
}

/// Refuses requests under foreign names, and to `/api/` from foreign pages; adds the headers every answer has.
pub async fn own_pages_only(State(names): State<Arc<Names>>, request: Request, next: Next) -> Response {
    let (method, headers) = (request.method(), request.headers());
    let refused = match names.host(headers) {
        None => Some(Problem::foreign("The console is at 127.0.0.1 or localhost only.")),
        Some(host) if request.uri().path().starts_with("/api/") && !is_same_origin(method, headers, host) => {
            Some(Problem::foreign("Only the console's own pages may do that."))
        }
        Some(_) => None,
    };
    let mut response = match refused {
        Some(problem) => problem.into_response(),
        None => next.run(request).await,
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static(CONTENT));
    response
}

/// Browsers say where a request comes from: in `Sec-Fetch-Site`, and with every POST in `Origin`. Reading without either
/// is left to the same-origin policy; writing is not.
fn is_same_origin(method: &Method, headers: &HeaderMap, host: &str) -> bool {
    let is_read = method == Method::GET || method == Method::HEAD;
    let site = headers.get(FETCH_SITE).map(HeaderValue::as_bytes);
    let origin = headers.get(header::ORIGIN).map(HeaderValue::as_bytes);
    if origin.is_some_and(|origin| origin != format!("http://{host}").as_bytes()) {
        return false;
    }
    match site {
        Some(site) => site == b"same-origin" || (site == b"none" && is_read),
        None => is_read || origin.is_some(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(method: &Method, pairs: &[(&'static str, &'static str)]) -> bool {
        let headers = pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect();
        is_same_origin(method, &headers, "127.0.0.1:8080")
    }

    #[test]
    fn own_pages_may_read_and_write() {
        let own = [
            ("sec-fetch-site", "same-origin"),
            ("origin", "http://127.0.0.1:8080"),
        ];
        assert!(allows(&Method::POST, &own));
        assert!(allows(&Method::GET, &own[..1]));
        assert!(allows(&Method::POST, &own[1..]));
    }

    #[test]
    fn other_sites_may_not() {
        for site in ["cross-site", "same-site"] {
            assert!(!allows(&Method::GET, &[("sec-fetch-site", site)]));
            assert!(!allows(&Method::POST, &[("sec-fetch-site", site)]));
        }
        assert!(!allows(&Method::POST, &[("sec-fetch-site", "none")]));
        assert!(!allows(&Method::POST, &[("origin", "http://127.0.0.1:9")]));
        assert!(!allows(
            &Method::POST,
            &[("origin", "null"), ("sec-fetch-site", "same-origin")]
        ));
        assert!(
            !allows(&Method::POST, &[]),
            "a form of another site in a browser that says nothing"
        );
    }

    #[test]
    fn only_loopback_names_with_the_port_are_ours() {
        let known = |names: &Names, host: &'static str| {
            names
                .host(&HeaderMap::from_iter([(
                    header::HOST,
                    HeaderValue::from_static(host),
                )]))
                .is_some()
        };
        let names = Names::on(8080);
        assert!(known(&names, "127.0.0.1:8080") && known(&names, "localhost:8080"));
        for foreign in [
            "evil.example:8080",
            "127.0.0.1",
            "localhost:80",
            "127.0.0.1:8080.evil.example",
            "",
        ] {
            assert!(!known(&names, foreign), "{foreign}");
        }
        assert!(known(&Names::on(80), "localhost"));
    }
}
