//! The protocol itself, byte by byte: what lettre never sends, a broken client might.

use std::time::Duration;

use smtp_sink::{Script, SmtpSink, Stage, StartTls};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

struct Client {
    stream: BufReader<TcpStream>,
}

impl Client {
    /// Connected and greeted.
    async fn new(sink: &SmtpSink) -> Client {
        let mut client = Client {
            stream: BufReader::new(TcpStream::connect(sink.address()).await.unwrap()),
        };
        assert_eq!(client.reply().await, 220);
        assert_eq!(client.say("EHLO test.example").await, 250);
        client
    }

    async fn write(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).await.unwrap();
    }

    async fn reply(&mut self) -> u16 {
        self.reply_text().await.0
    }

    async fn reply_text(&mut self) -> (u16, Vec<String>) {
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            self.stream.read_line(&mut line).await.unwrap();
            let line = line
                .strip_suffix("\r\n")
                .unwrap_or_else(|| panic!("a reply, not {line:?}"));
            lines.push(line[4..].to_owned());
            if line.as_bytes()[3] == b' ' {
                return (line[..3].parse().unwrap(), lines);
            }
        }
    }

    async fn say(&mut self, line: &str) -> u16 {
        self.write(format!("{line}\r\n")).await;
        self.reply().await
    }

    /// Up to the message itself.
    async fn begin(&mut self) {
        assert_eq!(self.say("MAIL FROM:<a@b.example>").await, 250);
        assert_eq!(self.say("RCPT TO:<c@d.example>").await, 250);
        assert_eq!(self.say("DATA").await, 354);
    }

    async fn is_closed(&mut self) -> bool {
        self.stream.read(&mut [0]).await.is_ok_and(|read| read == 0)
    }
}

#[tokio::test]
async fn ehlo_offers_what_is_spoken_and_helo_nothing() {
    let sink = SmtpSink::start().await;
    let mut client = Client::new(&sink).await;
    client.write("EHLO test.example\r\n").await;
    let (code, offers) = client.reply_text().await;
    assert_eq!(code, 250);
    assert_eq!(
        offers[1..],
        ["PIPELINING", "8BITMIME", "SMTPUTF8", "SIZE 10485760"]
    );
    client.write("HELO test.example\r\n").await;
    assert_eq!(client.reply_text().await.1.len(), 1);
}

#[tokio::test]
async fn commands_have_an_order() {
    let sink = SmtpSink::start().await;
    let stream = TcpStream::connect(sink.address()).await.unwrap();
    let mut client = Client {
        stream: BufReader::new(stream),
    };
    assert_eq!(client.reply().await, 220);
    assert_eq!(client.say("MAIL FROM:<a@b.example>").await, 503);
    assert_eq!(client.say("HELO test.example").await, 250);
    assert_eq!(client.say("RCPT TO:<c@d.example>").await, 503);
    assert_eq!(client.say("DATA").await, 503);
    assert_eq!(client.say("MAIL FROM:<a@b.example>").await, 250);
    assert_eq!(client.say("MAIL FROM:<a@b.example>").await, 503);
    assert_eq!(client.say("DATA").await, 554);
    assert_eq!(client.say("RSET").await, 250);
    assert_eq!(client.say("RCPT TO:<c@d.example>").await, 503);
    assert_eq!(client.say("NOOP whatever").await, 250);
    assert_eq!(client.say("VRFY c@d.example").await, 252);
    assert_eq!(client.say("QUIT").await, 221);
    assert!(client.is_closed().await);
    assert_eq!(sink.attempts(), 1);
}

#[tokio::test]
async fn commands_sent_together_are_answered_in_order() {
    let sink = SmtpSink::start().await;
    let mut client = Client::new(&sink).await;
    client
        .write("MAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nRCPT TO:<nonsense>\r\nDATA\r\n")
        .await;
    for code in [250, 250, 501, 354] {
        assert_eq!(client.reply().await, code);
    }
    // The next mail already follows the dot.
    client
        .write("Subject: one\r\n\r\nHi\r\n.\r\nRSET\r\nQUIT\r\n")
        .await;
    for code in [250, 250, 221] {
        assert_eq!(client.reply().await, code);
    }
    assert_eq!(sink.next_mail().await.subject, "one");
}

#[tokio::test]
async fn one_connection_carries_many_mails() {
    let sink = SmtpSink::start().await;
    let mut client = Client::new(&sink).await;
    for number in 0..5 {
        client.begin().await;
        client.write(format!("Subject: {number}\r\n\r\n.\r\n")).await;
        assert_eq!(client.reply().await, 250);
        assert_eq!(sink.next_mail().await.subject, number.to_string());
    }
    assert_eq!((sink.sessions(), sink.attempts()), (1, 5));
}

