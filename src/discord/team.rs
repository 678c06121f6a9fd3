//! `/team`: founding a team, one's teams, and what becomes of them.

mod life;
mod panel;
mod policy;
mod settings;
mod teams;

pub use life::{delete_form, transfer_form};
pub use teams::new_team_form;

use serenity::all::{AutocompleteChoice, CreateAutocompleteResponse};

use super::ask::Ask;
use super::complete::completed;
use super::error::Fault;
use super::{Context, answer, complete, words};

/// Your teams
#[poise::command(
    slash_command,
    interaction_context = "Guild",
    subcommands(
        "create",
        "overview",
        "list",
        "switch",
        "settings::settings",
        "policy::policy",
        "panel::panel",
        "transfer",
        "leave",
        "delete",
        "plan"
    ),
    subcommand_required
)]
#[expect(
    clippy::unused_async,
    reason = "poise calls every command with await; this one only groups others"
)]
pub(super) async fn team(_: Context<'_>) -> Result<(), Fault> {
    Ok(())
}

/// Create a team for this server; you get its top role
#[poise::command(slash_command)]
async fn create(
    ctx: Context<'_>,
    #[max_length = 64] name: String,
    #[autocomplete = "complete_preset"] preset: String,
) -> Result<(), Fault> {
    let caller = answer::caller(ctx);
    answer::command(ctx, ctx.data().create_team(&caller, &name, &preset)).await
}

/// See a team in numbers
#[poise::command(slash_command)]
async fn overview(
    ctx: Context<'_>,
    #[autocomplete = "complete::team"] team: Option<String>,
) -> Result<(), Fault> {
    answer::ask(ctx, Ask::Overview, team).await
}

/// See the teams you are in
#[poise::command(slash_command)]
async fn list(ctx: Context<'_>) -> Result<(), Fault> {
    let caller = answer::caller(ctx);
    answer::command(ctx, ctx.data().teams(&caller, 0)).await
}

/// Choose the team that you work with
#[poise::command(slash_command)]
async fn switch(ctx: Context<'_>, #[autocomplete = "complete::team"] team: String) -> Result<(), Fault> {
    let caller = answer::caller(ctx);
    answer::command(ctx, ctx.data().switch_team(&caller, Some(team.as_str()).into())).await
}

/// Hand over the top role; you are asked to type the team's name
#[poise::command(slash_command)]
async fn transfer(
    ctx: Context<'_>,
    #[autocomplete = "complete::member"] member: String,
    #[autocomplete = "complete::team"] team: Option<String>,
) -> Result<(), Fault> {
    answer::ask(ctx, Ask::Transfer { member }, team).await
}

/// Leave a team; you are asked first
#[poise::command(slash_command)]
async fn leave(
    ctx: Context<'_>,
    #[autocomplete = "complete::team"] team: Option<String>,
) -> Result<(), Fault> {
    answer::ask(ctx, Ask::Leave, team).await
}

/// Delete a team; you are asked to type its name
#[poise::command(slash_command)]
async fn delete(
    ctx: Context<'_>,
    #[autocomplete = "complete::team"] team: Option<String>,
) -> Result<(), Fault> {
    answer::ask(ctx, Ask::Delete, team).await
}

/// Set a team's plan; for super-admins
#[poise::command(slash_command)]
async fn plan(
    ctx: Context<'_>,
    #[autocomplete = "complete::plan"] plan: String,
    #[autocomplete = "complete::team"] team: Option<String>,
) -> Result<(), Fault> {
    answer::ask(ctx, Ask::Plan { plan }, team).await
}

#[expect(clippy::unused_async, reason = "poise calls every completion with await")]
async fn complete_preset(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let typed = typed.to_lowercase();
    let presets = ctx.data().env.presets();
    let choices = presets
        .iter()
        .filter(|preset| preset.key.starts_with(&typed) || preset.name.to_lowercase().starts_with(&typed))
        .take(25)
        .map(|preset| AutocompleteChoice::new(words::team::preset_choice(preset), preset.key.clone()))
        .collect();
    completed(Ok(choices))
}
