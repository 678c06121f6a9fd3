//! That the search finds what leaks: a secret is written down in each way that it claims to know, in the log, in rows, in answers
//! and in mails, and each is found.

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use muster_core::both_dbs;
use muster_core::db::Pools;
use muster_core::testing::World;
use serde_json::json;
use smtp_sink::SmtpSink;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::rows;
use super::secret::{Evidence, Secret};
use super::tap::Tap;

/// Something that somebody typed, with all that other texts have to quote.
const TYPED: &str = "canary \"violet's\" <ladder> & quorum+1/2";
/// The letters of a token, which write 32 bytes down.
const TOKEN: &str = "Y2FuYXJ5LXRva2VuLW9mLTMyLWJ5dGVzLS1-LX4_Pz8";

/// What leaks, by what was done to it.
fn leaks() -> Vec<(String, String)> {
    let mut leaks = Vec::new();
    for (what, text) in [("typed", TYPED), ("token", TOKEN)] {
        let mut ways = vec![
            ("plain", text.to_owned()),
            ("in JSON", json!({ "said": text }).to_string()),
            ("quoted by Rust", format!("{text:?}")),
            ("in a form", escaped(text, "+", |byte| format!("%{byte:02X}"))),
            (
                "in an address",
                escaped(text, "%20", |byte| format!("%{byte:02X}")),
            ),
            (
                "in a form, small digits",
                escaped(text, "+", |byte| format!("%{byte:02x}")),
            ),
            (
                "in an address, small digits",
                escaped(text, "%20", |byte| format!("%{byte:02x}")),
            ),
            (
                "on a page",
                text.replace('&', "&amp;")
                    .replace('<', "&lt;")
                    .replace('>', "&gt;")
                    .replace('"', "&quot;"),
            ),
            (
                "on a page of ours",
                text.replace('&', "&#38;")
                    .replace('<', "&#60;")
                    .replace('>', "&#62;")
                    .replace('"', "&#34;")
                    .replace('\'', "&#39;"),
            ),
        ];
        ways.extend(bytes_of(text.as_bytes()));
        leaks.extend(
            ways.into_iter()
                .map(|(way, leak)| (format!("{what} {way}"), leak)),
        );
    }
    let written = BASE64_URL_SAFE_NO_PAD
        .decode(TOKEN)
        .expect("it writes bytes down");
    assert_eq!(written.len(), 32);
    leaks.extend(
        bytes_of(&written)
            .into_iter()
            .map(|(way, leak)| (format!("written {way}"), leak)),
    );
    leaks
}

fn bytes_of(bytes: &[u8]) -> Vec<(&'static str, String)> {
    let digits: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let digits = digits.concat();
    let among = |before: &str| [before.as_bytes(), bytes, b" and more"].concat();
    vec![
        ("as digits", format!("\\x{digits}00")),
        ("as large digits", format!("X'{}'", digits.to_ascii_uppercase())),
        ("as a list", format!("{bytes:?}")),
        ("as a JSON list", json!(bytes).to_string()),
        ("in base64", BASE64_STANDARD.encode(bytes)),
        ("in base64 after one more", BASE64_STANDARD.encode(among("x"))),
        ("in base64 after two more", BASE64_STANDARD.encode(among("xy"))),
        ("in base64 after three more", BASE64_STANDARD.encode(among("xyz"))),
        (
            "in base64 of addresses",
            BASE64_URL_SAFE_NO_PAD.encode(among("user:")),
        ),
    ]
}

/// A text in an address or a form.
fn escaped(text: &str, space: &str, escape: fn(u8) -> String) -> String {
    let letters = text.bytes().map(|byte| match byte {
        b' ' => space.to_owned(),
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => char::from(byte).to_string(),
        _ => escape(byte),
    });
    letters.collect()
}

/// A table that holds all of it as texts, and the secrets themselves as bytes.
async fn store(world: &World, leaks: &[(String, String)]) {
    let bytes = if world.db.is_embedded() { "blob" } else { "bytea" };
    let table = sqlx::AssertSqlSafe(format!(
        "create table canary_planted (way text, words text, bytes {bytes})"
    ));
    let insert = "insert into canary_planted (way, words, bytes) values ($1, $2, $3)";
    let mut all: Vec<(&str, &str, &[u8])> = leaks
        .iter()
        .map(|(way, leak)| (way.as_str(), leak.as_str(), &[][..]))
        .collect();
    let written = BASE64_URL_SAFE_NO_PAD
        .decode(TOKEN)
        .expect("it writes bytes down");
    all.extend([
        ("typed as bytes", "", TYPED.as_bytes()),
        ("token as bytes", "", TOKEN.as_bytes()),
        ("written as bytes", "", &written),
    ]);
    match world.db.pools() {
        Pools::Sqlite { writer, .. } => {
            sqlx::query(table).execute(writer).await.expect("a table");
            for (way, words, bytes) in all {
                let row = sqlx::query(insert).bind(way).bind(words).bind(bytes);
                row.execute(writer).await.expect("a row");
            }
        }
        Pools::Postgres(pool) => {
            sqlx::query(table).execute(pool).await.expect("a table");
            for (way, words, bytes) in all {
                let row = sqlx::query(insert).bind(way).bind(words).bind(bytes);
                row.execute(pool).await.expect("a row");
            }
        }
    }
}

