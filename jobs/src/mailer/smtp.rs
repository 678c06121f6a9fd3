//! An SMTP server, with a few connections kept open between mails.
//!
//! Not by lettre's pool, which takes a connection back from a send that was cancelled in the middle of a command and reads
//! the rest of that reply as the answer to the next mail. Here a connection is taken out of the shelf for a mail and put
//! back only when the mail was taken: one whose mail failed or was abandoned half way is closed with it, so no reply can
//! ever be taken for that to another mail.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use lettre::Message;
use lettre::transport::smtp::authentication::Mechanism;
use lettre::transport::smtp::client::{AsyncSmtpConnection, AsyncTokioStream, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use muster_core::email::delivery::Refusal;
use tokio::net::{TcpStream, lookup_host};

use super::clear::Clear;
use super::smtp_url::{Server, Tls};
use super::{Accepted, MailerError, for_now, refusal};

/// Mail servers hang up after a few minutes at the earliest; a fresh connection is cheap.
const IDLE: Duration = Duration::from_mins(1);
const SHELF: usize = 16;
/// How long one address of the server gets to answer: there may be another that does.
const CONNECT: Duration = Duration::from_secs(10);

pub(super) struct Smtp {
    server: Server,
    hello: ClientId,
    idle: Mutex<Vec<(AsyncSmtpConnection, Instant)>>,
}

impl Smtp {
    pub(super) fn from_url(text: &str) -> Result<Self, MailerError> {
        Ok(Self {
            server: Server::from_url(text)?,
            hello: ClientId::default(),
            idle: Mutex::default(),
        })
    }

    pub(super) async fn send(&self, message: &Message) -> Result<Accepted, Refusal> {
        let mut connection = self.connection().await?;
        let reply = connection
            .send(message.envelope(), &message.formatted())
            .await
            .map_err(|error| refusal::of_mail(&error))?;
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

    async fn connection(&self) -> Result<AsyncSmtpConnection, Refusal> {
        while let Some(mut connection) = self.take_idle() {
            if connection.test_connected().await {
                return Ok(connection);
            }
        }
        let mut connection = match &self.server.tls {
            Tls::Implicit(parameters) => self.implicit(parameters).await?,
            Tls::Required(parameters) => {
                let mut connection = self.greeted(Clear::new(self.tcp().await?)).await?;
                self.starttls(&mut connection, parameters).await?;
                connection
            }
            Tls::Opportunistic(parameters) => {
                let mut connection = self.greeted(Clear::new(self.tcp().await?)).await?;
                if connection.can_starttls() {
                    self.starttls(&mut connection, parameters).await?;
                }
                connection
            }
            Tls::None => self.greeted(self.tcp().await?).await?,
        };
        if let Some(credentials) = &self.server.credentials {
            connection
                .auth(&[Mechanism::Plain, Mechanism::Login], credentials)
                .await
                .map_err(|error| refusal::of_sign_in(&error))?;
        }
        Ok(connection)
    }

    async fn implicit(&self, parameters: &TlsParameters) -> Result<AsyncSmtpConnection, Refusal> {
        let server = (self.server.host.as_str(), self.server.port);
        let tls = Some(parameters.clone());
        AsyncSmtpConnection::connect_tokio1(server, Some(CONNECT), &self.hello, tls, None)
            .await
            .map_err(|error| refusal::of_implicit_tls(&error))
    }

    async fn greeted(&self, stream: impl AsyncTokioStream + 'static) -> Result<AsyncSmtpConnection, Refusal> {
        AsyncSmtpConnection::connect_with_transport(Box::new(stream), &self.hello)
            .await
            .map_err(|error| refusal::of_server(&error))
    }

    async fn starttls(
        &self,
        connection: &mut AsyncSmtpConnection,
        parameters: &TlsParameters,
    ) -> Result<(), Refusal> {
        connection
            .starttls(parameters.clone(), &self.hello)
            .await
            .map_err(|error| refusal::of_tls(&error))
    }

    async fn tcp(&self) -> Result<TcpStream, Refusal> {
        let unreachable = |reason: &dyn std::fmt::Display| {
            for_now(format!("the mail server could not be reached: {reason}"))
        };
        let addresses = lookup_host((self.server.host.as_str(), self.server.port)).await;
        let mut refusal = unreachable(&"its name leads to no address");
        for address in addresses.map_err(|error| unreachable(&error))? {
            match tokio::time::timeout(CONNECT, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => {
                    // lettre writes the end of a mail apart from the rest: it must not wait until the rest is confirmed.
                    let _ = stream.set_nodelay(true);
                    return Ok(stream);
                }
                Ok(Err(error)) => refusal = unreachable(&error),
                Err(_elapsed) => refusal = unreachable(&"it does not answer"),
            }
        }
        Err(refusal)
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
