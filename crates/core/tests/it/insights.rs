//! What a team's past adds up to, and the host product's events.

use std::time::Duration;

use muster_core::actor::Actor;
use muster_core::both_dbs;
use muster_core::error::Error;
use muster_core::event::{self, EventKind, NewEvent};
use muster_core::ids::{AccountId, TeamId};
use muster_core::insights::{self, Findings, Range, Report};
use muster_core::policy::Permission;
use muster_core::testing::{End, World};

const DAY: Duration = Duration::from_hours(24);

async fn find(world: &World, actor: Actor, team: TeamId, report: Report, range: Range) -> Findings {
    let mut tx = world.db.read().await.unwrap();
    let grant = actor.may(&mut tx, team, Permission::AnalyticsView).await.unwrap();
    insights::find(&mut tx, &world.env, &grant, report, range)
        .await
        .unwrap()
}

/// A report of a kind about a time.
macro_rules! report {
    ($world:expr, $actor:expr, $team:expr, $kind:ident, $range:ident) => {
        match find(&$world, $actor, $team, Report::$kind, Range::$range).await {
            Findings::$kind(found) => found,
            other => panic!("another report: {other:?}"),
        }
    };
}

fn event(kind: &str, actor: Option<AccountId>, subject: Option<&str>, times: u32) -> NewEvent {
    NewEvent {
        kind: EventKind::parse(kind).unwrap(),
        at: None,
        actor,
        subject: subject.map(str::to_owned),
        times,
    }
}

async fn record(world: &World, actor: Actor, team: TeamId, events: &[NewEvent]) -> Result<(), Error> {
    let mut tx = world.db.write().await?;
    let grant = actor.may(&mut tx, team, Permission::ActivityView).await?;
    event::record(&mut tx, &world.env, &grant, events).await?;
    tx.commit().await
}

