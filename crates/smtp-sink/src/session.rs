//! One SMTP session: the order of commands, the limits, and the stages at which a script may step in.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpStream;

use crate::auth::{self, Exchange, Turn};
use crate::body::{self, Keep, MAX_MESSAGE};
use crate::command::{Auth, Command, Sender};
use crate::mail::{self, Mail};
use crate::said::Said;
use crate::script::{Answer, Stage};
use crate::setup::StartTls;
use crate::state::Shared;
use crate::wire::{End, Line, Wire, written};

/// RFC 5321 says 512 with room for what extensions add; an internationalised address needs that room.
const MAX_COMMAND: usize = 2048;
const MAX_RECIPIENTS: usize = 100;

pub(crate) async fn serve(stream: TcpStream, peer: SocketAddr, shared: Arc<Shared>) {
    // Replies are short and each is waited for.
    let _ = stream.set_nodelay(true);
    let number = shared.change(|state| {
        state.connections += 1;
        state.connections
    });
    let mut session = Session {
        wire: Wire::new(stream),
        shared,
        number,
        greeted: false,
        signed_in: false,
        envelope: None,
    };
    let Err(end) = session.run().await;
    tracing::debug!(%peer, %end, "an SMTP session ended");
}

struct Session {
    wire: Wire,
    shared: Arc<Shared>,
    /// Counted from 1.
    number: usize,
    greeted: bool,
    signed_in: bool,
    envelope: Option<Envelope>,
}

struct Envelope {
    from: Sender,
    to: Vec<String>,
}

/// Whether a command goes ahead after the script was consulted.
enum Gate {
    /// With these words instead of the usual ones, where scripted.
    Open(Option<(u16, String)>),
    /// It was refused and the client told so.
    Shut,
    KeepAndDrop,
}

type Step = Result<(), End>;

impl Session {
    async fn run(&mut self) -> Result<std::convert::Infallible, End> {
        if let Some(identity) = &self.shared.setup.identity
            && self.shared.setup.is_implicit()
        {
            self.wire.encrypt(&identity.acceptor).await?;
        }
        match self.gate(Stage::Connect, &[]).await? {
            Gate::Open(words) => self.say(words, 220, "smtp-sink ESMTP").await?,
            Gate::Shut | Gate::KeepAndDrop => self.wait_for_quit().await?,
        }
        loop {
            let line = self.line().await?;
            if line.too_long {
                self.wire.reply(500, "the line is too long").await?;
                continue;
            }
            if line.has_stray_break() {
                self.wire.reply(500, "a line ends with CR LF").await?;
                continue;
            }
            match Command::parse(&line.bytes) {
                Ok(command) => self.obey(command).await?,
                Err(refusal) => self.wire.reply(refusal.0, refusal.1).await?,
            }
        }
    }

    /// The next line that is not part of a message.
    async fn line(&mut self) -> Result<Line, End> {
        let line = self.wire.line(MAX_COMMAND).await?;
        if !self.shared.setup.count_only {
            let said = Said {
                session: self.number,
                line: String::from_utf8_lossy(&line.bytes).into_owned(),
                encrypted: self.wire.is_encrypted(),
            };
            self.shared.change(|state| state.said.push(said));
        }
        Ok(line)
    }

    /// After a refused greeting a server answers nothing but QUIT.
    async fn wait_for_quit(&mut self) -> Step {
        loop {
            let line = self.line().await?;
            if Command::parse(&line.bytes) == Ok(Command::Quit) {
                return self.quit().await;
            }
            self.wire.reply(503, "this session was refused").await?;
        }
    }

    async fn obey(&mut self, command: Command) -> Step {
        match command {
            Command::Ehlo => {
                let offers = self.offers();
                self.hello(&offers).await
            }
            Command::Helo => self.hello("smtp-sink").await,
            Command::Mail(sender) => self.mail(sender).await,
            Command::Rcpt(address) => self.rcpt(address).await,
            Command::Data => self.data().await,
            Command::Rset => {
                self.envelope = None;
                self.say(None, 250, "forgotten").await
            }
            Command::Noop => self.say(None, 250, "nothing done").await,
            Command::Vrfy => self.say(None, 252, "send it and see").await,
            Command::StartTls => self.start_tls().await,
            Command::Auth(auth) => self.auth(auth).await,
            Command::Quit => self.quit().await,
        }
    }

