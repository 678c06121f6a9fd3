//! Whose browser this is: the cookies, and the session that they open.
//!
//! A signed-in browser holds the session's secret. One that is not holds a random secret of its own as soon as it gets a
//! form, so that forms are bound to browsers there too.

use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use muster_core::account::Account;
use muster_core::env::sha256;
use muster_core::error::Error;
use muster_core::locale::Locale;
use muster_core::session::{self, Arrival, Session};
use muster_core::token;
use muster_core::{discord_link, discord_sign_in};

use super::error::Problem;
use super::next::NextPath;
use super::{Shell, Site, Web, assets, csrf, html};

/// The cookies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cookie {
    /// The session's secret.
    Session,
    /// The secret of a browser that nobody is signed in on.
    Anonymous,
    /// Where somebody goes on who signs in at Discord. Not in the database and not on the way to Discord: such a path can hold
    /// the secret of a link.
    Next,
    /// The sealed token by which somebody is added to a server once they have confirmed the link.
    Server,
}

impl Cookie {
    /// Its name. With the prefix, browsers refuse it from other hosts of the same domain and over plain HTTP.
    fn name(self, https: bool) -> &'static str {
        match (self, https) {
            (Self::Session, true) => "__Host-muster",
            (Self::Session, false) => "muster",
            (Self::Anonymous, true) => "__Host-muster-form",
            (Self::Anonymous, false) => "muster-form",
            (Self::Next, true) => "__Host-muster-next",
            (Self::Next, false) => "muster-next",
            (Self::Server, true) => "__Host-muster-server",
            (Self::Server, false) => "muster-server",
        }
    }

    /// The header that sets it; without a value, the one that deletes it.
    fn set(self, https: bool, value: Option<&str>) -> Result<HeaderValue, Error> {
        let age = match (self, value) {
            (_, None) => "; Max-Age=0".to_owned(),
            (Self::Session, Some(_)) => format!("; Max-Age={}", session::ABSOLUTE.num_seconds()),
            (Self::Anonymous, Some(_)) => String::new(),
            (Self::Next, Some(_)) => format!("; Max-Age={}", discord_sign_in::LIFETIME.num_seconds()),
            (Self::Server, Some(_)) => format!("; Max-Age={}", discord_link::LIFETIME.num_seconds()),
        };
        let secure = if https { "; Secure" } else { "" };
        let text = format!(
            "{}={}; Path=/; HttpOnly; SameSite=Lax{secure}{age}",
            self.name(https),
            value.unwrap_or_default()
        );
        HeaderValue::from_str(&text).map_err(Error::internal)
    }

    /// Its value, if the browser sent a secret that we could have made.
    fn read(self, headers: &HeaderMap, https: bool) -> Option<String> {
        self.find(headers, https, |value| token::hash(value).is_some())
    }

    /// The first value that we could have made.
    fn find(self, headers: &HeaderMap, https: bool, ours: impl Fn(&str) -> bool) -> Option<String> {
        let name = self.name(https);
        let texts = headers
            .get_all(header::COOKIE)
            .into_iter()
            .filter_map(|value| value.to_str().ok());
        texts
            .flat_map(|text| text.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(found, value)| *found == name && ours(value))
            .map(|(_, value)| value.to_owned())
    }
}

/// Whoever sent a request.
pub struct Visitor {
    /// The session of somebody signed in.
    pub session: Option<Session>,
    /// What their browser says it is.
    pub user_agent: String,
    /// The language that it asks for.
    pub locale: Locale,
    secret: String,
    /// Whether the browser does not have the secret yet.
    fresh: bool,
    /// The secret that the browser still shows of a session that has ended: a second click is sent with it when the
    /// first one started a new session.
    ended: Option<String>,
}

