//! `/invite person`: a card in the channel that only the invited person can open.

use muster_core::account;
use muster_core::actor::Grant;
use muster_core::discord_link::DiscordUser;
use muster_core::error::{Error, Rule};
use muster_core::ids::{DiscordUserId, DraftId, InviteLinkId};
use muster_core::invite_link::person::{self, Person};
use muster_core::message;
use muster_core::policy::Permission;
use muster_core::{Tx, team as teams};
use serde::{Deserialize, Serialize};
use serenity::all::User;

use crate::discord::ask::Ask;
use crate::discord::caller::Caller;
use crate::discord::card::{Card, Place};
use crate::discord::error::Fault;
use crate::discord::member::role_meant;
use crate::discord::which::Which;
use crate::discord::{Context, Desk, answer, complete, words};

/// Invite somebody who is on this server; only they can open the card
#[poise::command(slash_command)]
pub(super) async fn person(
    ctx: Context<'_>,
    user: User,
    #[autocomplete = "complete::offered_role"] role: Option<String>,
    #[autocomplete = "complete::team"] team: Option<String>,
) -> Result<(), Fault> {
    let who = Somebody::from(&user);
    answer::ask(ctx, Ask::InvitePerson { who, role }, team).await
}

/// A Discord user that a command is about. Stored for a while, so a field never changes its meaning.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Somebody {
    id: i64,
    username: String,
    name: String,
    bot: bool,
}

impl From<&User> for Somebody {
    fn from(user: &User) -> Self {
        Self {
            id: user.id.get().cast_signed(),
            username: user.name.clone(),
            name: user.global_name.clone().unwrap_or_else(|| user.name.clone()),
            bot: user.bot,
        }
    }
}

impl Somebody {
    /// Their Discord user.
    pub fn user(&self) -> DiscordUserId {
        DiscordUserId(self.id)
    }

    /// What Discord calls them.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether this is a program and no person.
    pub fn is_bot(&self) -> bool {
        self.bot
    }
}

fn of(caller: &Caller) -> Person<'_> {
    Person {
        user: &caller.user,
        name: &caller.display_name,
    }
}

impl Desk {
    /// Invites a Discord user. It can be cancelled at any time, so it is done at once.
    pub async fn invite_person(
        &self,
        caller: &Caller,
        team: Which<'_>,
        who: &Somebody,
        role: Option<&str>,
    ) -> Result<Card, Error> {
        let (mut tx, grant) = self.change(caller, team, Permission::MembersInvite).await?;
        let card = self.invited(&mut tx, caller, &grant, who, role).await?;
        tx.commit().await?;
        Ok(card)
    }

    /// Invites the Discord user that a card was about.
    pub async fn invite_drafted(&self, caller: &Caller, id: DraftId) -> Result<Card, Error> {
        let (mut tx, grant, who) = self.answered(caller, id, Permission::MembersInvite).await?;
        let card = self.invited(&mut tx, caller, &grant, &who, None).await?;
        tx.commit().await?;
        Ok(card)
    }

    async fn invited(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        grant: &Grant,
        who: &Somebody,
        role: Option<&str>,
    ) -> Result<Card, Error> {
        if who.is_bot() {
            return Err(Rule::TextBad {
                what: "what-account",
                reason: message!("card-bot"),
            }
            .into());
        }
        let role = role
            .map(|text| role_meant(&grant.team.policy, text))
            .transpose()?;
        let user = DiscordUser {
            id: who.user(),
            username: who.username.clone(),
            avatar: None,
        };
        let name = &who.name;
        let link = person::invite(tx, &self.env, grant, Person { user: &user, name }, role).await?;
        let inviter = account::get(tx, grant.actor.account).await?.display_name;
        let public = words::person::public(caller.guild_locale, grant, &link, &inviter);
        let (to, refused) = (user.id, words::person::not_posted(caller.locale));
        Ok(words::person::invited(caller.locale, grant, &link).with_public(
            Place::Here { to },
            public,
            refused,
        ))
    }

    /// What the invitation of a card says, to the person it is for.
    pub async fn open_card(&self, caller: &Caller, id: InviteLinkId) -> Result<Card, Error> {
        let mut tx = self.db.read().await?;
        let offered = person::look(&mut tx, &self.env, id, of(caller)).await?;
        Ok(words::person::offered(caller.locale, &offered))
    }

    /// The person comes in.
    pub async fn accept_card(&self, caller: &Caller, id: InviteLinkId) -> Result<Card, Error> {
        let mut tx = self.act(caller).await?;
        let joined = person::accept(&mut tx, &self.env, id, of(caller), caller.locale).await?;
        let roles = teams::with_roles_of(&mut tx, joined.account.id).await?;
        tx.commit().await?;
        let role = roles.into_iter().find(|(team, _)| team.id == joined.team.id);
        let role = role.map(|(team, role)| team.policy.role_name(&role));
        Ok(words::person::joined(
            caller.locale,
            &joined.team,
            &role.unwrap_or_default(),
        ))
    }

    /// The person says no.
    pub async fn decline_card(&self, caller: &Caller, id: InviteLinkId) -> Result<Card, Error> {
        let mut tx = self.act(caller).await?;
        let team = person::decline(&mut tx, &self.env, id, of(caller)).await?;
        tx.commit().await?;
        Ok(words::person::declined(caller.locale, &team))
    }
}