    fn offers(&self) -> String {
        let mut offers = format!("smtp-sink\nPIPELINING\n8BITMIME\nSMTPUTF8\nSIZE {MAX_MESSAGE}");
        if self.starttls().is_some() {
            offers.push_str("\nSTARTTLS");
        }
        if self.takes_passwords() {
            offers.push_str("\nAUTH ");
            offers.push_str(auth::MECHANISMS);
        }
        offers
    }

    /// How STARTTLS goes, where it is on offer now.
    fn starttls(&self) -> Option<StartTls> {
        self.shared.setup.starttls().filter(|_| !self.wire.is_encrypted())
    }

    /// Where there is TLS to be had, a password has to be said over it.
    fn takes_passwords(&self) -> bool {
        self.shared.setup.user.is_some() && self.starttls().is_none()
    }

    async fn start_tls(&mut self) -> Step {
        let shared = Arc::clone(&self.shared);
        let (Some(how), Some(identity)) = (self.starttls(), &shared.setup.identity) else {
            return self.say(None, 502, "not offered here").await;
        };
        // Somebody in between may have added it; after the handshake it would pass for the client's own words.
        if self.wire.was_sent_ahead() {
            self.wire
                .reply(501, "STARTTLS is the last word in the clear")
                .await?;
            return Err(End::Closed("something was sent ahead of the handshake"));
        }
        let Gate::Open(words) = self.gate(Stage::StartTls, &[]).await? else {
            return Ok(());
        };
        let (code, text) = words.unwrap_or((220, "go ahead".to_owned()));
        match how {
            StartTls::Works | StartTls::Hidden => self.wire.reply(code, &text).await?,
            StartTls::BreaksOff => {
                self.wire.reply(code, &text).await?;
                return Err(End::Dropped);
            }
            StartTls::InjectsReply => {
                let both = written(code, &text) + &written(250, "smtp-sink");
                self.wire.write(both.as_bytes()).await?;
            }
        }
        self.wire.encrypt(&identity.acceptor).await?;
        self.greeted = false;
        self.envelope = None;
        Ok(())
    }

    async fn auth(&mut self, auth: Auth) -> Step {
        let shared = Arc::clone(&self.shared);
        let Some(user) = &shared.setup.user else {
            return self.say(None, 502, "not offered here").await;
        };
        if !self.takes_passwords() {
            return self.say(None, 538, "5.7.11 say STARTTLS first").await;
        }
        if !self.greeted || self.signed_in || self.envelope.is_some() {
            return self.say(None, 503, "not now").await;
        }
        let Gate::Open(words) = self.gate(Stage::Auth, &[]).await? else {
            return Ok(());
        };
        let (mut exchange, mut turn) = Exchange::begin(auth, user);
        loop {
            match turn {
                Turn::Ask(question) => self.wire.reply(334, &question).await?,
                Turn::In => {
                    self.signed_in = true;
                    return self.say(words, 235, "2.7.0 welcome").await;
                }
                Turn::Out(code, why) => return self.say(None, code, why).await,
            }
            let line = self.line().await?;
            turn = exchange.hear(&String::from_utf8_lossy(&line.bytes), user);
        }
    }

    async fn hello(&mut self, offers: &str) -> Step {
        if let Gate::Open(words) = self.gate(Stage::Ehlo, &[]).await? {
            self.greeted = true;
            self.envelope = None;
            self.say(words, 250, offers).await?;
        }
        Ok(())
    }

    async fn mail(&mut self, sender: Sender) -> Step {
        if !self.greeted {
            return self.say(None, 503, "say EHLO first").await;
        }
        if self.envelope.is_some() {
            return self.say(None, 503, "a mail was already begun").await;
        }
        if self.shared.setup.user.is_some() && !self.signed_in {
            return self.say(None, 530, "5.7.0 sign in first").await;
        }
        let Gate::Open(words) = self.gate(Stage::Mail, &[]).await? else {
            return Ok(());
        };
        if sender.size.is_some_and(|size| size > MAX_MESSAGE as u64) {
            return self.say(None, 552, "the message is too large").await;
        }
        self.envelope = Some(Envelope {
            from: sender,
            to: Vec::new(),
        });
        self.say(words, 250, "go on").await
    }

