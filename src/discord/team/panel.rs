//! `/team panel`: a message in a channel from which everybody links their account and looks at their membership.

use muster_core::error::Error;
use muster_core::ids::TeamId;
use muster_core::policy::Permission;
use serenity::all::{ChannelId, GuildChannel};

use crate::discord::ask::Ask;
use crate::discord::caller::Caller;
use crate::discord::card::Card;
use crate::discord::error::Fault;
use crate::discord::which::Which;
use crate::discord::{Context, Desk, answer, complete, words};

/// Post a message from which people link their account
#[poise::command(slash_command)]
pub(super) async fn panel(
    ctx: Context<'_>,
    #[channel_types("Text", "News")] channel: GuildChannel,
    #[autocomplete = "complete::team"] team: Option<String>,
) -> Result<(), Fault> {
    let channel = channel.id.get();
    answer::ask(ctx, Ask::Panel { channel }, team).await
}

impl Desk {
    /// What becomes of posting a team's panel in a channel: the answer brings it, and says so where Discord refuses.
    pub async fn panel(&self, caller: &Caller, team: Which<'_>, channel: u64) -> Result<Card, Error> {
        let mut tx = self.db.read().await?;
        let grant = self
            .grant(&mut tx, caller, team, Permission::TeamSettings)
            .await?;
        let panel = words::panel::panel(caller.guild_locale, &grant.team);
        let refused = words::panel::not_posted(caller.locale, &grant, channel);
        Ok(words::panel::posted(caller.locale, &grant, channel).with_post(
            ChannelId::new(channel.max(1)),
            panel,
            refused,
        ))
    }

    /// The caller's own membership of a team, for their eyes only; also for those who have none.
    pub async fn membership(&self, caller: &Caller, team: TeamId) -> Result<Card, Error> {
        let mut tx = self.db.read().await?;
        match self.standing(&mut tx, caller, team.into()).await {
            Ok((_, standing)) => Ok(words::panel::membership(caller.locale, &standing)),
            Err(Error::NotFound(_)) => Ok(words::panel::no_membership(caller.locale)),
            Err(error) => Err(error),
        }
    }
}
