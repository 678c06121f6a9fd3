//! The mail to an address that somebody typed on the page of an invite link.

use muster_core::both_dbs;
use muster_core::invite_link::{NewLink, sign_up};
use muster_core::locale::Locale;
use muster_core::suppression;
use muster_core::text::EmailAddress;
use smtp_sink::SmtpSink;

use super::support::Running;

both_dbs! {
    async fn it_brings_in_whoever_reads_it_with_an_account_or_without(world: World) {
        let (ada, team) = world.founder(1, "Ada Park", "Aurora", "workspace").await;
        let link = world.link(ada, team, NewLink::default()).await.unwrap();
        let token = world.link_token(&link);
        for address in ["new@example.org", "known@example.org", "late@example.org"] {
            world.ask_to_sign_up(&token, address).await.unwrap();
        }
        world.guest("known@example.org").await;
        let german = EmailAddress::parse("neu@example.org").unwrap();
        let mut tx = world.db.write().await.unwrap();
        sign_up::ask(&mut tx, &world.env, &token, &german, Locale::De).await.unwrap();
        tx.commit().await.unwrap();
        // Who has come in meanwhile needs no second way.
        world.sign_up(&world.sign_up_token("late@example.org").await, "Late").await.unwrap();

        let sink = SmtpSink::start().await;
        let mut jobs = Running::start(&world, &sink.url());
        jobs.idle().await;
        let mails = sink.mails();
        assert_eq!(mails.len(), 3);
        let to = |address: &str| mails.iter().find(|mail| mail.to == [address]).unwrap();
        let new = world.sign_up_token("new@example.org").await;
        assert_eq!(to("new@example.org").links(), [format!("https://muster.example/join/new/{new}")]);
        assert!(to("new@example.org").text.contains("until Monday, 23 November 2026, 09:00 UTC"), "{}", to("new@example.org").text);
        assert_eq!(to("known@example.org").links(), [format!("https://muster.example/join/{token}")]);
        assert!(to("neu@example.org").text.contains("Wähle einen Namen und ein Passwort"), "{}", to("neu@example.org").text);
        jobs.stop().await;
    }

    async fn nothing_leaves_that_leads_nowhere_or_is_not_wanted(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "workspace").await;
        let invitation = world.invite(ada, team, "quiet@example.org", "member").await.unwrap();
        let mut tx = world.db.write().await.unwrap();
        suppression::stop(&mut tx, &world.env, &world.mailed_token(&invitation)).await.unwrap();
        tx.commit().await.unwrap();
        let [dead, live] = [
            world.link(ada, team, NewLink::default()).await.unwrap(),
            world.link(ada, team, NewLink::default()).await.unwrap(),
        ];
        world.ask_to_sign_up(&world.link_token(&dead), "bo@example.org").await.unwrap();
        world.ask_to_sign_up(&world.link_token(&live), "quiet@example.org").await.unwrap();
        world.disable_link(ada, team, dead.id).await.unwrap();
        let sink = SmtpSink::start().await;
        let mut jobs = Running::start(&world, &sink.url());
        jobs.idle().await;
        assert_eq!(sink.mails().len(), 0);
        jobs.stop().await;
    }
}
