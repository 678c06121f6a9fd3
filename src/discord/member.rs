//! `/member`: who is in, with which role, and what becomes of it.

mod end;
mod list;
mod role;

pub(super) use end::Access;
pub(super) use role::role_meant;

use muster_core::member::Status;
use serenity::all::{AutocompleteChoice, CreateAutocompleteResponse};

use super::ask::Ask;
use super::complete::completed;
use super::error::Fault;
use super::{Context, answer, complete, words};

/// The members of your team
#[poise::command(
    slash_command,
    interaction_context = "Guild",
    subcommands("list", "show", "role", "deactivate", "reactivate", "remove", "export"),
    subcommand_required
)]
#[expect(
    clippy::unused_async,
    reason = "poise calls every command with await; this one only groups others"
)]
pub(super) async fn member(_: Context<'_>) -> Result<(), Fault> {
    Ok(())
}

/// See who is in the team
#[poise::command(slash_command)]
async fn list(
    ctx: Context<'_>,
    #[autocomplete = "complete::role"] role: Option<String>,
    #[autocomplete = "complete_status"] status: Option<String>,
    #[autocomplete = "complete::team"] team: Option<String>,
) -> Result<(), Fault> {
    answer::ask(ctx, Ask::Members { role, status }, team).await
}

/// See one member and what happened to them
#[poise::command(slash_command)]
async fn show(
    ctx: Context<'_>,
    #[autocomplete = "complete::member"] member: String,
    #[autocomplete = "complete::team"] team: Option<String>,
) -> Result<(), Fault> {
    answer::ask(ctx, Ask::Member { member }, team).await
}

/// Change a member's role
#[poise::command(slash_command)]
async fn role(
    ctx: Context<'_>,
    #[autocomplete = "complete::member"] member: String,
    #[autocomplete = "complete::new_role"] role: String,
    #[max_length = 200] reason: Option<String>,
    #[autocomplete = "complete::team"] team: Option<String>,
) -> Result<(), Fault> {
    answer::ask(ctx, Ask::Role { member, role, reason }, team).await
}

/// Suspend a member's access; you can give it back
#[poise::command(slash_command)]
async fn deactivate(
    ctx: Context<'_>,
    #[autocomplete = "complete::member"] member: String,
    #[max_length = 200] reason: Option<String>,
    #[autocomplete = "complete::team"] team: Option<String>,
) -> Result<(), Fault> {
    answer::ask(ctx, Ask::Deactivate { member, reason }, team).await
}

/// Give a suspended member their access back
#[poise::command(slash_command)]
async fn reactivate(
    ctx: Context<'_>,
    #[autocomplete = "complete::member"] member: String,
    #[max_length = 200] reason: Option<String>,
    #[autocomplete = "complete::team"] team: Option<String>,
) -> Result<(), Fault> {
    answer::ask(ctx, Ask::Reactivate { member, reason }, team).await
}

/// End a member's access; you are asked first
#[poise::command(slash_command)]
async fn remove(
    ctx: Context<'_>,
    #[autocomplete = "complete::member"] member: String,
    #[max_length = 200] reason: Option<String>,
    #[autocomplete = "complete::team"] team: Option<String>,
) -> Result<(), Fault> {
    answer::ask(ctx, Ask::Remove { member, reason }, team).await
}

/// Take the list of members away as a file
#[poise::command(slash_command)]
async fn export(
    ctx: Context<'_>,
    #[autocomplete = "complete::team"] team: Option<String>,
) -> Result<(), Fault> {
    answer::ask(ctx, Ask::ExportMembers, team).await
}

#[expect(clippy::unused_async, reason = "poise calls every completion with await")]
async fn complete_status(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let locale = answer::caller(ctx).locale;
    let typed = typed.to_lowercase();
    let choices = Status::ALL
        .iter()
        .filter(|status| status.as_str().starts_with(&typed))
        .map(|status| AutocompleteChoice::new(words::member::status(locale, *status), status.as_str()))
        .collect();
    completed(Ok(choices))
}
