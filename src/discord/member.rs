//! `/member`: who is in, and with which role.

use muster_core::draft;
use muster_core::error::{Error, Rule};
use muster_core::ids::{DraftId, MemberId, TeamId};
use muster_core::member::{self, UNDO};
use muster_core::page::Slice;
use muster_core::policy::{Permission, Role, RoleKey};
use serde::{Deserialize, Serialize};
use serenity::all::{AutocompleteChoice, CreateAutocompleteResponse};

use super::caller::Caller;
use super::card::{Card, cut};
use super::error::Fault;
use super::{Context, Desk, answer, words};

/// The members of your team
#[poise::command(
    slash_command,
    interaction_context = "Guild",
    subcommands("list", "role"),
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
    #[description = "Only members with this role"]
    #[autocomplete = "complete_role"]
    role: Option<String>,
    #[description = "Another team than this server's"]
    #[autocomplete = "complete_team"]
    team: Option<String>,
) -> Result<(), Fault> {
    let caller = answer::caller(ctx);
    answer::command(ctx, ctx.data().members(&caller, role.as_deref(), team.as_deref())).await
}

/// Change a member's role
#[poise::command(slash_command)]
async fn role(
    ctx: Context<'_>,
    #[description = "Whose role"]
    #[autocomplete = "complete_member"]
    member: String,
    #[description = "The new role"]
    #[autocomplete = "complete_new_role"]
    role: String,
    #[description = "Why, for the log"]
    #[max_length = 200]
    reason: Option<String>,
    #[description = "Another team than this server's"]
    #[autocomplete = "complete_team"]
    team: Option<String>,
) -> Result<(), Fault> {
    let caller = answer::caller(ctx);
    let screen = ctx
        .data()
        .change_role(&caller, &member, &role, reason.as_deref(), team.as_deref());
    answer::command(ctx, screen).await
}

/// What `team` has been filled in with so far, while another option is completed.
pub(super) fn team_option(ctx: Context<'_>) -> Option<String> {
    let poise::Context::Application(ctx) = ctx else {
        return None;
    };
    ctx.args
        .iter()
        .find(|option| option.name == "team")
        .and_then(|option| match option.value {
            serenity::all::ResolvedValue::String(value) if !value.is_empty() => Some(value.to_owned()),
            _ => None,
        })
}

/// The roles to look at.
async fn complete_role(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    offered(ctx, typed, Offer::Looking).await
}

/// The roles to give.
async fn complete_new_role(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    offered(ctx, typed, Offer::Changing).await
}

/// The roles of the team that fit what an option is for.
pub(super) async fn offered(ctx: Context<'_>, typed: &str, offer: Offer) -> CreateAutocompleteResponse {
    let (caller, team) = (answer::caller(ctx), team_option(ctx));
    completed(
        ctx.data()
            .role_choices(&caller, typed, team.as_deref(), offer)
            .await,
    )
}

/// The caller's teams.
pub(super) async fn complete_team(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let caller = answer::caller(ctx);
    completed(ctx.data().team_choices(&caller, typed).await)
}

async fn complete_member(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let (caller, team) = (answer::caller(ctx), team_option(ctx));
    completed(ctx.data().member_choices(&caller, typed, team.as_deref()).await)
}

/// What Discord shows while an option is typed: the choices, or none when they cannot be had.
pub(super) fn completed(choices: Result<Vec<AutocompleteChoice>, Error>) -> CreateAutocompleteResponse {
    CreateAutocompleteResponse::new().set_choices(choices.unwrap_or_default())
}

/// How many choices Discord shows.
pub(super) const CHOICES: i64 = 25;

/// A change of role that waits for an answer.
#[derive(Debug, Serialize, Deserialize)]
struct WantedRole {
    member: MemberId,
    role: RoleKey,
    reason: Option<String>,
}

/// Which roles are offered while one is typed.
#[derive(Debug, Clone, Copy)]
pub(super) enum Offer {
    /// Those that the caller may offer in an invitation.
    Inviting,
    /// Those that the caller may give to members.
    Changing,
    /// Every one: to look at.
    Looking,
}

impl Desk {
    /// The first page of the members.
    pub async fn members(
        &self,
        caller: &Caller,
        role: Option<&str>,
        team: Option<&str>,
    ) -> Result<Card, Error> {
        let mut tx = self.db.read().await?;
        let grant = self.grant(&mut tx, caller, team, Permission::MembersView).await?;
        let role = role
            .map(|text| role_meant(&grant.team.policy, text))
            .transpose()?;
        let members = member::list(&mut tx, &grant, role.as_ref(), Slice::page(0, words::PAGE)).await?;
        Ok(words::member::list(
            &grant,
            &members,
            role.as_ref(),
            self.env.now(),
        ))
    }

    /// Another page of the members, or those with another role.
    pub async fn members_page(
        &self,
        caller: &Caller,
        team: TeamId,
        role: Option<&RoleKey>,
        page: u32,
    ) -> Result<Card, Error> {
        let mut tx = self.db.read().await?;
        let grant = self
            .grant_by_id(&mut tx, caller, team, Permission::MembersView)
            .await?;
        let members = member::list(&mut tx, &grant, role, Slice::page(page, words::PAGE)).await?;
        Ok(words::member::list(&grant, &members, role, self.env.now()))
    }

