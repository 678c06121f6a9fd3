//! The program, in a process and on a core of its own.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use muster_core::testing::World;
use url::Url;

/// The core of the program, and the one of those who ask.
const SERVERS: &str = "0";
const CLIENTS: &str = "1";

/// The program, until it is dropped.
pub struct Server {
    child: Child,
    /// Where it answers.
    pub url: Url,
    /// From starting the process to the first answer that it is ready.
    pub took: Duration,
    /// What it writes beside the database.
    _folder: tempfile::TempDir,
}

impl Server {
    /// Starts it on the world's database, and moves this process to the other core.
    pub async fn start(world: &World) -> Self {
        let pinned = Command::new("taskset")
            .args(["-a", "-p", "-c", CLIENTS, &std::process::id().to_string()])
            .stdout(Stdio::null())
            .status();
        assert!(
            pinned.expect("taskset, of util-linux").success(),
            "two cores are needed"
        );
        let port = {
            let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
            free.local_addr().expect("it has an address").port()
        };
        let url: Url = format!("http://127.0.0.1:{port}").parse().expect("a URL");
        let folder = tempfile::tempdir().expect("a folder");
        let began = Instant::now();
        let child = Command::new("taskset")
            .args([
                "-c",
                SERVERS,
                env!("CARGO_BIN_EXE_muster"),
                "serve",
                "--only",
                "web",
            ])
            .current_dir(&folder)
            .env("DATABASE_URL", &world.url)
            .env("SECRET_KEY", &world.secret_key)
            .env("LISTEN_ADDR", format!("127.0.0.1:{port}"))
            .env("PUBLIC_URL", url.as_str())
            // So that one process can ask from many places.
            .env("TRUSTED_PROXIES", "127.0.0.1")
            .env("API_READS_PER_MINUTE", "4000000000")
            .env("API_CHANGES_PER_MINUTE", "4000000000")
            // One line a request is part of the work; reading them is not.
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let mut server = Self {
            child,
            url,
            took: Duration::ZERO,
            _folder: folder,
        };
        let ready = server.url.join("health/ready").expect("a path");
        let client = reqwest::Client::new();
        while !client
            .get(ready.clone())
            .send()
            .await
            .is_ok_and(|answer| answer.status().is_success())
        {
            assert!(began.elapsed() < Duration::from_secs(30), "it did not get ready");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        server.took = began.elapsed();
        server
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        // `taskset` becomes the program that it starts.
        self.child.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _gone_already = self.child.kill();
        let _status = self.child.wait();
    }
}
