//! `/member`: who is in, with which role, and what becomes of it.

mod end;
mod list;
mod role;

pub(super) use end::Access;
pub(super) use role::role_meant;

use muster_core::error::{Error, Rule};
use muster_core::ids::MemberId;
use muster_core::member::Status;
use serenity::all::{AutocompleteChoice, CreateAutocompleteResponse};

use super::ask::Ask;
use super::caller::Caller;
use super::card::Card;
use super::complete::completed;
use super::custom_id::Members;
use super::error::Fault;
use super::router::chosen_id;
use super::which::Only;
use super::{Context, Desk, answer, complete, words};

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

impl Desk {
    /// Where the buttons and selects about members lead.
    pub(super) async fn press_members(
        &self,
        caller: &Caller,
        pressed: Members,
        chosen: Option<&str>,
    ) -> Result<Card, Error> {
        let chosen = || chosen.ok_or(Error::Rule(Rule::Stale));
        match pressed {
            Members::List { team, filter, page } => {
                self.members(caller, team.into(), Only::Known(filter), page).await
            }
            Members::Filter { team } => {
                let filter = words::member::parse_filter(chosen()?);
                self.members(caller, team.into(), Only::Known(filter), 0).await
            }
            Members::Open { team } => {
                let id: MemberId = chosen_id(Some(chosen()?))?;
                self.member(caller, team.into(), id.into()).await
            }
            Members::Show { team, id } => self.member(caller, team.into(), id.into()).await,
            Members::Deactivate { team, id } => {
                self.set_access(caller, team.into(), id.into(), Access::Suspended, None)
                    .await
            }
            Members::Reactivate { team, id } => {
                self.set_access(caller, team.into(), id.into(), Access::Back, None)
                    .await
            }
            Members::AskRemove { team, id } => self.ask_remove(caller, team.into(), id.into(), None).await,
            Members::Remove { draft } => self.remove(caller, draft).await,
            Members::PickRole { team, id } => {
                self.change_role(caller, team.into(), id.into(), chosen()?, None)
                    .await
            }
            Members::SetRole { draft } => self.set_role(caller, draft).await,
            Members::UndoRole { team, seq } => self.undo_role(caller, team, seq).await,
        }
    }
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
