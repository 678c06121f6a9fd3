//! The log as a file, newest first: for spreadsheets, or with the signatures by which it can be checked. It is read and
//! written a page at a time, so a log of any length takes no more memory than one page; whoever takes it in one piece says how
//! much that piece may hold.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::chain::Stored;
use crate::actor::Grant;
use crate::column::words;
use crate::csv;
use crate::env::Env;
use crate::error::Error;
use crate::export::{Export, MOST_BYTES, PAGE};
use crate::ids::TeamId;
use crate::policy::Permission;
use crate::tx::{Tx, sql};

/// How many entries a file for Discord has at most.
pub const MOST: u64 = 100_000;
/// Room for what a file ends with.
const ENDING: usize = 100;
const HEADINGS: [&str; 8] = [
    "number", "at", "kind", "actor", "actor_id", "surface", "subject", "details",
];

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

/// A log on its way out: what was in it when that began, page by page.
#[derive(Debug)]
pub struct Leaving {
    format: Format,
    team: TeamId,
    head: Vec<u8>,
    /// How many entries there were.
    total: u64,
    /// The number of the entry above the next page.
    above: i64,
    written: u64,
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
struct Ends {
    activity_seq: i64,
    activity_head: Option<Vec<u8>>,
    first: Option<i64>,
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

impl Leaving {
    /// Begins with the log of the grant's team as it is now.
    pub async fn begin(tx: &mut Tx, env: &Env, grant: &Grant, format: Format) -> Result<Self, Error> {
        grant.demand(tx, Permission::ActivityView)?;
        let team = grant.team.id;
        let ends = sql!(fetch_one Ends, tx,
            "select activity_seq, activity_head, (select min(seq) from activity where team_id = $1) as first
             from teams where id = $1", team)?;
        let head = match format {
            Format::Csv => {
                let mut head = csv::MARK.as_bytes().to_vec();
                csv::line(&mut head, &HEADINGS);
                head
            }
            Format::Json => {
                let head = Head {
                    team: team.to_string(),
                    team_name: &grant.team.name,
                    exported_at: env.now(),
                    last_number: ends.activity_seq,
                    last_signature: hex(&ends.activity_head.unwrap_or_default()),
                };
                let mut head = serde_json::to_vec(&head).map_err(Error::internal)?;
                // The list of entries goes into the same object.
                head.pop();
                head.extend_from_slice(b",\n\"entries\":[");
                head
            }
        };
        // The numbers of a log have no gaps.
        let total = ends.first.map_or(0, |first| ends.activity_seq + 1 - first);
        Ok(Self {
            format,
            team,
            head,
            total: u64::try_from(total).unwrap_or_default(),
            above: ends.activity_seq.saturating_add(1),
            written: 0,
        })
    }

    /// How many entries there were when it began.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// What the file begins with.
    pub fn head(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.head)
    }

    /// The next entries, each as it is written, newest first; none are left when there are none. `grant` is asked for anew with
    /// each page, so that whoever may no longer read the log gets no more of it.
    pub async fn page(&mut self, tx: &mut Tx, grant: &Grant) -> Result<Vec<Vec<u8>>, Error> {
        grant.demand(tx, Permission::ActivityView)?;
        if grant.team.id != self.team {
            return Err(Error::internal("a log of another team was asked for"));
        }
        let page = sql!(fetch_all Stored, tx,
            "select seq, at, kind, actor_id, actor_name, surface, subject, details, mac from activity
             where team_id = $1 and seq < $2 order by seq desc limit $3",
            self.team, self.above, PAGE)?;
        let mut lines = Vec::with_capacity(page.len());
        for entry in page {
            self.above = entry.signed.seq;
            lines.push(self.line(entry)?);
            self.written += 1;
        }
        Ok(lines)
    }

    fn line(&self, Stored { signed, mac }: Stored) -> Result<Vec<u8>, Error> {
        let mut line = Vec::new();
        match self.format {
            Format::Csv => {
                let cells = [
                    signed.seq.to_string(),
                    signed.at.to_rfc3339(),
                    signed.kind,
                    signed.actor_name,
                    signed.actor_id.unwrap_or_default(),
                    signed.surface,
                    signed.subject,
                    signed.details,
                ];
                csv::line(&mut line, &cells);
            }
            Format::Json => {
                line.extend_from_slice(if self.written == 0 { b"\n" } else { b",\n" });
                let entry = Line {
                    number: signed.seq,
                    at: signed.at,
                    kind: &signed.kind,
                    actor: &signed.actor_name,
                    actor_id: signed.actor_id.as_deref(),
                    surface: &signed.surface,
                    subject: &signed.subject,
                    details: &signed.details,
                    signature: hex(&mac),
                };
                serde_json::to_writer(&mut line, &entry).map_err(Error::internal)?;
            }
        }
        Ok(line)
    }

    /// What the file ends with; whether it is all there was.
    pub fn end(&self, whole: bool) -> Vec<u8> {
        match self.format {
            Format::Csv => Vec::new(),
            Format::Json => format!("\n],\n\"whole\":{whole}}}\n").into_bytes(),
        }
    }
}

/// Writes the log of the grant's team in one piece, newest first: at most `MOST` entries, and as many as Discord takes.
pub async fn export(tx: &mut Tx, env: &Env, grant: &Grant, format: Format) -> Result<Export, Error> {
    let mut log = Leaving::begin(tx, env, grant, format).await?;
    let (mut bytes, mut rows, mut whole) = (log.head(), 0, true);
    'pages: loop {
        let page = log.page(tx, grant).await?;
        if page.is_empty() {
            break;
        }
        for line in page {
            if rows == MOST || bytes.len() + line.len() + ENDING > MOST_BYTES {
                whole = false;
                break 'pages;
            }
            bytes.extend_from_slice(&line);
            rows += 1;
        }
    }
    bytes.extend_from_slice(&log.end(whole));
    Ok(Export { bytes, rows, whole })
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
