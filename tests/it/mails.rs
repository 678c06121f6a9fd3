//! The mails that the program sends, in their order; and those that tell people of an end.

use muster_core::both_dbs;
use muster_core::email::Kind;
use smtp_sink::Mail;

use crate::app::{TestApp, link, said};

impl TestApp {
    /// The next mail, which has to be for this address. Those that tell somebody else of an end are passed over.
    pub async fn mail_to(&self, email: &str) -> Mail {
        loop {
            let mail = self.sink.next_mail().await;
            if mail.to == [email] || !self.tells_of_an_end(&mail).await {
                assert_eq!(mail.to, [email]);
                return mail;
            }
        }
    }

    /// Whether a mail tells somebody that they were removed or suspended, which most tests do to get on with something
    /// else.
    pub async fn tells_of_an_end(&self, mail: &Mail) -> bool {
        let id = mail.message_id.as_deref().expect("our mails have ids");
        let kind = self.world.mail_kind(&format!("<{id}>")).await;
        matches!(kind, Kind::Removed | Kind::Deactivated)
    }
}

both_dbs! {
    async fn who_is_suspended_removed_or_could_bring_a_team_back_is_told(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        app.seated("Bo", "member").await;
        app.seated("Cy", "owner").await;
        said(ada.slash("/member deactivate member:Bo").await);
        let mail = app.sink.next_mail().await;
        assert_eq!((mail.to[0].as_str(), mail.subject.as_str()), ("bo@example.org", "Your access to Aurora is suspended"));
        assert!(mail.text.contains("Ada suspended your membership in Aurora"), "{}", mail.text);
        let ask = said(ada.slash("/member remove member:Bo").await);
        said(ada.click(&ask, "Remove Bo").await);
        let mail = app.sink.next_mail().await;
        assert_eq!((mail.to[0].as_str(), mail.subject.as_str()), ("bo@example.org", "You are no longer in Aurora"));
        assert!(mail.text.contains("Your account stays yours"), "{}", mail.text);
        let ask = said(ada.slash("/team delete").await);
        let form = ada.click(&ask, "Delete Aurora…").await.expect("a form opens");
        let form = form.modal().expect("a form").clone();
        said(ada.submit(&form, &[("Type the team's name to go on", "Aurora")]).await);
        let mail = app.sink.next_mail().await;
        assert_eq!((mail.to[0].as_str(), mail.subject.as_str()), ("cy@example.org", "Aurora was deleted"));
        assert!(mail.text.contains("You can bring it back until Tuesday, 22 December 2026"), "{}", mail.text);
        app.end().await;
    }

    async fn answers_to_an_invitation_reach_the_inviter_where_the_team_wants_it(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        let bo = app.seated("Bo", "owner").await;
        assert_eq!(app.invite(&bo, "cy@example.net", "member").await.reply_to, None);
        let settings = said(ada.slash("/team settings").await);
        let done = said(ada.click(&settings, "Let answers reach the inviter").await);
        assert!(done.text().contains("Answers to invitations go to whoever invited now"), "{}", done.text());
        let mail = app.invite(&bo, "dee@example.net", "member").await;
        assert_eq!(mail.reply_to.as_deref(), Some("bo@example.org"));
        assert!(link(&mail).contains("/i/"));
        let done = said(ada.click(&done, "Let answers reach nobody").await);
        assert!(done.text().contains("Answers to invitations go to nobody now"), "{}", done.text());
        let history = said(ada.slash("/activity log").await);
        assert!(history.text().contains("replies_to_inviter"), "{}", history.text());
        assert_eq!(app.invite(&bo, "eve@example.net", "member").await.reply_to, None);
        app.end().await;
    }
}
