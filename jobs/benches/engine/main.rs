//! How fast the engine is and how fast mail leaves: `cargo bench -p muster-jobs`, or `just bench`.
//!
//! Each scenario runs in a process of its own, so that its peak memory and its processor time are its own: this program
//! starts itself again under the scenario's name. The databases lie on a disk, in `BENCH_FOLDER` (`/var/tmp` unless set), and
//! both of them wait for it at every commit. A whole run writes `docs/benchmarks.md`; `--quick`, `--scale` and names of
//! scenarios run less and only print.
//!
//! A scenario fails, and this program with it, when work is lost or done wrongly. Missing an aim is no failure: the page
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

mod backlog;
mod empty_jobs;
mod engines;
mod invitations;
mod latency;
mod load;
mod machine;
mod page;
mod process;
mod report;
mod sink;
mod sweep;

use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};

use muster_core::testing::World;

use crate::machine::Machine;
use crate::report::{Report, Run};

/// Quick shows that everything runs; its figures mean nothing.
const QUICK: f64 = 0.02;

/// What a scenario runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
enum Database {
    Sqlite,
    Postgres,
}

impl Database {
    const ALL: [Self; 2] = [Self::Sqlite, Self::Postgres];

    fn name(self) -> &'static str {
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

/// What is measured, in the order of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
enum Scenario {
    Latency,
    EmptyJobs,
    Invitations,
    SweepManyTeams,
    SweepOneTeam,
    Backlog,
}

impl Scenario {
    const ALL: [Self; 6] = [
        Self::Latency,
        Self::EmptyJobs,
        Self::Invitations,
        Self::SweepManyTeams,
        Self::SweepOneTeam,
        Self::Backlog,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Latency => "latency",
            Self::EmptyJobs => "empty-jobs",
            Self::Invitations => "invitations",
            Self::SweepManyTeams => "sweep-many-teams",
            Self::SweepOneTeam => "sweep-one-team",
            Self::Backlog => "backlog",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Latency => "From commit to start",
            Self::EmptyJobs => "Jobs that do nothing",
            Self::Invitations => "Invitations mailed",
            Self::SweepManyTeams => "Expired invitations of many teams",
            Self::SweepOneTeam => "Expired invitations of one team",
            Self::Backlog => "A backlog of mails",
        }
    }

    async fn measure(self, database: Database, scale: f64) -> Report {
        let world = database.world().await;
        let mut report = match self {
            Self::Latency => latency::measure(&world, scaled(1000, scale)).await,
            Self::EmptyJobs => empty_jobs::measure(&world, scaled(10_000, scale)).await,
            Self::Invitations => invitations::measure(&world, scaled(250, scale)).await,
            Self::SweepManyTeams => sweep::measure(&world, scaled(1000, scale), 1000).await,
            Self::SweepOneTeam => sweep::measure(&world, 1, scaled(1_000_000, scale)).await,
            Self::Backlog => backlog::measure(&world, scaled(100, scale)).await,
        };
        report.server = machine::server(&world.db).await;
        report
    }
}

fn scaled(full: u32, scale: f64) -> u32 {
    ((f64::from(full) * scale).round() as u32).max(1)
}

/// What the command line asks for.
enum Task {
    /// Scenarios in processes of their own; of all databases and scenarios, those that a word names.
    Lead { words: Vec<String>, scale: f64 },
    /// One of those processes.
    Measure(Scenario, Database, f64),
    /// The mail server, another of them.
    Sink,
}

const USAGE: &str =
    "cargo bench -p muster-jobs -- [--quick | --scale FACTOR] [SCENARIO | sqlite | postgresql]…";

fn task() -> Result<Task, String> {
    let (mut words, mut scale, mut alone) = (Vec::new(), 1.0, false);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            // Cargo's own, to every benchmark.
            "--bench" => {}
            "--sink" => return Ok(Task::Sink),
            "--alone" => alone = true,
            "--quick" => scale = QUICK,
            "--scale" => {
                scale = arguments
                    .next()
                    .and_then(|text| text.parse().ok())
                    .filter(|scale| *scale > 0.0 && *scale <= 1.0)
                    .ok_or("--scale needs a factor above 0 and up to 1")?;
            }
            word => words.push(word.to_lowercase()),
        }
    }
    let known = |word: &String| {
        Scenario::ALL.iter().any(|scenario| scenario.name() == word)
            || Database::ALL
                .iter()
                .any(|database| database.name().to_lowercase() == *word)
    };
    if let Some(word) = words.iter().find(|word| !known(word)) {
        return Err(format!("`{word}` is no scenario and no database"));
    }
    if !alone {
        return Ok(Task::Lead { words, scale });
    }
    match *chosen(&words) {
        [(scenario, database)] => Ok(Task::Measure(scenario, database, scale)),
        _ => Err("--alone needs one scenario and one database".to_owned()),
    }
}

/// The pairs that the words leave: scenarios that are named, or all; databases that are named, or both.
fn chosen(words: &[String]) -> Vec<(Scenario, Database)> {
    let named = |name: &str| words.iter().any(|word| *word == name.to_lowercase());
    let any_scenario = !Scenario::ALL.iter().any(|scenario| named(scenario.name()));
    let any_database = !Database::ALL.iter().any(|database| named(database.name()));
    Scenario::ALL
        .into_iter()
        .filter(|scenario| any_scenario || named(scenario.name()))
        .flat_map(|scenario| Database::ALL.map(|database| (scenario, database)))
        .filter(|(_, database)| any_database || named(database.name()))
        .collect()
}

fn main() -> ExitCode {
    let task = match task() {
        Ok(task) => task,
        Err(error) => {
            eprintln!("{error}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match task {
        Task::Lead { words, scale } => lead(&words, scale),
        Task::Measure(scenario, database, scale) => {
            let report = runtime().block_on(scenario.measure(database, scale));
            println!(
                "{}",
                serde_json::to_string(&report).expect("a report is plain data")
            );
            ExitCode::SUCCESS
        }
        Task::Sink => {
            runtime().block_on(sink::serve());
            ExitCode::SUCCESS
        }
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Runtime::new().expect("a runtime")
}

fn lead(words: &[String], scale: f64) -> ExitCode {
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
    for (scenario, database) in chosen(words) {
        eprintln!("\n{}, {} …", scenario.title(), database.name());
        let child = Command::new(std::env::current_exe().expect("the path of this program"))
            .args(["--alone", scenario.name(), &database.name().to_lowercase()])
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
                    scenario,
                    database,
                    report,
                });
            }
            _ => {
                eprintln!(
                    "{} on {} FAILED ({})",
                    scenario.name(),
                    database.name(),
                    child.status
                );
                failed = true;
            }
        }
    }
    if failed {
        return ExitCode::FAILURE;
    }
    if words.is_empty() && (scale - 1.0).abs() < f64::EPSILON {
        let place = page::write(&machine, &runs);
        println!("\nWritten to {}", place.display());
    } else {
        println!("\nNot the whole of it: docs/benchmarks.md stays as it is.");
    }
    ExitCode::SUCCESS
}
