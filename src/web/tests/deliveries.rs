//! What the team page says about the mails of pending invitations.

use chrono::TimeDelta;
use muster_core::actor::Actor;
use muster_core::both_dbs;
use muster_core::email;
use muster_core::email::delivery::{self, Claim, Claimed, Refusal};
use muster_core::ids::TeamId;
use muster_core::testing::World;

use super::support::{Browser, site};

/// Somebody is invited, and a worker takes the mail.
async fn taken(world: &World, actor: Actor, team: TeamId, address: &str) -> Box<Claimed> {
    let invitation = world.invite(actor, team, address, "member").await.unwrap();
    let mut tx = world.db.write().await.unwrap();
    let mail = email::of_invitation(&mut tx, invitation.id)
        .await
        .unwrap()
        .remove(0);
    let Claim::Ours(mail) = delivery::claim(&mut tx, &world.env, mail.id).await.unwrap() else {
        panic!("it waits")
    };
    tx.commit().await.unwrap();
    mail
}

async fn refuse(world: &World, mail: &Claimed, code: i64, text: &str) {
    let refusal = Refusal {
        permanent: code >= 500,
        code: Some(code),
        text: text.to_owned(),
    };
    let mut tx = world.db.write().await.unwrap();
    let pause = TimeDelta::minutes(20);
    delivery::not_sent(&mut tx, &world.env, mail, &refusal, pause)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

both_dbs! {
    async fn the_team_page_says_how_each_mail_fares(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        world.joined(ada, team, "bo@example.org", "Bo", "owner").await;
        let mail = taken(&world, ada, team, "sent@example.org").await;
        let mut tx = world.db.write().await.unwrap();
        delivery::sent(&mut tx, &world.env, &[delivery::Taken { mail: &mail, code: 250, text: "ok" }]).await.unwrap();
        tx.commit().await.unwrap();
        world.env.clock().advance(std::time::Duration::from_hours(2));
        let mail = taken(&world, ada, team, "full@example.org").await;
        refuse(&world, &mail, 452, "4.2.2 <b>no room</b>").await;
        let mail = taken(&world, ada, team, "nobody@example.org").await;
        refuse(&world, &mail, 550, "no such user").await;
        world.invite(ada, team, "new@example.org", "member").await.unwrap();

        let mut bo = Browser::signed_in(&site(&world), "bo@example.org", "password of Bo").await;
        let page = bo.get(&format!("/teams/{team}")).await;
        page.says(200, ">✓</span>Mail sent 2 hours ago");
        page.says(200, ">!</span>Mail not taken yet, next try in 20 minutes: the mailbox is full");
        page.says(200, "(452 4.2.2 &#60;b&#62;no room&#60;/b&#62;)");
        page.says(200, ">✕</span>Mail not delivered: there is no such mailbox");
        page.says(200, "<strong>Check the address: revoke this invitation and invite the right one.</strong>");
        page.says(200, ">…</span>Mail waiting to be sent");
    }

    async fn only_those_who_may_invite_see_it(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        world.joined(ada, team, "bo@example.org", "Bo", "member").await;
        let mail = taken(&world, ada, team, "nobody@example.org").await;
        refuse(&world, &mail, 550, "no such user").await;
        let mut bo = Browser::signed_in(&site(&world), "bo@example.org", "password of Bo").await;
        let page = bo.get(&format!("/teams/{team}")).await;
        page.says(200, ">Aurora</h1>");
        assert!(!page.body.contains("nobody@") && !page.body.contains("not delivered"));
    }
}
