//! What goes wrong: deadlines, double answers, limits, and faults on request.

use std::time::Duration;

use discord_sim::{Fault, Refused};
use serenity::all::*;

use crate::bot;

#[tokio::test]
async fn a_second_answer_is_refused() {
    let (sim, _, ada, bot) = bot::start().await;
    let reply = ada.slash("/twice").await.unwrap();
    assert_eq!(reply.message().unwrap().content, "one");
    assert!(bot.probe.error().await.starts_with("40060"));
    assert!(sim.take_complaints()[0].contains("already been acknowledged"));
}

#[tokio::test]
async fn a_repeated_interaction_has_the_same_id_and_token() {
    let (sim, _, ada, bot) = bot::start().await;
    ada.slash("/hello name:x").await.unwrap();
    ada.replay().await.unwrap();
    assert!(bot.probe.error().await.starts_with("40060"));
    assert_eq!(ada.messages().await.len(), 1);
    assert_eq!(sim.take_complaints().len(), 1);
}

#[tokio::test]
async fn an_answer_after_three_seconds_is_refused() {
    let (sim, _, ada, bot) = bot::start().await;
    let waiting = tokio::spawn({
        let ada = ada.clone();
        async move { ada.slash("/late").await }
    });
    while ada.last_event().is_none() {
        tokio::task::yield_now().await;
    }
    sim.advance(Duration::from_secs(4));
    assert_eq!(waiting.await.unwrap(), Err(Refused::DidNotRespond));
    bot.probe.go_on.notify_one();
    assert!(bot.probe.error().await.starts_with("10062"));
    assert_eq!(sim.take_complaints().len(), 1);
}

#[tokio::test]
async fn a_token_works_for_fifteen_minutes() {
    let (sim, _, ada, _bot) = bot::start().await;
    ada.slash("/hello name:x").await.unwrap();
    let event = ada.last_event().unwrap();
    let http = bot::http(&sim, &sim.bot_token());
    http.set_application_id(sim.client_id().parse().unwrap());
    let token = event["token"].as_str().unwrap();
    assert!(http.get_original_interaction_response(token).await.is_ok());
    sim.advance(Duration::from_secs(15 * 60 + 1));
    let error = http.get_original_interaction_response(token).await.unwrap_err();
    assert!(error.to_string().contains("Invalid Webhook Token"), "{error}");
    assert_eq!(sim.take_complaints().len(), 1);
}

#[tokio::test]
async fn too_long_a_text_is_refused_at_its_place() {
    let (sim, _, ada, bot) = bot::start().await;
    let error = bot::unanswered(&sim, &bot, ada.slash("/big")).await;
    assert!(
        error.starts_with("50035") && error.contains("data.embeds.0.title: Must be 256 or fewer"),
        "{error}"
    );
    assert!(sim.take_complaints()[0].contains("BASE_TYPE_MAX_LENGTH"));
}

#[tokio::test]
async fn planned_faults_happen_and_are_no_complaint() {
    let (sim, _, ada, bot) = bot::start().await;
    let faults = sim.faults();
    for (fault, words) in [
        (Fault::Status(503), "0 "),
        (
            Fault::RateLimit {
                retry_after: 1.5,
                global: true,
            },
            "rate limited",
        ),
        (Fault::Drop, "0 "),
    ] {
        faults.next(1, "POST", "/interactions/*/callback", fault);
        let error = bot::unanswered(&sim, &bot, ada.slash("/hello name:x")).await;
        assert!(error.contains(words), "{error}");
    }
    faults.next(1, "*", "*/callback", Fault::DropAfter);
    assert!(ada.slash("/hello name:x").await.is_ok());
    assert!(bot.probe.error().await.starts_with("0 "));
    faults.next(1, "*", "*/callback", Fault::Delay(Duration::from_millis(1)));
    assert!(ada.slash("/hello name:x").await.is_ok());
    assert_eq!(faults.pending(), 0);
    assert_eq!(sim.complaints(), Vec::<String>::new());
    let statuses: Vec<_> = sim
        .requests()
        .iter()
        .filter(|r| r.path.ends_with("/callback"))
        .map(|r| r.status)
        .collect();
    assert_eq!(statuses, [503, 429, 0, 0, 204]);
}

#[tokio::test]
async fn a_text_that_would_ping_must_say_whom() {
    let (sim, guild, ada, _bot) = bot::start().await;
    let http = bot::http(&sim, &sim.bot_token());
    let channel = ChannelId::new(guild.channel("general").id);
    let text = format!("Hello <@{}> and @everyone", ada.user().id);
    channel.say(&http, &text).await.unwrap();
    assert!(sim.take_complaints()[0].contains("allowed_mentions"));
    assert_eq!(ada.messages().await[0].pinged, ["Ada Park"]);
    let silent = CreateMessage::new()
        .content(&text)
        .allowed_mentions(CreateAllowedMentions::new());
    channel.send_message(&http, silent).await.unwrap();
    assert_eq!(ada.messages().await[1].pinged, Vec::<String>::new());
    let one = CreateAllowedMentions::new().users([UserId::new(ada.user().id)]);
    let message = CreateMessage::new().content(&text).allowed_mentions(one);
    channel.send_message(&http, message).await.unwrap();
    assert_eq!(ada.messages().await[2].pinged, ["Ada Park"]);
    assert_eq!(sim.complaints(), Vec::<String>::new());
}
