//! Names, notes and email addresses: read once at the edge, trusted afterwards.

mod domain;

pub use domain::Domain;

use std::fmt;
use std::str::FromStr;

use unicode_normalization::UnicodeNormalization;

use crate::column::text_column;
use crate::error::{Error, Rule};
use crate::message;
use crate::message::Message;

/// The longest name of a person or team, in characters: what a mail header and a Discord embed show without cutting.
pub const NAME_LENGTH: usize = 64;
/// The longest note to an invited person, in characters.
pub const NOTE_LENGTH: usize = 500;
/// The longest reason for a change, in characters.
pub const REASON_LENGTH: usize = 200;

/// Reads a name of one line, called by the phrase `what`: composed, trimmed, inner spaces folded, invisible and direction-changing characters taken
/// out. Control characters and line breaks are refused, because names go into mail headers.
pub fn name(what: &'static str, text: &str) -> Result<String, Error> {
    let bad = |reason: Message| Err(Rule::TextBad { what, reason }.into());
    if text.trim().chars().any(char::is_control) {
        return bad(message!("text-control"));
    }
    let clean: String = text.chars().filter(|c| !is_invisible(*c)).nfc().collect();
    let clean = clean.split_whitespace().collect::<Vec<_>>().join(" ");
    match clean.chars().count() {
        0 => bad(message!("text-empty")),
        1..=NAME_LENGTH => Ok(clean),
        long => bad(message!("text-long", length = long, most = NAME_LENGTH)),
    }
}

/// Reads a note of several lines, or none when it says nothing.
pub fn note(text: &str) -> Result<Option<String>, Error> {
    let visible = |c: &char| !is_invisible(*c) && (*c == '\n' || !c.is_control());
    let clean: String = text.chars().filter(visible).nfc().collect();
    at_most(NOTE_LENGTH, "what-note", clean.trim())
}

/// Reads why something was done, in one line, or nothing when it says nothing.
pub fn reason(text: &str) -> Result<Option<String>, Error> {
    let visible = |c: &char| !is_invisible(*c) && (c.is_whitespace() || !c.is_control());
    let clean: String = text.chars().filter(visible).nfc().collect();
    let words: Vec<&str> = clean.split_whitespace().collect();
    at_most(REASON_LENGTH, "what-reason", &words.join(" "))
}

/// A text, or none when it is empty; called by the phrase `what` when it is too long.
fn at_most(most: usize, what: &'static str, text: &str) -> Result<Option<String>, Error> {
    match text.chars().count() {
        0 => Ok(None),
        length if length <= most => Ok(Some(text.to_owned())),
        length => Err(Rule::TextBad {
            what,
            reason: message!("text-long", length = length, most = most),
        }
        .into()),
    }
}

/// Zero-width characters, direction marks and overrides, and the byte order mark: they can make one name look like
/// another.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// An email address that mail can be sent to.
///
/// The address is stored as it was typed, but for a domain in its ASCII form; two addresses are the same person's when
/// their [`EmailAddress::key`]s are equal: case is ignored, `+tags` and dots are not.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// Reads an address. Only what mail servers everywhere accept: an ASCII local part without quotes, a domain with a
    /// dot, at most 254 characters (RFC 5321, with its path limit of 256 less the angle brackets).
    pub fn parse(text: &str) -> Result<Self, Error> {
        let bad = |reason| Err(Rule::EmailBad { reason }.into());
        let Some((local, domain)) = text.trim().rsplit_once('@') else {
            return bad("email-no-at");
        };
        let atom = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c);
        if local.is_empty() || local.len() > 64 {
            return bad("email-local-length");
        }
        if !local
            .split('.')
            .all(|part| !part.is_empty() && part.chars().all(atom))
        {
            return bad("email-local-characters");
        }
        let domain = match domain::ascii(domain) {
            Ok(domain) => domain,
            Err(reason) => return bad(reason),
        };
        let address = format!("{local}@{domain}");
        if address.len() > 254 {
            bad("email-long")
        } else {
            Ok(Self(address))
        }
    }

    /// The address, as mail is sent to it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What two spellings of one address have in common.
    pub fn key(&self) -> String {
        self.0.to_ascii_lowercase()
    }

    /// The domain, in ASCII.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// The address for eyes that may not see it: `a…@e….org`.
    pub fn masked(&self) -> String {
        let (local, domain) = self.0.rsplit_once('@').unwrap_or((&self.0, ""));
        let (name, top) = domain.rsplit_once('.').unwrap_or((domain, ""));
        let first = |text: &str| text.chars().next().map(String::from).unwrap_or_default();
        format!("{}…@{}….{top}", first(local), first(name))
    }

    /// The well-known domain that was probably meant, when this one is a slip of the finger away from it.
    pub fn suggestion(&self) -> Option<&'static str> {
        const KNOWN: [&str; 12] = [
            "gmail.com",
            "googlemail.com",
            "outlook.com",
            "hotmail.com",
            "live.com",
            "yahoo.com",
            "icloud.com",
            "proton.me",
            "protonmail.com",
            "gmx.de",
            "web.de",
            "aol.com",
        ];
        let domain = self.domain().to_ascii_lowercase();
        // Short domains are a letter away from too many real ones.
        (!KNOWN.contains(&domain.as_str()))
            .then(|| {
                KNOWN
                    .into_iter()
                    .find(|known| known.len() > 7 && strsim::damerau_levenshtein(known, &domain) == 1)
            })
            .flatten()
    }
}

