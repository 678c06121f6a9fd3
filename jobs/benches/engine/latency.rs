//! How long a job waits that is committed while nothing else goes on, and whether any is overlooked.
//!
//! Pairs of jobs, committed so close together that the second one falls into whatever the first one started: looking at
//! the queue, taking the job, writing its end down. A wake-up that is lost there costs the second one the rest of the
//! poll's 500 ms.

use std::collections::HashMap;
use std::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};

use muster_core::db::Db;
use muster_core::env::Env;
use muster_core::ids::EmailId;
use muster_core::job::Job;
use muster_core::queue;
use muster_core::testing::World;
use muster_jobs::Engine;

use crate::engines::{NO_SMTP, Running, context, without_clock};
use measure::{Report, Times, number, time};

/// A start so late was not caused by the commit.
const LATE: Duration = Duration::from_millis(400);
/// After that it is taken to never come.
const NEVER: Duration = Duration::from_secs(5);
const SEED: u64 = 20_261_122;

/// When each job began.
static BEGAN: Mutex<Option<HashMap<EmailId, Instant>>> = Mutex::new(None);
static ANOTHER: Condvar = Condvar::new();

fn note(job: &Job) {
    let now = Instant::now();
    if let Job::SendEmail { email } = job {
        let mut began = BEGAN.lock().expect("nobody panics with it");
        began.get_or_insert_default().insert(*email, now);
        ANOTHER.notify_all();
    }
}

/// When a job began, once it has.
fn began(email: EmailId) -> Option<Instant> {
    let began = BEGAN.lock().expect("nobody panics with it");
    let absent =
        |began: &mut Option<HashMap<_, _>>| !began.as_ref().is_some_and(|began| began.contains_key(&email));
    let (mut began, _) = ANOTHER
        .wait_timeout_while(began, NEVER, absent)
        .expect("nobody panics with it");
    began.as_mut()?.remove(&email)
}

/// Numbers that look random and are the same each time.
struct Seeded(u64);

impl Seeded {
    /// From nought to just below `end`.
    fn below(&mut self, end: Duration) -> Duration {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        end.mul_f64((self.0 >> 33) as f64 / f64::from(1_u32 << 31))
    }
}

#[derive(Default)]
struct Findings {
    after: Times,
    before: Times,
    late: u64,
    never: u64,
}

pub async fn measure(world: &World, pairs: u32) -> Report {
    let engine = Engine::of_empty_jobs(context(world, &world.db, NO_SMTP), without_clock(), note);
    let running = Running::start(engine);
    let mut report = Report::new(format!(
        "{} pairs of jobs that do nothing, the second committed 0 to 5 ms after the first (seed {SEED}), each pair when \
         the one before has begun and 5 to 30 ms have passed. Lost is what began later than {} after its commit, or \
         never.",
        number(pairs.into()),
        time(LATE)
    ));
    let same = push_pairs(world.db.clone(), world.env.clone(), pairs).await;
    add(&mut report, "", &same);
    if !world.db.is_embedded() {
        // A database of its own rings a bell that nobody hears: what is left is PostgreSQL's notification.
        let other = Db::connect(&world.url).await.expect("another connection");
        let other = push_pairs(other, world.env.clone(), pairs).await;
        add(&mut report, ", committed by another process", &other);
    }
    running.stop().await;
    report
}

fn add(report: &mut Report, how: &str, findings: &Findings) {
    let (after, before) = (&findings.after, &findings.before);
    let (p50, p99) = (after.quantile(0.5), after.quantile(0.99));
    let ms = Duration::from_millis;
    report.add_with_aim(format!("Median{how}"), time(p50), "under 5 ms", p50 < ms(5));
    report.add_with_aim(format!("p99{how}"), time(p99), "under 50 ms", p99 < ms(50));
    report.add(format!("Longest{how}"), time(after.longest()));
    report.add(
        format!("The same with the commit itself: median, p99, longest{how}"),
        [before.quantile(0.5), before.quantile(0.99), before.longest()]
            .map(time)
            .join(", "),
    );
    let lost = findings.late + findings.never;
    report.add_with_aim(
        format!("Lost{how}"),
        format!("{lost} of {}", number(after.count() + findings.never)),
        "0",
        lost == 0,
    );
}

/// On a thread of its own, which sleeps to the fraction of a millisecond; the runtime's timer does not.
async fn push_pairs(db: Db, env: Env, pairs: u32) -> Findings {
    let runtime = tokio::runtime::Handle::current();
    let pushing = move || {
        let mut seeded = Seeded(SEED);
        let mut findings = Findings::default();
        // The first few find connections and statements cold.
        for pair in 0..pairs + 20 {
            let first = runtime.block_on(push(&db, &env));
            std::thread::sleep(seeded.below(Duration::from_millis(5)));
            let second = runtime.block_on(push(&db, &env));
            for pushed in [first, second] {
                let began = began(pushed.email);
                if pair >= 20 {
                    findings.note(&pushed, began);
                }
            }
            std::thread::sleep(Duration::from_millis(5) + seeded.below(Duration::from_millis(25)));
        }
        findings
    };
    tokio::task::spawn_blocking(pushing)
        .await
        .expect("pushing goes well")
}

struct Pushed {
    email: EmailId,
    before_commit: Instant,
    after_commit: Instant,
}

async fn push(db: &Db, env: &Env) -> Pushed {
    let email: EmailId = env.new_id();
    let mut tx = db.write().await.expect("a transaction");
    queue::enqueue(&mut tx, env, &Job::SendEmail { email })
        .await
        .expect("a job can be enqueued");
    let before_commit = Instant::now();
    tx.commit().await.expect("it is stored");
    Pushed {
        email,
        before_commit,
        after_commit: Instant::now(),
    }
}

impl Findings {
    fn note(&mut self, pushed: &Pushed, began: Option<Instant>) {
        let Some(began) = began else {
            self.never += 1;
            return;
        };
        // The commit may return after the job has begun: the bell rings before that.
        let after = began.saturating_duration_since(pushed.after_commit);
        if after > LATE {
            self.late += 1;
        }
        self.after.note(after);
        self.before
            .note(began.saturating_duration_since(pushed.before_commit));
    }
}
