//! TLS and passwords, as lettre meets them: what goes well, and each way in which it must not.

use lettre::message::header::ContentType;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{
    AsyncSmtpConnection, Certificate as Trusted, CertificateStore, TlsParameters,
};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, Message};
use smtp_sink::{Builder, Certificate, Script, SmtpSink, Stage, StartTls};

type Error = lettre::transport::smtp::Error;

fn trusting(sink: &SmtpSink, name: &str) -> TlsParameters {
    let ca = Trusted::from_pem(sink.ca_pem().as_bytes()).unwrap();
    TlsParameters::builder(name.to_owned())
        .certificate_store(CertificateStore::None)
        .add_root_certificate(ca)
        .build()
        .unwrap()
}

async fn connect(sink: &SmtpSink, tls: Option<TlsParameters>) -> Result<AsyncSmtpConnection, Error> {
    AsyncSmtpConnection::connect_tokio1(sink.address(), None, &ClientId::default(), tls, None).await
}

async fn upgraded(sink: &SmtpSink, tls: TlsParameters) -> Result<AsyncSmtpConnection, Error> {
    let mut connection = connect(sink, None).await?;
    connection.starttls(tls, &ClientId::default()).await?;
    Ok(connection)
}

async fn send(connection: &mut AsyncSmtpConnection) -> Result<(), Error> {
    let to: Address = "bea@example.org".parse().unwrap();
    let message = Message::builder()
        .from("team@muster.example".parse().unwrap())
        .to(to.into())
        .message_id(Some("<one@muster.example>".to_owned()))
        .header(ContentType::TEXT_PLAIN)
        .body("Hi\n".to_owned())
        .unwrap();
    connection
        .send(message.envelope(), &message.formatted())
        .await
        .map(drop)
}

fn code(error: &Error) -> Option<u16> {
    error.status().map(u16::from)
}

fn starttls() -> Builder {
    SmtpSink::builder().starttls(StartTls::Works)
}

#[tokio::test]
async fn after_starttls_nothing_is_said_in_the_clear() {
    let sink = starttls().start().await;
    for name in ["localhost", "127.0.0.1"] {
        let mut connection = upgraded(&sink, trusting(&sink, name)).await.unwrap();
        send(&mut connection).await.unwrap();
        assert!(sink.next_mail().await.encrypted);
        connection.quit().await.unwrap();
    }
    let clear = sink.said_in_clear();
    let verbs: Vec<_> = clear.iter().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(verbs, ["EHLO", "STARTTLS", "EHLO", "STARTTLS"]);
    let encrypted = sink
        .said()
        .into_iter()
        .filter(|said| said.encrypted && said.session == 2);
    assert_eq!(
        encrypted.map(|said| said.line).collect::<Vec<_>>()[1..],
        [
            "MAIL FROM:<team@muster.example>",
            "RCPT TO:<bea@example.org>",
            "DATA",
            "QUIT"
        ]
    );
}

#[tokio::test]
async fn implicit_tls_leaves_nothing_to_overhear() {
    let sink = SmtpSink::builder().implicit_tls().start().await;
    let tls = trusting(&sink, "localhost");
    send(&mut connect(&sink, Some(tls)).await.unwrap()).await.unwrap();
    assert!(sink.next_mail().await.encrypted);
    assert_eq!(sink.said_in_clear(), [""; 0]);
}

#[tokio::test]
async fn without_tls_mail_is_known_to_have_come_in_the_clear() {
    let sink = starttls().start().await;
    send(&mut connect(&sink, None).await.unwrap()).await.unwrap();
    assert!(!sink.next_mail().await.encrypted);
    assert!(sink.said_in_clear().contains(&"DATA".to_owned()));
}

#[tokio::test]
async fn each_faulty_certificate_is_refused_for_its_fault() {
    for (kind, fault) in [
        (Certificate::OtherName, "mismatch"),
        (Certificate::Expired, "expired"),
    ] {
        for implicit in [true, false] {
            let builder = if implicit {
                SmtpSink::builder().implicit_tls()
            } else {
                starttls()
            };
            let sink = builder.certificate(kind).start().await;
            let tls = trusting(&sink, "localhost");
            let refused = if implicit {
                connect(&sink, Some(tls)).await
            } else {
                upgraded(&sink, tls).await
            };
            let error = refused.err().unwrap().to_string();
            assert!(error.contains(fault), "{kind:?}: {error}");
            assert_eq!((sink.sessions(), sink.attempts()), (1, 0), "{kind:?}");
        }
    }
}

