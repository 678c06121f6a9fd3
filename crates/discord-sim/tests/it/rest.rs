//! REST as a bot uses it, and what Discord refuses.

use discord_sim::{Guild, Permissions, Sim};
use serde_json::{Value, json};
use serenity::all::*;

use crate::bot;

struct Raw {
    sim: Sim,
    http: reqwest::Client,
}

impl Raw {
    async fn start() -> (Self, Guild) {
        let sim = Sim::start().await;
        let guild = sim.guild("Aurora HQ");
        let http = reqwest::Client::new();
        (Self { sim, http }, guild)
    }

    async fn send(&self, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        let url = format!("{}/api/v10{path}", self.sim.api_url());
        let mut request = self
            .http
            .request(method.parse().unwrap(), url)
            .header("Authorization", format!("Bot {}", self.sim.bot_token()));
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        (status, answer.json().await.unwrap_or_default())
    }

    async fn code(&self, method: &str, path: &str, body: Option<Value>) -> u64 {
        self.send(method, path, body).await.1["code"]
            .as_u64()
            .unwrap_or(u64::MAX)
    }
}

#[tokio::test]
async fn serenity_reads_what_there_is() {
    let sim = Sim::start().await;
    let guild = sim.guild("Aurora HQ");
    let ada = sim.user_with_display("ada", "Ada Park");
    guild.join(&ada, Permissions::NONE);
    let http = bot::http(&sim, &sim.bot_token());
    assert!(
        http.get_bot_gateway()
            .await
            .unwrap()
            .url
            .starts_with("ws://127.0.0.1:")
    );
    assert_eq!(http.get_current_application_info().await.unwrap().name, "Muster");
    assert!(http.get_current_user().await.unwrap().bot);
    let id = GuildId::new(guild.id);
    assert_eq!(http.get_guild(id).await.unwrap().name, "Aurora HQ");
    assert_eq!(http.get_guild_roles(id).await.unwrap().len(), 2);
    assert_eq!(http.get_channels(id).await.unwrap()[0].name, "general");
    let member = http.get_member(id, UserId::new(ada.id)).await.unwrap();
    assert_eq!(member.user.global_name.as_deref(), Some("Ada Park"));
    assert_eq!(http.get_user(UserId::new(ada.id)).await.unwrap().name, "ada");
    let direct = UserId::new(ada.id).create_dm_channel(&http).await.unwrap();
    let sent = direct.say(&http, "hello").await.unwrap();
    assert_eq!(sim.direct(&ada).messages().await[0].content, "hello");
    let edited = http
        .edit_message(direct.id, sent.id, &json!({ "content": "bye" }), vec![])
        .await
        .unwrap();
    assert_eq!(edited.content, "bye");
    assert_eq!(http.get_message(direct.id, sent.id).await.unwrap().content, "bye");
    assert_eq!(http.get_messages(direct.id, None, None).await.unwrap().len(), 1);
    http.delete_message(direct.id, sent.id, None).await.unwrap();
    assert_eq!(sim.complaints(), Vec::<String>::new());
}

#[tokio::test]
async fn roles_are_given_and_taken_within_the_hierarchy() {
    let sim = Sim::start().await;
    let guild = sim.guild("Aurora HQ");
    let ada = sim.user("ada");
    guild.join(&ada, Permissions::NONE);
    let crew = guild.add_role("Crew", Permissions::NONE);
    let http = bot::http(&sim, &sim.bot_token());
    let ids = (GuildId::new(guild.id), UserId::new(ada.id), RoleId::new(crew.id));
    http.add_member_role(ids.0, ids.1, ids.2, Some("because"))
        .await
        .unwrap();
    assert_eq!(guild.roles_of(&ada), ["Crew"]);
    http.remove_member_role(ids.0, ids.1, ids.2, None).await.unwrap();
    assert_eq!(guild.roles_of(&ada), Vec::<String>::new());
    guild.raise_to_top(&crew);
    let error = http.add_member_role(ids.0, ids.1, ids.2, None).await.unwrap_err();
    assert!(error.to_string().contains("Missing Permissions"), "{error}");
    assert_eq!(sim.complaints(), Vec::<String>::new());
}

