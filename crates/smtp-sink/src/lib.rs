//! A small SMTP server that keeps what it is sent and can be told how to answer.
//!
//! Muster's tests and its demo send real mail over real SMTP. This is the other end: it is strict about the protocol, so
//! that what passes here passes at a mail provider, and it can be scripted to misbehave at each stage the way providers
//! do: refuse for now, refuse for good, hang up, fall silent, or hang up after it took the mail.
//!
//! ```no_run
//! # async fn example() {
//! use smtp_sink::{Script, SmtpSink, Stage};
//!
//! let sink = SmtpSink::start().await;
//! sink.script(Script::reply(Stage::Rcpt, 451, "try again later").times(1));
//! // … the program under test sends to sink.url() …
//! let mail = sink.next_mail().await;
//! assert_eq!(mail.subject, "You are invited to Aurora");
//! # }
//! ```
#![expect(
    clippy::disallowed_methods,
    reason = "a mail server stamps what it receives with the real time"
)]

mod auth;
mod body;
mod command;
mod mail;
mod said;
mod script;
mod session;
mod setup;
mod state;
mod tls;
mod wire;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};

pub use crate::mail::Mail;
pub use crate::said::Said;
pub use crate::script::{Script, Stage};
use crate::setup::Setup;
pub use crate::setup::{Builder, StartTls};
use crate::state::Shared;
pub use crate::tls::Certificate;

/// How long a waiting test stays patient before it fails.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running server. It stops, with all its connections, when dropped.
#[derive(Debug)]
pub struct SmtpSink {
    address: SocketAddr,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

impl SmtpSink {
    /// Starts a server in the clear on a free port of 127.0.0.1.
    pub async fn start() -> SmtpSink {
        SmtpSink::builder().start().await
    }

    /// Starts a server in the clear on this address; port 0 means a free one.
    pub async fn start_on(address: SocketAddr) -> io::Result<SmtpSink> {
        SmtpSink::builder().start_on(address).await
    }

    /// A server with TLS, a password, or less to remember.
    pub fn builder() -> Builder {
        Builder::default()
    }

