//! What the bot says on the way, word for word, in one snapshot for each language: the same on both databases.

use std::fmt::Write;

use discord_sim::{Message, Permissions, Person, Reply};
use muster_core::both_dbs;
use muster_core::locale::Locale;
use muster_core::testing::World;
use muster_phrases::say;

use crate::app::{TestApp, handed, said};
use crate::replies_people;
use crate::rules::import;

/// The cards seen so far, as a person reads them, with what differs from run to run left out.
#[derive(Default)]
pub struct Seen(String);

impl Seen {
    /// All of them.
    pub fn text(self) -> String {
        self.0
    }

    /// Notes a card.
    pub fn card(&mut self, when: &str, message: &Message) {
        let colour = message
            .embeds
            .first()
            .and_then(|embed| embed.color)
            .unwrap_or_default();
        let _ = write!(
            self.0,
            "── {when} (#{colour:06X})\n{}\n\n",
            without_ids(&message.text())
        );
    }
}

/// Ids are 26 letters and digits beginning with 01, link secrets are 43; ports and Discord's numbers vary too.
fn without_ids(text: &str) -> String {
    let word = |word: &str| {
        let plain = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        let is_id =
            plain.len() == 26 && plain.starts_with("01") && plain.chars().all(|c| c.is_ascii_alphanumeric());
        let is_mention = word.starts_with("<@");
        if is_id {
            word.replace(plain, "ID")
        } else if is_mention {
            "<@USER>".to_owned()
        } else if word.starts_with("http") {
            "URL".to_owned()
        } else {
            word.to_owned()
        }
    };
    let lines = text
        .lines()
        .map(|line| line.split(' ').map(word).collect::<Vec<_>>().join(" "));
    lines.collect::<Vec<_>>().join("\n")
}

