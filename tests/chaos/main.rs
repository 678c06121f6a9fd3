//! Fault campaigns: the real program, killed with SIGKILL, its database and its mail server taken away, its rows meddled
//! with; and afterwards the books compared. Without arguments the short version of each, as part of the tests; `just
//! chaos` runs the long one.

mod books;
mod committers;
mod dice;
mod look;
mod mail_away;
mod named;
mod outage;
mod process;
mod queue;
mod random;
mod scene;
mod strange;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Parser;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use muster_core::testing::World;
use tokio::sync::Semaphore;

use crate::books::{Books, Verdict};
use crate::scene::Scene;

/// Kills the program at named points and at random, and takes away what it needs. Nothing committed may be lost.
#[derive(Parser, Clone)]
struct Line {
    /// Only campaigns whose names contain one of these.
    names: Vec<String>,
    /// The long version, one campaign after the other.
    #[arg(long)]
    long: bool,
    /// The same seed makes the same plan.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many rounds each campaign has, instead of its own number.
    #[arg(long)]
    rounds: Option<u64>,
    /// How many seconds PostgreSQL is away; several make several campaigns. 3, and 60 in the long version.
    #[arg(long, value_delimiter = ',')]
    outage: Vec<u64>,
    /// The program under test, which has to be built with the feature `failpoints`.
    #[arg(long, default_value = env!("CARGO_BIN_EXE_muster"))]
    program: PathBuf,
    /// A folder for what the processes log; without it that is shown only where a promise was broken.
    #[arg(long)]
    logs: Option<PathBuf>,
    /// How many campaigns run at once: 6, and 1 in the long version.
    #[arg(long)]
    at_once: Option<usize>,
    #[command(flatten)]
    harness: Harness,
}

/// What `cargo test` passes on to every test program; it means nothing here.
#[expect(clippy::struct_excessive_bools, reason = "they are flags of somebody else's")]
#[derive(clap::Args, Clone)]
struct Harness {
    #[arg(long, hide = true)]
    nocapture: bool,
    #[arg(long, hide = true)]
    no_capture: bool,
    #[arg(long, short, hide = true)]
    quiet: bool,
    #[arg(long, hide = true)]
    exact: bool,
    #[arg(long, hide = true)]
    list: bool,
    #[arg(long, hide = true)]
    ignored: bool,
    #[arg(long, hide = true)]
    include_ignored: bool,
    #[arg(long, hide = true)]
    test_threads: Option<usize>,
    #[arg(long, hide = true)]
    skip: Vec<String>,
}

/// What a campaign goes by.
pub struct Plan {
    /// Decides everything that is left to chance.
    pub seed: u64,
    /// Whether there is time to wait for what really takes time.
    pub long: bool,
    rounds: Option<u64>,
    logs: Option<PathBuf>,
    /// What is killed.
    pub program: PathBuf,
    name: String,
    began: Instant,
}

impl Plan {
    /// How many rounds there are, by the version.
    pub fn rounds(&self, short: u64, long: u64) -> u64 {
        self.rounds.unwrap_or(if self.long { long } else { short })
    }

    /// Where the processes of this campaign log.
    pub fn log(&self, folder: &Path) -> PathBuf {
        let folder = self.logs.as_deref().unwrap_or(folder);
        folder.join(self.name.replace('/', "-")).with_extension("log")
    }

    /// A line for those who watch.
    pub fn say(&self, words: &str) {
        println!(
            "{:>6.1} s  {:<22} {words}",
            self.began.elapsed().as_secs_f64(),
            self.name
        );
    }

    /// Says now and then how far it has come.
    pub fn progress(&self, round: u64, rounds: u64, books: &Books, what: &str) {
        let round = round + 1;
        if round == rounds || round.is_multiple_of((rounds / 10).max(1)) {
            self.say(&format!(
                "round {round} of {rounds}, {} kills, {} mails promised {what}",
                books.kills,
                books.promised()
            ));
        }
    }
}

/// What happens in a campaign.
type Story = for<'a> fn(&'a Plan, &'a mut Scene) -> BoxFuture<'a, anyhow::Result<Verdict>>;

/// The database of a story.
#[derive(Clone, Copy)]
enum Database {
    Sqlite,
    Postgres,
}

impl Database {
    const BOTH: [(&str, Self); 2] = [("sqlite", Self::Sqlite), ("postgres", Self::Postgres)];
}

/// What a campaign is made of.
enum Course {
    /// A story, with so many places for workers.
    Story(Story, Database, usize),
    /// A PostgreSQL of its own is taken away for so many seconds.
    Outage(u64),
}

struct Campaign {
    name: String,
    course: Course,
}

