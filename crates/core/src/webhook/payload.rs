//! What a message says: the entry of the log as JSON, with no address in clear.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

use crate::activity::Entry;
use crate::ids::{TeamId, WebhookId};
use crate::text::EmailAddress;

/// The type of a message that somebody asked for to try a webhook.
pub const TEST: &str = "webhook.test";

/// The body of a message about an entry. The same entry always gives the same text.
pub(super) fn of_entry(team: TeamId, entry: &Entry) -> String {
    let details: Value = serde_json::from_str(&entry.details).unwrap_or_else(|_| json!({}));
    let actor = json!({ "id": entry.actor_id, "name": entry.actor_name });
    let mut body = json!({
        "type": entry.kind.as_str(),
        "timestamp": moment(entry.at),
        "data": {
            "team": team,
            "seq": entry.seq,
            "actor": actor,
            "surface": entry.surface.as_str(),
            "subject": entry.subject,
            "details": details,
        },
    });
    mask(&mut body);
    body.to_string()
}

/// The body of a test.
pub(super) fn of_test(team: TeamId, webhook: WebhookId, at: DateTime<Utc>) -> String {
    json!({ "type": TEST, "timestamp": moment(at), "data": { "team": team, "webhook": webhook } }).to_string()
}

fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// The log holds no address of its own accord, but people write reasons and choose names.
fn mask(value: &mut Value) {
    match value {
        Value::String(text) if text.contains('@') => *text = masked(text),
        Value::Array(all) => all.iter_mut().for_each(mask),
        Value::Object(all) => all.values_mut().for_each(mask),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn masked(text: &str) -> String {
    let is_part = |c: char| c.is_alphanumeric() || "@.!#$%&'*+-/=?^_`{|}~".contains(c);
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = rest
            .find(|c: char| is_part(c) != is_part(first))
            .unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        let bare = word.trim_end_matches(['.', '!', '?', '\'']);
        match EmailAddress::parse(bare) {
            Ok(address) if bare.contains('@') => {
                clean.push_str(&address.masked());
                clean.push_str(&word[bare.len()..]);
            }
            _ => clean.push_str(word),
        }
        rest = after;
    }
    clean
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses_are_masked_wherever_they_stand() {
        for (text, clean) in [
            ("bo@example.org", "b…@e….org"),
            ("see bo@example.org.", "see b…@e….org."),
            ("<bo@example.org>, (cy@example.org)", "<b…@e….org>, (c…@e….org)"),
            ("b…@e….org", "b…@e….org"),
            ("ada @ work", "ada @ work"),
            ("@ada", "@ada"),
        ] {
            assert_eq!(masked(text), clean);
        }
    }

    proptest! {
        #[test]
        fn no_text_panics_or_is_lost(text in any::<String>()) {
            let clean = masked(&text);
            prop_assert!(text.contains('@') || clean == text);
        }
    }
}
