//! Many who ask at once: each as soon as the last answer is there, or after a while; or so many a second, come what may.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use measure::Times;
use muster_core::env::sha256;
use muster_core::testing::World;
use reqwest::{Client, Request, StatusCode};
use tokio::task::JoinSet;

/// What came of it.
pub struct Answers {
    /// From the first byte of a question to the last of its answer.
    pub times: Times,
    /// All of it.
    pub took: Duration,
}

/// Asks so many questions, so many at once; `question` makes each from its number. Every answer has to have this status.
pub async fn ask(
    at_once: u32,
    questions: u32,
    expected: StatusCode,
    question: impl Fn(&Client, u32) -> Request + Send + Sync + 'static,
) -> Answers {
    ask_every(Duration::ZERO, at_once, questions, expected, question).await
}

/// The same by visitors who read for a while before they ask again; they begin evenly spread over that while.
pub async fn ask_every(
    pause: Duration,
    at_once: u32,
    questions: u32,
    expected: StatusCode,
    question: impl Fn(&Client, u32) -> Request + Send + Sync + 'static,
) -> Answers {
    let (next, question) = (Arc::new(AtomicU32::new(0)), Arc::new(question));
    let began = Instant::now();
    let visitors: Vec<_> = (0..at_once)
        .map(|visitor| {
            let (next, question) = (next.clone(), question.clone());
            tokio::spawn(async move {
                let client = client();
                let mut times = Vec::new();
                tokio::time::sleep(pause * visitor / at_once).await;
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= questions {
                        return times;
                    }
                    times.push(answered(&client, question(&client, number), expected).await);
                    // Even a sleep of nothing takes a millisecond.
                    if !pause.is_zero() {
                        tokio::time::sleep(pause).await;
                    }
                }
            })
        })
        .collect();
    let mut times = Times::default();
    for visitor in visitors {
        for time in visitor.await.expect("every visitor gets what they ask for") {
            times.note(time);
        }
    }
    Answers {
        times,
        took: began.elapsed(),
    }
}

/// Asks so many questions, so many a second, whether the answers before have come or not.
pub async fn ask_steadily(
    a_second: u32,
    questions: u32,
    expected: StatusCode,
    question: impl Fn(&Client, u32) -> Request,
) -> Answers {
    let client = client();
    let began = Instant::now();
    let mut asked = JoinSet::new();
    for number in 0..questions {
        tokio::time::sleep_until((began + Duration::from_secs(1) * number / a_second).into()).await;
        let (client, request) = (client.clone(), question(&client, number));
        asked.spawn(async move { answered(&client, request, expected).await });
    }
    let mut times = Times::default();
    while let Some(time) = asked.join_next().await {
        times.note(time.expect("every question is answered as expected"));
    }
    Answers {
        times,
        took: began.elapsed(),
    }
}

/// Somebody who goes nowhere they are sent: what the first answer says is what counts.
pub fn client() -> Client {
    let builder = Client::builder().redirect(reqwest::redirect::Policy::none());
    builder.build().expect("a client")
}

/// How long the answer took, which has to have this status.
pub async fn answered(client: &Client, request: Request, expected: StatusCode) -> Duration {
    let began = Instant::now();
    let answer = client.execute(request).await.expect("an answer");
    let status = answer.status();
    let body = answer.bytes().await.expect("the whole answer");
    let took = began.elapsed();
    assert_eq!(status, expected, "{}", String::from_utf8_lossy(&body));
    took
}

/// What a form carries of a browser with this secret, as the page that shows the form makes it.
pub fn form_token(world: &World, secret: &str) -> String {
    let signed = world.env.keys().sign("form", &[&sha256(secret.as_bytes())]);
    BASE64_URL_SAFE_NO_PAD.encode(signed)
}
