//! Where mails go: to an SMTP server, or into a folder when none is configured.

mod clear;
mod outbox;
mod refusal;
mod smtp;
mod smtp_url;

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message};
use muster_core::email::delivery::Refusal;
use muster_core::text::EmailAddress;

use outbox::Outbox;
use smtp::Smtp;

/// How long handing one mail over may take, connecting included, unless said otherwise.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A mail, ready to be written out.
#[derive(Debug, Clone)]
pub struct Letter {
    /// To whom.
    pub to: EmailAddress,
    /// The header that makes a repetition recognisable, angle brackets included.
    pub message_id: String,
    /// When it was written.
    pub date: DateTime<Utc>,
    /// What it is about.
    pub subject: String,
    /// The part for programs that show plain text.
    pub text: String,
    /// The part for those that show pages.
    pub html: String,
    /// Where answers go, if anywhere.
    pub reply_to: Option<EmailAddress>,
    /// Where its reader can say that they want no more of its kind, for the mail program's own button.
    pub unsubscribe: Option<String>,
}

/// What the mail server said when it took a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// Its reply code.
    pub code: i64,
    /// Its words.
    pub text: String,
}

/// A mail configuration that cannot be used, in a sentence for the operator. Never holds the password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct MailerError(String);

/// Everything that is wrong with a mail configuration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
pub struct MailerErrors(pub Vec<MailerError>);

/// Hands mails over. Cheap to clone.
#[derive(Clone)]
pub struct Mailer {
    from: Mailbox,
    way: Way,
    timeout: Duration,
}

/// How mails leave.
#[derive(Clone)]
enum Way {
    Smtp(Arc<Smtp>),
    File(Arc<Outbox>),
}

impl Mailer {
    /// Reads the configuration. `smtp_url` is `smtp://` (with STARTTLS, unless `?tls=none`, or `?tls=opportunistic`) or
    /// `smtps://`, with `user:password@` if need be, and `?ca=FILE` for a file of root certificates to trust besides the
    /// system's; without it mails become `.eml` files in `outbox`. `from` is an
    /// address, with or without a name: `Muster <invitations@example.org>`.
    pub fn from_url(smtp_url: Option<&str>, from: &str, outbox: &Path) -> Result<Self, MailerErrors> {
        let way = match smtp_url {
            Some(url) => Smtp::from_url(url).map(|smtp| Way::Smtp(Arc::new(smtp))),
            None => Ok(Way::File(Arc::new(Outbox::new(outbox)))),
        };
        match (sender(from), way) {
            (Ok(from), Ok(way)) => Ok(Self {
                from,
                way,
                timeout: TIMEOUT,
            }),
            (from, way) => Err(MailerErrors(
                [from.err(), way.err()].into_iter().flatten().collect(),
            )),
        }
    }

    /// The same with another limit on how long handing one mail over may take.
    pub fn with_timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// The domain that mails come from, which ids of mails end with.
    pub fn from_domain(&self) -> &str {
        self.from.email.domain()
    }

    /// Hands a mail over. The error says whether trying again can help.
    pub async fn send(&self, letter: &Letter) -> Result<Accepted, Refusal> {
        let message = self.message(letter)?;
        let sending = async {
            match &self.way {
                Way::Smtp(smtp) => smtp.send(&message).await,
                Way::File(outbox) => outbox.write(&letter.message_id, &message.formatted()).await,
            }
        };
        match tokio::time::timeout(self.timeout, sending).await {
            Ok(answer) => answer,
            Err(_elapsed) => Err(for_now(format!(
                "the mail server did not finish within {} seconds",
                self.timeout.as_secs_f32()
            ))),
        }
    }

    pub(crate) fn message(&self, letter: &Letter) -> Result<Message, Refusal> {
        let unusable = |error: &dyn std::error::Error| Refusal {
            permanent: true,
            code: None,
            text: format!("the mail could not be written: {error}"),
        };
        let address = |address: &EmailAddress| -> Result<Address, Refusal> {
            address.as_str().parse().map_err(|error| unusable(&error))
        };
        // Encoded whatever the text: lines stay short, and no byte of it can mean anything to a mail server.
        let part = |kind: ContentType, text: &str| {
            SinglePart::builder()
                .header(kind)
                .header(ContentTransferEncoding::QuotedPrintable)
                .body(text.to_owned())
        };
        let header = |name: &'static str, value: &str| {
            HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
        };
        let mut message = Message::builder();
        if let Some(url) = &letter.unsubscribe {
            message = message.raw_header(header("List-Unsubscribe", &format!("<{url}>")));
            // RFC 8058 promises one click over TLS only.
            if url.starts_with("https://") {
                message = message.raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"));
            }
        }
        if let Some(inviter) = &letter.reply_to {
            message = message.reply_to(Mailbox::new(None, address(inviter)?));
        }
        message
            .from(self.from.clone())
            .to(Mailbox::new(None, address(&letter.to)?))
            .raw_header(subject(&letter.subject))
            .date(SystemTime::from(letter.date))
            .message_id(Some(letter.message_id.clone()))
            .raw_header(header("Auto-Submitted", "auto-generated"))
            .multipart(
                MultiPart::alternative()
                    .singlepart(part(ContentType::TEXT_PLAIN, &letter.text))
                    .singlepart(part(ContentType::TEXT_HTML, &letter.html)),
            )
            .map_err(|error| unusable(&error))
    }
}

