//! The gateway under a real serenity client.

use std::time::Duration;

use discord_sim::{Permissions, Sim};
use serenity::all::*;
use serenity::gateway::GatewayError;

use crate::bot;

#[tokio::test]
async fn every_event_is_one_serenity_knows() {
    let (sim, guild, ada, bot) = bot::start().await;
    guild.add_channel("staff");
    guild.add_role("Crew", Permissions::NONE);
    sim.guild("Another");
    ada.slash("/hello name:x").await.unwrap();
    let mut seen = Vec::new();
    let mut events = bot.probe.events.lock().await;
    while !seen.contains(&"INTERACTION_CREATE".to_owned()) {
        let event = tokio::time::timeout(Duration::from_secs(20), events.recv())
            .await
            .unwrap()
            .unwrap();
        assert!(!matches!(event, Event::Unknown(_)), "{event:?}");
        seen.push(event.name().unwrap_or_default());
    }
    for wanted in ["READY", "GUILD_CREATE", "CHANNEL_CREATE", "GUILD_ROLE_CREATE"] {
        assert!(
            seen.contains(&wanted.to_owned()),
            "{wanted} is missing in {seen:?}"
        );
    }
}

#[tokio::test]
async fn members_and_messages_are_told_to_those_who_ask() {
    let sim = Sim::start().await;
    sim.enable_intents(GatewayIntents::privileged().bits());
    let guild = sim.guild("Aurora HQ");
    let bot = bot::start_with(&sim, &sim.bot_token(), GatewayIntents::all()).await;
    sim.wait_commands().await.unwrap();
    let ada = sim.user("ada");
    guild.join(&ada, Permissions::MANAGE_ROLES);
    let crew = guild.add_role("Crew", Permissions::NONE);
    guild.give_role(&ada, &crew);
    assert_eq!(guild.roles_of(&ada), ["Crew", "Manage Roles"]);
    let http = bot::http(&sim, &sim.bot_token());
    let said = ChannelId::new(guild.channel("general").id)
        .say(&http, "hi")
        .await
        .unwrap();
    said.delete(&http).await.unwrap();
    guild.leave(&ada);
    let mut wanted = vec![
        "GUILD_MEMBER_ADD",
        "GUILD_MEMBER_UPDATE",
        "MESSAGE_CREATE",
        "MESSAGE_DELETE",
        "GUILD_MEMBER_REMOVE",
    ];
    let mut events = bot.probe.events.lock().await;
    while !wanted.is_empty() {
        let event = tokio::time::timeout(Duration::from_secs(20), events.recv())
            .await
            .unwrap()
            .unwrap();
        assert!(!matches!(event, Event::Unknown(_)), "{event:?}");
        wanted.retain(|name| event.name().as_deref() != Some(name));
    }
}

#[tokio::test]
async fn op_7_makes_the_bot_resume_and_nothing_is_lost() {
    let (sim, _, ada, _bot) = bot::start().await;
    assert_eq!(sim.faults().reconnect(), 1);
    sim.wait_resumptions(1).await.unwrap();
    assert!(ada.slash("/hello name:x").await.is_ok());
    assert_eq!(sim.identifications(), 1);
}

#[tokio::test]
async fn a_dropped_connection_is_resumed() {
    let (sim, _, ada, _bot) = bot::start().await;
    assert_eq!(sim.faults().drop_gateway(), 1);
    sim.wait_resumptions(1).await.unwrap();
    assert!(ada.slash("/hello name:x").await.is_ok());
}

#[tokio::test]
async fn a_wrong_token_ends_the_bot() {
    let sim = Sim::start().await;
    let mut bot = bot::start_with(&sim, "wrong", GatewayIntents::GUILDS).await;
    let ended = bot.ended().await;
    assert!(
        matches!(
            ended,
            Err(serenity::Error::Gateway(GatewayError::InvalidAuthentication))
        ),
        "{ended:?}"
    );
    let error = bot::http(&sim, "wrong").get_current_user().await.unwrap_err();
    assert!(error.to_string().contains("401: Unauthorized"), "{error}");
    assert_eq!(sim.requests().last().unwrap().status, 401);
}

#[tokio::test]
async fn close_4004_ends_the_bot() {
    let (sim, _, _, mut bot) = bot::start().await;
    assert_eq!(sim.faults().close_gateway(4004), 1);
    let ended = bot.ended().await;
    assert!(
        matches!(
            ended,
            Err(serenity::Error::Gateway(GatewayError::InvalidAuthentication))
        ),
        "{ended:?}"
    );
    sim.wait_offline().await.unwrap();
}

#[tokio::test]
async fn privileged_intents_must_be_enabled() {
    let sim = Sim::start().await;
    let mut bot = bot::start_with(&sim, &sim.bot_token(), GatewayIntents::GUILD_MEMBERS).await;
    let ended = bot.ended().await;
    assert!(
        matches!(
            ended,
            Err(serenity::Error::Gateway(GatewayError::DisallowedGatewayIntents))
        ),
        "{ended:?}"
    );
    assert_eq!(sim.take_complaints().len(), 1);
}

#[tokio::test]
async fn unanswered_heartbeats_make_the_bot_reconnect() {
    let sim = Sim::start().await;
    sim.guild("Aurora HQ");
    sim.faults().heartbeat_every(Duration::from_millis(200));
    sim.faults().stop_acknowledging_heartbeats();
    let _bot = bot::start_with(&sim, &sim.bot_token(), GatewayIntents::GUILDS).await;
    // serenity starts the shard anew instead of resuming it.
    sim.wait_identifications(2).await.unwrap();
}

#[tokio::test]
async fn op_9_and_a_forgotten_session_make_the_bot_identify_again() {
    let (sim, _, ada, _bot) = bot::start().await;
    sim.faults().forget_sessions();
    // The resume that follows is answered with op 9.
    assert_eq!(sim.faults().reconnect(), 1);
    sim.wait_identifications(2).await.unwrap();
    assert_eq!(sim.resumptions(), 0);
    assert!(ada.slash("/hello name:x").await.is_ok());
}
