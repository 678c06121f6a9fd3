//! The text that a monitoring system fetches: this process's counts, and the database as it is at that moment.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use chrono::{DateTime, Utc};
use muster_core::db::Db;
use muster_core::email::Status;
use muster_core::error::Error;
use muster_core::job::Queue;
use muster_core::queue::admin::gauges::{self, Depth, Mails, Workers};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::{encode_eof, encode_registry};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};

use super::{Metrics, QueueName};
use crate::TABLE;
use crate::source::{HEARTBEAT, MISSED_HEARTBEATS};

/// The type of what [`Metrics::scrape`] answers.
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// How long the database may take to answer. Whoever fetches gives up after 10 seconds, by default.
const PATIENCE: Duration = Duration::from_secs(3);
/// How long it may take to count the jobs: with a hundred thousand of them that is work.
const PATIENCE_TO_COUNT: Duration = Duration::from_secs(5);
/// What a job is called whose kind is none of ours.
const UNKNOWN: &str = "unknown";
const STATES: [&str; 3] = ["waiting", "running", "dead"];

/// What was read from the database.
struct Reading {
    workers: Vec<Workers>,
    mails: Vec<Mails>,
    /// Absent when counting took too long.
    depths: Option<Vec<Depth>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Place {
    kind: &'static str,
    queue: &'static str,
    state: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct MailStatus {
    status: &'static str,
}

type Seconds = Gauge<f64, AtomicU64>;

impl Metrics {
    /// Everything, as OpenMetrics text. A database that does not answer leaves out what would have been read from it, and
    /// is itself one of the figures.
    pub async fn scrape(&self, db: &Db, now: DateTime<Utc>) -> Result<String, std::fmt::Error> {
        let reading = {
            let _turn = self.0.turn.lock().await;
            read(db).await
        };
        let mut text = String::new();
        encode_registry(&mut text, &self.0.registry)?;
        encode_registry(&mut text, &registry(reading.as_ref(), now))?;
        encode_eof(&mut text)?;
        Ok(text)
    }
}

/// Reads what can be read. A database that is busy counting is not one that is away.
async fn read(db: &Db) -> Option<Reading> {
    let silence = HEARTBEAT * u32::try_from(MISSED_HEARTBEATS).unwrap_or(u32::MAX);
    let quick = async {
        let mut tx = db.read().await?;
        Ok((
            gauges::workers(&mut tx, silence).await?,
            gauges::mails(&mut tx).await?,
        ))
    };
    let (workers, mails) = within(PATIENCE, quick).await?;
    let count = async { gauges::depths(&mut db.read().await?).await };
    Some(Reading {
        workers,
        mails,
        depths: within(PATIENCE_TO_COUNT, count).await,
    })
}

async fn within<T>(patience: Duration, reading: impl Future<Output = Result<T, Error>>) -> Option<T> {
    match tokio::time::timeout(patience, reading).await {
        Ok(Ok(read)) => Some(read),
        Ok(Err(error)) => {
            tracing::warn!(%error, "figures of the database cannot be read");
            None
        }
        Err(_elapsed) => {
            tracing::warn!(?patience, "figures of the database cannot be read in time");
            None
        }
    }
}

fn registry(reading: Option<&Reading>, now: DateTime<Utc>) -> Registry {
    let mut registry = Registry::with_prefix("muster");
    let up = Gauge::<i64>::default();
    up.set(i64::from(reading.is_some()));
    registry.register("database_up", "Whether the database answered just now", up);
    if let Some(reading) = reading {
        if let Some(depths) = &reading.depths {
            of_jobs(&mut registry, depths);
        }
        of_mails(&mut registry, &reading.mails, now);
        let workers = Family::<QueueName, Gauge>::default();
        for queue in Queue::ALL {
            let alive = reading.workers.iter().filter(|row| row.queue == queue.as_str());
            let queue = queue.as_str();
            workers
                .get_or_create(&QueueName { queue })
                .set(alive.map(|row| row.workers).sum());
        }
        registry.register(
            "workers_alive",
            "Workers of all processes that gave a sign of life within 15 seconds",
            workers,
        );
    }
    registry
}

fn of_jobs(registry: &mut Registry, depths: &[Depth]) {
    let (jobs, oldest) = (
        Family::<Place, Gauge>::default(),
        Family::<QueueName, Seconds>::default(),
    );
    for row in TABLE {
        for state in STATES {
            let place = Place {
                kind: row.kind,
                queue: row.queue.as_str(),
                state,
            };
            drop(jobs.get_or_create(&place));
        }
    }
    for queue in Queue::ALL.map(Queue::as_str) {
        drop(oldest.get_or_create(&QueueName { queue }));
    }
    for depth in depths {
        let place = Place {
            kind: ours(TABLE.iter().map(|row| row.kind), |kind| {
                kind.as_bytes() == depth.kind
            }),
            queue: ours(Queue::ALL.map(Queue::as_str), |queue| queue == depth.queue),
            state: ours(STATES, |state| state == depth.state),
        };
        let queue = place.queue;
        jobs.get_or_create(&place).inc_by(depth.jobs);
        if place.state == "waiting" {
            let oldest = oldest.get_or_create(&QueueName { queue });
            oldest.set(oldest.get().max(seconds(depth.overdue)));
        }
    }
    registry.register(
        "jobs",
        "Jobs in the database that are not done, by state: waiting for their time or a worker, running, dead",
        jobs,
    );
    registry.register_with_unit(
        "job_oldest_due",
        "How long the first job of a queue has been due without being taken; 0 if none is due",
        Unit::Seconds,
        oldest,
    );
}

fn of_mails(registry: &mut Registry, rows: &[Mails], now: DateTime<Utc>) {
    let (mails, oldest) = (Family::<MailStatus, Gauge>::default(), Seconds::default());
    for status in [Status::Queued, Status::Sending] {
        let row = rows.iter().find(|row| row.status == status);
        let status = status.as_str();
        mails
            .get_or_create(&MailStatus { status })
            .set(row.map_or(0, |row| row.mails));
    }
    // A mail that is being sent is due only once nobody keeps it any more.
    let overdue = rows.iter().map(|row| (now - row.first_due).num_seconds()).max();
    oldest.set(seconds(overdue.unwrap_or_default()));
    registry.register(
        "mails_waiting",
        "Mails in the database that have not left: queued, or being sent",
        mails,
    );
    registry.register_with_unit(
        "mail_oldest_due",
        "How long the first mail has been due without leaving; 0 if none is due",
        Unit::Seconds,
        oldest,
    );
}

/// The one of our own words that is meant: what others wrote into the database does not become a label.
fn ours(words: impl IntoIterator<Item = &'static str>, meant: impl Fn(&str) -> bool) -> &'static str {
    words.into_iter().find(|word| meant(word)).unwrap_or(UNKNOWN)
}

/// Seconds that have passed; none if the time is still to come.
fn seconds(count: i64) -> f64 {
    f64::from(u32::try_from(count.max(0)).unwrap_or(u32::MAX))
}
