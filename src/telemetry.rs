//! Logs: lines for people, or JSON for machines. A panic is a line like any other, and says where it was.

use std::any::Any;
use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::IsTerminal as _;
use std::panic::PanicHookInfo;

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

/// What is said of a panic whose words were made while the program ran.
const WITHHELD: &str = "what it said is left out, as it may hold what was in hand";

/// Starts logging to standard error; `RUST_LOG` says what, `info` by default. Panics are logged there, too.
pub fn start(format: LogFormat) {
    let mut filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    for quiet in TALKATIVE {
        filter = filter.add_directive(quiet.parse().expect("a directive"));
    }
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        // Colours are for whoever looks on; in a file they are noise.
        .with_ansi(std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none())
        .with_writer(std::io::stderr);
    match format {
        LogFormat::Text => lines.with_target(false).init(),
        LogFormat::Json => lines.json().init(),
    }
    std::panic::set_hook(Box::new(tell_panic));
}

/// Logs where a panic was. Rust's own hook would write down its whole text: a cut in the middle of a letter quotes the string, an
/// `expect` what it did not expect, and either can be a link or a password.
fn tell_panic(panic: &PanicHookInfo<'_>) {
    let place = panic
        .location()
        .map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
    let said = words_of(panic.payload());
    let backtrace = Backtrace::capture();
    if backtrace.status() == BacktraceStatus::Captured {
        tracing::error!("a panic at {place}: {said}\n{backtrace}");
    } else {
        tracing::error!("a panic at {place}: {said}");
    }
}

/// What a panic says, as far as it stands in the code: text that was made while the program ran is left out.
pub(crate) fn words_of(payload: &(dyn Any + Send)) -> &'static str {
    payload
        .downcast_ref::<&'static str>()
        .copied()
        .unwrap_or(WITHHELD)
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;

    use super::*;

    fn number(text: &str) -> Result<u32, &str> {
        text.parse().map_err(|_| text)
    }

    #[test]
    fn a_panic_tells_what_stands_in_the_code_and_nothing_that_was_in_hand() {
        let secret = std::hint::black_box("canary violet ladder quorum");
        let literal = catch_unwind(|| panic!("no room")).unwrap_err();
        assert_eq!(words_of(literal.as_ref()), "no room");
        let parsed = catch_unwind(|| number(secret).expect("a number")).unwrap_err();
        let cut = catch_unwind(|| secret[..=secret.len()].is_empty()).unwrap_err();
        let told = catch_unwind(|| panic!("{secret} is not right")).unwrap_err();
        for payload in [parsed, cut, told] {
            // Rust's own hook would have told it.
            let whole = payload.downcast_ref::<String>().expect("a text made just now");
            assert!(whole.contains("canary"), "{whole}");
            assert_eq!(words_of(payload.as_ref()), WITHHELD);
        }
    }
}
