//! How a mail's delivery goes, in plain words: one wording for Discord and the pages.

use chrono::{DateTime, Utc};

use super::reason::Reason;
use super::{Delivery, Kind, Status};

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
    pub text: String,
    /// The server's own words, or ours of what went wrong on the way there. Somebody else's text: to be escaped.
    pub said: Option<String>,
    /// What the inviter can do about it.
    pub advice: Option<&'static str>,
}

impl Delivery {
    /// The delivery in words; `time` writes a time, seen from now, the way the surface shows times.
    pub fn told(&self, now: DateTime<Utc>, time: &dyn Fn(DateTime<Utc>) -> String) -> Told {
        let (standing, text, reason) = match self.status {
            Status::Sent => {
                let text = self
                    .sent_at
                    .map_or_else(|| "sent".to_owned(), |at| format!("sent {}", time(at)));
                (Standing::Sent, text, None)
            }
            Status::Sending => (Standing::Underway, "being sent now".to_owned(), None),
            Status::Queued => match self.reason() {
                None => (Standing::Underway, "waiting to be sent".to_owned(), None),
                Some(reason) => {
                    let next = if self.next_attempt_at > now {
                        format!("next try {}", time(self.next_attempt_at))
                    } else {
                        "trying again now".to_owned()
                    };
                    let text = format!("not taken yet, {next}: {}", reason.words());
                    (Standing::Retrying, text, Some(reason))
                }
            },
            Status::Failed => {
                let reason = self.reason().unwrap_or(Reason::Refused);
                let text = format!("not delivered: {}", reason.words());
                (Standing::Failed, text, Some(reason))
            }
            Status::Cancelled => {
                let reason = self.reason().filter(|reason| *reason == Reason::NotWanted);
                let why = reason.map_or("no longer needed", Reason::words);
                (Standing::NotSent, format!("not sent: {why}"), reason)
            }
        };
        let ours = matches!(reason, None | Some(Reason::NotWanted));
        Told {
            standing,
            text: format!("{} {text}", self.subject()),
            said: if ours { None } else { self.said() },
            advice: (standing == Standing::Failed)
                .then(|| reason.map(Reason::advice))
                .flatten(),
        }
    }

    fn subject(&self) -> &'static str {
        if self.kind == Kind::Reminder {
            "Reminder"
        } else {
            "Mail"
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::email::reason::NOT_WANTED;

    #[test]
    fn a_delivery_says_what_happened_and_what_can_be_done() {
        let now: DateTime<Utc> = "2026-11-22T09:00:00Z".parse().unwrap();
        let told = |kind, status, attempts, code, text: Option<&str>, next: i64| {
            let delivery = Delivery {
                id: ulid::Ulid::nil().into(),
                kind,
                status,
                attempts,
                next_attempt_at: now + chrono::TimeDelta::seconds(next),
                last_code: code,
                last_text: text.map(str::to_owned),
                created_at: now,
                sent_at: (status == Status::Sent).then_some(now),
            };
            let Told {
                standing,
                text,
                said,
                advice,
            } = delivery.told(now, &|at| at.format("at %H:%M").to_string());
            (standing, text, said.unwrap_or_default(), advice.is_some())
        };
        let tell = |kind, status, attempts, code, text, next, wanted: (Standing, &str, &str, bool)| {
            let (standing, words, said, advice) = told(kind, status, attempts, code, text, next);
            assert_eq!((standing, words.as_str(), said.as_str(), advice), wanted);
        };
        let (mail, reminder) = (Kind::Invitation, Kind::Reminder);
        tell(
            mail,
            Status::Queued,
            0,
            None,
            None,
            0,
            (Standing::Underway, "Mail waiting to be sent", "", false),
        );
        tell(
            mail,
            Status::Sending,
            1,
            None,
            None,
            9,
            (Standing::Underway, "Mail being sent now", "", false),
        );
        tell(
            mail,
            Status::Sent,
            1,
            Some(250),
            Some("2.0.0 ok"),
            9,
            (Standing::Sent, "Mail sent at 09:00", "", false),
        );
        tell(
            reminder,
            Status::Sent,
            1,
            Some(250),
            None,
            9,
            (Standing::Sent, "Reminder sent at 09:00", "", false),
        );
        tell(
            mail,
            Status::Queued,
            1,
            Some(452),
            Some("mailbox full"),
            60,
            (
                Standing::Retrying,
                "Mail not taken yet, next try at 09:01: the mailbox is full",
                "452 mailbox full",
                false,
            ),
        );
        tell(
            mail,
            Status::Queued,
            1,
            None,
            Some("Connection error"),
            0,
            (
                Standing::Retrying,
                "Mail not taken yet, trying again now: our mail server cannot be reached",
                "Connection error",
                false,
            ),
        );
        tell(
            mail,
            Status::Failed,
            1,
            Some(550),
            Some("no such user"),
            0,
            (
                Standing::Failed,
                "Mail not delivered: there is no such mailbox",
                "550 no such user",
                true,
            ),
        );
        tell(
            mail,
            Status::Cancelled,
            0,
            None,
            None,
            0,
            (Standing::NotSent, "Mail not sent: no longer needed", "", false),
        );
        tell(
            mail,
            Status::Cancelled,
            0,
            None,
            Some(NOT_WANTED),
            0,
            (
                Standing::NotSent,
                "Mail not sent: they want no invitations from here",
                "",
                false,
            ),
        );
    }
}
