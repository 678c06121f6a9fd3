//! Inviting from a file: what is said about each line, who leaves when, and with whose authority.

use std::time::Duration;

use futures::future::join_all;
use muster_core::activity::{Kind, Surface};
use muster_core::actor::Actor;
use muster_core::both_dbs;
use muster_core::error::Error;
use muster_core::ids::TeamId;
use muster_core::invitation::bulk::{self, Begun, Looked, Verdict};
use muster_core::invitation::preview::{self, Standing};
use muster_core::invitation::scheduled::{self, PART, Part, Reason, Row, Status};
use muster_core::invitation::{self, Filter, sheet};
use muster_core::member;
use muster_core::page::Slice;
use muster_core::policy::{Permission, RoleKey};
use muster_core::testing::{End, World};
use muster_core::text::EmailAddress;

const HOUR: Duration = Duration::from_hours(1);

async fn look(world: &World, who: Actor, team: TeamId, file: &str, role: &str) -> Vec<Looked> {
    let mut tx = world.db.read().await.unwrap();
    let grant = who.may(&mut tx, team, Permission::MembersInvite).await.unwrap();
    let (lines, role) = (sheet::read(file).unwrap().lines, RoleKey::parse(role).unwrap());
    bulk::look(&mut tx, &world.env, &grant, &lines, &role)
        .await
        .unwrap()
}

/// Puts a file on its way without sending anybody.
async fn begin(world: &World, who: Actor, team: TeamId, file: &str, role: &str) -> Begun {
    let lines = look(world, who, team, file, role).await;
    let people = lines
        .into_iter()
        .filter(Looked::is_sendable)
        .filter_map(|line| match line.verdict {
            Verdict::Address(new, _) => Some((line.number, *new)),
            _ => None,
        });
    let mut tx = world.db.write().await.unwrap();
    let grant = who.may(&mut tx, team, Permission::MembersInvite).await.unwrap();
    let begun = bulk::begin(&mut tx, &world.env, &grant, people.collect())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    begun
}

/// One part, as the job sends it.
async fn part(world: &World, team: TeamId) -> Result<Part, Error> {
    let mut tx = world.db.write().await?;
    let part = scheduled::send_part(&mut tx, &world.env, team, None, Surface::Job, PART).await?;
    tx.commit().await?;
    Ok(part)
}

async fn rows(world: &World, who: Actor, team: TeamId, status: Status) -> Vec<Row> {
    let mut tx = world.db.read().await.unwrap();
    let grant = who.may(&mut tx, team, Permission::MembersInvite).await.unwrap();
    let list = scheduled::list(&mut tx, &grant, status, Slice::page(0, 200))
        .await
        .unwrap();
    list.rows
}

async fn invited(world: &World, who: Actor, team: TeamId) -> Vec<String> {
    let mut tx = world.db.read().await.unwrap();
    let grant = who.may(&mut tx, team, Permission::MembersInvite).await.unwrap();
    let list = invitation::list(&mut tx, &world.env, &grant, Filter::All, Slice::page(0, 200))
        .await
        .unwrap();
    let mut emails: Vec<_> = list
        .rows
        .iter()
        .map(|row| row.invitation.email.to_string())
        .collect();
    emails.sort();
    emails
}

fn people(name: &str, many: usize) -> String {
    let lines: Vec<_> = (1..=many).map(|n| format!("{name}{n}@example.net\n")).collect();
    lines.concat()
}

fn reasons(part: &Part) -> Vec<Reason> {
    part.refused.iter().map(|(_, reason)| *reason).collect()
}

