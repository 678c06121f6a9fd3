//! Processor time and memory of processes, from /proc.

use std::fs;
use std::time::Duration;

use muster_core::db::{Db, Pools};

use crate::report::Report;

/// The unit of processor time in /proc, on every architecture of Linux that we know.
const TICKS_A_SECOND: u64 = 100;

/// The fields of /proc/PID/stat after the name, which may hold anything.
fn stat(pid: u32) -> Option<Vec<u64>> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, fields) = text.rsplit_once(')')?;
    // The first one is the state, a letter.
    Some(
        fields
            .split_whitespace()
            .skip(1)
            .map(|field| field.parse().unwrap_or(0))
            .collect(),
    )
}

fn ticks(count: u64) -> Duration {
    Duration::from_millis(count * 1000 / TICKS_A_SECOND)
}

/// Processor time of a process so far.
pub fn cpu(pid: u32) -> Duration {
    let stat = stat(pid).expect("the process runs, and /proc is there");
    ticks(stat[10] + stat[11])
}

/// Processor time from a moment on: of this process and, where it can be seen, of PostgreSQL.
pub struct Cpu {
    own: Duration,
    server: Option<Duration>,
}

impl Cpu {
    /// Looks now.
    pub async fn begin(db: &Db) -> Self {
        Self {
            own: cpu(std::process::id()),
            server: postgres_cpu(db).await,
        }
    }

    /// What was used since.
    pub async fn end(self, db: &Db) -> Self {
        let now = Self::begin(db).await;
        Self {
            own: now.own.saturating_sub(self.own),
            server: now
                .server
                .zip(self.server)
                .map(|(end, start)| end.saturating_sub(start)),
        }
    }

    /// What one of so many things took.
    pub fn add_to(&self, report: &mut Report, thing: &str, count: u32) {
        report.add(format!("Processor time {thing}: worker"), each(self.own, count));
        if let Some(server) = self.server {
            report.add(format!("Processor time {thing}: PostgreSQL"), each(server, count));
        }
    }
}

/// The share of one of so many.
pub fn each(cpu: Duration, count: u32) -> String {
    format!("{:.1} µs", cpu.as_secs_f64() * 1e6 / f64::from(count))
}

/// Processor time of the server and all that it started, when it runs on this machine and we may look.
async fn postgres_cpu(db: &Db) -> Option<Duration> {
    let Pools::Postgres(pool) = db.pools() else {
        return None;
    };
    let folder: String = sqlx::query_scalar("select current_setting('data_directory')")
        .fetch_one(pool)
        .await
        .ok()?;
    let file = fs::read_to_string(format!("{folder}/postmaster.pid")).ok()?;
    let postmaster: u32 = file.lines().next()?.trim().parse().ok()?;
    let own = stat(postmaster)?;
    // Its own and that of children which ended; then those that run.
    let mut total = own[10] + own[11] + own[12] + own[13];
    for entry in fs::read_dir("/proc").ok()?.flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        if let Some(child) = stat(pid)
            && child[0] == u64::from(postmaster)
        {
            total += child[10] + child[11];
        }
    }
    Some(ticks(total))
}

/// Memory of this process from a moment on.
pub struct Memory {
    start: u64,
}

impl Memory {
    /// Forgets the peak so far; what follows is measured against what is held now.
    pub fn begin() -> Self {
        fs::write("/proc/self/clear_refs", "5").expect("the peak of the own memory can be reset");
        Self {
            start: held("VmRSS:"),
        }
    }

    /// What was held at the start, and how much more than that at the peak.
    pub fn end(&self) -> (u64, u64) {
        (self.start, held("VmHWM:").saturating_sub(self.start))
    }
}

fn held(name: &str) -> u64 {
    memory("self", name)
}

/// Memory that a process holds now, in bytes.
pub fn resident(pid: u32) -> u64 {
    memory(&pid.to_string(), "VmRSS:")
}

fn memory(process: &str, name: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).expect("it runs, and /proc is there");
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let kibibytes: u64 = line
        .and_then(|line| line.trim().strip_suffix("kB")?.trim().parse().ok())
        .expect("the kernel tells how much memory is held");
    kibibytes * 1024
}
