//! Benchmarks on both databases: what a program that measures needs besides what it measures.
//!
//! Each scenario runs in a process of its own, so that its peak memory and its processor time are its own: the program
//! starts itself again under the scenario's name. The databases lie on a disk, in `BENCH_FOLDER` (`/var/tmp` unless set), and
//! both of them wait for it at every commit. What was measured at full size is written to the benchmark's page in `docs/`;
//! `--quick` and `--scale` run less and only print.
//!
//! A scenario fails, and the program with it, when work is lost or done wrongly. Missing an aim is no failure: the page
//! says so.
#![expect(
    clippy::disallowed_methods,
    reason = "this measures the machine, in the machine's time"
)]
#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts and times are far below the limits"
)]

mod command;
mod machine;
mod page;
mod process;
mod report;

use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};

use futures::future::BoxFuture;
use muster_core::testing::World;

use crate::command::Task;
use crate::machine::Machine;
use crate::report::Run;

pub use process::{Cpu, Memory, cpu, each, resident};
pub use report::{Report, Times, mebibytes, number, rate, time};

/// What a scenario runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Database {
    /// A file.
    Sqlite,
    /// A throwaway cluster.
    Postgres,
}

impl Database {
    /// In the order of the page.
    pub const ALL: [Self; 2] = [Self::Sqlite, Self::Postgres];

    /// As people write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }

    async fn world(self) -> World {
        match self {
            Self::Sqlite => World::sqlite().await,
            Self::Postgres => World::postgres().await,
        }
        .in_real_time()
    }
}

/// One thing that is measured.
pub struct Scenario {
    /// What the command line calls it.
    pub name: &'static str,
    /// Its heading on the page.
    pub title: &'static str,
    /// Measures it on an empty database, at a share of its full size.
    pub measure: for<'a> fn(&'a World, f64) -> BoxFuture<'a, Report>,
}

/// A program that measures.
pub struct Bench {
    /// Where the figures go.
    pub page: PathBuf,
    /// What the page says before them: its heading and how things were measured.
    pub introduction: &'static str,
    /// In the order of the page.
    pub scenarios: &'static [Scenario],
    /// Other processes that scenarios start, by their flag.
    pub helpers: &'static [Helper],
}

/// A process beside the measured one.
pub struct Helper {
    /// `--something`; what follows on the command line is its own.
    pub flag: &'static str,
    /// What it does.
    pub run: fn() -> BoxFuture<'static, ()>,
}

/// So many at this scale, at least one.
pub fn scaled(full: u32, scale: f64) -> u32 {
    ((f64::from(full) * scale).round() as u32).max(1)
}

impl Bench {
    /// Does what the command line asks for.
    pub fn main(&self) -> ExitCode {
        let task = match self.task(std::env::args().skip(1)) {
            Ok(task) => task,
            Err(error) => {
                eprintln!("{error}\n{}", command::USAGE);
                return ExitCode::from(2);
            }
        };
        match task {
            Task::Lead { words, scale } => self.lead(&words, scale),
            Task::Measure(scenario, database, scale) => {
                let report = runtime().block_on(async {
                    let world = database.world().await;
                    let mut report = (scenario.measure)(&world, scale).await;
                    report.server = machine::server(&world.db).await;
                    report
                });
                println!(
                    "{}",
                    serde_json::to_string(&report).expect("a report is plain data")
                );
                ExitCode::SUCCESS
            }
            Task::Help(helper) => {
                runtime().block_on((helper.run)());
                ExitCode::SUCCESS
            }
        }
    }

    fn lead(&self, words: &[String], scale: f64) -> ExitCode {
        let folder = PathBuf::from(std::env::var_os("BENCH_FOLDER").unwrap_or_else(|| "/var/tmp".into()));
        let files = match tempfile::tempdir_in(&folder) {
            Ok(files) => files,
            Err(error) => {
                eprintln!("The databases cannot lie in {}: {error}", folder.display());
                return ExitCode::FAILURE;
            }
        };
        let machine = Machine::look(files.path());
        print!("{}", machine.as_lines());
        let (mut runs, mut failed) = (Vec::new(), false);
        for (scenario, database) in self.chosen(words) {
            eprintln!("\n{}, {} …", scenario.title, database.name());
            let child = Command::new(std::env::current_exe().expect("the path of this program"))
                .args(["--alone", scenario.name, &database.name().to_lowercase()])
                .args(["--scale", &scale.to_string()])
                .env("TMPDIR", files.path())
                .env("TEST_POSTGRES_FOLDER", &folder)
                .stdout(Stdio::piped())
                .spawn()
                .and_then(std::process::Child::wait_with_output)
                .expect("this program can be started again");
            match serde_json::from_slice::<Report>(&child.stdout) {
                Ok(report) if child.status.success() => {
                    print!("{}", report.as_lines());
                    runs.push(Run {
                        scenario: scenario.name.to_owned(),
                        database,
                        measured: machine::moment(),
                        report,
                    });
                }
                _ => {
                    let (name, database) = (scenario.name, database.name());
                    eprintln!("{name} on {database} FAILED ({})", child.status);
                    failed = true;
                }
            }
        }
        if (scale - 1.0).abs() < f64::EPSILON {
            let place = page::write(self, &machine, runs);
            println!("\nWritten to {}", place.display());
        } else {
            println!("\nNot at its full size: the page in docs stays as it is.");
        }
        if failed {
            ExitCode::FAILURE
        } else {
            ExitCode::SUCCESS
        }
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Runtime::new().expect("a runtime")
}
