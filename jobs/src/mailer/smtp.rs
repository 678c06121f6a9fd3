//! An SMTP server, with a few connections kept open between mails.
//!
//! Not by lettre's pool, which takes a connection back from a send that was cancelled in the middle of a command and reads
//! the rest of that reply as the answer to the next mail. Here a connection is taken out of the shelf for a mail and put back only when the mail was taken: one whose mail failed or
//! was abandoned half way is closed with it, so no reply can ever be taken for that to another mail.

use std::error::Error as _;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use lettre::Message;
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use muster_core::email::delivery::Refusal;
use url::{Host, Url};

use super::{Accepted, MailerError, TIMEOUT, for_now};

/// Mail servers hang up after a few minutes at the earliest; a fresh connection is cheap.
const IDLE: Duration = Duration::from_mins(1);
const SHELF: usize = 4;

pub(super) struct Smtp {
    host: String,
    port: u16,
    tls: Tls,
    credentials: Option<Credentials>,
    hello: ClientId,
    idle: Mutex<Vec<(AsyncSmtpConnection, Instant)>>,
}

/// What happens before anything of ours is said.
enum Tls {
    /// TLS from the first byte on.
    Implicit(TlsParameters),
    /// STARTTLS, or nothing at all.
    Required(TlsParameters),
    /// STARTTLS where the server offers it.
    Opportunistic(TlsParameters),
    /// Everything in the clear.
    None,
}

impl Smtp {
    pub(super) fn from_url(text: &str) -> Result<Self, MailerError> {
        let bad = |reason: &str| Err(MailerError(format!("SMTP_URL {reason}")));
        let Ok(url) = Url::parse(text) else {
            return bad("is not a URL such as `smtp://user:password@mail.example.org:587`");
        };
        let implicit = match url.scheme() {
            "smtp" => false,
            "smtps" => true,
            _ => return bad("has to begin with `smtp://` or `smtps://`"),
        };
        // These schemes are not special to URLs: a number in the place of a name is still a name to them.
        let host = match url.host() {
            Some(Host::Domain(name)) if !name.is_empty() => name.to_owned(),
            Some(Host::Ipv4(address)) => address.to_string(),
            Some(Host::Ipv6(address)) => address.to_string(),
            _ => return bad("names no server"),
        };
        if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
            return bad("has something after the server's name that means nothing here");
        }
        let mut mode = None;
        for (key, value) in url.query_pairs() {
            match (key.as_ref(), value.as_ref()) {
                ("tls", "required" | "none" | "opportunistic") if mode.is_none() => {
                    mode = Some(value.into_owned());
                }
                ("tls", _) => return bad("may say `tls=required`, `tls=opportunistic` or `tls=none`, once"),
                _ => return bad("knows one option only, `tls`"),
            }
        }
        let parameters = || {
            TlsParameters::new(host.clone())
                .map_err(|error| MailerError(format!("TLS cannot be set up: {error}")))
        };
        let tls = match (implicit, mode.as_deref()) {
            (true, None | Some("required")) => Tls::Implicit(parameters()?),
            (true, _) => return bad("begins with `smtps://`, which always means TLS: leave `tls` out"),
            (false, Some("none")) => Tls::None,
            (false, Some("opportunistic")) => Tls::Opportunistic(parameters()?),
            (false, _) => Tls::Required(parameters()?),
        };
        let credentials = match (decode(url.username()), url.password().map(decode)) {
            (Some(name), None) if name.is_empty() => None,
            (Some(name), Some(Some(password))) if !name.is_empty() => Some(Credentials::new(name, password)),
            _ => return bad("needs both a user and a password, or neither; special characters as %XX"),
        };
        let on_this_machine = host == "localhost"
            || host
                .parse::<std::net::IpAddr>()
                .is_ok_and(|address| address.is_loopback());
        if credentials.is_some() && !on_this_machine && matches!(tls, Tls::None | Tls::Opportunistic(_)) {
            return bad("has a password, which needs TLS: leave `tls` out");
        }
        let port = url.port().unwrap_or(if implicit { 465 } else { 587 });
        Ok(Self {
            host,
            port,
            tls,
            credentials,
            hello: ClientId::default(),
            idle: Mutex::default(),
        })
    }

    pub(super) async fn send(&self, message: &Message) -> Result<Accepted, Refusal> {
        // What goes wrong before the mail is begun says nothing about the mail, whatever the code: a password that is
        // wrong for an hour must not fail that hour's mails for good.
        let mut connection = self.connection().await.map_err(|error| Refusal {
            permanent: false,
            ..refusal(&error)
        })?;
        let reply = connection
            .send(message.envelope(), &message.formatted())
            .await
            .map_err(|error| refusal(&error))?;
        let mut idle = self.idle();
        if idle.len() < SHELF {
            idle.push((connection, Instant::now()));
        }
        let text = reply.message().collect::<Vec<_>>().join(" ");
        Ok(Accepted {
            code: u16::from(reply.code()).into(),
            text,
        })
    }

    async fn connection(&self) -> Result<AsyncSmtpConnection, SmtpError> {
        while let Some(mut connection) = self.take_idle() {
            if connection.test_connected().await {
                return Ok(connection);
            }
        }
        let implicit = match &self.tls {
            Tls::Implicit(parameters) => Some(parameters.clone()),
            Tls::Required(_) | Tls::Opportunistic(_) | Tls::None => None,
        };
        let server = (self.host.as_str(), self.port);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(server, Some(TIMEOUT), &self.hello, implicit, None).await?;
        match &self.tls {
            Tls::Required(parameters) => connection.starttls(parameters.clone(), &self.hello).await?,
            Tls::Opportunistic(parameters) if connection.can_starttls() => {
                connection.starttls(parameters.clone(), &self.hello).await?;
            }
            Tls::Opportunistic(_) | Tls::Implicit(_) | Tls::None => {}
        }
        if let Some(credentials) = &self.credentials {
            connection
                .auth(&[Mechanism::Plain, Mechanism::Login], credentials)
                .await?;
        }
        Ok(connection)
    }

    fn take_idle(&self) -> Option<AsyncSmtpConnection> {
        let mut idle = self.idle();
        idle.retain(|(_, since)| since.elapsed() < IDLE);
        idle.pop().map(|(connection, _)| connection)
    }

    fn idle(&self) -> MutexGuard<'_, Vec<(AsyncSmtpConnection, Instant)>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn refusal(error: &SmtpError) -> Refusal {
    let Some(code) = error.status() else {
        return for_now(if error.is_client() {
            // lettre's word for a server that does not offer what we insist on, STARTTLS first of all.
            error
                .source()
                .map_or_else(|| error.to_string(), ToString::to_string)
        } else {
            error.to_string()
        });
    };
    let text = error.source().map(ToString::to_string).unwrap_or_default();
    Refusal {
        permanent: error.is_permanent(),
        code: Some(u16::from(code).into()),
        text,
    }
}

