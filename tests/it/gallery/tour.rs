//! Walking through the running bot and noting everything that it shows, as a person reads it.

use std::collections::BTreeMap;
use std::fmt::Write;

use discord_sim::{Message, Modal, Permissions, Person, Refused, Reply};
use muster::discord::card::cut;
use muster_core::activity::Surface;
use muster_core::actor::Actor;
use muster_core::invitation::Invitation;
use muster_core::invitation::accept::Accepter;
use muster_core::locale::Locale;
use muster_core::testing::World;
use muster_phrases::say;

use super::{SUBJECTS, grammar};
use crate::app::{Card, TestApp, said};

/// What was seen so far, by subject, with what differs from run to run left out.
#[derive(Default)]
pub struct Seen {
    about: &'static str,
    pages: BTreeMap<&'static str, String>,
    /// The same as it was, in one text.
    said: String,
    /// Of that, what stands on cards.
    ours: String,
    /// What people call links, which is made up anew each time.
    links: Vec<String>,
}

impl Seen {
    /// From here on it is about a subject.
    pub fn about(&mut self, subject: &'static str) {
        assert!(
            SUBJECTS.iter().any(|(name, _)| *name == subject),
            "`{subject}` is no subject of the gallery"
        );
        self.about = subject;
    }

    /// Notes a text.
    pub fn note(&mut self, when: &str, text: &str) {
        let mut same = without_ids(text);
        for link in &self.links {
            same = same.replace(link, "LINK");
        }
        let page = self.pages.entry(self.about).or_default();
        let _ = write!(page, "── {when}\n{same}\n\n");
        let _ = writeln!(self.said, "{text}");
    }

    /// Notes a card.
    pub fn card(&mut self, when: &str, message: &Message) {
        let broken = grammar::broken(message);
        assert!(broken.is_empty(), "{}: {when}: {broken:#?}", self.about);
        let colour = message.embeds.first().and_then(|embed| embed.color);
        let when = format!("{when} (#{:06X})", colour.unwrap_or_default());
        self.note(&when, &message.text());
        let _ = writeln!(self.ours, "{}", without_ids(&message.text()));
    }

    /// Notes a form, with what is filled in already.
    pub fn form(&mut self, when: &str, form: &Modal) {
        let mut text = format!("Form: {}", form.title);
        for input in &form.inputs {
            let _ = write!(text, "\n{}", input.label);
            for beside in [input.placeholder.as_deref(), Some(input.value.as_str())] {
                let beside = beside.unwrap_or_default().replace('\n', " ");
                if !beside.is_empty() {
                    let _ = write!(text, "\n  {beside}");
                }
            }
        }
        self.note(when, &text);
    }

    /// What people call a link is left out from now on.
    pub fn leave_out(&mut self, link: String) {
        self.links.push(link);
    }

    /// What was seen of each subject.
    pub fn pages(&self) -> &BTreeMap<&'static str, String> {
        &self.pages
    }

    /// All of it as it was.
    pub fn said(&self) -> &str {
        &self.said
    }

    /// What stands on cards.
    pub fn ours(&self) -> &str {
        &self.ours
    }
}

/// What stands around a mention of somebody or of a channel.
fn mention(word: &str) -> Option<(&str, &str)> {
    let (before, rest) = word.split_once("<@").or_else(|| word.split_once("<#"))?;
    let (_, after) = rest.split_once('>')?;
    Some((before, after))
}

/// Ids are 26 letters and digits beginning with 01; addresses of pages and mentions vary too.
fn without_ids(text: &str) -> String {
    let word = |word: &str| {
        let plain = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        let is_id =
            plain.len() == 26 && plain.starts_with("01") && plain.chars().all(|c| c.is_ascii_alphanumeric());
        if is_id {
            word.replace(plain, "ID")
        } else if let Some((before, after)) = mention(word) {
            format!("{before}<@MENTION>{after}")
        } else if word.contains("http") {
            "URL".to_owned()
        } else {
            word.to_owned()
        }
    };
    let lines = text
        .lines()
        .map(|line| line.split(' ').map(word).collect::<Vec<_>>().join(" "));
    lines.collect::<Vec<_>>().join("\n")
}

/// A tour through the running bot, in one language.
pub struct Tour {
    /// The program.
    pub app: TestApp,
    /// What was seen.
    pub seen: Seen,
    /// The language of everybody and of the server.
    pub locale: Locale,
}