#[tokio::test]
async fn an_unknown_route_fails_loudly() {
    let (raw, _) = Raw::start().await;
    assert_eq!(raw.send("GET", "/lobbies/1", None).await.0, 404);
    assert!(raw.sim.take_complaints()[0].contains("GET /lobbies/1"));
}

#[tokio::test]
async fn what_is_not_there_has_its_own_code() {
    let (raw, guild) = Raw::start().await;
    let general = guild.channel("general").id;
    for (method, path, code) in [
        ("GET", "/channels/1".to_owned(), 10003),
        ("GET", format!("/channels/{general}/messages/1"), 10008),
        ("GET", "/guilds/1".to_owned(), 10004),
        ("GET", format!("/guilds/{}/members/1", guild.id), 10007),
        (
            "PUT",
            format!("/guilds/{}/members/{}/roles/1", guild.id, raw.sim.client_id()),
            10011,
        ),
        ("GET", "/users/1".to_owned(), 10013),
        (
            "GET",
            format!("/applications/{}/commands/1", raw.sim.client_id()),
            10063,
        ),
    ] {
        assert_eq!(raw.code(method, &path, None).await, code, "{path}");
    }
    assert_eq!(raw.sim.complaints(), Vec::<String>::new());
    let unknown = raw
        .code("POST", "/interactions/1/x/callback", Some(json!({ "type": 6 })))
        .await;
    assert_eq!(unknown, 10062);
    let webhook = format!("/webhooks/{}/x/messages/@original", raw.sim.client_id());
    assert_eq!(raw.code("GET", &webhook, None).await, 50027);
    assert_eq!(raw.sim.take_complaints().len(), 2);
}

#[tokio::test]
async fn a_channel_the_bot_may_not_use_is_closed_to_it() {
    let (raw, guild) = Raw::start().await;
    let staff = guild.add_channel("staff");
    let path = format!("/channels/{}/messages", staff.id);
    let body = json!({ "content": "x" });
    staff.deny_bot(Permissions::SEND_MESSAGES);
    assert_eq!(raw.code("POST", &path, Some(body.clone())).await, 50013);
    staff.deny_bot(Permissions::VIEW_CHANNEL);
    assert_eq!(raw.code("POST", &path, Some(body)).await, 50001);
    let closed = raw.sim.user("closed");
    guild.join(&closed, Permissions::NONE);
    closed.take_messages(false);
    let (_, direct) = raw
        .send(
            "POST",
            "/users/@me/channels",
            Some(json!({ "recipient_id": closed.id.to_string() })),
        )
        .await;
    let path = format!("/channels/{}/messages", direct["id"].as_str().unwrap());
    assert_eq!(
        raw.code("POST", &path, Some(json!({ "content": "x" }))).await,
        50007
    );
    assert_eq!(raw.sim.complaints(), Vec::<String>::new());
}

#[tokio::test]
async fn a_message_that_is_sent_twice_under_one_nonce_is_there_once() {
    let (raw, guild) = Raw::start().await;
    let ada = raw.sim.user("ada");
    guild.join(&ada, Permissions::NONE);
    let person = raw.sim.client(&ada, &guild, "general");
    assert!(person.direct_messages().await.is_empty());
    let recipient = json!({ "recipient_id": ada.id.to_string() });
    let (_, direct) = raw.send("POST", "/users/@me/channels", Some(recipient)).await;
    let path = format!("/channels/{}/messages", direct["id"].as_str().unwrap());
    let body = json!({ "content": "x", "nonce": "once", "enforce_nonce": true });
    let (_, first) = raw.send("POST", &path, Some(body.clone())).await;
    let (status, second) = raw.send("POST", &path, Some(body.clone())).await;
    assert_eq!((status, &first["id"]), (200, &second["id"]));
    assert_eq!(person.direct_messages().await.len(), 1);
    // Nobody asked for it to be unique, or it is too long ago.
    let unasked = json!({ "content": "x", "nonce": "once" });
    raw.send("POST", &path, Some(unasked)).await;
    assert_eq!(person.direct_messages().await.len(), 2);
    raw.sim.advance(std::time::Duration::from_mins(6));
    raw.send("POST", &path, Some(body)).await;
    assert_eq!(person.direct_messages().await.len(), 3);
    assert_eq!(raw.sim.complaints(), Vec::<String>::new());
    let long = json!({ "content": "x", "nonce": "x".repeat(26) });
    assert_eq!(raw.code("POST", &path, Some(long)).await, 50035);
    assert_eq!(raw.sim.take_complaints().len(), 1);
}

