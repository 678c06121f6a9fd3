//! `/team panel`: a message in a channel from which everybody links their account and looks at their membership.

use muster_core::draft;
use muster_core::error::Error;
use muster_core::ids::{DraftId, TeamId};
use muster_core::policy::Permission;
use serde::{Deserialize, Serialize};
use serenity::all::{ChannelId, PartialChannel, Permissions};

use crate::discord::ask::Ask;
use crate::discord::caller::Caller;
use crate::discord::card::{Card, Place};
use crate::discord::error::{Fault, needs_to_write_there};
use crate::discord::which::Which;
use crate::discord::{Context, Desk, answer, complete, words};

/// Post a message from which people link their account
#[poise::command(slash_command)]
pub(super) async fn panel(
    ctx: Context<'_>,
    #[channel_types("Text", "News")] channel: PartialChannel,
    #[autocomplete = "complete::team"] team: Option<String>,
) -> Result<(), Fault> {
    // The bot writes what the caller asks for: only where they could write it themselves.
    let may = Permissions::VIEW_CHANNEL | Permissions::SEND_MESSAGES;
    if !channel.permissions.is_some_and(|theirs| theirs.contains(may)) {
        return answer::refuse_command(ctx, &needs_to_write_there()).await;
    }
    let channel = channel.id.get();
    answer::ask(ctx, Ask::Panel { channel }, team).await
}

/// A panel that may have to be posted once more. Kept here and not in an id: which channels somebody can choose is
/// Discord's to say, and a made-up id could name one of another server.
#[derive(Debug, Serialize, Deserialize)]
struct WantedPanel {
    channel: u64,
}

impl Desk {
    /// What becomes of posting a team's panel in a channel: the answer brings it, and says so where Discord refuses.
    pub async fn panel(&self, caller: &Caller, team: Which<'_>, channel: u64) -> Result<Card, Error> {
        let (tx, grant) = self.look(caller, team, Permission::TeamSettings).await?;
        drop(tx);
        let draft = self.ask_about(&grant, &WantedPanel { channel }).await?;
        let panel = words::panel::panel(caller.guild_locale, &grant.team);
        let refused = words::panel::not_posted(caller.locale, &grant, channel, draft);
        let place = Place::Channel(ChannelId::new(channel.max(1)));
        Ok(words::panel::posted(caller.locale, &grant, channel).with_public(place, panel, refused))
    }

    /// Tries once more to post a panel that Discord did not take.
    pub async fn panel_again(&self, caller: &Caller, id: DraftId) -> Result<Card, Error> {
        let mut tx = self.db.read().await?;
        let actor = caller.actor(&mut tx).await?;
        let (team, WantedPanel { channel }) = draft::load(&mut tx, &self.env, id, actor.account).await?;
        drop(tx);
        self.panel(caller, team.into(), channel).await
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
