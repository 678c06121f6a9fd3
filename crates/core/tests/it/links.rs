//! Invite links: who may make them, whom they let in, and when they no longer do.

use std::time::Duration;

use futures::future::join_all;
use muster_core::activity::Kind;
use muster_core::both_dbs;
use muster_core::db::Pools;
use muster_core::env::Keys;
use muster_core::error::Error;
use muster_core::ids::TeamId;
use muster_core::invite_link::join;
use muster_core::invite_link::{self, Lifetime, NewLink};
use muster_core::member::Status;
use muster_core::page::Slice;
use muster_core::policy::{Permission, RoleKey};
use muster_core::testing::{End, env};
use muster_core::text::Domain;
use sqlx::AssertSqlSafe;

const DAY: Duration = Duration::from_hours(24);

fn code<T: std::fmt::Debug>(result: Result<T, Error>) -> &'static str {
    result.expect_err("it should be refused").code()
}

/// A link that gives a role.
fn giving(role: &str) -> NewLink {
    NewLink {
        role: Some(RoleKey::parse(role).unwrap()),
        ..NewLink::default()
    }
}

fn for_domain(domain: &str) -> NewLink {
    NewLink {
        domains: vec![Domain::parse(domain).unwrap()],
        ..NewLink::default()
    }
}

