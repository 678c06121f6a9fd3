//! Why a mail was not taken, in plain words.
//!
//! Mail servers answer with a code of three digits, mostly with an enhanced one of three numbers (RFC 3463) in front of
//! their words, and each with words of its own. The enhanced code is believed first where it says something definite,
//! then the words, then the three digits.

/// What stands in a mail's row when it was dropped because its reader wants no invitations.
pub(crate) const NOT_WANTED: &str = "the address wants no invitations";

/// Why a mail was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Senders that the server does not know yet have to come back later.
    Greylisted,
    /// Too much for the server at the moment.
    Busy,
    /// The mailbox is full.
    MailboxFull,
    /// The server has no such mailbox.
    NoSuchMailbox,
    /// The domain takes no mail.
    NoSuchDomain,
    /// The mailbox exists and takes nothing.
    MailboxOff,
    /// It is taken for spam, or we for spammers.
    Spam,
    /// It cannot be proved that mail of our domain comes from us.
    SenderUnproven,
    /// It is too large.
    TooBig,
    /// The server did not accept our user and password.
    SignIn,
    /// There is no encrypted connection to be had.
    NoTls,
    /// The server cannot prove who it is.
    Certificate,
    /// The server cannot be reached.
    Unreachable,
    /// The connection broke.
    Dropped,
    /// The server took too long.
    Slow,
    /// We gave up.
    GaveUp,
    /// We could not write the mail.
    Unwritable,
    /// Its reader wants no invitations.
    NotWanted,
    /// The server says no, and no more.
    Refused,
    /// The server says not now, and no more.
    NotNow,
}

impl Reason {
    /// Reads the latest answer to a mail: the server's code, if it gave one, and its words or ours.
    pub fn of(code: Option<i64>, text: &str) -> Self {
        match code {
            Some(code) => {
                let text = text.to_lowercase();
                let temporary = (400..500).contains(&code);
                Self::by_our_preface(&text)
                    .or_else(|| Self::by_enhanced_code(&text, temporary))
                    .or_else(|| Self::by_words(&text, temporary))
                    .unwrap_or_else(|| Self::by_code(code))
            }
            None if text == NOT_WANTED => Self::NotWanted,
            None => Self::by_our_words(&text.to_lowercase()),
        }
    }

    /// What we write in front of a server's words when they are about us and not about the mail.
    fn by_our_preface(text: &str) -> Option<Self> {
        if text.starts_with("the mail server did not accept our user") {
            Some(Self::SignIn)
        } else if text.starts_with("the mail server could not begin tls") {
            Some(Self::NoTls)
        } else {
            None
        }
    }

    fn by_enhanced_code(text: &str, temporary: bool) -> Option<Self> {
        let (subject, detail) = enhanced(text)?;
        match (subject, detail) {
            (1, 1 | 3 | 6) => Some(Self::NoSuchMailbox),
            (1, 2 | 10) | (4, 4) if !temporary => Some(Self::NoSuchDomain),
            (2, 1) => Some(Self::MailboxOff),
            (2, 2) => Some(Self::MailboxFull),
            (2 | 3, 3 | 4) => Some(Self::TooBig),
            (7, 8) => Some(Self::SignIn),
            (7, 20..=27) | (1, 7 | 8) => Some(Self::SenderUnproven),
            _ => None,
        }
    }

