//! The command line.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use muster::app::App;
use muster::cli::Database;
use muster::cli::audit::Audit;
use muster::cli::jobs::Jobs;
use muster::cli::team::Team;
use muster::config::{Role, Settings};
use muster::telemetry::{self, LogFormat};
use muster_core::db::Db;
use muster_core::env::Clock;
use muster_core::password::Passwords;
use tokio_util::sync::CancellationToken;

/// A team's membership desk inside Discord.
#[derive(Parser)]
#[command(version)]
struct Line {
    /// How log lines look.
    #[arg(long, env = "LOG_FORMAT", value_enum, default_value_t = LogFormat::Text, global = true)]
    log_format: LogFormat,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run bot, pages and background jobs.
    Serve {
        #[command(flatten)]
        settings: Box<Settings>,
        /// Run only some parts: bot, web, worker, separated by commas.
        #[arg(long, value_enum, value_delimiter = ',')]
        only: Vec<Role>,
        /// Bring a PostgreSQL database's tables up to date first. An SQLite file always is.
        #[arg(long)]
        migrate: bool,
    },
    /// Bring the database's tables up to date.
    Migrate(Database),
    /// See and mend the queue of background jobs: what waits, what runs, and what died.
    Jobs(Jobs),
    /// See whether the teams' logs are as they were written.
    Audit(Box<Audit>),
    /// Bring back a team that was deleted less than 30 days ago.
    Team(Box<Team>),
    /// Try everything out in the browser, with a stand-in for Discord and nothing to configure.
    #[cfg(feature = "demo")]
    Demo {
        /// Where the demonstration is served, on this machine only.
        #[arg(long, default_value_t = 8080)]
        port: u16,
    },
}

fn main() -> ExitCode {
    let line = Line::parse();
    telemetry::start(line.log_format);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("muster: no threads can be started: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(run(line.command)) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("muster: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Serve {
            settings,
            only,
            migrate,
        } => {
            let app = App::open(settings.read()?, Clock::system(), Passwords::strong(), migrate).await?;
            let roles = if only.is_empty() { Role::ALL.to_vec() } else { only };
            app.run(&roles, stop_signal()?).await?;
        }
        Command::Migrate(database) => {
            let db = Db::connect(database.url()).await?;
            db.migrate().await?;
            db.close().await;
            println!("The tables are up to date.");
        }
        Command::Audit(audit) => return audit.run().await,
        Command::Jobs(jobs) => return jobs.run().await,
        Command::Team(team) => team.run().await?,
        #[cfg(feature = "demo")]
        Command::Demo { port } => muster::demo::run(port, stop_signal()?).await?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Cancelled when the operator (Ctrl-C) or the system (SIGTERM) asks the program to end.
fn stop_signal() -> anyhow::Result<CancellationToken> {
    use tokio::signal::unix::{SignalKind, signal};
    let stop = CancellationToken::new();
    let heard = stop.clone();
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    tokio::spawn(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        heard.cancel();
    });
    Ok(stop)
}
