//! The mail server, in a process of its own: so that its memory and its processor time are not the worker's.
//!
//! It says where it listens, then answers one word a line: `wait N` when it has taken that many mails, `count` with how
//! many it took and how many different ones those were. It ends with its standard input.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use smtp_sink::SmtpSink;

/// Work that makes no progress for so long is lost.
pub const STUCK: Duration = Duration::from_mins(2);
/// What starts this program as the mail server.
pub const FLAG: &str = "--sink";
const THERE: &str = "there";

/// Serves until nobody asks any more.
pub async fn serve() {
    let sink = SmtpSink::builder().count_only().start().await;
    println!("{}", sink.url());
    // Reading blocks; the server goes on beside it.
    let (ask, mut asked) = tokio::sync::mpsc::channel(1);
    std::thread::spawn(move || {
        for line in std::io::stdin().lines().map_while(Result::ok) {
            if ask.blocking_send(line).is_err() {
                return;
            }
        }
    });
    while let Some(line) = asked.recv().await {
        if let Some(count) = line.strip_prefix("wait ") {
            println!(
                "{}",
                wait(&sink, count.parse().expect("a number to wait for")).await
            );
        } else {
            let mut ids = sink.message_ids();
            let all = ids.len();
            ids.sort_unstable();
            ids.dedup();
            println!("{all} {}", ids.len());
        }
    }
}

/// Answers when so many mails are there, or none has come for too long.
async fn wait(sink: &SmtpSink, count: usize) -> &'static str {
    let (mut seen, mut since) = (0, Instant::now());
    loop {
        let now = sink.count();
        if now >= count {
            return THERE;
        }
        if now > seen {
            (seen, since) = (now, Instant::now());
        } else if since.elapsed() > STUCK {
            return "no mail came any more";
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// That process, seen from the worker's.
pub struct Sink {
    pub url: String,
    child: Child,
    ask: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Sink {
    pub fn start() -> Self {
        let mut child = Command::new(std::env::current_exe().expect("the path of this program"))
            .arg(FLAG)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("this program can be started again");
        let (Some(ask), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            unreachable!("both were asked for")
        };
        let mut sink = Self {
            url: String::new(),
            child,
            ask,
            answers: BufReader::new(answers),
        };
        sink.url = sink.answer();
        sink
    }

    /// Returns when it has taken so many mails since its start. Blocks: call it where that is allowed.
    pub fn wait(&mut self, count: u32) {
        writeln!(self.ask, "wait {count}").expect("the mail server listens");
        assert_eq!(self.answer(), THERE, "{count} mails are taken");
    }

    /// How many mails it took, and how many different ones.
    pub fn count(&mut self) -> (u32, u32) {
        writeln!(self.ask, "count").expect("the mail server listens");
        let answer = self.answer();
        let (all, different) = answer.split_once(' ').expect("two numbers");
        (
            all.parse().expect("a number"),
            different.parse().expect("a number"),
        )
    }

    /// Its processor time so far.
    pub fn cpu(&self) -> Duration {
        measure::cpu(self.child.id())
    }

    fn answer(&mut self) -> String {
        let mut line = String::new();
        self.answers
            .read_line(&mut line)
            .expect("the mail server answers");
        line.trim_end().to_owned()
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
