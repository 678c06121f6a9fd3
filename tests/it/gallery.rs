//! Every card and every refusal that the bot shows, word for word, in every language: `tests/gallery`, one file a subject,
//! with an index in its README.
//!
//! Most of it is seen on tours through the running bot ([`desk`], [`people`], …). What a tour would not come by (each way
//! in which a mail can fail, each kind of log entry) is set out by hand on the [`shelf`], and each refusal in
//! [`refusals`]. [`whole`] fails when a phrase exists that is seen nowhere here.

mod bulk;
mod desk;
mod grammar;
mod keys;
mod links;
mod many;
mod news;
mod numbers;
mod people;
mod refusals;
mod rules;
mod shelf;
mod tour;
mod whole;

use std::collections::BTreeSet;
use std::path::PathBuf;

use muster_core::both_dbs;
use muster_core::locale::Locale;
use muster_core::testing::World;

use tour::Seen;

/// What the gallery is about: the name of the file, and what is in it.
const SUBJECTS: &[(&str, &str)] = &[
    (
        "account",
        "one's own account: its state, wishes, taking everything away, unlinking, erasing",
    ),
    (
        "announcements",
        "what a channel is told when something changes, and what somebody is told at once",
    ),
    ("api-keys", "the keys by which programs act for a team"),
    (
        "bulk",
        "people from a file: the report, sending, what waits for its hour",
    ),
    (
        "bulk-outcomes",
        "what becomes of a file and its lines, in each way it can go",
    ),
    ("choices", "what is offered while an option is typed"),
    (
        "delivery",
        "how a mail's delivery is told, for each reason it can fail",
    ),
    (
        "files",
        "what comes with a file that somebody takes away, whole and cut",
    ),
    (
        "help",
        "each topic of the help, on a server that is set up and on one that is not",
    ),
    (
        "insights",
        "what a team's past adds up to, with each picture in words",
    ),
    ("invitations", "inviting by mail, and looking after what was sent"),
    ("leaving", "leaving a team"),
    ("links", "invite links"),
    ("lists", "lists and numbers that only large or unusual teams have"),
    ("log", "the log, its filters and its file"),
    ("log-entries", "each kind of entry in the log"),
    (
        "many",
        "what is more than one card shows: turning the pages of a review and of what came of it",
    ),
    (
        "members",
        "members, their roles, suspending, removing, handing over",
    ),
    ("panel", "the panel in a channel, and what its buttons show"),
    (
        "people",
        "inviting one person by a card, and the menu of a person",
    ),
    ("policies", "the rules of each preset in words"),
    ("refusals", "each refusal: title, sentence, code and button"),
    ("rules", "a team's rules as a file, and its settings"),
    ("teams", "founding, switching, deleting and bringing back"),
];

/// The folder of the gallery.
fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/gallery")
}

/// Holds what was seen against the gallery's files.
fn hang(seen: &Seen, locale: Locale) {
    for (subject, text) in seen.pages() {
        insta::with_settings!({
            prepend_module_to_snapshot => false,
            omit_expression => true,
            snapshot_path => folder().join(locale.as_str()),
        }, { insta::assert_snapshot!(*subject, text) });
    }
}

both_dbs! {
    async fn the_desk_says_what_it_should(world: World) {
        hang(&desk::tour(world, Locale::EnUs).await, Locale::EnUs);
    }

    async fn the_bot_says_to_people_what_it_should(world: World) {
        hang(&people::tour(world, Locale::EnUs).await, Locale::EnUs);
    }

    async fn the_bot_says_what_it_should_about_a_file(world: World) {
        hang(&bulk::tour(world, Locale::EnUs).await, Locale::EnUs);
    }

    async fn the_bot_says_what_it_should_about_links(world: World) {
        hang(&links::tour(world, Locale::EnUs).await, Locale::EnUs);
    }

    async fn the_bot_says_what_it_should_about_rules(world: World) {
        hang(&rules::tour(world, Locale::EnUs).await, Locale::EnUs);
    }

    async fn the_bot_tells_without_being_asked_what_it_should(world: World) {
        hang(&news::tour(world, Locale::EnUs).await, Locale::EnUs);
    }

    async fn the_bot_says_what_it_should_about_keys(world: World) {
        hang(&keys::tour(world, Locale::EnUs).await, Locale::EnUs);
    }

    async fn the_bot_turns_pages_as_it_should(world: World) {
        hang(&many::tour(world, Locale::EnUs).await, Locale::EnUs);
    }

    async fn the_bot_says_what_it_should_about_numbers(world: World) {
        hang(&numbers::tour(world, Locale::EnUs).await, Locale::EnUs);
    }
}

/// German words do not depend on the database.
#[tokio::test(flavor = "multi_thread")]
async fn the_desk_says_it_in_german() {
    hang(&desk::tour(World::sqlite().await, Locale::De).await, Locale::De);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bot_says_it_to_people_in_german() {
    hang(&people::tour(World::sqlite().await, Locale::De).await, Locale::De);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bot_tells_of_a_file_in_german() {
    hang(&bulk::tour(World::sqlite().await, Locale::De).await, Locale::De);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bot_tells_of_links_in_german() {
    hang(&links::tour(World::sqlite().await, Locale::De).await, Locale::De);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bot_tells_of_rules_in_german() {
    hang(&rules::tour(World::sqlite().await, Locale::De).await, Locale::De);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bot_tells_in_german_without_being_asked() {
    hang(&news::tour(World::sqlite().await, Locale::De).await, Locale::De);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bot_tells_of_keys_in_german() {
    hang(&keys::tour(World::sqlite().await, Locale::De).await, Locale::De);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bot_turns_pages_in_german() {
    hang(&many::tour(World::sqlite().await, Locale::De).await, Locale::De);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bot_tells_of_numbers_in_german() {
    hang(
        &numbers::tour(World::sqlite().await, Locale::De).await,
        Locale::De,
    );
}

/// What is set out by hand depends neither on the database nor on the running program.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_on_the_shelf_is_said_in_each_language() {
    for locale in Locale::ALL {
        hang(&shelf::seen(World::sqlite().await, *locale).await, *locale);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_refusal_is_said_in_each_language() {
    let world = World::sqlite().await;
    for locale in Locale::ALL {
        hang(&refusals::seen(&world.env, *locale), *locale);
    }
}

#[test]
fn the_index_names_every_subject_and_there_are_no_other_files() {
    let index = std::fs::read_to_string(folder().join("README.md")).expect("the gallery has an index");
    for (subject, about) in SUBJECTS {
        let files = Locale::ALL
            .iter()
            .map(|locale| format!("[{locale}]({locale}/{subject}.snap)"));
        let line = format!(
            "| {subject} | {} | {about} |",
            files.collect::<Vec<_>>().join(" · ")
        );
        assert!(index.contains(&line), "the index lacks\n{line}");
    }
    let subjects: BTreeSet<String> = SUBJECTS.iter().map(|(name, _)| format!("{name}.snap")).collect();
    for locale in Locale::ALL {
        let files = std::fs::read_dir(folder().join(locale.as_str())).expect("a folder a language");
        let files: BTreeSet<String> = files
            .map(|file| file.expect("a file").file_name().to_string_lossy().into_owned())
            // What `insta` leaves for somebody to read.
            .filter(|name| !name.ends_with(".snap.new"))
            .collect();
        assert_eq!(files, subjects, "in {locale}");
    }
}
