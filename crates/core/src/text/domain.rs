//! The domain of addresses: what stands behind the @.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::EmailAddress;
use crate::error::{Error, Rule};
use crate::message;

/// A domain, in lower case and in its ASCII form, so that two spellings of one domain are equal.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Domain(String);

impl Domain {
    /// Reads a domain that addresses can have, with or without the @ before it.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        let read = ascii(text.strip_prefix('@').unwrap_or(text));
        read.map(Self).map_err(|reason| {
            Rule::TextBad {
                what: "what-domain",
                reason: message!("domain-bad", why = message!(reason)),
            }
            .into()
        })
    }

    /// The domain as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether an address is of this very domain. Those of its sub-domains may be somebody else's to give out.
    pub fn is_of(&self, address: &EmailAddress) -> bool {
        self.0 == address.domain()
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Domain {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        Self::parse(&text)
    }
}

impl From<Domain> for String {
    fn from(domain: Domain) -> Self {
        domain.0
    }
}

/// The ASCII form of a domain that mail can be sent to, or the phrase for what is wrong with it.
pub(super) fn ascii(text: &str) -> Result<String, &'static str> {
    let domain = idna::domain_to_ascii_strict(text).map_err(|_| "email-domain-invalid")?;
    let mut labels = domain.rsplit('.');
    let top = labels.next().unwrap_or_default();
    if labels.next().is_none() || domain.split('.').any(str::is_empty) {
        Err("email-domain-incomplete")
    } else if top.chars().all(|c| c.is_ascii_digit()) {
        Err("email-domain-number")
    } else {
        Ok(domain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_very_domain_counts() {
        let domain = Domain::parse(" @Bücher.Example ").unwrap();
        assert_eq!(domain.as_str(), "xn--bcher-kva.example");
        let is_of = |address: &str| domain.is_of(&EmailAddress::parse(address).unwrap());
        assert!(is_of("ada@bücher.example") && is_of("ada@XN--BCHER-KVA.EXAMPLE"));
        for other in [
            "ada@mail.bücher.example",
            "ada@bucher.example",
            "ada@notbücher.example",
        ] {
            assert!(!is_of(other), "{other}");
        }
        for bad in [
            "",
            "@",
            "example",
            "example.org.",
            "a b.org",
            "*.example.org",
            "10.0.0.1",
            "ada@example.org",
        ] {
            assert!(Domain::parse(bad).is_err(), "{bad:?}");
        }
    }
}
