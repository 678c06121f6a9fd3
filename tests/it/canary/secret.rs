//! What is secret, where it may stand, and the search for it everywhere else.

use smtp_sink::Mail;

use super::looks::looks;
use super::tap::Exchange;

/// Something secret, and where it may stand.
pub struct Secret {
    /// What it is.
    pub what: &'static str,
    /// How it is written.
    pub text: String,
    /// Whether the answer to this request may say it. An answer at an address that names it may: its forms lead there.
    brought_by: fn(&Exchange) -> bool,
    /// Whether this mail may.
    mailed: fn(&Mail) -> bool,
    /// Whether this row may, which begins with the name of its table.
    stored: fn(&str) -> bool,
    /// Whether the bot may say it.
    shown: bool,
}

impl Secret {
    /// One that may stand nowhere.
    pub fn new(what: &'static str, text: impl Into<String>) -> Self {
        let text = text.into();
        assert!(text.len() >= 16, "{what} is too short to be looked for: {text}");
        Self {
            what,
            text,
            brought_by: |_| false,
            mailed: |_| false,
            stored: |_| false,
            shown: false,
        }
    }

    /// The same, which the answers to these requests may say.
    pub fn brought_by(mut self, by: fn(&Exchange) -> bool) -> Self {
        self.brought_by = by;
        self
    }

    /// The same, which these mails may say.
    pub fn mailed(mut self, mailed: fn(&Mail) -> bool) -> Self {
        self.mailed = mailed;
        self
    }

    /// The same, which these rows may hold.
    pub fn stored(mut self, stored: fn(&str) -> bool) -> Self {
        self.stored = stored;
        self
    }

    /// The same, which the bot may say to whom it is for.
    pub fn shown(mut self) -> Self {
        self.shown = true;
        self
    }

    /// Whether it may stand in this answer.
    fn may_be_in(&self, exchange: &Exchange) -> bool {
        exchange.asked.contains(&self.text) || (self.brought_by)(exchange)
    }
}

/// Everything that was written down or said.
#[derive(Default)]
pub struct Evidence {
    /// The log.
    pub log: String,
    /// Each row of each table, with the table's name in front.
    pub rows: Vec<String>,
    /// What was asked and answered over HTTP.
    pub exchanges: Vec<Exchange>,
    /// The mails that left.
    pub mails: Vec<Mail>,
    /// What the bot wrote, as Discord has it.
    pub messages: Vec<String>,
}

impl Evidence {
    /// Where secrets stand that may not, and where the log has words that no log may have.
    pub fn leaks(&self, secrets: &[Secret], quiet: &[&str]) -> Vec<String> {
        let answers: Vec<_> = self.exchanges.iter().map(Exchange::without_cookies).collect();
        let mails: Vec<_> = self.mails.iter().map(whole).collect();
        let mut found = Vec::new();
        for secret in secrets {
            let what = secret.what;
            let looks = looks(&secret.text);
            let holds = |text: &str| looks.iter().any(|look| text.contains(look.as_str()));
            for line in looks.iter().flat_map(|look| lines_with(&self.log, look)) {
                found.push(format!("{what} is logged: {line}"));
            }
            for row in self.rows.iter().filter(|row| holds(row) && !(secret.stored)(row)) {
                found.push(format!("{what} is stored: {row}"));
            }
            for (exchange, answer) in self.exchanges.iter().zip(&answers) {
                if holds(answer) && !secret.may_be_in(exchange) {
                    found.push(format!("{what} is answered to {}", exchange.asked));
                }
            }
            for (mail, text) in self.mails.iter().zip(&mails) {
                if holds(text) && !(secret.mailed)(mail) {
                    found.push(format!("{what} is mailed to {:?}: {}", mail.to, mail.subject));
                }
            }
            for message in self
                .messages
                .iter()
                .filter(|message| !secret.shown && holds(message))
            {
                found.push(format!("{what} is said by the bot: {message}"));
            }
        }
        for word in quiet {
            found.extend(lines_with(&self.log, word).map(|line| format!("{word} is logged: {line}")));
        }
        found
    }
}

/// The lines of a text in which something stands.
fn lines_with<'a>(text: &'a str, part: &'a str) -> impl Iterator<Item = &'a str> {
    // Most never stand anywhere: one look at the whole text is soon done.
    let text = if text.contains(part) { text } else { "" };
    text.lines().filter(move |line| line.contains(part))
}

/// A mail as it came, without the ends of lines that its encodings put into words, and as it is read.
fn whole(mail: &Mail) -> String {
    let raw = String::from_utf8_lossy(&mail.raw);
    let joined = raw.replace("=\r\n", "").replace("\r\n", "");
    [&*raw, &joined, &mail.text, &mail.html].join("\n")
}