/// A program that answers each question with what leaks by that number, behind the wire with an ear.
async fn answer(leaks: Vec<(String, String)>) -> Tap {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let tap = Tap::start(listener.local_addr().expect("it is bound")).await;
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut line = String::new();
            let (read, mut write) = stream.split();
            BufReader::new(read)
                .read_line(&mut line)
                .await
                .expect("a question");
            let number: usize = line
                .split(['/', ' '])
                .nth(2)
                .and_then(|text| text.parse().ok())
                .expect("a number");
            let body = &leaks[number].1;
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                body.len()
            );
            write
                .write_all((head + body).as_bytes())
                .await
                .expect("it is answered");
        }
    });
    tap
}

/// Sends a mail as it stands here.
async fn send(sink: &SmtpSink, subject: &str, encoding: &str, body: &str) {
    let mut stream = BufReader::new(
        TcpStream::connect(sink.address())
            .await
            .expect("the sink listens"),
    );
    let text = format!(
        "From: a@example.org\r\nTo: b@example.org\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{body}\r\n.\r\n"
    );
    let said = [
        "",
        "EHLO a\r\n",
        "MAIL FROM:<a@example.org>\r\n",
        "RCPT TO:<b@example.org>\r\n",
        "DATA\r\n",
        &text,
        "QUIT\r\n",
    ];
    for say in said {
        stream
            .get_mut()
            .write_all(say.as_bytes())
            .await
            .expect("it is said");
        let mut line = String::new();
        // The last line of an answer has no dash after its number.
        while line.as_bytes().get(3) != Some(&b' ') {
            line.clear();
            stream.read_line(&mut line).await.expect("it answers");
            assert!(line.starts_with(['2', '3']), "{say}: {line}");
        }
    }
}

/// Words with the ends of lines that mails may put into them.
fn folded(text: &str) -> String {
    let letters: Vec<String> = text.chars().map(String::from).collect();
    let lines: Vec<String> = letters
        .chunks(9)
        .map(|line| line.concat().replace('=', "=3D"))
        .collect();
    lines.join("=\r\n")
}

both_dbs! {
    async fn whatever_leaks_is_found_however_it_is_written(world: World) {
        let leaks = leaks();
        let secrets = || [Secret::new("typed", TYPED), Secret::new("token", TOKEN)];
        store(&world, &leaks).await;
        let tap = answer(leaks.clone()).await;
        let sink = SmtpSink::start().await;
        for (number, (way, leak)) in leaks.iter().enumerate() {
            let answer = reqwest::get(format!("{}/{number}/", tap.url)).await.expect("an answer");
            assert_eq!(&answer.text().await.expect("a text"), leak);
            send(&sink, way, "quoted-printable", &folded(leak)).await;
        }
        for (secret, text) in [("typed", TYPED), ("token", TOKEN)] {
            send(&sink, &format!("{secret} as a whole"), "base64", &BASE64_STANDARD.encode(text)).await;
        }
        let evidence = Evidence {
            log: leaks.iter().map(|(way, leak)| format!("TRACE {way}: {leak}")).collect::<Vec<_>>().join("\n"),
            rows: rows::all(&world).await,
            exchanges: tap.exchanges(),
            mails: sink.mails(),
            messages: leaks.iter().map(|(way, leak)| format!("{way}: {leak}")).collect(),
        };
        let found = evidence.leaks(&secrets(), &[]);
        let says = |parts: &[&str]| found.iter().any(|one| parts.iter().all(|part| one.contains(part)));
        for (number, (way, _)) in leaks.iter().enumerate() {
            assert!(says(&[" is logged: ", &format!("TRACE {way}: ")]), "{way} in the log");
            assert!(says(&[" is stored: ", "canary_planted: ", way]), "{way} in a row");
            assert!(says(&[" is answered to ", &format!("GET /{number}/ ")]), "{way} in an answer");
            assert!(says(&[" is mailed to ", &format!(": {way}")]), "{way} in a mail");
            assert!(says(&[" is said by the bot: ", &format!("{way}: ")]), "{way} by the bot");
        }
        for way in ["typed as bytes", "token as bytes", "written as bytes"] {
            assert!(says(&[" is stored: ", "canary_planted: ", way]), "{way} in a row");
        }
        for secret in ["typed", "token"] {
            assert!(says(&[" is mailed to ", &format!(": {secret} as a whole")]), "{secret} in a mail");
        }

        // What may stand somewhere is found in every other place.
        let allowed = secrets().map(|secret| {
            secret.brought_by(|exchange| exchange.is_of("GET /0/ ")).mailed(|mail| mail.subject.starts_with("typed")).stored(|row| row.contains("canary_planted: token")).shown()
        });
        let fewer = evidence.leaks(&allowed, &[]);
        let says = |part: &str| fewer.iter().any(|one| one.contains(part));
        assert!(!says("GET /0/ ") && says("GET /1/ "));
        assert!(!says("is mailed to [\"b@example.org\"]: typed"));
        assert!(says("is mailed to [\"b@example.org\"]: token plain"));
        assert!(!says("canary_planted: token") && says("canary_planted: typed"));
        assert!(!says("said by the bot") && says("is logged"));

        // And where nothing leaks, nothing is found; a word that no log may have is.
        let clean = Evidence { log: "TRACE canary quorum\n".to_owned(), ..Evidence::default() };
        assert_eq!(clean.leaks(&secrets(), &[]), Vec::<String>::new());
        assert_eq!(clean.leaks(&[], &["quorum"]), ["quorum is logged: TRACE canary quorum"]);
    }
}
