//! The everyday tour: founding a team, inviting by mail, members and their roles, deleting, the log.

use std::time::Duration;

use discord_sim::{Permissions, Person};
use muster_core::locale::Locale;
use muster_core::team;
use muster_core::testing::World;
use muster_phrases::say;
use smtp_sink::{Mail, Script, Stage};

use super::tour::{Seen, Tour};
use crate::app::{Card, said};

const DAY: Duration = Duration::from_hours(24);

/// Ada founds a team, invites, changes roles, removes, deletes.
pub async fn tour(world: World, locale: Locale) -> Seen {
    let mut tour = Tour::begin(world, locale).await;
    let ada = tour.person("Ada", Permissions::MANAGE_GUILD);
    tour.about("teams");
    tour.slash("a stranger asks for their account", &ada, "/account status")
        .await;
    let created = "/team create name:Aurora preset:campaigns";
    tour.slash("a team is founded", &ada, created).await;
    let mail = invitations(&mut tour, &ada).await;
    let browser = tour.app.accept_as_new(&mail, "Bo").await;
    tour.about("members");
    let list = "/member list";
    tour.slash("somebody who has not linked Discord", &ada, list)
        .await;
    tour.about("invitations");
    let (user, bo) = tour.app.person("Bo", Permissions::NONE);
    tour.app.link_discord(&bo, &browser).await;
    user.set_locale(locale.as_str());
    not_delivered(&mut tour, &ada).await;
    members(&mut tour, &ada, &bo).await;
    top_role(&mut tour, &ada, &bo).await;
    endings(&mut tour, &ada, &bo).await;
    teams(&mut tour, &ada, &bo).await;
    later(&mut tour, &ada).await;
    tour.end().await
}

async fn invitations(tour: &mut Tour, ada: &Person) -> Mail {
    tour.about("invitations");
    tour.slash("nobody is invited yet", ada, "/invite list").await;
    tour.slash("none of a kind", ada, "/invite list status:revoked")
        .await;
    let form = tour.form("whom to invite", ada.slash("/invite email").await);
    let typed = [
        ("emails", "bo@example.org\nbo@gmial.com\nnonsense"),
        ("note", "See *you* there"),
    ];
    let review = tour.fill("the review", ada, &form, &typed).await;
    let role = tour.word("member-role");
    let viewer = tour
        .choose("with another role", ada, &review, &role, "viewer")
        .await;
    let member = tour
        .choose("and with the first", ada, &viewer, &role, "member")
        .await;
    let form = tour
        .open(
            "what was typed can be changed",
            ada,
            &member,
            &tour.word("card-edit"),
        )
        .await;
    let review = said(ada.submit(&form, &typed).await);
    let send = say!(tour.locale, "invite-send", count = 2);
    let outcome = tour.press("two are sent", ada, &review, &send).await;
    // They are sent side by side, in either order.
    let mails = [tour.app.sink.next_mail().await, tour.app.sink.next_mail().await];
    let mail = mails.into_iter().find(|mail| mail.to == ["bo@example.org"]);
    tour.app.settle().await;
    let see = tour.word("invitations-see");
    let list = tour.press("the invitations", ada, &outcome, &see).await;
    let open = tour.word("card-open");
    tour.choose("one invitation", ada, &list, &open, "bo@gmial.com")
        .await;
    let resend = "/invite resend invitation:bo@gmial.com";
    tour.slash("too early to send it again", ada, resend).await;
    let review = reviewed(tour, ada, "mailed a moment ago", "bo@gmial.com").await;
    let cancel = tour.word("card-cancel");
    tour.press("on second thoughts", ada, &review, &cancel).await;
    let many: Vec<String> = (0..21).map(|n| format!("p{n}@example.org")).collect();
    reviewed(tour, ada, "more than one form invites", &many.join(",")).await;
    tour.app.advance(Duration::from_mins(2));
    let review = reviewed(tour, ada, "invited already", "bo@gmial.com").await;
    let team = tour.app.team().await;
    let world = &tour.app.world;
    world
        .edit_policy(team, "hourly_limit = 20", "hourly_limit = 1")
        .await;
    let send = say!(tour.locale, "invite-send", count = 1);
    tour.press("the hour is full", ada, &review, &send).await;
    let world = &tour.app.world;
    world
        .edit_policy(team, "hourly_limit = 1", "hourly_limit = 20")
        .await;
    let again = tour.slash("sent again", ada, resend).await;
    tour.app.sink.next_mail().await;
    tour.app.settle().await;
    let delivery = tour.word("invitation-see-delivery");
    tour.press("and its delivery", ada, &again, &delivery).await;
    let revoke = "/invite revoke invitation:bo@gmial.com";
    let ask = tour.slash("before cancelling", ada, revoke).await;
    let revoke = say!(tour.locale, "invitation-do-revoke", address = "bo@gmial.com");
    let revoked = tour.press("after cancelling", ada, &ask, &revoke).await;
    let pressed = ask.buttons().last().and_then(|button| button.custom_id.clone());
    let twice = ada.forge_click(&revoked, &pressed.expect("an id")).await;
    tour.seen.card("cancelled twice", &said(twice));
    mail.expect("Bo has mail")
}