/// lettre leaves ASCII as it is, even where it would be read as an encoding of something else: a name such as
/// `=?utf-8?q?...?=` could show what no name may hold.
fn subject(text: &str) -> HeaderValue {
    /// How long `=XX=XX...` may get: what stands around it makes that a word of less than 75 characters.
    const WORD: usize = 60;
    let name = HeaderName::new_from_ascii_str("Subject");
    if !text.contains("=?") {
        return HeaderValue::new(name, text.to_owned());
    }
    let (mut words, mut word) = (Vec::new(), String::new());
    for character in text.chars() {
        // A character is not divided between two words.
        if word.len() + 3 * character.len_utf8() > WORD {
            words.push(std::mem::take(&mut word));
        }
        for byte in character.encode_utf8(&mut [0; 4]).bytes() {
            let _ = write!(word, "={byte:02X}");
        }
    }
    words.push(word);
    let words: Vec<_> = words.iter().map(|word| format!("=?utf-8?q?{word}?=")).collect();
    HeaderValue::dangerous_new_pre_encoded(name, text.to_owned(), words.join("\r\n "))
}

fn sender(text: &str) -> Result<Mailbox, MailerError> {
    let bad = |reason: &str| {
        MailerError(format!(
            "MAIL_FROM {reason}: it is an address such as `Muster <invitations@example.org>`"
        ))
    };
    if text.chars().any(char::is_control) {
        return Err(bad("has line breaks or control characters"));
    }
    let from: Mailbox = text
        .trim()
        .parse()
        .map_err(|_| bad("is not one that mail servers understand"))?;
    // The same rules as for everybody else, but for the machine's own name, which is the default.
    if from.email.domain() != "localhost" {
        EmailAddress::parse(from.email.as_ref())
            .map_err(|error| bad(&format!("cannot be used ({error})")))?;
    }
    Ok(from)
}

/// A failure that says nothing about the mail itself.
fn for_now(text: String) -> Refusal {
    Refusal {
        permanent: false,
        code: None,
        text,
    }
}

#[cfg(test)]
mod tests {
    use muster_core::text;
    use proptest::prelude::*;

    use super::*;

    fn letter(from: &str, team: &str, note: &str) -> Letter {
        Letter {
            to: EmailAddress::parse("bo@example.org").unwrap(),
            message_id: "<one@example.org>".to_owned(),
            date: DateTime::UNIX_EPOCH,
            subject: format!("{from} invited you to {team}"),
            text: note.to_owned(),
            html: note.to_owned(),
            reply_to: None,
            unsubscribe: None,
        }
    }

    fn written(letter: &Letter) -> String {
        let mailer = Mailer::from_url(None, "Muster <team@example.org>", Path::new("outbox")).unwrap();
        String::from_utf8(mailer.message(letter).unwrap().formatted()).expect("ASCII")
    }

    fn header_names(message: &str) -> Vec<&str> {
        let head = message.split_once("\r\n\r\n").unwrap().0.split("\r\n");
        head.filter(|line| !line.starts_with([' ', '\t']))
            .map(|line| line.split_once(':').map_or(line, |(name, _)| name))
            .collect()
    }

    /// Characters that mean something somewhere, among any others but those that no name may have.
    fn characters(length: std::ops::Range<usize>) -> impl Strategy<Value = String> {
        let telling = prop::sample::select(
            "<>\"'\\=?_.,:;@()[]{}&%-*`#| \u{a0}\u{2028}\u{301}ß𝔐"
                .chars()
                .collect::<Vec<_>>(),
        );
        let character = prop_oneof![
            telling,
            any::<char>().prop_filter("no name has it", |c| !c.is_control())
        ];
        prop::collection::vec(character, length).prop_map(String::from_iter)
    }

    fn name() -> impl Strategy<Value = String> {
        characters(1..64).prop_filter_map("nothing is left of it", |text| {
            text::name("what-name", &text).ok()
        })
    }

    proptest! {
        #[test]
        fn whatever_name_is_accepted_the_mail_can_be_written(from in name(), team in name(), note in characters(0..500)) {
            let message = written(&letter(&from, &team, &note));
            let plain = written(&letter("Ada", "Aurora", ""));
            prop_assert_eq!(header_names(&message), header_names(&plain));
            prop_assert!(message.is_ascii());
            for line in message.split("\r\n") {
                prop_assert!(line.len() <= 998 && !line.contains(['\r', '\n', '\0']), "{line:?}");
            }
        }
    }

    #[test]
    fn all_that_is_wrong_is_said_at_once() {
        let both = Mailer::from_url(Some("smtp://"), "Muster", Path::new("outbox"));
        let MailerErrors(errors) = both.err().unwrap();
        let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(texts.len(), 2);
        assert!(
            texts[0].starts_with("MAIL_FROM ") && texts[1].starts_with("SMTP_URL "),
            "{texts:?}"
        );
    }

    #[test]
    fn the_sender_has_a_complete_address() {
        for good in [
            "Muster <team@example.org>",
            "team@example.org",
            "\"Muster, Inc.\" <team@example.org>",
        ] {
            assert_eq!(sender(good).unwrap().email.domain(), "example.org", "{good}");
        }
        assert_eq!(
            sender("Muster <muster@localhost>").unwrap().email.domain(),
            "localhost"
        );
        for bad in [
            "",
            "Muster",
            "Muster <team>",
            "team@intranet",
            "Muster\r\nBcc: x@example.org <team@example.org>",
        ] {
            let error = sender(bad).unwrap_err().to_string();
            assert!(
                error.starts_with("MAIL_FROM ") && !error.contains("Bcc"),
                "{error}"
            );
        }
    }
}
