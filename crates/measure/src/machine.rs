//! What the figures were measured on.

use std::fmt::Write as _;
use std::fs;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use muster_core::db::{Db, Pools};

use crate::report::{Times, time};

/// Names and values, in the order of the page.
pub struct Machine(pub Vec<(&'static str, String)>);

impl Machine {
    /// `folder` is where the databases will lie.
    pub fn look(folder: &Path) -> Self {
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        let syncs = sync_times(folder);
        Self(vec![
            (
                "Processor",
                format!("{cores} cores, {}", field("/proc/cpuinfo", "model name")),
            ),
            ("Memory", memory()),
            ("Kernel", read("/proc/sys/kernel/osrelease")),
            ("File system of the databases", file_system(folder)),
            (
                "One fdatasync of 4 KiB there",
                format!(
                    "median {}, p99 {} of {}",
                    time(syncs.quantile(0.5)),
                    time(syncs.quantile(0.99)),
                    syncs.count()
                ),
            ),
            ("Rust", said("rustc", &["--version"])),
        ])
    }

    pub fn as_lines(&self) -> String {
        let mut text = String::new();
        for (name, value) in &self.0 {
            let _ = writeln!(text, "{name:<30} {value}");
        }
        text
    }
}

/// What every commit has to wait for at the least.
fn sync_times(folder: &Path) -> Times {
    let mut file = tempfile::tempfile_in(folder).expect("a file beside the databases");
    let mut times = Times::default();
    for _ in 0..200 {
        file.seek(SeekFrom::Start(0)).expect("a file has a start");
        file.write_all(&[7; 4096]).expect("room for 4 KiB");
        let began = Instant::now();
        file.sync_data().expect("the disk takes what it is given");
        times.note(began.elapsed());
    }
    times
}

fn read(path: &str) -> String {
    fs::read_to_string(path).map_or_else(|_| "unknown".to_owned(), |text| text.trim().to_owned())
}

fn field(path: &str, name: &str) -> String {
    read(path)
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(key, _)| key.trim() == name)
        .map_or_else(|| "unknown".to_owned(), |(_, value)| value.trim().to_owned())
}

fn memory() -> String {
    let text = field("/proc/meminfo", "MemTotal");
    text.strip_suffix(" kB")
        .and_then(|kibibytes| kibibytes.parse::<f64>().ok())
        .map_or(text.clone(), |kibibytes| {
            format!("{:.0} GiB", kibibytes / f64::from(1 << 20))
        })
}

/// The kind of the innermost mount that holds the folder.
fn file_system(folder: &Path) -> String {
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    read("/proc/mounts")
        .lines()
        .filter_map(|line| {
            let mut fields = line.split(' ').skip(1);
            Some((fields.next()?.to_owned(), fields.next()?.to_owned()))
        })
        .filter(|(place, _)| folder.starts_with(place))
        .max_by_key(|(place, _)| place.len())
        .map_or_else(|| "unknown".to_owned(), |(_, kind)| kind)
}

fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().ok();
    let output = output.filter(|output| output.status.success());
    output.map_or_else(
        || "unknown".to_owned(),
        |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
    )
}

/// Now, and what the working copy holds.
pub fn moment() -> String {
    format!(
        "{}, {}",
        chrono::Utc::now().format("%Y-%m-%d %H:%M UTC"),
        commit()
    )
}

fn commit() -> String {
    let id = said("git", &["rev-parse", "--short=12", "HEAD"]);
    match said("git", &["status", "--porcelain", "--untracked-files=no"]).as_str() {
        "" | "unknown" => id,
        _ => format!("{id} and changes"),
    }
}

/// The database's version, and the settings that decide what a commit costs, as it says itself.
pub async fn server(db: &Db) -> String {
    match db.pools() {
        Pools::Sqlite { writer, .. } => sqlx::query_scalar(
            "select 'SQLite ' || sqlite_version() || ', journal_mode=' || journal_mode || ', synchronous=' ||
                    case synchronous when 2 then 'full' else cast(synchronous as text) end
             from pragma_journal_mode, pragma_synchronous",
        )
        .fetch_one(writer)
        .await,
        Pools::Postgres(pool) => sqlx::query_scalar(
            "select 'PostgreSQL ' || current_setting('server_version') || (
                 select string_agg(', ' || name || '=' || current_setting(name), '' order by name) from pg_settings
                 where name in ('fsync', 'synchronous_commit', 'wal_sync_method', 'shared_buffers', 'max_wal_size'))",
        )
        .fetch_one(pool)
        .await,
    }
    .expect("a database tells its settings")
}