    async fn run(address: SocketAddr, setup: Setup) -> io::Result<SmtpSink> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared::new(setup));
        let server = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Ok(SmtpSink {
            address,
            shared,
            server,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address as Muster's `SMTP_URL` takes it, with user and password if there are any.
    pub fn url(&self) -> String {
        self.shared.setup.url(self.address)
    }

    /// The certificate of the authority that signed this sink's own, in PEM: trust it, and the sink is trusted.
    ///
    /// Panics when the sink speaks no TLS.
    pub fn ca_pem(&self) -> &str {
        let identity = self.shared.setup.identity.as_ref();
        &identity.expect("a sink that speaks TLS").ca_pem
    }

    /// Every mail kept so far, in the order of acceptance. Panics, as everything does that hands out mails, when the sink
    /// only counts.
    pub fn mails(&self) -> Vec<Mail> {
        self.keeping().lock().mails.clone()
    }

    /// How many mails were taken.
    pub fn count(&self) -> usize {
        self.shared.lock().count
    }

    /// The Message-IDs of the mails taken, without angle brackets, in the order of acceptance; one twice if it came twice.
    pub fn message_ids(&self) -> Vec<String> {
        self.shared.lock().message_ids.clone()
    }

    /// Waits until so many mails were taken. Panics when that takes longer than `patience`.
    pub async fn counted(&self, count: usize, patience: Duration) {
        self.shared
            .wait(&format!("{count} mails"), patience, |state| {
                (state.count >= count).then_some(())
            })
            .await;
    }

    /// Everything the clients have said, but for the text of mails.
    pub fn said(&self) -> Vec<Said> {
        self.keeping().lock().said.clone()
    }

    /// What of it could be overheard.
    pub fn said_in_clear(&self) -> Vec<String> {
        let said = self.said().into_iter();
        said.filter(|said| !said.encrypted)
            .map(|said| said.line)
            .collect()
    }

    /// A question about what only a sink has that keeps things would otherwise be answered by "nothing".
    fn keeping(&self) -> &Shared {
        assert!(!self.shared.setup.count_only, "this sink only counts");
        &self.shared
    }

    /// The mails kept after the first so many, in the order of acceptance.
    pub fn mails_after(&self, first: usize) -> Vec<Mail> {
        self.shared.lock().mails.get(first..).unwrap_or_default().to_vec()
    }

    /// Waits until no connection is open, so that all that was sent has been read: for tests that have killed the sender.
    /// Panics after 20 seconds.
    pub async fn quiet(&self) {
        self.shared
            .wait("every connection to end", PATIENCE, |state| {
                (state.open == 0).then_some(())
            })
            .await;
    }

    /// The next mail that no earlier call of `next_mail` has returned.
    ///
    /// Panics after 20 seconds, listing what did arrive.
    pub async fn next_mail(&self) -> Mail {
        self.keeping()
            .wait("another mail", PATIENCE, |state| {
                let mail = state.mails.get(state.taken).cloned()?;
                state.taken += 1;
                Some(mail)
            })
            .await
    }

    /// How many mails were kept that [`SmtpSink::next_mail`] has not returned.
    pub fn unread(&self) -> usize {
        let state = self.keeping().lock();
        state.mails.len() - state.taken
    }

    /// The first mail, past or future, for which `wanted` holds. It leaves the order of [`SmtpSink::next_mail`] alone.
    ///
    /// Panics after 20 seconds, listing what did arrive.
    pub async fn wait_for(&self, wanted: impl Fn(&Mail) -> bool) -> Mail {
        self.keeping()
            .wait("a mail that matches", PATIENCE, |state| {
                state.mails.iter().find(|mail| wanted(mail)).cloned()
            })
            .await
    }

    /// Tells the server how to answer; see [`Script`]. Scripts are tried in the order they were given.
    ///
    /// Panics when the script could never apply, because then the test would prove nothing.
    pub fn script(&self, script: Script) {
        script.check();
        self.shared.change(|state| state.scripts.push(script));
    }

    /// Forgets every script, so that new commands are answered normally. Connections already stalled stay so.
    pub fn clear_scripts(&self) {
        self.shared.change(|state| state.scripts.clear());
    }

    /// How many messages were begun with `MAIL FROM`, whatever became of them.
    pub fn attempts(&self) -> usize {
        self.shared.lock().reached(Stage::Mail)
    }

    /// How many connections were made.
    pub fn sessions(&self) -> usize {
        self.shared.lock().connections
    }

    /// Waits until a connection is stalled by a script. Panics after 20 seconds.
    pub async fn stalled(&self) {
        self.shared
            .wait("a stalled connection", PATIENCE, |state| {
                (state.stalled > 0).then_some(())
            })
            .await;
    }

    /// Waits until a connection has reached this stage, at any time since the start. Panics after 20 seconds.
    pub async fn reached(&self, stage: Stage) {
        self.reached_times(stage, 1).await;
    }

    /// Waits until this stage was reached so many times since the start. Panics after 20 seconds.
    pub async fn reached_times(&self, stage: Stage, times: usize) {
        let what = format!("stage {stage:?} to be reached {times} times");
        self.shared
            .wait(&what, PATIENCE, |state| {
                (state.reached(stage) >= times).then_some(())
            })
            .await;
    }

    /// Lets the connections stalled right now go on as if nothing had been scripted.
    pub fn release(&self) {
        self.shared.change(|state| {
            state.stalled = 0;
            state.releases += 1;
        });
    }

    /// Stops, and returns when the port is free again: for tests in which the server goes away and comes back.
    pub async fn stop(mut self) {
        self.server.abort();
        // It ends as cancelled, which is what was asked for.
        let _ = (&mut self.server).await;
    }
}

impl Drop for SmtpSink {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// Owns every connection, so that ending this task ends them all.
async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let mut sessions = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    shared.change(|state| state.open += 1);
                    sessions.spawn(session::serve(stream, peer, Arc::clone(&shared)));
                }
                Err(error) => {
                    tracing::warn!(%error, "could not accept an SMTP connection");
                    // Out of file handles, most likely: give some connection the time to end.
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            },
            Some(ended) = sessions.join_next() => {
                shared.change(|state| state.open -= 1);
                if let Err(error) = ended {
                    tracing::error!(%error, "an SMTP session panicked");
                }
            }
        }
    }
}
