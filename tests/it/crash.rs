//! The program killed in the middle of a send: the mail arrives after the next start, with the same link.

use std::path::PathBuf;
use std::process::Stdio;

use muster_core::both_dbs;
use muster_core::email::{self, Status};
use muster_core::testing::World;
use smtp_sink::{Script, SmtpSink, Stage};
use tokio::process::{Child, Command};

use crate::app::link;

/// The program itself, in a process of its own, with the parts that send mail.
fn worker(world: &World, sink: &SmtpSink, folder: &tempfile::TempDir) -> Child {
    Command::new(PathBuf::from(env!("CARGO_BIN_EXE_muster")))
        .args(["serve", "--only", "worker"])
        .current_dir(folder.path())
        .env_clear()
        .env("DATABASE_URL", &world.url)
        .env("SECRET_KEY", &world.secret_key)
        .env("SMTP_URL", sink.url())
        .env("MAIL_FROM", "Muster <muster@muster.test>")
        .env("PUBLIC_URL", "https://muster.test")
        .stdout(Stdio::null())
        .stderr(Stdio::inherit())
        .kill_on_drop(true)
        .spawn()
        .expect("the program starts")
}

both_dbs! {
    async fn a_mail_survives_kill_9_in_the_middle_of_its_sending(world: World) {
        let world = world.in_real_time();
        let (sink, folder) = (SmtpSink::start().await, tempfile::tempdir().expect("a folder"));
        sink.script(Script::stall(Stage::Body).times(1));
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.expect("it is sent");

        let mut first = worker(&world, &sink, &folder);
        // The whole mail is with the server, which has not answered yet.
        sink.stalled().await;
        first.kill().await.expect("SIGKILL");
        assert!(sink.mails().is_empty(), "the server dropped what it had not accepted");

        let mut second = worker(&world, &sink, &folder);
        // On PostgreSQL the dead worker has to be missed first, so this waits in two steps.
        sink.reached_times(Stage::Connect, 2).await;
        let mail = sink.next_mail().await;
        assert_eq!(link(&mail), format!("https://muster.test/i/{}", world.mailed_token(&invitation)));

        let mut tx = world.db.read().await.expect("the database is there");
        let deliveries = email::of_invitation(&mut tx, invitation.id).await.expect("it can be read");
        drop(tx);
        let [delivery] = deliveries.as_slice() else { panic!("{deliveries:?}") };
        assert_eq!(mail.message_id.as_deref(), Some(format!("{}@muster.test", delivery.id).as_str()));
        assert_eq!(delivery.attempts, 2, "{delivery:?}");
        // Told to stop, it first writes down what it knows.
        let pid = second.id().expect("it runs").to_string();
        assert!(Command::new("kill").arg(pid).status().await.expect("kill runs").success());
        assert!(second.wait().await.expect("it ends").success());
        let mut tx = world.db.read().await.expect("the database is there");
        let deliveries = email::of_invitation(&mut tx, invitation.id).await.expect("it can be read");
        assert_eq!(deliveries[0].status, Status::Sent);
        assert_eq!(sink.unread(), 0, "it arrived once");
    }
}
