//! Bringing cards to Discord: defer first, so that three seconds are always enough, then show what came of it.

use std::future::Future;
use std::sync::atomic::Ordering;

use muster_core::error::Error;
use muster_core::locale::Locale;
use poise::CreateReply;
use serenity::all::{
    ComponentInteraction, Context as Serenity, CreateInteractionResponse, CreateInteractionResponseFollowup,
    CreateInteractionResponseMessage, CreateModal, EditInteractionResponse, GuildId, Message, MessageFlags,
    ModalInteraction,
};

use super::ask::Ask;
use super::caller::Caller;
use super::card::{Card, Place, no_mentions};
use super::error::{Fault, card as error_card};
use super::invite::bulk::Progress;
use super::{Context, Desk};

/// Who runs a command.
pub fn caller(ctx: Context<'_>) -> Caller {
    match ctx {
        poise::Context::Application(app) => app.interaction.into(),
        // Only slash commands are registered, and none of them has a prefix.
        poise::Context::Prefix(_) => unreachable!("Muster has no prefix commands"),
    }
}

/// Answers a command, for the caller's eyes only.
pub async fn command(
    ctx: Context<'_>,
    screen: impl Future<Output = Result<Card, Error>>,
) -> Result<(), Fault> {
    ctx.defer_ephemeral().await?;
    let screen = screen.await;
    ctx.data().note_refusal(&screen).await;
    let card = shown(ctx.data(), caller(ctx).locale, screen);
    let card = posted(ctx.serenity_context(), card).await;
    ctx.send(reply(&card)).await?;
    if let poise::Context::Application(app) = ctx {
        followed(card, |message| app.interaction.create_followup(ctx, message)).await?;
    }
    Ok(())
}

/// Shows everybody in another channel what a card brings for them. The card to show: it, or what it has for the case that
/// Discord refuses.
async fn posted(ctx: &Serenity, card: Card) -> Card {
    let Some((public, channel)) = card.public.as_deref().and_then(|public| match public.place {
        Place::Channel(channel) => Some((public, channel)),
        Place::Here { .. } => None,
    }) else {
        return card;
    };
    match channel.send_message(ctx, public.message()).await {
        Ok(_) => card,
        Err(error) => {
            not_taken(public.place, &error);
            public.refused.clone()
        }
    }
}

/// Shows everybody in this channel what the card that was just shown brings for them. Where Discord does not take it,
/// whoever asked for it is told; what was done stays done.
async fn followed<F: Future<Output = Result<Message, Fault>>>(
    card: Card,
    follow_up: impl Fn(CreateInteractionResponseFollowup) -> F,
) -> Result<(), Fault> {
    let Some(public) = card.public else {
        return Ok(());
    };
    let Place::Here { to } = public.place else {
        return Ok(());
    };
    if let Err(error) = follow_up(public.follow_up(to)).await {
        not_taken(public.place, &error);
        follow_up(public.follow_up_refused()).await?;
    }
    Ok(())
}

fn not_taken(place: Place, error: &Fault) {
    tracing::warn!(?place, "Discord did not take a card for a channel: {error}");
}

/// Answers what a command asks of a team, for the caller's eyes only.
pub(super) async fn ask(ctx: Context<'_>, ask: Ask, team: Option<String>) -> Result<(), Fault> {
    let caller = caller(ctx);
    command(ctx, ctx.data().ask(&caller, &ask, team.as_deref())).await
}

/// Answers a command with a form.
pub async fn command_form(ctx: Context<'_>, form: CreateModal) -> Result<(), Fault> {
    if let poise::Context::Application(app) = ctx {
        app.interaction
            .create_response(ctx, CreateInteractionResponse::Modal(form))
            .await?;
        // What poise asks to decide whether a later message is the first answer.
        app.has_sent_initial_response.store(true, Ordering::SeqCst);
    }
    Ok(())
}

/// Answers a command at once, where a form could have been opened instead.
pub async fn refuse_command(ctx: Context<'_>, error: &Error) -> Result<(), Fault> {
    say_at_once(ctx, &error_card(&ctx.data().env, caller(ctx).locale, error)).await
}

/// Answers a command at once with a card, where a form could have been opened instead.
pub(super) async fn say_at_once(ctx: Context<'_>, card: &Card) -> Result<(), Fault> {
    ctx.send(reply(card)).await?;
    Ok(())
}

