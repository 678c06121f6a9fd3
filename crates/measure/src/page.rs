//! A page of figures, and the file beside it that holds them as data.
//!
//! Whatever was measured at full size takes the place of what was measured before; each figure says when that was. The last
//! part of the page is people's.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use crate::machine::Machine;
use crate::report::{Figure, Run};
use crate::{Bench, Database};

/// From here on the page is people's.
const KEPT: &str = "## What limits it";

/// Takes figures in, writes the page, and answers where it is.
pub fn write(bench: &Bench, machine: &Machine, new: Vec<Run>) -> PathBuf {
    let data = bench.page.with_extension("json");
    let mut runs: Vec<Run> = fs::read_to_string(&data)
        .map(|text| serde_json::from_str(&text).expect("the figures of earlier runs can be read"))
        .unwrap_or_default();
    for run in new {
        runs.retain(|old| (&old.scenario, old.database) != (&run.scenario, run.database));
        runs.push(run);
    }
    runs.sort_by(|a, b| (&a.scenario, a.database.name()).cmp(&(&b.scenario, b.database.name())));
    let text = serde_json::to_string_pretty(&runs).expect("figures are plain data");
    fs::write(&data, text + "\n").expect("the folder docs can be written to");
    let old = fs::read_to_string(&bench.page).unwrap_or_default();
    let kept = old.find(KEPT).map_or(KEPT, |at| &old[at..]).trim_end();
    let page = format!("{}\n{kept}\n", measured(bench, machine, &runs));
    fs::write(&bench.page, page).expect("the folder docs can be written to");
    bench.page.canonicalize().unwrap_or_else(|_| bench.page.clone())
}

fn measured(bench: &Bench, machine: &Machine, runs: &[Run]) -> String {
    let mut page = format!("{}\n\n| | |\n|---|---|\n", bench.introduction);
    for (name, value) in &machine.0 {
        let _ = writeln!(page, "| {name} | {value} |");
    }
    for database in Database::ALL {
        if let Some(run) = runs.iter().find(|run| run.database == database) {
            let _ = writeln!(page, "| {} | {} |", database.name(), run.report.server);
        }
    }
    for scenario in bench.scenarios {
        let of = |database| {
            runs.iter()
                .find(|run| run.scenario == scenario.name && run.database == database)
        };
        let both = Database::ALL.map(of);
        let Some(any) = both.into_iter().flatten().next() else {
            continue;
        };
        let _ = write!(page, "\n## {}\n\n{}\n\n", scenario.title, any.report.what);
        page.push_str("| | Aim | SQLite | PostgreSQL |\n|---|---|---|---|\n");
        let mut names: Vec<&str> = Vec::new();
        for figure in both.into_iter().flatten().flat_map(|run| &run.report.figures) {
            if !names.contains(&figure.name.as_str()) {
                names.push(&figure.name);
            }
        }
        for name in names {
            let figures = both.map(|run| run?.report.figures.iter().find(|figure| figure.name == name));
            let [sqlite, postgres] = figures.map(cell);
            let _ = writeln!(page, "| {name} | {} | {sqlite} | {postgres} |", aim(figures));
        }
        let [sqlite, postgres] = both.map(|run| run.map_or("–", |run| &run.measured));
        let _ = writeln!(page, "| *Measured* | | {sqlite} | {postgres} |");
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
