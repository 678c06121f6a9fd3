//! Reading a form that was sent: small, in time, of the one encoding our pages use, from our own page, and with no field
//! that the page does not have.

use std::time::Duration;

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::header;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;
use serde::de::value::{Error as FieldError, MapDeserializer};

use super::Site;
use super::error::Problem;
use super::next;
use super::session::Visitor;

/// The largest body that is read.
pub const BODY_LIMIT: usize = 64 * 1024;
/// How long a body may take to arrive.
pub(super) const BODY_TIMEOUT: Duration = Duration::from_secs(10);
/// The field that every form carries.
const TOKEN_FIELD: &str = "form_token";

/// A form, and who sent it.
pub struct Form<T> {
    /// Who sent it.
    pub visitor: Visitor,
    /// What they filled in.
    pub fields: T,
}

impl<T: DeserializeOwned> FromRequest<Site> for Form<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, site: &Site) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let kind = parts
            .headers
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        // Other encodings are what a form on a foreign page can send without being asked.
        if !kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(Problem::CrossSite);
        }
        let mut pairs = pairs(&read(body).await?)?;
        let visitor = Visitor::of(&parts.headers, site).await?;
        let token = pairs
            .iter()
            .position(|(name, _)| name == TOKEN_FIELD)
            .map(|at| pairs.swap_remove(at).1);
        if !token.is_some_and(|token| visitor.sent(site, &token)) {
            return Err(Problem::OldForm(next::before(&parts.headers, site)));
        }
        let fields = T::deserialize(MapDeserializer::<_, FieldError>::new(pairs.into_iter()))
            .map_err(|error| Problem::Field(error.to_string()))?;
        Ok(Self { visitor, fields })
    }
}

/// Reads a body, if it is small and arrives in time.
pub async fn read(body: Body) -> Result<Vec<u8>, Problem> {
    read_within(body, BODY_TIMEOUT).await
}

async fn read_within(body: Body, within: Duration) -> Result<Vec<u8>, Problem> {
    let whole = tokio::time::timeout(within, Limited::new(body, BODY_LIMIT).collect());
    match whole.await {
        Err(_) => Err(Problem::Slow),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Problem::TooLarge),
        Ok(Err(_)) => Err(Problem::Unreadable),
        Ok(Ok(bytes)) => Ok(bytes.to_bytes().into()),
    }
}

/// The fields of a body in the encoding of forms.
pub fn pairs(body: &[u8]) -> Result<Vec<(String, String)>, Problem> {
    let pairs: Vec<(String, String)> = url::form_urlencoded::parse(body).into_owned().collect();
    // Where the parser put this, the bytes were no text.
    if pairs.iter().any(|(name, value)| {
        [name, value]
            .iter()
            .any(|text| text.contains(char::REPLACEMENT_CHARACTER))
    }) {
        return Err(Problem::Unreadable);
    }
    Ok(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_body_that_never_arrives_is_given_up() {
        let never = Body::from_stream(futures::stream::pending::<Result<Vec<u8>, std::io::Error>>());
        assert!(matches!(
            read_within(never, Duration::from_millis(10)).await,
            Err(Problem::Slow)
        ));
    }

    #[test]
    fn bytes_that_are_no_text_are_refused() {
        assert!(pairs(b"name=%ff").is_err());
        assert!(pairs(b"name=\xff").is_err());
        assert_eq!(
            pairs(b"name=B%C3%B6&a=").unwrap(),
            [
                ("name".to_owned(), "Bö".to_owned()),
                ("a".to_owned(), String::new())
            ]
        );
    }
}
