//! `/activity`: what happened in the team.

use muster_core::activity::{self, Filter, Format, Kind};
use muster_core::error::Error;
use muster_core::member as members;
use muster_core::page::Slice;
use muster_core::policy::Permission;

use serenity::all::{AutocompleteChoice, CreateAutocompleteResponse};

use super::announce::announce;
use super::ask::Ask;
use super::caller::Caller;
use super::card::Card;
use super::complete::{self, completed};
use super::error::{Fault, not_offered};
use super::which::{Only, Which};
use super::{Context, Desk, answer, words};

/// What happened in your team
#[poise::command(
    slash_command,
    interaction_context = "Guild",
    rename = "activity",
    subcommands("log", "export", "announce"),
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
    #[autocomplete = "complete::member"] member: Option<String>,
    #[max_length = 20] since: Option<String>,
    #[autocomplete = "complete::team"] team: Option<String>,
) -> Result<(), Fault> {
    answer::ask(ctx, Ask::Log { kind, member, since }, team).await
}

/// How the log is written.
#[derive(Debug, Clone, Copy, poise::ChoiceParameter)]
enum Form {
    #[name = "CSV"]
    Csv,
    #[name = "JSON"]
    Json,
}

/// Take the team's log away as a file
#[poise::command(slash_command)]
async fn export(
    ctx: Context<'_>,
    format: Form,
    #[autocomplete = "complete::team"] team: Option<String>,
) -> Result<(), Fault> {
    let format = match format {
        Form::Csv => Format::Csv,
        Form::Json => Format::Json,
    };
    let format = format.to_string();
    answer::ask(ctx, Ask::ExportLog { format }, team).await
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
    /// A page of the log, newest first: all of it, or the entries of a kind, of a member, from a moment on.
    pub async fn activity_log(
        &self,
        caller: &Caller,
        team: Which<'_>,
        only: Only<[Option<&str>; 3], Filter>,
        page: u32,
    ) -> Result<Card, Error> {
        let (mut tx, grant) = self.look(caller, team, Permission::ActivityView).await?;
        let filter = match only {
            Only::Known(filter) => filter,
            Only::Named([kind, member, from]) => {
                let kind = kind.map(str::parse).transpose();
                let since = from.map(|text| activity::since(text, self.env.now()));
                let member = match member {
                    Some(text) => Some(members::resolve(&mut tx, &grant, text).await?.id),
                    None => None,
                };
                Filter {
                    kind: kind.map_err(|_| not_offered("what-kind"))?,
                    member,
                    since: since.transpose()?,
                }
            }
        };
        let whose = match filter.member {
            Some(member) => Some(members::name_of(&mut tx, &grant, member).await?),
            None => None,
        };
        let slice = Slice::page(page, words::PAGE);
        let entries = activity::list(&mut tx, grant.team.id, filter, slice).await?;
        Ok(words::activity::log(
            caller.locale,
            &grant,
            &entries,
            filter,
            whose.as_deref(),
        ))
    }

    /// The log as a file. That somebody took it away is noted in it.
    pub async fn export_log(&self, caller: &Caller, team: Which<'_>, format: &str) -> Result<Card, Error> {
        let format: Format = format.parse().map_err(Error::internal)?;
        let (mut tx, grant) = self.look(caller, team, Permission::ActivityView).await?;
        let export = activity::export(&mut tx, &self.env, &grant, format).await?;
        drop(tx);
        let (mut tx, grant) = self
            .change(caller, grant.team.id, Permission::ActivityView)
            .await?;
        let name = format.file(self.env.now());
        members::note_export(&mut tx, &self.env, &grant, &name, export.rows).await?;
        tx.commit().await?;
        let home = self.public_url.as_str().trim_end_matches('/');
        let page = format!("{home}/teams/{}/activity", grant.team.id);
        Ok(words::activity::exported(
            caller.locale,
            &grant,
            export,
            &name,
            &page,
        ))
    }
}
