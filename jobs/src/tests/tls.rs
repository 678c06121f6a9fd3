//! Between us and the mail server sits somebody: what is meant for the mail server alone is never said to anybody else,
//! and waits.

use muster_core::both_dbs;
use muster_core::email::Status;
use muster_core::testing::World;
use smtp_sink::{Builder, Certificate, SmtpSink, StartTls};
use tempfile::NamedTempFile;

use super::support::Scene;

fn sink() -> Builder {
    SmtpSink::builder().user("muster", "open:sesame")
}

/// A file that makes whoever reads it trust a sink.
fn authority(sink: &SmtpSink) -> NamedTempFile {
    let file = NamedTempFile::new().unwrap();
    std::fs::write(&file, sink.ca_pem()).unwrap();
    file
}

fn url(sink: &SmtpSink, authority: &NamedTempFile) -> String {
    format!("{}?ca={}", sink.url(), authority.path().display())
}

/// Nothing reaches the server but who we are, and that we want TLS. The mail waits, for the reason given.
async fn waits_and_tells_nobody(world: &World, sink: SmtpSink, trusted: Option<&SmtpSink>, reason: &str) {
    let authority = authority(trusted.unwrap_or(&sink));
    let scene = Scene::with(world, sink, "Ada", "Aurora").await;
    let mut jobs = scene.send_in_time_to(&url(&scene.sink, &authority));
    let invitation = scene.invite("bo@example.org").await;
    jobs.settled(1).await;
    let waiting = scene.delivery(&invitation).await;
    assert_eq!(
        (waiting.status, waiting.attempts, waiting.last_code),
        (Status::Queued, 1, None)
    );
    let words = waiting.last_text.unwrap();
    assert!(words.contains(reason), "{words}");
    assert_eq!(
        (scene.sink.sessions(), scene.sink.attempts(), scene.sink.count()),
        (1, 0, 0)
    );
    for line in scene.sink.said_in_clear() {
        assert!(
            line.starts_with("EHLO ") || line == "STARTTLS" || line == "QUIT",
            "{line}"
        );
    }
    jobs.stop().await;
}

both_dbs! {
    async fn without_starttls_the_mail_waits(world: World) {
        let sink = sink().starttls(StartTls::Hidden).start().await;
        waits_and_tells_nobody(&world, sink, None, "does not offer STARTTLS").await;
    }

    async fn when_the_handshake_breaks_off_the_mail_waits(world: World) {
        let sink = sink().starttls(StartTls::BreaksOff).start().await;
        waits_and_tells_nobody(&world, sink, None, "TLS with the mail server could not be set up").await;
    }

    async fn a_reply_injected_before_the_handshake_is_not_believed(world: World) {
        let sink = sink().starttls(StartTls::InjectsReply).start().await;
        waits_and_tells_nobody(&world, sink, None, "TLS with the mail server could not be set up").await;
    }

    async fn with_the_certificate_of_another_server_the_mail_waits(world: World) {
        let sink = sink().starttls(StartTls::Works).certificate(Certificate::OtherName).start().await;
        waits_and_tells_nobody(&world, sink, None, "certificate is for another name").await;
    }

    async fn with_an_expired_certificate_the_mail_waits(world: World) {
        let sink = sink().implicit_tls().certificate(Certificate::Expired).start().await;
        waits_and_tells_nobody(&world, sink, None, "certificate has expired").await;
    }

    async fn with_a_certificate_of_an_unknown_authority_the_mail_waits(world: World) {
        let other = sink().implicit_tls().start().await;
        let sink = sink().implicit_tls().start().await;
        waits_and_tells_nobody(&world, sink, Some(&other), "not signed by an authority that this machine trusts").await;
    }

    async fn by_a_trusted_server_mail_is_taken_over_tls_and_signed_in(world: World) {
        for builder in [sink().starttls(StartTls::Works), sink().implicit_tls()] {
            let sink = builder.start().await;
            let authority = authority(&sink);
            let scene = Scene::with(&world, sink, "Ada", "Aurora").await;
            let mut jobs = scene.send_in_time_to(&url(&scene.sink, &authority));
            for name in ["bo", "cy"] {
                scene.invite(&format!("{name}@example.org")).await;
                assert!(scene.sink.next_mail().await.encrypted);
            }
            jobs.idle().await;
            let said = scene.sink.said();
            assert!(said.iter().any(|said| said.encrypted && said.line.starts_with("AUTH PLAIN ")));
            assert!(!said.iter().any(|said| !said.encrypted && said.line.contains("AUTH")));
            jobs.stop().await;
            world.env.clock().advance(std::time::Duration::from_hours(1));
        }
    }

    async fn with_a_wrong_password_the_mail_waits_and_does_not_fail(world: World) {
        let sink = sink().implicit_tls().start().await;
        let authority = authority(&sink);
        let scene = Scene::with(&world, sink, "Ada", "Aurora").await;
        let wrong = url(&scene.sink, &authority).replace("sesame", "barley");
        let mut jobs = scene.send_in_time_to(&wrong);
        let invitation = scene.invite("bo@example.org").await;
        jobs.settled(1).await;
        let waiting = scene.delivery(&invitation).await;
        assert_eq!((waiting.status, waiting.last_code), (Status::Queued, Some(535)));
        let words = waiting.last_text.unwrap();
        assert!(words.contains("did not accept our user and password") && !words.contains("barley"), "{words}");
        assert_eq!(scene.sink.attempts(), 0);
        jobs.stop().await;
    }
}