    /// Changes a role at once; to or from the top role only after a question.
    pub async fn change_role(
        &self,
        caller: &Caller,
        member: &str,
        role: &str,
        reason: Option<&str>,
        team: Option<&str>,
    ) -> Result<Card, Error> {
        let mut tx = self.act(caller).await?;
        let grant = self.grant(&mut tx, caller, team, Permission::RolesChange).await?;
        let policy = &grant.team.policy;
        let to = role_meant(policy, role)?;
        let whose = member::resolve(&mut tx, &grant, member).await?;
        let change = member::change_role(&mut tx, &self.env, &grant, whose.id, &to, reason).await?;
        if policy.is_top(&change.from) || policy.is_top(&to) {
            // Everything was checked; the question comes before it is made true.
            drop(tx);
            let wanted = WantedRole {
                member: whose.id,
                role: to.clone(),
                reason: reason.map(str::to_owned),
            };
            let mut tx = self.db.write().await?;
            let draft = draft::save(&mut tx, &self.env, grant.actor.account, grant.team.id, &wanted).await?;
            tx.commit().await?;
            return Ok(words::member::ask_role(&grant, &whose, &to, draft));
        }
        tx.commit().await?;
        Ok(words::member::role_changed(
            &grant,
            &change,
            Some(self.env.now() + UNDO),
        ))
    }

    /// Changes a role after the question.
    pub async fn set_role(&self, caller: &Caller, id: DraftId) -> Result<Card, Error> {
        let mut tx = self.act(caller).await?;
        let actor = caller.actor(&mut tx).await?;
        let (team, wanted) = draft::load::<WantedRole>(&mut tx, &self.env, id, actor.account).await?;
        let grant = self
            .grant_by_id(&mut tx, caller, team, Permission::RolesChange)
            .await?;
        draft::discard(&mut tx, id, actor.account).await?;
        let WantedRole { member, role, reason } = wanted;
        let change =
            member::change_role(&mut tx, &self.env, &grant, member, &role, reason.as_deref()).await?;
        tx.commit().await?;
        Ok(words::member::role_changed(&grant, &change, None))
    }

    /// Takes a change of role back.
    pub async fn undo_role(&self, caller: &Caller, team: TeamId, seq: i64) -> Result<Card, Error> {
        let mut tx = self.act(caller).await?;
        let grant = self
            .grant_by_id(&mut tx, caller, team, Permission::RolesChange)
            .await?;
        let change = member::undo_role(&mut tx, &self.env, &grant, seq).await?;
        tx.commit().await?;
        Ok(words::member::role_changed(&grant, &change, None))
    }

    async fn role_choices(
        &self,
        caller: &Caller,
        typed: &str,
        team: Option<&str>,
        offer: Offer,
    ) -> Result<Vec<AutocompleteChoice>, Error> {
        let mut tx = self.db.read().await?;
        let grant = self.grant(&mut tx, caller, team, Permission::MembersView).await?;
        let (policy, mine) = (&grant.team.policy, &grant.member.role);
        let fits = |role: &Role| match offer {
            Offer::Inviting => policy.may_invite(mine, &role.key),
            Offer::Changing => policy
                .roles()
                .iter()
                .any(|from| policy.may_change_role(mine, &from.key, &role.key)),
            Offer::Looking => true,
        };
        let typed = typed.to_lowercase();
        Ok(policy
            .roles()
            .iter()
            .filter(|role| fits(role) && role.name.to_lowercase().starts_with(&typed))
            .map(|role| {
                AutocompleteChoice::new(
                    cut(&format!("{}: {}", role.name, role.description), 100),
                    role.key.to_string(),
                )
            })
            .collect())
    }

    async fn member_choices(
        &self,
        caller: &Caller,
        typed: &str,
        team: Option<&str>,
    ) -> Result<Vec<AutocompleteChoice>, Error> {
        let mut tx = self.db.read().await?;
        let grant = self.grant(&mut tx, caller, team, Permission::MembersView).await?;
        let found = member::search(&mut tx, &grant, typed, CHOICES).await?;
        Ok(found
            .iter()
            .map(|row| {
                let label = format!(
                    "{} · {}",
                    row.display_name,
                    grant.team.policy.role_name(&row.role)
                );
                AutocompleteChoice::new(cut(&label, 100), row.id.to_string())
            })
            .collect())
    }

    async fn team_choices(&self, caller: &Caller, typed: &str) -> Result<Vec<AutocompleteChoice>, Error> {
        let mut tx = self.db.read().await?;
        let actor = caller.actor(&mut tx).await?;
        let typed = typed.to_lowercase();
        Ok(self
            .teams_of(&mut tx, actor)
            .await?
            .into_iter()
            .filter(|(team, _)| team.name.to_lowercase().starts_with(&typed))
            .take(25)
            .map(|(team, role)| {
                AutocompleteChoice::new(cut(&format!("{} · {role}", team.name), 100), team.id.to_string())
            })
            .collect())
    }
}

/// The role that a text means: its key or its name, in any case.
pub(super) fn role_meant(policy: &muster_core::policy::Policy, text: &str) -> Result<RoleKey, Error> {
    let text = text.trim();
    policy
        .roles()
        .iter()
        .find(|role| role.key.as_str().eq_ignore_ascii_case(text) || role.name.eq_ignore_ascii_case(text))
        .map(|role| role.key.clone())
        .ok_or_else(|| Rule::RoleUnknown { role: cut(text, 32) }.into())
}
