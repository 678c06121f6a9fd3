//! The program as a process, and clients that are slow, many, endless or dishonest, over real sockets. What they do reaches no
//! database, so one is enough.

use std::net::SocketAddr;
use std::process::Stdio;
use std::time::Duration;

use futures::future::join_all;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

/// Longer than anything here takes, even on a busy machine.
const LONG: Duration = Duration::from_secs(90);

/// The pages, in a process of their own.
struct Pages {
    at: SocketAddr,
    process: Child,
    _folder: tempfile::TempDir,
}

impl Pages {
    async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut process = Command::new(env!("CARGO_BIN_EXE_muster"))
            .args(["serve", "--only", "web"])
            .current_dir(folder.path())
            .env_clear()
            .env("NO_COLOR", "1")
            .env("LISTEN_ADDR", "127.0.0.1:0")
            .env("PUBLIC_URL", "http://muster.test")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the program starts");
        let mut lines = BufReader::new(process.stderr.take().expect("it is piped")).lines();
        let at = loop {
            let line = tokio::time::timeout(LONG, lines.next_line()).await;
            let line = line
                .expect("it starts in time")
                .expect("text")
                .expect("it does not end");
            if let Some((_, rest)) = line.split_once("serving the pages on ") {
                let address = rest.split(' ').next().unwrap_or_default();
                break address.parse().expect("an address");
            }
        };
        // Whatever else it says is read, so that it never waits for us.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Self {
            at,
            process,
            _folder: folder,
        }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.at).await.expect("it listens")
    }

    /// What is answered to some bytes until the connection is closed. Who is closed while still sending has been answered, too.
    async fn talk(&self, bytes: &[u8]) -> String {
        let mut stream = self.connect().await;
        let _ = stream.write_all(bytes).await;
        rest(&mut stream).await
    }

    /// Whether it says that it can do its work.
    async fn is_ready(&self) -> bool {
        let answer = self
            .talk(b"GET /health/ready HTTP/1.1\r\nHost: muster.test\r\nConnection: close\r\n\r\n")
            .await;
        answer.starts_with("HTTP/1.1 200") && answer.ends_with("ready\n")
    }

    fn file(&self, name: &str) -> String {
        let pid = self.process.id().expect("it runs");
        format!("/proc/{pid}/{name}")
    }

    /// How much memory it holds, in MiB.
    fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(self.file("status")).expect("it runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib: u64 = line
            .and_then(|line| line.split_whitespace().next())
            .and_then(|kib| kib.parse().ok())
            .expect("a number of KiB");
        kib / 1024
    }

    /// How many sockets it has open.
    fn sockets(&self) -> usize {
        let open = std::fs::read_dir(self.file("fd")).expect("it runs");
        open.filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok())
            .filter(|target| target.to_string_lossy().starts_with("socket:"))
            .count()
    }

    async fn end(mut self) {
        self.process.kill().await.expect("it can be killed");
    }
}

/// Everything that still comes, until the connection is closed.
async fn rest(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    // A reset is a closed connection, too.
    let _ = tokio::time::timeout(LONG, stream.read_to_end(&mut answer))
        .await
        .expect("the connection is closed");
    String::from_utf8_lossy(&answer).into_owned()
}

