//! The pages of webhooks: making, changing, turning off and deleting them, and what became of messages.

use muster_core::activity::Kind;
use muster_core::both_dbs;
use muster_core::webhook::Reach;

use super::support::{Answer, Browser, site};

const URL: &str = "https://hooks.example.org/muster?key=1";

/// The form of a webhook.
fn form<'a>(url: &'a str, kinds: &'a [&'a str]) -> Vec<(&'a str, &'a str)> {
    let scope = if kinds.is_empty() { "all" } else { "some" };
    let fixed = [("url", url), ("description", "Our <CRM>"), ("scope", scope)];
    fixed
        .into_iter()
        .chain(kinds.iter().map(|kind| (*kind, "on")))
        .collect()
}

/// The address of the first thing that a page links to below another.
fn link(answer: &Answer, below: &str) -> String {
    let start = format!("href=\"{below}/");
    let (_, rest) = answer
        .body
        .split_once(&start)
        .unwrap_or_else(|| panic!("no {start} in {}", answer.body));
    format!("{below}/{}", rest.split(['"', '?']).next().unwrap())
}

both_dbs! {
    async fn a_webhook_from_beginning_to_end(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        world.joined(ada, team, "olga@example.org", "Olga", "owner").await;
        let mut olga = Browser::signed_in(&site(&world), "olga@example.org", "password of Olga").await;
        let path = format!("/teams/{team}/webhooks");
        olga.get(&path).await.says(200, "There are none yet.");
        let shown = olga.post(&path, &form(URL, &["kind.member.removed", "kind.member.left"])).await;
        shown.says(200, "id=\"secret\">whsec_");
        shown.says(200, "Our &#60;CRM&#62;");
        assert_eq!(shown.headers["cache-control"], "no-store");
        let list = olga.get(&path).await;
        assert!(!list.body.contains("whsec_"), "it is shown once");
        list.says(200, "https://hooks.example.org/muster?key=1");
        let hook = link(&list, &path);
        let page = olga.get(&hook).await;
        page.says(200, "name=\"kind.member.left\" value=\"on\" checked");
        page.says(200, "name=\"kind.member.reactivated\" value=\"on\">");

        // Changed, tried, sent again.
        assert_eq!(olga.post(&hook, &form("https://other.example.org/", &[])).await.location(), format!("{hook}?done=hook-saved"));
        let tested = olga.post(&format!("{hook}/test"), &[]).await;
        let tested = olga.follow(&tested).await;
        tested.says(200, "A test is on its way.");
        tested.says(200, "https://other.example.org/");
        let message = link(&tested, &format!("{hook}/deliveries"));
        olga.get(&message).await.says(200, "It was not tried yet.");
        let again = olga.post(&format!("{message}/again"), &[]).await;
        assert_eq!(again.location(), format!("{hook}?done=hook-again"));

        // Another secret, after a question.
        olga.get(&format!("{hook}/rotate")).await.says(200, "You see the new secret once.");
        let rotated = olga.post(&format!("{hook}/rotate"), &[]).await;
        rotated.says(200, "messages are signed with the secret before too");
        assert_ne!(secret(&shown), secret(&rotated));

        // Off, on, gone.
        let off = olga.post(&format!("{hook}/turn"), &[("to", "off")]).await;
        olga.follow(&off).await.says(200, "The webhook is off.");
        olga.post(&format!("{hook}/test"), &[]).await.says(409, "WEBHOOK-OFF");
        olga.post(&format!("{hook}/turn"), &[("to", "on")]).await.location();
        olga.get(&format!("{hook}/delete")).await.says(200, "Delete Our &#60;CRM&#62;?");
        assert_eq!(olga.post(&format!("{hook}/delete"), &[]).await.location(), format!("{path}?done=hook-deleted"));
        assert_eq!(olga.post(&format!("{hook}/delete"), &[]).await.location(), format!("{path}?done=hook-deleted"));
        assert_eq!(olga.get(&hook).await.status, 404);
        let log: Vec<Kind> = world.log(team).await.iter().map(|entry| entry.kind).take(6).collect();
        assert_eq!(log, [
            Kind::WebhookDeleted, Kind::WebhookEnabled, Kind::WebhookDisabled, Kind::WebhookRotated, Kind::WebhookChanged,
            Kind::WebhookCreated,
        ]);
    }

    async fn what_is_wrong_is_said_at_its_field_and_nothing_is_lost(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        world.joined(ada, team, "olga@example.org", "Olga", "owner").await;
        let mut world = world;
        world.env = world.env.with_reach(Reach::parse("10.1.0.0/16").unwrap());
        let mut olga = Browser::signed_in(&site(&world), "olga@example.org", "password of Olga").await;
        let path = format!("/teams/{team}/webhooks");
        olga.get(&path).await;
        let private = olga.post(&path, &form("https://10.2.0.1/hook", &["kind.member.left"])).await;
        private.says(422, "id=\"hook-url-error\"");
        private.says(422, "value=\"https://10.2.0.1/hook\"");
        private.says(422, "name=\"kind.member.left\" value=\"on\" checked");
        let none = olga.post(&path, &[("url", URL), ("description", ""), ("scope", "some")]).await;
        none.says(422, "id=\"hook-kinds-error\"");
        olga.post(&path, &[("url", URL), ("description", &"x".repeat(65)), ("scope", "all")]).await
            .says(422, "id=\"hook-description-error\"");
        for bad in [
            vec![("url", URL), ("scope", "all")],
            vec![("url", URL), ("description", ""), ("scope", "other")],
            vec![("url", URL), ("description", ""), ("scope", "all"), ("kind.access.denied", "on")],
            vec![("url", URL), ("description", ""), ("scope", "all"), ("more", "on")],
        ] {
            olga.post(&path, &bad).await.says(422, "FORM-BAD");
        }
        assert_eq!(olga.get(&path).await.body.matches("role=\"rowheader\"").count(), 0);
        olga.post(&path, &form("http://10.1.0.1/hook", &[])).await.says(200, "whsec_");
    }

    async fn only_those_who_may_see_them_and_only_their_own(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        world.joined(ada, team, "olga@example.org", "Olga", "owner").await;
        world.joined(ada, team, "vera@example.org", "Vera", "viewer").await;
        let (eve, other) = world.founder(9, "Eve", "Borealis", "campaigns").await;
        world.joined(eve, other, "otto@example.org", "Otto", "owner").await;
        let site = site(&world);
        let mut olga = Browser::signed_in(&site, "olga@example.org", "password of Olga").await;
        let path = format!("/teams/{team}/webhooks");
        olga.get(&path).await;
        olga.post(&path, &form(URL, &[])).await;
        let hook = link(&olga.get(&path).await, &path);
        let tested = olga.post(&format!("{hook}/test"), &[]).await;
        let message = link(&olga.follow(&tested).await, &format!("{hook}/deliveries"));

        let mut vera = Browser::signed_in(&site, "vera@example.org", "password of Vera").await;
        vera.get("/account").await;
        assert_eq!(vera.get(&path).await.status, 403);
        assert_eq!(vera.post(&format!("{hook}/delete"), &[]).await.status, 403);
        let mut otto = Browser::signed_in(&site, "otto@example.org", "password of Otto").await;
        otto.get("/account").await;
        let foreign = |address: &str| address.replace(&team.to_string(), &other.to_string());
        for address in [&hook, &message, &format!("{hook}/rotate"), &format!("{hook}/delete")] {
            assert_eq!(otto.get(address).await.status, 404, "{address}");
            assert_eq!(otto.get(&foreign(address)).await.status, 404, "{address}");
        }
        for below in ["rotate", "delete", "test"] {
            let address = format!("{}/{below}", foreign(&hook));
            let status = otto.post(&address, &[]).await.status;
            // What is gone already is deleted, as a second press finds it.
            assert_eq!(status, if below == "delete" { 303 } else { 404 }, "{below}");
        }
        assert_eq!(otto.post(&format!("{}/again", foreign(&message)), &[]).await.status, 404);
        assert_eq!(otto.post(&foreign(&hook), &form(URL, &[])).await.status, 404);
        assert_eq!(olga.get(&hook).await.status, 200, "it is still there");
        for wrong in ["x", "01JZ0000000000000000000000"] {
            assert_eq!(olga.get(&format!("{path}/{wrong}")).await.status, 404);
        }
    }
}

/// The secret that a page shows.
fn secret(answer: &Answer) -> String {
    let (_, rest) = answer.body.split_once("id=\"secret\">whsec_").unwrap();
    rest.split('<').next().unwrap().to_owned()
}
