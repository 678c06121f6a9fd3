//! `/team` and `/account`: founding a team and seeing one's own account.

use muster_core::account;
use muster_core::activity::Surface;
use muster_core::actor::Actor;
use muster_core::error::{Error, Rule};
use muster_core::guild;
use muster_core::policy::presets;
use muster_core::team;
use serenity::all::{
    AutocompleteChoice, CreateActionRow, CreateAutocompleteResponse, CreateInputText, CreateModal,
    InputTextStyle,
};

use super::caller::Caller;
use super::card::Card;
use super::custom_id::Action;
use super::error::{Fault, needs_manage_guild};
use super::member::completed;
use super::{Context, Desk, answer, words};

/// Your team
#[poise::command(
    slash_command,
    interaction_context = "Guild",
    subcommands("create"),
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
    #[description = "What people call the team"]
    #[max_length = 64]
    name: String,
    #[description = "Which rules it starts with"]
    #[autocomplete = "complete_preset"]
    preset: String,
) -> Result<(), Fault> {
    let caller = answer::caller(ctx);
    answer::command(ctx, ctx.data().create_team(&caller, &name, &preset)).await
}

#[expect(clippy::unused_async, reason = "poise calls every completion with await")]
async fn complete_preset(_: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let typed = typed.to_lowercase();
    let choices = presets()
        .iter()
        .filter(|preset| preset.key.starts_with(&typed) || preset.name.to_lowercase().starts_with(&typed))
        .take(25)
        .map(|preset| AutocompleteChoice::new(words::team::preset_choice(preset), preset.key.clone()))
        .collect();
    completed(Ok(choices))
}

/// Your own account
#[poise::command(slash_command, subcommands("status"), subcommand_required)]
#[expect(
    clippy::unused_async,
    reason = "poise calls every command with await; this one only groups others"
)]
pub(super) async fn account(_: Context<'_>) -> Result<(), Fault> {
    Ok(())
}

/// See your account, your teams and your roles
#[poise::command(slash_command)]
async fn status(ctx: Context<'_>) -> Result<(), Fault> {
    let caller = answer::caller(ctx);
    answer::command(ctx, ctx.data().account_status(&caller)).await
}

/// The form that asks for a new team.
pub fn new_team_form() -> CreateModal {
    let name = CreateInputText::new(InputTextStyle::Short, "Name of the team", "name").max_length(64);
    let preset = CreateInputText::new(InputTextStyle::Short, "Rules it starts with", "preset")
        .placeholder(words::team::preset_hint())
        .value("campaigns")
        .max_length(32);
    CreateModal::new(Action::NewTeamForm.to_string(), "Create a team").components(vec![
        CreateActionRow::InputText(name),
        CreateActionRow::InputText(preset),
    ])
}

impl Desk {
    /// Founds a team that belongs to the caller's server.
    pub async fn create_team(&self, caller: &Caller, name: &str, preset: &str) -> Result<Card, Error> {
        let guild = caller.guild.ok_or(Rule::NoTeam)?;
        if !caller.manages_guild {
            return Err(needs_manage_guild());
        }
        let mut tx = self.act(caller).await?;
        let user = &caller.user;
        let founder = account::for_discord_user(
            &mut tx,
            &self.env,
            user.id,
            &user.username,
            &caller.display_name,
            caller.locale,
        )
        .await?;
        let team = team::create(
            &mut tx,
            &self.env,
            founder.id,
            Surface::Discord,
            name,
            preset.trim(),
            caller.guild_locale,
        )
        .await?;
        guild::bind(&mut tx, &self.env, guild, team.id).await?;
        guild::remember(&mut tx, guild, founder.id, team.id).await?;
        tx.commit().await?;
        tracing::info!(team.id = %team.id, "created a team");
        Ok(words::team::created(&team))
    }

    /// The caller's account, and their role in each of their teams.
    pub async fn account_status(&self, caller: &Caller) -> Result<Card, Error> {
        let mut tx = self.db.read().await?;
        let actor = caller.actor(&mut tx).await?;
        Ok(words::team::account(
            &account::get(&mut tx, actor.account).await?,
            &self.teams_of(&mut tx, actor).await?,
        ))
    }

    /// An account's teams, each with the name of its role there.
    pub(super) async fn teams_of(
        &self,
        tx: &mut muster_core::Tx,
        actor: Actor,
    ) -> Result<Vec<(team::Team, String)>, Error> {
        let memberships = team::with_roles_of(tx, actor.account).await?;
        Ok(memberships
            .into_iter()
            .map(|(team, role)| {
                let name = team.policy.role_name(&role);
                (team, name)
            })
            .collect())
    }
}
