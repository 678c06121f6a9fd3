//! The side that commits is killed: what was answered is there, with all that belongs to it, and nothing is there in part.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use muster_core::testing::World;
use tokio::process::Command;
use tokio::task::JoinSet;

use crate::Plan;
use crate::books::{Promise, Verdict, Wanted};
use crate::dice::Dice;
use crate::look::Look;
use crate::process::Process;
use crate::scene::Scene;

/// In the environment of the process that commits: the number of its first founder.
pub const COMMITTER: &str = "MUSTER_CHAOS_COMMITTER";
/// How long an id is.
const ID: usize = 26;
/// How many commit at once in that process.
const AT_ONCE: i64 = 4;

/// The process that commits until it is killed, and says so after each answer.
pub async fn commit_until_killed(first: &str) -> anyhow::Result<()> {
    let first: i64 = first.parse().context("the number of a founder")?;
    let variable = |name: &str| std::env::var(name).with_context(|| format!("{name} is not set"));
    let world = World::of_another_process(variable("DATABASE_URL")?, variable("SECRET_KEY")?).await;
    let world = Arc::new(world);
    println!("ready");
    let lanes: JoinSet<_> = (0..AT_ONCE)
        .map(|lane| commit(world.clone(), first + lane * 1_000))
        .collect();
    for ended in lanes.join_all().await {
        ended?;
    }
    Ok(())
}

/// Team after team, each with its hour's worth of invitations.
async fn commit(world: Arc<World>, first: i64) -> anyhow::Result<()> {
    for founder in first.. {
        let names = (format!("Founder {founder}"), format!("Team {founder}"));
        let (actor, team) = world.founder(founder, &names.0, &names.1, "campaigns").await;
        println!("team {team}");
        for number in 0..20 {
            let address = format!("person{founder}x{number}@example.org");
            let invitation = world
                .invite(actor, team, &address, "member")
                .await
                .context("an invitation was refused")?;
            println!("invitation {}", invitation.id);
        }
    }
    Ok(())
}

/// Starts such processes and kills them, again and again.
pub async fn run(plan: &Plan, scene: &mut Scene) -> anyhow::Result<Verdict> {
    let mut dice = Dice::new(plan.seed, "committers");
    let rounds = plan.rounds(8, 200);
    let (mut teams, mut invitations) = (BTreeSet::new(), BTreeSet::new());
    for round in 0..rounds {
        let pause = Duration::from_millis(dice.between(0, 400));
        let mut command = Command::new(std::env::current_exe()?);
        command
            .env_clear()
            .env(COMMITTER, ((round + 1) * 10_000).to_string())
            .env("DATABASE_URL", &scene.world.url)
            .env("SECRET_KEY", &scene.world.secret_key);
        let mut process = Process::spawn(command)?;
        process.says("ready").await?;
        let mut said = Vec::new();
        if round % 2 == 1 {
            // Certainly in the middle of it.
            said.push(process.says("team ").await?);
        }
        tokio::time::sleep(pause).await;
        said.extend(process.kill().await?);
        for line in said {
            match line.split_once(' ') {
                Some(("team", id)) if id.len() == ID => teams.insert(id.to_owned()),
                Some(("invitation", id)) if id.len() == ID => invitations.insert(id.to_owned()),
                // Cut off in the middle by the kill: not an answer.
                _ => continue,
            };
        }
        scene.books.kills += 1;
        plan.progress(round, rounds, &scene.books, "");
    }
    let mut broken = Vec::new();
    let unanswered = compare(scene, &teams, &invitations, rounds, &mut broken).await?;
    for (message_id,) in Look::at(&scene.world.db)
        .await?
        .rows::<(String,)>("select message_id from emails")
        .await?
    {
        let promise = Promise {
            link: None,
            wanted: Wanted::Yes,
        };
        scene.books.promise(&message_id, promise);
    }
    let mut verdict = scene.finish().await?;
    verdict.rounds = rounds;
    verdict.broken.extend(broken);
    verdict.notes.push(format!(
        "{} invitations in {} teams answered, {unanswered} more committed and not answered",
        invitations.len(),
        teams.len()
    ));
    if invitations.is_empty() {
        verdict.broken("no process lived long enough to commit: this campaign has proved nothing".to_owned());
    }
    Ok(verdict)
}

/// Everything answered is there, everything there is whole. Answers how many invitations are there and were not answered.
async fn compare(
    scene: &Scene,
    teams: &BTreeSet<String>,
    invitations: &BTreeSet<String>,
    kills: u64,
    broken: &mut Vec<String>,
) -> anyhow::Result<u64> {
    let mut look = Look::at(&scene.world.db).await?;
    let there: BTreeSet<String> = look.texts("select id from teams").await?.into_iter().collect();
    for team in teams.difference(&there) {
        broken.push(format!("team {team} was answered and is not there"));
    }
    let there: BTreeSet<String> = look
        .texts("select id from invitations")
        .await?
        .into_iter()
        .collect();
    for invitation in invitations.difference(&there) {
        broken.push(format!("invitation {invitation} was answered and is not there"));
    }
    let mut parts: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    parts.insert("mails", look.texts("select invitation_id from emails").await?);
    parts.insert(
        "jobs",
        look.texts(
            "select e.invitation_id from JOBS j join emails e on j.idempotency_key = 'send_email:' || e.id",
        )
        .await?,
    );
    let details = look
        .texts("select details from activity where kind = 'invitation.sent'")
        .await?;
    let mut entries = Vec::new();
    for text in details {
        let details: serde_json::Value = serde_json::from_str(&text)?;
        let id = details["invitation"].as_str();
        entries.push(id.context("an entry names its invitation")?.to_owned());
    }
    parts.insert("log entries", entries);
    parts.insert(
        "links",
        look.texts("select distinct invitation_id from invitation_tokens")
            .await?,
    );
    for (what, of) in parts {
        let unique: BTreeSet<String> = of.iter().cloned().collect();
        if unique != there || of.len() != there.len() {
            let missing = there.difference(&unique).count();
            let orphans = unique.difference(&there).count();
            broken.push(format!(
                "{} invitations have {} {what}: {missing} have none, {orphans} belong to none",
                there.len(),
                of.len()
            ));
        }
    }
    let founded = look
        .count("select count(*) from teams where owner_count = 1")
        .await?;
    let logged = look
        .count("select count(*) from activity where kind = 'team.created' and seq = 1")
        .await?;
    let all = look.count("select count(*) from teams").await?;
    if founded != all || logged != all {
        broken.push(format!(
            "of {all} teams {founded} have an owner and {logged} a first log entry"
        ));
    }
    let unanswered = u64::try_from(there.difference(invitations).count())?;
    if unanswered > kills * AT_ONCE.unsigned_abs() {
        broken.push(format!(
            "{unanswered} invitations are there without an answer, more than {kills} kills of {AT_ONCE} at once explain"
        ));
    }
    Ok(unanswered)
}
