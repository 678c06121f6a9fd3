//! `/activity`: what happened in the team.

use muster_core::activity::{self, Kind};
use muster_core::error::Error;
use muster_core::ids::TeamId;
use muster_core::page::Slice;
use muster_core::policy::Permission;

use super::caller::Caller;
use super::card::Card;
use super::error::Fault;
use super::member::complete_team;
use super::{Context, Desk, answer, words};

/// What happened in your team
#[poise::command(
    slash_command,
    interaction_context = "Guild",
    rename = "activity",
    subcommands("log"),
    subcommand_required
)]
#[expect(
    clippy::unused_async,
    reason = "poise calls every command with await; this one only groups others"
)]
pub(super) async fn activity_command(_: Context<'_>) -> Result<(), Fault> {
    Ok(())
}

/// Read the team's log, newest first
#[poise::command(slash_command)]
async fn log(
    ctx: Context<'_>,
    #[description = "Another team than this server's"]
    #[autocomplete = "complete_team"]
    team: Option<String>,
) -> Result<(), Fault> {
    let caller = answer::caller(ctx);
    answer::command(ctx, ctx.data().activity_log(&caller, team.as_deref())).await
}

impl Desk {
    /// The newest entries.
    pub async fn activity_log(&self, caller: &Caller, team: Option<&str>) -> Result<Card, Error> {
        let mut tx = self.db.read().await?;
        let grant = self
            .grant(&mut tx, caller, team, Permission::ActivityView)
            .await?;
        let entries = activity::list(&mut tx, grant.team.id, None, Slice::page(0, words::PAGE)).await?;
        Ok(words::activity::log(&grant, &entries, None))
    }

    /// Another page of the log, or entries of another kind.
    pub async fn activity_page(
        &self,
        caller: &Caller,
        team: TeamId,
        kind: Option<Kind>,
        page: u32,
    ) -> Result<Card, Error> {
        let mut tx = self.db.read().await?;
        let grant = self
            .grant_by_id(&mut tx, caller, team, Permission::ActivityView)
            .await?;
        let entries = activity::list(&mut tx, team, kind, Slice::page(page, words::PAGE)).await?;
        Ok(words::activity::log(&grant, &entries, kind))
    }
}
