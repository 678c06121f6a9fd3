//! `/account`: what is one's own, and nobody else's business.

use muster_core::account::{self, Wish};
use muster_core::discord_link;
use muster_core::error::Error;
use muster_core::locale::Locale;
use muster_phrases::say;
use serenity::all::{CreateActionRow, CreateInputText, CreateModal, InputTextStyle};

use super::caller::Caller;
use super::card::Card;
use super::custom_id::{Action, Own};
use super::error::Fault;
use super::{Context, Desk, answer, words};

/// Your own account
#[poise::command(
    slash_command,
    rename = "account",
    subcommands("status", "notifications", "export", "unlink", "erase"),
    subcommand_required
)]
#[expect(
    clippy::unused_async,
    reason = "poise calls every command with await; this one only groups others"
)]
pub(super) async fn account_command(_: Context<'_>) -> Result<(), Fault> {
    Ok(())
}

/// See your account, your teams and your roles
#[poise::command(slash_command)]
async fn status(ctx: Context<'_>) -> Result<(), Fault> {
    let caller = answer::caller(ctx);
    answer::command(ctx, ctx.data().account_status(&caller)).await
}

/// Choose what Muster tells you of
#[poise::command(slash_command)]
async fn notifications(ctx: Context<'_>) -> Result<(), Fault> {
    let caller = answer::caller(ctx);
    answer::command(ctx, ctx.data().wishes(&caller)).await
}

/// Get everything that is stored about you
#[poise::command(slash_command)]
async fn export(ctx: Context<'_>) -> Result<(), Fault> {
    let caller = answer::caller(ctx);
    answer::command(ctx, ctx.data().export_account(&caller)).await
}

/// Take your Discord account off your Muster account
#[poise::command(slash_command)]
async fn unlink(ctx: Context<'_>) -> Result<(), Fault> {
    let caller = answer::caller(ctx);
    answer::command(ctx, ctx.data().ask_unlink(&caller)).await
}

/// Erase your account; you are asked to type your name
#[poise::command(slash_command)]
async fn erase(ctx: Context<'_>) -> Result<(), Fault> {
    let caller = answer::caller(ctx);
    answer::command(ctx, ctx.data().ask_erase(&caller)).await
}

/// The form that asks for one's own name before the account is erased.
pub fn erase_form(locale: Locale) -> CreateModal {
    let label = say!(locale, "erase-form");
    let name = CreateInputText::new(InputTextStyle::Short, label, "name").max_length(64);
    CreateModal::new(
        Action::Own(Own::EraseForm).to_string(),
        say!(locale, "erase-form-title"),
    )
    .components(vec![CreateActionRow::InputText(name)])
}

impl Desk {
    /// What the caller wants to hear of.
    pub async fn wishes(&self, caller: &Caller) -> Result<Card, Error> {
        let mut tx = self.db.read().await?;
        let actor = caller.actor(&mut tx).await?;
        let wishes = account::wishes(&mut tx, actor.account).await?;
        Ok(words::account::wishes(caller.locale, wishes))
    }

    /// The caller wants to hear of something from now on, or no longer.
    pub async fn wish(&self, caller: &Caller, what: Wish, wanted: bool) -> Result<Card, Error> {
        let mut tx = self.act(caller).await?;
        let actor = caller.actor(&mut tx).await?;
        let wishes = account::wish(&mut tx, actor.account, what, wanted).await?;
        tx.commit().await?;
        Ok(words::account::wishes(caller.locale, wishes))
    }

    /// Everything that is stored about the caller.
    pub async fn export_account(&self, caller: &Caller) -> Result<Card, Error> {
        let mut tx = self.db.read().await?;
        let actor = caller.actor(&mut tx).await?;
        let export = account::export(&mut tx, &self.env, actor.account).await?;
        let name = format!("account-{}.json", self.env.now().format("%Y-%m-%d"));
        Ok(words::account::exported(caller.locale, export, &name))
    }

    /// Whether to go on with unlinking; what would be refused is refused now.
    pub async fn ask_unlink(&self, caller: &Caller) -> Result<Card, Error> {
        let mut tx = self.db.read().await?;
        let actor = caller.actor(&mut tx).await?;
        let username = discord_link::check_unlink(&mut tx, actor.account).await?;
        Ok(words::account::ask_unlink(caller.locale, &username))
    }

    /// Takes the caller's Discord user off their account, after the question.
    pub async fn unlink(&self, caller: &Caller) -> Result<Card, Error> {
        let mut tx = self.act(caller).await?;
        let actor = caller.actor(&mut tx).await?;
        let username = discord_link::unlink(&mut tx, &self.env, actor).await?;
        tx.commit().await?;
        Ok(words::account::unlinked(caller.locale, &username))
    }

    /// Whether to go on with erasing; what would be refused is refused now.
    pub async fn ask_erase(&self, caller: &Caller) -> Result<Card, Error> {
        let mut tx = self.db.read().await?;
        let actor = caller.actor(&mut tx).await?;
        let goes = account::check_erase(&mut tx, actor.account).await?;
        Ok(words::account::ask_erase(caller.locale, &goes))
    }

    /// Erases the caller's account, after their name was typed.
    pub async fn erase(&self, caller: &Caller, typed: &str) -> Result<Card, Error> {
        let mut tx = self.act(caller).await?;
        let actor = caller.actor(&mut tx).await?;
        account::erase(&mut tx, &self.env, actor, typed).await?;
        tx.commit().await?;
        tracing::info!(account.id = %actor.account, "erased an account");
        Ok(words::account::erased(caller.locale))
    }
}