    fn by_words(text: &str, temporary: bool) -> Option<Self> {
        let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
        if temporary && has(&["greylist", "graylist", "grey list", "gray list", "greylisting"]) {
            Some(Self::Greylisted)
        } else if has(&[
            "over quota",
            "quota exceeded",
            "overquota",
            "mailbox full",
            "mailbox is full",
        ]) {
            Some(Self::MailboxFull)
        } else if has(&[
            "user unknown",
            "unknown user",
            "unknown recipient",
            "recipient unknown",
            "no such user",
            "no such mailbox",
            "no such recipient",
            "no such address",
            "no mailbox",
            "mailbox not found",
            "user not found",
            "does not exist",
            "doesn't exist",
            "invalid recipient",
        ]) {
            Some(Self::NoSuchMailbox)
        } else if has(&["host not found", "domain not found", "no mx"]) {
            Some(Self::NoSuchDomain)
        } else if has(&["mailbox disabled", "account disabled", "inactive", "suspended"]) {
            Some(Self::MailboxOff)
        } else if has(&["spf", "dkim", "dmarc", "unauthenticated"]) {
            Some(Self::SenderUnproven)
        } else if has(&[
            "spam",
            "blacklist",
            "blocklist",
            "block list",
            "dnsbl",
            "spamhaus",
            "reputation",
            "junk",
        ]) {
            Some(Self::Spam)
        } else if has(&["authentication failed", "authentication required"]) {
            Some(Self::SignIn)
        } else if temporary && has(&["too many", "rate limit", "try again", "throttl"]) {
            Some(Self::Busy)
        } else {
            None
        }
    }

    fn by_code(code: i64) -> Self {
        match code {
            421 | 450 | 451 => Self::Busy,
            452 | 552 => Self::MailboxFull,
            454 | 530 | 534 | 535 | 538 => Self::SignIn,
            551 | 553 => Self::NoSuchMailbox,
            556 => Self::NoSuchDomain,
            400..500 => Self::NotNow,
            _ => Self::Refused,
        }
    }

    /// Where no server answered: what the mailer says.
    fn by_our_words(text: &str) -> Self {
        let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
        if text.starts_with("we gave up") {
            Self::GaveUp
        } else if text.starts_with("the mail could not be written") {
            Self::Unwritable
        } else if has(&["certificate"]) {
            Self::Certificate
        } else if has(&["tls", "not encrypted"]) {
            Self::NoTls
        } else if has(&["did not finish", "timed out", "timeout"]) {
            Self::Slow
        } else if has(&["hung up", "reset", "broken pipe", "incomplete", "eof", "aborted"]) {
            Self::Dropped
        } else if has(&["connect", "network", "resolve", "lookup", "unreachable"]) {
            Self::Unreachable
        } else {
            Self::NotNow
        }
    }

    /// The phrase for what is the matter, as the end of a sentence.
    pub fn phrase(self) -> &'static str {
        match self {
            Self::Greylisted => "mail-reason-greylisted",
            Self::Busy => "mail-reason-busy",
            Self::MailboxFull => "mail-reason-mailbox-full",
            Self::NoSuchMailbox => "mail-reason-no-mailbox",
            Self::NoSuchDomain => "mail-reason-no-domain",
            Self::MailboxOff => "mail-reason-mailbox-off",
            Self::Spam => "mail-reason-spam",
            Self::SenderUnproven => "mail-reason-unproven",
            Self::TooBig => "mail-reason-too-big",
            Self::SignIn => "mail-reason-sign-in",
            Self::NoTls => "mail-reason-no-tls",
            Self::Certificate => "mail-reason-certificate",
            Self::Unreachable => "mail-reason-unreachable",
            Self::Dropped => "mail-reason-dropped",
            Self::Slow => "mail-reason-slow",
            Self::GaveUp => "mail-reason-gave-up",
            Self::Unwritable => "mail-reason-unwritable",
            Self::NotWanted => "mail-reason-not-wanted",
            Self::Refused => "mail-reason-refused",
            Self::NotNow => "mail-reason-not-now",
        }
    }

    /// The phrase for what the inviter can do once the mail has failed for good.
    pub fn advice(self) -> &'static str {
        match self {
            Self::NoSuchMailbox | Self::NoSuchDomain => "mail-advice-check",
            Self::MailboxFull => "mail-advice-room",
            Self::MailboxOff | Self::NotWanted => "mail-advice-another",
            Self::Spam | Self::TooBig | Self::Refused => "mail-advice-another-or-operator",
            Self::Greylisted | Self::Busy | Self::NotNow | Self::GaveUp => "mail-advice-resend",
            Self::SenderUnproven
            | Self::SignIn
            | Self::NoTls
            | Self::Certificate
            | Self::Unreachable
            | Self::Dropped
            | Self::Slow
            | Self::Unwritable => "mail-advice-operator",
        }
    }
}

