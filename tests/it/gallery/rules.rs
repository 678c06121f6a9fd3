//! The tour of a team's rules, as a file and as switches, and of its settings.

use discord_sim::{Permissions, Person};
use muster_core::locale::Locale;
use muster_core::testing::World;

use super::tour::{Seen, Tour};
use crate::app::said;
use crate::rules::import;

/// Ada looks at her team's rules, changes them by a file and by a switch, and goes through the settings.
pub async fn tour(world: World, locale: Locale) -> Seen {
    let mut tour = Tour::begin(world, locale).await;
    tour.about("rules");
    let ada = tour.person("Ada", Permissions::MANAGE_GUILD);
    said(ada.slash("/team create name:Aurora preset:company").await);
    switches(&mut tour, &ada).await;
    files(&mut tour, &ada).await;
    settings(&mut tour, &ada).await;
    tour.end().await
}

async fn switches(tour: &mut Tour, ada: &Person) {
    let shown = tour.slash("the rules in words", ada, "/team policy show").await;
    let switch = |card: &discord_sim::Message| {
        let all = card.buttons();
        let one = all.iter().find(|button| {
            let id = button.custom_id.as_deref().unwrap_or_default();
            id.contains("|turn-on|") || id.contains("|turn-off|")
        });
        one.expect("a switch").label.clone()
    };
    let on = tour
        .press("a switch is turned on", ada, &shown, &switch(&shown))
        .await;
    tour.press("and off again", ada, &on, &tour.word("card-undo"))
        .await;
    let shown = said(ada.slash("/team policy show").await);
    said(ada.click(&shown, &switch(&shown)).await);
    tour.slash("with the switch on", ada, "/team policy show").await;
}

async fn files(tour: &mut Tour, ada: &Person) {
    let file = tour
        .slash("the rules as a file", ada, "/team policy export")
        .await;
    tour.file("how the file begins", &file).await;
    let rules = tour.app.world.policy(tour.app.team().await).await.to_toml();
    let lacking = rules
        .replace("\"manager\"", "\"chief\"")
        .replace("manager = [", "chief = [");
    let bad = rules.replacen("default_role = \"user\"", "default_role = \"boss\"", 1);
    for (when, text) in [
        ("the same rules", rules.clone()),
        ("rules with a mistake", bad),
        ("no rules at all", "not = [toml".to_owned()),
        ("rules of another kind", String::new()),
    ] {
        let card = said(import(ada, &[], text).await);
        tour.seen.card(when, &card);
    }
    let mo = tour.seated("Mo", "manager").await;
    let card = said(import(ada, &[], lacking).await);
    tour.seen.card("rules that lack a role in use", &card);
    let card = said(import(&mo, &[], rules.as_str()).await);
    tour.seen.card("not a manager's business", &card);
    let other = rules
        .replace("lifetime_days = 7", "lifetime_days = 9")
        .replace("description = \"", "description = \"Now: ")
        .replace("plural = \"", "plural = \"The ")
        .replace("name = \"", "name = \"New ")
        .replace("summary = \"", "summary = \"Now: ");
    let ask = said(import(ada, &[], other.as_str()).await);
    tour.seen.card("before using other rules", &ask);
    tour.press("on second thoughts", ada, &ask, &tour.word("card-cancel"))
        .await;
    let ask = said(import(ada, &[], other).await);
    tour.press("other rules", ada, &ask, &tour.word("policy-use"))
        .await;
}

async fn settings(tour: &mut Tour, ada: &Person) {
    let card = tour.slash("the settings", ada, "/team settings").await;
    let form = tour
        .open("another name", ada, &card, &tour.word("settings-rename"))
        .await;
    let renamed = tour
        .fill("renamed", ada, &form, &[("name", "Aurora *Borealis*")])
        .await;
    let back = tour
        .press("and renamed back", ada, &renamed, &tour.word("card-undo"))
        .await;
    let language = tour.word("settings-choose-language");
    let other = if tour.locale == Locale::De { "en-US" } else { "de" };
    let spoken = tour
        .choose("another language", ada, &back, &language, other)
        .await;
    let role = tour.word("settings-choose-role");
    let offered = tour
        .choose("another role on offer", ada, &spoken, &role, "manager")
        .await;
    let open = tour.word("settings-keep-open");
    let ask = tour
        .press("before keeping less of the log", ada, &offered, &open)
        .await;
    let back = tour
        .press("on second thoughts", ada, &ask, &tour.word("settings-back"))
        .await;
    let ask = said(ada.click(&back, &open).await);
    let keep = tour.word("settings-choose-keep");
    let kept = tour
        .choose("the log is kept for a year", ada, &ask, &keep, "1y")
        .await;
    let answered = muster_phrases::say!(tour.locale, "settings-replies-turn", to = "nobody");
    tour.press("answers reach the inviter", ada, &kept, &answered)
        .await;
    tour.slash("and the rules say so", ada, "/team policy show").await;
    tour.slash("what the log says", ada, "/activity log").await;
    let form = ada.slash("/invite email").await;
    tour.form("whom to invite where names are asked for", form);
}
