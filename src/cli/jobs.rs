//! `muster jobs`: what waits in the queue, what died, and what can be done about it. While the server runs or not.

mod json;
mod view;

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use anyhow::Context;
use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand, ValueEnum};
use muster_core::db::Db;
use muster_core::email;
use muster_core::env::Clock;
use muster_core::ids::JobId;
use muster_core::queue::admin::{self, Answer, Entry, Filter, State};

use super::Database;

/// `muster jobs`.
#[derive(Debug, Args)]
pub struct Jobs {
    #[command(flatten)]
    database: Database,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List jobs: the dead ones, unless another state is asked for.
    List {
        /// Which jobs: those that wait, run, are dead, or were done.
        #[arg(long, value_enum, default_value_t = StateArgument::Dead)]
        state: StateArgument,
        #[command(flatten)]
        kind: KindArgument,
        /// How many at most.
        #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=100_000))]
        limit: u32,
        /// One JSON array instead of a table, with times in RFC 3339.
        #[arg(long)]
        json: bool,
    },
    /// Show everything about one job, and about the mail it sends.
    Show {
        /// The job's id, as `muster jobs list` shows it.
        #[arg(value_parser = job_id)]
        id: JobId,
        /// One JSON object instead of text, with times in RFC 3339.
        #[arg(long)]
        json: bool,
    },
    /// Let dead jobs run again, with all their attempts. A mail that had failed is sent again while it is still wanted.
    #[command(override_usage = "muster jobs retry ID...\n       muster jobs retry --all [--kind KIND]")]
    Retry {
        #[command(flatten)]
        which: Which,
    },
    /// Delete dead jobs for good.
    #[command(
        override_usage = "muster jobs drop [--yes] ID...\n       muster jobs drop [--yes] --all [--kind KIND]"
    )]
    Drop {
        #[command(flatten)]
        which: Which,
        /// Do not ask first.
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Debug, Args)]
struct KindArgument {
    /// Only jobs of this kind.
    #[arg(long, value_name = "KIND", value_parser = PossibleValuesParser::new(muster_jobs::TABLE.map(|row| row.kind)))]
    kind: Option<String>,
}

/// Which dead jobs something is done about.
#[derive(Debug, Args)]
struct Which {
    /// The jobs' ids, as `muster jobs list` shows them.
    #[arg(value_name = "ID", value_parser = job_id, required_unless_present = "all", conflicts_with = "all")]
    ids: Vec<JobId>,
    /// Every dead job.
    #[arg(long)]
    all: bool,
    /// With --all: only dead jobs of this kind.
    #[arg(long, value_name = "KIND", requires = "all", conflicts_with = "ids", value_parser = PossibleValuesParser::new(muster_jobs::TABLE.map(|row| row.kind)))]
    kind: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum StateArgument {
    Waiting,
    Running,
    Dead,
    Done,
    All,
}

impl StateArgument {
    fn state(self) -> Option<State> {
        match self {
            Self::Waiting => Some(State::Waiting),
            Self::Running => Some(State::Running),
            Self::Dead => Some(State::Dead),
            Self::Done => Some(State::Done),
            Self::All => None,
        }
    }
}

fn job_id(text: &str) -> Result<JobId, &'static str> {
    text.parse()
        .map_err(|_| "a job's id has 26 letters and digits, as `muster jobs list` shows it")
}

impl Jobs {
    /// Does what was asked. Success means that it was done; failure, that something was refused or nothing matched.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let db = self.database.open().await?;
        let code = match self.command {
            Command::List {
                state,
                kind,
                limit,
                json,
            } => {
                let filter = Filter {
                    state: state.state(),
                    kind: kind.kind.as_deref(),
                };
                list(&db, filter, limit, json).await
            }
            Command::Show { id, json } => show(&db, id, json).await,
            Command::Retry { which } => retry(&db, &which).await,
            Command::Drop { which, yes } => drop_dead(&db, &which, yes).await,
        };
        db.close().await;
        code
    }
}

async fn list(db: &Db, filter: Filter<'_>, limit: u32, json: bool) -> anyhow::Result<ExitCode> {
    let mut tx = db.read().await?;
    let mut entries = admin::list(&mut tx, filter, limit + 1).await?;
    drop(tx);
    let more = entries.len() > limit as usize;
    entries.truncate(limit as usize);
    if json {
        print(&json::list(&entries)?)?;
    } else if entries.is_empty() {
        print(&view::none(filter))?;
    } else {
        print(&view::table(
            &entries,
            Clock::system().now(),
            view::terminal_width(),
        ))?;
    }
    if more {
        eprintln!("{}", view::more(limit));
    }
    Ok(ExitCode::SUCCESS)
}

