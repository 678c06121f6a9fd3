//! The form of a webhook, one that is to be made or one that exists.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use muster_core::activity::Kind;
use muster_core::error::{Error, Rule};
use muster_core::webhook::{self, Wanted, Webhook};

use super::super::say;
use crate::web::error::Problem;
use crate::web::words;

/// How the field of a kind begins.
const KIND: &str = "kind.";

/// The form of a webhook.
pub struct Fields {
    /// Where messages go.
    pub url: String,
    /// What people call it.
    pub description: String,
    /// Whether all kinds are sent.
    pub all: bool,
    /// Every kind: its name, what people read, and whether it is chosen.
    pub kinds: Vec<(&'static str, String, bool)>,
    /// What is wrong with the URL.
    pub url_error: Option<String>,
    /// What is wrong with the description.
    pub description_error: Option<String>,
    /// What is wrong with the kinds.
    pub kinds_error: Option<String>,
    /// Why it was not done, if no field is to blame, and the name of that.
    pub alert: Option<(String, &'static str)>,
}

impl Fields {
    fn new(url: &str, description: &str, all: bool, chosen: impl Fn(Kind) -> bool) -> Self {
        let kinds = webhook::offered().map(|kind| (kind.as_str(), label(kind.as_str()), chosen(kind)));
        Self {
            url: url.to_owned(),
            description: description.to_owned(),
            all,
            kinds: kinds.collect(),
            url_error: None,
            description_error: None,
            kinds_error: None,
            alert: None,
        }
    }

    /// The form of one that is to be made.
    pub fn empty() -> Self {
        Self::new("", "", true, |_| false)
    }

    /// The form of one that exists.
    pub fn of(webhook: &Webhook) -> Self {
        let all = webhook.wants_all();
        Self::new(&webhook.url, &webhook.description, all, |kind| {
            !all && webhook.wants(kind)
        })
    }

    /// The form as it was sent.
    pub fn typed(wanted: &Wanted) -> Self {
        let chosen = |kind: Kind| {
            wanted
                .kinds
                .as_ref()
                .is_some_and(|kinds| kinds.contains(kind.as_str()))
        };
        Self::new(&wanted.url, &wanted.description, wanted.kinds.is_none(), chosen)
    }

    /// Says at its field, or above all of them, why it was not done. What is no matter of the form comes back.
    pub fn blame(mut self, error: Error, now: DateTime<Utc>) -> Result<(Self, Problem), Error> {
        let Error::Rule(rule) = error else {
            return Err(error);
        };
        let sentence = words::told(&rule.message(), now);
        match &rule {
            Rule::TextBad {
                what: "what-webhook-url",
                ..
            } => self.url_error = Some(sentence),
            Rule::TextBad {
                what: "what-webhook-description",
                ..
            } => self.description_error = Some(sentence),
            Rule::TextBad {
                what: "what-webhook-kinds",
                ..
            } => self.kinds_error = Some(sentence),
            _ => self.alert = Some((sentence, rule.code())),
        }
        Ok((self, rule.into()))
    }

    /// Whether something is wrong.
    pub fn wrong(&self) -> bool {
        let errors = [&self.url_error, &self.description_error, &self.kinds_error];
        self.alert.is_some() || errors.into_iter().any(Option::is_some)
    }
}

/// What people read for a kind of message.
pub fn label(kind: &str) -> String {
    match kind {
        webhook::TEST => "Test".to_owned(),
        kind => say("log-kind", &[("kind", kind.replace(['.', '_'], "-").into())]),
    }
}

/// What was sent, by field; the kinds have one each.
pub type Sent = BTreeMap<String, String>;

/// Reads the form. Other fields than its own are refused.
pub fn read(mut sent: Sent) -> Result<Wanted, Problem> {
    let mut take = |name: &str| {
        let value = sent.remove(name);
        value.ok_or_else(|| Problem::Field(format!("missing field `{name}`")))
    };
    let (url, description, scope) = (take("url")?, take("description")?, take("scope")?);
    let mut chosen = BTreeSet::new();
    for field in sent.into_keys() {
        let kind = field
            .strip_prefix(KIND)
            .and_then(|name| webhook::offered().find(|kind| kind.as_str() == name));
        let kind =
            kind.ok_or_else(|| Problem::Field("there is a field that this page does not have".to_owned()))?;
        chosen.insert(kind.as_str());
    }
    let kinds = match scope.as_str() {
        "all" => None,
        "some" => Some(chosen),
        _ => return Err(Problem::Field("`scope` is neither `all` nor `some`".to_owned())),
    };
    Ok(Wanted {
        url,
        description,
        kinds,
    })
}
