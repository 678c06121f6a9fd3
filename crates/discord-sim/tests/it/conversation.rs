//! People talk with the bot.

use discord_sim::{CommandKind, Permissions, Refused, Reply, Upload};

use crate::bot;

#[tokio::test]
async fn a_slash_command_is_answered_with_a_card() {
    let (sim, _, ada, _bot) = bot::start().await;
    let reply = ada
        .slash("/hello name:Bo Li note: see you  tone:Warm times:3 to:@ada")
        .await
        .unwrap();
    let Reply::Message(card) = reply else {
        panic!("{reply:?}")
    };
    assert!(card.ephemeral && !card.edited);
    assert_eq!(card.author, "Muster");
    assert_eq!(card.content, "see you|warm|Integer(3)|ada true");
    assert_eq!(card.embeds[0].title.as_deref(), Some("Hello Bo Li"));
    assert_eq!(card.embeds[0].color, Some(0x00_9E_73));
    assert_eq!(card.link("Open"), Some("https://example.com/i/1"));
    assert!(card.button("Off").unwrap().disabled);
    assert!(card.text().contains("Looks only"), "{}", card.text());
    assert_eq!(ada.messages().await, [card]);
    assert_eq!(sim.complaints(), Vec::<String>::new());
    assert_eq!(sim.command_registrations(), 1);
}

#[tokio::test]
async fn an_ephemeral_answer_is_for_one_person() {
    let (sim, guild, ada, _bot) = bot::start().await;
    let bo = sim.user("bo");
    guild.join(&bo, Permissions::NONE);
    let bo = sim.client(&bo, &guild, "general");
    let card = ada
        .slash("/hello name:x")
        .await
        .unwrap()
        .message()
        .unwrap()
        .clone();
    assert_eq!(bo.messages().await, []);
    assert_eq!(bo.current(&card).await, None);
    assert!(matches!(bo.click(&card, "Again").await, Err(Refused::Client(_))));
}

#[tokio::test]
async fn what_the_box_refuses_never_reaches_the_bot() {
    let (sim, _, ada, _bot) = bot::start().await;
    for (typed, words) in [
        ("/nothing", "no command"),
        ("/hello", "name: This option is required"),
        ("/hello note:x", "name: This option is required"),
        ("/hello surname:x", "no option “surname”"),
        ("/hello name:x tone:Loud", "not one of the choices"),
        ("/hello name:x times:9", "5 or less"),
        ("/hello name:x times:0", "1 or more"),
        ("/hello name:x times:two", "valid integer"),
        ("/hello name:x to:nobody", "Could not find a user"),
        ("/hello name:x name:y", "given twice"),
        ("/hello name:", "enter a value"),
    ] {
        let refused = ada.slash(typed).await.unwrap_err();
        assert!(
            matches!(&refused, Refused::Client(w) if w.contains(words)),
            "{typed}: {refused}"
        );
    }
    let long = "x".repeat(41);
    let refused = ada.slash_with("hello", &[("name", &long)]).await.unwrap_err();
    assert!(refused.to_string().contains("40 or fewer"));
    assert!(sim.requests().iter().all(|r| !r.path.contains("/callback")));
}

#[tokio::test]
async fn values_given_apart_are_not_parsed_again() {
    let (_sim, _, ada, _bot) = bot::start().await;
    let reply = ada.slash_with("hello", &[("name", "Bo note:no")]).await.unwrap();
    assert_eq!(
        reply.message().unwrap().embeds[0].title.as_deref(),
        Some("Hello Bo note:no")
    );
}

#[tokio::test]
async fn the_picker_shows_what_a_person_may_use() {
    let (sim, guild, ada, _bot) = bot::start().await;
    let bo = sim.user("bo");
    guild.join(&bo, Permissions::NONE);
    bo.set_locale("de");
    let bo = sim.client(&bo, &guild, "general");
    let names = |p: &discord_sim::Person| p.commands().into_iter().map(|c| c.name).collect::<Vec<_>>();
    assert!(names(&ada).contains(&"staff".to_owned()));
    assert!(!names(&bo).contains(&"staff".to_owned()));
    assert!(names(&bo).contains(&"tree branch leaf".to_owned()));
    let hello = bo.commands().into_iter().find(|c| c.name == "hello").unwrap();
    assert_eq!(hello.description, "Sagt hallo");
    assert!(hello.options[0].required && hello.kind == CommandKind::Slash);
    assert!(matches!(bo.slash("/staff").await, Err(Refused::Client(_))));
    let reply = bo.slash("/tree branch leaf green:True").await.unwrap();
    assert!(reply.message().unwrap().content.contains("Boolean(true)"));
}

#[tokio::test]
async fn an_option_suggests_while_one_types() {
    let (sim, _, ada, _bot) = bot::start().await;
    let choices = ada.autocomplete("pick", "fruit", "ap", &[]).await.unwrap();
    let choices: Vec<_> = choices
        .iter()
        .map(|c| (c.name.as_str(), c.value.as_str()))
        .collect();
    assert_eq!(choices, [("APPLE", "apple"), ("APRICOT", "apricot")]);
    assert!(matches!(
        ada.autocomplete("hello", "name", "x", &[]).await,
        Err(Refused::Client(_))
    ));
    assert_eq!(sim.complaints(), Vec::<String>::new());
}

