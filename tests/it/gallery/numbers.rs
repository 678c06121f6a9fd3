//! The tour of insights: a young team, one with a past, and one with many roles.

use std::fmt::Write;
use std::time::Duration;

use discord_sim::{Permissions, Person};
use muster_core::event::{self, EventKind, NewEvent};
use muster_core::ids::AccountId;
use muster_core::locale::Locale;
use muster_core::policy::Permission;
use muster_core::testing::World;

use super::tour::{Seen, Tour};
use crate::app::{Card, said};

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);
/// More roles than a card has lines for.
const KEYS: [&str; 9] = [
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth",
];

/// Ada looks at what her team's past adds up to, as it gets one.
pub async fn tour(world: World, locale: Locale) -> Seen {
    let mut tour = Tour::begin(world, locale).await;
    tour.about("insights");
    let ada = tour.person("Ada", Permissions::MANAGE_GUILD);
    said(ada.slash("/team create name:Aurora preset:campaigns").await);
    let (bo, kim) = (
        tour.seated("Bo", "member").await,
        tour.seated("Kim", "member").await,
    );
    young(&mut tour, &ada, &bo).await;
    invitations(&mut tour, &ada).await;
    first_week(&mut tour, &ada, &bo, &kim).await;
    second_week(&mut tour, &ada, &bo, &kim).await;
    roles(&mut tour, &ada).await;
    tour.end().await
}

impl Tour {
    /// A report with its picture in words, where it has one.
    async fn report(&mut self, when: &str, who: &Person, command: &str) -> Card {
        let card = self.slash(when, who, command).await;
        self.picture(&card);
        card
    }

    fn picture(&mut self, card: &Card) {
        if let Some(picture) = card.attachments.first() {
            let words = picture.description.as_deref().expect("it is described");
            self.seen.note("its picture in words", words);
        }
    }

    /// The host product reports.
    async fn events(&self, by: &Person, events: &[(&str, Option<AccountId>, u32)]) {
        let (actor, team) = (self.actor(by).await, self.app.team().await);
        let world = &self.app.world;
        let mut tx = world.db.write().await.expect("the database is there");
        let grant = actor.may(&mut tx, team, Permission::ActivityView).await;
        let events: Vec<NewEvent> = events
            .iter()
            .map(|(kind, actor, times)| NewEvent {
                kind: EventKind::parse(kind).expect("a kind"),
                at: None,
                actor: *actor,
                subject: Some("one".to_owned()),
                times: *times,
            })
            .collect();
        let recorded = event::record(&mut tx, &world.env, &grant.expect("Ada may"), &events).await;
        recorded.expect("they are taken");
        tx.commit().await.expect("they are kept");
    }
}

async fn young(tour: &mut Tour, ada: &Person, bo: &Person) {
    tour.report("a young team", ada, "/insights growth").await;
    let invitations = "/insights invitations range:0";
    tour.report("nobody was invited yet", ada, invitations).await;
    tour.report("nothing was reported yet", ada, "/insights features")
        .await;
    tour.slash("not a member's business", bo, "/insights growth")
        .await;
}

/// Seven are invited; half of those who accept take an hour, then most of a day, then days.
async fn invitations(tour: &mut Tour, ada: &Person) {
    let mut made = Vec::new();
    for n in 0..7 {
        made.push(tour.invited(ada, &format!("mo{n}@example.org"), "viewer").await);
    }
    let mut made = made.iter();
    for (later, many, when) in [
        (HOUR, 1, "one has accepted within an hour"),
        (HOUR * 19, 2, "two more within a day"),
        (DAY * 3, 3, "three more after days"),
    ] {
        tour.app.advance(later);
        for invitation in made.by_ref().take(many) {
            tour.accepted(invitation, "Mo").await;
        }
        // What was delivered is stored when its job is done.
        tour.app.settle().await;
        tour.report(when, ada, "/insights invitations").await;
    }
}

async fn first_week(tour: &mut Tour, ada: &Person, bo: &Person, kim: &Person) {
    let (bo, kim) = (tour.actor(bo).await.account, tour.actor(kim).await.account);
    let events = [
        ("link.created", Some(bo), 4),
        ("link.created", Some(kim), 1),
        ("qr_code.scanned", None, 5),
    ];
    tour.events(ada, &events).await;
    tour.report("a team of some days", ada, "/insights growth range:0")
        .await;
}

async fn second_week(tour: &mut Tour, ada: &Person, bo: &Person, kim: &Person) {
    tour.app.advance(DAY * 8);
    let ask = said(ada.slash("/member remove member:Kim").await);
    let remove = muster_phrases::say!(tour.locale, "remove-do", name = "Kim");
    // Kim's events stay, and she is named no longer.
    tour.events(ada, &[("link.created", Some(tour.actor(kim).await.account), 2)])
        .await;
    let bo = tour.actor(bo).await.account;
    let ada_too = tour.actor(ada).await.account;
    let mut events = vec![("link.created", Some(bo), 7), ("link.created", Some(ada_too), 3)];
    let kinds = [
        "page.created",
        "page.edited",
        "page.read",
        "qr_code.made",
        "qr_code.scanned",
        "pixel.added",
        "pixel.fired",
        "file.sent",
        "file.read",
    ];
    events.extend(kinds.map(|kind| (kind, None, 1)));
    tour.events(ada, &events).await;
    said(ada.click(&ask, &remove).await);
    let growth = tour
        .report("a team of two weeks", ada, "/insights growth range:0")
        .await;
    let other = tour.word("insights-other");
    let people = tour
        .choose("who is most active", ada, &growth, &other, "people")
        .await;
    tour.picture(&people);
    let features = tour
        .choose("what is used", ada, &people, &other, "features")
        .await;
    tour.picture(&features);
    let trends = tour
        .choose("whether it is more than before", ada, &features, &other, "trends")
        .await;
    tour.picture(&trends);
    let month = muster_phrases::say!(tour.locale, "insights-range", range = "month");
    let longer = tour.press("with nothing before", ada, &trends, &month).await;
    tour.picture(&longer);
    tour.report("who brought others in", ada, "/insights people")
        .await;
}

async fn roles(tour: &mut Tour, ada: &Person) {
    let team = tour.app.team().await;
    let mut rules = tour.app.world.policy(team).await.to_toml();
    for (n, key) in KEYS.iter().enumerate() {
        let _ = write!(
            rules,
            "\n[[role]]\nkey = \"{key}\"\nname = \"New {n}\"\nplural = \"New {n}\"\ndescription = \"New\"\n\
             permissions = [\"members.view\"]\n"
        );
    }
    tour.app.world.put_policy(team, &rules).await;
    said(ada.slash("/member deactivate member:Bo").await);
    for (n, key) in KEYS.iter().take(5).enumerate() {
        tour.seated(&format!("Kay {n}"), key).await;
    }
    tour.report("many roles", ada, "/insights roles").await;
}