async fn show(db: &Db, id: JobId, json: bool) -> anyhow::Result<ExitCode> {
    let mut tx = db.read().await?;
    let Some(entry) = admin::get(&mut tx, id).await? else {
        eprintln!("{}", view::refusal(id, Answer::Unknown));
        return Ok(ExitCode::FAILURE);
    };
    let mail = match entry.email {
        Some(email) => email::admin::get(&mut tx, email).await?,
        None => None,
    };
    drop(tx);
    if json {
        print(&json::entry(&entry, mail.as_ref())?)?;
    } else {
        print(&view::entry(&entry, mail.as_ref(), Clock::system().now())?)?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn retry(db: &Db, which: &Which) -> anyhow::Result<ExitCode> {
    let mut count = Count::default();
    for id in which.find(db).await? {
        let mut tx = db.write().await?;
        let answer = admin::retry(&mut tx, Clock::system().now(), id).await?;
        if answer == Answer::Done {
            tx.commit().await?;
            count.done += 1;
        } else {
            count.refuse(id, answer);
        }
    }
    print(&view::retried(count.done, which.kind.as_deref(), count.refused))?;
    Ok(count.code())
}

async fn drop_dead(db: &Db, which: &Which, yes: bool) -> anyhow::Result<ExitCode> {
    let mut count = Count::default();
    let (mut dead, mut restored) = (Vec::new(), 0);
    for id in which.find(db).await? {
        let mut tx = db.read().await?;
        match admin::get(&mut tx, id).await? {
            None => count.refuse(id, Answer::Unknown),
            Some(job) if job.state != State::Dead => count.refuse(id, Answer::NotDead(job.state)),
            Some(job) => {
                restored += usize::from(waits(&mut tx, &job).await?);
                dead.push(id);
            }
        }
    }
    if restored > 0 {
        eprintln!("{}", view::will_be_restored(restored));
    }
    if !dead.is_empty() && !yes && !confirmed(dead.len())? {
        return Ok(ExitCode::FAILURE);
    }
    for id in dead {
        let mut tx = db.write().await?;
        let answer = admin::drop_dead(&mut tx, id).await?;
        if answer == Answer::Done {
            tx.commit().await?;
            count.done += 1;
        } else {
            count.refuse(id, answer);
        }
    }
    print(&view::dropped(count.done, which.kind.as_deref(), count.refused))?;
    Ok(count.code())
}

/// Whether the mail that a job sends still waits to be sent.
async fn waits(tx: &mut muster_core::Tx, job: &Entry) -> anyhow::Result<bool> {
    let mail = match job.email {
        Some(email) => email::admin::get(tx, email).await?,
        None => None,
    };
    Ok(mail.is_some_and(|mail| matches!(mail.status, email::Status::Queued | email::Status::Sending)))
}

/// Asks, if there is somebody to answer.
fn confirmed(jobs: usize) -> anyhow::Result<bool> {
    if !std::io::stdin().is_terminal() {
        eprintln!("{}", view::NOBODY_TO_ASK);
        return Ok(false);
    }
    eprint!("{}", view::question(jobs));
    std::io::stderr().flush()?;
    let mut answer = String::new();
    std::io::stdin()
        .read_line(&mut answer)
        .context("the answer cannot be read")?;
    let yes = matches!(answer.trim().to_lowercase().as_str(), "y" | "yes");
    if !yes {
        eprintln!("{}", view::KEPT);
    }
    Ok(yes)
}

impl Which {
    /// The jobs that were named, or all that are dead now.
    async fn find(&self, db: &Db) -> anyhow::Result<Vec<JobId>> {
        if !self.all {
            return Ok(self.ids.clone());
        }
        let mut tx = db.read().await?;
        Ok(admin::dead(&mut tx, self.kind.as_deref()).await?)
    }
}

/// What was done and what was not.
#[derive(Default)]
struct Count {
    done: usize,
    refused: usize,
}

impl Count {
    fn refuse(&mut self, id: JobId, answer: Answer) {
        eprintln!("{}", view::refusal(id, answer));
        self.refused += 1;
    }

    fn code(&self) -> ExitCode {
        if self.done > 0 && self.refused == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }
}

/// Writes to standard output. Whoever reads it may have seen enough (`| head`): that is no error.
fn print(text: &str) -> anyhow::Result<()> {
    match writeln!(std::io::stdout(), "{}", text.trim_end()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(error).context("the answer cannot be written")
        }
        _ => Ok(()),
    }
}
