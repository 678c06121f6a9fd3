//! What the menu of a person in Discord offers: their profile in the team, inviting them, looking after their
//! membership. Discord shows these names as they are written, so they stand in the commands and in the phrases.

use muster_core::error::Error;
use muster_core::member;
use muster_core::policy::Permission;
use serenity::all::User;

use super::ask::Ask;
use super::caller::Caller;
use super::card::Card;
use super::error::Fault;
use super::invite::person::Somebody;
use super::which::Which;
use super::{Context, Desk, answer, words};

/// Who somebody is in the team
#[poise::command(context_menu_command = "View team profile", interaction_context = "Guild")]
pub(super) async fn profile(ctx: Context<'_>, user: User) -> Result<(), Fault> {
    let who = Somebody::from(&user);
    answer::ask(ctx, Ask::Profile { who }, None).await
}

/// Invite somebody with the usual role
#[poise::command(context_menu_command = "Invite to team", interaction_context = "Guild")]
pub(super) async fn invite(ctx: Context<'_>, user: User) -> Result<(), Fault> {
    let who = Somebody::from(&user);
    answer::ask(ctx, Ask::InvitePerson { who, role: None }, None).await
}

/// Change or end somebody's membership
#[poise::command(context_menu_command = "Manage membership", interaction_context = "Guild")]
pub(super) async fn manage(ctx: Context<'_>, user: User) -> Result<(), Fault> {
    let who = Somebody::from(&user);
    answer::ask(ctx, Ask::Manage { who }, None).await
}

impl Desk {
    /// A Discord user as a member, or that they are none.
    pub async fn profile(&self, caller: &Caller, team: Which<'_>, who: &Somebody) -> Result<Card, Error> {
        let (mut tx, grant) = self.look(caller, team, Permission::MembersView).await?;
        let Some(row) = member::of_discord_user(&mut tx, &grant, who.user()).await? else {
            drop(tx);
            return self.no_member(caller, grant.team.id.into(), who).await;
        };
        drop(tx);
        self.member(caller, grant.team.id.into(), row.id.into()).await
    }

    /// A Discord user's membership, with what the caller may change about it.
    pub async fn manage(&self, caller: &Caller, team: Which<'_>, who: &Somebody) -> Result<Card, Error> {
        let (mut tx, grant) = self.look(caller, team, Permission::MembersView).await?;
        let Some(row) = member::of_discord_user(&mut tx, &grant, who.user()).await? else {
            drop(tx);
            return self.no_member(caller, grant.team.id.into(), who).await;
        };
        Ok(words::person::manage(caller.locale, &grant, &row, self.env.now()))
    }

    /// That somebody is no member, with the way to make them one for those who may.
    async fn no_member(&self, caller: &Caller, team: Which<'_>, who: &Somebody) -> Result<Card, Error> {
        let (tx, grant) = self.look(caller, team, Permission::MembersView).await?;
        drop(tx);
        let policy = &grant.team.policy;
        let invites = policy.default_role_for(&grant.role).is_some() && !who.is_bot();
        let draft = if invites {
            Some(self.ask_about(&grant, who).await?)
        } else {
            None
        };
        Ok(words::person::no_member(caller.locale, &grant, who.name(), draft))
    }
}
