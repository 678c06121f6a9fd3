//! What `muster jobs` prints for people: tables and sentences.

use std::fmt::Write;

use chrono::{DateTime, TimeDelta, Utc};
use comfy_table::presets::NOTHING;
use comfy_table::{ColumnConstraint, ContentArrangement, Row, Table};
use muster_core::email::Delivery;
use muster_core::email::Status;
use muster_core::email::admin::Unwanted;
use muster_core::ids::JobId;
use muster_core::queue::admin::{Answer, Entry, Filter, State};

pub const NOBODY_TO_ASK: &str =
    "Nothing was deleted: there is nobody to ask here. Say --yes if you are sure that these jobs are to go.";
pub const KEPT: &str = "Nothing was deleted.";

/// How wide the terminal is; nothing when the output goes elsewhere, and is not cut.
pub fn terminal_width() -> Option<u16> {
    Table::new().width()
}

/// Jobs, one a line. The last column is cut at `width`.
pub fn table(entries: &[Entry], now: DateTime<Utc>, width: Option<u16>) -> String {
    let mut table = Table::new();
    table
        .load_style(NOTHING)
        .force_no_tty()
        .set_truncation_indicator("…")
        .set_header(["ID", "KIND", "QUEUE", "STATE", "TRIES", "AGE", "WHEN", "REASON"]);
    for entry in entries {
        let age = entry
            .created_at
            .map_or_else(|| "?".to_owned(), |at| duration(now - at));
        let mut row = Row::from([
            entry.id.clone(),
            plain(&entry.kind),
            plain(&entry.queue),
            entry.state.to_string(),
            tries(entry),
            age,
            when(entry, now),
            entry.reason.as_deref().map_or_else(|| "-".to_owned(), plain),
        ]);
        row.max_height(1);
        table.add_row(row);
    }
    let columns = table.column_max_content_widths();
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    if let (Some(width), Some((_, others))) = (width, columns.split_last()) {
        // Ids are to be copied and figures to be read: only the reason gives way, down to a few words.
        let taken: u16 = others.iter().map(|column| column + 2).sum();
        let left = width.saturating_sub(taken).max(20);
        table
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(taken + left);
        for column in table.column_iter_mut().take(others.len()) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    let lines: Vec<String> = table.lines().map(|line| line.trim_end().to_owned()).collect();
    lines.join("\n")
}

/// Everything about a job.
pub fn entry(entry: &Entry, mail: Option<&Delivery>, now: DateTime<Utc>) -> serde_json::Result<String> {
    let mut lines = Lines::default();
    let at = |at: DateTime<Utc>| format!("{} ({})", time(at), relative(at, now));
    lines.add("job", &entry.id);
    lines.add("kind", &plain(&entry.kind));
    lines.add("queue", &plain(&entry.queue));
    lines.add("state", entry.state.as_str());
    lines.add("tries", &tries(entry));
    let times = [
        ("asked for", entry.created_at),
        ("due", Some(entry.due_at)),
        ("started", entry.started_at),
        ("ended", entry.ended_at),
    ];
    for (name, moment) in times {
        if let Some(moment) = moment {
            lines.add(name, &at(moment));
        }
    }
    if let Some(worker) = &entry.worker {
        lines.add("worker", &plain(worker));
    }
    if let Some(reason) = &entry.reason {
        lines.add("reason", &plain(reason));
    }
    match &entry.payload {
        Some(payload) => lines.add("payload", &serde_json::to_string_pretty(payload)?),
        None => lines.add("payload", "cannot be read"),
    }
    if let Some(mail) = mail {
        lines.0.push('\n');
        lines.add("mail", &mail.id.to_string());
        lines.add("kind", mail.kind.as_str());
        lines.add("status", mail.status.as_str());
        lines.add("tries", &mail.attempts.to_string());
        lines.add("asked for", &at(mail.created_at));
        match mail.status {
            Status::Queued => lines.add("next try", &at(mail.next_attempt_at)),
            Status::Sending | Status::Failed | Status::Cancelled => {}
            Status::Sent => lines.add("sent", &mail.sent_at.map(at).unwrap_or_default()),
        }
        let code = mail.last_code.map(|code| code.to_string());
        let said = [code.as_deref(), mail.last_text.as_deref()];
        let said: Vec<&str> = said.into_iter().flatten().collect();
        if !said.is_empty() {
            lines.add("answer", &plain(&said.join(" ")));
        }
    } else if entry.email.is_some() {
        lines.add("mail", "its row is gone");
    }
    Ok(lines.0)
}

/// Names in a column of their own.
#[derive(Default)]
struct Lines(String);

impl Lines {
    fn add(&mut self, name: &str, value: &str) {
        for (number, line) in value.lines().enumerate() {
            let name = if number == 0 { name } else { "" };
            // Writing to a string cannot fail.
            let _ = writeln!(self.0, "{name:<9}  {line}");
        }
    }
}

/// There is nothing to list: what that means, and where else to look.
pub fn none(filter: Filter<'_>) -> String {
    let (what, meaning) = match filter.state {
        Some(State::Dead) => (
            "dead jobs",
            "Jobs that have failed for good stay here until you retry or drop them; `--state waiting` lists those still \
             to run.",
        ),
        Some(State::Waiting) => (
            "waiting jobs",
            "Everything that was asked for has begun or is done; `--state dead` lists what failed for good.",
        ),
        Some(State::Running) => (
            "running jobs",
            "If some wait and are due (`--state waiting`), check that a server with the worker runs.",
        ),
        Some(State::Done) => ("finished jobs", "They are kept for a while, then cleared away."),
        None => ("jobs", "They appear when somebody is invited, and by the clock."),
    };
    format!("No {what}{}. {meaning}", of_kind(filter.kind))
}

/// The list is longer than what is shown.
pub fn more(limit: u32) -> String {
    format!("There are more than these {limit}. Show more with --limit.")
}

/// Why nothing was done about a job, and what to do instead.
pub fn refusal(id: JobId, answer: Answer) -> String {
    let why = match answer {
        Answer::Done => "it was done".to_owned(),
        Answer::Unknown => {
            "there is no such job; `muster jobs list --state all` shows those that there are".to_owned()
        }
        Answer::NotDead(state) => {
            let is = match state {
                State::Waiting => "it waits for its turn and will run by itself",
                State::Running => "it is running now",
                State::Done => "it is done",
                State::Dead => "it has just died; try again",
            };
            format!("{is}; only dead jobs can be retried or dropped")
        }
        Answer::Unwanted(unwanted) => {
            let why = match unwanted {
                Unwanted::Gone => "the mail it was to send no longer exists",
                Unwanted::Sent => "its mail has been sent",
                Unwanted::Cancelled => "its mail was cancelled",
                Unwanted::Over => {
                    "its mail is no longer wanted: the invitation was answered, has ended or has a newer link"
                }
            };
            format!("{why}, so a retry would send nothing; `muster jobs drop {id}` clears it away")
        }
    };
    format!("{id}: {why}.")
}

/// What came of a retry.
pub fn retried(done: usize, kind: Option<&str>, refused: usize) -> String {
    match (done, refused) {
        (0, 0) => nothing_dead(kind),
        (0, _) => "Nothing was changed.".to_owned(),
        _ => format!("{} will run again now.", jobs(done)),
    }
}

/// What came of dropping.
pub fn dropped(done: usize, kind: Option<&str>, refused: usize) -> String {
    match (done, refused) {
        (0, 0) => nothing_dead(kind),
        (0, _) => KEPT.to_owned(),
        (1, _) => "1 dead job was deleted.".to_owned(),
        _ => format!("{done} dead jobs were deleted."),
    }
}

fn nothing_dead(kind: Option<&str>) -> String {
    format!("No dead jobs{}. Nothing was changed.", of_kind(kind))
}

/// Before deleting jobs of mails that still wait.
pub fn will_be_restored(mails: usize) -> String {
    let (mail, them) = match mails {
        1 => ("1 of these jobs sends a mail that is".to_owned(), "its job"),
        _ => (format!("{mails} of these jobs send mails that are"), "their jobs"),
    };
    format!("{mail} still waiting: the server's sweep will restore {them} within a minute.")
}

/// Before deleting.
pub fn question(count: usize) -> String {
    let these = if count == 1 {
        "1 dead job"
    } else {
        &format!("{count} dead jobs")
    };
    format!("Delete {these} for good? [y/N] ")
}

fn of_kind(kind: Option<&str>) -> String {
    kind.map(|kind| format!(" of kind `{kind}`")).unwrap_or_default()
}

fn jobs(count: usize) -> String {
    if count == 1 {
        "1 job".to_owned()
    } else {
        format!("{count} jobs")
    }
}

fn tries(entry: &Entry) -> String {
    format!("{} of {}", entry.attempts, entry.max_attempts)
}

fn when(entry: &Entry, now: DateTime<Utc>) -> String {
    match entry.state {
        State::Waiting if entry.due_at <= now => "due now".to_owned(),
        State::Waiting => format!("due {}", relative(entry.due_at, now)),
        State::Running => entry.started_at.map_or_else(
            || "taken".to_owned(),
            |at| format!("started {}", relative(at, now)),
        ),
        State::Dead | State::Done => entry
            .ended_at
            .map_or_else(|| "ended".to_owned(), |at| format!("ended {}", relative(at, now))),
    }
}

fn relative(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    if at > now {
        format!("in {}", duration(at - now))
    } else {
        format!("{} ago", duration(now - at))
    }
}

/// The largest unit that fits: exact enough to judge by.
fn duration(delta: TimeDelta) -> String {
    let seconds = delta.num_seconds().max(0);
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        7_200..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} d", seconds / 86_400),
    }
}

