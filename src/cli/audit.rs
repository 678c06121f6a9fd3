//! `muster audit`: whether the logs are as they were written. While the server runs or not.

use std::process::ExitCode;

use anyhow::bail;
use clap::{Args, Subcommand};
use muster_core::activity::{self, Flaw};
use muster_core::ids::TeamId;
use muster_core::team;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::app::App;
use crate::cli::open_app;
use crate::config::Settings;

/// How many teams are listed at a time.
const AT_ONCE: i64 = 500;

/// `muster audit`.
#[derive(Debug, Args)]
pub struct Audit {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check every signature of every team's log, deleted teams' included. Ends with 1 if one is not as it was written.
    Verify {
        /// Only the log of this team.
        #[arg(long, value_name = "ID", value_parser = team_id)]
        team: Option<TeamId>,
        /// One JSON object instead of text.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        settings: Box<Settings>,
    },
}

fn team_id(text: &str) -> Result<TeamId, &'static str> {
    text.parse()
        .map_err(|_| "a team's id has 26 letters and digits, as its page's address shows it")
}

/// Where a log is not as it was written.
#[derive(Serialize)]
struct Found {
    team: TeamId,
    #[serde(flatten, serialize_with = "in_words")]
    flaw: Flaw,
}

/// As programs read it: `changed`, `missing`, `cut_after` or `start`, and the number of the entry.
fn in_words<S: Serializer>(flaw: &Flaw, to: S) -> Result<S::Ok, S::Error> {
    let mut map = to.serialize_map(Some(2))?;
    map.serialize_entry("flaw", flaw.as_str())?;
    map.serialize_entry("entry", &flaw.entry())?;
    map.end()
}

#[derive(Serialize)]
struct Report {
    intact: bool,
    teams: u64,
    flaws: Vec<Found>,
}

impl Audit {
    /// Does what was asked for, and says what came of it.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let Command::Verify { team, json, settings } = self.command;
        let app = open_app(*settings).await?;
        let report = verify(&app, team).await;
        app.db.close().await;
        let report = report?;
        if json {
            println!("{}", serde_json::to_string_pretty(&report)?);
        } else {
            report.print();
        }
        Ok(ExitCode::from(u8::from(!report.intact)))
    }
}

/// Each log is read in a transaction of its own, a part at a time.
async fn verify(app: &App, only: Option<TeamId>) -> anyhow::Result<Report> {
    let (mut teams, mut flaws) = (0, Vec::new());
    let mut check = async |id: TeamId| -> anyhow::Result<()> {
        let mut tx = app.db.read().await?;
        teams += 1;
        // A team that was purged a moment ago has no log.
        if !team::exists(&mut tx, id).await? {
            return Ok(());
        }
        if let Some(flaw) = activity::verify(&mut tx, &app.env, id).await? {
            flaws.push(Found { team: id, flaw });
        }
        Ok(())
    };
    if let Some(id) = only {
        if !team::exists(&mut app.db.read().await?, id).await? {
            bail!("there is no team with the id {id}");
        }
        check(id).await?;
    } else {
        let mut after = None;
        loop {
            let ids = team::ids_after(&mut app.db.read().await?, after, AT_ONCE).await?;
            let Some(last) = ids.last() else { break };
            after = Some(*last);
            for id in ids {
                check(id).await?;
            }
        }
    }
    Ok(Report {
        intact: flaws.is_empty(),
        teams,
        flaws,
    })
}

impl Report {
    fn print(&self) {
        for Found { team, flaw } in &self.flaws {
            let what = match flaw {
                Flaw::Entry(entry) => format!("entry {entry} was changed or moved"),
                Flaw::Missing(entry) => format!("entry {entry} is missing"),
                Flaw::CutAfter(entry) => format!("the entries after {entry} are missing"),
                Flaw::Start(entry) => {
                    format!("it begins after entry {entry}, and Muster did not cut it there")
                }
            };
            println!("{team}  {what}");
        }
        let logs = if self.teams == 1 { "log" } else { "logs" };
        if self.intact {
            println!("Checked {} {logs}: every entry is as it was written.", self.teams);
        } else {
            println!(
                "Checked {} {logs}: {} not as written.",
                self.teams,
                self.flaws.len()
            );
        }
    }
}
