//! What `muster jobs` prints for programs. Names of fields stay as they are once released.

use chrono::{DateTime, SecondsFormat, Utc};
use muster_core::email::Delivery;
use muster_core::queue::admin::Entry;
use serde::Serialize;

#[derive(Serialize)]
struct JsonEntry<'a> {
    id: &'a str,
    kind: &'a str,
    queue: &'a str,
    state: &'a str,
    attempts: i32,
    max_attempts: i32,
    created_at: Option<String>,
    due_at: String,
    started_at: Option<String>,
    ended_at: Option<String>,
    worker: Option<&'a str>,
    reason: Option<&'a str>,
}

#[derive(Serialize)]
struct JsonWhole<'a> {
    #[serde(flatten)]
    entry: JsonEntry<'a>,
    payload: Option<&'a serde_json::Value>,
    mail: Option<JsonMail<'a>>,
}

#[derive(Serialize)]
struct JsonMail<'a> {
    id: String,
    kind: &'a str,
    status: &'a str,
    attempts: i64,
    created_at: String,
    next_attempt_at: String,
    sent_at: Option<String>,
    last_code: Option<i64>,
    last_text: Option<&'a str>,
}

impl<'a> From<&'a Entry> for JsonEntry<'a> {
    fn from(entry: &'a Entry) -> Self {
        Self {
            id: &entry.id,
            kind: &entry.kind,
            queue: &entry.queue,
            state: entry.state.as_str(),
            attempts: entry.attempts,
            max_attempts: entry.max_attempts,
            created_at: entry.created_at.map(rfc3339),
            due_at: rfc3339(entry.due_at),
            started_at: entry.started_at.map(rfc3339),
            ended_at: entry.ended_at.map(rfc3339),
            worker: entry.worker.as_deref(),
            reason: entry.reason.as_deref(),
        }
    }
}

/// Jobs for programs.
pub fn list(entries: &[Entry]) -> serde_json::Result<String> {
    let entries: Vec<JsonEntry> = entries.iter().map(JsonEntry::from).collect();
    serde_json::to_string_pretty(&entries)
}

/// Everything about a job, for programs.
pub fn entry(entry: &Entry, mail: Option<&Delivery>) -> serde_json::Result<String> {
    serde_json::to_string_pretty(&JsonWhole {
        entry: entry.into(),
        payload: entry.payload.as_ref(),
        mail: mail.map(|mail| JsonMail {
            id: mail.id.to_string(),
            kind: mail.kind.as_str(),
            status: mail.status.as_str(),
            attempts: mail.attempts,
            created_at: rfc3339(mail.created_at),
            next_attempt_at: rfc3339(mail.next_attempt_at),
            sent_at: mail.sent_at.map(rfc3339),
            last_code: mail.last_code,
            last_text: mail.last_text.as_deref(),
        }),
    })
}

fn rfc3339(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}
