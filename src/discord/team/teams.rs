//! Founding a team, the caller's teams, one of them in numbers, and which of them is meant.

use muster_core::Tx;
use muster_core::account;
use muster_core::activity::Surface;
use muster_core::actor::Actor;
use muster_core::env::Env;
use muster_core::error::{Error, Rule};
use muster_core::guild;
use muster_core::locale::Locale;
use muster_core::message;
use muster_core::team::{self, Team};
use muster_phrases::say;
use serenity::all::{CreateActionRow, CreateInputText, CreateModal, InputTextStyle};

use crate::discord::caller::Caller;
use crate::discord::card::Card;
use crate::discord::custom_id::Action;
use crate::discord::error::needs_manage_guild;
use crate::discord::which::Which;
use crate::discord::{Desk, words};

/// The form that asks for a new team.
pub fn new_team_form(locale: Locale, env: &Env) -> CreateModal {
    let (name, preset) = (say!(locale, "team-form-name"), say!(locale, "team-form-preset"));
    let name = CreateInputText::new(InputTextStyle::Short, name, "name").max_length(64);
    let preset = CreateInputText::new(InputTextStyle::Short, preset, "preset")
        .placeholder(words::team::preset_hint(env.presets()))
        .value("campaigns")
        .max_length(32);
    CreateModal::new(Action::NewTeamForm.to_string(), say!(locale, "team-form-title")).components(vec![
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
        guild::remember(&mut tx, guild, founder.id, team.id, caller.interaction).await?;
        tx.commit().await?;
        tracing::info!(team.id = %team.id, "created a team");
        Ok(words::team::created(caller.locale, &team))
    }

    /// A team in numbers.
    pub async fn overview(&self, caller: &Caller, team: Which<'_>) -> Result<Card, Error> {
        let mut tx = self.db.read().await?;
        let (_, standing) = self.standing(&mut tx, caller, team).await?;
        let overview = team::overview(&mut tx, &self.env, &standing).await?;
        Ok(words::teams::overview(caller.locale, &standing, &overview))
    }

    /// A page of the caller's teams.
    pub async fn teams(&self, caller: &Caller, page: u32) -> Result<Card, Error> {
        let mut tx = self.db.read().await?;
        let actor = caller.actor(&mut tx).await?;
        let teams = self.teams_of(&mut tx, actor).await?;
        let chosen = team::chosen(&mut tx, actor.account).await?;
        Ok(words::teams::list(caller.locale, teams, chosen, page))
    }

    /// Makes a team the one that the caller means, in this server and wherever nothing else says which.
    pub async fn switch_team(&self, caller: &Caller, team: Which<'_>) -> Result<Card, Error> {
        let mut tx = self.act(caller).await?;
        let (actor, standing) = self.standing(&mut tx, caller, team).await?;
        if standing.member.is_none() {
            return Err(Error::Denied(message!("not-a-member", team = standing.team.name)));
        }
        team::choose(&mut tx, &standing, actor.account).await?;
        if let Some(guild) = caller.guild {
            guild::remember(
                &mut tx,
                guild,
                actor.account,
                standing.team.id,
                caller.interaction,
            )
            .await?;
        }
        tx.commit().await?;
        Ok(words::teams::switched(caller.locale, &standing))
    }

    /// The caller's account, and their role in each of their teams.
    pub async fn account_status(&self, caller: &Caller) -> Result<Card, Error> {
        let mut tx = self.db.read().await?;
        let actor = caller.actor(&mut tx).await?;
        Ok(words::team::account(
            caller.locale,
            &account::get(&mut tx, actor.account).await?,
            &self.teams_of(&mut tx, actor).await?,
        ))
    }

    /// An account's teams, each with the name of its role there.
    pub(in crate::discord) async fn teams_of(
        &self,
        tx: &mut Tx,
        actor: Actor,
    ) -> Result<Vec<(Team, String)>, Error> {
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
