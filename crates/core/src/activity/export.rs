//! The log as a file, newest first: for spreadsheets, or with the signatures by which it can be checked.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::chain::Stored;
use crate::actor::Grant;
use crate::column::words;
use crate::env::Env;
use crate::error::Error;
use crate::export::{Export, MOST_BYTES, PAGE, Sheet};
use crate::policy::Permission;
use crate::tx::{Tx, sql};

/// How many entries one file has at most.
pub const MOST: u64 = 100_000;

words! {
    /// How the log is written.
    Format {
        /// A table.
        Csv = "csv",
        /// A document with signatures.
        Json = "json",
    }
}

impl Format {
    /// What such a file is called.
    pub fn file(self, now: DateTime<Utc>) -> String {
        format!("activity-{}.{self}", now.format("%Y-%m-%d"))
    }
}

/// Writes the log of the grant's team, newest first: at most `MOST` entries, and as many as one file takes.
pub async fn export(tx: &mut Tx, env: &Env, grant: &Grant, format: Format) -> Result<Export, Error> {
    grant.demand(tx, Permission::ActivityView)?;
    match format {
        Format::Csv => table(tx, grant).await,
        Format::Json => document(tx, env, grant).await,
    }
}

/// The entries below a number, newest first; none are below the first one.
async fn page(tx: &mut Tx, grant: &Grant, below: i64) -> Result<Vec<Stored>, Error> {
    Ok(sql!(fetch_all Stored, tx,
        "select seq, at, kind, actor_id, actor_name, surface, subject, details, mac from activity
         where team_id = $1 and seq < $2 order by seq desc limit $3",
        grant.team.id, below, PAGE)?)
}

async fn table(tx: &mut Tx, grant: &Grant) -> Result<Export, Error> {
    let headings = [
        "number", "at", "kind", "actor", "actor_id", "surface", "subject", "details",
    ];
    let mut sheet = Sheet::new(&headings)?;
    let (mut below, mut rows) = (i64::MAX, 0);
    loop {
        let page = page(tx, grant, below).await?;
        let Some(last) = page.last() else { break };
        below = last.signed.seq;
        for Stored { signed, .. } in page {
            let row = [
                signed.seq.to_string(),
                signed.at.to_rfc3339(),
                signed.kind,
                signed.actor_name,
                signed.actor_id.unwrap_or_default(),
                signed.surface,
                signed.subject,
                signed.details,
            ];
            if rows == MOST || !sheet.add(&row)? {
                return sheet.end(false);
            }
            rows += 1;
        }
    }
    sheet.end(true)
}

/// An entry with its signature, which covers everything beside it and the signature of the entry before.
#[derive(Serialize)]
struct Line<'a> {
    number: i64,
    at: DateTime<Utc>,
    kind: &'a str,
    actor: &'a str,
    actor_id: Option<&'a str>,
    surface: &'a str,
    subject: &'a str,
    /// The very text that was signed.
    details: &'a str,
    signature: String,
}

#[derive(Serialize)]
struct Head<'a> {
    team: String,
    team_name: &'a str,
    exported_at: DateTime<Utc>,
    last_number: i64,
    last_signature: String,
}

#[derive(sqlx::FromRow)]
struct End {
    activity_seq: i64,
    activity_head: Option<Vec<u8>>,
}

async fn document(tx: &mut Tx, env: &Env, grant: &Grant) -> Result<Export, Error> {
    let end = sql!(fetch_one End, tx, "select activity_seq, activity_head from teams where id = $1", grant.team.id)?;
    let head = Head {
        team: grant.team.id.to_string(),
        team_name: &grant.team.name,
        exported_at: env.now(),
        last_number: end.activity_seq,
        last_signature: hex(&end.activity_head.unwrap_or_default()),
    };
    let mut bytes = serde_json::to_vec(&head).map_err(Error::internal)?;
    // The list of entries goes into the same object.
    bytes.pop();
    bytes.extend_from_slice(b",\n\"entries\":[");
    let (mut below, mut rows, mut whole) = (i64::MAX, 0_u64, true);
    'pages: loop {
        let page = page(tx, grant, below).await?;
        let Some(last) = page.last() else { break };
        below = last.signed.seq;
        for Stored { signed, mac } in &page {
            let line = Line {
                number: signed.seq,
                at: signed.at,
                kind: &signed.kind,
                actor: &signed.actor_name,
                actor_id: signed.actor_id.as_deref(),
                surface: &signed.surface,
                subject: &signed.subject,
                details: &signed.details,
                signature: hex(mac),
            };
            let line = serde_json::to_vec(&line).map_err(Error::internal)?;
            if rows == MOST || bytes.len() + line.len() + 100 > MOST_BYTES {
                whole = false;
                break 'pages;
            }
            bytes.extend_from_slice(if rows == 0 { b"\n" } else { b",\n" });
            bytes.extend_from_slice(&line);
            rows += 1;
        }
    }
    bytes.extend_from_slice(format!("\n],\n\"whole\":{whole}}}\n").as_bytes());
    Ok(Export { bytes, rows, whole })
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
