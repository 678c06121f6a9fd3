//! How a mail's delivery goes, in plain words: one wording for Discord and the pages.

use chrono::{DateTime, Utc};

use super::reason::Reason;
use super::{Delivery, Kind, Status};
use crate::message;
use crate::message::Message;

/// How a mail's delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The mail server has it.
    Sent,
    /// Its turn comes, or has come.
    Underway,
    /// It was not taken, and is tried again.
    Retrying,
    /// It was refused for good, or we gave up.
    Failed,
    /// It was dropped.
    NotSent,
}

/// A mail's delivery in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// How it stands.
    pub standing: Standing,
    /// What happened, in half a sentence.
    pub text: Message,
    /// The server's own words, or ours of what went wrong on the way there. Somebody else's text: to be escaped.
    pub said: Option<String>,
    /// What the inviter can do about it.
    pub advice: Option<Message>,
}

impl Delivery {
    /// The delivery in words, as it stands now.
    pub fn told(&self, now: DateTime<Utc>) -> Told {
        let why = |reason: Reason| message!(reason.phrase());
        let (standing, text, reason) = match self.status {
            Status::Sent => {
                let text = self
                    .sent_at
                    .map_or_else(|| message!("mail-sent"), |at| message!("mail-sent-at", at = at));
                (Standing::Sent, text, None)
            }
            Status::Sending => (Standing::Underway, message!("mail-underway"), None),
            Status::Queued => match self.reason() {
                None => (Standing::Underway, message!("mail-waiting"), None),
                Some(reason) => {
                    let text = if self.next_attempt_at > now {
                        message!("mail-retrying", at = self.next_attempt_at, why = why(reason))
                    } else {
                        message!("mail-retrying-now", why = why(reason))
                    };
                    (Standing::Retrying, text, Some(reason))
                }
            },
            Status::Failed => {
                let reason = self.reason().unwrap_or(Reason::Refused);
                let text = message!("mail-failed", why = why(reason));
                (Standing::Failed, text, Some(reason))
            }
            Status::Cancelled => {
                let reason = self.reason().filter(|reason| *reason == Reason::NotWanted);
                let why = reason.map_or(message!("mail-reason-not-needed"), why);
                (Standing::NotSent, message!("mail-not-sent", why = why), reason)
            }
        };
        let ours = matches!(reason, None | Some(Reason::NotWanted));
        let subject = match self.kind {
            Kind::Reminder => message!("mail-subject-reminder"),
            _ => message!("mail-subject-mail"),
        };
        Told {
            standing,
            text: message!("mail-told", subject = subject, what = text),
            said: if ours { None } else { self.said() },
            advice: (standing == Standing::Failed)
                .then(|| reason.map(|reason| message!(reason.advice())))
                .flatten(),
        }
    }

    fn reason(&self) -> Option<Reason> {
        let text = self.last_text.as_deref();
        (text.is_some() || self.last_code.is_some())
            .then(|| Reason::of(self.last_code, text.unwrap_or_default()))
    }

    fn said(&self) -> Option<String> {
        match (self.last_code, self.last_text.as_deref()) {
            (Some(code), text) => Some(format!("{code} {}", text.unwrap_or_default()).trim().to_owned()),
            (None, text) => text.map(str::to_owned),
        }
    }
}