/// Ada founds a team, invites, changes roles, removes, deletes; in one language, whose words are on the buttons.
async fn tour(world: World, locale: Locale) -> String {
    let app = TestApp::start(world).await;
    let mut seen = Seen::default();
    let (user, ada) = app.person("Ada", Permissions::MANAGE_GUILD);
    user.set_locale(locale.as_str());
    seen.card(
        "a stranger asks for their account",
        &said(ada.slash("/account status").await),
    );
    seen.card(
        "a team is founded",
        &said(ada.slash("/team create name:Aurora preset:campaigns").await),
    );
    seen.card("nobody is invited yet", &said(ada.slash("/invite list").await));
    let form = ada.slash("/invite email").await.expect("it answers");
    let Reply::Modal(form) = form else {
        panic!("a form opens, not {form:?}")
    };
    let filled: [(&str, &str); 2] = [
        (
            &say!(locale, "invite-form-emails"),
            "bo@example.org\nbo@gmial.com\nnonsense",
        ),
        (&say!(locale, "invite-form-note"), "See *you* there"),
    ];
    let review = said(ada.submit(&form, &filled).await);
    seen.card("the review", &review);
    let sent = said(ada.click(&review, &say!(locale, "invite-send", count = 2)).await);
    seen.card("two are sent", &sent);
    // They are sent side by side, in either order.
    let mails = [app.sink.next_mail().await, app.sink.next_mail().await];
    let mail = mails
        .into_iter()
        .find(|mail| mail.to == ["bo@example.org"])
        .expect("Bo has mail");
    app.settle().await;
    let list = said(ada.click(&sent, &say!(locale, "invitations-see")).await);
    seen.card("the invitations", &list);
    seen.card(
        "one invitation",
        &said(ada.slash("/invite show invitation:bo@gmial.com").await),
    );
    seen.card(
        "too early",
        &said(ada.slash("/invite resend invitation:bo@gmial.com").await),
    );
    let ask = said(ada.slash("/invite revoke invitation:bo@gmial.com").await);
    seen.card("before cancelling", &ask);
    seen.card(
        "after cancelling",
        &said(
            ada.click(
                &ask,
                &say!(locale, "invitation-do-revoke", address = "bo@gmial.com"),
            )
            .await,
        ),
    );
    let browser = app.accept_as_new(&mail, "Bo").await;
    let (user, bo) = app.person("Bo", Permissions::NONE);
    seen.card("linking", &said(bo.slash("/link").await));
    app.link_discord(&bo, &browser).await;
    user.set_locale(locale.as_str());
    seen.card("linked already", &said(bo.slash("/link").await));
    seen.card("members, as a member", &said(bo.slash("/member list").await));
    seen.card("members, as an owner", &said(ada.slash("/member list").await));
    seen.card("not a member's business", &said(bo.slash("/activity log").await));
    let changed = said(ada.slash("/member role member:Bo role:viewer").await);
    seen.card("a role is changed", &changed);
    seen.card(
        "and changed back",
        &said(ada.click(&changed, &say!(locale, "card-undo")).await),
    );
    let ask = said(ada.slash("/member role member:Bo role:owner").await);
    seen.card("before giving the top role", &ask);
    seen.card(
        "on second thoughts",
        &said(ada.click(&ask, &say!(locale, "card-cancel")).await),
    );
    seen.card(
        "one's own role",
        &said(ada.slash("/member role member:Ada role:viewer").await),
    );
    seen.card("one member", &said(ada.slash("/member show member:Bo").await));
    let suspended = said(ada.slash("/member deactivate member:Bo reason:on leave").await);
    seen.card("a member is suspended", &suspended);
    seen.card("what the member is told", &said(bo.slash("/member list").await));
    seen.card(
        "and is back",
        &said(ada.click(&suspended, &say!(locale, "card-undo")).await),
    );
    seen.card(
        "one cannot remove oneself",
        &said(ada.slash("/member remove member:Ada").await),
    );
    seen.card("nobody leaves here", &said(bo.slash("/team leave").await));
    let ask = said(ada.slash("/member remove member:Bo").await);
    seen.card("before removing", &ask);
    let ask_transfer = said(ada.slash("/team transfer member:Bo").await);
    seen.card("before handing over", &ask_transfer);
    let form = ada
        .click(&ask_transfer, &say!(locale, "transfer-do", to = "Bo"))
        .await
        .expect("it answers");
    let Reply::Modal(form) = form else {
        panic!("a form opens, not {form:?}")
    };
    let wrong = said(ada.submit(&form, &[(&say!(locale, "name-form"), "Auror")]).await);
    seen.card("a mistyped name", &wrong);
    seen.card(
        "removed",
        &said(ada.click(&ask, &say!(locale, "remove-do", name = "Bo")).await),
    );
    seen.card("a team in numbers", &said(ada.slash("/team overview").await));
    rules(&app, &ada, &mut seen, locale).await;
    said(ada.slash("/team create name:Borealis preset:business").await);
    seen.card("one's teams", &said(ada.slash("/team list").await));
    seen.card(
        "another team",
        &said(ada.slash("/team switch team:Borealis").await),
    );
    seen.card("no plan", &said(ada.slash("/invite email").await));
    seen.card("not a super-admin", &said(ada.slash("/team plan plan:pro").await));
    let ask = said(ada.slash("/team delete").await);
    seen.card("before deleting", &ask);
    let form = ada
        .click(&ask, &say!(locale, "delete-do", team = "Borealis"))
        .await
        .expect("it answers");
    let Reply::Modal(form) = form else {
        panic!("a form opens, not {form:?}")
    };
    let gone = said(
        ada.submit(&form, &[(&say!(locale, "name-form"), "Borealis")])
            .await,
    );
    seen.card("deleted", &gone);
    seen.card(
        "and back",
        &said(
            ada.click(&gone, &say!(locale, "deleted-restore", team = "Borealis"))
                .await,
        ),
    );
    said(ada.slash("/team switch team:Aurora").await);
    seen.card("the log", &said(ada.slash("/activity log").await));
    app.end().await;
    seen.0
}

/// Ada looks at her team's rules, and changes them by a file.
async fn rules(app: &TestApp, ada: &Person, seen: &mut Seen, locale: Locale) {
    seen.card("the rules in words", &said(ada.slash("/team policy show").await));
    seen.card("and as a file", &said(ada.slash("/team policy export").await));
    let rules = app.world.policy(app.team().await).await.to_toml();
    seen.card("the same rules", &said(import(ada, &[], rules.as_str()).await));
    let bad = rules
        .replace("\"owner\"", "\"boss\"")
        .replacen("boss", "owner", 1);
    seen.card("bad rules", &said(import(ada, &[], bad).await));
    let lacking = rules.replace("\"owner\"", "\"boss\"");
    seen.card(
        "rules that lack a role in use",
        &said(import(ada, &[], lacking).await),
    );
    let other = rules
        .replace("lifetime_days = 7", "lifetime_days = 9")
        .replace("plural = \"Viewers\"", "plural = \"Guests\"");
    let ask = said(import(ada, &[], other).await);
    seen.card("before using other rules", &ask);
    let used = said(ada.click(&ask, &say!(locale, "policy-use")).await);
    seen.card("other rules", &used);
    seen.card("the settings", &said(ada.slash("/team settings").await));
}

pub fn snapshot(name: &str, seen: &str) {
    insta::with_settings!({ prepend_module_to_snapshot => false }, { insta::assert_snapshot!(name, seen) });
}

