//! Handing over, leaving, deleting, bringing back, and the plan. What cannot be taken back easily asks first; what ends a
//! team or gives it away asks to type its name.

use muster_core::error::Error;
use muster_core::ids::{MemberId, TeamId};
use muster_core::locale::Locale;
use muster_core::member;
use muster_core::policy::Permission;
use muster_core::team;
use muster_phrases::say;
use serenity::all::{CreateActionRow, CreateInputText, CreateModal, InputTextStyle};

use crate::discord::caller::Caller;
use crate::discord::card::Card;
use crate::discord::custom_id::Action;
use crate::discord::which::{One, Which};
use crate::discord::{Desk, words};

/// The form that asks for the team's name before its top role is handed over.
pub fn transfer_form(locale: Locale, team: TeamId, id: MemberId) -> CreateModal {
    name_form(locale, &Action::TransferForm { team, id }, "transfer-form-title")
}

/// The form that asks for the team's name before it is deleted.
pub fn delete_form(locale: Locale, team: TeamId) -> CreateModal {
    name_form(locale, &Action::DeleteTeamForm { team }, "delete-form-title")
}

fn name_form(locale: Locale, action: &Action, title: &'static str) -> CreateModal {
    let label = say!(locale, "name-form");
    let name = CreateInputText::new(InputTextStyle::Short, label, "name").max_length(64);
    CreateModal::new(action.to_string(), say!(locale, title))
        .components(vec![CreateActionRow::InputText(name)])
}

impl Desk {
    /// Tries to hand over the top role, so that what would be refused is refused now, and asks before making it true.
    pub async fn ask_transfer(
        &self,
        caller: &Caller,
        team: Which<'_>,
        to: One<'_, MemberId>,
    ) -> Result<Card, Error> {
        let (mut tx, grant) = self.try_out(caller, team, Permission::OwnershipTransfer).await?;
        let to = to.find(&mut tx, &grant).await?;
        let tried = member::transfer(&mut tx, &self.env, &grant, to.id).await?;
        Ok(words::teams::ask_transfer(caller.locale, &grant, &tried))
    }

    /// Hands over the top role, after the team's name was typed.
    pub async fn transfer(
        &self,
        caller: &Caller,
        team: TeamId,
        to: MemberId,
        typed: &str,
    ) -> Result<Card, Error> {
        let (mut tx, grant) = self.change(caller, team, Permission::OwnershipTransfer).await?;
        team::check_name(&grant.team, typed)?;
        let done = member::transfer(&mut tx, &self.env, &grant, to).await?;
        tx.commit().await?;
        tracing::info!(team.id = %team, "handed over the top role");
        Ok(words::teams::transferred(caller.locale, &grant, &done))
    }

    /// Tries to leave, so that what would be refused is refused now, and asks before making it true.
    pub async fn ask_leave(&self, caller: &Caller, team: Which<'_>) -> Result<Card, Error> {
        let mut tx = self.db.write().await?;
        let (actor, standing) = self.standing(&mut tx, caller, team).await?;
        member::leave(&mut tx, &self.env, actor, standing.team.id).await?;
        Ok(words::ending::ask_leave(caller.locale, &standing))
    }

    /// The caller leaves a team, after the question.
    pub async fn leave(&self, caller: &Caller, team: TeamId) -> Result<Card, Error> {
        let mut tx = self.act(caller).await?;
        let actor = caller.actor(&mut tx).await?;
        let team = member::leave(&mut tx, &self.env, actor, team).await?;
        tx.commit().await?;
        Ok(words::ending::left(caller.locale, &team))
    }

    /// Asks before deleting a team.
    pub async fn ask_delete(&self, caller: &Caller, team: Which<'_>) -> Result<Card, Error> {
        let (mut tx, grant) = self.look(caller, team, Permission::TeamDelete).await?;
        let (_, standing) = self.standing(&mut tx, caller, grant.team.id.into()).await?;
        let overview = team::overview(&mut tx, &self.env, &standing).await?;
        Ok(words::teams::ask_delete(caller.locale, &grant, &overview))
    }

    /// Deletes a team, after its name was typed.
    pub async fn delete_team(&self, caller: &Caller, team: TeamId, typed: &str) -> Result<Card, Error> {
        let (mut tx, grant) = self.change(caller, team, Permission::TeamDelete).await?;
        team::check_name(&grant.team, typed)?;
        let gone = team::delete(&mut tx, &self.env, &grant).await?;
        tx.commit().await?;
        tracing::info!(team.id = %team, "deleted a team");
        Ok(words::teams::deleted(caller.locale, &gone))
    }

    /// Brings a deleted team back.
    pub async fn restore_team(&self, caller: &Caller, team: TeamId) -> Result<Card, Error> {
        let mut tx = self.act(caller).await?;
        let actor = caller.actor(&mut tx).await?;
        let back = team::restore(&mut tx, &self.env, actor, team).await?;
        tx.commit().await?;
        tracing::info!(team.id = %team, "brought a team back");
        Ok(words::teams::restored(caller.locale, &back))
    }

    /// Sets a team's plan, for super-admins.
    pub async fn set_plan(&self, caller: &Caller, team: Which<'_>, plan: &str) -> Result<Card, Error> {
        let mut tx = self.act(caller).await?;
        let (actor, standing) = self.standing(&mut tx, caller, team).await?;
        let mut grant = actor.operate(&mut tx, standing.team.id).await?;
        let plan = plan.trim().to_lowercase();
        let plan = Some(plan.as_str()).filter(|plan| *plan != "none");
        team::set_plan(&mut tx, &self.env, &mut grant, plan).await?;
        let standing = actor.enter(&mut tx, standing.team.id).await?;
        let overview = team::overview(&mut tx, &self.env, &standing).await?;
        tx.commit().await?;
        Ok(words::teams::plan_set(caller.locale, &grant, &overview))
    }
}
