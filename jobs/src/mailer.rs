//! Where mails go: to an SMTP server, or into a folder when none is configured.

mod outbox;
mod smtp;

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

/// How long handing one mail over may take, connecting included.
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
}

/// How mails leave.
#[derive(Clone)]
enum Way {
    Smtp(Arc<Smtp>),
    File(Arc<Outbox>),
}

impl Mailer {
    /// Reads the configuration. `smtp_url` is `smtp://` (with STARTTLS, unless `?tls=none`, or `?tls=opportunistic`) or
    /// `smtps://`, with `user:password@` if need be; without it mails become `.eml` files in `outbox`. `from` is an
    /// address, with or without a name: `Muster <invitations@example.org>`.
    pub fn from_url(smtp_url: Option<&str>, from: &str, outbox: &Path) -> Result<Self, MailerErrors> {
        let way = match smtp_url {
            Some(url) => Smtp::from_url(url).map(|smtp| Way::Smtp(Arc::new(smtp))),
            None => Ok(Way::File(Arc::new(Outbox::new(outbox)))),
        };
        match (sender(from), way) {
            (Ok(from), Ok(way)) => Ok(Self { from, way }),
            (from, way) => Err(MailerErrors(
                [from.err(), way.err()].into_iter().flatten().collect(),
            )),
        }
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
        match tokio::time::timeout(TIMEOUT, sending).await {
            Ok(answer) => answer,
            Err(_elapsed) => Err(for_now(format!(
                "the mail server did not finish within {} seconds",
                TIMEOUT.as_secs()
            ))),
        }
    }

    pub(crate) fn message(&self, letter: &Letter) -> Result<Message, Refusal> {
        let unusable = |error: &dyn std::error::Error| Refusal {
            permanent: true,
            code: None,
            text: format!("the mail could not be written: {error}"),
        };
        let to: Address = letter.to.as_str().parse().map_err(|error| unusable(&error))?;
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
        message
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(&letter.subject)
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
    use super::*;

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
