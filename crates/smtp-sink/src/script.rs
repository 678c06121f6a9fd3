//! What a test can ask the server to do wrong, and when.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// The points of an SMTP session at which the server can be told what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    /// The connection is open, the greeting not yet sent.
    Connect,
    /// `EHLO` or `HELO` arrived.
    Ehlo,
    /// `STARTTLS` arrived, where it is offered.
    StartTls,
    /// `AUTH` arrived, where it is offered; what the client says with it is not yet looked at.
    Auth,
    /// `MAIL FROM` arrived.
    Mail,
    /// `RCPT TO` arrived; once for each recipient.
    Rcpt,
    /// `DATA` arrived.
    Data,
    /// The whole message arrived, final dot included.
    Body,
}

impl Stage {
    pub(crate) const COUNT: usize = 8;

    pub(crate) fn index(self) -> usize {
        self as usize
    }

    fn knows_recipients(self) -> bool {
        match self {
            Stage::Connect | Stage::Ehlo | Stage::StartTls | Stage::Auth | Stage::Mail => false,
            Stage::Rcpt | Stage::Data | Stage::Body => true,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    Reply(u16, String),
    DropConnection,
    Stall,
    Drip(Duration),
    KeepAndDrop,
}

type RecipientFilter = Arc<dyn Fn(&str) -> bool + Send + Sync>;

/// One instruction: at this stage, answer so. It holds until cleared, or for the next few times with [`Script::times`].
#[derive(Clone)]
pub struct Script {
    stage: Stage,
    answer: Answer,
    left: Option<usize>,
    only_to: Option<RecipientFilter>,
}

impl Script {
    /// Answers with this code and text. A code below 400 lets the command take effect and only changes the words; 421
    /// also closes the connection. Line breaks in the text make a reply of several lines.
    pub fn reply(stage: Stage, code: u16, text: impl Into<String>) -> Script {
        Script::new(stage, Answer::Reply(code, text.into()))
    }

    /// Closes the connection without an answer. A message that had arrived is not kept.
    pub fn drop_connection(stage: Stage) -> Script {
        Script::new(stage, Answer::DropConnection)
    }

    /// Says nothing more until released with [`SmtpSink::release`](crate::SmtpSink::release). When the client gives up
    /// first, the message is not kept.
    pub fn stall(stage: Stage) -> Script {
        Script::new(stage, Answer::Stall)
    }

    /// Answers as usual, but from here on until the connection ends each byte comes so long after the one before: a
    /// server that is not silent and yet never done.
    pub fn drip(stage: Stage, pause: Duration) -> Script {
        Script::new(stage, Answer::Drip(pause))
    }

    /// Keeps the message and closes the connection before saying so: the case in which a sender cannot know.
    pub fn keep_and_drop() -> Script {
        Script::new(Stage::Body, Answer::KeepAndDrop)
    }

    fn new(stage: Stage, answer: Answer) -> Script {
        Script {
            stage,
            answer,
            left: None,
            only_to: None,
        }
    }

    /// Applies the next so many times only.
    #[must_use]
    pub fn times(mut self, times: usize) -> Script {
        self.left = Some(times);
        self
    }

    /// Applies only to recipients for which `matches` holds; at [`Stage::Data`] and [`Stage::Body`], to messages with at
    /// least one such recipient.
    #[must_use]
    pub fn only_to(mut self, matches: impl Fn(&str) -> bool + Send + Sync + 'static) -> Script {
        self.only_to = Some(Arc::new(matches));
        self
    }

    pub(crate) fn check(&self) {
        assert!(
            self.only_to.is_none() || self.stage.knows_recipients(),
            "no recipient is known yet at {:?}: script Rcpt, Data or Body",
            self.stage
        );
        assert!(self.left != Some(0), "a script for the next 0 times does nothing");
        if let Answer::Reply(code, _) = self.answer {
            assert!((200..600).contains(&code), "{code} is not an SMTP reply code");
        }
    }

    fn applies(&self, stage: Stage, recipients: &[String]) -> bool {
        self.stage == stage
            && self
                .only_to
                .as_ref()
                .is_none_or(|matches| recipients.iter().any(|address| matches(address)))
    }
}

impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Script")
            .field("stage", &self.stage)
            .field("answer", &self.answer)
            .field("left", &self.left)
            .field("filtered", &self.only_to.is_some())
            .finish()
    }
}

/// The answer of the first script that applies, which is then used up by one.
pub(crate) fn consult(scripts: &mut Vec<Script>, stage: Stage, recipients: &[String]) -> Option<Answer> {
    let position = scripts
        .iter()
        .position(|script| script.applies(stage, recipients))?;
    let script = &mut scripts[position];
    let answer = script.answer.clone();
    if let Some(left) = &mut script.left {
        *left -= 1;
        if *left == 0 {
            scripts.remove(position);
        }
    }
    Some(answer)
}