/// Every campaign.
fn campaigns(outages: &[u64]) -> Vec<Campaign> {
    let both: [(&str, Story); 7] = [
        ("named", |plan, scene| named::run(plan, scene).boxed()),
        ("random", |plan, scene| random::one(plan, scene).boxed()),
        ("committers", |plan, scene| committers::run(plan, scene).boxed()),
        ("mail-away", |plan, scene| mail_away::run(plan, scene).boxed()),
        ("stubborn", |plan, scene| queue::stubborn(plan, scene).boxed()),
        ("restarts", |plan, scene| queue::restarts(plan, scene).boxed()),
        ("meddling", |plan, scene| queue::meddling(plan, scene).boxed()),
    ];
    let mut all = Vec::new();
    let mut add = |name: String, course| all.push(Campaign { name, course });
    for (name, story) in both {
        for (database, kind) in Database::BOTH {
            add(format!("{name}/{database}"), Course::Story(story, kind, 1));
        }
    }
    let twice: Story = |plan, scene| queue::twice(plan, scene).boxed();
    let two: Story = |plan, scene| random::two(plan, scene).boxed();
    for (name, database, places, story) in [
        ("twice/sqlite", Database::Sqlite, 1, twice),
        ("twice/postgres", Database::Postgres, 2, twice),
        ("two/postgres", Database::Postgres, 2, two),
    ] {
        add(name.to_owned(), Course::Story(story, database, places));
    }
    for seconds in outages {
        add(format!("outage-{seconds}s/postgres"), Course::Outage(*seconds));
    }
    let strange: Story = |plan, scene| strange::run(plan, scene).boxed();
    for (kind, _) in strange::KINDS {
        for (database, on) in Database::BOTH {
            add(
                format!("strange-{kind}/{database}"),
                Course::Story(strange, on, 1),
            );
        }
    }
    all
}

impl Campaign {
    async fn run(self, plan: &Plan) -> anyhow::Result<Verdict> {
        let (story, database, places) = match self.course {
            Course::Story(story, database, places) => (story, database, places),
            Course::Outage(seconds) => return outage::run(plan, seconds).await,
        };
        let world = match database {
            Database::Sqlite => World::sqlite().await,
            Database::Postgres => World::postgres().await,
        };
        let mut scene = Scene::new(plan, world, places).await?;
        let verdict = story(plan, &mut scene).await;
        verdict.map_err(|error| error.context(scene.tail()))
    }
}

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return fail(&format!("no threads can be started: {error}")),
    };
    if let Ok(first) = std::env::var(committers::COMMITTER) {
        return match runtime.block_on(committers::commit_until_killed(&first)) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(&format!("{error:#}")),
        };
    }
    let line = Line::parse();
    if line.harness.list {
        return ExitCode::SUCCESS;
    }
    let broken = runtime.block_on(run(&line));
    if broken == 0 {
        ExitCode::SUCCESS
    } else {
        fail(&format!(
            "{broken} promises were broken; `--seed {}` plans the same again",
            line.seed
        ))
    }
}

fn fail(sentence: &str) -> ExitCode {
    eprintln!("chaos: {sentence}");
    ExitCode::FAILURE
}

/// Runs the campaigns that were asked for; answers how many promises were broken.
async fn run(line: &Line) -> usize {
    let outages = match (line.outage.as_slice(), line.long) {
        ([], false) => &[3][..],
        ([], true) => &[60],
        (given, _) => given,
    };
    let named = |name: &str| line.names.iter().any(|part| name.contains(part.as_str()));
    let chosen = campaigns(outages)
        .into_iter()
        .filter(|campaign| line.names.is_empty() || named(&campaign.name));
    let began = Instant::now();
    let at_once = line.at_once.unwrap_or(if line.long { 1 } else { 6 });
    let slots = Arc::new(Semaphore::new(at_once.max(1)));
    println!("seed {}", line.seed);
    let mut running = Vec::new();
    for campaign in chosen {
        let plan = Plan {
            seed: line.seed,
            long: line.long,
            rounds: line.rounds,
            logs: line.logs.clone(),
            program: line.program.clone(),
            name: campaign.name.clone(),
            began,
        };
        let (name, slots) = (campaign.name.clone(), slots.clone());
        let task = tokio::spawn(async move {
            let _slot = slots.acquire_owned().await;
            let since = Instant::now();
            let outcome = campaign.run(&plan).await;
            match &outcome {
                Ok(verdict) => plan.say(&format!("is over: {verdict}")),
                Err(error) => plan.say(&format!("is BROKEN: {}", error.root_cause())),
            }
            (outcome, since.elapsed())
        });
        running.push((name, task));
    }
    let mut results = Vec::new();
    for (name, task) in running {
        let (outcome, took) = task.await.unwrap_or_else(|panic| {
            (
                Err(anyhow::anyhow!("the campaign panicked: {panic}")),
                Duration::ZERO,
            )
        });
        results.push((name, outcome, took));
    }
    report(line.seed, &results)
}

/// Says what came out; answers how many promises were broken.
fn report(seed: u64, results: &[(String, anyhow::Result<Verdict>, Duration)]) -> usize {
    const SHOWN: usize = 5;
    let (mut all, mut broken) = (Verdict::default(), 0);
    println!();
    for (name, outcome, took) in results {
        let verdict = match outcome {
            Ok(verdict) => verdict,
            Err(error) => {
                broken += 1;
                println!("{name}: BROKEN after {took:.0?}: {}\n{error}", error.root_cause());
                continue;
            }
        };
        println!("{name}: {verdict}; {took:.0?}");
        for note in &verdict.notes {
            println!("    {note}");
        }
        for sentence in verdict.broken.iter().take(SHOWN) {
            println!("    BROKEN: {sentence}");
        }
        if verdict.broken.len() > SHOWN {
            println!("    and {} more", verdict.broken.len() - SHOWN);
        }
        broken += verdict.broken.len();
        all.add(verdict);
    }
    println!("\nseed {seed}, all {} campaigns: {all}", results.len());
    broken
}
