//! The server as Muster's own mail client, lettre, meets it.

use std::time::Duration;

use lettre::message::header::{ContentTransferEncoding, ContentType};
use lettre::message::{Body, MultiPart, SinglePart};
use lettre::transport::smtp::PoolConfig;
use lettre::transport::smtp::client::Tls;
use lettre::transport::smtp::response::Response;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use smtp_sink::{Script, SmtpSink, Stage};

type Error = lettre::transport::smtp::Error;

fn client(sink: &SmtpSink) -> AsyncSmtpTransport<Tokio1Executor> {
    AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(sink.address().ip().to_string())
        .port(sink.address().port())
        .tls(Tls::None)
        .timeout(Some(Duration::from_secs(20)))
        .pool_config(PoolConfig::new().max_size(1))
        .build()
}

fn to(addresses: &[&str]) -> lettre::message::MessageBuilder {
    let message = Message::builder()
        .from("Aurora <team@muster.example>".parse().unwrap())
        .message_id(Some("<one@muster.example>".to_owned()))
        .subject("You are invited");
    addresses
        .iter()
        .fold(message, |message, address| message.to(address.parse().unwrap()))
}

fn plain(address: &str) -> Message {
    to(&[address])
        .body("Open https://muster.example/i/abc.\n".to_owned())
        .unwrap()
}

async fn send(sink: &SmtpSink, message: Message) -> Result<Response, Error> {
    client(sink).send(message).await
}

fn code(error: &Error) -> Option<u16> {
    error.status().map(u16::from)
}

#[tokio::test]
async fn a_plain_mail_is_kept_as_sent() {
    let sink = SmtpSink::start().await;
    let message = plain("Bea <bea@example.org>");
    send(&sink, message.clone()).await.unwrap();

    let mail = sink.next_mail().await;
    assert_eq!(mail.from, "team@muster.example");
    assert_eq!(mail.to, ["bea@example.org"]);
    // lettre puts a line break of its own before the final dot.
    assert_eq!(mail.raw.strip_suffix(b"\r\n").unwrap(), message.formatted());
    assert_eq!(mail.message_id.as_deref(), Some("one@muster.example"));
    assert_eq!(mail.subject, "You are invited");
    assert_eq!(mail.from_header, "Aurora <team@muster.example>");
    assert_eq!(mail.to_header, "Bea <bea@example.org>");
    assert_eq!(mail.links(), ["https://muster.example/i/abc"]);
    assert_eq!((sink.sessions(), sink.attempts(), sink.mails().len()), (1, 1, 1));
}

#[tokio::test]
async fn text_and_html_are_told_apart() {
    let sink = SmtpSink::start().await;
    let both = MultiPart::alternative_plain_html("Grüße\n".to_owned(), "<p>Grüße</p>\n".to_owned());
    let message = to(&["bea@example.org"])
        .reply_to("Cy <cy@example.org>".parse().unwrap())
        .multipart(both)
        .unwrap();
    send(&sink, message).await.unwrap();

    let mail = sink.next_mail().await;
    assert_eq!(mail.text.trim(), "Grüße");
    assert_eq!(mail.html.trim(), "<p>Grüße</p>");
    assert_eq!(mail.reply_to.as_deref(), Some("Cy <cy@example.org>"));
}

#[tokio::test]
async fn several_recipients_are_one_mail() {
    let sink = SmtpSink::start().await;
    let message = to(&["bea@example.org", "cy@example.org"])
        .body("Hi".to_owned())
        .unwrap();
    send(&sink, message).await.unwrap();
    assert_eq!(sink.next_mail().await.to, ["bea@example.org", "cy@example.org"]);
}

#[tokio::test]
async fn lines_that_begin_with_a_dot_come_back_whole() {
    let sink = SmtpSink::start().await;
    let text = ".\n..two\n.hidden\nend\n.\n";
    let body = Body::new_with_encoding(text.to_owned(), ContentTransferEncoding::SevenBit).unwrap();
    let part = SinglePart::builder().header(ContentType::TEXT_PLAIN).body(body);
    send(&sink, to(&["bea@example.org"]).singlepart(part).unwrap())
        .await
        .unwrap();
    assert_eq!(sink.next_mail().await.text.trim_end(), text.trim_end());
}

#[tokio::test]
async fn eight_bit_text_and_addresses_pass() {
    let sink = SmtpSink::start().await;
    let body =
        Body::new_with_encoding("Žluťoučký kůň\n".to_owned(), ContentTransferEncoding::EightBit).unwrap();
    let part = SinglePart::builder().header(ContentType::TEXT_PLAIN).body(body);
    send(&sink, to(&["jörg@example.org"]).singlepart(part).unwrap())
        .await
        .unwrap();

    let mail = sink.next_mail().await;
    assert!(!mail.raw.is_ascii());
    assert_eq!(mail.text.trim(), "Žluťoučký kůň");
    assert_eq!(mail.to, ["jörg@example.org"]);
}

#[tokio::test]
async fn a_refusal_for_now_ends_after_its_times() {
    let sink = SmtpSink::start().await;
    sink.script(Script::reply(Stage::Rcpt, 451, "greylisted\ncome back").times(2));
    for _ in 0..2 {
        let error = send(&sink, plain("bea@example.org")).await.unwrap_err();
        assert!(error.is_transient(), "{error}");
        assert_eq!(code(&error), Some(451));
    }
    send(&sink, plain("bea@example.org")).await.unwrap();
    assert_eq!((sink.attempts(), sink.mails().len()), (3, 1));
}

