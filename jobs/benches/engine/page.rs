//! `docs/benchmarks.md`, written anew by each whole run but for its last part, which people write.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use crate::machine::Machine;
use crate::report::{Figure, Run};
use crate::{Database, Scenario};

/// From here on the page is people's.
const KEPT: &str = "## What limits it";

/// Writes the page and answers where it is.
pub fn write(machine: &Machine, runs: &[Run]) -> PathBuf {
    let place = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/benchmarks.md"));
    let old = fs::read_to_string(&place).unwrap_or_default();
    let kept = old.find(KEPT).map_or(KEPT, |at| &old[at..]).trim_end();
    let page = format!("{}\n{kept}\n", measured(machine, runs));
    fs::write(&place, page).expect("the folder docs can be written to");
    place.canonicalize().unwrap_or(place)
}

fn measured(machine: &Machine, runs: &[Run]) -> String {
    let mut page = String::from(
        "# Benchmarks\n\n\
         Written by `just bench`, up to “What limits it”. Each scenario ran in a process of its own on a fresh database, \
         through the real engine with its usual settings, in a release build; the mail server is a real one (SMTP over \
         TCP, without TLS) in another process on the same machine. “Memory at its peak” is the most that the process \
         ever held, less what it held when the measured part began.\n\n\
         | | |\n|---|---|\n",
    );
    for (name, value) in &machine.0 {
        let _ = writeln!(page, "| {name} | {value} |");
    }
    for database in Database::ALL {
        if let Some(run) = runs.iter().find(|run| run.database == database) {
            let _ = writeln!(page, "| {} | {} |", database.name(), run.report.server);
        }
    }
    for scenario in Scenario::ALL {
        let of = |database| {
            let found = runs
                .iter()
                .find(|run| run.scenario == scenario && run.database == database);
            found.map(|run| &run.report)
        };
        let reports = Database::ALL.map(of);
        let Some(any) = reports.into_iter().flatten().next() else {
            continue;
        };
        let _ = write!(
            page,
            "\n## {}\n\n{}\n\n| | Aim | SQLite | PostgreSQL |\n|---|---|---|---|\n",
            scenario.title(),
            any.what
        );
        let mut names: Vec<&str> = Vec::new();
        for figure in reports.into_iter().flatten().flat_map(|report| &report.figures) {
            if !names.contains(&figure.name.as_str()) {
                names.push(&figure.name);
            }
        }
        for name in names {
            let figures = reports.map(|report| report?.figures.iter().find(|figure| figure.name == name));
            let [sqlite, postgres] = figures.map(cell);
            let _ = writeln!(page, "| {name} | {} | {sqlite} | {postgres} |", aim(figures));
        }
    }
    page
}

fn cell(figure: Option<&Figure>) -> String {
    match figure {
        None => "–".to_owned(),
        Some(Figure { value, aim: None, .. }) => value.clone(),
        Some(Figure {
            value,
            aim: Some(aim),
            ..
        }) => {
            format!("{value} ({})", if aim.met { "reached" } else { "**missed**" })
        }
    }
}

/// One aim where both databases share it, else both.
fn aim(figures: [Option<&Figure>; 2]) -> String {
    let mut texts: Vec<&str> = figures
        .into_iter()
        .flatten()
        .filter_map(|figure| Some(figure.aim.as_ref()?.text.as_str()))
        .collect();
    texts.dedup();
    texts.join("; ")
}
