//! How fast the front doors answer: `cargo bench -p muster`, or `just bench-doors`, which writes `docs/benchmarks-doors.md`.
//! `measure` says how a benchmark runs.

mod api;
mod completion;
mod insights;
mod pages;
mod secrecy;
mod server;
mod start;
mod visitors;

use std::process::ExitCode;

use measure::{Bench, Scenario, scaled};

const INTRODUCTION: &str = "# Benchmarks of the front doors

Written by `just bench-doors`, up to “What limits it”. The program is the release build, `muster serve --only web`, on one core; \
whoever asks is another process on the other core, over TCP on the same machine. Completions and reports are asked for in the measuring process itself. PostgreSQL runs on \
whichever core is free.";

const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "start",
        title: "Starting and waiting",
        measure: |world, _| Box::pin(start::measure(world)),
    },
    Scenario {
        name: "completion",
        title: "Completing what is typed",
        measure: |world, scale| Box::pin(completion::measure(world, scaled(5000, scale))),
    },
    Scenario {
        name: "insights",
        title: "Reports of a team with 1,000,000 entries",
        measure: |world, scale| Box::pin(insights::measure(world, scale)),
    },
    Scenario {
        name: "pages",
        title: "Pages of a team of 1,000",
        measure: |world, scale| Box::pin(pages::measure(world, scaled(1000, scale))),
    },
    Scenario {
        name: "api",
        title: "The JSON API",
        measure: |world, scale| Box::pin(api::measure(world, scaled(1000, scale), scale)),
    },
    Scenario {
        name: "secrecy",
        title: "What times tell",
        measure: |world, scale| Box::pin(secrecy::measure(world, scaled(150, scale))),
    },
];

fn main() -> ExitCode {
    let bench = Bench {
        page: concat!(env!("CARGO_MANIFEST_DIR"), "/docs/benchmarks-doors.md").into(),
        introduction: INTRODUCTION,
        scenarios: SCENARIOS,
        helpers: &[],
    };
    bench.main()
}
