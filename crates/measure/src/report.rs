//! What a scenario found out, on its way from its process to the page.

use std::fmt::Write as _;
use std::time::Duration;

use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};

use crate::Database;

/// One scenario on one database, at its full size.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Run {
    pub scenario: String,
    pub database: Database,
    /// When, and of which commit.
    pub measured: String,
    pub report: Report,
}

/// What was done and what came of it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Report {
    /// What was done, in sentences.
    pub what: String,
    /// The database's version and settings.
    pub server: String,
    /// In the order of the page.
    pub figures: Vec<Figure>,
}

/// One thing that was measured.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Figure {
    pub name: String,
    pub value: String,
    pub aim: Option<Aim>,
}

/// What was hoped for, and whether it was reached.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Aim {
    pub text: String,
    pub met: bool,
}

impl Report {
    /// Nothing measured yet; what will be, in sentences.
    pub fn new(what: String) -> Self {
        Self {
            what,
            ..Self::default()
        }
    }

    /// Adds a figure.
    pub fn add(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.figures.push(Figure {
            name: name.into(),
            value: value.into(),
            aim: None,
        });
    }

    /// Adds one that something was hoped for.
    pub fn add_with_aim(
        &mut self,
        name: impl Into<String>,
        value: impl Into<String>,
        aim: impl Into<String>,
        met: bool,
    ) {
        self.add(name, value);
        if let Some(figure) = self.figures.last_mut() {
            figure.aim = Some(Aim {
                text: aim.into(),
                met,
            });
        }
    }

    /// For the terminal.
    pub fn as_lines(&self) -> String {
        let mut text = format!("  {}\n", self.what);
        for Figure { name, value, aim } in &self.figures {
            let aim = aim.as_ref().map_or_else(String::new, |aim| {
                format!(
                    "   ({}: {})",
                    if aim.met { "reached" } else { "MISSED" },
                    aim.text
                )
            });
            let _ = writeln!(text, "  {name:<58} {value}{aim}");
        }
        text
    }
}

/// Times in microseconds, to three digits.
pub struct Times(Histogram<u64>);

impl Default for Times {
    fn default() -> Self {
        // Up to an hour; a histogram without bounds would cut at the little it begins with.
        Self(Histogram::new_with_bounds(1, 3_600_000_000, 3).expect("these bounds are allowed"))
    }
}

impl Times {
    /// Takes one in.
    pub fn note(&mut self, time: Duration) {
        self.0.saturating_record(time.as_micros() as u64);
    }

    /// The time that this share did not pass.
    pub fn quantile(&self, share: f64) -> Duration {
        Duration::from_micros(self.0.value_at_quantile(share))
    }

    /// The longest of all.
    pub fn longest(&self) -> Duration {
        Duration::from_micros(self.0.max())
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.0.len()
    }
}

/// `1.23 ms`, `45 ms`, `6.7 s`.
pub fn time(time: Duration) -> String {
    let millis = time.as_secs_f64() * 1e3;
    match millis {
        ..10.0 => format!("{millis:.2} ms"),
        ..1000.0 => format!("{millis:.0} ms"),
        _ => format!("{:.1} s", millis / 1e3),
    }
}

/// `12,345`.
pub fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// So many in this time, a second.
pub fn rate(count: u64, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64()
}

/// `12.3 MiB`.
pub fn mebibytes(bytes: u64) -> String {
    format!("{:.1} MiB", bytes as f64 / f64::from(1 << 20))
}
