//! Attack 78: Discord answers the bot's first request with 401.

use std::process::Stdio;

use discord_sim::Sim;
use muster_core::both_dbs;
use smtp_sink::SmtpSink;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::Command;

use crate::browser::Browser;

/// What follows these words on a line of the log, up to the next space.
fn named<'a>(line: &'a str, before: &str) -> Option<&'a str> {
    line.split_once(before)?.1.split_whitespace().next()
}

both_dbs! {
    async fn a_token_that_discord_does_not_know_turns_the_bot_off_and_nothing_else(world: World) {
        let world = world.in_real_time();
        let (sim, sink) = (Sim::start().await, SmtpSink::start().await);
        let folder = tempfile::tempdir().expect("a folder");
        let mut program = Command::new(env!("CARGO_BIN_EXE_muster"))
            .arg("serve")
            .current_dir(folder.path())
            .env_clear()
            .env("NO_COLOR", "1")
            .env("DATABASE_URL", &world.url)
            .env("SECRET_KEY", &world.secret_key)
            .env("LISTEN_ADDR", "127.0.0.1:0")
            .env("PUBLIC_URL", "https://muster.test")
            .env("DISCORD_TOKEN", format!("{}-of-yesterday", sim.bot_token()))
            .env("DISCORD_API_URL", sim.api_url())
            .env("SMTP_URL", sink.url())
            .env("MAIL_FROM", "Muster <muster@muster.test>")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the program starts");
        let mut log = BufReader::new(program.stderr.take().expect("it logs"));
        let (mut logged, mut pages) = (String::new(), None);
        while !logged.contains("the bot is off") {
            let mut line = String::new();
            assert_ne!(log.read_line(&mut line).await.expect("text"), 0, "it ended: {logged}");
            pages = named(&line, "serving the pages on ").map(str::to_owned).or(pages);
            logged.push_str(&line);
        }

        // Pages and jobs go on.
        let browser = Browser::new(&format!("http://{}", pages.expect("it serves pages")));
        assert_eq!(browser.open("/health/ready").await.status, 200);
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        world.invite(ada, team, "bo@example.org", "member").await.expect("it is sent");
        assert_eq!(sink.next_mail().await.to, ["bo@example.org"]);

        let pid = program.id().expect("it runs").to_string();
        assert!(Command::new("kill").arg(pid).status().await.expect("kill runs").success());
        assert!(program.wait().await.expect("it ends").success(), "it ends in order: {logged}");
        log.read_to_string(&mut logged).await.expect("text");
        let about: Vec<&str> = logged.lines().filter(|line| line.contains("the bot")).collect();
        let [only] = about.as_slice() else { panic!("one line says it: {logged}") };
        assert!(only.contains("ERROR") && only.contains("check DISCORD_TOKEN"), "{only}");
        let asked: Vec<_> = sim.requests().iter().map(|request| request.status).collect();
        assert_eq!(asked, [401], "nothing is tried again");
        assert_eq!(sim.identifications(), 0);
    }
}
