//! `/invite`: offering a place by mail, and looking after what was offered.

pub mod bulk;
pub mod draft;
pub mod form;
pub mod link;
pub mod outcome;
pub mod pending;
pub mod person;
pub mod scheduled;

pub use draft::{Draft, Line};

use serenity::all::{Attachment, AutocompleteChoice, CreateAutocompleteResponse};

use super::ask::Ask;
use super::complete::{self, completed};
use super::custom_id::filter_word;
use super::error::Fault;
use super::words::pending::FILTERS;
use super::{Context, answer, words};
use draft::open_form;
use link::link;
use person::person;

/// Invite people and look after invitations
#[poise::command(
    slash_command,
    interaction_context = "Guild",
    subcommands("email", "person", "bulk_command", "list", "show", "resend", "revoke", "link"),
    subcommand_required
)]
#[expect(
    clippy::unused_async,
    reason = "poise calls every command with await; this one only groups others"
)]
pub(super) async fn invite(_: Context<'_>) -> Result<(), Fault> {
    Ok(())
}

/// Invite people by email; you review before anything is sent
#[poise::command(slash_command)]
async fn email(
    ctx: Context<'_>,
    #[autocomplete = "complete::offered_role"] role: Option<String>,
    #[autocomplete = "complete::team"] team: Option<String>,
) -> Result<(), Fault> {
    open_form(ctx, role.as_deref(), team.as_deref()).await
}

/// Invite many people from a CSV file; you review before anything is sent
#[poise::command(slash_command, rename = "bulk")]
async fn bulk_command(
    ctx: Context<'_>,
    file: Attachment,
    #[autocomplete = "complete::offered_role"] role: Option<String>,
    #[autocomplete = "complete::team"] team: Option<String>,
) -> Result<(), Fault> {
    let caller = answer::caller(ctx);
    answer::command(ctx, ctx.data().bulk(&caller, &file, role, team.as_deref())).await
}

/// See invitations and how far they have come
#[poise::command(slash_command)]
async fn list(
    ctx: Context<'_>,
    #[autocomplete = "complete_status"] status: Option<String>,
    #[autocomplete = "complete::team"] team: Option<String>,
) -> Result<(), Fault> {
    answer::ask(ctx, Ask::Invitations { status }, team).await
}

/// See one invitation and its delivery
#[poise::command(slash_command)]
async fn show(
    ctx: Context<'_>,
    #[autocomplete = "complete::invitation"] invitation: String,
    #[autocomplete = "complete::team"] team: Option<String>,
) -> Result<(), Fault> {
    answer::ask(ctx, Ask::Invitation { invitation }, team).await
}

/// Mail an invitation again; an expired one is revived
#[poise::command(slash_command)]
async fn resend(
    ctx: Context<'_>,
    #[autocomplete = "complete::invitation"] invitation: String,
    #[autocomplete = "complete::team"] team: Option<String>,
) -> Result<(), Fault> {
    answer::ask(ctx, Ask::Resend { invitation }, team).await
}

/// Cancel an invitation; its link stops working
#[poise::command(slash_command)]
async fn revoke(
    ctx: Context<'_>,
    #[autocomplete = "complete::invitation"] invitation: String,
    #[autocomplete = "complete::team"] team: Option<String>,
) -> Result<(), Fault> {
    answer::ask(ctx, Ask::Revoke { invitation }, team).await
}

#[expect(clippy::unused_async, reason = "poise calls every completion with await")]
async fn complete_status(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let locale = answer::caller(ctx).locale;
    let typed = typed.to_lowercase();
    let choices = FILTERS
        .iter()
        .filter(|filter| filter_word(**filter).starts_with(&typed))
        .map(|filter| {
            AutocompleteChoice::new(
                words::pending::filter_label(locale, *filter),
                filter_word(*filter),
            )
        });
    let scheduled = words::scheduled::LISTS
        .iter()
        .filter(|(_, word)| word.starts_with(&typed))
        .map(|(status, word)| AutocompleteChoice::new(words::scheduled::list_label(locale, *status), *word));
    let choices = choices.chain(scheduled).collect();
    completed(Ok(choices))
}
