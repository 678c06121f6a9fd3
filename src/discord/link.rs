//! `/link`: the way from a Discord user to an account.

use muster_core::account;
use muster_core::activity::Surface;
use muster_core::actor::Actor;
use muster_core::discord_link;
use muster_core::error::{Error, Rule};
use muster_core::message;

use super::caller::Caller;
use super::card::Card;
use super::error::Fault;
use super::{Context, Desk, answer, words};

/// Link this Discord account to your Muster account
#[poise::command(slash_command)]
pub(super) async fn link(ctx: Context<'_>) -> Result<(), Fault> {
    let caller = answer::caller(ctx);
    answer::command(ctx, ctx.data().start_linking(&caller)).await
}

impl Desk {
    /// A page for the caller alone, where they sign in and confirm; or their account, if they are linked already.
    pub async fn start_linking(&self, caller: &Caller) -> Result<Card, Error> {
        let mut tx = self.act(caller).await?;
        if let Some(account) = account::by_discord_user(&mut tx, caller.user.id).await? {
            let actor = Actor {
                account: account.id,
                surface: Surface::Discord,
            };
            return Ok(words::team::already_linked(
                caller.locale,
                &account,
                &self.teams_of(&mut tx, actor).await?,
            ));
        }
        if !self.linking {
            return Err(Rule::NotConfigured {
                sentence: message!("linking-off-bot"),
            }
            .into());
        }
        let nonce = discord_link::start(&mut tx, &self.env, Some(&caller.user)).await?;
        tx.commit().await?;
        Ok(words::team::link(
            caller.locale,
            format!("{}/link/{nonce}", self.public_url.as_str().trim_end_matches('/')),
        ))
    }
}