/// Lets this process open so many files at once, or says what is in the way.
async fn allow_files(wanted: u64) {
    let limits = std::fs::read_to_string("/proc/self/limits").expect("Linux says its limits");
    let line = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"))
        .expect("one of them");
    let hard = line.split_whitespace().nth(1).unwrap_or_default();
    let most = hard.parse::<u64>().unwrap_or(u64::MAX);
    assert!(
        most >= wanted,
        "this test opens {wanted} files at once, and the hard limit is {hard}: run it with a higher one (`ulimit -Hn`)"
    );
    let raised = Command::new("prlimit")
        .args([
            "--pid",
            &std::process::id().to_string(),
            &format!("--nofile={wanted}:{hard}"),
        ])
        .status()
        .await;
    assert!(
        raised.is_ok_and(|status| status.success()),
        "the limit of open files can't be raised: is prlimit (util-linux) installed?"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_idle_connections_keep_nobody_out() {
    allow_files(12_000).await;
    let pages = Pages::start().await;
    assert!(pages.is_ready().await);
    let mut crowd = Vec::with_capacity(10_000);
    for n in 0..10_000 {
        let mut stream = pages.connect().await;
        // Some say nothing, some begin and never go on.
        if n % 3 == 0 {
            let _ = stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ").await;
        }
        crowd.push(stream);
        if n % 500 == 499 {
            assert!(pages.is_ready().await, "with {} connections", n + 1);
        }
    }
    for _ in 0..20 {
        assert!(pages.is_ready().await, "with all of them");
    }
    // 2,048 are served; the others of its sockets are the listener, the one in hand and the runtime's own.
    let open = pages.sockets();
    assert!(open <= 2_048 + 16, "{open} sockets are open");
    let memory = pages.memory();
    assert!(memory < 512, "{memory} MiB are held");
    drop(crowd);
    assert!(pages.is_ready().await);
    pages.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_slow_is_let_go() {
    let pages = Pages::start().await;
    let head = "POST /login HTTP/1.1\r\nHost: muster.test\r\nOrigin: http://muster.test\r\n\
                Content-Type: application/x-www-form-urlencoded\r\n";
    let said_little = ["", "GET / HTTP/1.1\r\nHost: a\r\nX-Slow: "].map(str::to_owned);
    let body = format!("{head}Content-Length: 1000\r\n\r\nemail=");
    let chunks = format!("{head}Transfer-Encoding: chunked\r\n\r\n5\r\nemail\r\n");
    let again = "GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n".to_owned();
    let silent = said_little.into_iter().chain([body.clone(), chunks, again]);
    let silent = join_all(silent.map(|bytes| {
        let pages = &pages;
        async move { pages.talk(bytes.as_bytes()).await }
    }));
    // Some drip: a byte each second is not enough either.
    let dripping = join_all(["GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ", &body].map(|bytes| {
        let pages = &pages;
        async move {
            let mut stream = pages.connect().await;
            stream.write_all(bytes.as_bytes()).await.expect("it listens");
            let (mut read, mut write) = stream.split();
            let mut answer = Vec::new();
            let drip = async {
                while write.write_all(b"x").await.is_ok() {
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            };
            let closed = tokio::time::timeout(LONG, async {
                tokio::select! {
                    _ = read.read_to_end(&mut answer) => {}
                    () = drip => {}
                }
            });
            closed.await.expect("it is let go");
        }
    }));
    let (silent, _) = tokio::join!(silent, dripping);
    assert_eq!(silent[0], "");
    assert!(!silent[1].contains("200 OK"), "{}", silent[1]);
    for slow in &silent[2..4] {
        assert!(
            slow.starts_with("HTTP/1.1 408") && slow.contains("TOO-SLOW"),
            "{slow}"
        );
    }
    assert!(silent[4].ends_with("live\n"), "{}", silent[4]);
    assert!(pages.is_ready().await);
    pages.end().await;
}

/// Sends a body that does not end until the connection is closed; answers what came, and how many bytes were taken.
async fn pour(pages: &Pages, head: &str, piece: &[u8]) -> (String, usize) {
    let mut stream = pages.connect().await;
    stream.write_all(head.as_bytes()).await.expect("it listens");
    let (mut read, mut write) = stream.split();
    let (mut answer, mut poured) = (Vec::new(), 0);
    let pour = async {
        while poured < 2 << 30 && write.write_all(piece).await.is_ok() {
            poured += piece.len();
        }
    };
    let closed = tokio::time::timeout(LONG, async {
        let ((), _) = tokio::join!(pour, read.read_to_end(&mut answer));
    });
    closed.await.expect("the connection is closed");
    (String::from_utf8_lossy(&answer).into_owned(), poured)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_body_is_too_large_too_deep_or_too_strange() {
    let pages = Pages::start().await;
    assert!(pages.is_ready().await);
    let before = pages.memory();
    let form = "POST /login HTTP/1.1\r\nHost: muster.test\r\nOrigin: http://muster.test\r\n\
                Content-Type: application/x-www-form-urlencoded\r\n";
    let json = "POST /api/check HTTP/1.1\r\nHost: muster.test\r\nContent-Type: application/json\r\nX-API-Key: mk_x\r\n";
    let piece = vec![b'a'; 1 << 20];
    let chunk = [b"100000\r\n".as_slice(), &piece, b"\r\n"].concat();
    for head in [form, json] {
        for (framing, piece) in [
            ("Content-Length: 2147483648\r\n\r\n", &piece),
            ("Transfer-Encoding: chunked\r\n\r\n", &chunk),
        ] {
            let (answer, poured) = pour(&pages, &format!("{head}{framing}"), piece).await;
            // Whoever still sends when the connection is closed may lose the answer.
            assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer}");
            assert!(poured < 64 << 20, "{poured} bytes were taken");
        }
    }
    let whole = |head: &str, body: &[u8]| {
        let head = format!(
            "{head}Connection: close\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        [head.as_bytes(), body].concat()
    };
    for body in [
        "[".repeat(60_000),
        "{\"a\":".repeat(10_000),
        format!("{}1", "[[[[".repeat(10_000)),
    ] {
        let answer = pages.talk(&whole(json, body.as_bytes())).await;
        assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
    }
    for body in [
        b"\xff\xfe\xfd".as_slice(),
        b"email=%ff%fe&password=\xc3\x28",
        b"\xf0\x28\x8c\x28=1",
    ] {
        for head in [form, json] {
            let answer = pages.talk(&whole(head, body)).await;
            assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
        }
    }
    let after = pages.memory();
    assert!(after < before + 64, "{before} MiB before, {after} MiB after");
    assert!(pages.is_ready().await);
    pages.end().await;
}

/// What a proxy and we could read differently is refused, and the connection closed, so that nothing that follows is read as
/// somebody else's request.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_with_two_meanings_have_none() {
    let pages = Pages::start().await;
    let hidden = "GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n";
    let post = "POST /login HTTP/1.1\r\nHost: a\r\n";
    for (what, request) in [
        (
            "two lengths",
            format!("{post}Content-Length: 0\r\nContent-Length: 5\r\n\r\n{hidden}"),
        ),
        (
            "lengths in a list",
            format!("{post}Content-Length: 0, 5\r\n\r\n{hidden}"),
        ),
        (
            "a length with a sign",
            format!("{post}Content-Length: +5\r\n\r\n{hidden}"),
        ),
        (
            "a length below nought",
            format!("{post}Content-Length: -1\r\n\r\n{hidden}"),
        ),
        (
            "a length in hexadecimal",
            format!("{post}Content-Length: 0x5\r\n\r\n{hidden}"),
        ),
        (
            "a length that is too long",
            format!("{post}Content-Length: 99999999999999999999\r\n\r\n{hidden}"),
        ),
        (
            "another coding",
            format!("{post}Transfer-Encoding: xchunked\r\n\r\n{hidden}"),
        ),
        (
            "chunked, then another",
            format!("{post}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n{hidden}"),
        ),
        (
            "a space before the colon",
            format!("{post}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n{hidden}"),
        ),
        (
            "a folded line",
            format!("{post}X: a\r\n Transfer-Encoding: chunked\r\n\r\n{hidden}"),
        ),
        (
            "a bare CR",
            format!("{post}X: a\rTransfer-Encoding: chunked\r\n\r\n{hidden}"),
        ),
        ("a NUL", format!("{post}X: a\0b\r\n\r\n{hidden}")),
        (
            "a chunk of no size",
            format!("{post}Transfer-Encoding: chunked\r\n\r\nzz\r\n{hidden}"),
        ),
        ("no version", format!("GET /health/live\r\n\r\n{hidden}")),
        (
            "a version of tomorrow",
            format!("GET /health/live HTTP/9.9\r\n\r\n{hidden}"),
        ),
    ] {
        let answer = pages.talk(request.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 4"), "{what}: {answer}");
        assert!(
            !answer.contains("live\n"),
            "{what}: the hidden request was answered: {answer}"
        );
    }
    // With both framings chunks count, and the connection is closed after the answer: one of the two ways of RFC 9112 (6.1).
    let (length, chunked) = ("Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n");
    for both in [format!("{length}{chunked}"), format!("{chunked}{length}")] {
        let answer = pages
            .talk(format!("{post}{both}\r\n0\r\n\r\n{hidden}").as_bytes())
            .await;
        assert!(
            answer.starts_with("HTTP/1.1 4") && !answer.contains("live\n"),
            "{answer}"
        );
    }
    assert!(pages.is_ready().await);
    pages.end().await;
}