both_dbs! {
    async fn a_link_lets_people_in_with_its_role_and_the_log_names_it(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "workspace").await;
        let link = world.link(ada, team, NewLink::default()).await.unwrap();
        assert_eq!((link.role.as_str(), link.expires_at, link.max_uses), ("member", Some(world.env.now() + DAY * 7), None));
        let token = world.link_token(&link);
        let bo = world.guest("bo@example.org").await;
        world.join(&token, bo).await.unwrap();
        let member = world.member(team, bo).await;
        assert_eq!((member.role.as_str(), member.status), ("member", Status::Active));
        assert_eq!(world.uses_of(&link).await, (1, 1));
        let log = world.log(team).await;
        let kinds: Vec<_> = log.iter().map(|entry| entry.kind).collect();
        assert_eq!(kinds, [Kind::MemberJoinedByLink, Kind::LinkCreated, Kind::TeamCreated]);
        assert_eq!(log[0].detail("link"), Some(link.id.to_string()));
        assert_eq!((log[0].actor_id, log[1].subject.clone()), (Some(bo), link.reference()));
        // It is good for others too, and not twice for the same.
        assert_eq!(code(world.join(&token, bo).await), "ALREADY-MEMBER");
        world.join(&token, world.guest("cy@example.org").await).await.unwrap();
        assert_eq!(world.uses_of(&link).await, (2, 2));
    }

    async fn a_link_with_five_uses_lets_five_of_fifty_in(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "workspace").await;
        let new = NewLink { max_uses: Some(5), ..NewLink::default() };
        let link = world.link(ada, team, new).await.unwrap();
        let token = world.link_token(&link);
        let mut crowd = Vec::new();
        for n in 0..50 {
            crowd.push(world.guest(&format!("p{n}@example.org")).await);
        }
        let results = join_all(crowd.iter().map(|who| world.join(&token, *who))).await;
        let refused: Vec<_> = results.iter().filter_map(|result| result.as_ref().err()).map(Error::code).collect();
        assert_eq!(refused, ["LINK-FULL"; 45]);
        assert_eq!(world.uses_of(&link).await, (5, 5));
        assert_eq!(world.log(team).await.iter().filter(|entry| entry.kind == Kind::MemberJoinedByLink).count(), 5);
    }

    async fn fifty_clicks_of_one_person_make_one_member_and_one_use(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "workspace").await;
        let link = world.link(ada, team, NewLink::default()).await.unwrap();
        let token = world.link_token(&link);
        let bo = world.guest("bo@example.org").await;
        let results = join_all((0..50).map(|_| world.join(&token, bo))).await;
        let refused: Vec<_> = results.iter().filter_map(|result| result.as_ref().err()).map(Error::code).collect();
        assert_eq!(refused, ["ALREADY-MEMBER"; 49]);
        assert_eq!(world.uses_of(&link).await, (1, 1));
    }

    async fn disabling_against_joining_leaves_nobody_who_came_after(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "workspace").await;
        for n in 0..5 {
            let link = world.link(ada, team, NewLink::default()).await.unwrap();
            let token = world.link_token(&link);
            let who = world.guest(&format!("p{n}@example.org")).await;
            let (joined, disabled) = tokio::join!(world.join(&token, who), world.disable_link(ada, team, link.id));
            disabled.unwrap();
            let came = i64::from(joined.is_ok());
            assert_eq!(world.uses_of(&link).await, (came, came));
            if let Err(refused) = joined {
                assert_eq!(refused.code(), "LINK-DISABLED");
            }
        }
    }

    async fn only_verified_addresses_of_the_very_domain_get_in(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "workspace").await;
        // (the link's domain, the address, whether it fits)
        let table = [
            ("example.org", "a@example.org", true),
            ("EXAMPLE.org", "B@Example.ORG", true),
            ("@example.org", "c+tag@example.org", true),
            ("example.org", "d@mail.example.org", false),
            ("mail.example.org", "e@example.org", false),
            ("example.org", "f@notexample.org", false),
            ("example.org", "g@example.org.evil.net", false),
            ("bücher.example", "h@xn--bcher-kva.example", true),
            ("xn--bcher-kva.example", "i@BÜCHER.example", true),
            ("bücher.example", "j@bucher.example", false),
            // A Cyrillic letter is another domain.
            ("example.org", "k@ex\u{430}mple.org", false),
        ];
        for (domain, address, fits) in table {
            let link = world.link(ada, team, for_domain(domain)).await.unwrap();
            let who = world.guest(address).await;
            let joined = world.join(&world.link_token(&link), who).await;
            assert_eq!(joined.as_ref().map_err(Error::code).map(drop), if fits { Ok(()) } else { Err("LINK-DOMAIN") }, "{domain} {address}");
            world.disable_link(ada, team, link.id).await.unwrap();
        }
        // Without a verified address nothing is known of a domain.
        let link = world.link(ada, team, for_domain("example.org")).await.unwrap();
        let token = world.link_token(&link);
        let zoe = world.nobody_in_particular(9, "Zoe").await;
        assert_eq!(code(world.join(&token, zoe).await), "LINK-DOMAIN");
        assert_eq!(code(world.ask_to_sign_up(&token, "zoe@mail.example.org").await), "LINK-DOMAIN");
        assert_eq!(world.uses_of(&link).await, (0, 0));
    }

    async fn a_link_that_ended_lets_nobody_in(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "workspace").await;
        let bo = world.guest("bo@example.org").await;
        let new = |lifetime, max_uses| NewLink { lifetime, max_uses, ..NewLink::default() };
        let full = world.link(ada, team, new(Lifetime::Never, Some(1))).await.unwrap();
        world.join(&world.link_token(&full), world.guest("cy@example.org").await).await.unwrap();
        assert_eq!(code(world.join(&world.link_token(&full), bo).await), "LINK-FULL");
        let off = world.link(ada, team, new(Lifetime::Never, None)).await.unwrap();
        world.disable_link(ada, team, off.id).await.unwrap();
        assert_eq!(code(world.join(&world.link_token(&off), bo).await), "LINK-DISABLED");
        assert_eq!(code(world.disable_link(ada, team, off.id).await), "LINK-DISABLED");
        let short = world.link(ada, team, new(Lifetime::Hour, None)).await.unwrap();
        world.env.clock().advance(Duration::from_secs(3599));
        let mut tx = world.db.read().await.unwrap();
        let shown = join::look(&mut tx, &world.env, &world.link_token(&short), None).await.unwrap();
        assert!(shown.closed.is_none(), "a second before its end it is open");
        drop(tx);
        world.env.clock().advance(Duration::from_secs(1));
        assert_eq!(code(world.join(&world.link_token(&short), bo).await), "LINK-EXPIRED");
        let mut flipped = world.link_token(&off).into_bytes();
        flipped[3] ^= 1;
        for unknown in ["", "x", &"A".repeat(43), std::str::from_utf8(&flipped).unwrap()] {
            assert_eq!(code(world.join(unknown, bo).await), "NOT-FOUND", "{unknown}");
        }
    }

    async fn a_link_stands_while_its_maker_may_offer_its_role(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "workspace").await;
        let mo = world.seated(team, 2, "Mo", "moderator").await;
        let bo = world.guest("bo@example.net").await;
        let link = world.link(mo, team, NewLink::default()).await.unwrap();
        let token = world.link_token(&link);
        world.change_role(ada, team, mo.account, "member").await.unwrap();
        assert_eq!(code(world.join(&token, bo).await), "OFFER-LAPSED");
        assert_eq!(code(world.ask_to_sign_up(&token, "cy@example.net").await), "OFFER-LAPSED");
        world.change_role(ada, team, mo.account, "moderator").await.unwrap();
        world.end(ada, team, mo.account, End::Deactivate).await.unwrap();
        assert_eq!(code(world.join(&token, bo).await), "OFFER-LAPSED");
        world.end(ada, team, mo.account, End::Reactivate).await.unwrap();
        // The policy switches links off, and on again.
        world.edit_policy(team, "[link]\nenabled = true", "[link]\nenabled = false").await;
        assert_eq!(code(world.join(&token, bo).await), "LINKS-OFF");
        world.edit_policy(team, "[link]\nenabled = false", "[link]\nenabled = true").await;
        world.join(&token, bo).await.unwrap();
    }

    async fn nobody_makes_a_link_that_gives_more_than_they_may(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "workspace").await;
        let mo = world.seated(team, 2, "Mo", "moderator").await;
        let bo = world.seated(team, 3, "Bo", "member").await;
        assert_eq!(code(world.link(bo, team, NewLink::default()).await), "NEED-ROLE");
        assert_eq!(code(world.link(mo, team, giving("moderator")).await), "NEED-ROLE");
        assert_eq!(code(world.link(ada, team, giving("owner")).await), "NEED-ROLE");
        assert_eq!(code(world.link(ada, team, giving("pirate")).await), "ROLE-UNKNOWN");
        let theirs = world.link(ada, team, giving("moderator")).await.unwrap();
        assert_eq!(code(world.disable_link(bo, team, theirs.id).await), "NEED-ROLE");
        assert_eq!(code(world.disable_link(mo, team, theirs.id).await), "NEED-ROLE", "as with invitations");
        world.disable_link(ada, team, theirs.id).await.unwrap();
        for (bad, wanted) in [
            (NewLink { max_uses: Some(0), ..NewLink::default() }, "TEXT-BAD"),
            (NewLink { max_uses: Some(10_001), ..NewLink::default() }, "TEXT-BAD"),
            (NewLink { domains: (0..6).map(|n| Domain::parse(&format!("e{n}.example.org")).unwrap()).collect(), ..NewLink::default() }, "TEXT-BAD"),
        ] {
            assert_eq!(code(world.link(ada, team, bad).await), wanted);
        }
        assert_eq!(world.log(team).await.len(), 3, "a team, a link, its end");
    }

    async fn the_top_role_is_never_given_by_a_link(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        world.edit_policy(team, "[link]\nenabled = false", "[link]\nenabled = true\nrole = \"member\"").await;
        let refused = world.link(ada, team, giving("owner")).await.unwrap_err();
        assert!(refused.to_string().contains("link-not-top"), "{refused}");
        // Another role becomes the top one after the link was made.
        let link = world.link(ada, team, NewLink::default()).await.unwrap();
        let bo = world.guest("bo@example.org").await;
        let text = {
            let mut tx = world.db.read().await.unwrap();
            muster_core::team::lock(&mut tx, team).await.unwrap().policy.to_toml()
        };
        let text = text.replace("role = \"member\"", "role = \"viewer\"").replace("key = \"member\"", "key = \"other\"");
        let text = text.replace("key = \"owner\"", "key = \"member\"").replace("\"owner\"", "\"member\"").replace("[\"member\", \"member\", \"viewer\"]", "[\"member\", \"other\", \"viewer\"]");
        world.put_policy(team, &text).await;
        assert_eq!(code(world.join(&world.link_token(&link), bo).await), "OFFER-LAPSED");
    }

    async fn presets_without_links_refuse_them(world: World) {
        for (n, preset) in ["campaigns", "company", "project", "business"].into_iter().enumerate() {
            let (ada, team) = world.founder(10 + i64::try_from(n).unwrap(), "Ada", preset, preset).await;
            assert_eq!(code(world.link(ada, team, NewLink::default()).await), "LINKS-OFF", "{preset}");
        }
    }

    async fn twenty_links_live_at_a_time(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "workspace").await;
        let results = join_all((0..25).map(|_| world.link(ada, team, NewLink::default()))).await;
        let refused: Vec<_> = results.iter().filter_map(|result| result.as_ref().err()).map(Error::code).collect();
        assert_eq!(refused, ["LINK-LIMIT"; 5]);
        let first = results.iter().flatten().min_by_key(|link| link.id).unwrap();
        world.disable_link(ada, team, first.id).await.unwrap();
        world.link(ada, team, NewLink::default()).await.unwrap();
        let mut tx = world.db.read().await.unwrap();
        let grant = ada.may(&mut tx, team, Permission::LinksManage).await.unwrap();
        let page = invite_link::list(&mut tx, &grant, Slice::page(2, 10)).await.unwrap();
        assert_eq!((page.rows.len(), page.total, page.pages), (1, 21, 3));
        assert_eq!((page.rows[0].link.id, page.rows[0].creator.as_str()), (first.id, "Ada"));
        // What ended is not offered to be disabled; references are found in any case.
        let live = invite_link::search(&mut tx, &world.env, &grant, "", 25).await.unwrap();
        assert_eq!(live.len(), 20);
        let named = live[7].reference().to_lowercase();
        let found = invite_link::search(&mut tx, &world.env, &grant, &named, 25).await.unwrap();
        assert_eq!(found.iter().map(|link| link.id).collect::<Vec<_>>(), [live[7].id]);
        assert_eq!(invite_link::resolve(&mut tx, &grant, &named).await.unwrap().link.id, live[7].id);
        assert_eq!(code(invite_link::resolve(&mut tx, &grant, "%").await), "NOT-FOUND");
        drop(tx);
        // Those whose time is over make room by themselves.
        world.env.clock().advance(DAY * 7);
        world.link(ada, team, NewLink::default()).await.unwrap();
    }

    async fn links_of_another_team_do_not_exist(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "workspace").await;
        let (eve, other) = world.founder(2, "Eve", "Borealis", "workspace").await;
        let link = world.link(ada, team, NewLink::default()).await.unwrap();
        assert_eq!(code(world.disable_link(eve, other, link.id).await), "NOT-FOUND");
        let mut tx = world.db.read().await.unwrap();
        let grant = eve.may(&mut tx, other, Permission::LinksManage).await.unwrap();
        assert_eq!(code(invite_link::get(&mut tx, &grant, link.id).await), "NOT-FOUND");
        assert_eq!(code(invite_link::resolve(&mut tx, &grant, &link.reference()).await), "NOT-FOUND");
    }

    async fn who_was_suspended_stays_so_and_who_left_comes_back(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "workspace").await;
        let bo = world.seated(team, 2, "Bo", "moderator").await;
        let link = world.link(ada, team, NewLink::default()).await.unwrap();
        let token = world.link_token(&link);
        world.end(ada, team, bo.account, End::Deactivate).await.unwrap();
        let refused = world.join(&token, bo.account).await.unwrap_err();
        assert!(refused.to_string().contains("deactivated"), "{refused}");
        world.end(ada, team, bo.account, End::Reactivate).await.unwrap();
        let before = world.member(team, bo.account).await.id;
        for ended in [false, true] {
            if ended {
                world.end(ada, team, bo.account, End::Remove).await.unwrap();
            } else {
                world.leave(bo, team).await.unwrap();
            }
            world.join(&token, bo.account).await.unwrap();
            let back = world.member(team, bo.account).await;
            assert_eq!((back.id, back.role.as_str(), back.status), (before, "member", Status::Active));
        }
        assert_eq!(world.uses_of(&link).await, (2, 1));
    }

    async fn one_seat_is_one_seat_and_ones_own_invitation_holds_none_against_one(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "business").await;
        world.edit_policy(team, "[link]\nenabled = false", "[link]\nenabled = true\nrole = \"member\"").await;
        world.edit_policy(team, "existing_accounts = \"refuse\"", "existing_accounts = \"join\"").await;
        world.set_plan(team, "pro").await;
        let link = world.link(ada, team, NewLink::default()).await.unwrap();
        let token = world.link_token(&link);
        world.seated(team, 2, "Bo", "member").await;
        world.seated(team, 3, "Cy", "member").await;
        world.invite(ada, team, "dee@example.net", "admin").await.unwrap();
        world.invite(ada, team, "eli@example.net", "admin").await.unwrap();
        // Three members and two invitations: no seat for anybody else.
        assert_eq!(code(world.join(&token, world.guest("fay@example.net").await).await), "SEATS");
        let dee = world.guest("dee@example.net").await;
        world.join(&token, dee).await.unwrap();
        assert_eq!(world.log(team).await[0].detail("replaced").map(|id| id.len()), Some(26), "her invitation is closed");
        assert_eq!(code(world.join(&token, world.guest("gus@example.net").await).await), "SEATS");
        world.set_plan(team, "free").await;
        assert_eq!(code(world.join(&token, world.guest("hal@example.net").await).await), "PLAN");
    }

    async fn rules_that_refuse_existing_accounts_refuse_them_here_too(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "business").await;
        world.edit_policy(team, "[link]\nenabled = false", "[link]\nenabled = true\nrole = \"member\"").await;
        world.set_plan(team, "pro").await;
        let link = world.link(ada, team, NewLink::default()).await.unwrap();
        let token = world.link_token(&link);
        assert_eq!(code(world.join(&token, world.guest("bo@example.net").await).await), "EXISTING-ACCOUNT");
        world.ask_to_sign_up(&token, "cy@example.net").await.unwrap();
        world.sign_up(&world.sign_up_token("cy@example.net").await, "Cy").await.unwrap();
    }

    async fn a_change_of_keys_leaves_links_as_they_are(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "workspace").await;
        let link = world.link(ada, team, NewLink::default()).await.unwrap();
        let token = world.link_token(&link);
        let clock = world.env.clock().clone();
        let rotated = env(clock.clone(), &format!("{}, {}", Keys::generate(), world.secret_key));
        assert_eq!(link.token(&rotated).as_deref(), Some(token.as_str()), "it is shown as it is");
        let another = env(clock, &Keys::generate());
        assert_eq!(link.token(&another), None, "it cannot be shown");
        let bo = world.guest("bo@example.org").await;
        let mut tx = world.db.write().await.unwrap();
        join::join(&mut tx, &another, &token, bo).await.unwrap();
    }

    async fn the_database_itself_keeps_links_within_bounds_and_teams_apart(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "workspace").await;
        let (_, other) = world.founder(2, "Eve", "Borealis", "workspace").await;
        let new = NewLink { max_uses: Some(1), ..NewLink::default() };
        let link = world.link(ada, team, new).await.unwrap();
        let bo = world.guest("bo@example.org").await;
        world.join(&world.link_token(&link), bo).await.unwrap();
        let insert = |number: i64, team: TeamId| {
            format!("insert into invite_link_uses (link_id, number, team_id, account_id, at)
                     values ('{}', {number}, '{team}', '{bo}', '2026-11-22T09:00:00Z')", link.id)
        };
        for (attack, refused) in [
            (format!("update invite_links set uses = 2 where id = '{}'", link.id), true),
            (format!("update invite_links set uses = -1 where id = '{}'", link.id), true),
            (format!("update invite_links set max_uses = 0 where id = '{}'", link.id), true),
            (insert(1, team), true),
            (insert(2, other), true),
            (insert(2, team), false),
        ] {
            let done = match world.db.pools() {
                Pools::Sqlite { writer, .. } => sqlx::query(AssertSqlSafe(attack.clone())).execute(writer).await.map(|_| ()),
                Pools::Postgres(pool) => sqlx::query(AssertSqlSafe(attack.clone())).execute(pool).await.map(|_| ()),
            };
            assert_eq!(done.is_err(), refused, "{attack}: {done:?}");
        }
    }

    async fn the_links_of_a_deleted_team_are_unknown_and_purged_with_it(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "workspace").await;
        let link = world.link(ada, team, NewLink::default()).await.unwrap();
        let token = world.link_token(&link);
        let bo = world.guest("bo@example.org").await;
        world.join(&token, bo).await.unwrap();
        world.ask_to_sign_up(&token, "cy@example.org").await.unwrap();
        let sign_up = world.sign_up_token("cy@example.org").await;
        world.delete_team(ada, team).await.unwrap();
        assert_eq!(code(world.join(&token, world.guest("dee@example.org").await).await), "NOT-FOUND");
        assert_eq!(code(world.sign_up(&sign_up, "Cy").await), "NOT-FOUND");
        world.env.clock().advance(DAY * 30);
        loop {
            let mut tx = world.db.write().await.unwrap();
            let gone = muster_core::team::purge(&mut tx, &world.env).await.unwrap();
            tx.commit().await.unwrap();
            if gone == 0 {
                break;
            }
        }
        let mut tx = world.db.read().await.unwrap();
        assert_eq!(muster_core::team::all_ids(&mut tx).await.unwrap(), []);
    }
}
