//! Signing in with Discord.

use discord_sim::{Guild, Permissions, Sim, User};
use reqwest::redirect::Policy;
use serde_json::Value;
use url::Url;

/// The PKCE pair of RFC 7636's appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const BACK: &str = "http://127.0.0.1:9/callback";

async fn start() -> (Sim, User, String) {
    let sim = Sim::start().await;
    sim.allow_redirect(BACK);
    let ada = sim.user_with_display("ada", "Ada Park");
    let url = Url::parse_with_params(
        &format!("{}/oauth2/authorize", sim.api_url()),
        [
            ("client_id", sim.client_id().as_str()),
            ("redirect_uri", BACK),
            ("response_type", "code"),
            ("scope", "identify"),
            ("state", "s&t"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ],
    )
    .unwrap();
    (sim, ada, url.into())
}

fn parameter(url: &str, name: &str) -> Option<String> {
    let url = Url::parse(url).unwrap();
    url.query_pairs()
        .find(|(k, _)| k == name)
        .map(|(_, v)| v.into_owned())
}

async fn exchange(sim: &Sim, code: &str, verifier: &str) -> (u16, Value) {
    let answer = reqwest::Client::new()
        .post(format!("{}/api/v10/oauth2/token", sim.api_url()))
        .basic_auth(sim.client_id(), Some(sim.client_secret()))
        .form(&[
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", BACK),
            ("code_verifier", verifier),
        ])
        .send()
        .await
        .unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

#[tokio::test]
async fn a_code_becomes_a_token_that_says_who_it_is() {
    let (sim, ada, url) = start().await;
    let back = sim.authorize(&ada, &url).await.unwrap();
    assert_eq!(parameter(&back, "state").as_deref(), Some("s&t"));
    let code = parameter(&back, "code").unwrap();
    let (status, token) = exchange(&sim, &code, VERIFIER).await;
    assert_eq!((status, &token["token_type"]), (200, &"Bearer".into()));
    let me: Value = reqwest::Client::new()
        .get(format!("{}/api/v10/users/@me", sim.api_url()))
        .bearer_auth(token["access_token"].as_str().unwrap())
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(
        (&me["id"], &me["global_name"]),
        (&ada.id.to_string().into(), &"Ada Park".into())
    );
    let (status, error) = exchange(&sim, &code, VERIFIER).await;
    assert_eq!((status, &error["error"]), (400, &"invalid_grant".into()));
    assert_eq!(sim.complaints(), Vec::<String>::new());
}

#[tokio::test]
async fn a_wrong_verifier_or_secret_buys_nothing() {
    let (sim, ada, url) = start().await;
    let code = parameter(&sim.authorize(&ada, &url).await.unwrap(), "code").unwrap();
    assert_eq!(exchange(&sim, &code, "wrong").await.0, 400);
    let code = parameter(&sim.authorize(&ada, &url).await.unwrap(), "code").unwrap();
    let answer = reqwest::Client::new()
        .post(format!("{}/api/oauth2/token", sim.api_url()))
        .form(&[
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("client_id", &sim.client_id()),
            ("client_secret", "wrong"),
        ])
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 401);
}

#[tokio::test]
async fn the_page_asks_and_sends_back() {
    let (sim, ada, url) = start().await;
    let browser = reqwest::Client::builder()
        .redirect(Policy::none())
        .build()
        .unwrap();
    let page = browser.get(&url).send().await.unwrap().text().await.unwrap();
    for words in [
        "Stand-in for Discord",
        "Muster",
        "Ada Park",
        "identify",
        "Authorize",
        "Cancel",
    ] {
        assert!(page.contains(words), "{words} is missing in {page}");
    }
    assert!(!page.contains("developer"));
    let id = ada.id.to_string();
    let decide = async |decision: &str| {
        let form = [("user", id.as_str()), ("decision", decision)];
        let answer = browser.post(&url).form(&form).send().await.unwrap();
        answer.headers()["location"].to_str().unwrap().to_owned()
    };
    let back = decide("cancel").await;
    assert_eq!(parameter(&back, "error").as_deref(), Some("access_denied"));
    assert_eq!(parameter(&back, "state").as_deref(), Some("s&t"));
    let back = decide("authorize").await;
    let code = parameter(&back, "code").unwrap();
    assert_eq!(exchange(&sim, &code, VERIFIER).await.0, 200);
}

#[tokio::test]
async fn a_question_discord_would_not_ask_is_refused() {
    let (sim, ada, url) = start().await;
    for (part, instead) in [
        ("client_id=", "client_id=1"),
        ("%2Fcallback", "%2Felsewhere"),
        ("response_type=code", "response_type=token"),
        ("scope=identify", "scope=everything"),
        ("S256", "plain"),
    ] {
        assert!(url.contains(part));
        let wrong = url.replacen(part, instead, 1);
        assert!(sim.authorize(&ada, &wrong).await.is_err(), "{wrong}");
        let page = reqwest::get(&wrong).await.unwrap();
        assert_eq!(page.status(), 400);
    }
    assert_eq!(sim.take_complaints().len(), 5);
}

/// What came of adding somebody to a server with the token of somebody.
async fn add(sim: &Sim, guild: &Guild, user: &User, token: &str) -> (u16, u64) {
    let path = format!(
        "{}/api/v10/guilds/{}/members/{}",
        sim.api_url(),
        guild.id,
        user.id
    );
    let answer = reqwest::Client::new()
        .put(path)
        .header("Authorization", format!("Bot {}", sim.bot_token()))
        .json(&serde_json::json!({ "access_token": token }))
        .send()
        .await
        .unwrap();
    let status = answer.status().as_u16();
    let body: Value = answer.json().await.unwrap_or_default();
    (status, body["code"].as_u64().unwrap_or_default())
}

#[tokio::test]
async fn somebody_is_added_to_a_server_by_their_own_token_only() {
    let (sim, ada, url) = start().await;
    let guild = sim.guild("Aurora HQ");
    let bo = sim.user_with_display("bo", "Bo");
    let token = async |user: &User, url: &str| {
        let code = parameter(&sim.authorize(user, url).await.unwrap(), "code").unwrap();
        let (_, token) = exchange(&sim, &code, VERIFIER).await;
        token["access_token"].as_str().unwrap().to_owned()
    };
    let narrow = token(&ada, &url).await;
    assert_eq!(add(&sim, &guild, &ada, &narrow).await, (403, 50026));
    assert_eq!(
        sim.take_complaints().len(),
        1,
        "a bot that asks for too little is wrong"
    );
    let wide = url.replace("scope=identify", "scope=identify+guilds.join");
    let ours = token(&ada, &wide).await;
    assert_eq!(add(&sim, &guild, &bo, &ours).await, (403, 50025));
    assert_eq!(add(&sim, &guild, &ada, "nonsense").await, (403, 50025));
    let everyone = Permissions::EVERYONE & !Permissions::CREATE_INSTANT_INVITE;
    guild.set_everyone(everyone);
    assert_eq!(add(&sim, &guild, &ada, &ours).await, (403, 50013));
    guild.set_everyone(Permissions::EVERYONE);
    guild.set_most_members(1);
    assert_eq!(add(&sim, &guild, &ada, &ours).await, (400, 30019));
    guild.set_most_members(3);
    assert!(!guild.has(&ada));
    assert_eq!(add(&sim, &guild, &ada, &ours).await, (201, 0));
    assert!(guild.has(&ada));
    assert_eq!(add(&sim, &guild, &ada, &ours).await, (204, 0));
    guild.ban(&ada);
    assert_eq!(add(&sim, &guild, &ada, &ours).await, (403, 40007));
    assert!(!guild.has(&ada));
    sim.advance(std::time::Duration::from_hours(8 * 24));
    assert_eq!(add(&sim, &guild, &ada, &ours).await, (403, 50025));
    assert_eq!(sim.complaints(), Vec::<String>::new());
}
