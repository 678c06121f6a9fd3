//! The tour of what is told without being asked: to a channel when something changes in a team, and to somebody who has to
//! know at once.

use std::time::Duration;

use discord_sim::{Permissions, Person};
use muster_core::announcement::KINDS;
use muster_core::locale::Locale;
use muster_core::testing::{End, World};
use muster_jobs::ScheduleName;
use muster_phrases::say;

use super::tour::{Seen, Tour};
use crate::app::said;
use crate::rules::import;

/// Ada has changes announced, chooses among them, and hears of what went wrong meanwhile.
pub async fn tour(world: World, locale: Locale) -> Seen {
    let mut tour = Tour::begin(world, locale).await;
    tour.about("announcements");
    let ada = tour.person("Ada", Permissions::MANAGE_GUILD);
    said(ada.slash("/team create name:Aurora preset:campaigns").await);
    let reader = choosing(&mut tour, &ada).await;
    lines(&mut tour, &ada, &reader).await;
    alarms(&mut tour, &ada).await;
    tour.end().await
}

impl Tour {
    /// Lets the minute pass in which what happens is said together.
    async fn a_minute_later(&self) {
        self.app.advance(Duration::from_secs(61));
        self.app.tick(ScheduleName::LookForNews).await;
    }

    /// Notes the last message that the bot wrote to somebody.
    async fn written_to(&mut self, when: &str, who: &Person) {
        let message = who.direct_messages().await.pop().expect("a message");
        self.seen.card(when, &message);
    }

    /// `from` hands the team called `Borealis` over.
    async fn hand_over(&self, from: &Person, to: &str) {
        let ask = said(from.slash(&format!("/team transfer member:{to}")).await);
        let transfer = say!(self.locale, "transfer-do", to = to);
        let form = from.click(&ask, &transfer).await.expect("it answers");
        let form = form.modal().expect("a form").clone();
        said(from.submit(&form, &[("name", "Borealis")]).await);
    }
}

/// Chooses where and what; answers somebody who reads it there.
async fn choosing(tour: &mut Tour, ada: &Person) -> Person {
    let news = tour.app.guild.add_channel("news");
    let show = "/activity announce";
    tour.slash("nothing is announced yet", ada, show).await;
    news.deny_bot(Permissions::SEND_MESSAGES);
    let choose = "/activity announce channel:news";
    let refused = tour.slash("where the bot may not write", ada, choose).await;
    news.deny_bot(Permissions::NONE);
    let again = tour.word("panel-check-again");
    let mut card = tour.press("where it may", ada, &refused, &again).await;
    let reader = tour.app.sim.client(ada.user(), &tour.app.guild, "news");
    let greeting = reader.messages().await.pop().expect("the greeting");
    tour.seen.card("what the channel is told first", &greeting);
    let select = tour.word("announce-choose");
    for kind in KINDS {
        let chosen = format!("-{kind}");
        let options = &card.select(&select).expect("a select").options;
        if options.iter().any(|option| option.value == chosen) {
            card = said(ada.select(&card, &select, &[chosen.as_str()]).await);
        }
    }
    tour.seen.card("no kind is left", &card);
    for kind in KINDS {
        card = said(ada.select(&card, &select, &[kind.as_str()]).await);
    }
    tour.seen.card("every kind is announced", &card);
    let off = tour.word("announce-turn-off");
    let quiet = tour.press("nothing is announced", ada, &card, &off).await;
    tour.slash("looked at again", ada, show).await;
    let on = tour.word("announce-turn-on");
    tour.press("announced again", ada, &quiet, &on).await;
    reader
}

/// A line of each kind that this team's rules let happen.
async fn lines(tour: &mut Tour, ada: &Person, reader: &Person) {
    let bo = tour.seated("Bo", "member").await;
    let mo = tour.invited(ada, "mo@example.org", "viewer").await;
    tour.accepted(&mo, "Mo").await;
    said(ada.slash("/member role member:Bo role:viewer").await);
    let ask = said(ada.slash("/member remove member:Mo").await);
    said(
        ada.click(&ask, &say!(tour.locale, "remove-do", name = "Mo"))
            .await,
    );
    let card = said(ada.slash("/team settings").await);
    let rename = ada.click(&card, &tour.word("settings-rename")).await;
    let form = rename.expect("it answers").modal().expect("a form").clone();
    said(ada.submit(&form, &[("name", "Borealis")]).await);
    tour.hand_over(ada, "Bo").await;
    let (root, kay) = (tour.person("Kay", Permissions::MANAGE_GUILD), "kay@example.org");
    said(root.slash("/team create name:Ops preset:campaigns").await);
    let (team, world) = (tour.app.team().await, &tour.app.world);
    world
        .verify(world.account_of(root.user().id.cast_signed()).await, kay)
        .await;
    // Plans are a super-admin's to give.
    world.appoint(&[kay]).await;
    let rules = world.policy(team).await.to_toml();
    let with_a_plan = format!("{rules}\n[[plan]]\nkey = \"pro\"\nname = \"Pro\"\nseats = 50\n");
    let ask = said(import(&root, &[("team", "Borealis")], with_a_plan).await);
    said(root.click(&ask, &tour.word("policy-use")).await);
    said(root.slash("/team plan plan:pro team:Borealis").await);
    tour.a_minute_later().await;
    let told = reader.messages().await.pop().expect("the lines");
    tour.seen.card("what the channel is told of changes", &told);
    tour.hand_over(&bo, "Ada").await;
    tour.a_minute_later().await;
}

async fn alarms(tour: &mut Tour, ada: &Person) {
    let (who, team) = (tour.actor(ada).await, tour.app.team().await);
    for name in ["Kim", "Eve", "Kay 1", "Kay 2", "Kay 3"] {
        let gone = tour.seated(name, "viewer").await;
        let world = &tour.app.world;
        let account = world.account_of(gone.user().id.cast_signed()).await;
        let ended = world.end(who, team, account, End::Remove).await;
        ended.expect("Ada may");
    }
    tour.app.settle().await;
    tour.written_to("many were removed", ada).await;
    let news = tour.app.guild.channel("news");
    news.deny_bot(Permissions::SEND_MESSAGES);
    said(ada.slash("/member role member:Bo role:viewer").await);
    tour.a_minute_later().await;
    tour.written_to("Discord does not take the announcements any more", ada)
        .await;
}
