//! How long people wait for a page.

use std::time::Duration;

use measure::{Report, number, rate, time};
use muster_core::session;
use muster_core::testing::World;
use reqwest::{Method, Request, StatusCode, header};
use url::Url;

use crate::server::Server;
use crate::visitors::{ask, ask_every};

const VISITORS: u32 = 50;
/// How many pages they ask for when they read each for [`READING`], and when they read none.
const PAGES: u32 = 1000;
const IN_HASTE: u32 = 5000;
const READING: Duration = Duration::from_secs(1);
const SOON: Duration = Duration::from_millis(20);

pub async fn measure(world: &World, members: u32) -> Report {
    let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
    world
        .crowd(team, usize::try_from(members).expect("it fits"))
        .await;
    world.guests(team, ada.account, 100).await;
    let invitation = world.invite(ada, team, "new@example.org", "member").await;
    let token = world.mailed_token(&invitation.expect("she may invite"));
    let arrival = session::Arrival {
        user_agent: "a benchmark",
        secret: None,
    };
    let mut tx = world.db.write().await.expect("a transaction");
    let secret = session::start(&mut tx, &world.env, ada.account, arrival)
        .await
        .expect("a session");
    tx.commit().await.expect("it is stored");
    let server = Server::start(world).await;

    let mut report = Report::new(format!(
        "A team of {} with 101 pending invitations; {VISITORS} visitors at once, who ask for the next page a second after they have the last \
         one, {} times in all; then {VISITORS} who ask as soon as the last answer is there, {} times, so that the program is never \
         idle and what is measured is how many pages it makes. Its page and the account's are asked for by its signed-in founder, the invitation by nobody \
         in particular.",
        number(members.into()),
        number(PAGES.into()),
        number(IN_HASTE.into()),
    ));
    for (name, path) in [
        ("Invitation", format!("i/{token}")),
        ("Team page", format!("teams/{team}")),
        ("Account", "account".to_owned()),
        ("Health", "health/ready".to_owned()),
    ] {
        let url: Url = server.url.join(&path).expect("a path");
        let signed_in = (name != "Invitation").then(|| format!("muster={secret}"));
        let question = move |_: &_, _| {
            let mut request = Request::new(Method::GET, url.clone());
            if let Some(cookie) = &signed_in {
                let cookie = header::HeaderValue::from_str(cookie).expect("a header");
                request.headers_mut().insert(header::COOKIE, cookie);
            }
            request
        };
        let answers = ask_every(READING, VISITORS, PAGES, StatusCode::OK, question.clone()).await;
        let late = answers.times.quantile(0.99);
        report.add_with_aim(format!("{name}: p99"), time(late), "under 20 ms", late < SOON);
        report.add(format!("{name}: median"), time(answers.times.quantile(0.5)));
        let answers = ask(VISITORS, IN_HASTE, StatusCode::OK, question).await;
        report.add(
            format!("{name}, in haste: median, p99, a second"),
            format!(
                "{}, {}, {:.0}",
                time(answers.times.quantile(0.5)),
                time(answers.times.quantile(0.99)),
                rate(answers.times.count(), answers.took)
            ),
        );
    }
    report
}
