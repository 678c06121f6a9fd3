//! `/team settings`: what a team is called, which language it speaks, and what an invitation offers unless told otherwise.

use muster_core::activity::{self, Keep};
use muster_core::actor::Grant;
use muster_core::error::{Error, Rule};
use muster_core::ids::TeamId;
use muster_core::locale::Locale;
use muster_core::policy::{Permission, RoleKey};
use muster_core::{Tx, team};
use serenity::all::{CreateActionRow, CreateInputText, CreateModal, InputTextStyle};

use crate::discord::ask::Ask;
use crate::discord::caller::Caller;
use crate::discord::card::Card;
use crate::discord::custom_id::{Action, Rules};
use crate::discord::error::Fault;
use crate::discord::which::Which;
use crate::discord::words::settings::Done;
use crate::discord::{Context, Desk, answer, complete, words};

/// See and change a team's name, language and defaults
#[poise::command(slash_command)]
pub(super) async fn settings(
    ctx: Context<'_>,
    #[autocomplete = "complete::team"] team: Option<String>,
) -> Result<(), Fault> {
    answer::ask(ctx, Ask::Settings, team).await
}

impl Desk {
    /// The team's settings.
    pub async fn settings(&self, caller: &Caller, team: Which<'_>) -> Result<Card, Error> {
        let (mut tx, grant) = self.look(caller, team, Permission::TeamSettings).await?;
        let language = team::language(&mut tx, grant.team.id).await?;
        let kept = activity::keeps(&mut tx, grant.team.id).await?;
        Ok(words::settings::settings(
            caller.locale,
            &grant,
            language,
            kept,
            Done::Nothing,
        ))
    }

    /// The form that asks for another name.
    pub async fn rename_form(&self, caller: &Caller, team: TeamId) -> Result<CreateModal, Error> {
        let (_, grant) = self.look(caller, team, Permission::TeamSettings).await?;
        let (title, label) = words::settings::rename_form(caller.locale);
        let name = CreateInputText::new(InputTextStyle::Short, label, "name")
            .value(&grant.team.name)
            .max_length(64);
        let action = Action::Rules(Rules::RenameForm { team });
        Ok(CreateModal::new(action.to_string(), title).components(vec![CreateActionRow::InputText(name)]))
    }

    /// Gives the team another name.
    pub async fn rename_team(&self, caller: &Caller, team: TeamId, name: &str) -> Result<Card, Error> {
        let (mut tx, mut grant) = self.change(caller, team, Permission::TeamSettings).await?;
        let seq = team::rename(&mut tx, &self.env, &mut grant, name).await?;
        self.settings_done(caller, tx, &grant, Done::Renamed { undo: Some(seq) })
            .await
    }

    /// Takes a renaming back.
    pub(super) async fn undo_rename(&self, caller: &Caller, team: TeamId, seq: i64) -> Result<Card, Error> {
        let (mut tx, mut grant) = self.change(caller, team, Permission::TeamSettings).await?;
        team::undo_rename(&mut tx, &self.env, &mut grant, seq).await?;
        self.settings_done(caller, tx, &grant, Done::Renamed { undo: None })
            .await
    }

    /// Makes another language the team's.
    pub(super) async fn set_team_language(
        &self,
        caller: &Caller,
        team: TeamId,
        chosen: &str,
    ) -> Result<Card, Error> {
        let language: Locale = chosen.parse().map_err(|_| Rule::Stale)?;
        let (mut tx, grant) = self.change(caller, team, Permission::TeamSettings).await?;
        team::set_language(&mut tx, &self.env, &grant, language).await?;
        self.settings_done(caller, tx, &grant, Done::Language).await
    }

    /// Makes another role the one that invitations offer unless told otherwise.
    pub(super) async fn set_default_role(
        &self,
        caller: &Caller,
        team: TeamId,
        chosen: &str,
    ) -> Result<Card, Error> {
        let role = RoleKey::parse(chosen).map_err(|_| Rule::Stale)?;
        let (mut tx, mut grant) = self.change(caller, team, Permission::TeamSettings).await?;
        team::set_default_role(&mut tx, &self.env, &mut grant, &role).await?;
        self.settings_done(caller, tx, &grant, Done::DefaultRole).await
    }

    /// Lets answers to invitations reach whoever invited, or no longer.
    pub(super) async fn set_replies(&self, caller: &Caller, team: TeamId, on: bool) -> Result<Card, Error> {
        let (mut tx, mut grant) = self.change(caller, team, Permission::TeamSettings).await?;
        team::set_replies_to_inviter(&mut tx, &self.env, &mut grant, on).await?;
        self.settings_done(caller, tx, &grant, Done::Replies).await
    }

    /// How long the team's log is kept, to be chosen.
    pub(super) async fn choose_keep(&self, caller: &Caller, team: TeamId) -> Result<Card, Error> {
        let (mut tx, grant) = self.look(caller, team, Permission::TeamSettings).await?;
        let kept = activity::keeps(&mut tx, grant.team.id).await?;
        Ok(words::settings::keep(caller.locale, &grant, kept))
    }

    /// Keeps the team's log for another time.
    pub(super) async fn set_keep(&self, caller: &Caller, team: TeamId, chosen: &str) -> Result<Card, Error> {
        let keep: Keep = chosen.parse().map_err(|_| Rule::Stale)?;
        let (mut tx, grant) = self.change(caller, team, Permission::TeamSettings).await?;
        activity::set_keep(&mut tx, &self.env, &grant, keep).await?;
        self.settings_done(caller, tx, &grant, Done::Keep).await
    }

    async fn settings_done(
        &self,
        caller: &Caller,
        mut tx: Tx,
        grant: &Grant,
        done: Done,
    ) -> Result<Card, Error> {
        let language = team::language(&mut tx, grant.team.id).await?;
        let kept = activity::keeps(&mut tx, grant.team.id).await?;
        tx.commit().await?;
        Ok(words::settings::settings(
            caller.locale,
            grant,
            language,
            kept,
            done,
        ))
    }
}