impl Visitor {
    /// Reads the cookies and looks the session up.
    pub async fn of(headers: &HeaderMap, site: &Web) -> Result<Self, Error> {
        let https = site.is_https();
        let said = |name| {
            let value = headers.get(name);
            value.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        let user_agent = said(header::USER_AGENT).unwrap_or_default();
        let locale = Locale::of_accept_language(&said(header::ACCEPT_LANGUAGE).unwrap_or_default());
        let mut ended = None;
        if let Some(secret) = Cookie::Session.read(headers, https) {
            let mut tx = site.db.read().await?;
            let session = session::find(&mut tx, &site.env, &secret).await?;
            drop(tx);
            if let Some(session) = session {
                if session.stale {
                    touch(site, session.clone());
                }
                return Ok(Self {
                    session: Some(session),
                    user_agent,
                    locale,
                    secret,
                    fresh: false,
                    ended: None,
                });
            }
            ended = Some(secret);
        }
        let known = Cookie::Anonymous.read(headers, https);
        let fresh = known.is_none();
        let secret = known.unwrap_or_else(|| token::random(&site.env));
        Ok(Self {
            session: None,
            user_agent,
            locale,
            secret,
            fresh,
            ended,
        })
    }

    /// The session, or the way to the sign-in page and back to `path`.
    pub fn signed_in(&self, path: &str) -> Result<&Session, Problem> {
        self.session
            .as_ref()
            .ok_or_else(|| Problem::SignIn(NextPath::parse(path)))
    }

    /// The account of whoever is signed in.
    pub fn account(&self) -> Option<&Account> {
        self.session.as_ref().map(|session| &session.account)
    }

    /// The secret of the session, if there is one: what a new session takes the place of.
    pub fn session_secret(&self) -> Option<&str> {
        self.session.as_ref().map(|_| self.secret.as_str())
    }

    /// Whether a form that was sent came from a page for this very browser. One from a session that has ended did, too;
    /// it is read as sent by somebody signed out. So did one of a page from just before the session began: a second click.
    pub fn sent(&self, site: &Web, form_token: &str) -> bool {
        let had = [Some(&self.secret), self.ended.as_ref()].into_iter().flatten();
        let before = self
            .session
            .as_ref()
            .and_then(|session| session.previous_hash.clone());
        had.map(|secret| sha256(secret.as_bytes()).to_vec())
            .chain(before)
            .any(|hash| csrf::verify(&site.env, &hash, form_token))
    }

    /// This browser, for a session to start on.
    pub fn arrival(&self) -> Arrival<'_> {
        Arrival {
            user_agent: &self.user_agent,
            secret: Some(&self.secret),
        }
    }

    /// The secret that this browser has with us, signed in or not.
    pub fn secret(&self) -> &str {
        &self.secret
    }

    /// What every page shows around its content.
    pub fn shell(&self, site: &Web) -> Shell {
        Shell {
            css: &assets::CSS_PATH,
            icon: &assets::ICON_PATH,
            who: self.account().map(|account| account.display_name.clone()),
            form_token: csrf::sign(&site.env, &self.secret),
        }
    }

