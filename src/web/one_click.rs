//! The request with which a mail program unsubscribes for its reader, at one click (RFC 8058).
//!
//! It is the only one that may change something without coming from one of our pages. So it is told apart narrowly: by
//! its route, by the absence of everything that a browser sends along, and by a body that says this one thing. Its
//! authority is the secret in the link alone; a browser's cookies play no part in it, so there is nothing to forge.

use axum::extract::{FromRequest, MatchedPath, Request};
use axum::http::{HeaderMap, Method, header};

use super::Site;
use super::error::Problem;
use super::form::{Form, pairs, read};
use super::pages::account::Button;
use super::pages::stop;

/// What a browser says about where a request comes from and on whose behalf. Mail programs may not send any of it.
const BROWSERS_SAY: [&str; 4] = ["origin", "sec-fetch-site", "referer", "cookie"];
/// The one field of the body, and its value.
const SAYS: (&str, &str) = ("List-Unsubscribe", "One-Click");

/// Whether a request can be a mail program's one click.
pub fn can_be(request: &Request) -> bool {
    let route = request.extensions().get::<MatchedPath>();
    request.method() == Method::POST
        && route.is_some_and(|route| route.as_str() == stop::ROUTE)
        && no_browser(request.headers())
}

fn no_browser(headers: &HeaderMap) -> bool {
    !BROWSERS_SAY.iter().any(|name| headers.contains_key(*name))
}

/// Who pressed the button.
pub enum Pressed {
    /// A person, on our page.
    OnPage,
    /// A mail program, for a person.
    InMailProgram,
}

impl FromRequest<Site> for Pressed {
    type Rejection = Problem;

    async fn from_request(request: Request, site: &Site) -> Result<Self, Problem> {
        if !can_be(&request) {
            return Form::<Button>::from_request(request, site)
                .await
                .map(|_| Self::OnPage);
        }
        let (parts, body) = request.into_parts();
        let kind = parts
            .headers
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok());
        let kind = kind.unwrap_or_default().to_owned();
        if is_one_click(&kind, &read(body).await?) {
            Ok(Self::InMailProgram)
        } else {
            Err(Problem::CrossSite)
        }
    }
}

/// Whether a body says that its sender unsubscribes, and nothing else.
fn is_one_click(kind: &str, body: &[u8]) -> bool {
    let (essence, parameters) = kind.split_once(';').unwrap_or((kind, ""));
    match essence.trim().to_ascii_lowercase().as_str() {
        "application/x-www-form-urlencoded" => pairs(body).is_ok_and(
            |pairs| matches!(pairs.as_slice(), [(name, value)] if (name.as_str(), value.as_str()) == SAYS),
        ),
        "multipart/form-data" => boundary(parameters)
            .zip(std::str::from_utf8(body).ok())
            .and_then(|(boundary, body)| only_part(boundary, body))
            .is_some_and(|said| said == SAYS),
        _ => false,
    }
}

fn boundary(parameters: &str) -> Option<&str> {
    parameters
        .split(';')
        .filter_map(|parameter| parameter.trim().split_once('='))
        .find(|(name, _)| name.eq_ignore_ascii_case("boundary"))
        .map(|(_, value)| value.trim_matches('"'))
        .filter(|value| !value.is_empty())
}

/// Name and value of the one part of a body of several parts.
fn only_part<'a>(boundary: &str, body: &'a str) -> Option<(&'a str, &'a str)> {
    let (start, end) = (format!("--{boundary}\r\n"), format!("\r\n--{boundary}--"));
    let (part, rest) = body.trim_start().strip_prefix(&start)?.split_once(&end)?;
    let (head, value) = part.split_once("\r\n\r\n")?;
    let disposition = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-disposition").then_some(value)
    })?;
    let mut parameters = disposition.split(';').map(str::trim);
    let name = parameters
        .next()
        .filter(|kind| kind.eq_ignore_ascii_case("form-data"))
        .and(parameters.next())?
        .strip_prefix("name=")?
        .trim_matches('"');
    (rest.trim().is_empty() && !value.contains("\r\n")).then_some((name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: &str = "application/x-www-form-urlencoded";
    const PARTS: &str = "multipart/form-data; boundary=\"x1\"";

    #[test]
    fn both_encodings_of_the_one_sentence_are_read() {
        assert!(is_one_click(FORM, b"List-Unsubscribe=One-Click"));
        assert!(is_one_click(
            "Application/X-WWW-Form-Urlencoded; charset=utf-8",
            b"List-Unsubscribe=One-Click"
        ));
        let parts =
            b"--x1\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x1--\r\n";
        assert!(is_one_click(PARTS, parts));
        assert!(is_one_click("multipart/form-data; boundary=x1", parts));
    }

    #[test]
    fn nothing_else_is() {
        let part = |disposition: &str, value: &str| {
            format!("--x1\r\nContent-Disposition: {disposition}\r\n\r\n{value}\r\n--x1--\r\n")
        };
        let good = "form-data; name=\"List-Unsubscribe\"";
        for (kind, body) in [
            (FORM, String::new()),
            (FORM, "List-Unsubscribe=One-Click&form_token=x".to_owned()),
            (FORM, "List-Unsubscribe=no".to_owned()),
            (FORM, "list=One-Click".to_owned()),
            ("text/plain", "List-Unsubscribe=One-Click".to_owned()),
            ("", "List-Unsubscribe=One-Click".to_owned()),
            (PARTS, String::new()),
            (PARTS, part(good, "Two-Clicks")),
            (PARTS, part("form-data; name=\"other\"", "One-Click")),
            (PARTS, part("attachment; name=\"List-Unsubscribe\"", "One-Click")),
            (PARTS, part(good, "One-Click\r\n--x1\r\nmore")),
            (PARTS, part(good, "One-Click") + "more"),
            ("multipart/form-data", part(good, "One-Click")),
            ("multipart/form-data; boundary=", "--\r\n\r\n\r\n----".to_owned()),
            ("multipart/form-data; boundary", "--".to_owned()),
            (PARTS, "--x1\r\n\r\n--x1--".to_owned()),
            (PARTS, "--x1\r\n--x1--".to_owned()),
            ("multipart/form-data; boundary=other", part(good, "One-Click")),
        ] {
            assert!(!is_one_click(kind, body.as_bytes()), "{kind} {body:?}");
        }
        assert!(!is_one_click(PARTS, b"\xff"));
    }
}
