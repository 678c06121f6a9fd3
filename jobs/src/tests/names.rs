//! Names and notes that would be something else in a mail: they are refused where they are typed, or arrive as text.

use std::collections::BTreeSet;

use muster_core::activity::Surface;
use muster_core::text::{self, NAME_LENGTH, NOTE_LENGTH};
use muster_core::{both_dbs, team};
use smtp_sink::Mail;

use super::support::Scene;

/// What people could type, each to be something else to a mail server, a mail program or a reader.
const NASTY: [&str; 12] = [
    "Ada\r\nBcc: eve@example.org",
    "Ada\n\nhello",
    "Ada\rBcc: eve@example.org",
    "Ada\0Park",
    "Ada\u{1b}[31m Park",
    "\u{202e}krap ada",
    "Ada <eve@example.org>, Bcc: x",
    "<img src=x onerror=alert(1)>\"'&amp;",
    "[Ada](https://evil.example) **bold** `code` @everyone",
    "=?utf-8?q?Bcc=3A_eve=40example=2Eorg?=",
    "{{ words.link }} {% include x %}",
    "👩‍🚀 Ådå Пáрк پارک 帕克",
];

/// How many of them, from the first, are no names.
const REFUSED: usize = 5;

/// The names of a message's headers.
fn headers(mail: &Mail) -> Vec<String> {
    let raw = String::from_utf8(mail.raw.clone()).expect("ASCII");
    let (head, _) = raw.split_once("\r\n\r\n").expect("a head and a body");
    let begins = head.split("\r\n").filter(|line| !line.starts_with([' ', '\t']));
    begins
        .map(|line| line.split_once(':').expect("a header").0.to_owned())
        .collect()
}

/// The kinds of tags in a page.
fn tags(html: &str) -> BTreeSet<&str> {
    let begins = html.split('<').skip(1);
    begins
        .filter_map(|tag| tag.split([' ', '>', '\n']).next())
        .collect()
}

both_dbs! {
    async fn names_are_refused_or_arrive_as_text(world: World) {
        let mut scene = Scene::new(&world).await;
        let mut jobs = scene.send();
        scene.invite_with_note("plain@example.org", "Hi\nBo").await;
        let plain = scene.sink.next_mail().await;

        for (number, nasty) in NASTY.into_iter().enumerate() {
            let user = i64::try_from(number).unwrap() + 2;
            let Ok(name) = text::name("team name", nasty) else {
                assert!(number < REFUSED, "{nasty:?} is refused");
                let mut tx = world.db.write().await.unwrap();
                let founded = team::create(&mut tx, &world.env, scene.ada.account, Surface::Discord, nasty, "campaigns", muster_core::locale::Locale::EnUs).await;
                assert_eq!(founded.unwrap_err().code(), "TEXT-BAD", "{nasty:?}");
                continue;
            };
            assert!(number >= REFUSED, "{nasty:?} is taken");
            (scene.ada, scene.team) = world.founder(user, nasty, nasty, "campaigns").await;
            scene.invite_with_note(&format!("p{number}@example.org"), &format!("{nasty}\n{nasty}")).await;

            let mail = scene.sink.next_mail().await;
            assert_eq!(mail.subject, format!("{name} invited you to {name}"));
            assert_eq!(mail.to, [format!("p{number}@example.org")]);
            assert_eq!((headers(&mail), tags(&mail.html)), (headers(&plain), tags(&plain.html)), "{nasty:?}");
            let note = text::note(nasty).unwrap().unwrap();
            assert!(mail.text.contains(&format!("> {note}\n> {note}\n")), "{}", mail.text);
            assert_eq!(mail.links().len(), if nasty.contains("https:") { 8 } else { 2 }, "{}", mail.text);
        }
        jobs.idle().await;
        assert_eq!(scene.sink.count(), 1 + NASTY.len() - REFUSED);
        jobs.stop().await;
    }

    async fn notes_keep_their_lines_and_nothing_that_commands(world: World) {
        let scene = Scene::new(&world).await;
        let mut jobs = scene.send();
        for (n, (note, arrives)) in [
            ("one\r\n.\r\nQUIT\r\n", "> one\n> .\n> QUIT\n"),
            ("a\0b\u{8}c\u{202e}d", "> abcd\n"),
            ("a\r\n\r\nBcc: eve@example.org", "> a\n> \n> Bcc: eve@example.org\n"),
            ("-- \nFrom eve", "> -- \n> From eve\n"),
        ].into_iter().enumerate() {
            scene.invite_with_note(&format!("p{n}@example.org"), note).await;
            let mail = scene.sink.next_mail().await;
            assert!(mail.text.contains(arrives), "{:?} in {:?}", arrives, mail.text);
            assert_eq!(mail.header("Bcc"), None);
        }
        jobs.idle().await;
        assert_eq!((scene.sink.count(), scene.sink.attempts()), (4, 4));
        jobs.stop().await;
    }

    async fn the_longest_names_and_notes_arrive_and_longer_ones_are_refused(world: World) {
        let (name, note) = ("𝔐".repeat(NAME_LENGTH), "𝔐".repeat(NOTE_LENGTH));
        for length in [NAME_LENGTH + 1, 5_000] {
            assert_eq!(text::name("what-name", &"x".repeat(length)).unwrap_err().code(), "TEXT-BAD");
        }
        for length in [NOTE_LENGTH + 1, 5_000] {
            assert_eq!(text::note(&"x".repeat(length)).unwrap_err().code(), "TEXT-BAD");
        }
        let scene = Scene::named(&world, &name, &name).await;
        let jobs = scene.send();
        scene.invite_with_note("bo@example.org", &note).await;
        let mail = scene.sink.next_mail().await;
        assert_eq!(mail.subject, format!("{name} invited you to {name}"));
        assert!(mail.text.contains(&format!("> {note}\n")) && mail.html.contains(&note));
        jobs.stop().await;
    }
}