/// Undoes the `%XX` of a user or password.
fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        if first == b'%' {
            let hex = std::str::from_utf8(tail.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(hex, 16).ok()?);
            rest = &tail[2..];
        } else {
            bytes.push(first);
            rest = tail;
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tls_is_required_unless_the_url_says_otherwise() {
        let tls = |url: &str| match Smtp::from_url(url).unwrap() {
            Smtp {
                tls: Tls::Implicit(_),
                port,
                ..
            } => ("implicit", port),
            Smtp {
                tls: Tls::Required(_),
                port,
                ..
            } => ("required", port),
            Smtp {
                tls: Tls::Opportunistic(_),
                port,
                ..
            } => ("opportunistic", port),
            Smtp {
                tls: Tls::None, port, ..
            } => ("none", port),
        };
        assert_eq!(tls("smtp://mail.example.org"), ("required", 587));
        assert_eq!(tls("smtp://mail.example.org:25?tls=required"), ("required", 25));
        assert_eq!(
            tls("smtp://mail.example.org/?tls=opportunistic"),
            ("opportunistic", 587)
        );
        assert_eq!(tls("smtp://127.0.0.1:2525?tls=none"), ("none", 2525));
        assert_eq!(tls("smtps://mail.example.org"), ("implicit", 465));
    }

    #[test]
    fn what_cannot_be_meant_is_refused_without_telling_the_password() {
        for url in [
            "mail.example.org",
            "http://mail.example.org",
            "smtp://",
            "smtp://u:sesame@mail.example.org?tls=none",
            "smtp://u:sesame@mail.example.org?tls=opportunistic",
            "smtp://u:sesame@mail.example.org?tls=sometimes",
            "smtp://u:sesame@mail.example.org?tls=none&tls=required",
            "smtp://u:sesame@mail.example.org/inbox",
            "smtp://u:sesame%ZZ@mail.example.org",
            "smtp://:sesame@mail.example.org",
            "smtp://u@mail.example.org",
            "smtps://u:sesame@mail.example.org?tls=none",
            "smtp://u:sesame@mail.example.org:port",
        ] {
            let Err(error) = Smtp::from_url(url) else {
                panic!("{url} was taken")
            };
            assert!(
                error.to_string().starts_with("SMTP_URL ") && !error.to_string().contains("sesame"),
                "{error}"
            );
        }
    }

    #[test]
    fn users_and_passwords_may_have_any_character() {
        assert_eq!(decode("a%40b%3A+%25").as_deref(), Some("a@b:+%"));
        assert!(
            Smtp::from_url("smtp://ada%40example.org:p%2Fw@mail.example.org")
                .unwrap()
                .credentials
                .is_some()
        );
        assert!(
            Smtp::from_url("smtp://u:p@127.0.0.1:25?tls=none")
                .unwrap()
                .credentials
                .is_some()
        );
    }
}
