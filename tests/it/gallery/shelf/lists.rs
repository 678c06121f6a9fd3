//! Lists and numbers that only large or unusual teams have, and what only super-admins see.

use muster::discord::custom_id::Action;
use muster::discord::words;
use muster_core::actor::Grant;
use muster_core::invitation::{self, Filter};
use muster_core::invite_link::{self, NewLink};
use muster_core::locale::Locale;
use muster_core::member;
use muster_core::page::Slice;
use muster_core::policy::Permission;
use muster_core::team::{self, Team};
use muster_core::testing::{End, World};

use super::{Seen, all};

/// All of them, in one language.
pub async fn seen(seen: &mut Seen, locale: Locale, world: &World, grant: &Grant) {
    seen.about("lists");
    let one: (Team, String) = (grant.team.clone(), "Owner".to_owned());
    let many = vec![one; 26];
    let teams = words::teams::list(locale, many.clone(), None, 2);
    seen.own("many teams", &teams);
    let which = words::teams::which(locale, &many, Action::SwitchTeam);
    seen.own("which of many", &which);
    invitations(seen, locale, world, grant).await;
    people(seen, locale, world, grant).await;
    links(seen, locale, world).await;
}

async fn invitations(seen: &mut Seen, locale: Locale, world: &World, grant: &Grant) {
    let (ada, team, now) = (grant.actor, grant.team.id, world.env.now());
    let sent = world.invite(ada, team, "dee@example.org", "member").await;
    sent.expect("Ada may");
    let mut tx = world.db.read().await.expect("the database is there");
    let may = ada.may(&mut tx, team, Permission::MembersInvite).await;
    let (may, filter) = (may.expect("Ada may"), Filter::All);
    let listed = invitation::list(&mut tx, &world.env, &may, filter, Slice::page(0, words::PAGE)).await;
    let mut listed = listed.expect("they can be listed");
    let mail = listed.rows[0].mail.as_mut().expect("it has a mail");
    (mail.last_code, mail.last_text) = (Some(451), Some("4.7.1 Greylisted".to_owned()));
    (listed.total, listed.pages) = (21, 3);
    let list = words::pending::list(locale, &may, &listed, filter, Vec::new(), now);
    seen.own("a mail that is tried again, and more than one page", &list);
}

async fn people(seen: &mut Seen, locale: Locale, world: &World, grant: &Grant) {
    let (ada, team) = (grant.actor, grant.team.id);
    let bo = world.seated(team, 2, "Bo", "member").await;
    let cy = world.seated(team, 3, "Cy", "member").await;
    let ended = world.end(ada, team, cy.account, End::Deactivate).await;
    ended.expect("Ada may");
    let mut tx = world.db.read().await.expect("the database is there");
    let may = ada.may(&mut tx, team, Permission::MembersView).await;
    let may = may.expect("Ada may");
    let (everybody, slice) = (member::Filter::default(), Slice::page(0, words::PAGE));
    let listed = member::list(&mut tx, &may, &everybody, slice).await;
    let listed = listed.expect("they can be listed");
    let row = |whose| listed.rows.iter().find(|row| row.account_id == whose);
    let (from, to) = (row(ada.account).expect("Ada"), row(bo.account).expect("Bo"));
    let transferred = member::Transferred {
        to: to.clone(),
        from: from.clone(),
        left_with: to.role.clone(),
        seq: 7,
    };
    // Where removing is for good, suspending is offered instead.
    let business = super::grant(world, 5, "business").await;
    let mut ended = member::Ended {
        member: to.clone(),
        invitations: 2,
        seq: 7,
    };
    let ask = words::ending::ask_remove(locale, &business, &ended, world.env.new_id());
    seen.own("removing where it is for good", &ask);
    ended.invitations = 0;
    let ask = words::ending::ask_remove(locale, grant, &ended, world.env.new_id());
    seen.own("removing somebody who has invited nobody", &ask);
    // A super-admin hands over for the one who holds the role.
    let mut other = ada
        .may(&mut tx, team, Permission::MembersView)
        .await
        .expect("Ada may");
    other.actor.account = cy.account;
    let ask = words::teams::ask_transfer(locale, &other, &transferred);
    seen.own("handing over for somebody else", &ask);
    let standing = ada.enter(&mut tx, team).await.expect("Ada is in");
    let overview = team::overview(&mut tx, &world.env, &standing).await;
    let mut overview = overview.expect("it can be counted");
    let numbers = words::teams::overview(locale, &standing, &overview);
    seen.own("a team in numbers, with somebody deactivated", &numbers);
    let set = words::teams::plan_set(locale, grant, &overview);
    seen.own("another plan", &set);
    overview.seats.cap = Some(1);
    let set = words::teams::plan_set(locale, grant, &overview);
    seen.own("another plan, with too few seats", &set);
}

async fn links(seen: &mut Seen, locale: Locale, world: &World) {
    let grant = super::grant(world, 4, "workspace").await;
    let (ada, team, now) = (grant.actor, grant.team.id, world.env.now());
    let new = NewLink {
        max_uses: Some(3),
        ..NewLink::default()
    };
    let mut link = world.link(ada, team, new).await.expect("links are on");
    seen.leave_out(link.reference());
    let row = |link: &invite_link::InviteLink| invite_link::Row {
        link: link.clone(),
        creator: "Ada".to_owned(),
    };
    let keyless = words::invite_link::show(locale, &grant, &row(&link), None, now);
    seen.own("a link that can't be shown any more", &keyless);
    link.uses = 3;
    let full = words::invite_link::show(locale, &grant, &row(&link), None, now);
    seen.own("a link that is used up", &full);
    let list = words::invite_link::list(locale, &grant, &all(vec![row(&link)]), now);
    seen.own("and in the list", &list);
}