#[tokio::test]
async fn a_refusal_for_good_can_be_for_one_recipient() {
    let sink = SmtpSink::start().await;
    sink.script(
        Script::reply(Stage::Rcpt, 550, "no such person").only_to(|address| address == "bea@example.org"),
    );
    let error = send(&sink, plain("bea@example.org")).await.unwrap_err();
    assert!(error.is_permanent(), "{error}");
    assert_eq!(code(&error), Some(550));
    send(&sink, plain("cy@example.org")).await.unwrap();
    assert_eq!(sink.next_mail().await.to, ["cy@example.org"]);

    sink.clear_scripts();
    send(&sink, plain("bea@example.org")).await.unwrap();
    assert_eq!(sink.next_mail().await.to, ["bea@example.org"]);
}

#[tokio::test]
async fn every_stage_can_refuse() {
    for stage in [
        Stage::Connect,
        Stage::Ehlo,
        Stage::Mail,
        Stage::Rcpt,
        Stage::Data,
        Stage::Body,
    ] {
        let sink = SmtpSink::start().await;
        sink.script(Script::reply(stage, 554, "not today"));
        let error = send(&sink, plain("bea@example.org")).await.unwrap_err();
        assert_eq!(code(&error), Some(554), "{stage:?}: {error}");
        assert!(sink.mails().is_empty(), "{stage:?}");
    }
}

#[tokio::test]
async fn every_stage_can_hang_up() {
    for stage in [
        Stage::Connect,
        Stage::Ehlo,
        Stage::Mail,
        Stage::Rcpt,
        Stage::Data,
        Stage::Body,
    ] {
        let sink = SmtpSink::start().await;
        sink.script(Script::drop_connection(stage).times(1));
        let error = send(&sink, plain("bea@example.org")).await.unwrap_err();
        assert_eq!(code(&error), None, "{stage:?}: {error}");
        assert!(sink.mails().is_empty(), "{stage:?}");
        send(&sink, plain("bea@example.org")).await.unwrap();
        assert_eq!(sink.mails().len(), 1, "{stage:?}");
    }
}

#[tokio::test]
async fn a_mail_can_be_kept_without_saying_so() {
    let sink = SmtpSink::start().await;
    sink.script(Script::keep_and_drop().times(1));
    // One message, sent twice: two would have two dates when a second begins in between.
    let message = plain("bea@example.org");
    let error = send(&sink, message.clone()).await.unwrap_err();
    assert_eq!(code(&error), None, "{error}");
    send(&sink, message).await.unwrap();

    let (first, second) = (sink.next_mail().await, sink.next_mail().await);
    assert_eq!(first.raw, second.raw);
    assert_eq!(first.message_id, second.message_id);
}

#[tokio::test]
async fn a_stalled_connection_goes_on_when_released() {
    for stage in [
        Stage::Connect,
        Stage::Ehlo,
        Stage::Mail,
        Stage::Rcpt,
        Stage::Data,
        Stage::Body,
    ] {
        let sink = SmtpSink::start().await;
        sink.script(Script::stall(stage).times(1));
        let sending = async { send(&sink, plain("bea@example.org")).await };
        let releasing = async {
            sink.stalled().await;
            assert!(sink.mails().is_empty(), "{stage:?}");
            sink.release();
        };
        let (sent, ()) = tokio::join!(sending, releasing);
        sent.unwrap();
        assert_eq!(sink.mails().len(), 1, "{stage:?}");
    }
}

#[tokio::test]
async fn a_sender_that_dies_in_a_stall_leaves_no_mail() {
    let sink = SmtpSink::start().await;
    sink.script(Script::stall(Stage::Body).times(1));
    let transport = client(&sink);
    let sending = tokio::spawn(async move { transport.send(plain("bea@example.org")).await });
    sink.reached(Stage::Body).await;
    sink.stalled().await;
    sending.abort();
    assert!(sending.await.unwrap_err().is_cancelled());

    send(&sink, plain("cy@example.org")).await.unwrap();
    sink.reached_times(Stage::Body, 2).await;
    sink.release();
    assert_eq!(
        sink.wait_for(|mail| mail.to == ["cy@example.org"]).await.to,
        ["cy@example.org"]
    );
    assert_eq!(sink.mails().len(), 1);
}

#[tokio::test]
async fn waiting_begins_before_the_mail_is_sent() {
    let sink = SmtpSink::start().await;
    let (next, found, sent) = tokio::join!(
        sink.next_mail(),
        sink.wait_for(|mail| mail.subject == "You are invited"),
        send(&sink, plain("bea@example.org")),
    );
    sent.unwrap();
    assert_eq!(next, found);
}

#[tokio::test]
async fn the_server_can_go_away_and_come_back_on_its_port() {
    let sink = SmtpSink::start().await;
    let address = sink.address();
    let transport = client(&sink);
    transport.send(plain("bea@example.org")).await.unwrap();
    sink.stop().await;
    transport.send(plain("bea@example.org")).await.unwrap_err();

    let sink = SmtpSink::start_on(address).await.unwrap();
    transport.send(plain("bea@example.org")).await.unwrap();
    assert_eq!(sink.mails().len(), 1);
    assert!(SmtpSink::start_on(address).await.is_err(), "the port is taken");
}

#[tokio::test]
#[should_panic(expected = "no recipient is known yet at Mail")]
async fn a_script_that_could_never_apply_is_refused() {
    let sink = SmtpSink::start().await;
    sink.script(Script::stall(Stage::Mail).only_to(|_| true));
}