#[tokio::test]
async fn limits_of_messages_are_kept() {
    let (raw, guild) = Raw::start().await;
    let path = format!("/channels/{}/messages", guild.channel("general").id);
    let x = |n: usize| "x".repeat(n);
    let button = |id: &str| json!({ "type": 2, "style": 1, "label": "x", "custom_id": id });
    let row = |items: Value| json!({ "components": [{ "type": 1, "components": items }] });
    let embed = |e: Value| json!({ "embeds": [e] });
    let field = |name: usize, value: usize| json!({ "name": x(name), "value": x(value) });
    let option = |value: String| json!({ "label": "x", "value": value });
    let select = |options: Vec<Value>| json!([{ "type": 3, "custom_id": "s", "options": options }]);
    let bodies = [
        json!({ "content": x(2001) }),
        embed(json!({ "title": x(257) })),
        embed(json!({ "description": x(4097) })),
        embed(json!({ "fields": vec![field(1, 1); 26] })),
        embed(json!({ "fields": [field(257, 1)] })),
        embed(json!({ "fields": [field(1, 1025)] })),
        embed(json!({ "fields": [field(1, 0)] })),
        embed(json!({ "footer": { "text": x(2049) } })),
        embed(json!({ "author": { "name": x(257) } })),
        embed(json!({ "description": x(4000), "fields": [field(1, 1000), field(1, 1000)] })),
        json!({ "embeds": vec![json!({ "title": "x" }); 11] }),
        json!({ "embeds": ["x"] }),
        json!({ "components": vec![json!({ "type": 1, "components": [] }); 6] }),
        row((0..6).map(|i| button(&i.to_string())).collect()),
        row(json!([button("a"), button("a")])),
        row(json!([button("")])),
        row(json!([button(&x(101))])),
        row(json!([{ "type": 2, "style": 1, "label": x(81), "custom_id": "a" }])),
        row(json!([{ "type": 2, "style": 1, "custom_id": "a" }])),
        row(json!([{ "type": 2, "style": 5, "label": "x", "url": "javascript:x" }])),
        row(json!([{ "type": 4, "style": 1, "label": "x", "custom_id": "a" }])),
        row(select(vec![])),
        row(select((0..26).map(|i| option(i.to_string())).collect())),
        row(select(vec![option("a".into()), option("a".into())])),
        row(json!([{ "type": 3, "custom_id": "s", "placeholder": x(151), "options": [option("a".into())] }])),
        json!({ "content": "x", "allowed_mentions": { "parse": ["users"], "users": ["1"] } }),
    ];
    for body in &bodies {
        let (status, answer) = raw.send("POST", &path, Some(body.clone())).await;
        assert_eq!(
            (status, &answer["code"]),
            (400, &json!(50035)),
            "{body} gave {answer}"
        );
        assert!(answer["errors"].is_object());
    }
    assert_eq!(raw.code("POST", &path, Some(json!({}))).await, 50006);
    assert_eq!(raw.sim.take_complaints().len(), bodies.len() + 1);
    let (_, answer) = raw
        .send("POST", &path, Some(embed(json!({ "title": x(257) }))))
        .await;
    assert_eq!(
        answer["errors"]["embeds"]["0"]["title"]["_errors"][0]["code"],
        "BASE_TYPE_MAX_LENGTH"
    );
}

