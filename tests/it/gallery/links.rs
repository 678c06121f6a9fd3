//! The tour of invite links, and of leaving a team that one has joined by one.

use std::time::Duration;

use discord_sim::{Permissions, Person};
use muster_core::locale::Locale;
use muster_core::testing::World;
use muster_phrases::say;

use super::tour::{Seen, Tour};
use crate::app::{Card, said};
use crate::links::reference;

/// Ada makes links, Kay joins by one and leaves, and the links end in each of their ways.
pub async fn tour(world: World, locale: Locale) -> Seen {
    let mut tour = Tour::begin(world, locale).await;
    tour.about("links");
    let ada = tour.person("Ada", Permissions::MANAGE_GUILD);
    said(ada.slash("/team create name:Aurora preset:workspace").await);
    let empty = tour.slash("no links yet", &ada, "/invite link list").await;
    let made = said(ada.click(&empty, &tour.word("link-create")).await);
    tour.made("made by the button", &made);
    let wanted = "/invite link create role:moderator expires:1 max-uses:2 domain:example.org";
    let limited = tour.make("made with limits", &ada, wanted).await;
    let endless = tour
        .make("without end", &ada, "/invite link create expires:4")
        .await;
    let kay = tour.person("Kay", Permissions::NONE);
    tour.join(&kay, &made).await;
    tour.slash("the links", &ada, "/invite link list").await;
    tour.completes(&ada, "invite link disable", "link", "", &[]).await;
    let named = reference(&endless);
    let disable = format!("/invite link disable link:{named}");
    let ask = tour.slash("before disabling", &ada, &disable).await;
    let button = say!(locale, "link-disable", link = named);
    let second = said(ada.slash(&disable).await);
    tour.press("disabled", &ada, &ask, &button).await;
    let twice = tour.press("twice", &ada, &second, &button).await;
    tour.press("and how it is now", &ada, &twice, &tour.word("card-reload"))
        .await;
    let used = format!("/invite link disable link:{}", reference(&made));
    tour.slash("before disabling one that was used", &ada, &used)
        .await;
    tour.about("leaving");
    leaving(&mut tour, &ada, &kay).await;
    tour.about("links");
    tour.app.advance(Duration::from_hours(24 * 8));
    let list = tour.slash("most are over", &ada, "/invite link list").await;
    let open = tour.word("link-open");
    let oldest = list
        .select(&open)
        .and_then(|select| select.options.last())
        .expect("a link")
        .value
        .clone();
    tour.choose("one that has expired", &ada, &list, &open, &oldest)
        .await;
    let over = format!("/invite link disable link:{}", reference(&limited));
    tour.slash("disabling one that is over", &ada, &over).await;
    tour.end().await
}

async fn leaving(tour: &mut Tour, ada: &Person, kay: &Person) {
    let locale = tour.locale;
    tour.slash("the owner stays", ada, "/team leave").await;
    let ask = tour.slash("before leaving", kay, "/team leave").await;
    let leave = say!(locale, "leave-do", team = "Aurora");
    tour.press("left", kay, &ask, &leave).await;
    tour.slash("those who have left", ada, "/member list status:left")
        .await;
}

impl Tour {
    /// A link that was just made. Time goes on, so that lists have an order.
    fn made(&mut self, when: &str, card: &Card) {
        self.seen.leave_out(reference(card));
        self.seen.card(when, card);
        self.app.advance(Duration::from_secs(1));
    }

    async fn make(&mut self, when: &str, who: &Person, command: &str) -> Card {
        let card = said(who.slash(command).await);
        self.made(when, &card);
        card
    }

    /// Somebody known to Discord joins by a link.
    async fn join(&self, who: &Person, link: &Card) {
        let url = link.link(&self.word("link-open-page")).expect("the link");
        let token = url.rsplit('/').next().expect("a token");
        let world = &self.app.world;
        let account = world
            .nobody_in_particular(who.user().id.cast_signed(), &who.user().name)
            .await;
        world.join(token, account).await.expect("the link is open");
    }
}