#[tokio::test]
async fn a_form_is_filled_and_checked() {
    let (sim, _, ada, bot) = bot::start().await;
    let reply = ada.slash("/form").await.unwrap();
    let form = reply.modal().unwrap();
    assert_eq!(form.title, "Invite to Aurora");
    for (given, words) in [
        (vec![], "Email addresses: This field is required."),
        (vec![("Email addresses", "a".repeat(51))], "50 or fewer"),
        (
            vec![("Email addresses", "a".into()), ("note", "a\nb".into())],
            "one line",
        ),
        (vec![("Telephone", "1".into())], "no input"),
    ] {
        let given: Vec<(&str, &str)> = given
            .iter()
            .map(|(k, v): &(&str, String)| (*k, v.as_str()))
            .collect();
        let refused = ada.submit(form, &given).await.unwrap_err();
        assert!(refused.to_string().contains(words), "{refused}");
    }
    let reply = ada
        .submit(form, &[("Email addresses", "bo@example.com")])
        .await
        .unwrap();
    assert_eq!(
        reply.message().unwrap().content,
        "emails=bo@example.com note=Welcome"
    );
    assert_eq!(sim.complaints(), Vec::<String>::new());

    // A form cannot answer a form.
    let submit = ada.submit(form, &[("emails", "x"), ("note", "modal")]);
    assert!(bot::unanswered(&sim, &bot, submit).await.starts_with("50035"));
    assert_eq!(sim.take_complaints().len(), 1);
}

#[tokio::test]
async fn buttons_and_selects_change_the_message() {
    let (sim, guild, ada, _bot) = bot::start().await;
    let card = ada
        .slash("/hello name:x")
        .await
        .unwrap()
        .message()
        .unwrap()
        .clone();
    let Reply::Updated(again) = ada.click(&card, "Again").await.unwrap() else {
        panic!()
    };
    assert!(again.edited && again.ephemeral && again.content == "Again!");
    assert_eq!(again.embeds, card.embeds);
    let Reply::Updated(later) = ada.click(&card, "ack").await.unwrap() else {
        panic!()
    };
    assert_eq!(later.content, "Later it is");
    let reply = ada.select(&card, "Role", &["Guest"]).await.unwrap();
    assert_eq!(reply.message().unwrap().content, "guest");
    let bo = sim.user("bo");
    guild.join(&bo, Permissions::NONE);
    let reply = ada.select(&card, "who", &["@bo"]).await.unwrap();
    assert!(reply.message().unwrap().content.contains(&bo.id.to_string()));
    let form = ada.click(&card, "Open form").await.unwrap();
    let reply = ada
        .submit(form.modal().unwrap(), &[("emails", "x")])
        .await
        .unwrap();
    assert_eq!(reply.message().unwrap().content, "emails=x note=Welcome");
    assert_eq!(
        ada.click(&card, "Open").await,
        Err(Refused::OpensLink("https://example.com/i/1".into()))
    );
    for name in ["Off", "Nothing"] {
        assert!(matches!(ada.click(&card, name).await, Err(Refused::Client(_))));
    }
    assert!(matches!(
        ada.select(&card, "Role", &[]).await,
        Err(Refused::Client(_))
    ));
    assert!(matches!(
        ada.select(&card, "Role", &["Owner"]).await,
        Err(Refused::Client(_))
    ));
    let reply = ada.forge_click(&card, "v0|gone").await.unwrap();
    assert_eq!(reply.message().unwrap().content, "unknown v0|gone");
    assert_eq!(sim.complaints(), Vec::<String>::new());
}

#[tokio::test]
async fn a_deferred_answer_arrives_and_may_be_followed() {
    let (sim, _, ada, bot) = bot::start().await;
    let reply = ada.slash("/slow").await.unwrap();
    let answer = reply.message().unwrap();
    assert!(answer.ephemeral && !answer.thinking && !answer.edited);
    assert_eq!(answer.content, "Thought about it");
    // Another command's answer comes after the follow-up of the first.
    while ada.messages().await.len() < 2 {
        tokio::task::yield_now().await;
    }
    assert_eq!(ada.messages().await[1].content, "And more");
    assert!(bot.probe.errors.lock().await.try_recv().is_err());
    assert_eq!(sim.complaints(), Vec::<String>::new());
}

#[tokio::test]
async fn a_menu_of_a_person_and_a_file_work() {
    let (sim, _, ada, _bot) = bot::start().await;
    let reply = ada.context_menu("Look at", &sim.user("ada")).await.unwrap();
    assert_eq!(reply.message().unwrap().content, "This is ada");
    let file = Upload {
        option: "file".into(),
        filename: "people.csv".into(),
        content_type: "text/csv".into(),
        bytes: b"email\nbo@example.com".to_vec(),
    };
    let reply = ada.slash_with_file("file", &[], &[file]).await.unwrap();
    let message = reply.message().unwrap();
    assert_eq!(message.content, "email\nbo@example.com");
    let got = reqwest::get(&message.attachments[0].url)
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert_eq!(
        (message.attachments[0].filename.as_str(), got.as_str()),
        ("report.csv", "a,b")
    );
    assert!(!message.ephemeral);
    assert_eq!(sim.complaints(), Vec::<String>::new());
}

#[tokio::test]
async fn a_command_works_in_direct_messages() {
    let (sim, _, ada, _bot) = bot::start().await;
    let reply = sim.direct(ada.user()).slash("/hello name:x").await.unwrap();
    assert_eq!(
        reply.message().unwrap().embeds[0].title.as_deref(),
        Some("Hello x")
    );
}
