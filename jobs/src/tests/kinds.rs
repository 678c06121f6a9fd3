//! What makes Muster write mails beside invitations, to whom, in which language, and when it thinks better of it.

use std::time::Duration;

use discord_sim::{Fault, Permissions, Person, Sim};
use muster_core::actor::Actor;
use muster_core::both_dbs;
use muster_core::email::Status;
use muster_core::ids::{AccountId, EmailId, TeamId};
use muster_core::invitation::Invitation;
use muster_core::locale::Locale;
use muster_core::session::{self, Arrival};
use muster_core::testing::World;
use smtp_sink::{Script, SmtpSink, Stage};

use super::support::{Running, context, delivery, impatient};
use crate::discord::{Connection, Messenger};
use crate::notify_delivery_failure;
use crate::outcome::Outcome;

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
const CHROME: &str =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";

async fn sign_in(world: &World, account: AccountId, user_agent: &str) {
    let arrival = Arrival {
        user_agent,
        secret: None,
    };
    let proved = world.proved(account).await;
    let mut tx = world.db.write().await.unwrap();
    session::sign_in(&mut tx, &world.env, &proved, arrival)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// A sink that says no to one address, for good.
async fn refusing(address: &'static str) -> SmtpSink {
    let sink = SmtpSink::start().await;
    let no = format!("5.1.1 <{address}>: no such mailbox");
    sink.script(Script::reply(Stage::Rcpt, 550, no).only_to(move |to| to == address));
    sink
}

/// Somebody in Discord who founded a team, and a bot that can write to them.
async fn founder_in_discord(world: &World, sim: &Sim) -> (Actor, TeamId, Person, Messenger) {
    let (ada, guild) = (sim.user_with_display("ada", "Ada"), sim.guild("Aurora HQ"));
    guild.join(&ada, Permissions::NONE);
    let (actor, team) = world
        .founder(ada.id.cast_signed(), "Ada", "Aurora", "campaigns")
        .await;
    let connection = Connection {
        token: sim.bot_token(),
        api_url: Some(sim.api_url().parse().unwrap()),
    };
    let person = sim.client(&ada, &guild, "general");
    (actor, team, person, Messenger::new(&connection).unwrap())
}

/// An engine whose bot can write.
fn start(world: &World, sink: &SmtpSink, messenger: &Messenger) -> Running {
    let mut context = context(&world.db, world, &sink.url());
    context.discord = Some(messenger.clone());
    Running::start_with(context, impatient(), crate::perform)
}

async fn failed(world: &World, invitation: &Invitation) -> EmailId {
    let delivery = delivery(world, invitation).await;
    assert_eq!(
        (delivery.status, delivery.attempts, delivery.last_code),
        (Status::Failed, 1, Some(550))
    );
    delivery.id
}

both_dbs! {
    async fn a_changed_role_is_mailed_where_the_policy_says_so(world: World) {
        let sink = SmtpSink::start().await;
        let (ada, team) = world.founder(1, "Ada Park", "Aurora", "campaigns").await;
        let bo = world.joined(ada, team, "bo@example.org", "Bo", "member").await;
        let mut jobs = Running::start(&world, &sink.url());
        world.change_role(ada, team, bo.account, "viewer").await.unwrap();
        jobs.idle().await;
        assert_eq!(sink.mails().len(), 0, "campaigns mails no changes of role, and the invitation was accepted unsent");

        world.mail_role_changes(team).await;
        world.change_role(ada, team, bo.account, "owner").await.unwrap();
        let mail = sink.next_mail().await;
        assert_eq!((mail.to.as_slice(), mail.subject.as_str()), (&["bo@example.org".to_owned()][..], "Your role in Aurora is now Owner"));
        assert!(mail.text.contains("Ada Park changed your role in Aurora from Viewer to Owner."), "{}", mail.text);
        assert_eq!(mail.links(), [format!("https://muster.example/teams/{team}")]);
        // Ada has no address to write to.
        world.change_role(bo, team, ada.account, "viewer").await.unwrap();
        jobs.idle().await;
        assert_eq!(sink.mails().len(), 1);
        jobs.stop().await;
    }

    async fn only_the_latest_of_several_changes_is_mailed(world: World) {
        let sink = SmtpSink::start().await;
        let (ada, team) = world.founder(1, "Ada Park", "Aurora", "campaigns").await;
        let bo = world.joined(ada, team, "bo@example.org", "Bo", "member").await;
        world.mail_role_changes(team).await;
        for role in ["viewer", "owner", "viewer"] {
            world.change_role(ada, team, bo.account, role).await.unwrap();
        }
        let mut jobs = Running::start(&world, &sink.url());
        jobs.idle().await;
        let subjects: Vec<_> = sink.mails().iter().map(|mail| mail.subject.clone()).collect();
        assert_eq!(subjects, ["Your role in Aurora is now Viewer"]);
        jobs.stop().await;
    }

    async fn a_password_used_on_another_browser_is_told(world: World) {
        let sink = SmtpSink::start().await;
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let bo = world.joined(ada, team, "bo@example.org", "Bo", "member").await.account;
        let mut tx = world.db.write().await.unwrap();
        session::start(&mut tx, &world.env, bo, Arrival { user_agent: FIREFOX, secret: None }).await.unwrap();
        tx.commit().await.unwrap();
        let mut jobs = Running::start(&world, &sink.url());
        sign_in(&world, bo, &FIREFOX.replace("145", "146")).await;
        jobs.idle().await;
        assert_eq!(sink.mails().len(), 0, "the browser in which the account was made is known, updated or not");

        sign_in(&world, bo, CHROME).await;
        let mail = sink.next_mail().await;
        assert_eq!((mail.to.as_slice(), mail.subject.as_str()), (&["bo@example.org".to_owned()][..], "New sign-in to your account"));
        for words in ["Browser: Chrome on Linux", "Time: Sunday, 22 November 2026, 09:00 UTC", "https://muster.example/forgot"] {
            assert!(mail.text.contains(words), "no {words:?} in {}", mail.text);
        }
        sign_in(&world, bo, CHROME).await;
        jobs.idle().await;
        assert_eq!(sink.unread(), 0);

        world.env.clock().advance(Duration::from_hours(90 * 24));
        sign_in(&world, bo, CHROME).await;
        sink.next_mail().await;
        jobs.idle().await;
        assert_eq!(sink.unread(), 0);
        jobs.stop().await;
    }

    async fn mails_are_in_the_language_of_their_reader_or_else_of_the_team(world: World) {
        let sink = SmtpSink::start().await;
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        world.joined(ada, team, "bo@example.org", "Bo", "member").await;
        world.speak(team, Locale::De).await;
        let (other, juno) = world.founder(2, "Juno", "Juno", "campaigns").await;
        let mut jobs = Running::start(&world, &sink.url());
        world.invite(ada, team, "cy@example.org", "member").await.unwrap();
        let mail = sink.next_mail().await;
        assert_eq!(mail.subject, "Ada hat dich zu Aurora eingeladen");
        assert!(mail.text.contains("bis Sonntag, 29. November 2026, 09:00 Uhr UTC"), "{}", mail.text);
        world.speak(juno, Locale::De).await;
        world.invite(other, juno, "bo@example.org", "member").await.unwrap();
        assert_eq!(sink.next_mail().await.subject, "Juno invited you to Juno", "Bo's account is English");
        jobs.idle().await;
        jobs.stop().await;
    }

    async fn an_inviter_with_an_address_is_mailed_once_that_a_mail_failed(world: World) {
        let sink = refusing("cy@example.org").await;
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let bo = world.joined(ada, team, "bo@example.org", "Bo", "owner").await;
        let invitation = world.invite(bo, team, "cy@example.org", "member").await.unwrap();
        let mut jobs = Running::start(&world, &sink.url());
        let mail = sink.next_mail().await;
        assert_eq!(mail.to, ["bo@example.org"]);
        assert_eq!(mail.subject, "Your invitation to cy@example.org was not delivered");
        for words in ["invites cy@example.org to Aurora as Member", "The mail server said: 550 5.1.1 <cy@example.org>: no such mailbox", "/invite resend"] {
            assert!(mail.text.contains(words), "no {words:?} in {}", mail.text);
        }
        let email = failed(&world, &invitation).await;
        notify_delivery_failure::run(&jobs.context, email).await.unwrap();
        jobs.idle().await;
        assert_eq!(sink.mails().len(), 1);
        jobs.stop().await;
    }

    async fn a_failure_that_no_longer_matters_is_told_to_nobody(world: World) {
        let sink = refusing("cy@example.org").await;
        let sim = Sim::start().await;
        let (ada, team, person, messenger) = founder_in_discord(&world, &sim).await;
        let invitation = world.invite(ada, team, "cy@example.org", "member").await.unwrap();
        let mut jobs = start(&world, &sink, &messenger);
        jobs.idle().await;
        let email = failed(&world, &invitation).await;
        assert_eq!(person.direct_messages().await.len(), 1);
        sim.advance(Duration::from_mins(10));
        world.revoke(ada, team, invitation.id).await.unwrap();
        assert!(matches!(notify_delivery_failure::run(&jobs.context, email).await.unwrap(), Outcome::Ok));
        assert_eq!(person.direct_messages().await.len(), 1, "it was cancelled meanwhile");
        jobs.stop().await;
    }

    async fn an_inviter_in_discord_gets_one_message_that_a_mail_failed(world: World) {
        let sink = refusing("cy@example.org").await;
        let sim = Sim::start().await;
        let (ada, team, person, messenger) = founder_in_discord(&world, &sim).await;
        let invitation = world.invite(ada, team, "cy@example.org", "member").await.unwrap();
        let mut jobs = start(&world, &sink, &messenger);
        jobs.idle().await;
        let email = failed(&world, &invitation).await;
        assert!(matches!(notify_delivery_failure::run(&jobs.context, email).await.unwrap(), Outcome::Ok));
        let messages = person.direct_messages().await;
        assert_eq!(messages.len(), 1);
        let text = messages[0].text();
        for words in ["Aurora", "⛔ Invitation not delivered", r"c…\@e….org", "Member", "/invite show", "The mail server said", "550 5.1.1", "no such mailbox", "UNDELIVERED"] {
            assert!(text.contains(words), "no {words:?} in {text}");
        }
        assert!(!text.contains("cy@") && !text.contains(r"cy\@"), "{text}");
        assert_eq!((sink.mails().len(), sim.complaints()), (0, Vec::<String>::new()));
        jobs.stop().await;
    }

    async fn a_person_who_takes_no_messages_is_left_alone(world: World) {
        let sink = refusing("cy@example.org").await;
        let sim = Sim::start().await;
        let (ada, team, person, messenger) = founder_in_discord(&world, &sim).await;
        person.user().take_messages(false);
        world.invite(ada, team, "cy@example.org", "member").await.unwrap();
        let mut jobs = start(&world, &sink, &messenger);
        jobs.idle().await;
        assert_eq!((person.direct_messages().await.len(), sim.complaints()), (0, Vec::<String>::new()));
        let asked = sim.requests().iter().filter(|request| request.path.ends_with("/messages")).count();
        assert_eq!(asked, 1, "once is enough to know");
        jobs.stop().await;
    }

    async fn a_discord_that_refuses_the_token_is_asked_once(world: World) {
        let sink = refusing("cy@example.org").await;
        let sim = Sim::start().await;
        let (ada, team, person, messenger) = founder_in_discord(&world, &sim).await;
        sim.faults().next(2, "POST", "/users/@me/channels", Fault::Status(401));
        world.invite(ada, team, "cy@example.org", "member").await.unwrap();
        let mut jobs = start(&world, &sink, &messenger);
        jobs.idle().await;
        assert_eq!((sim.faults().pending(), person.direct_messages().await.len()), (1, 0));
        jobs.stop().await;
    }

    async fn a_discord_that_is_busy_or_loses_answers_is_asked_again(world: World) {
        let sink = refusing("cy@example.org").await;
        let sim = Sim::start().await;
        let (ada, team, person, messenger) = founder_in_discord(&world, &sim).await;
        let limit = Fault::RateLimit { retry_after: 0.1, global: false };
        sim.faults().next(1, "POST", "/users/@me/channels", limit);
        sim.faults().next(1, "POST", "/channels/*/messages", Fault::Status(503));
        sim.faults().next(1, "POST", "/channels/*/messages", Fault::DropAfter);
        world.invite(ada, team, "cy@example.org", "member").await.unwrap();
        let mut jobs = start(&world, &sink, &messenger);
        jobs.idle().await;
        assert_eq!(sim.faults().pending(), 0);
        assert_eq!(person.direct_messages().await.len(), 1, "what was done without an answer is not done again");
        assert_eq!(sim.complaints(), Vec::<String>::new());
        jobs.stop().await;
    }
}