#[tokio::test]
async fn limits_of_commands_are_kept() {
    let (raw, _) = Raw::start().await;
    let path = format!("/applications/{}/commands", raw.sim.client_id());
    let with = |options: Value| json!([{ "name": "a", "description": "x", "options": options }]);
    let option = |name: &str, required: bool| json!({ "type": 3, "name": name, "description": "x", "required": required });
    let sub = |kind: u8, options: Value| json!({ "type": kind, "name": "s", "description": "x", "options": options });
    let choices = |n: usize| {
        (0..n)
            .map(|i| json!({ "name": format!("{i}"), "value": format!("{i}") }))
            .collect::<Vec<_>>()
    };
    let long = |n: usize| {
        (0..25)
            .map(|i| json!({ "type": 3, "name": format!("o{i}"), "description": "d".repeat(n) }))
            .collect::<Vec<_>>()
    };
    let bodies = [
        json!([{ "name": "Big", "description": "x" }]),
        json!([{ "name": "a b", "description": "x" }]),
        json!([{ "name": "a".repeat(33), "description": "x" }]),
        json!([{ "name": "a" }]),
        json!([{ "name": "a", "description": "x".repeat(101) }]),
        json!([{ "name": "a", "description": "x" }, { "name": "a", "description": "x" }]),
        json!([{ "name": "Menu", "type": 2, "description": "x" }]),
        json!([{ "name": "a", "description": "x", "description_localizations": { "xx": "y" } }]),
        with((0..26).map(|i| option(&format!("o{i}"), false)).collect()),
        with(json!([option("a", false), option("b", true)])),
        with(json!([option("a", true), option("a", true)])),
        with(json!([{ "type": 3, "name": "o", "description": "x", "choices": choices(26) }])),
        with(
            json!([{ "type": 3, "name": "o", "description": "x", "choices": choices(1), "autocomplete": true }]),
        ),
        with(json!([sub(1, json!([])), option("b", false)])),
        with(json!([sub(1, json!([sub(1, json!([]))]))])),
        with(json!([sub(2, json!([sub(2, json!([]))]))])),
        json!([{ "name": "a", "description": "x", "options": [
            { "type": 1, "name": "s", "description": "x", "options": long(100) },
            { "type": 1, "name": "t", "description": "x", "options": long(100) },
            { "type": 1, "name": "u", "description": "x", "options": long(100) },
            { "type": 1, "name": "v", "description": "x", "options": long(100) },
        ] }]),
    ];
    for body in &bodies {
        let (status, answer) = raw.send("PUT", &path, Some(body.clone())).await;
        assert_eq!(
            (status, &answer["code"]),
            (400, &json!(50035)),
            "{body} gave {answer}"
        );
    }
    assert_eq!(raw.sim.take_complaints().len(), bodies.len());
    assert_eq!(raw.sim.command_registrations(), 0);
}

#[tokio::test]
async fn commands_keep_their_ids_over_registrations() {
    let (raw, guild) = Raw::start().await;
    let path = format!("/applications/{}/commands", raw.sim.client_id());
    let command = |name: &str| json!({ "name": name, "description": "x" });
    let (_, first) = raw
        .send("PUT", &path, Some(json!([command("a"), command("b")])))
        .await;
    let (_, second) = raw.send("PUT", &path, Some(json!([command("b")]))).await;
    assert_eq!(first[1]["id"], second[0]["id"]);
    assert_eq!(raw.sim.command_registrations(), 2);
    let here = format!(
        "/applications/{}/guilds/{}/commands",
        raw.sim.client_id(),
        guild.id
    );
    assert_eq!(raw.send("POST", &here, Some(command("c"))).await.0, 201);
    let (status, command_c) = raw.send("POST", &here, Some(command("c"))).await;
    assert_eq!(
        (status, &command_c["guild_id"]),
        (200, &json!(guild.id.to_string()))
    );
    let one = format!("{here}/{}", command_c["id"].as_str().unwrap());
    let (_, patched) = raw.send("PATCH", &one, Some(json!({ "description": "y" }))).await;
    assert_eq!(
        (&patched["name"], &patched["description"]),
        (&json!("c"), &json!("y"))
    );
    assert_eq!(raw.send("GET", &one, None).await.1, patched);
    assert_eq!(raw.send("DELETE", &one, None).await.0, 204);
    assert_eq!(raw.send("GET", &here, None).await.1, json!([]));
    assert_eq!(raw.send("GET", &path, None).await.1.as_array().unwrap().len(), 1);
    assert_eq!(raw.sim.complaints(), Vec::<String>::new());
}
