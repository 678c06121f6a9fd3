//! The tour of cards that are more than one page: a review of twenty, what came of it, rules that differ in many things.

use discord_sim::{Permissions, Person};
use muster_core::locale::Locale;
use muster_core::testing::World;
use muster_phrases::say;

use super::tour::{Seen, Tour};
use crate::app::{Card, said};
use crate::rules::import;

/// Ada invites as many as one form takes, and hands over other rules.
pub async fn tour(world: World, locale: Locale) -> Seen {
    let mut tour = Tour::begin(world, locale).await;
    tour.about("many");
    let ada = tour.person("Ada", Permissions::MANAGE_GUILD);
    said(ada.slash("/team create name:Aurora preset:campaigns").await);
    twenty(&mut tour, &ada).await;
    nobody(&mut tour, &ada).await;
    rules(&mut tour, &ada).await;
    tour.end().await
}

async fn review(tour: &mut Tour, ada: &Person, when: &str, typed: &[String]) -> Card {
    let form = ada.slash("/invite email").await.expect("it answers");
    let form = form.modal().expect("a form").clone();
    let typed = typed.join("\n");
    let filled = [("emails", typed.as_str()), ("note", "See *you* there")];
    tour.fill(when, ada, &form, &filled).await
}

async fn twenty(tour: &mut Tour, ada: &Person) {
    let mut typed: Vec<String> = (1..=15).map(|n| format!("p{n}@example.org")).collect();
    typed.extend(
        [
            "dee@gmial.com",
            "nonsense",
            "two@@example.org",
            "@",
            "p16@example.org",
        ]
        .map(str::to_owned),
    );
    let first = review(tour, ada, "a review of twenty, mistakes first", &typed).await;
    let (next, previous) = (tour.word("card-next"), tour.word("card-previous"));
    let second = tour.press("its second page", ada, &first, &next).await;
    let role = tour.word("member-role");
    let second = tour
        .choose("with another role", ada, &second, &role, "viewer")
        .await;
    let send = say!(tour.locale, "invite-send", count = 17);
    let outcome = tour
        .press("what came of it, mistakes first", ada, &second, &send)
        .await;
    let rest = tour.press("and the rest", ada, &outcome, &next).await;
    said(ada.click(&rest, &previous).await);
    for _ in 0..17 {
        tour.app.sink.next_mail().await;
    }
}

async fn nobody(tour: &mut Tour, ada: &Person) {
    let (world, team) = (&tour.app.world, tour.app.team().await);
    world
        .edit_policy(team, "hourly_limit = 20", "hourly_limit = 1")
        .await;
    let typed: Vec<String> = (1..=11).map(|n| format!("q{n}@example.org")).collect();
    let first = review(tour, ada, "a review of eleven", &typed).await;
    let send = say!(tour.locale, "invite-send", count = 11);
    let refused = tour.press("none could be sent", ada, &first, &send).await;
    let next = tour.word("card-next");
    tour.press("the last of them", ada, &refused, &next).await;
}

async fn rules(tour: &mut Tour, ada: &Person) {
    let rules = tour.app.world.policy(tour.app.team().await).await.to_toml();
    let other = rules
        .replace("lifetime_days = 7", "lifetime_days = 9")
        .replace("hourly_limit = 1\n", "hourly_limit = 20\n")
        .replace("default_role = \"member\"", "default_role = \"viewer\"")
        .replace("resend_cooldown_seconds = 60", "resend_cooldown_seconds = 90")
        .replace("resend_revives = true", "resend_revives = false")
        .replace("plural = \"", "plural = \"The ")
        .replace("name = \"", "name = \"New ")
        .replace("summary = \"", "summary = \"Now: ");
    let ask = said(import(ada, &[], other).await);
    tour.seen.card("rules that differ in many things", &ask);
    let next = tour.word("card-next");
    let rest = tour.press("the rest of them", ada, &ask, &next).await;
    tour.press("used from there", ada, &rest, &tour.word("policy-use"))
        .await;
}
