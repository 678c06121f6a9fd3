//! Connections that are slow, idle or too large, over real sockets.

use std::time::Duration;

use axum::Router;
use axum::routing::get;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::web::server::{LIMITS, Limits, serve_within};

const SHORT: Duration = Duration::from_millis(200);
/// Longer than anything here takes, even on a busy machine.
const LONG: Duration = Duration::from_secs(20);

struct Running {
    address: std::net::SocketAddr,
    stop: CancellationToken,
    task: JoinHandle<std::io::Result<()>>,
}

async fn run(router: Router, limits: Limits) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let task = tokio::spawn(serve_within(limits, listener, router, stop.clone()));
    Running { address, stop, task }
}

/// What a connection answers to some bytes until it is closed.
async fn talk(running: &Running, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    // A reset is a closed connection, too.
    let _ = tokio::time::timeout(LONG, stream.read_to_end(&mut answer))
        .await
        .expect("the connection is closed");
    String::from_utf8_lossy(&answer).into_owned()
}

fn hello() -> Router {
    Router::new().route("/", get(|| async { "hello" }))
}

/// A page that waits to be let through: what says that somebody waits, and what lets all of them go on.
fn gated(answer: &'static str) -> (Router, mpsc::Receiver<()>, watch::Sender<bool>) {
    let (started, on_start) = mpsc::channel::<()>(2);
    let (go_on, wait) = watch::channel(false);
    let slow = move || {
        let (started, mut wait) = (started.clone(), wait.clone());
        async move {
            started.send(()).await.unwrap();
            wait.wait_for(|go| *go).await.unwrap();
            answer
        }
    };
    (Router::new().route("/", get(slow)), on_start, go_on)
}

#[tokio::test]
async fn whoever_says_nothing_or_too_little_is_let_go() {
    let running = run(
        hello(),
        Limits {
            head: SHORT,
            ..LIMITS
        },
    )
    .await;
    assert_eq!(talk(&running, b"").await, "");
    assert!(
        !talk(&running, b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ")
            .await
            .contains("hello")
    );
    // After an answer the connection may be idle only as long.
    assert!(
        talk(&running, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            .await
            .ends_with("hello")
    );
}

#[tokio::test]
async fn whoever_takes_nothing_is_let_go() {
    let huge = || async { vec![b'x'; 64 * 1024 * 1024] };
    let running = run(
        Router::new().route("/", get(huge)),
        Limits {
            stall: SHORT,
            connections: 1,
            ..LIMITS
        },
    )
    .await;
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        .await
        .unwrap();
    // There is one place: the second connection is served only once the first was let go.
    let mut second = TcpStream::connect(running.address).await.unwrap();
    second
        .write_all(b"GET /nowhere HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        .await
        .unwrap();
    let mut answer = String::new();
    tokio::time::timeout(LONG, second.read_to_string(&mut answer))
        .await
        .expect("the second is served")
        .unwrap();
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
    drop(stream);
}

const ASK: &[u8] = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";

/// Reads an answer that ends with `hello`; the connection stays open.
async fn hears_hello(stream: &mut TcpStream) {
    let mut answer = Vec::new();
    let read = async {
        while !answer.ends_with(b"hello") {
            assert_ne!(stream.read_buf(&mut answer).await.unwrap(), 0, "it was closed");
        }
    };
    tokio::time::timeout(LONG, read).await.expect("it is answered");
}

/// Asks, and hears `hello`.
async fn ask(stream: &mut TcpStream) {
    stream.write_all(ASK).await.unwrap();
    hears_hello(stream).await;
}

#[tokio::test]
async fn who_has_been_idle_longest_gives_way_to_who_comes() {
    let running = run(
        hello(),
        Limits {
            connections: 2,
            ..LIMITS
        },
    )
    .await;
    let connect = async || TcpStream::connect(running.address).await.unwrap();
    let (mut silent, mut spoke) = (connect().await, connect().await);
    // Both have their places, and the second has just been served.
    ask(&mut spoke).await;
    let mut late = connect().await;
    ask(&mut late).await;
    let ended = tokio::time::timeout(LONG, silent.read(&mut [0; 1])).await;
    assert_eq!(ended.expect("it is closed").unwrap_or_default(), 0);
    // It was not idle for longest.
    ask(&mut spoke).await;
    // A thousand more that say nothing keep nobody out.
    let mut crowd = Vec::new();
    for _ in 0..1000 {
        crowd.push(connect().await);
    }
    ask(&mut connect().await).await;
}

#[tokio::test]
async fn a_request_that_runs_keeps_its_place() {
    let (slow, mut on_start, go_on) = gated("hello");
    let running = run(
        slow,
        Limits {
            connections: 1,
            ..LIMITS
        },
    )
    .await;
    let mut first = TcpStream::connect(running.address).await.unwrap();
    first.write_all(ASK).await.unwrap();
    on_start.recv().await.unwrap();
    let mut second = TcpStream::connect(running.address).await.unwrap();
    second.write_all(ASK).await.unwrap();
    assert!(on_start.try_recv().is_err(), "there is one place");
    go_on.send(true).unwrap();
    hears_hello(&mut first).await;
    hears_hello(&mut second).await;
}

/// What the README promises of slow clients.
#[test]
fn slow_clients_are_let_go_within_fifteen_seconds() {
    let most = Duration::from_secs(15);
    assert!(LIMITS.head < most && LIMITS.stall < most && crate::web::form::BODY_TIMEOUT < most);
}

#[tokio::test]
async fn heads_that_cannot_be_one_are_refused() {
    let running = run(hello(), LIMITS).await;
    let long = format!(
        "GET / HTTP/1.1\r\nHost: a\r\nX-Long: {}\r\n\r\n",
        "x".repeat(300_000)
    );
    for (bytes, status) in [
        (long.as_bytes(), "431"),
        (b"\x16\x03\x01 GET / HTTP/1.1\r\n\r\n", "400"),
        (
            b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
            "400",
        ),
        (
            b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n",
            "400",
        ),
    ] {
        let answer = talk(&running, bytes).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{answer:?}");
    }
}

#[tokio::test]
async fn stopping_lets_running_requests_end_and_takes_no_new_ones() {
    let (slow, mut on_start, go_on) = gated("done");
    let running = run(slow, LIMITS).await;
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        .await
        .unwrap();
    on_start.recv().await.unwrap();
    running.stop.cancel();
    while TcpStream::connect(running.address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    go_on.send(true).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.ends_with("done"), "{answer}");
    running.task.await.unwrap().unwrap();
}