#[tokio::test]
async fn bytes_may_arrive_one_at_a_time() {
    let sink = SmtpSink::start().await;
    let mut client = Client::new(&sink).await;
    client.begin().await;
    for byte in b"Subject: slow\r\n\r\n..x\r\n.\r\n" {
        client.write([*byte]).await;
        client.stream.flush().await.unwrap();
        tokio::task::yield_now().await;
    }
    assert_eq!(client.reply().await, 250);
    assert_eq!(sink.next_mail().await.raw, b"Subject: slow\r\n\r\n.x\r\n");
}

#[tokio::test]
async fn a_command_that_is_too_long_is_refused_and_the_next_one_heard() {
    let sink = SmtpSink::start().await;
    let mut client = Client::new(&sink).await;
    assert_eq!(client.say(&format!("NOOP {}", "x".repeat(100_000))).await, 500);
    assert_eq!(client.say("NOOP").await, 250);
}

#[tokio::test]
async fn a_text_line_has_998_bytes_at_most() {
    let sink = SmtpSink::start().await;
    let mut client = Client::new(&sink).await;
    for (line, code) in [
        ("x".repeat(998), 250),
        ("x".repeat(999), 554),
        // The stuffed dot does not count.
        (format!("..{}", "x".repeat(997)), 250),
        (format!("..{}", "x".repeat(998)), 554),
    ] {
        client.begin().await;
        client.write(format!("{line}\r\n.\r\n")).await;
        assert_eq!(client.reply().await, code, "{} bytes", line.len());
    }
    assert_eq!(sink.mails().len(), 2);
}

#[tokio::test]
async fn a_message_that_is_too_large_is_refused_before_or_after() {
    let sink = SmtpSink::start().await;
    let mut client = Client::new(&sink).await;
    assert_eq!(client.say("MAIL FROM:<a@b.example> SIZE=10485761").await, 552);
    client.begin().await;
    let line = [&[b'x'; 998][..], b"\r\n"].concat();
    for _ in 0..10_486 {
        client.write(&line).await;
    }
    assert_eq!(client.say(".").await, 552);
    assert_eq!(client.say("NOOP").await, 250);
    assert!(sink.mails().is_empty());
}

#[tokio::test]
async fn there_are_a_hundred_recipients_at_most() {
    let sink = SmtpSink::start().await;
    let mut client = Client::new(&sink).await;
    assert_eq!(client.say("MAIL FROM:<a@b.example>").await, 250);
    for number in 0..100 {
        assert_eq!(client.say(&format!("RCPT TO:<p{number}@d.example>")).await, 250);
    }
    assert_eq!(client.say("RCPT TO:<p100@d.example>").await, 452);
}

#[tokio::test]
async fn only_cr_lf_dot_cr_lf_ends_a_message() {
    for smuggled in ["\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r", "\r.\r\n"] {
        let sink = SmtpSink::start().await;
        let mut client = Client::new(&sink).await;
        client.begin().await;
        client
            .write(format!(
                "Subject: x\r\n\r\none{smuggled}MAIL FROM:<evil@b.example>\r\n.\r\n"
            ))
            .await;
        assert_eq!(client.reply().await, 554, "{smuggled:?}");
        assert_eq!(client.say("NOOP").await, 250);
        assert_eq!((sink.attempts(), sink.mails().len()), (1, 0), "{smuggled:?}");
    }
}

#[tokio::test]
async fn a_command_ended_by_lf_alone_is_refused() {
    let sink = SmtpSink::start().await;
    let mut client = Client::new(&sink).await;
    client.write("NOOP\n").await;
    assert_eq!(client.reply().await, 500);
}

#[tokio::test]
async fn eight_bit_text_has_to_be_announced() {
    let sink = SmtpSink::start().await;
    let mut client = Client::new(&sink).await;
    client.begin().await;
    client.write("Subject: x\r\n\r\nGrüße\r\n.\r\n").await;
    assert_eq!(client.reply().await, 554);
    assert_eq!(client.say("MAIL FROM:<a@b.example> BODY=8BITMIME").await, 250);
    assert_eq!(client.say("RCPT TO:<jörg@d.example>").await, 550);
}

#[tokio::test]
async fn a_scripted_421_closes_and_a_scripted_2xx_only_changes_the_words() {
    let sink = SmtpSink::start().await;
    sink.script(Script::reply(Stage::Mail, 251, "fine").times(1));
    sink.script(Script::reply(Stage::Mail, 421, "going down").times(1));
    let mut client = Client::new(&sink).await;
    assert_eq!(client.say("MAIL FROM:<a@b.example>").await, 251);
    assert_eq!(client.say("RSET").await, 250);
    assert_eq!(client.say("MAIL FROM:<a@b.example>").await, 421);
    assert!(client.is_closed().await);
}

#[tokio::test]
async fn what_was_sent_ahead_of_a_stall_is_answered_after_it() {
    let sink = SmtpSink::start().await;
    let mut client = Client::new(&sink).await;
    sink.script(Script::stall(Stage::Mail));
    client
        .write("MAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\n")
        .await;
    sink.stalled().await;
    sink.clear_scripts();
    sink.release();
    assert_eq!((client.reply().await, client.reply().await), (250, 250));
}