fn reply(card: &Card) -> CreateReply {
    let reply = CreateReply::default()
        .ephemeral(true)
        .allowed_mentions(no_mentions())
        .embed(card.embed())
        .components(card.components());
    match &card.file {
        Some(file) => reply.attachment(file.attachment()),
        None => reply,
    }
}

/// Whether everybody in a server sees a message. What somebody presses there is answered for their eyes only, and leaves
/// the message as it is.
fn is_public(message: &Message, guild: Option<GuildId>) -> bool {
    let ephemeral = MessageFlags::EPHEMERAL;
    guild.is_some() && !message.flags.is_some_and(|flags| flags.contains(ephemeral))
}

/// Answers a button or select by changing the message that it sits on, if only whoever pressed it sees that.
pub async fn component(
    ctx: &Serenity,
    desk: &Desk,
    it: &ComponentInteraction,
    screen: impl Future<Output = Result<Card, Error>>,
) -> Result<(), Fault> {
    if is_public(&it.message, it.guild_id) {
        it.defer_ephemeral(ctx).await?;
    } else {
        it.defer(ctx).await?;
    }
    let locale = Locale::of_discord(Some(&it.locale));
    let card = posted(ctx, shown(desk, locale, screen.await)).await;
    it.edit_response(ctx, edit(&card)).await?;
    followed(card, |message| it.create_followup(ctx, message)).await
}

/// Answers a button whose work is done in parts, each of which is true by itself: the message that it sits on changes
/// with every part.
pub(super) async fn in_parts(
    ctx: &Serenity,
    desk: &Desk,
    it: &ComponentInteraction,
    first: impl Future<Output = Result<Progress, Error>>,
) -> Result<(), Fault> {
    it.defer(ctx).await?;
    let mut progress = match first.await {
        Ok(progress) => progress,
        Err(error) => error_card(&desk.env, Locale::of_discord(Some(&it.locale)), &error).into(),
    };
    while let Some(underway) = progress.underway.take() {
        // What was done is done, whether or not Discord shows it.
        if let Err(error) = it.edit_response(ctx, edit(&progress.card)).await {
            tracing::warn!("a part of the work could not be shown: {error}");
        }
        progress = desk.go_on_sending(underway).await;
    }
    it.edit_response(ctx, edit(&progress.card)).await?;
    Ok(())
}

/// Answers a form: by changing the message whose button opened it, or with a new one for the caller's eyes only.
pub async fn form(
    ctx: &Serenity,
    desk: &Desk,
    it: &ModalInteraction,
    screen: impl Future<Output = Result<Card, Error>>,
) -> Result<(), Fault> {
    match &it.message {
        Some(message) if !is_public(message, it.guild_id) => it.defer(ctx).await?,
        _ => it.defer_ephemeral(ctx).await?,
    }
    let card = shown(desk, Locale::of_discord(Some(&it.locale)), screen.await);
    it.edit_response(ctx, edit(&card)).await?;
    Ok(())
}

/// Opens a form from a button, or says why not. It has to be quick: a form is always the first answer.
pub async fn open_form(
    ctx: &Serenity,
    desk: &Desk,
    it: &ComponentInteraction,
    form: Result<CreateModal, Error>,
) -> Result<(), Fault> {
    let response = match form {
        Ok(modal) => CreateInteractionResponse::Modal(modal),
        Err(error) => {
            let card = error_card(&desk.env, Locale::of_discord(Some(&it.locale)), &error);
            CreateInteractionResponse::UpdateMessage(
                CreateInteractionResponseMessage::new()
                    .allowed_mentions(no_mentions())
                    .embed(card.embed())
                    .components(card.components()),
            )
        }
    };
    it.create_response(ctx, response).await
}

fn edit(card: &Card) -> EditInteractionResponse {
    let edit = EditInteractionResponse::new()
        .allowed_mentions(no_mentions())
        .embed(card.embed())
        .components(card.components())
        // What the card before it brought goes with that card.
        .clear_attachments();
    match &card.file {
        Some(file) => edit.new_attachment(file.attachment()),
        None => edit,
    }
}

fn shown(desk: &Desk, locale: Locale, screen: Result<Card, Error>) -> Card {
    screen.unwrap_or_else(|error| error_card(&desk.env, locale, &error))
}