/// A form filled in with addresses alone.
async fn reviewed(tour: &mut Tour, who: &Person, when: &str, emails: &str) -> Card {
    let form = who.slash("/invite email").await.expect("it answers");
    let form = form.modal().expect("a form").clone();
    tour.fill(when, who, &form, &[("emails", emails)]).await
}

async fn not_delivered(tour: &mut Tour, ada: &Person) {
    let no = Script::reply(Stage::Rcpt, 550, "5.1.1 no such mailbox");
    tour.app.sink.script(no.only_to(|to| to.starts_with("nobody")));
    let review = reviewed(tour, ada, "an address that does not exist", "nobody@example.org").await;
    let send = say!(tour.locale, "invite-send", count = 1);
    tour.press("it is sent", ada, &review, &send).await;
    tour.app.settle().await;
    let messages = ada.direct_messages().await;
    tour.seen
        .card("what the bot writes of its own accord", &messages[0]);
    tour.slash("an invitation that was not delivered", ada, "/invite list")
        .await;
    let show = "/invite show invitation:nobody@example.org";
    tour.slash("and why", ada, show).await;
}

async fn members(tour: &mut Tour, ada: &Person, bo: &Person) {
    tour.about("members");
    tour.slash("members, as a member", bo, "/member list").await;
    tour.slash("members, as an owner", ada, "/member list").await;
    tour.slash("nobody of a role", ada, "/member list role:viewer")
        .await;
    tour.slash("those of a role", ada, "/member list role:member")
        .await;
    tour.slash("nobody of a status", ada, "/member list status:left")
        .await;
    tour.slash("not a member's business", bo, "/activity log").await;
    let changed = tour
        .slash("a role is changed", ada, "/member role member:Bo role:viewer")
        .await;
    tour.press("and changed back", ada, &changed, &tour.word("card-undo"))
        .await;
    let own = "/member role member:Ada role:viewer";
    tour.slash("one's own role", ada, own).await;
    tour.slash("one member", ada, "/member show member:Bo").await;
    tour.slash("oneself", ada, "/member show member:Ada").await;
    let deactivate = "/member deactivate member:Bo reason:on leave";
    let suspended = tour.slash("a member is suspended", ada, deactivate).await;
    tour.slash("what the member is told", bo, "/member list").await;
    tour.slash("one who is suspended", ada, "/member show member:Bo")
        .await;
    tour.about("choices");
    tour.completes(ada, "member show", "member", "b", &[]).await;
    tour.completes(ada, "member role", "role", "", &[]).await;
    tour.completes(ada, "invite email", "role", "", &[]).await;
    tour.completes(ada, "invite show", "invitation", "", &[]).await;
    tour.completes(ada, "team switch", "team", "", &[]).await;
    tour.completes(ada, "team create", "preset", "", &[]).await;
    tour.completes(ada, "member list", "status", "", &[]).await;
    tour.completes(ada, "activity log", "type", "member", &[]).await;
    tour.completes(ada, "help", "topic", "", &[]).await;
    tour.about("members");
    tour.press("and is back", ada, &suspended, &tour.word("card-undo"))
        .await;
    tour.slash("one cannot remove oneself", ada, "/member remove member:Ada")
        .await;
    tour.slash("nobody leaves here", bo, "/team leave").await;
}