#[tokio::test]
async fn without_tls_or_users_neither_is_offered() {
    let sink = SmtpSink::start().await;
    let mut client = Client::new(&sink).await;
    assert_eq!(client.say("STARTTLS").await, 502);
    assert_eq!(client.say("AUTH PLAIN AGEAYg==").await, 502);
}

#[tokio::test]
async fn a_command_sent_ahead_of_the_handshake_ends_the_session() {
    let sink = SmtpSink::builder().starttls(StartTls::Works).start().await;
    let mut client = Client::new(&sink).await;
    client.write("STARTTLS\r\nMAIL FROM:<evil@b.example>\r\n").await;
    assert_eq!(client.reply().await, 501);
    assert!(client.is_closed().await);
    assert_eq!(sink.attempts(), 0);
}

#[tokio::test]
async fn signing_in_follows_its_mechanism() {
    let sink = SmtpSink::builder().user("ada", "sesame").start().await;
    let mut client = Client::new(&sink).await;
    client.write("EHLO test.example\r\n").await;
    let (_, offers) = client.reply_text().await;
    assert_eq!(offers.last().unwrap(), "AUTH PLAIN LOGIN");
    assert_eq!(client.say("MAIL FROM:<a@b.example>").await, 530);
    assert_eq!(client.say("AUTH CRAM-MD5").await, 504);
    for nonsense in ["not base64!", "YWRh", "=", "*"] {
        assert_eq!(client.say("AUTH PLAIN").await, 334);
        assert_eq!(client.say(nonsense).await, 501, "{nonsense}");
    }
    assert_eq!(client.say("AUTH LOGIN YWRh").await, 334);
    assert_eq!(client.say("c2VzYW0=").await, 535);
    assert_eq!(client.say("AUTH login").await, 334);
    assert_eq!(client.say("YWRh").await, 334);
    assert_eq!(client.say("c2VzYW1l").await, 235);
    assert_eq!(client.say("AUTH LOGIN").await, 503);
    client.begin().await;
}

#[tokio::test]
async fn signing_in_can_be_refused_for_now() {
    let sink = SmtpSink::builder().user("ada", "sesame").start().await;
    sink.script(Script::reply(Stage::Auth, 454, "later").times(1));
    let mut client = Client::new(&sink).await;
    assert_eq!(client.say("AUTH PLAIN AGFkYQBzZXNhbWU=").await, 454);
    assert_eq!(client.say("AUTH PLAIN AGFkYQBzZXNhbWU=").await, 235);
}

#[tokio::test]
async fn a_dripping_server_sends_byte_after_byte() {
    let sink = SmtpSink::start().await;
    let mut client = Client::new(&sink).await;
    sink.script(Script::drip(Stage::Mail, Duration::from_millis(20)).times(1));
    client.write("MAIL FROM:<a@b.example>\r\n").await;
    for byte in b"250 go on\r\n" {
        assert_eq!(client.stream.read_u8().await.unwrap(), *byte);
        assert_eq!(client.stream.buffer(), b"", "one byte and no more");
    }
    client.write("RCPT TO:<c@d.example>\r\n").await;
    assert_eq!(client.stream.read_u8().await.unwrap(), b'2');
    assert_eq!(client.stream.buffer(), b"", "later replies too");
}

#[tokio::test]
async fn a_sink_that_only_counts_keeps_message_ids() {
    let sink = SmtpSink::builder().count_only().start().await;
    let mut client = Client::new(&sink).await;
    for id in ["one", "two", "one"] {
        client.begin().await;
        let body = format!("x{}\r\n", "y".repeat(900)).repeat(1000);
        client
            .write(format!("Message-ID: <{id}@b.example>\r\n\r\n{body}\r\n.\r\n"))
            .await;
        assert_eq!(client.reply().await, 250);
    }
    sink.counted(3, Duration::from_secs(20)).await;
    assert_eq!(sink.count(), 3);
    assert_eq!(
        sink.message_ids(),
        ["one@b.example", "two@b.example", "one@b.example"]
    );
}

#[tokio::test]
async fn limits_hold_for_a_sink_that_only_counts() {
    let sink = SmtpSink::builder().count_only().start().await;
    let mut client = Client::new(&sink).await;
    client.begin().await;
    let line = [&[b'x'; 998][..], b"\r\n"].concat();
    client.write("Subject: x\r\n\r\n").await;
    for _ in 0..10_486 {
        client.write(&line).await;
    }
    assert_eq!(client.say(".").await, 552);
    assert_eq!(sink.count(), 0);
}

#[tokio::test]
#[should_panic(expected = "this sink only counts")]
async fn a_sink_that_only_counts_hands_out_no_mails() {
    SmtpSink::builder().count_only().start().await.mails();
}

#[tokio::test]
async fn dropping_the_server_ends_its_connections() {
    let sink = SmtpSink::start().await;
    let mut client = Client::new(&sink).await;
    drop(sink);
    assert!(client.is_closed().await);
}
