//! What Discord offers while an option is typed: at most 25 choices, looked up in the team that is meant.

use muster_core::error::Error;
use muster_core::invitation;
use muster_core::invite_link;
use muster_core::member;
use muster_core::operator;
use muster_core::policy::{Permission, Role};
use muster_core::team as teams;
use muster_phrases::say;
use serenity::all::{AutocompleteChoice, CreateAutocompleteResponse};

use super::caller::Caller;
use super::card::cut;
use super::words::pending::status_word;
use super::{Context, Desk, answer, words};

/// How many choices Discord shows.
const CHOICES: i64 = 25;

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

/// What Discord shows while an option is typed: the choices, or none when they cannot be had.
pub(super) fn completed(choices: Result<Vec<AutocompleteChoice>, Error>) -> CreateAutocompleteResponse {
    CreateAutocompleteResponse::new().set_choices(choices.unwrap_or_default())
}

/// Choices by what they send and what they read, no more of them and no longer than Discord shows.
fn choices(offered: impl IntoIterator<Item = (String, String)>) -> Vec<AutocompleteChoice> {
    let shown = offered.into_iter().take(25);
    shown
        .map(|(value, label)| AutocompleteChoice::new(cut(&label, 100), value))
        .collect()
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
pub(super) async fn role(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    roles(ctx, typed, Offer::Looking).await
}

/// The roles to give to members.
pub(super) async fn new_role(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    roles(ctx, typed, Offer::Changing).await
}

/// The roles to offer in an invitation.
pub(super) async fn offered_role(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    roles(ctx, typed, Offer::Inviting).await
}

async fn roles(ctx: Context<'_>, typed: &str, offer: Offer) -> CreateAutocompleteResponse {
    let (caller, team) = (answer::caller(ctx), team_option(ctx));
    completed(
        ctx.data()
            .role_choices(&caller, typed, team.as_deref(), offer)
            .await,
    )
}

/// The caller's teams.
pub(super) async fn team(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let caller = answer::caller(ctx);
    completed(ctx.data().team_choices(&caller, typed).await)
}

/// The members of the team.
pub(super) async fn member(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let (caller, team) = (answer::caller(ctx), team_option(ctx));
    completed(ctx.data().member_choices(&caller, typed, team.as_deref()).await)
}

/// The invitations of the team that are still open.
pub(super) async fn invitation(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let (caller, team) = (answer::caller(ctx), team_option(ctx));
    completed(
        ctx.data()
            .invitation_choices(&caller, typed, team.as_deref())
            .await,
    )
}

/// The invite links of the team that are live.
pub(super) async fn invite_link(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let (caller, team) = (answer::caller(ctx), team_option(ctx));
    completed(
        ctx.data()
            .invite_link_choices(&caller, typed, team.as_deref())
            .await,
    )
}

/// The API keys of the team that are not over.
pub(super) async fn api_key(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let (caller, team) = (answer::caller(ctx), team_option(ctx));
    completed(ctx.data().api_key_choices(&caller, typed, team.as_deref()).await)
}

/// The plans that the team's rules know.
pub(super) async fn plan(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let (caller, team) = (answer::caller(ctx), team_option(ctx));
    completed(ctx.data().plan_choices(&caller, typed, team.as_deref()).await)
}

impl Desk {
    async fn role_choices(
        &self,
        caller: &Caller,
        typed: &str,
        team: Option<&str>,
        offer: Offer,
    ) -> Result<Vec<AutocompleteChoice>, Error> {
        let (_, grant) = self.look(caller, team, Permission::MembersView).await?;
        let (policy, mine) = (&grant.team.policy, &grant.role);
        let fits = |role: &Role| match offer {
            Offer::Inviting => policy.may_invite(mine, &role.key),
            Offer::Changing => policy
                .roles()
                .iter()
                .any(|from| policy.may_change_role(mine, &from.key, &role.key)),
            Offer::Looking => true,
        };
        let typed = typed.to_lowercase();
        let roles = policy.roles().iter();
        let roles = roles.filter(|role| fits(role) && role.name.to_lowercase().starts_with(&typed));
        Ok(choices(roles.map(|role| {
            (
                role.key.to_string(),
                format!("{}: {}", role.name, role.description),
            )
        })))
    }

    async fn member_choices(
        &self,
        caller: &Caller,
        typed: &str,
        team: Option<&str>,
    ) -> Result<Vec<AutocompleteChoice>, Error> {
        let (mut tx, grant) = self.look(caller, team, Permission::MembersView).await?;
        let found = member::search(&mut tx, &grant, typed, CHOICES).await?;
        Ok(choices(found.iter().map(|row| {
            let role = grant.team.policy.role_name(&row.role);
            let member = format!("{} · {role}", row.display_name);
            let label = match row.status {
                member::Status::Deactivated => {
                    say!(caller.locale, "member-choice-deactivated", member = member)
                }
                _ => member,
            };
            (row.id.to_string(), label)
        })))
    }

    async fn invitation_choices(
        &self,
        caller: &Caller,
        typed: &str,
        team: Option<&str>,
    ) -> Result<Vec<AutocompleteChoice>, Error> {
        let (mut tx, grant) = self.look(caller, team, Permission::InvitationsManage).await?;
        let found = invitation::search(&mut tx, &grant, typed, CHOICES).await?;
        let now = self.env.now();
        Ok(choices(found.iter().map(|invitation| {
            let status = status_word(caller.locale, invitation.status(now));
            (
                invitation.id.to_string(),
                format!("{} · {status}", invitation.email),
            )
        })))
    }

    async fn invite_link_choices(
        &self,
        caller: &Caller,
        typed: &str,
        team: Option<&str>,
    ) -> Result<Vec<AutocompleteChoice>, Error> {
        let (mut tx, grant) = self.look(caller, team, Permission::LinksManage).await?;
        let found = invite_link::search(&mut tx, &self.env, &grant, typed, CHOICES).await?;
        Ok(choices(found.iter().map(|link| {
            let label = words::invite_link::choice(caller.locale, &grant, link);
            (link.id.to_string(), label)
        })))
    }

    /// The caller's teams; for super-admins also those of others, once something is typed.
    async fn team_choices(&self, caller: &Caller, typed: &str) -> Result<Vec<AutocompleteChoice>, Error> {
        let mut tx = self.db.read().await?;
        let actor = caller.actor(&mut tx).await?;
        let prefix = typed.to_lowercase();
        let mut offered: Vec<(String, String)> = self
            .teams_of(&mut tx, actor)
            .await?
            .into_iter()
            .filter(|(team, _)| team.name.to_lowercase().starts_with(&prefix))
            .map(|(team, role)| (team.id.to_string(), format!("{} · {role}", team.name)))
            .collect();
        if !prefix.is_empty() && operator::is_super_admin(&mut tx, actor.account).await? {
            for team in teams::search(&mut tx, typed, CHOICES).await? {
                let id = team.id.to_string();
                if offered.iter().all(|(known, _)| *known != id) {
                    offered.push((id, format!("{} · Super-admin", team.name)));
                }
            }
        }
        Ok(choices(offered))
    }

    async fn plan_choices(
        &self,
        caller: &Caller,
        typed: &str,
        team: Option<&str>,
    ) -> Result<Vec<AutocompleteChoice>, Error> {
        let mut tx = self.db.read().await?;
        let (_, standing) = self.standing(&mut tx, caller, team.into()).await?;
        let (typed, locale) = (typed.to_lowercase(), caller.locale);
        let plans = standing.team.policy.plans().iter().map(|plan| {
            let name = plan.name.as_str();
            let label = match plan.seats {
                Some(seats) => say!(locale, "plan-choice", plan = name, seats = seats),
                None => say!(locale, "plan-choice-uncapped", plan = name),
            };
            (plan.key.clone(), label)
        });
        let none = ("none".to_owned(), say!(locale, "plan-choice-none"));
        let fits = |(key, label): &(String, String)| {
            key.starts_with(&typed) || label.to_lowercase().starts_with(&typed)
        };
        Ok(choices(plans.chain([none]).filter(fits)))
    }
}
