//! The program under test: the real one, in a process of its own, to be killed.

use std::fs::File;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context as _, bail};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::mpsc;
use tokio::time::Instant;

/// How long a process may take to do what it surely does, on a busy machine.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// A running program.
pub struct Process {
    child: Child,
    lines: mpsc::UnboundedReceiver<String>,
}

impl Process {
    /// `muster serve --only …` with these variables and no others; what it logs is added to a file.
    pub fn serve(
        program: &Path,
        parts: &str,
        variables: &[(&str, String)],
        log: &Path,
    ) -> anyhow::Result<Self> {
        let mut command = Command::new(program);
        command
            .args(["serve", "--only", parts])
            .env_clear()
            .envs(variables.iter().map(|(name, value)| (*name, value)))
            .env("NO_COLOR", "1")
            .current_dir(log.parent().context("a log lies in a folder")?)
            .stderr(File::options().create(true).append(true).open(log)?);
        Self::spawn(command)
    }

    /// Any program whose lines matter.
    pub fn spawn(mut command: Command) -> anyhow::Result<Self> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("the program does not start")?;
        let out = child.stdout.take().context("the program's output is piped")?;
        let (said, lines) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            let mut out = BufReader::new(out).lines();
            while let Ok(Some(line)) = out.next_line().await {
                if said.send(line).is_err() {
                    return;
                }
            }
        });
        Ok(Self { child, lines })
    }

    /// Waits until it says a line that begins so, which it answers: that it stands at the failpoint it was started with,
    /// for one.
    pub async fn says(&mut self, words: &str) -> anyhow::Result<String> {
        match tokio::time::timeout(PATIENCE, self.lines.recv()).await {
            Ok(Some(line)) if line.starts_with(words) => Ok(line),
            Ok(Some(line)) => bail!("the program said `{line}`, not `{words}`"),
            Ok(None) => bail!("the program ended by itself: {:?}", self.child.wait().await?),
            Err(_) => bail!("the program never said `{words}` within {PATIENCE:?}"),
        }
    }

    /// Waits until it is so far that it would end in order.
    pub async fn is_up(&mut self) -> anyhow::Result<()> {
        let pid = self.child.id().context("the program has ended by itself")?;
        let since = Instant::now();
        while !listens(pid)? {
            if let Some(status) = self.child.try_wait()? {
                bail!("the program ended by itself while it started: {status}");
            }
            anyhow::ensure!(
                since.elapsed() < PATIENCE,
                "the program did not start within {PATIENCE:?}"
            );
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        Ok(())
    }

    /// SIGKILL. Answers every line that it still said.
    pub async fn kill(mut self) -> anyhow::Result<Vec<String>> {
        if let Some(status) = self.child.try_wait()? {
            bail!("the program had ended by itself before it was killed: {status}");
        }
        self.child.kill().await?;
        let mut said = Vec::new();
        while let Some(line) = self.lines.recv().await {
            said.push(line);
        }
        Ok(said)
    }

    /// How it ended by itself, if it has.
    pub fn ended(&mut self) -> anyhow::Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// Asks it to stop, and waits until it has done so in order.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        // While it still starts, SIGTERM ends it like any other program.
        self.is_up().await?;
        let pid = self.child.id().context("the program has ended by itself")?;
        let told = Command::new("kill").arg(pid.to_string()).status().await?;
        anyhow::ensure!(told.success(), "the program could not be told to stop");
        let status = tokio::time::timeout(PATIENCE, self.child.wait())
            .await
            .context("the program was told to stop and did not")??;
        anyhow::ensure!(
            status.success(),
            "the program was told to stop and ended with {status}"
        );
        Ok(())
    }
}

/// Whether a process has said what it does at SIGTERM. Fails when there is no such process.
fn listens(pid: u32) -> anyhow::Result<bool> {
    const SIGTERM: u32 = 15;
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).context("the program has ended")?;
    let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
    let caught = u64::from_str_radix(caught.context("the program has ended by itself")?.trim(), 16)?;
    Ok(caught >> (SIGTERM - 1) & 1 == 1)
}