impl Tour {
    pub async fn begin(world: World, locale: Locale) -> Self {
        let app = TestApp::start(world).await;
        app.guild.set_locale(locale.as_str());
        let seen = Seen::default();
        Self { app, seen, locale }
    }

    pub async fn end(self) -> Seen {
        self.app.end().await;
        self.seen
    }

    /// Somebody in the server, who reads the language of the tour.
    pub fn person(&self, name: &str, permissions: Permissions) -> Person {
        let (user, person) = self.app.person(name, permissions);
        user.set_locale(self.locale.as_str());
        person
    }

    /// Somebody who is simply in the first team, linked.
    pub async fn seated(&self, name: &str, role: &str) -> Person {
        let person = self.app.seated(name, role).await;
        person.user().set_locale(self.locale.as_str());
        person
    }

    /// Who acts when somebody in Discord does.
    pub async fn actor(&self, who: &Person) -> Actor {
        let account = self.app.world.account_of(who.user().id.cast_signed()).await;
        Actor {
            account,
            surface: Surface::Discord,
        }
    }

    /// Somebody is invited to the first team, and has the mail.
    pub async fn invited(&self, by: &Person, address: &str, role: &str) -> Invitation {
        let (team, actor) = (self.app.team().await, self.actor(by).await);
        let made = self.app.world.invite(actor, team, address, role).await;
        self.app.mail_to(address).await;
        made.expect("they may be invited")
    }

    /// Somebody new accepts what they were mailed.
    pub async fn accepted(&self, invitation: &Invitation, name: &str) {
        let (world, locale) = (&self.app.world, self.locale);
        let token = world.mailed_token(invitation);
        let who = Accepter::New {
            name,
            password_hash: "-",
            locale,
        };
        world.accept(&token, who).await.expect("it is open");
    }

    /// A phrase with nothing to fill in, as it stands on buttons and selects.
    pub fn word(&self, id: &str) -> String {
        say!(self.locale, id)
    }

    /// From here on it is about a subject.
    pub fn about(&mut self, subject: &'static str) {
        self.seen.about(subject);
    }

    /// A command that answers with a card.
    pub async fn slash(&mut self, when: &str, who: &Person, command: &str) -> Card {
        let card = said(who.slash(command).await);
        self.seen.card(when, &card);
        card
    }

    /// A button that leads to a card.
    pub async fn press(&mut self, when: &str, who: &Person, on: &Message, label: &str) -> Card {
        let card = said(who.click(on, &cut(label, 38)).await);
        self.seen.card(when, &card);
        card
    }

    /// A choice that leads to a card.
    pub async fn choose(
        &mut self,
        when: &str,
        who: &Person,
        on: &Message,
        select: &str,
        value: &str,
    ) -> Card {
        let card = said(who.select(on, select, &[value]).await);
        self.seen.card(when, &card);
        card
    }

    /// A command or button that opens a form.
    pub fn form(&mut self, when: &str, reply: Result<Reply, Refused>) -> Modal {
        let form = match reply {
            Ok(Reply::Modal(form)) => form,
            other => panic!("{when}: a form opens, not {other:?}"),
        };
        self.seen.form(when, &form);
        form
    }

    /// A button that opens a form.
    pub async fn open(&mut self, when: &str, who: &Person, on: &Message, label: &str) -> Modal {
        let reply = who.click(on, &cut(label, 38)).await;
        self.form(when, reply)
    }

    /// A form that leads to a card, filled in by the ids of its fields.
    pub async fn fill(&mut self, when: &str, who: &Person, form: &Modal, fields: &[(&str, &str)]) -> Card {
        let card = said(who.submit(form, fields).await);
        self.seen.card(when, &card);
        card
    }

    /// What is offered while an option is typed.
    pub async fn completes(
        &mut self,
        who: &Person,
        command: &str,
        option: &str,
        typed: &str,
        others: &[(&str, &str)],
    ) {
        let offered = who.autocomplete(command, option, typed, others).await;
        let offered = offered.unwrap_or_else(|refused| panic!("{command} {option}: {refused}"));
        let labels: Vec<_> = offered.iter().map(|choice| choice.name.as_str()).collect();
        self.seen
            .note(&format!("/{command} {option}:{typed}"), &labels.join("\n"));
    }

    /// What is in the file that a card brings.
    pub async fn file(&mut self, when: &str, card: &Message) {
        let file = card.attachments.first().expect("a file");
        let answer = reqwest::get(&file.url).await.expect("Discord gives it out");
        let text = answer.text().await.expect("text");
        self.seen.note(when, text.trim_start_matches('\u{feff}'));
    }
}