impl FromStr for EmailAddress {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self, Error> {
        Self::parse(text)
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

text_column!(EmailAddress);

/// Masks whatever looks like an address: mail servers like to repeat it.
pub(crate) fn without_addresses(text: &str) -> String {
    let part_of_one = |c: char| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.@".contains(c);
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(part_of_one) {
        let word = &rest[start..];
        let end = word.find(|c| !part_of_one(c)).unwrap_or(word.len());
        let (word, after) = word.split_at(end);
        clean.push_str(&rest[..start]);
        if word.contains('@') {
            let masked = EmailAddress::parse(word.trim_end_matches('.')).map(|address| address.masked());
            clean.push_str(masked.as_deref().unwrap_or("…@…"));
        } else {
            clean.push_str(word);
        }
        rest = after;
    }
    clean + rest
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses_are_told_apart_by_this_table() {
        // (typed, stored, key)
        let good = [
            ("Ada@Example.ORG", "Ada@example.org", "ada@example.org"),
            (
                " ada+team@example.org ",
                "ada+team@example.org",
                "ada+team@example.org",
            ),
            ("a.d.a@example.org", "a.d.a@example.org", "a.d.a@example.org"),
            (
                "ada@bücher.example",
                "ada@xn--bcher-kva.example",
                "ada@xn--bcher-kva.example",
            ),
        ];
        for (typed, stored, key) in good {
            let address = EmailAddress::parse(typed).unwrap();
            assert_eq!(
                (address.as_str(), address.key().as_str()),
                (stored, key),
                "{typed}"
            );
        }
        let long = format!("{}@example.org", "a".repeat(65));
        for bad in [
            "",
            "ada",
            "@example.org",
            "ada@",
            "ada@example",
            "ada@example.org.",
            "ada@.org",
            "a b@example.org",
            "adı@example.org",
            "ädа@example.org",
            "\"a\"@example.org",
            "ada@ex\nample.org",
            "ada@example.org\0",
            "a..b@example.org",
            "ada@127.0.0.1",
            &long,
        ] {
            assert!(EmailAddress::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_slip_in_a_well_known_domain_is_noticed() {
        let suggestion = |text: &str| EmailAddress::parse(text).unwrap().suggestion();
        assert_eq!(suggestion("ada@gmial.com"), Some("gmail.com"));
        assert_eq!(suggestion("ada@hotmail.co"), Some("hotmail.com"));
        assert_eq!(suggestion("ada@gmail.com"), None);
        assert_eq!(suggestion("ada@example.org"), None);
    }

    #[test]
    fn a_masked_address_tells_first_letters_only() {
        assert_eq!(
            EmailAddress::parse("ada@example.org").unwrap().masked(),
            "a…@e….org"
        );
    }

    #[test]
    fn names_lose_what_cannot_be_seen_and_refuse_line_breaks() {
        assert_eq!(
            name("what-name", "  Ada \u{202e} Park\u{200b} ").unwrap(),
            "Ada Park"
        );
        assert_eq!(
            name("what-name", "Zoe\u{200b}\u{308}").unwrap(),
            "Zoë",
            "composed last"
        );
        assert!(name("what-name", "Ada\r\nBcc: eve@example.org").is_err());
        assert!(name("what-name", "\u{200b}").is_err());
        assert!(name("what-name", &"x".repeat(65)).is_err());
        assert_eq!(note("\n").unwrap(), None);
        assert_eq!(note("Hi\n\u{7}there").unwrap().as_deref(), Some("Hi\nthere"));
        assert_eq!(
            reason(" left\nus \u{0}for good ").unwrap().as_deref(),
            Some("left us for good")
        );
        assert_eq!(reason("\u{200b}\t").unwrap(), None);
        assert!(reason(&"x".repeat(201)).is_err() && reason(&"x".repeat(200)).is_ok());
    }

    /// As hostile as a person can type.
    fn typed() -> impl Strategy<Value = String> {
        let telling = prop::sample::select(
            "\r\n\t\0\u{1b}\u{85}\u{2028}\u{202e}\u{2066}\u{200b}\u{feff} <>@\u{301}ﬁ"
                .chars()
                .collect::<Vec<_>>(),
        );
        let text = prop::collection::vec(prop_oneof![telling, any::<char>()], 0..80);
        // One control character makes a name none: half of them must not have any.
        (text, any::<bool>())
            .prop_map(|(text, tame)| text.into_iter().filter(|c| !(tame && c.is_control())).collect())
    }

    proptest! {
        #[test]
        fn a_name_is_one_line_of_what_can_be_seen(text in typed()) {
            if let Ok(clean) = name("what-name", &text) {
                prop_assert!((1..=NAME_LENGTH).contains(&clean.chars().count()));
                prop_assert!(!clean.chars().any(|c| c.is_control() || is_invisible(c)), "{clean:?}");
                prop_assert!(clean.chars().all(|c| c == ' ' || !c.is_whitespace()), "{clean:?}");
                prop_assert_eq!(name("what-name", &clean).unwrap(), clean);
            }
        }

        #[test]
        fn a_note_has_lines_and_no_other_controls(text in typed()) {
            if let Some(clean) = note(&text).unwrap() {
                prop_assert!((1..=NOTE_LENGTH).contains(&clean.chars().count()));
                prop_assert!(!clean.chars().any(|c| (c.is_control() && c != '\n') || is_invisible(c)), "{clean:?}");
                prop_assert_eq!(note(&clean).unwrap(), Some(clean));
            }
        }

        #[test]
        fn no_address_panics(text in typed(), domain in typed(), at in any::<String>()) {
            for text in [&text, &format!("{text}@{domain}"), &format!("{text}@example.org"), &format!("ada@{domain}"), &at] {
                if let Ok(address) = EmailAddress::parse(text) {
                    prop_assert_eq!(EmailAddress::parse(address.as_str()).unwrap(), address);
                }
            }
        }

        #[test]
        fn whatever_parses_parses_again_to_itself(text in "\\PC{0,40}@\\PC{0,30}") {
            if let Ok(address) = EmailAddress::parse(&text) {
                prop_assert_eq!(EmailAddress::parse(address.as_str()).unwrap(), address);
            }
        }
    }

    #[test]
    fn a_reply_loses_its_addresses_and_nothing_else() {
        for (said, shown) in [
            ("no such user", "no such user"),
            ("<bo@example.org>: unknown", "<b…@e….org>: unknown"),
            ("unknown: Bo+x@example.org.", "unknown: B…@e….org"),
            ("'bo@intranet' a@b@c, é@é", "…@… …@…, …@…"),
            ("5.1.1 https://example.org/x?y", "5.1.1 https://example.org/x?y"),
            ("@", "…@…"),
            ("", ""),
        ] {
            assert_eq!(without_addresses(said), shown);
        }
    }
}
