//! `/activity`: what happened in the team.

use muster_core::activity::{self, Kind};
use muster_core::error::{Error, Rule};
use muster_core::ids::TeamId;
use muster_core::message;
use muster_core::page::Slice;
use muster_core::policy::Permission;

use serenity::all::{AutocompleteChoice, CreateAutocompleteResponse};

use super::ask::Ask;
use super::caller::Caller;
use super::card::Card;
use super::complete::{self, completed};
use super::error::Fault;
use super::which::Which;
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
    #[rename = "type"]
    #[autocomplete = "complete_kind"]
    kind: Option<String>,
    #[autocomplete = "complete::team"] team: Option<String>,
) -> Result<(), Fault> {
    answer::ask(ctx, Ask::Log { kind }, team).await
}

#[expect(clippy::unused_async, reason = "poise calls every completion with await")]
async fn complete_kind(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let locale = answer::caller(ctx).locale;
    let typed = typed.to_lowercase();
    let choices = Kind::ALL
        .iter()
        .map(|kind| (words::activity::label(locale, *kind), kind.as_str()))
        .filter(|(label, word)| label.to_lowercase().contains(&typed) || word.starts_with(&typed))
        .take(25)
        .map(|(label, word)| AutocompleteChoice::new(label, word))
        .collect();
    completed(Ok(choices))
}

impl Desk {
    /// The newest entries, all or of one kind.
    pub async fn activity_log(
        &self,
        caller: &Caller,
        team: Which<'_>,
        kind: Option<&str>,
    ) -> Result<Card, Error> {
        let kind = kind.map(str::parse).transpose().map_err(|_| Rule::TextBad {
            what: "what-kind",
            reason: message!("choose-offered"),
        })?;
        let mut tx = self.db.read().await?;
        let grant = self
            .grant(&mut tx, caller, team, Permission::ActivityView)
            .await?;
        let entries = activity::list(&mut tx, grant.team.id, kind, Slice::page(0, words::PAGE)).await?;
        Ok(words::activity::log(caller.locale, &grant, &entries, kind))
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
            .grant(&mut tx, caller, team.into(), Permission::ActivityView)
            .await?;
        let entries = activity::list(&mut tx, team, kind, Slice::page(page, words::PAGE)).await?;
        Ok(words::activity::log(caller.locale, &grant, &entries, kind))
    }
}
