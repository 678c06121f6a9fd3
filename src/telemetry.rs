//! Logs: lines for people, or JSON for machines.

use clap::ValueEnum;
use tracing_subscriber::EnvFilter;

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
}

/// Libraries whose own words hold tokens, addresses or what people typed: their lines are kept out whatever `RUST_LOG`
/// says.
const TALKATIVE: [&str; 6] = [
    "serenity=warn",
    "serenity::gateway::ws=error",
    "tungstenite=warn",
    "poise=warn",
    "hyper=warn",
    "reqwest=warn",
];

/// Starts logging to standard error; `RUST_LOG` says what, `info` by default.
pub fn start(format: LogFormat) {
    let mut filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    for quiet in TALKATIVE {
        filter = filter.add_directive(quiet.parse().expect("a directive"));
    }
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    match format {
        LogFormat::Text => lines.with_target(false).init(),
        LogFormat::Json => lines.json().init(),
    }
}
