//! The front door in Discord: slash commands, buttons and forms.
//!
//! Each command or button is a few lines: who calls, one transaction on the domain, one card. The commands are in the
//! file of their noun, their words in [`words`]; [`router`] leads buttons and forms to the same functions, and [`bot`]
//! connects it all to Discord.

pub mod account;
pub mod activity;
pub mod announce;
pub mod answer;
pub mod api_key;
pub mod ask;
pub mod bot;
pub mod caller;
pub mod card;
mod complete;
pub mod custom_id;
pub mod error;
pub mod file;
pub mod help;
pub mod insights;
pub mod invite;
pub mod link;
pub mod member;
pub mod menu;
pub mod own;
mod question;
pub mod registration;
pub mod router;
pub mod team;
pub mod which;
pub mod words;

use muster_core::Tx;
use muster_core::actor::{Actor, Grant, Standing};
use muster_core::db::Db;
use muster_core::env::Env;
use muster_core::error::Error;
use muster_core::guild;
use muster_core::ids::{GuildId, InteractionId, TeamId};
use muster_core::member::{self as members, ACTIVE_EVERY, Member};
use muster_core::policy::Permission;
use url::Url;

use crate::refused;

use caller::Caller;
use which::Which;

/// What every command needs.
#[derive(Clone)]
pub struct Desk {
    /// The database, with connections of the bot's own runtime.
    pub db: Db,
    /// The surroundings.
    pub env: Env,
    /// Where the pages are.
    pub public_url: Url,
    /// Whether people can link: it needs Discord's OAuth2, which the operator has to configure.
    pub linking: bool,
    /// Whether mails leave: the operator may have configured no mail server.
    pub mail: bool,
    /// What fetches the files that people hand to commands.
    pub files: reqwest::Client,
}

/// What poise hands to every command.
pub type Context<'a> = poise::Context<'a, Desk, error::Fault>;
/// What poise hands to autocompletion.
pub type CommandContext<'a> = poise::ApplicationContext<'a, Desk, error::Fault>;

impl Desk {
    /// The caller's permission in the team that is meant.
    pub(crate) async fn grant(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        team: Which<'_>,
        permission: Permission,
    ) -> Result<Grant, Error> {
        let actor = caller.actor(tx).await?;
        let team = Self::team_meant(tx, actor, caller, team).await?;
        let grant = actor.may(tx, team, permission).await?;
        self.note_use(caller, team, grant.member.as_ref());
        Ok(grant)
    }

    /// The caller, and how they stand in the team that is meant.
    pub(crate) async fn standing(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        team: Which<'_>,
    ) -> Result<(Actor, Standing), Error> {
        let actor = caller.actor(tx).await?;
        let team = Self::team_meant(tx, actor, caller, team).await?;
        let standing = actor.enter(tx, team).await?;
        self.note_use(caller, team, standing.member.as_ref());
        Ok((actor, standing))
    }

    async fn team_meant(
        tx: &mut Tx,
        actor: Actor,
        caller: &Caller,
        team: Which<'_>,
    ) -> Result<TeamId, Error> {
        match team {
            Which::Named(name) => Ok(guild::team_meant(tx, actor, caller.guild, name).await?.id),
            Which::Id(id) => Ok(id),
        }
    }

    /// Remembers, behind the answer's back, which team a member works with in a server and that they are active. Nothing
    /// waits for it, and nothing but the next default depends on it.
    fn note_use(&self, caller: &Caller, team: TeamId, member: Option<&Member>) {
        let (Some(guild), Some(member)) = (caller.guild, member.cloned()) else {
            return;
        };
        let (desk, interaction) = (self.clone(), caller.interaction);
        tokio::spawn(async move {
            if let Err(error) = desk.write_use(guild, team, &member, interaction).await {
                tracing::debug!("a use was not noted: {error}");
            }
        });
    }

    async fn write_use(
        &self,
        guild: GuildId,
        team: TeamId,
        member: &Member,
        interaction: InteractionId,
    ) -> Result<(), Error> {
        let recent = guild::recent(&mut self.db.read().await?, guild, member.account_id).await?;
        let noted = self.env.now() - member.last_active_at < ACTIVE_EVERY;
        if recent == Some(team) && noted {
            return Ok(());
        }
        let mut tx = self.db.write().await?;
        guild::remember(&mut tx, guild, member.account_id, team, interaction).await?;
        members::touch(&mut tx, &self.env, team, member.account_id).await?;
        tx.commit().await
    }

    /// Has the log hear of what somebody was refused.
    pub(crate) async fn note_refusal<T>(&self, answered: &Result<T, Error>) {
        if let Err(error) = answered {
            refused::note(&self.db, &self.env, error).await;
        }
    }

    /// A transaction that acts at most once for the caller's interaction.
    pub(crate) async fn act(&self, caller: &Caller) -> Result<Tx, Error> {
        let mut tx = self.db.write().await?;
        guild::once(&mut tx, &self.env, caller.interaction).await?;
        Ok(tx)
    }

    /// A look into the team that is meant, with a permission there.
    pub(crate) async fn look<'a>(
        &self,
        caller: &Caller,
        team: impl Into<Which<'a>>,
        permission: Permission,
    ) -> Result<(Tx, Grant), Error> {
        self.granted(self.db.read().await?, caller, team, permission)
            .await
    }

    /// A transaction that acts at most once for the caller's interaction, with a permission in the team that is meant.
    pub(crate) async fn change<'a>(
        &self,
        caller: &Caller,
        team: impl Into<Which<'a>>,
        permission: Permission,
    ) -> Result<(Tx, Grant), Error> {
        self.granted(self.act(caller).await?, caller, team, permission)
            .await
    }

    /// A transaction to try in what somebody is then asked about, and to drop: what would be refused is refused before the
    /// question.
    pub(crate) async fn try_out<'a>(
        &self,
        caller: &Caller,
        team: impl Into<Which<'a>>,
        permission: Permission,
    ) -> Result<(Tx, Grant), Error> {
        self.granted(self.db.write().await?, caller, team, permission)
            .await
    }

    async fn granted<'a>(
        &self,
        mut tx: Tx,
        caller: &Caller,
        team: impl Into<Which<'a>>,
        permission: Permission,
    ) -> Result<(Tx, Grant), Error> {
        let grant = self.grant(&mut tx, caller, team.into(), permission).await?;
        Ok((tx, grant))
    }
}
