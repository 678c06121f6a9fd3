//! A mail as it was kept: the envelope, the bytes, and what a reader would see.

use chrono::{DateTime, Utc};
use mail_parser::{Address, HeaderForm, HeaderName, MessageParser, PartType};

/// A mail the server took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// When the final dot had arrived.
    pub received_at: DateTime<Utc>,
    /// The sender of the envelope; empty for a bounce.
    pub from: String,
    /// The accepted recipients of the envelope.
    pub to: Vec<String>,
    /// Whether it came over TLS.
    pub encrypted: bool,
    /// The message as sent, without dot-stuffing.
    pub raw: Vec<u8>,
    /// `Message-ID`, without its angle brackets.
    pub message_id: Option<String>,
    /// `Subject`, decoded; empty when there is none.
    pub subject: String,
    /// `From`, decoded: `Name <address>`; empty when there is none.
    pub from_header: String,
    /// `To`, decoded, separated by commas; empty when there is none.
    pub to_header: String,
    /// `Reply-To`, decoded.
    pub reply_to: Option<String>,
    /// The plain text part, decoded, with `\n` line ends; empty when there is none.
    pub text: String,
    /// The HTML part, decoded, with `\n` line ends; empty when there is none.
    pub html: String,
}

/// What is known of a mail besides its bytes.
#[derive(Debug)]
pub(crate) struct Envelope {
    pub(crate) received_at: DateTime<Utc>,
    pub(crate) from: String,
    pub(crate) to: Vec<String>,
    pub(crate) encrypted: bool,
}

/// `Message-ID` of a message of which the head is enough, without its angle brackets.
pub(crate) fn message_id(head: &[u8]) -> Option<String> {
    let message = MessageParser::default().parse_headers(head)?;
    message.message_id().map(str::to_owned)
}

impl Mail {
    pub(crate) fn parse(envelope: Envelope, raw: Vec<u8>) -> Mail {
        let mut mail = Mail {
            received_at: envelope.received_at,
            from: envelope.from,
            to: envelope.to,
            encrypted: envelope.encrypted,
            raw: Vec::new(),
            message_id: None,
            subject: String::new(),
            from_header: String::new(),
            to_header: String::new(),
            reply_to: None,
            text: String::new(),
            html: String::new(),
        };
        // What the parser cannot read is kept all the same: the server took it.
        if let Some(message) = MessageParser::default().parse(&raw) {
            mail.message_id = message.message_id().map(str::to_owned);
            mail.subject = message.subject().unwrap_or_default().to_owned();
            mail.from_header = message.from().map(addresses).unwrap_or_default();
            mail.to_header = message.to().map(addresses).unwrap_or_default();
            mail.reply_to = message.reply_to().map(addresses);
            // The parser offers one kind in place of the other where only one is there; a test must see what was sent.
            for part in message.text_bodies() {
                if let PartType::Text(text) = &part.body {
                    mail.text.push_str(&text.replace("\r\n", "\n"));
                }
            }
            for part in message.html_bodies() {
                if let PartType::Html(html) = &part.body {
                    mail.html.push_str(&html.replace("\r\n", "\n"));
                }
            }
        }
        mail.raw = raw;
        mail
    }

    /// The first header of this name, in any case of letters, unfolded and decoded.
    pub fn header(&self, name: &str) -> Option<String> {
        let message = MessageParser::default().parse(&self.raw)?;
        let name = HeaderName::parse(name)?;
        message
            .header_as(name, HeaderForm::Text)
            .first()?
            .as_text()
            .map(|value| value.trim().to_owned())
    }

    /// The http and https links of the text part, in order.
    pub fn links(&self) -> Vec<String> {
        let ends = |character: char| character.is_whitespace() || matches!(character, '<' | '>' | '"');
        self.text
            .split(ends)
            .filter_map(link_in)
            .map(str::to_owned)
            .collect()
    }
}

/// The link in a word, without the punctuation of the sentence around it.
fn link_in(word: &str) -> Option<&str> {
    let start = [word.find("https://"), word.find("http://")]
        .into_iter()
        .flatten()
        .min()?;
    let mut link = &word[start..];
    loop {
        let shorter = link.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', ']']);
        // A bracket belongs to the link when the link opened it.
        let shorter = match shorter.strip_suffix(')') {
            Some(open) if shorter.matches('(').count() < shorter.matches(')').count() => open,
            _ => shorter,
        };
        if shorter == link {
            return Some(link);
        }
        link = shorter;
    }
}

fn addresses(header: &Address<'_>) -> String {
    let each = header.iter().map(|one| {
        let address = one.address.as_deref().unwrap_or_default();
        match one.name.as_deref() {
            Some(name) => format!("{name} <{address}>"),
            None => address.to_owned(),
        }
    });
    each.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn nowhere() -> Envelope {
        Envelope {
            received_at: DateTime::UNIX_EPOCH,
            from: String::new(),
            to: Vec::new(),
            encrypted: false,
        }
    }

    fn mail(raw: &str) -> Mail {
        let raw = raw.replace('\n', "\r\n").into_bytes();
        Mail::parse(nowhere(), raw)
    }

    #[test]
    fn links_lose_the_punctuation_around_them() {
        let mail = mail(
            "Subject: x\n\nOpen https://a.example/i/x-_Y. Or (http://b.example/q?a=1&b=2), \
             <https://c.example/(d)>!\nnot ftp://e.example\n",
        );
        assert_eq!(
            mail.links(),
            [
                "https://a.example/i/x-_Y",
                "http://b.example/q?a=1&b=2",
                "https://c.example/(d)"
            ]
        );
    }

    #[test]
    fn headers_are_decoded_and_unfolded() {
        let mail = mail(
            "From: =?utf-8?q?J=C3=B6rg?= <j@a.example>\nTo: a@b.example,\n \"B, C\" <b@b.example>\nSubject: \
             =?utf-8?b?SGFsbMO2?=\nMessage-ID: <one@a.example>\nList-Unsubscribe: <https://a.example/u>,\n <mailto:u@a.example>\nX-One: 1\nx-one: 2\n\nHi\n",
        );
        assert_eq!(mail.from_header, "Jörg <j@a.example>");
        assert_eq!(mail.to_header, "a@b.example, B, C <b@b.example>");
        assert_eq!(mail.subject, "Hallö");
        assert_eq!(mail.message_id.as_deref(), Some("one@a.example"));
        assert_eq!(mail.reply_to, None);
        assert_eq!(
            mail.header("list-unsubscribe").unwrap(),
            "<https://a.example/u>, <mailto:u@a.example>"
        );
        assert_eq!(mail.header("X-ONE").as_deref(), Some("1"));
        assert_eq!(mail.header("X-Two"), None);
        assert_eq!(mail.text, "Hi\n");
        assert_eq!(mail.html, "");
    }

    #[test]
    fn the_head_alone_tells_the_message_id() {
        let head = b"To: a@b.example\r\nmessage-id:\r\n <one@a.example>\r\n\r\n";
        assert_eq!(message_id(head).as_deref(), Some("one@a.example"));
        assert_eq!(message_id(b"To: a@b.example\r\n\r\n"), None);
    }

    #[test]
    fn html_alone_is_not_shown_as_text() {
        let mail = mail("Content-Type: text/html\n\n<p>Hi</p>\n");
        assert_eq!(mail.text, "");
        assert_eq!(mail.html, "<p>Hi</p>\n");
    }

    #[test]
    fn what_is_no_message_is_kept_too() {
        assert_eq!(mail("").subject, "");
        assert_eq!(mail("\n\n").text.trim(), "");
    }
}