    async fn rcpt(&mut self, address: String) -> Step {
        let Some(envelope) = &self.envelope else {
            return self.say(None, 503, "say MAIL FROM first").await;
        };
        if !address.is_ascii() && !envelope.from.utf8 {
            return self.say(None, 550, "this address needs SMTPUTF8").await;
        }
        if envelope.to.len() == MAX_RECIPIENTS {
            return self.say(None, 452, "too many recipients").await;
        }
        if let Gate::Open(words) = self.gate(Stage::Rcpt, std::slice::from_ref(&address)).await? {
            if let Some(envelope) = &mut self.envelope {
                envelope.to.push(address);
            }
            self.say(words, 250, "go on").await?;
        }
        Ok(())
    }

    async fn data(&mut self) -> Step {
        let to = match &self.envelope {
            Some(envelope) if !envelope.to.is_empty() => envelope.to.clone(),
            Some(_) => return self.say(None, 554, "no valid recipients").await,
            None => return self.say(None, 503, "say MAIL FROM first").await,
        };
        let Gate::Open(words) = self.gate(Stage::Data, &to).await? else {
            return Ok(());
        };
        self.say(words, 354, "end with a line that is a single dot")
            .await?;
        let keep = if self.shared.setup.count_only {
            Keep::Head
        } else {
            Keep::All
        };
        let body = body::read(&mut self.wire, keep).await?;
        let gate = self.gate(Stage::Body, &to).await?;
        let Some(envelope) = self.envelope.take() else {
            return Ok(());
        };
        let words = match gate {
            Gate::Open(words) => Some(words),
            Gate::Shut => return Ok(()),
            Gate::KeepAndDrop => None,
        };
        let eight_bit = envelope.from.eight_bit || envelope.from.utf8;
        let raw = match body {
            Ok(raw) if raw.is_ascii() || eight_bit => raw,
            Ok(_) => return self.say(None, 554, "8-bit text was not announced").await,
            Err((code, why)) => return self.say(None, code, why).await,
        };
        self.keep(envelope, raw);
        match words {
            Some(words) => self.say(words, 250, "kept").await,
            None => Err(End::Dropped),
        }
    }

    fn keep(&self, envelope: Envelope, raw: Vec<u8>) {
        let message_id = mail::message_id(&raw);
        let mail = (!self.shared.setup.count_only).then(|| {
            let envelope = mail::Envelope {
                received_at: chrono::Utc::now(),
                from: envelope.from.address,
                to: envelope.to,
                encrypted: self.wire.is_encrypted(),
            };
            Mail::parse(envelope, raw)
        });
        self.shared.change(|state| {
            state.count += 1;
            state.message_ids.extend(message_id);
            state.mails.extend(mail);
        });
    }

    async fn quit(&mut self) -> Step {
        self.wire.reply(221, "bye").await?;
        // The client may be gone already.
        let _ = self.wire.close().await;
        Err(End::Quit)
    }

    /// Says what was scripted, else the usual.
    async fn say(&mut self, words: Option<(u16, String)>, code: u16, usual: &str) -> Step {
        match words {
            Some((code, text)) => self.wire.reply(code, &text).await?,
            None => self.wire.reply(code, usual).await?,
        }
        Ok(())
    }

    async fn gate(&mut self, stage: Stage, recipients: &[String]) -> Result<Gate, End> {
        match self.shared.reach(stage, recipients) {
            None => Ok(Gate::Open(None)),
            Some(Answer::Reply(code, text)) if code < 400 => Ok(Gate::Open(Some((code, text)))),
            Some(Answer::Reply(code, text)) => {
                self.wire.reply(code, &text).await?;
                if code == 421 {
                    Err(End::Closed("scripted"))
                } else {
                    Ok(Gate::Shut)
                }
            }
            Some(Answer::DropConnection) => Err(End::Dropped),
            Some(Answer::Stall) => {
                let stall = self.shared.stall();
                self.wire.stall(stall).await?;
                Ok(Gate::Open(None))
            }
            Some(Answer::Drip(pause)) => {
                self.wire.drip(pause);
                Ok(Gate::Open(None))
            }
            Some(Answer::KeepAndDrop) => Ok(Gate::KeepAndDrop),
        }
    }
}