async fn top_role(tour: &mut Tour, ada: &Person, bo: &Person) {
    let make = "/member role member:Bo role:owner";
    let ask = tour.slash("before giving the top role", ada, make).await;
    tour.press("on second thoughts", ada, &ask, &tour.word("card-cancel"))
        .await;
    let ask = said(ada.slash(make).await);
    let do_it = say!(tour.locale, "role-do", name = "Bo", role = "Owner");
    tour.press("the top role is given", ada, &ask, &do_it).await;
    // Bo invites as long as he may.
    let review = said(filled(bo, "dee@example.org").await);
    let send = say!(tour.locale, "invite-send", count = 1);
    said(bo.click(&review, &send).await);
    tour.app.mail_to("dee@example.org").await;
    let ask = tour
        .slash("before taking it", ada, "/member role member:Bo role:member")
        .await;
    let do_it = say!(tour.locale, "role-do", name = "Bo", role = "Member");
    tour.press("it is taken", ada, &ask, &do_it).await;
    let ask = tour
        .slash("before handing over", ada, "/team transfer member:Bo")
        .await;
    let transfer = say!(tour.locale, "transfer-do", to = "Bo");
    let form = tour.open("the name has to be typed", ada, &ask, &transfer).await;
    let wrong = tour
        .fill("a mistyped name", ada, &form, &[("name", "Auror")])
        .await;
    let ask = said(ada.click(&wrong, &tour.word("card-try-again")).await);
    let form = said_form(ada, &ask, &transfer).await;
    tour.fill("handed over", ada, &form, &[("name", "Aurora")]).await;
    let back = said(bo.slash("/team transfer member:Ada").await);
    let transfer = say!(tour.locale, "transfer-do", to = "Ada");
    let form = said_form(bo, &back, &transfer).await;
    said(bo.submit(&form, &[("name", "Aurora")]).await);
}

async fn filled(who: &Person, emails: &str) -> Result<discord_sim::Reply, discord_sim::Refused> {
    let form = who.slash("/invite email").await.expect("it answers");
    let form = form.modal().expect("a form").clone();
    who.submit(&form, &[("emails", emails)]).await
}

async fn said_form(who: &Person, on: &Card, label: &str) -> discord_sim::Modal {
    let form = who.click(on, label).await.expect("it answers");
    form.modal().expect("a form").clone()
}

async fn endings(tour: &mut Tour, ada: &Person, bo: &Person) {
    // What Bo sent as an owner is open still.
    let suspend = "/member deactivate member:Bo";
    let suspended = tour
        .slash("suspended, with an open invitation", ada, suspend)
        .await;
    said(ada.click(&suspended, &tour.word("card-undo")).await);
    let ask = tour
        .slash("before removing", ada, "/member remove member:Bo")
        .await;
    let remove = say!(tour.locale, "remove-do", name = "Bo");
    let pressed = ask.buttons().last().and_then(|button| button.custom_id.clone());
    let removed = tour.press("removed", ada, &ask, &remove).await;
    let twice = ada.forge_click(&removed, &pressed.expect("an id")).await;
    tour.seen.card("removed twice", &said(twice));
    tour.slash("those who were removed", ada, "/member list status:removed")
        .await;
    tour.about("teams");
    tour.slash("nobody's team", bo, "/team list").await;
    tour.slash("in no team", bo, "/member list").await;
    tour.slash("the account of somebody in no team", bo, "/account status")
        .await;
}

