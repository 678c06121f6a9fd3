//! `/activity announce`: what a team says in a channel when something changes.

use muster_core::activity::Kind;
use muster_core::announcement::{self, Announcements};
use muster_core::error::{Error, Rule};
use muster_core::ids::{GuildId, TeamId};
use muster_core::policy::Permission;
use muster_core::{Tx, team};
use serenity::all::{ChannelId, GuildChannel};

use super::ask::Ask;
use super::caller::Caller;
use super::card::{Card, Place};
use super::custom_id::Announce;
use super::error::Fault;
use super::which::Which;
use super::words::announce::Done;
use super::{Context, Desk, answer, complete, words};
use muster_core::actor::Grant;

/// Choose what is announced when something changes, and in which channel
#[poise::command(slash_command)]
pub(super) async fn announce(
    ctx: Context<'_>,
    #[channel_types("Text", "News")] channel: Option<GuildChannel>,
    #[autocomplete = "complete::team"] team: Option<String>,
) -> Result<(), Fault> {
    let channel = channel.map(|channel| channel.id.get());
    answer::ask(ctx, Ask::Announce { channel }, team).await
}

impl Desk {
    /// What a team announces in this server; in another channel from now on, if one is named.
    pub async fn announcements(
        &self,
        caller: &Caller,
        team: Which<'_>,
        channel: Option<u64>,
    ) -> Result<Card, Error> {
        let guild = caller.guild.ok_or(Rule::Stale)?;
        let Some(channel) = channel else {
            let (mut tx, grant) = self.look(caller, team, Permission::TeamSettings).await?;
            let chosen = announcement::of(&mut tx, &grant, guild).await?;
            return Ok(words::announce::shown(
                caller.locale,
                &grant,
                chosen.as_ref(),
                Done::Nothing,
            ));
        };
        let (mut tx, grant) = self.change(caller, team, Permission::TeamSettings).await?;
        let chosen = announcement::choose_channel(&mut tx, &self.env, &grant, guild, channel).await?;
        self.greet(caller, tx, &grant, &chosen).await
    }

    /// Somebody pressed a button or chose something there.
    pub async fn press_announce(
        &self,
        caller: &Caller,
        pressed: Announce,
        chosen: Option<&str>,
    ) -> Result<Card, Error> {
        let guild = caller.guild.ok_or(Rule::Stale)?;
        match pressed {
            Announce::Show { team } => self.announcements(caller, team.into(), None).await,
            Announce::Kind { team } => {
                self.toggle_kind(caller, guild, team, chosen.ok_or(Rule::Stale)?)
                    .await
            }
            Announce::On { team } | Announce::Check { team } => {
                let (mut tx, grant) = self.change(caller, team, Permission::TeamSettings).await?;
                let chosen = announcement::turn(&mut tx, &self.env, &grant, guild, true).await?;
                self.greet(caller, tx, &grant, &chosen).await
            }
            Announce::Off { team } => {
                let (mut tx, grant) = self.change(caller, team, Permission::TeamSettings).await?;
                let chosen = announcement::turn(&mut tx, &self.env, &grant, guild, false).await?;
                tx.commit().await?;
                Ok(words::announce::shown(
                    caller.locale,
                    &grant,
                    Some(&chosen),
                    Done::Off,
                ))
            }
        }
    }

    /// Switches a kind of entries on or off: the value says which, and the state that it was shown in says how.
    async fn toggle_kind(
        &self,
        caller: &Caller,
        guild: GuildId,
        team: TeamId,
        chosen: &str,
    ) -> Result<Card, Error> {
        let (word, wanted) = match chosen.strip_prefix('-') {
            Some(word) => (word, false),
            None => (chosen, true),
        };
        let kind: Kind = word.parse().map_err(|_| Rule::Stale)?;
        let (mut tx, grant) = self.change(caller, team, Permission::TeamSettings).await?;
        let chosen = announcement::choose_kind(&mut tx, &self.env, &grant, guild, kind, wanted).await?;
        tx.commit().await?;
        Ok(words::announce::shown(
            caller.locale,
            &grant,
            Some(&chosen),
            Done::Kinds,
        ))
    }

    /// Says in the channel that announcements come there, so that it shows at once whether Discord takes them.
    async fn greet(
        &self,
        caller: &Caller,
        mut tx: Tx,
        grant: &Grant,
        chosen: &Announcements,
    ) -> Result<Card, Error> {
        let language = team::language(&mut tx, grant.team.id).await?;
        tx.commit().await?;
        let card = words::announce::shown(caller.locale, grant, Some(chosen), Done::On);
        let refused = words::announce::not_written(caller.locale, grant, chosen.channel);
        let greeting = words::announce::greeting(language, &grant.team);
        let place = Place::Channel(ChannelId::new(chosen.channel.max(1)));
        Ok(card.with_public(place, greeting, refused))
    }
}
