//! One SMTP session: the order of commands, the limits, and the stages at which a script may step in.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpStream;

use crate::command::{Command, Sender};
use crate::mail::Mail;
use crate::script::{Answer, Stage};
use crate::state::Shared;
use crate::wire::{End, Wire};

/// RFC 5321 says 512 with room for what extensions add; an internationalised address needs that room.
const MAX_COMMAND: usize = 2048;
/// RFC 5321: 1000 with the CR LF, not counting a stuffed dot.
const MAX_TEXT_LINE: usize = 998;
pub(crate) const MAX_MESSAGE: usize = 10 * 1024 * 1024;
const MAX_RECIPIENTS: usize = 100;

pub(crate) async fn serve(stream: TcpStream, peer: SocketAddr, shared: Arc<Shared>) {
    // Replies are short and each is waited for.
    let _ = stream.set_nodelay(true);
    let mut session = Session {
        wire: Wire::new(stream),
        shared,
        greeted: false,
        envelope: None,
    };
    let Err(end) = session.run().await;
    tracing::debug!(%peer, %end, "an SMTP session ended");
}

struct Session {
    wire: Wire,
    shared: Arc<Shared>,
    greeted: bool,
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
        match self.gate(Stage::Connect, &[]).await? {
            Gate::Open(words) => self.say(words, 220, "smtp-sink ESMTP").await?,
            Gate::Shut | Gate::KeepAndDrop => self.wait_for_quit().await?,
        }
        loop {
            let line = self.wire.line(MAX_COMMAND).await?;
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

    /// After a refused greeting a server answers nothing but QUIT.
    async fn wait_for_quit(&mut self) -> Step {
        loop {
            let line = self.wire.line(MAX_COMMAND).await?;
            if Command::parse(&line.bytes) == Ok(Command::Quit) {
                return self.quit().await;
            }
            self.wire.reply(503, "this session was refused").await?;
        }
    }

    async fn obey(&mut self, command: Command) -> Step {
        match command {
            Command::Ehlo => {
                let offers = format!("smtp-sink\nPIPELINING\n8BITMIME\nSMTPUTF8\nSIZE {MAX_MESSAGE}");
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
            Command::Quit => self.quit().await,
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
        let body = self.body().await?;
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
        let mail = Mail::parse(chrono::Utc::now(), envelope.from.address, envelope.to, raw);
        self.shared.change(|state| state.mails.push(mail));
        match words {
            Some(words) => self.say(words, 250, "kept").await,
            None => Err(End::Dropped),
        }
    }

    /// The message up to the final dot, with stuffed dots removed; or why it is not acceptable, after all of it was read.
    async fn body(&mut self) -> Result<Result<Vec<u8>, (u16, &'static str)>, End> {
        let mut raw = Vec::new();
        let mut fault = None;
        let mut after_crlf = true;
        loop {
            // One more than the longest line, for a stuffed dot.
            let line = self.wire.line(MAX_TEXT_LINE + 1).await?;
            if after_crlf && line.crlf && line.bytes == b"." {
                return Ok(match fault {
                    None => Ok(raw),
                    Some(fault) => Err(fault),
                });
            }
            let content = match line.bytes.split_first() {
                Some((b'.', rest)) => rest,
                _ => &line.bytes[..],
            };
            if line.has_stray_break() {
                fault.get_or_insert((554, "a lone CR or LF in the message"));
            } else if line.too_long || content.len() > MAX_TEXT_LINE {
                fault.get_or_insert((554, "a line of the message is too long"));
            } else if raw.len() + content.len() + 2 > MAX_MESSAGE {
                fault.get_or_insert((552, "the message is too large"));
            }
            if fault.is_none() {
                raw.extend_from_slice(content);
                raw.extend_from_slice(b"\r\n");
            }
            after_crlf = line.crlf;
        }
    }

    async fn quit(&mut self) -> Step {
        self.wire.reply(221, "bye").await?;
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
            Some(Answer::KeepAndDrop) => Ok(Gate::KeepAndDrop),
        }
    }
}
