//! How fast the engine is and how fast mail leaves: `cargo bench -p muster-jobs`, or `just bench`, which writes
//! `docs/benchmarks.md`. `measure` says how a benchmark runs.
#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts and times are far below the limits"
)]

mod backlog;
mod empty_jobs;
mod engines;
mod invitations;
mod latency;
mod load;
mod sink;
mod sweep;

use std::process::ExitCode;

use measure::{Bench, Helper, Scenario, scaled};

const INTRODUCTION: &str = "# Benchmarks of the engine

Written by `just bench`, up to “What limits it”. Each scenario ran in a process of its own on a fresh database, through \
the real engine with its usual settings, in a release build; the mail server is a real one (SMTP over TCP, without TLS) in \
another process on the same machine. “Memory at its peak” is the most that the process ever held, less what it held when the \
measured part began.";

const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "latency",
        title: "From commit to start",
        measure: |world, scale| Box::pin(latency::measure(world, scaled(1000, scale))),
    },
    Scenario {
        name: "empty-jobs",
        title: "Jobs that do nothing",
        measure: |world, scale| Box::pin(empty_jobs::measure(world, scaled(10_000, scale))),
    },
    Scenario {
        name: "invitations",
        title: "Invitations mailed",
        measure: |world, scale| Box::pin(invitations::measure(world, scaled(250, scale))),
    },
    Scenario {
        name: "sweep-many-teams",
        title: "Expired invitations of many teams",
        measure: |world, scale| Box::pin(sweep::measure(world, scaled(1000, scale), 1000)),
    },
    Scenario {
        name: "sweep-one-team",
        title: "Expired invitations of one team",
        measure: |world, scale| Box::pin(sweep::measure(world, 1, scaled(1_000_000, scale))),
    },
    Scenario {
        name: "backlog",
        title: "A backlog of mails",
        measure: |world, scale| Box::pin(backlog::measure(world, scaled(100, scale))),
    },
];

fn main() -> ExitCode {
    let bench = Bench {
        page: concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/benchmarks.md").into(),
        introduction: INTRODUCTION,
        scenarios: SCENARIOS,
        helpers: &[Helper {
            flag: sink::FLAG,
            run: || Box::pin(sink::serve()),
        }],
    };
    bench.main()
}
