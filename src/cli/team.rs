//! `muster team`: deleted teams, and bringing one back. While the server runs or not.

use anyhow::bail;
use clap::{Args, Subcommand};
use muster_core::error::Error;
use muster_core::ids::TeamId;
use muster_core::team::{self, Gone};

use crate::app::App;
use crate::cli::open_app;
use crate::config::Settings;

/// `muster team`.
#[derive(Debug, Args)]
pub struct Team {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the deleted teams that can still be brought back.
    Deleted {
        #[command(flatten)]
        settings: Settings,
    },
    /// Bring a deleted team back, as it was. The log of the team says that the operator did it.
    Restore {
        /// The team's id, as `muster team deleted` shows it, or its name if only one deleted team is called so.
        team: String,
        #[command(flatten)]
        settings: Settings,
    },
}

impl Team {
    /// Does what was asked for, and says what came of it.
    pub async fn run(self) -> anyhow::Result<()> {
        match self.command {
            Command::Deleted { settings } => {
                let app = open_app(settings).await?;
                let gone = team::deleted(&mut app.db.read().await?, &app.env).await?;
                if gone.is_empty() {
                    println!("No deleted team can be brought back.");
                }
                for team in &gone {
                    println!("{}", line(team));
                }
                app.db.close().await;
            }
            Command::Restore { team, settings } => {
                let app = open_app(settings).await?;
                let back = restore(&app, &team).await?;
                println!("{} is back.", back.name);
                app.db.close().await;
            }
        }
        Ok(())
    }
}

async fn restore(app: &App, wanted: &str) -> anyhow::Result<Gone> {
    let mut tx = app.db.write().await?;
    let gone = team::deleted(&mut tx, &app.env).await?;
    let id: Option<TeamId> = wanted.trim().parse().ok();
    let meant: Vec<&Gone> = gone
        .iter()
        .filter(|team| Some(team.id) == id || team.name.to_lowercase() == wanted.trim().to_lowercase())
        .collect();
    let id = match meant.as_slice() {
        [only] => only.id,
        [] => {
            bail!("no deleted team that can be brought back is called `{wanted}`: see `muster team deleted`")
        }
        several => {
            let lines: Vec<String> = several.iter().map(|team| line(team)).collect();
            bail!(
                "several deleted teams are called `{wanted}`; say which by its id:\n{}",
                lines.join("\n")
            );
        }
    };
    let back = match team::restore_for_operator(&mut tx, &app.env, id).await {
        Err(Error::NotFound(_)) => bail!("the team was brought back or purged a moment ago"),
        done => done?,
    };
    tx.commit().await?;
    Ok(back)
}

fn line(team: &Gone) -> String {
    format!(
        "{}  {}  deleted {}, until {}",
        team.id,
        team.name,
        team.deleted_at.format("%Y-%m-%d"),
        team.until().format("%Y-%m-%d")
    )
}