both_dbs! {
    async fn every_line_is_judged(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        world.seated(team, 2, "Bo", "member").await;
        world.guest("guest@example.org").await;
        let no = world.invite(ada, team, "no@example.org", "member").await.unwrap();
        let mut tx = world.db.write().await.unwrap();
        muster_core::suppression::stop(&mut tx, &world.env, &world.mailed_token(&no)).await.unwrap();
        tx.commit().await.unwrap();
        world.invite(ada, team, "open@example.org", "member").await.unwrap();
        let since = world.env.now();
        world.env.clock().advance(HOUR);
        world.invite(ada, team, "rests@example.org", "member").await.unwrap();
        let until = world.env.now() + chrono::TimeDelta::minutes(1);
        begin(&world, ada, team, "waits@example.org", "viewer").await;

        let file = "email,role,note\nnew@example.org,,\nNEW@example.org,,\nbo@EXAMPLE.org,,\nguest@example.org,Owner,\nno@example.org,,\n\
                    open@example.org,,\nrests@example.org,,\nwaits@example.org,,\nnonsense,,\n,member,\nrole@example.org,emperor,\n\
                    long@example.org,,NOTE\nmore@example.org,,,surplus\n".replace("NOTE", &"x".repeat(501));
        let lines = look(&world, ada, team, &file, "viewer").await;
        let said: Vec<String> = lines.iter().map(|line| {
            let verdict = match &line.verdict {
                Verdict::Address(new, Standing::Replaces(at)) if *at == since => format!("{} again", new.role),
                Verdict::Address(_, Standing::Cooldown(at)) if *at == until => "rests".to_owned(),
                Verdict::Address(new, Standing::New) => format!("{} new", new.role),
                Verdict::Address(_, standing) => format!("{standing:?}"),
                Verdict::Scheduled => "waits".to_owned(),
                Verdict::Duplicate(of) => format!("as {of}"),
                Verdict::Invalid(error) => format!("invalid {}", error.code()),
                Verdict::Role(error) => format!("role {}", error.code()),
                Verdict::Missing(error) => format!("missing {}", error.code()),
            };
            format!("{} {verdict}", line.number)
        }).collect();
        assert_eq!(said, [
            "2 viewer new", "3 as 2", "4 Member", "5 owner new", "6 Suppressed", "7 viewer again", "8 rests", "9 waits",
            "10 invalid EMAIL-BAD", "11 invalid EMAIL-BAD", "12 role ROLE-UNKNOWN", "13 invalid TEXT-BAD", "14 invalid TEXT-BAD",
        ]);
    }

    async fn looking_at_many_says_the_same_as_looking_at_one(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        world.edit_policy(team, "hourly_limit = 20", "hourly_limit = 1000").await;
        for n in 0..40 {
            match n % 4 {
                0 => { world.invite(ada, team, &format!("p{n}@example.net"), "member").await.unwrap(); }
                1 => { world.seated(team, 100 + n, &format!("P{n}"), "member").await; }
                2 => { world.guest(&format!("p{n}@example.net")).await; }
                _ => {}
            }
        }
        world.env.clock().advance(Duration::from_mins(2));
        for n in [0, 4] {
            world.invite(ada, team, &format!("p{n}@example.net"), "member").await.unwrap();
        }
        let emails: Vec<_> = (0..2500)
            .map(|n| EmailAddress::parse(&format!("p{n}@example.{}", if n % 4 == 1 { "org" } else { "net" })).unwrap())
            .collect();
        let mut tx = world.db.read().await.unwrap();
        let grant = ada.may(&mut tx, team, Permission::MembersInvite).await.unwrap();
        let together = preview::preview(&mut tx, &world.env, &grant, &emails).await.unwrap();
        assert_eq!(together.len(), emails.len());
        for (email, standing) in emails.iter().zip(&together).take(50) {
            let alone = preview::preview(&mut tx, &world.env, &grant, std::slice::from_ref(email)).await.unwrap();
            assert_eq!(alone, [*standing], "{email}");
        }
        let many = |wanted: fn(&Standing) -> bool| together.iter().filter(|standing| wanted(standing)).count();
        assert_eq!(many(|standing| matches!(standing, Standing::Member)), 10);
        assert_eq!(many(|standing| matches!(standing, Standing::Replaces(_))), 8);
        assert_eq!(many(|standing| matches!(standing, Standing::Cooldown(_))), 2);
        assert_eq!(many(|standing| matches!(standing, Standing::New)), 2500 - 20);
    }

    async fn those_of_an_hour_leave_oldest_first(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let begun = begin(&world, ada, team, &people("p", 50), "member").await;
        assert_eq!((begun.forecast.now, begun.forecast.later, begun.forecast.an_hour), (20, 30, 20));
        assert_eq!(begun.forecast.done, world.env.now() + chrono::TimeDelta::hours(2));
        for (hour, sent) in [(0, 20), (1, 40), (2, 50)] {
            part(&world, team).await.unwrap();
            assert!(part(&world, team).await.unwrap().sent.is_empty(), "the hour is full");
            assert_eq!(rows(&world, ada, team, Status::Sent).await.len(), sent, "after {hour} hours");
            let lines: Vec<_> = rows(&world, ada, team, Status::Scheduled).await.iter().map(|row| row.scheduled.line).collect();
            let expected: Vec<_> = (i64::try_from(sent).unwrap() + 1..=50).collect();
            assert_eq!(lines, expected);
            world.env.clock().advance(HOUR);
        }
        assert_eq!(invited(&world, ada, team).await.len(), 50);
        let log = world.log(team).await;
        let of = |kind| log.iter().filter(|entry| entry.kind == kind).count();
        assert_eq!((of(Kind::InvitationSent), of(Kind::InvitationScheduled), of(Kind::InvitationUnsent)), (50, 1, 0));
        let by_ada = log.iter().filter(|entry| entry.kind == Kind::InvitationSent);
        assert!(by_ada.into_iter().all(|entry| entry.actor_name == "Ada" && entry.surface == Surface::Job));
    }

    async fn workers_at_once_send_nobody_twice(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        begin(&world, ada, team, &people("p", 30), "member").await;
        let parts = join_all((0..8).map(|_| part(&world, team))).await;
        let sent: usize = parts.into_iter().map(|part| part.unwrap().sent.len()).sum();
        assert_eq!(sent, 20);
        assert_eq!(invited(&world, ada, team).await.len(), 20);
        assert_eq!(rows(&world, ada, team, Status::Scheduled).await.len(), 10);
    }

    async fn a_file_that_is_handed_over_twice_at_once_counts_once(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let lines = || async {
            let mut tx = world.db.write().await?;
            let grant = ada.may(&mut tx, team, Permission::MembersInvite).await?;
            let (lines, role) = (sheet::read(&people("p", 30))?.lines, RoleKey::parse("member").unwrap());
            let lines = bulk::look(&mut tx, &world.env, &grant, &lines, &role).await?;
            let people: Vec<_> = lines.into_iter().filter(Looked::is_sendable).filter_map(|line| match line.verdict {
                Verdict::Address(new, _) => Some((line.number, *new)),
                _ => None,
            }).collect();
            let many = people.len();
            bulk::begin(&mut tx, &world.env, &grant, people).await?;
            tx.commit().await.map(|()| many)
        };
        let (one, other) = tokio::join!(lines(), lines());
        let mut many = [one.unwrap(), other.unwrap()];
        many.sort_unstable();
        assert_eq!(many, [0, 30]);
    }

    async fn what_stands_against_one_when_its_turn_comes_is_kept_as_the_reason(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        world.invite(ada, team, "before@example.net", "member").await.unwrap();
        world.env.clock().advance(HOUR);
        begin(&world, ada, team, "before@example.net\nmeanwhile@example.net\nmember@example.org\nrests@example.net\nlast@example.net", "member").await;
        world.env.clock().advance(Duration::from_mins(10));
        world.invite(ada, team, "meanwhile@example.net", "viewer").await.unwrap();
        world.seated(team, 2, "Member", "viewer").await;
        let gone = world.invite(ada, team, "rests@example.net", "viewer").await.unwrap();
        world.revoke(ada, team, gone.id).await.unwrap();
        let first = part(&world, team).await.unwrap();
        assert_eq!(reasons(&first), [Reason::Invited, Reason::Member]);
        assert_eq!(first.sent.len(), 2, "an invitation of before is replaced");
        let waiting = rows(&world, ada, team, Status::Scheduled).await;
        assert_eq!(waiting.iter().map(|row| row.scheduled.email.as_str()).collect::<Vec<_>>(), ["rests@example.net"]);
        world.env.clock().advance(Duration::from_mins(1));
        assert_eq!(part(&world, team).await.unwrap().sent.len(), 1, "a minute later");
        let log = world.log(team).await;
        let unsent: Vec<_> = log.iter().filter(|entry| entry.kind == Kind::InvitationUnsent).map(|entry| entry.subject.clone()).collect();
        assert_eq!(unsent, ["m…@e….org", "m…@e….net"]);
    }

    async fn whoever_may_no_longer_invite_sends_nobody(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let bo = world.seated(team, 2, "Bo", "owner").await;
        let cy = world.seated(team, 3, "Cy", "owner").await;
        begin(&world, bo, team, &people("b", 3), "member").await;
        begin(&world, cy, team, &people("c", 3), "member").await;
        begin(&world, ada, team, &people("a", 3), "member").await;
        world.change_role(ada, team, bo.account, "viewer").await.unwrap();
        world.end(ada, team, cy.account, End::Remove).await.unwrap();
        let sent = part(&world, team).await.unwrap();
        assert_eq!(reasons(&sent), [Reason::Authority; 6]);
        assert_eq!(invited(&world, ada, team).await, ["a1@example.net", "a2@example.net", "a3@example.net"]);
        let unsent = world.log(team).await.into_iter().filter(|entry| entry.kind == Kind::InvitationUnsent);
        assert_eq!(unsent.map(|entry| entry.subject).collect::<Vec<_>>(), ["3", "3"], "one entry a file");
    }

    async fn a_role_that_may_no_longer_be_offered_is_not(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "company").await;
        world.edit_policy(team, "on = false", "on = true").await;
        let mo = world.seated(team, 2, "Mo", "manager").await;
        let file = "email,role,first name,last name,phone\na@example.net,manager,A,B,1\nb@example.net,user,A,B,1\nc@example.net,user,A,,1\n";
        let lines = look(&world, mo, team, file, "user").await;
        assert!(matches!(&lines[2].verdict, Verdict::Missing(error) if crate::sentence(error).contains("last name")), "{lines:?}");
        begin(&world, mo, team, file, "user").await;
        world.edit_policy(team, "on = true", "on = false").await;
        let sent = part(&world, team).await.unwrap();
        assert_eq!((reasons(&sent), sent.sent.len()), (vec![Reason::Authority], 1));
        let mut tx = world.db.read().await.unwrap();
        let grant = ada.may(&mut tx, team, Permission::InvitationsManage).await.unwrap();
        let found = invitation::resolve(&mut tx, &grant, "b@example.net").await.unwrap();
        assert_eq!(found.details.values().map(String::as_str).collect::<Vec<_>>(), ["A", "B", "1"]);
    }

    async fn seats_are_asked_for_when_the_turn_comes(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "business").await;
        world.set_plan(team, "pro").await;
        let begun = begin(&world, ada, team, &people("p", 6), "member").await;
        assert_eq!(begun.forecast.seats, Some(4), "scheduled ones hold none");
        let sent = part(&world, team).await.unwrap();
        assert_eq!((sent.sent.len(), reasons(&sent)), (4, vec![Reason::Seats; 2]));
    }

    async fn scheduled_ones_of_a_deleted_team_wait_and_go_with_it(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let (eve, other) = world.founder(2, "Eve", "Borealis", "campaigns").await;
        begin(&world, ada, team, &people("p", 25), "member").await;
        begin(&world, eve, other, &people("q", 1), "member").await;
        let turn = async |after| {
            let mut tx = world.db.read().await.unwrap();
            scheduled::next_team(&mut tx, &world.env, after).await.unwrap()
        };
        assert_eq!((turn(None).await, turn(Some(team)).await, turn(Some(other)).await), (Some(team), Some(other), None));
        world.delete_team(ada, team).await.unwrap();
        assert_eq!(turn(None).await, Some(other));
        assert!(matches!(part(&world, team).await, Err(Error::NotFound(_))));
        world.restore_team(ada, team).await.unwrap();
        assert_eq!(part(&world, team).await.unwrap().sent.len(), 20);
        assert_eq!(turn(None).await, Some(other), "the first has no room in its hour");
        world.delete_team(ada, team).await.unwrap();
        world.env.clock().advance(HOUR * 24 * 31);
        loop {
            let mut tx = world.db.write().await.unwrap();
            let gone = muster_core::team::purge(&mut tx, &world.env).await.unwrap();
            tx.commit().await.unwrap();
            if gone == 0 { break }
        }
        let mut tx = world.db.read().await.unwrap();
        assert_eq!(muster_core::team::all_ids(&mut tx).await.unwrap(), [other]);
    }

    async fn what_became_of_them_is_kept_for_a_month(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        begin(&world, ada, team, &people("p", 21), "member").await;
        part(&world, team).await.unwrap();
        for (days, left) in [(29, 20), (31, 0)] {
            world.env.clock().advance(HOUR * 24 * days);
            let mut tx = world.db.write().await.unwrap();
            muster_core::prune::prune(&mut tx, &world.env).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(rows(&world, ada, team, Status::Sent).await.len(), left);
        }
        assert_eq!(rows(&world, ada, team, Status::Scheduled).await.len(), 1, "it waits as long as it takes");
        assert_eq!(invited(&world, ada, team).await.len(), 20);
    }

    async fn one_cancels_what_one_could_offer(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "workspace").await;
        let mo = world.seated(team, 2, "Mo", "moderator").await;
        let uma = world.seated(team, 3, "Uma", "member").await;
        begin(&world, ada, team, "email,role\na@example.net,moderator\nb@example.net,member\nc@example.net,member", "member").await;
        let waiting = rows(&world, ada, team, Status::Scheduled).await;
        let cancel = async |who: Actor, row: &Row| {
            let mut tx = world.db.write().await?;
            let grant = who.may(&mut tx, team, Permission::InvitationsManage).await?;
            scheduled::cancel(&mut tx, &world.env, &grant, row.scheduled.id).await?;
            tx.commit().await
        };
        let code = |result: Result<(), Error>| result.map_err(|error| error.code());
        assert_eq!(code(cancel(uma, &waiting[1]).await), Err("NEED-ROLE"));
        assert_eq!(code(cancel(mo, &waiting[0]).await), Err("NEED-ROLE"));
        assert_eq!(code(cancel(mo, &waiting[1]).await), Ok(()));
        assert_eq!(code(cancel(mo, &waiting[1]).await), Err("STALE"));
        let mut tx = world.db.write().await.unwrap();
        let grant = mo.may(&mut tx, team, Permission::InvitationsManage).await.unwrap();
        assert_eq!(scheduled::cancellable(&mut tx, &grant).await.unwrap(), 1);
        assert_eq!(scheduled::cancel_all(&mut tx, &world.env, &grant).await.unwrap(), 1);
        assert_eq!(scheduled::cancel_all(&mut tx, &world.env, &grant).await.unwrap_err().code(), "STALE");
        tx.commit().await.unwrap();
        let left: Vec<_> = rows(&world, ada, team, Status::Scheduled).await.iter().map(|row| row.scheduled.line).collect();
        assert_eq!(left, [2]);
        let entries: Vec<_> = world.log(team).await.into_iter().filter(|entry| entry.kind == Kind::InvitationUnscheduled).map(|entry| entry.subject).collect();
        assert_eq!(entries, ["1", "b…@e….net"]);
    }

    async fn one_of_another_team_is_unknown(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let (eve, other) = world.founder(2, "Eve", "Borealis", "campaigns").await;
        begin(&world, ada, team, &people("p", 1), "member").await;
        let row = rows(&world, ada, team, Status::Scheduled).await.remove(0);
        let mut tx = world.db.write().await.unwrap();
        let grant = eve.may(&mut tx, other, Permission::InvitationsManage).await.unwrap();
        for code in [
            scheduled::get(&mut tx, &grant, row.scheduled.id).await.unwrap_err().code(),
            scheduled::cancel(&mut tx, &world.env, &grant, row.scheduled.id).await.unwrap_err().code(),
        ] {
            assert_eq!(code, "NOT-FOUND");
        }
    }

    async fn sending_later_does_not_make_the_inviter_active(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let member = async || {
            let mut tx = world.db.read().await.unwrap();
            member::of_account(&mut tx, team, ada.account).await.unwrap().unwrap().last_active_at
        };
        begin(&world, ada, team, &people("p", 21), "member").await;
        let before = member().await;
        world.env.clock().advance(HOUR);
        assert_eq!(part(&world, team).await.unwrap().sent.len(), 20);
        assert_eq!(member().await, before);
    }
}
