//! The tour of people from a file: the report, sending what the hour takes, and what waits for its hour.

use std::time::Duration;

use discord_sim::{Permissions, Person};
use muster_core::locale::Locale;
use muster_core::member::Status;
use muster_core::testing::World;
use muster_jobs::ScheduleName;
use muster_phrases::say;

use super::tour::{Seen, Tour};
use crate::app::{handed, people, said};

const FILE: &str = "email,role,note,badge\na@example.net,,\"See *you*\",7\nb@gmial.com,viewer\nA@example.net\nc@example.net\n\
                    d@example.net\nnonsense\ne@example.net,emperor\n";

/// Ada hands over files, sends and schedules, and cancels.
pub async fn tour(world: World, locale: Locale) -> Seen {
    let mut tour = Tour::begin(world, locale).await;
    tour.about("bulk");
    let ada = tour.person("Ada", Permissions::MANAGE_GUILD);
    said(ada.slash("/team create name:Aurora preset:campaigns").await);
    let (world, team) = (&tour.app.world, tour.app.team().await);
    world
        .edit_policy(team, "hourly_limit = 20", "hourly_limit = 2")
        .await;
    let scheduled = "/invite list status:scheduled";
    tour.slash("nothing is scheduled", &ada, scheduled).await;
    tour.slash("everything could be sent", &ada, "/invite list status:not-sent")
        .await;
    for (when, file) in [
        ("no list", ""),
        ("nobody can be invited", "nonsense\nmore nonsense"),
        ("no headings", "ada@example.org,owner\n"),
    ] {
        let card = handed(&ada, None, file).await;
        tour.seen.card(when, &card);
    }
    let report = handed(&ada, None, FILE).await;
    tour.seen.card("a report", &report);
    tour.file("the report as a file", &report).await;
    let role = tour.word("bulk-role");
    let viewers = tour
        .choose("with another role", &ada, &report, &role, "viewer")
        .await;
    let send = say!(locale, "bulk-send-and-schedule", now = 2, later = 2);
    tour.press("sent", &ada, &viewers, &send).await;
    tour.app.sink.next_mail().await;
    tour.app.sink.next_mail().await;
    let report = handed(&ada, None, FILE).await;
    tour.seen.card("handed over again", &report);
    tour.file("the report as a file, again", &report).await;
    let list = tour.slash("what is scheduled", &ada, scheduled).await;
    let open = tour.word("scheduled-open");
    let one = tour
        .choose("one of them", &ada, &list, &open, "d@example.net")
        .await;
    let cancelled = tour
        .press("cancelled", &ada, &one, &tour.word("scheduled-cancel-one"))
        .await;
    let list = tour
        .press("what is left", &ada, &cancelled, &tour.word("scheduled-all"))
        .await;
    let ask = tour
        .press(
            "before cancelling all",
            &ada,
            &list,
            &tour.word("scheduled-cancel-all"),
        )
        .await;
    let all = say!(locale, "scheduled-cancel-number", number = 1);
    let pressed = ask.button(&all).and_then(|button| button.custom_id.clone());
    let ended = tour.press("all cancelled", &ada, &ask, &all).await;
    let twice = ada.forge_click(&ended, &pressed.expect("an id")).await;
    tour.seen.card("twice", &said(twice));
    left_out(&mut tour, &ada).await;
    tour.end().await
}

/// Ada schedules as an owner, and is none when the hour comes.
async fn left_out(tour: &mut Tour, ada: &Person) {
    let locale = tour.locale;
    let eve = tour.seated("Eve", "owner").await;
    let report = handed(ada, Some("viewer"), "f@example.net\ng@example.net\n").await;
    tour.seen.card("when the hour is full", &report);
    let schedule = say!(locale, "bulk-schedule", later = 2);
    tour.press("all of it is scheduled", ada, &report, &schedule)
        .await;
    let (world, team) = (&tour.app.world, tour.app.team().await);
    let who = world.account_of(ada.user().id.cast_signed()).await;
    world.reset(team, who, "member", Status::Active).await;
    tour.app.advance(Duration::from_hours(1));
    tour.app.tick(ScheduleName::SendScheduled).await;
    tour.app.advance(Duration::from_mins(1));
    tour.app.tick(ScheduleName::SendScheduled).await;
    let messages = ada.direct_messages().await;
    tour.seen
        .card("what the bot writes of its own accord", &messages[0]);
    let list = tour
        .slash(
            "those that could not be sent",
            &eve,
            "/invite list status:not-sent",
        )
        .await;
    let open = tour.word("scheduled-open");
    tour.choose("one of those", &eve, &list, &open, "f@example.net")
        .await;
    let file = [people(vec![0xff, 0xfe, 0x00])];
    let card = said(eve.slash_with_file("/invite bulk", &[], &file).await);
    tour.seen.card("a file that is no text", &card);
}
