//! How a sink is set up before it starts: TLS, sign-in, and how much it keeps.

use std::fmt::Write as _;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use crate::SmtpSink;
use crate::tls::{Certificate, Identity};

/// How STARTTLS goes. All but the first do what somebody between client and server can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StartTls {
    /// As it should.
    Works,
    /// `EHLO` does not tell of it, and the command is not known: it was stripped.
    Hidden,
    /// The command is answered, and the connection closed before the handshake.
    BreaksOff,
    /// The command is answered, and together with the answer comes a reply in the clear to a command that the client has
    /// yet to give; then the handshake goes on. A client that keeps that reply takes it, and each one after it, for the
    /// answer to the wrong command.
    InjectsReply,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Mode {
    #[default]
    Plain,
    StartTls(StartTls),
    Implicit,
}

/// A sink that is not yet started. As it begins, it speaks in the clear, lets everybody in and keeps everything.
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct Builder {
    mode: Mode,
    certificate: Certificate,
    user: Option<User>,
    count_only: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct User {
    pub(crate) name: String,
    pub(crate) password: String,
}

impl Builder {
    /// Offers STARTTLS, and behaves so when it is asked for. Mail is taken without it too: whether a client insists is
    /// for the test to see.
    pub fn starttls(mut self, how: StartTls) -> Builder {
        self.mode = Mode::StartTls(how);
        self
    }

    /// Speaks TLS from the first byte on.
    pub fn implicit_tls(mut self) -> Builder {
        self.mode = Mode::Implicit;
        self
    }

    /// Shows this certificate.
    pub fn certificate(mut self, certificate: Certificate) -> Builder {
        self.certificate = certificate;
        self
    }

    /// Takes no mail before the client has signed in, by AUTH PLAIN or LOGIN.
    pub fn user(mut self, name: impl Into<String>, password: impl Into<String>) -> Builder {
        self.user = Some(User {
            name: name.into(),
            password: password.into(),
        });
        self
    }

    /// Keeps no mails and no commands, only the Message-IDs: for millions of mails.
    pub fn count_only(mut self) -> Builder {
        self.count_only = true;
        self
    }

    /// Starts it on a free port of 127.0.0.1.
    pub async fn start(self) -> SmtpSink {
        self.start_on(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
            .await
            .expect("a free port on 127.0.0.1")
    }

    /// Starts it on this address; port 0 means a free one.
    pub async fn start_on(self, address: SocketAddr) -> io::Result<SmtpSink> {
        SmtpSink::run(address, Setup::new(self)).await
    }
}

/// How a running sink is set up.
#[derive(Debug, Default)]
pub(crate) struct Setup {
    mode: Mode,
    pub(crate) identity: Option<Identity>,
    pub(crate) user: Option<User>,
    pub(crate) count_only: bool,
}

impl Setup {
    fn new(builder: Builder) -> Setup {
        let identity = match builder.mode {
            Mode::Plain => None,
            Mode::StartTls(_) | Mode::Implicit => Some(Identity::new(builder.certificate)),
        };
        Setup {
            mode: builder.mode,
            identity,
            user: builder.user,
            count_only: builder.count_only,
        }
    }

    pub(crate) fn is_implicit(&self) -> bool {
        self.mode == Mode::Implicit
    }

    /// How STARTTLS goes, where `EHLO` tells of it.
    pub(crate) fn starttls(&self) -> Option<StartTls> {
        match self.mode {
            Mode::StartTls(StartTls::Hidden) | Mode::Plain | Mode::Implicit => None,
            Mode::StartTls(how) => Some(how),
        }
    }

    /// The address as Muster's `SMTP_URL` takes it.
    pub(crate) fn url(&self, address: SocketAddr) -> String {
        let (scheme, option) = match self.mode {
            Mode::Plain => ("smtp", "?tls=none"),
            Mode::StartTls(_) => ("smtp", ""),
            Mode::Implicit => ("smtps", ""),
        };
        let user = self.user.as_ref().map_or_else(String::new, |user| {
            format!("{}:{}@", escaped(&user.name), escaped(&user.password))
        });
        format!("{scheme}://{user}{address}{option}")
    }
}

/// Text as the user or password of a URL.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() {
            escaped.push(byte.into());
        } else {
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_url_says_how_the_sink_is_to_be_reached() {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 2525));
        let url = |builder: Builder| Setup::new(builder).url(address);
        assert_eq!(url(Builder::default()), "smtp://127.0.0.1:2525?tls=none");
        assert_eq!(
            url(Builder::default().starttls(StartTls::Hidden)),
            "smtp://127.0.0.1:2525"
        );
        assert_eq!(
            url(Builder::default().implicit_tls().user("ada@a.example", "p:w/ö")),
            "smtps://ada%40a%2Eexample:p%3Aw%2F%C3%B6@127.0.0.1:2525"
        );
    }
}