both_dbs! {
    async fn the_bot_says_what_it_should(world: World) {
        snapshot("replies", &tour(world, Locale::EnUs).await);
    }

    async fn the_bot_says_it_in_german(world: World) {
        snapshot("replies-de", &tour(world, Locale::De).await);
    }

    async fn the_bot_says_what_it_should_about_a_file(world: World) {
        let app = TestApp::start(world).await;
        let mut seen = Seen::default();
        let (user, ada) = app.person("Ada", Permissions::MANAGE_GUILD);
        said(ada.slash("/team create name:Aurora preset:campaigns").await);
        app.world.edit_policy(app.team().await, "hourly_limit = 20", "hourly_limit = 2").await;
        seen.card("nothing is scheduled", &said(ada.slash("/invite list status:scheduled").await));
        seen.card("no list", &*handed(&ada, None, "").await);
        seen.card("nobody can be invited", &*handed(&ada, None, "nonsense\nmore nonsense").await);
        let file = "email,role,note,badge\na@example.net,,\"See *you*\",7\nb@gmial.com,viewer\nA@example.net\nc@example.net\nd@example.net\nnonsense\ne@example.net,emperor\n";
        seen.card("a report", &*handed(&ada, None, file).await);
        user.set_locale("de");
        let report = handed(&ada, None, file).await;
        seen.card("a report in German", &report);
        let sent = said(ada.click(&report, "2 sofort senden, 2 einplanen").await);
        seen.card("sent in German", &sent);
        user.set_locale("en-US");
        app.sink.next_mail().await;
        app.sink.next_mail().await;
        seen.card("handed over again", &*handed(&ada, None, file).await);
        let list = said(ada.slash("/invite list status:scheduled").await);
        seen.card("what is scheduled", &list);
        let one = said(ada.select(&list, "Open…", &["d@example.net"]).await);
        seen.card("one of them", &one);
        seen.card("cancelled", &said(ada.click(&one, "Cancel it").await));
        let list = said(ada.slash("/invite list status:scheduled").await);
        let ask = said(ada.click(&list, "Cancel all…").await);
        seen.card("before cancelling all", &ask);
        let all = ask.button("Cancel 1 scheduled invitation").expect("a button").custom_id.clone().expect("an id");
        seen.card("all cancelled", &said(ada.click(&ask, "Cancel 1 scheduled invitation").await));
        seen.card("twice", &said(ada.forge_click(&ask, &all).await));
        seen.card("the log", &said(ada.slash("/activity log").await));
        snapshot("replies_bulk", &seen.0);
        app.end().await;
    }
}

/// What stands outside the brackets that mark phrases, word by word. What was cut to fit has lost its closing bracket, so
/// each line begins anew.
fn outside(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with("── ")) {
        let (mut depth, mut word) = (0_u32, String::new());
        for letter in line.replace('\\', "").chars().chain([' ']) {
            match letter {
                '⟦' => depth += 1,
                '⟧' => depth = depth.saturating_sub(1),
                letter if depth == 0 && (letter.is_alphanumeric() || "@.-_<>:/".contains(letter)) => {
                    word.push(letter);
                    continue;
                }
                _ => {}
            }
            if word.chars().filter(|letter| letter.is_alphabetic()).count() > 1 {
                words.push(std::mem::take(&mut word));
            }
            word.clear();
        }
    }
    words
}

/// What is people's own, the policy's, or the same in every language.
fn is_data(word: &str) -> bool {
    const DATA: [&str; 22] = [
        "on",
        "leave",
        "Ada",
        "Bo",
        "Aurora",
        "Borealis",
        "Owner",
        "Owners",
        "Member",
        "Members",
        "Viewer",
        "Viewers",
        "Admin",
        "Admins",
        "Super-admin",
        "nonsense",
        "Discord",
        "ID",
        "URL",
        "Campaigns",
        "Business",
        "Guests",
    ];
    let is_code = word.chars().all(|c| c.is_ascii_uppercase() || c == '-');
    let is_marked = word.starts_with('<') || word.contains('@') || word.contains('.');
    DATA.contains(&word) || is_code || is_marked
}

/// In a process of its own, in which every phrase stands in brackets.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "`everything_that_is_said_is_a_phrase` starts it"]
async fn in_brackets() {
    let mut text = tour(World::sqlite().await, Locale::EnUs).await;
    text += &replies_people::tour(World::sqlite().await, Locale::EnUs).await;
    assert!(text.contains('⟦'), "no phrase is in brackets: {text}");
    let found: Vec<_> = outside(&text).into_iter().filter(|word| !is_data(word)).collect();
    assert!(found.is_empty(), "said without a phrase: {found:?} in\n{text}");
}

#[test]
fn everything_that_is_said_is_a_phrase() {
    let this = std::env::current_exe().expect("this program has a path");
    let ran = std::process::Command::new(this)
        .args(["--exact", "replies::in_brackets", "--ignored"])
        .env("MUSTER_PSEUDO", "1")
        .output()
        .expect("this program can be started again");
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success() && said.contains("1 passed"), "{said}");
}