    /// A page with forms: the browser gets the secret that its forms are bound to.
    pub fn form_page(
        &self,
        site: &Web,
        status: StatusCode,
        page: &impl Template,
    ) -> Result<Response, Problem> {
        let mut response = html(status, page)?;
        if self.fresh {
            let cookie = Cookie::Anonymous.set(site.is_https(), Some(&self.secret))?;
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        Ok(response)
    }
}

/// Notes in the background that the session is in use: a page does not queue behind the one writer of SQLite for it. If
/// it fails, the next request tries again.
fn touch(site: &Web, session: Session) {
    let (db, env) = (site.db.clone(), site.env.clone());
    tokio::spawn(async move {
        let noted = async {
            let mut tx = db.write().await?;
            session::touch(&mut tx, &env, &session).await?;
            tx.commit().await
        };
        if let Err(error) = noted.await {
            tracing::warn!("could not note that a session is in use: {error}");
        }
    });
}

/// Gives the browser the secret of a new session; the anonymous one ends.
pub fn sign_in(response: &mut Response, site: &Web, secret: &str) -> Result<(), Error> {
    let https = site.is_https();
    let headers = response.headers_mut();
    headers.append(header::SET_COOKIE, Cookie::Session.set(https, Some(secret))?);
    headers.append(header::SET_COOKIE, Cookie::Anonymous.set(https, None)?);
    Ok(())
}

/// Lets the browser keep where somebody goes on who signs in at Discord.
pub fn keep_next(response: &mut Response, site: &Web, next: Option<&NextPath>) -> Result<(), Error> {
    let value = next.map(|next| BASE64_URL_SAFE_NO_PAD.encode(next.as_str()));
    let cookie = Cookie::Next.set(site.is_https(), value.as_deref())?;
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(())
}

/// Where somebody goes on who comes back from Discord.
pub fn kept_next(headers: &HeaderMap, site: &Web) -> Option<NextPath> {
    let path = |value: &str| {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(value).ok()?;
        NextPath::parse(std::str::from_utf8(&bytes).ok()?)
    };
    let found = Cookie::Next.find(headers, site.is_https(), |value| path(value).is_some());
    found.as_deref().and_then(path)
}

/// Lets the browser keep a token, sealed for the page with this secret; without one, what it kept is deleted.
pub fn keep_token(response: &mut Response, site: &Web, kept: Option<(&str, &str)>) -> Result<(), Error> {
    let sealed = kept
        .map(|(nonce, token)| discord_link::seal_token(&site.env, nonce, token))
        .transpose()?
        .map(|sealed| BASE64_URL_SAFE_NO_PAD.encode(sealed));
    let cookie = Cookie::Server.set(site.is_https(), sealed.as_deref())?;
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(())
}

/// The token that the browser kept for the page with this secret.
pub fn kept_token(headers: &HeaderMap, site: &Web, nonce: &str) -> Option<String> {
    let token = |value: &str| {
        let sealed = BASE64_URL_SAFE_NO_PAD.decode(value).ok()?;
        discord_link::open_token(&site.env, nonce, &sealed)
    };
    let found = Cookie::Server.find(headers, site.is_https(), |value| token(value).is_some());
    found.as_deref().and_then(token)
}

/// Takes the session's secret from the browser.
pub fn sign_out(response: &mut Response, site: &Web) -> Result<(), Error> {
    response
        .headers_mut()
        .append(header::SET_COOKIE, Cookie::Session.set(site.is_https(), None)?);
    Ok(())
}

impl FromRequestParts<Site> for Visitor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Problem> {
        Ok(Self::of(&parts.headers, site).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    #[test]
    fn cookies_are_bound_to_the_host_on_https() {
        let cookie = Cookie::Session.set(true, Some(SECRET)).unwrap();
        let wanted =
            format!("__Host-muster={SECRET}; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=1209600");
        assert_eq!(cookie.to_str().unwrap(), wanted);
        assert_eq!(
            Cookie::Anonymous.set(false, None).unwrap(),
            "muster-form=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"
        );
    }

    #[test]
    fn only_what_we_could_have_made_is_read() {
        let mut headers = HeaderMap::new();
        headers.append(
            header::COOKIE,
            HeaderValue::from_str(&format!("a=b; muster=short; muster={SECRET}")).unwrap(),
        );
        assert_eq!(Cookie::Session.read(&headers, false).as_deref(), Some(SECRET));
        assert_eq!(Cookie::Session.read(&headers, true), None);
    }

    proptest::proptest! {
        #[test]
        fn no_cookie_panics(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
            let mut headers = HeaderMap::new();
            if let Ok(value) = HeaderValue::from_bytes(&[b"muster=", &bytes[..]].concat()) {
                headers.append(header::COOKIE, value);
            }
            let found = Cookie::Session.read(&headers, false);
            proptest::prop_assert!(found.is_none_or(|secret| secret.len() == 43));
        }
    }
}
