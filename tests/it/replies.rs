//! What the bot says on the way, word for word, in one snapshot: the same on both databases.

use std::fmt::Write;

use discord_sim::{Message, Permissions, Reply};
use muster_core::both_dbs;

use crate::app::{TestApp, handed, said};

/// The cards seen so far, as a person reads them, with what differs from run to run left out.
#[derive(Default)]
struct Seen(String);

impl Seen {
    fn card(&mut self, when: &str, message: &Message) {
        let colour = message
            .embeds
            .first()
            .and_then(|embed| embed.color)
            .unwrap_or_default();
        let _ = write!(
            self.0,
            "── {when} (#{colour:06X})\n{}\n\n",
            without_ids(&message.text())
        );
    }
}

/// Ids are 26 letters and digits beginning with 01, link secrets are 43; ports and Discord's numbers vary too.
fn without_ids(text: &str) -> String {
    let word = |word: &str| {
        let plain = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        let is_id =
            plain.len() == 26 && plain.starts_with("01") && plain.chars().all(|c| c.is_ascii_alphanumeric());
        let is_mention = word.starts_with("<@");
        if is_id {
            word.replace(plain, "ID")
        } else if is_mention {
            "<@USER>".to_owned()
        } else if word.starts_with("http") {
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

both_dbs! {
    async fn the_bot_says_what_it_should(world: World) {
        let app = TestApp::start(world).await;
        let mut seen = Seen::default();
        let (_, ada) = app.person("Ada", Permissions::MANAGE_GUILD);
        seen.card("a stranger asks for their account", &said(ada.slash("/account status").await));
        seen.card("a team is founded", &said(ada.slash("/team create name:Aurora preset:campaigns").await));
        seen.card("nobody is invited yet", &said(ada.slash("/invite list").await));
        let form = ada.slash("/invite email").await.expect("it answers");
        let Reply::Modal(form) = form else { panic!("a form opens, not {form:?}") };
        let filled = [("Email addresses", "bo@example.org\nbo@gmial.com\nnonsense"), ("A note (optional)", "See *you* there")];
        let review = said(ada.submit(&form, &filled).await);
        seen.card("the review", &review);
        let sent = said(ada.click(&review, "Send 2 invitations").await);
        seen.card("two are sent", &sent);
        // They are sent side by side, in either order.
        let mails = [app.sink.next_mail().await, app.sink.next_mail().await];
        let mail = mails.into_iter().find(|mail| mail.to == ["bo@example.org"]).expect("Bo has mail");
        app.settle().await;
        let list = said(ada.click(&sent, "See invitations").await);
        seen.card("the invitations", &list);
        seen.card("one invitation", &said(ada.slash("/invite show invitation:bo@gmial.com").await));
        seen.card("too early", &said(ada.slash("/invite resend invitation:bo@gmial.com").await));
        let ask = said(ada.slash("/invite revoke invitation:bo@gmial.com").await);
        seen.card("before cancelling", &ask);
        seen.card("after cancelling", &said(ada.click(&ask, "Revoke bo@gmial.com").await));
        let browser = app.accept_as_new(&mail, "Bo").await;
        let (_, bo) = app.person("Bo", Permissions::NONE);
        seen.card("linking", &said(bo.slash("/link").await));
        app.link_discord(&bo, &browser).await;
        seen.card("linked already", &said(bo.slash("/link").await));
        seen.card("members, as a member", &said(bo.slash("/member list").await));
        seen.card("members, as an owner", &said(ada.slash("/member list").await));
        seen.card("not a member's business", &said(bo.slash("/activity log").await));
        let changed = said(ada.slash("/member role member:Bo role:viewer").await);
        seen.card("a role is changed", &changed);
        seen.card("and changed back", &said(ada.click(&changed, "Undo").await));
        let ask = said(ada.slash("/member role member:Bo role:owner").await);
        seen.card("before giving the top role", &ask);
        seen.card("on second thoughts", &said(ada.click(&ask, "Cancel").await));
        seen.card("one's own role", &said(ada.slash("/member role member:Ada role:viewer").await));
        seen.card("one member", &said(ada.slash("/member show member:Bo").await));
        let suspended = said(ada.slash("/member deactivate member:Bo reason:on leave").await);
        seen.card("a member is suspended", &suspended);
        seen.card("what the member is told", &said(bo.slash("/member list").await));
        seen.card("and is back", &said(ada.click(&suspended, "Undo").await));
        seen.card("one cannot remove oneself", &said(ada.slash("/member remove member:Ada").await));
        seen.card("nobody leaves here", &said(bo.slash("/team leave").await));
        let ask = said(ada.slash("/member remove member:Bo").await);
        seen.card("before removing", &ask);
        let ask_transfer = said(ada.slash("/team transfer member:Bo").await);
        seen.card("before handing over", &ask_transfer);
        let form = ada.click(&ask_transfer, "Transfer to Bo…").await.expect("it answers");
        let Reply::Modal(form) = form else { panic!("a form opens, not {form:?}") };
        let wrong = said(ada.submit(&form, &[("Type the team's name to go on", "Auror")]).await);
        seen.card("a mistyped name", &wrong);
        seen.card("removed", &said(ada.click(&ask, "Remove Bo").await));
        seen.card("a team in numbers", &said(ada.slash("/team overview").await));
        said(ada.slash("/team create name:Borealis preset:business").await);
        seen.card("one's teams", &said(ada.slash("/team list").await));
        seen.card("another team", &said(ada.slash("/team switch team:Borealis").await));
        seen.card("no plan", &said(ada.slash("/invite email").await));
        seen.card("not a super-admin", &said(ada.slash("/team plan plan:pro").await));
        let ask = said(ada.slash("/team delete").await);
        seen.card("before deleting", &ask);
        let form = ada.click(&ask, "Delete Borealis…").await.expect("it answers");
        let Reply::Modal(form) = form else { panic!("a form opens, not {form:?}") };
        let gone = said(ada.submit(&form, &[("Type the team's name to go on", "Borealis")]).await);
        seen.card("deleted", &gone);
        seen.card("and back", &said(ada.click(&gone, "Restore Borealis").await));
        said(ada.slash("/team switch team:Aurora").await);
        seen.card("the log", &said(ada.slash("/activity log").await));
        insta::with_settings!({ prepend_module_to_snapshot => false }, { insta::assert_snapshot!("replies", seen.0) });
        app.end().await;
    }

    async fn the_bot_says_what_it_should_about_a_file(world: World) {
        let app = TestApp::start(world).await;
        let mut seen = Seen::default();
        let (user, ada) = app.person("Ada", Permissions::MANAGE_GUILD);
        said(ada.slash("/team create name:Aurora preset:campaigns").await);
        app.world.edit_policy(app.team().await, "hourly_limit = 20", "hourly_limit = 2").await;
        seen.card("nothing is scheduled", &said(ada.slash("/invite list status:scheduled").await));
        seen.card("no list", &*handed(&ada, None, "").await);
        seen.card("nobody can be invited", &*handed(&ada, None, "nonsense\nmore nonsense").await);
        let file = "email,role,note,badge\na@example.net,,\"See *you*\",7\nb@gmial.com,viewer\nA@example.net\nc@example.net\nd@example.net\nnonsense\ne@example.net,emperor\n";
        seen.card("a report", &*handed(&ada, None, file).await);
        user.set_locale("de");
        let report = handed(&ada, None, file).await;
        seen.card("a report in German", &report);
        let sent = said(ada.click(&report, "2 sofort senden, 2 einplanen").await);
        seen.card("sent in German", &sent);
        user.set_locale("en-US");
        app.sink.next_mail().await;
        app.sink.next_mail().await;
        seen.card("handed over again", &*handed(&ada, None, file).await);
        let list = said(ada.slash("/invite list status:scheduled").await);
        seen.card("what is scheduled", &list);
        let one = said(ada.select(&list, "Open…", &["d@example.net"]).await);
        seen.card("one of them", &one);
        seen.card("cancelled", &said(ada.click(&one, "Cancel it").await));
        let list = said(ada.slash("/invite list status:scheduled").await);
        let ask = said(ada.click(&list, "Cancel all…").await);
        seen.card("before cancelling all", &ask);
        let all = ask.button("Cancel 1 scheduled invitation").expect("a button").custom_id.clone().expect("an id");
        seen.card("all cancelled", &said(ada.click(&ask, "Cancel 1 scheduled invitation").await));
        seen.card("twice", &said(ada.forge_click(&ask, &all).await));
        seen.card("the log", &said(ada.slash("/activity log").await));
        insta::with_settings!({ prepend_module_to_snapshot => false }, { insta::assert_snapshot!("replies_bulk", seen.0) });
        app.end().await;
    }
}
