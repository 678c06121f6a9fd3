//! The tour of one person: invited by a card, in the menu of a person, and their own account. And the panel.

use std::time::Duration;

use discord_sim::{Fault, Message, Permissions, Person};
use muster_core::locale::Locale;
use muster_core::testing::World;
use muster_phrases::say;

use super::tour::{Seen, Tour};
use crate::app::{Card, said};

/// Ada invites Bo by a card, looks after them from the menu, posts the panel; both see to their accounts.
pub async fn tour(world: World, locale: Locale) -> Seen {
    let mut tour = Tour::begin(world, locale).await;
    let ada = tour.person("Ada", Permissions::MANAGE_GUILD);
    let bo = tour.person("Bo", Permissions::NONE);
    said(ada.slash("/team create name:Aurora preset:campaigns").await);
    by_card(&mut tour, &ada, &bo).await;
    panel(&mut tour, &ada, &bo).await;
    account(&mut tour, &ada, &bo).await;
    tour.end().await
}

/// A command of a person's menu, which is known by its English name.
fn menu(phrase: &str) -> String {
    muster_phrases::say(Locale::EnUs, phrase, &[])
}

/// What everybody in the channel sees of what a person has just done.
async fn public(person: &Person) -> Card {
    Card::of(&person.followed_up().await.expect("a card in the channel"))
}

impl Tour {
    async fn menu(&mut self, when: &str, who: &Person, command: &str, on: &Person) -> Card {
        let card = said(who.context_menu(&menu(command), on.user()).await);
        self.seen.card(when, &card);
        card
    }

    /// A new card for a person.
    async fn card_for_bo(&self, who: &Person) -> Message {
        said(who.slash("/invite person user:bo").await);
        (*public(who).await).clone()
    }
}

async fn by_card(tour: &mut Tour, ada: &Person, bo: &Person) {
    tour.about("people");
    let (view, manage) = ("command-menu-view-team-profile", "command-menu-manage-membership");
    tour.menu("no member", ada, view, bo).await;
    tour.menu("nothing to see", bo, view, bo).await;
    let invite = "/invite person user:bo role:viewer";
    tour.slash("a person is invited", ada, invite).await;
    let card = public(ada).await;
    tour.seen.card("the card that everybody sees", &card);
    let open = tour.word("card-open-mine");
    tour.press("pressed by somebody else", ada, &card, &open).await;
    let offered = tour
        .press("pressed by the invited person", bo, &card, &open)
        .await;
    tour.press("declined", bo, &offered, &tour.word("card-decline"))
        .await;
    tour.press("declined already", bo, &card, &open).await;
    let first = tour.card_for_bo(ada).await;
    let second = tour.card_for_bo(ada).await;
    tour.press("replaced by a newer one", bo, &first, &open).await;
    let list = said(ada.slash("/invite link list").await);
    let listed = &list.select(&tour.word("link-open")).expect("a select").options;
    for option in listed {
        let named = option.label.trim_start_matches('⟦').chars().take(6);
        tour.seen.leave_out(named.collect());
    }
    tour.seen.card("cards in the list of links", &list);
    let newest = listed[0].value.clone();
    let one = tour
        .choose("one of them", ada, &list, &tour.word("link-open"), &newest)
        .await;
    let ask = tour
        .press("before cancelling", ada, &one, &tour.word("link-disable-ask"))
        .await;
    let label = ask.buttons().last().expect("a button").label.clone();
    tour.press("cancelled", ada, &ask, &label).await;
    tour.press("pressed after that", bo, &second, &open).await;
    // Where the bot may not write, the invitation is made and its card is missing.
    let faults = tour.app.sim.faults();
    // The answer is taken, what follows it is not.
    faults.next(1, "POST", "/webhooks/*", Fault::Delay(Duration::ZERO));
    faults.next(1, "POST", "/webhooks/*", Fault::Status(403));
    let invite = "/invite person user:bo";
    tour.slash("invited where the bot may not write", ada, invite)
        .await;
    let told = ada.followed_up().await.expect("it is told");
    tour.seen.card("and what is told after it", &told);
    let third = tour.card_for_bo(ada).await;
    let offered = said(bo.click(&third, &open).await);
    let join = say!(tour.locale, "card-join", team = "Aurora", role = "Member");
    tour.press("joined", bo, &offered, &join).await;
    tour.press("joined already", bo, &third, &open).await;
    tour.menu("a member", ada, view, bo).await;
    tour.menu("the menu of a member", ada, manage, bo).await;
    tour.menu("nothing to change", bo, manage, ada).await;
    let eve = tour.person("Eve", Permissions::NONE);
    tour.menu("no member, to somebody who may not invite", bo, view, &eve)
        .await;
}