both_dbs! {
    async fn growth_counts_back_from_today(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        world.env.clock().advance(DAY);
        let bo = world.joined(ada, team, "bo@example.org", "Bo", "member").await;
        world.joined(ada, team, "cy@example.org", "Cy", "member").await;
        world.env.clock().advance(DAY * 2);
        world.end(ada, team, bo.account, End::Remove).await.unwrap();
        world.joined(ada, team, "di@example.org", "Di", "member").await;
        world.env.clock().advance(DAY);
        let growth = report!(world, ada, team, Growth, Week);
        assert_eq!((growth.members, growth.joined, growth.left), (3, 4, 1));
        // It begins when the team did, and whoever is suspended is still in.
        let members: Vec<_> = growth.points.iter().map(|point| (point.members, point.joined, point.left)).collect();
        assert_eq!(members, [(1, 1, 0), (3, 2, 0), (3, 0, 0), (3, 1, 1), (3, 0, 0)]);
        assert_eq!(growth.points[0].from.to_string(), "2026-11-22");
        assert!(growth.enough());
        world.env.clock().advance(DAY * 30);
        let growth = report!(world, ada, team, Growth, Week);
        assert_eq!((growth.points.len(), growth.joined, growth.left), (7, 0, 0));
        assert!(growth.points.iter().all(|point| point.members == 3));
        assert_eq!(report!(world, ada, team, Growth, Year).points.len(), 5);
    }

    async fn invitations_are_followed_to_their_end(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        world.invite(ada, team, "old@example.org", "member").await.unwrap();
        world.env.clock().advance(DAY * 40);
        let none = report!(world, ada, team, Invitations, Month);
        assert_eq!((none.sent, none.median_minutes), (0, None));
        let mut made = Vec::new();
        for name in ["bo", "cy", "di", "ed", "flo"] {
            made.push(world.invite(ada, team, &format!("{name}@example.org"), "member").await.unwrap());
        }
        world.revoke(ada, team, made[4].id).await.unwrap();
        for (minutes, invitation) in [(10, &made[0]), (20, &made[1]), (60, &made[2])] {
            world.env.clock().advance(Duration::from_mins(minutes));
            let who = muster_core::invitation::accept::Accepter::New {
                name: "Somebody",
                password_hash: "-",
                locale: muster_core::locale::Locale::EnUs,
            };
            world.accept(&world.mailed_token(invitation), who).await.unwrap();
        }
        let found = report!(world, ada, team, Invitations, Month);
        assert_eq!((found.sent, found.delivered, found.accepted, found.revoked, found.open), (5, 0, 3, 1, 1));
        // 10, 30 and 90 minutes.
        assert_eq!(found.median_minutes, Some(30));
        let last = found.points.last().unwrap();
        assert_eq!((last.sent, last.accepted), (5, 3));
        assert!(found.enough());
        world.env.clock().advance(DAY * 8);
        let found = report!(world, ada, team, Invitations, Month);
        assert_eq!((found.expired, found.open), (1, 0), "before any sweep has been by");
    }

    async fn roles_are_counted_in_the_order_of_the_policy(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        for (n, role) in ["member", "member", "viewer"].into_iter().enumerate() {
            world.seated(team, 10 + i64::try_from(n).unwrap(), &format!("M{n}"), role).await;
        }
        let one = world.account_of(10).await;
        world.end(ada, team, one, End::Deactivate).await.unwrap();
        let roles = report!(world, ada, team, Roles, Month);
        let shares: Vec<_> = roles.shares.iter().map(|share| (share.name.as_str(), share.active, share.deactivated)).collect();
        assert_eq!(shares, [("Owner", 1, 0), ("Member", 1, 1), ("Viewer", 1, 0)]);
        assert_eq!((roles.members, roles.enough()), (4, false));
    }

    async fn people_are_named_while_they_are_in(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let bo = world.seated(team, 2, "Bo", "member").await;
        let cy = world.seated(team, 3, "Cy", "member").await;
        let (bo, cy) = (bo.account, cy.account);
        record(&world, ada, team, &[
            event("link.created", Some(bo), Some("link/1"), 1),
            event("link.edited", Some(cy), Some("link/1"), 1),
            event("link.edited", Some(cy), Some("link/2"), 3),
            event("link.edited", Some(bo), Some("link/2"), 1),
            event("link.edited", Some(ada.account), Some("link/2"), 1),
            event("page.viewed", None, Some("link/2"), 100),
        ]).await.unwrap();
        let people = report!(world, ada, team, People, Week);
        // Ada founded the team, which the log knows.
        let most: Vec<_> = people.most.iter().map(|one| (one.name.as_str(), one.acts, one.events)).collect();
        assert_eq!(most, [("Cy", 0, 4), ("Ada", 1, 1), ("Bo", 0, 2)]);
        assert_eq!((people.members, people.active, people.enough()), (3, 3, true));
        let pair = &people.pairs[0];
        let mut names = pair.names.clone();
        names.sort();
        assert_eq!((names, pair.subjects), (["Bo".to_owned(), "Cy".to_owned()], 2));
        world.end(ada, team, cy, End::Remove).await.unwrap();
        let people = report!(world, ada, team, People, Week);
        assert!(people.most.iter().all(|one| one.name != "Cy"), "{:?}", people.most);
        assert_eq!(people.pairs.len(), 1);
        let di = world.joined(ada, team, "di@example.org", "Di", "member").await;
        let people = report!(world, ada, team, People, Week);
        assert_eq!((people.inviters[0].name.as_str(), people.inviters[0].joined), ("Ada", 1));
        let mut tx = world.db.read().await.unwrap();
        let refused = di.may(&mut tx, team, Permission::AnalyticsView).await;
        assert!(matches!(refused, Err(Error::Denied(_))));
    }

    async fn features_and_trends_are_beside_the_time_before(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let bo = world.seated(team, 2, "Bo", "member").await.account;
        record(&world, ada, team, &[event("link.created", Some(bo), None, 2), event("qr.scanned", None, None, 7)]).await.unwrap();
        world.env.clock().advance(DAY * 7);
        let none = report!(world, ada, team, Features, Week);
        assert_eq!((none.events, none.features.len(), none.busiest_weekday()), (0, 0, None));
        record(&world, ada, team, &[
            event("link.created", Some(bo), Some("1"), 3),
            event("link.created", Some(ada.account), Some("2"), 1),
            event("page.created", None, None, 1),
        ]).await.unwrap();
        let found = report!(world, ada, team, Features, Week);
        let features: Vec<_> = found.features.iter().map(|one| (one.kind.as_str(), one.times, one.people, one.before)).collect();
        assert_eq!(features, [("link.created", 4, 2, 2), ("page.created", 1, 0, 0)]);
        // 29 November 2026 is a Sunday.
        assert_eq!((found.events, found.kinds, found.created, found.busiest_weekday()), (5, 2, 5, Some(6)));
        let trends = report!(world, ada, team, Trends, Week);
        assert_eq!((trends.now.acts, trends.now.events, trends.now.people), (0, 5, 2));
        assert_eq!((trends.before.acts, trends.before.events, trends.before.people), (1, 9, 2));
        let last = trends.points.last().unwrap();
        assert_eq!((last.events, last.people, trends.points.len()), (5, 2, 7));
    }

    async fn events_are_all_noted_or_none(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let (stranger, _) = world.founder(9, "Zed", "Zephyr", "campaigns").await;
        let good = event("link.created", Some(ada.account), Some("1"), 1);
        let foreign = event("link.created", Some(stranger.account), None, 1);
        let refused = record(&world, ada, team, &[good.clone(), foreign]).await;
        assert!(matches!(refused, Err(Error::NotFound("member"))), "{refused:?}");
        for bad in [
            NewEvent { times: 0, ..good.clone() },
            NewEvent { times: event::MOST_TIMES + 1, ..good.clone() },
            NewEvent { subject: Some(" ".to_owned()), ..good.clone() },
            NewEvent { subject: Some("x".repeat(201)), ..good.clone() },
            NewEvent { subject: Some("a\nb".to_owned()), ..good.clone() },
            NewEvent { at: Some(world.env.now() + chrono::TimeDelta::days(1)), ..good.clone() },
            NewEvent { at: Some(world.env.now() - chrono::TimeDelta::days(400)), ..good.clone() },
        ] {
            let refused = record(&world, ada, team, &[good.clone(), bad.clone()]).await;
            assert!(matches!(refused, Err(Error::Rule(_))), "{bad:?}: {refused:?}");
        }
        for many in [Vec::new(), vec![good.clone(); event::MOST + 1]] {
            assert!(matches!(record(&world, ada, team, &many).await, Err(Error::Rule(_))));
        }
        assert_eq!(report!(world, ada, team, Features, Week).events, 0);
        record(&world, ada, team, &vec![good; event::MOST]).await.unwrap();
        assert_eq!(report!(world, ada, team, Features, Week).events, 100);
        // They are no entries of the log.
        assert_eq!(world.log(team).await.len(), 1);
    }
}