/// Subject and detail of the enhanced code that a reply begins with, if it does.
fn enhanced(text: &str) -> Option<(u16, u16)> {
    let mut numbers = text.split_whitespace().next()?.split('.');
    let class = numbers.next()?;
    let (subject, detail) = (numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?);
    (matches!(class, "4" | "5") && numbers.next().is_none()).then_some((subject, detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_of_mail_servers_are_understood_by_this_table() {
        use Reason::*;
        for (code, text, reason) in [
            (451, "4.7.1 Greylisted, please come back later", Greylisted),
            (
                450,
                "4.2.0 <bo@example.org>: Recipient address rejected: Greylisted",
                Greylisted,
            ),
            (451, "greylisted", Greylisted),
            (550, "5.7.1 greylisted hosts are refused", Refused),
            (421, "4.3.2 try again later", Busy),
            (450, "4.2.1 too many messages to this recipient", MailboxOff),
            (451, "too many connections", Busy),
            (
                452,
                "4.2.2 The recipient's inbox is out of storage space",
                MailboxFull,
            ),
            (452, "mailbox full", MailboxFull),
            (552, "5.2.2 over quota", MailboxFull),
            (552, "", MailboxFull),
            (
                550,
                "5.1.1 The email account that you tried to reach",
                NoSuchMailbox,
            ),
            (550, "no such user", NoSuchMailbox),
            (553, "sorry", NoSuchMailbox),
            (550, "5.1.10 null MX", NoSuchDomain),
            (550, "5.2.1 The account is disabled", MailboxOff),
            (554, "5.7.1 Message rejected as spam by content filtering", Spam),
            (550, "5.7.1 blocked using a blocklist", Spam),
            (550, "5.7.26 Unauthenticated mail is not accepted", SenderUnproven),
            (550, "5.7.1 DMARC policy", SenderUnproven),
            (552, "5.3.4 message size exceeds limit", TooBig),
            (535, "5.7.8 Bad credentials", SignIn),
            (530, "", SignIn),
            (
                535,
                "the mail server did not accept our user and password: no such user",
                SignIn,
            ),
            (454, "the mail server could not begin TLS: not now", NoTls),
            (550, "no", Refused),
            (554, "5.0.0 transaction failed", Refused),
            (471, "hm", NotNow),
        ] {
            assert_eq!(Reason::of(Some(code), text), reason, "{code} {text}");
        }
    }

    #[test]
    fn what_goes_wrong_on_the_way_is_understood_by_this_table() {
        use Reason::*;
        for (text, reason) in [
            ("Connection error: Connection refused (os error 111)", Unreachable),
            (
                "the connection to the mail server failed: failed to lookup address information",
                Unreachable,
            ),
            ("STARTTLS is not supported on this server", NoTls),
            (
                "the mail server does not offer STARTTLS, and without TLS nothing is sent",
                NoTls,
            ),
            ("the mail server's certificate has expired", Certificate),
            ("tls error: certificate verify failed", Certificate),
            ("the mail server did not finish within 30 seconds", Slow),
            ("network error: connection reset by peer", Dropped),
            (
                "the mail server hung up, or did not answer as mail servers do (incomplete)",
                Dropped,
            ),
            ("we gave up after 100 tries", GaveUp),
            ("the mail could not be written: bad header", Unwritable),
            (NOT_WANTED, NotWanted),
            ("something else", NotNow),
        ] {
            assert_eq!(Reason::of(None, text), reason, "{text}");
        }
    }

    #[test]
    fn only_whole_enhanced_codes_are_read() {
        assert_eq!(enhanced("5.1.1 no"), Some((1, 1)));
        for text in [
            "",
            "no",
            "5.1",
            "5.1.1.1 no",
            "192.0.2.1 is blocked",
            "2.1.1 ok",
            "5.1.x",
        ] {
            assert_eq!(enhanced(text), None, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn whatever_a_server_says_has_a_reason(code in proptest::option::of(0_i64..1000), text in "\\PC{0,80}") {
            let reason = Reason::of(code, &text);
            proptest::prop_assert!(!reason.phrase().is_empty() && !reason.advice().is_empty());
        }
    }
}