async fn teams(tour: &mut Tour, ada: &Person, bo: &Person) {
    let list = said(bo.slash("/team list").await);
    let create = tour.word("teams-create");
    let refused = bo.click(&list, &create).await;
    tour.form("founding by a form", refused);
    tour.slash("a team in numbers", ada, "/team overview").await;
    said(ada.slash("/team create name:Borealis preset:business").await);
    // In another server nothing says which of the two is meant.
    let elsewhere = tour.app.sim.guild("Elsewhere");
    elsewhere.join(ada.user(), Permissions::NONE);
    let there = tour.app.sim.client(ada.user(), &elsewhere, "general");
    let which = tour.slash("which team is meant", &there, "/member list").await;
    let team = tour.app.team().await.to_string();
    let choose = tour.word("teams-choose");
    tour.choose("and the command goes on", &there, &which, &choose, &team)
        .await;
    tour.slash("one's teams", ada, "/team list").await;
    tour.slash("another team", ada, "/team switch team:Borealis")
        .await;
    tour.slash("which of them is chosen", ada, "/team list").await;
    tour.slash("a team in numbers, with plans", ada, "/team overview")
        .await;
    tour.slash("no plan", ada, "/invite email").await;
    tour.slash("not a super-admin", ada, "/team plan plan:pro").await;
    tour.about("choices");
    let world = &tour.app.world;
    let mut tx = world.db.read().await.expect("the database is there");
    let all = team::all_ids(&mut tx).await.expect("teams can be listed");
    drop(tx);
    world.edit_policy(all[1], "seats = 25\n", "").await;
    tour.completes(ada, "team plan", "plan", "", &[]).await;
    tour.about("teams");
    let ask = tour.slash("before deleting", ada, "/team delete").await;
    let delete = say!(tour.locale, "delete-do", team = "Borealis");
    let form = tour.open("its name has to be typed", ada, &ask, &delete).await;
    let gone = tour.fill("deleted", ada, &form, &[("name", "Borealis")]).await;
    let restore = say!(tour.locale, "deleted-restore", team = "Borealis");
    tour.press("and back", ada, &gone, &restore).await;
    said(ada.slash("/team switch team:Aurora").await);
    tour.slash("before deleting, with open invitations", ada, "/team delete")
        .await;
}

async fn later(tour: &mut Tour, ada: &Person) {
    tour.about("log");
    let log = tour.slash("the log", ada, "/activity log").await;
    let next = tour.word("card-next");
    tour.press("its next page", ada, &log, &next).await;
    let only = tour.word("card-show-only");
    tour.choose("only one kind", ada, &log, &only, "member.removed")
        .await;
    tour.choose("nothing of a kind", ada, &log, &only, "team.deleted")
        .await;
    tour.slash(
        "of one member, since a week",
        ada,
        "/activity log member:Ada since:7d",
    )
    .await;
    tour.slash("a time that is none", ada, "/activity log since:soon")
        .await;
    tour.slash("the log as a file", ada, "/activity export format:JSON")
        .await;
    tour.about("invitations");
    tour.seated("Kim", "member").await;
    tour.app.advance(DAY * 31);
    tour.slash("expired", ada, "/invite list").await;
    let show = "/invite show invitation:dee@example.org";
    let one = tour.slash("one that has expired", ada, show).await;
    let resend = tour.word("invitation-resend");
    tour.press("revived", ada, &one, &resend).await;
    tour.app.mail_to("dee@example.org").await;
    tour.app.settle().await;
    tour.about("members");
    tour.slash("somebody is inactive", ada, "/member list").await;
}
