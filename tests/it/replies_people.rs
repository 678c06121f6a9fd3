//! What the bot says about people and to them alone, word for word, in one snapshot for each language.

use discord_sim::{Modal, Permissions, Person, Reply};
use muster_core::both_dbs;
use muster_core::locale::Locale;
use muster_core::testing::World;
use muster_phrases::say;

use crate::app::{Card, TestApp, said};
use crate::replies::{Seen, snapshot};

/// What everybody in the channel sees of what a person has just done.
async fn public(person: &Person) -> Card {
    Card::of(&person.followed_up().await.expect("a card in the channel"))
}

/// Ada invites Bo by a card, looks after them from the menu, takes files away; Bo sees to their account.
pub async fn tour(world: World, locale: Locale) -> String {
    let app = TestApp::start(world).await;
    app.guild.set_locale(locale.as_str());
    let mut seen = Seen::default();
    let (user, ada) = app.person("Ada", Permissions::MANAGE_GUILD);
    user.set_locale(locale.as_str());
    let (bos, bo) = app.person("Bo", Permissions::NONE);
    bos.set_locale(locale.as_str());
    said(ada.slash("/team create name:Aurora preset:campaigns").await);
    for topic in ["start", "inviting", "roles", "linking", "privacy", "problems"] {
        let help = said(ada.slash(&format!("/help topic:{topic}")).await);
        seen.card(&format!("help: {topic}"), &help);
    }
    let none = said(
        ada.context_menu(&menu("command-menu-view-team-profile"), &bos)
            .await,
    );
    seen.card("no member", &none);
    seen.card(
        "nothing to see",
        &said(
            bo.context_menu(&menu("command-menu-view-team-profile"), &bos)
                .await,
        ),
    );
    seen.card(
        "a person is invited",
        &said(ada.slash("/invite person user:bo role:viewer").await),
    );
    let card = public(&ada).await;
    seen.card("the card", &card);
    let open = say!(locale, "card-open-mine");
    seen.card("not theirs", &said(ada.click(&card, &open).await));
    let offered = said(bo.click(&card, &open).await);
    seen.card("theirs", &offered);
    seen.card(
        "declined",
        &said(bo.click(&offered, &say!(locale, "card-decline")).await),
    );
    seen.card("over", &said(bo.click(&card, &open).await));
    said(ada.context_menu(&menu("command-menu-invite-to-team"), &bos).await);
    let card = public(&ada).await;
    let offered = said(bo.click(&card, &open).await);
    let join = say!(locale, "card-join", team = "Aurora", role = "Member");
    seen.card("joined", &said(bo.click(&offered, &join).await));
    seen.card(
        "the menu of a member",
        &said(
            ada.context_menu(&menu("command-menu-manage-membership"), &bos)
                .await,
        ),
    );
    seen.card(
        "nothing to change",
        &said(
            bo.context_menu(&menu("command-menu-manage-membership"), &user)
                .await,
        ),
    );
    seen.card("the members as a file", &said(ada.slash("/member export").await));
    seen.card(
        "the log as a file",
        &said(ada.slash("/activity export format:JSON").await),
    );
    seen.card(
        "the log of one",
        &said(ada.slash("/activity log member:Bo since:7d").await),
    );
    seen.card(
        "a time that is none",
        &said(ada.slash("/activity log since:soon").await),
    );
    let wishes = said(bo.slash("/account notifications").await);
    seen.card("wishes", &wishes);
    let off = say!(locale, "wish-undelivered-off");
    seen.card("fewer wishes", &said(bo.click(&wishes, &off).await));
    seen.card("everything stored", &said(bo.slash("/account export").await));
    seen.card("the only way in", &said(bo.slash("/account unlink").await));
    seen.card("the last owner", &said(ada.slash("/account erase").await));
    let ask = said(bo.slash("/account erase").await);
    seen.card("before erasing", &ask);
    let field = say!(locale, "erase-form");
    let form = erasing(&bo, &ask, locale).await;
    let wrong = said(bo.submit(&form, &[(&field, "Bob")]).await);
    seen.card("a mistyped name", &wrong);
    let ask = said(bo.slash("/account erase").await);
    let form = erasing(&bo, &ask, locale).await;
    seen.card("erased", &said(bo.submit(&form, &[(&field, "Bo")]).await));
    app.world
        .verify(
            app.world.account_of(user.id.cast_signed()).await,
            "ada@example.org",
        )
        .await;
    let ask = said(ada.slash("/account unlink").await);
    seen.card("before unlinking", &ask);
    let unlink = say!(locale, "unlink-do", username = "ada");
    seen.card("unlinked", &said(ada.click(&ask, &unlink).await));
    app.mail_to("ada@example.org").await;
    app.end().await;
    seen.text()
}

/// A command of a person's menu, which is known by its English name.
fn menu(phrase: &str) -> String {
    muster_phrases::say(Locale::EnUs, phrase, &[])
}

/// The form that asks for the name.
async fn erasing(person: &Person, ask: &Card, locale: Locale) -> Modal {
    match person.click(ask, &say!(locale, "erase-do")).await {
        Ok(Reply::Modal(form)) => form,
        other => panic!("a form opens, not {other:?}"),
    }
}

both_dbs! {
    async fn the_bot_says_to_people_what_it_should(world: World) {
        snapshot("replies-people", &tour(world, Locale::EnUs).await);
    }

    async fn the_bot_says_it_to_people_in_german(world: World) {
        snapshot("replies-people-de", &tour(world, Locale::De).await);
    }
}
