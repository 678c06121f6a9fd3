//! A wire with an ear: whatever passes between those who ask and the program is kept, question by question.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// One question and its answer, as they went over the wire.
#[derive(Debug, Clone, Default)]
pub struct Exchange {
    /// The first line of the question.
    pub asked: String,
    /// The answer, head and body.
    pub answer: String,
}

impl Exchange {
    /// Whether the question began so: a method and a path.
    pub fn is_of(&self, begins: &str) -> bool {
        self.asked.starts_with(begins)
    }

    /// The values of the cookies that the answer sets.
    pub fn cookies(&self) -> impl Iterator<Item = String> {
        let set = self.answer.lines().filter_map(cookie);
        set.filter(|value| value.len() >= 32)
            .map(str::to_owned)
            .collect::<Vec<_>>()
            .into_iter()
    }

    /// The answer but for the lines that set cookies: those are what brings them.
    pub fn without_cookies(&self) -> String {
        let lines = self.answer.lines().filter(|line| cookie(line).is_none());
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// The value of the cookie that a line of a head sets.
fn cookie(line: &str) -> Option<&str> {
    let (name, rest) = line.split_once(':')?;
    let pair = name.eq_ignore_ascii_case("set-cookie").then_some(rest)?;
    pair.split(';').next()?.split_once('=').map(|(_, value)| value)
}

/// What stands before the program.
pub struct Tap {
    /// Where it is.
    pub url: String,
    heard: Arc<Mutex<Vec<Exchange>>>,
}

impl Tap {
    /// One before this address.
    pub async fn start(inner: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("it is bound"));
        let heard = Arc::new(Mutex::new(Vec::new()));
        let ear = heard.clone();
        tokio::spawn(async move {
            while let Ok((outer, _)) = listener.accept().await {
                tokio::spawn(pass(outer, inner, ear.clone()));
            }
        });
        Self { url, heard }
    }

    /// Waits until the program answers.
    pub async fn wait_ready(&self, patience: Duration) {
        let ready = async {
            loop {
                let answer = reqwest::get(format!("{}/health/ready", self.url)).await;
                if answer.is_ok_and(|answer| answer.status().is_success()) {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(patience, ready)
            .await
            .expect("the program answers");
    }

    /// Everything so far.
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.heard.lock().expect("nobody panicked").clone()
    }
}

/// Passes a connection on. Nobody here asks before the last answer is there, so a question ends what was answered before.
async fn pass(mut outer: TcpStream, inner: SocketAddr, heard: Arc<Mutex<Vec<Exchange>>>) {
    let Ok(mut inner) = TcpStream::connect(inner).await else {
        return;
    };
    let (mut question, mut answer) = ([0; 8192], [0; 8192]);
    let (mut asked, mut said) = (Vec::new(), Vec::new());
    loop {
        tokio::select! {
            read = outer.read(&mut question) => {
                let Ok(many @ 1..) = read else { break };
                if !said.is_empty() {
                    keep(&heard, &mut asked, &mut said);
                }
                asked.extend_from_slice(&question[..many]);
                if inner.write_all(&question[..many]).await.is_err() { break }
            }
            read = inner.read(&mut answer) => {
                let Ok(many @ 1..) = read else { break };
                said.extend_from_slice(&answer[..many]);
                if outer.write_all(&answer[..many]).await.is_err() { break }
            }
        }
    }
    keep(&heard, &mut asked, &mut said);
}

fn keep(heard: &Mutex<Vec<Exchange>>, asked: &mut Vec<u8>, said: &mut Vec<u8>) {
    if asked.is_empty() {
        return;
    }
    let asked = String::from_utf8_lossy(&std::mem::take(asked)).into_owned();
    let exchange = Exchange {
        asked: asked.lines().next().unwrap_or_default().to_owned(),
        answer: String::from_utf8_lossy(&std::mem::take(said)).into_owned(),
    };
    heard.lock().expect("nobody panicked").push(exchange);
}