#[tokio::test]
async fn the_authority_of_another_sink_does_not_do() {
    let (sink, other) = (starttls().start().await, starttls().start().await);
    let error = upgraded(&sink, trusting(&other, "localhost"))
        .await
        .err()
        .unwrap();
    assert!(error.to_string().contains("certificate verify failed"), "{error}");
}

#[tokio::test]
async fn a_handshake_that_breaks_off_is_an_error() {
    let sink = SmtpSink::builder().starttls(StartTls::BreaksOff).start().await;
    let error = upgraded(&sink, trusting(&sink, "localhost")).await.err().unwrap();
    assert_eq!(code(&error), None, "{error}");
    assert_eq!(sink.said_in_clear().last().unwrap(), "STARTTLS");
}

#[tokio::test]
async fn stripped_starttls_is_not_on_offer_and_mail_would_be_taken() {
    let sink = SmtpSink::builder().starttls(StartTls::Hidden).start().await;
    let mut connection = connect(&sink, None).await.unwrap();
    assert!(!connection.can_starttls());
    assert!(
        connection
            .starttls(trusting(&sink, "localhost"), &ClientId::default())
            .await
            .is_err()
    );
    send(&mut connection).await.unwrap();
    assert!(!sink.next_mail().await.encrypted);
}

/// Why Muster reads byte by byte until the handshake: lettre by itself keeps what came ahead of it.
#[tokio::test]
async fn an_injected_reply_shifts_all_replies_of_a_client_that_keeps_it() {
    let sink = SmtpSink::builder().starttls(StartTls::InjectsReply).start().await;
    let mut connection = upgraded(&sink, trusting(&sink, "localhost")).await.unwrap();
    // The refusal is the answer to RCPT, which the client takes for that to DATA; it then believes that it may go on.
    sink.script(Script::reply(Stage::Body, 554, "not this one"));
    send(&mut connection).await.unwrap();
    sink.reached(Stage::Body).await;
    assert_eq!(
        sink.count(),
        0,
        "nothing was kept, and yet the client was content"
    );
}

#[tokio::test]
async fn starttls_can_be_refused_for_now() {
    let sink = starttls().start().await;
    sink.script(Script::reply(Stage::StartTls, 454, "TLS not available").times(1));
    let error = upgraded(&sink, trusting(&sink, "localhost")).await.err().unwrap();
    assert_eq!(code(&error), Some(454));
    upgraded(&sink, trusting(&sink, "localhost")).await.unwrap();
}

#[tokio::test]
async fn both_mechanisms_let_the_right_password_in_and_no_other() {
    let sink = SmtpSink::builder()
        .implicit_tls()
        .user("ada", "open:sesame")
        .start()
        .await;
    for mechanism in [Mechanism::Plain, Mechanism::Login] {
        for (name, password, answer) in [
            ("ada", "open:sesame", None),
            ("ada", "sesame", Some(535)),
            ("eve", "open:sesame", Some(535)),
        ] {
            let tls = trusting(&sink, "localhost");
            let mut connection = connect(&sink, Some(tls)).await.unwrap();
            let credentials = Credentials::new(name.to_owned(), password.to_owned());
            let signed_in = connection.auth(&[mechanism], &credentials).await;
            assert_eq!(
                signed_in.err().as_ref().and_then(code),
                answer,
                "{mechanism} {name}"
            );
            let sent = send(&mut connection).await.is_ok();
            assert_eq!(sent, answer.is_none(), "{mechanism} {name}");
        }
    }
    assert_eq!(sink.mails().len(), 2);
}

#[tokio::test]
async fn passwords_are_offered_over_tls_only_where_there_is_tls() {
    let sink = starttls().user("ada", "sesame").start().await;
    let credentials = Credentials::new("ada".to_owned(), "sesame".to_owned());
    let mut connection = connect(&sink, None).await.unwrap();
    assert!(connection.auth(&[Mechanism::Plain], &credentials).await.is_err());
    connection
        .starttls(trusting(&sink, "localhost"), &ClientId::default())
        .await
        .unwrap();
    connection.auth(&[Mechanism::Plain], &credentials).await.unwrap();
    send(&mut connection).await.unwrap();
    assert!(sink.said_in_clear().iter().all(|line| !line.contains("AUTH")));
}