async fn panel(tour: &mut Tour, ada: &Person, bo: &Person) {
    tour.about("panel");
    let quiet = tour.app.guild.add_channel("quiet");
    quiet.overwrite_member(ada.user(), Permissions::NONE, Permissions::SEND_MESSAGES);
    tour.slash(
        "where one may not write oneself",
        ada,
        "/team panel channel:quiet",
    )
    .await;
    quiet.overwrite_member(ada.user(), Permissions::NONE, Permissions::NONE);
    quiet.deny_bot(Permissions::SEND_MESSAGES);
    let refused = tour
        .slash("where the bot may not write", ada, "/team panel channel:quiet")
        .await;
    quiet.deny_bot(Permissions::NONE);
    let again = tour.word("panel-check-again");
    tour.press("posted", ada, &refused, &again).await;
    let here = tour.app.sim.client(bo.user(), &tour.app.guild, "quiet");
    let panel = here.messages().await.last().expect("the panel").clone();
    tour.seen.card("the panel", &panel);
    let mine = tour.word("panel-membership");
    tour.press("one's own membership", &here, &panel, &mine).await;
    let fay = tour.person("Fay", Permissions::NONE);
    let there = tour.app.sim.client(fay.user(), &tour.app.guild, "quiet");
    tour.press("somebody who is not linked", &there, &panel, &mine)
        .await;
    let link = tour.word("account-link");
    tour.press("linking from it", &there, &panel, &link).await;
    let world = &tour.app.world;
    world
        .nobody_in_particular(fay.user().id.cast_signed(), "Fay")
        .await;
    tour.press("somebody who is no member", &there, &panel, &mine)
        .await;
}

async fn account(tour: &mut Tour, ada: &Person, bo: &Person) {
    tour.about("account");
    tour.slash("one's account", ada, "/account status").await;
    tour.slash("linked already", bo, "/link").await;
    let gil = tour.person("Gil", Permissions::NONE);
    tour.slash("linking", &gil, "/link").await;
    let wishes = tour
        .slash("what one hears of", bo, "/account notifications")
        .await;
    let fewer = tour
        .press("less of it", bo, &wishes, &tour.word("wish-undelivered-off"))
        .await;
    let none = tour
        .press("nothing", bo, &fewer, &tour.word("wish-role-mails-off"))
        .await;
    let some = tour
        .press("and some again", bo, &none, &tour.word("wish-undelivered-on"))
        .await;
    let unnamed = tour
        .press("not named in public", bo, &some, &tour.word("wish-announced-off"))
        .await;
    tour.press("and named again", bo, &unnamed, &tour.word("wish-announced-on"))
        .await;
    tour.slash("everything stored", bo, "/account export").await;
    tour.slash("the only way in", bo, "/account unlink").await;
    tour.slash("the last owner", ada, "/account erase").await;
    let ask = tour.slash("before erasing", bo, "/account erase").await;
    let erase = tour.word("erase-do");
    let form = tour.open("one's name has to be typed", bo, &ask, &erase).await;
    let wrong = tour.fill("a mistyped name", bo, &form, &[("name", "Bob")]).await;
    let again = tour.word("card-try-again");
    let form = tour.open("tried again", bo, &wrong, &again).await;
    tour.fill("erased", bo, &form, &[("name", "Bo")]).await;
    let ada_id = ada.user().id.cast_signed();
    let world = &tour.app.world;
    world
        .verify(world.account_of(ada_id).await, "ada@example.org")
        .await;
    let ask = tour.slash("before unlinking", ada, "/account unlink").await;
    let unlink = say!(tour.locale, "unlink-do", username = "ada");
    tour.press("unlinked", ada, &ask, &unlink).await;
    tour.app.mail_to("ada@example.org").await;
}