fn time(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// One line that does nothing to a terminal, whoever wrote it.
fn plain(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dead(reason: &str) -> Entry {
        let at = "2026-11-22T09:00:00Z".parse().unwrap();
        Entry {
            id: "01JZ0000000000000000000000".to_owned(),
            queue: "interactive".to_owned(),
            kind: "send_email".to_owned(),
            state: State::Dead,
            attempts: 10,
            max_attempts: 10,
            created_at: Some(at),
            due_at: at,
            started_at: None,
            ended_at: Some(at + TimeDelta::minutes(5)),
            worker: None,
            reason: Some(reason.to_owned()),
            payload: None,
            email: None,
        }
    }

    #[test]
    fn a_long_reason_is_cut_at_the_width_of_the_terminal_and_whole_elsewhere() {
        let now = "2026-11-22T12:00:00Z".parse().unwrap();
        let reason = "not done within 60 seconds ".repeat(20);
        let entries = [dead(&reason), dead("short")];
        for width in [120, 160, 200] {
            let table = table(&entries, now, Some(width));
            let lines: Vec<&str> = table.lines().collect();
            assert_eq!(lines.len(), 3, "{table}");
            assert!(lines[1].ends_with('…'), "{table}");
            for line in lines {
                assert!(line.chars().count() <= usize::from(width), "{table}");
            }
        }
        let whole = table(&entries, now, None);
        assert!(whole.contains(reason.trim_end()), "{whole}");
        let narrow = table(&entries, now, Some(20));
        assert!(
            narrow.contains("01JZ0000000000000000000000") && narrow.contains("ended 2 h ago"),
            "{narrow}"
        );
    }

    #[test]
    fn what_others_wrote_cannot_steer_the_terminal() {
        let now = "2026-11-22T12:00:00Z".parse().unwrap();
        let bad = dead("\u{1b}[2Jgone\r\nnew line");
        for shown in [
            table(std::slice::from_ref(&bad), now, None),
            entry(&bad, None, now).unwrap(),
        ] {
            assert!(!shown.contains(['\u{1b}', '\r']), "{shown:?}");
            assert!(shown.contains("gone  new line"), "{shown:?}");
        }
    }

    #[test]
    fn a_span_is_shown_in_the_unit_that_fits() {
        let shown = [0, 119, 120, 7_199, 7_200, 172_799, 172_800].map(|s| duration(TimeDelta::seconds(s)));
        assert_eq!(shown, ["0 s", "119 s", "2 min", "119 min", "2 h", "47 h", "2 d"]);
        assert_eq!(duration(TimeDelta::seconds(-5)), "0 s");
    }
}
