//! Where a campaign takes place: a database, teams that invite, and workers, each with a mail server of its own, so that
//! it is known whose acceptance a kill has left in doubt.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use chrono::TimeDelta;
use muster_core::activity;
use muster_core::actor::Actor;
use muster_core::ids::TeamId;
use muster_core::invitation::Invitation;
use muster_core::testing::World;
use smtp_sink::SmtpSink;
use tokio::time::Instant;

use crate::Plan;
use crate::books::{Books, MailRow, Promise, Verdict, Wanted};
use crate::look::{Look, meddle, meddle_at};
use crate::process::Process;

/// How many invitations a team may send in an hour.
const HOURLY: usize = 20;
/// How long nothing may change before the mails that are left count as stuck. On PostgreSQL a dead worker is missed for
/// 15 s, a lease runs for 15 s, and the sweep comes every 15 s.
const STUCK: Duration = Duration::from_secs(75);

/// A worker's place: the process, and the mail server that it alone uses.
pub struct Place {
    pub address: SocketAddr,
    pub sink: Option<SmtpSink>,
    pub process: Option<Process>,
    read: usize,
}

/// All of it.
pub struct Scene {
    pub world: World,
    pub places: Vec<Place>,
    pub books: Books,
    program: PathBuf,
    /// What the processes log.
    log: PathBuf,
    _folder: tempfile::TempDir,
    teams: Vec<(Actor, TeamId, usize)>,
    invited: usize,
}

impl Scene {
    /// On this database, with so many places for workers.
    pub async fn new(plan: &Plan, world: World, places: usize) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut scene = Self {
            world: world.in_real_time(),
            places: Vec::new(),
            books: Books::default(),
            program: plan.program.clone(),
            log: plan.log(folder.path()),
            _folder: folder,
            teams: Vec::new(),
            invited: 0,
        };
        for _ in 0..places {
            let sink = SmtpSink::start().await;
            scene.places.push(Place {
                address: sink.address(),
                sink: Some(sink),
                process: None,
                read: 0,
            });
        }
        Ok(scene)
    }

    /// Takes a mail server away: whoever connects is refused.
    pub async fn sink_away(&mut self, place: usize) -> anyhow::Result<()> {
        ensure!(
            self.places[place].process.is_none(),
            "a mail server is taken away while nobody sends"
        );
        self.collect();
        if let Some(sink) = self.places[place].sink.take() {
            sink.stop().await;
        }
        Ok(())
    }

    /// Puts it back, on the same address.
    pub async fn sink_back(&mut self, place: usize) -> anyhow::Result<()> {
        let there = &mut self.places[place];
        there.sink = Some(SmtpSink::start_on(there.address).await?);
        there.read = 0;
        Ok(())
    }

    /// How many lines of the log hold these words.
    pub fn logged(&self, words: &str) -> usize {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        text.lines().filter(|line| line.contains(words)).count()
    }

    /// The end of the log, for people who look for the reason.
    pub fn tail(&self) -> String {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(25)..].join("\n")
    }

    /// Starts a worker.
    pub fn start(&mut self, place: usize) -> anyhow::Result<()> {
        self.start_with(place, "worker", &[])
    }

    /// Starts some parts of the program, with more variables.
    pub fn start_with(&mut self, place: usize, parts: &str, more: &[(&str, String)]) -> anyhow::Result<()> {
        ensure!(
            self.places[place].process.is_none(),
            "a process runs there already"
        );
        let mut variables = vec![
            ("DATABASE_URL", self.world.url.clone()),
            ("SECRET_KEY", self.world.secret_key.clone()),
            (
                "SMTP_URL",
                format!("smtp://{}?tls=none", self.places[place].address),
            ),
            ("MAIL_FROM", "Muster <muster@muster.test>".to_owned()),
            ("PUBLIC_URL", "https://muster.test".to_owned()),
        ];
        variables.extend(more.iter().cloned());
        self.places[place].process = Some(Process::serve(&self.program, parts, &variables, &self.log)?);
        Ok(())
    }

    /// The process that runs there.
    pub fn process(&mut self, place: usize) -> anyhow::Result<&mut Process> {
        self.places[place]
            .process
            .as_mut()
            .context("no process runs there")
    }

    /// SIGKILL; then notes what it had handed over and not written down.
    pub async fn kill(&mut self, place: usize) -> anyhow::Result<()> {
        let process = self.places[place]
            .process
            .take()
            .context("no process runs there")?;
        process.kill().await?;
        self.note_death(place).await
    }

    /// A process has died, by whatever hand.
    pub async fn note_death(&mut self, place: usize) -> anyhow::Result<()> {
        self.places[place].process = None;
        if let Some(sink) = &self.places[place].sink {
            // What it had sent may still be on its way.
            sink.quiet().await;
        }
        self.collect();
        let rows = self.open_mails().await?;
        self.books.killed(place, &rows);
        Ok(())
    }

    /// Reads what has arrived.
    pub fn collect(&mut self) {
        for (number, place) in self.places.iter_mut().enumerate() {
            let mails = place.sink.as_ref().map(|sink| sink.mails_after(place.read));
            for mail in mails.unwrap_or_default() {
                self.books.arrive(number, &mail);
                place.read += 1;
            }
        }
    }

    /// Teams for so many more invitations, made beforehand because founding needs the database.
    pub async fn prepare(&mut self, invitations: usize) {
        while self.room() < invitations {
            let number = i64::try_from(self.teams.len()).unwrap_or(i64::MAX) + 1;
            let names = (format!("Founder {number}"), format!("Team {number}"));
            let (actor, team) = self.world.founder(number, &names.0, &names.1, "campaigns").await;
            self.teams.push((actor, team, 0));
        }
    }

    fn room(&self) -> usize {
        self.teams.iter().map(|(_, _, used)| HOURLY - used).sum()
    }

    /// Somebody invites somebody; the answer is what a person would have been told. Teams take turns.
    pub async fn invite(&mut self) -> anyhow::Result<Invited> {
        if self.room() == 0 {
            self.prepare(3 * HOURLY).await;
        }
        self.invited += 1;
        let address = format!("person{}@example.org", self.invited);
        let turn = self.invited % self.teams.len();
        let (before, from) = self.teams.split_at_mut(turn);
        let team = from
            .iter_mut()
            .chain(before)
            .find(|(_, _, used)| *used < HOURLY)
            .context("a team has room")?;
        team.2 += 1;
        let (actor, team) = (team.0, team.1);
        let invitation = self.world.invite(actor, team, &address, "member").await?;
        let sql = format!(
            "select id, message_id from emails where invitation_id = '{}'",
            invitation.id
        );
        let rows: Vec<(String, String)> = Look::at(&self.world.db).await?.rows(&sql).await?;
        let [(mail, message_id)] = rows.as_slice() else {
            bail!(
                "invitation {} was answered and has {} mails",
                invitation.id,
                rows.len()
            );
        };
        let link = format!("https://muster.test/i/{}", self.world.mailed_token(&invitation));
        let promise = Promise {
            link: Some(link),
            wanted: Wanted::Yes,
        };
        self.books.promise(message_id, promise);
        Ok(Invited {
            actor,
            team,
            mail: mail.clone(),
            message_id: message_id.clone(),
            invitation,
        })
    }

    /// The same, unless every team has sent its hour's worth: then it waits for ever.
    pub async fn invite_if_room(&mut self) -> anyhow::Result<Invited> {
        if self.room() == 0 {
            std::future::pending::<()>().await;
        }
        self.invite().await
    }

    /// So many invitations.
    pub async fn invite_many(&mut self, number: u64) -> anyhow::Result<Vec<Invited>> {
        let mut all = Vec::new();
        for _ in 0..number {
            all.push(self.invite().await?);
        }
        Ok(all)
    }

    /// An invitation is cancelled.
    pub async fn revoke(&mut self, invited: &Invited) -> anyhow::Result<()> {
        // Before, because the answer may be lost and the mail cancelled all the same.
        self.books.no_longer(&invited.message_id);
        self.world
            .revoke(invited.actor, invited.team, invited.invitation.id)
            .await?;
        Ok(())
    }

    /// The rows of the mails that are not at their end.
    async fn open_mails(&self) -> anyhow::Result<Vec<MailRow>> {
        self.mails("where status in ('queued', 'sending')").await
    }

    /// The rows of the mails.
    pub async fn mails(&self, which: &str) -> anyhow::Result<Vec<MailRow>> {
        let sql = format!("select message_id, status, attempts, last_text from emails {which}");
        Look::at(&self.world.db).await?.rows(&sql).await
    }

    /// Lets what only waits for time happen now, while no worker lives: the dead are missed, their leases are over.
    pub async fn as_if_time_had_passed(&self) -> anyhow::Result<()> {
        ensure!(
            self.places.iter().all(|place| place.process.is_none()),
            "time only passes for the dead"
        );
        let ago = self.world.env.now() - TimeDelta::hours(1);
        if !self.world.db.is_embedded() {
            meddle_at(&self.world.db, "update WORKERS set last_seen = $1", ago).await?;
        }
        meddle(
            &self.world.db,
            "update emails set next_attempt_at = $1 where status = 'sending'",
        )
        .await?;
        Ok(())
    }

    /// Waits until every mail is at its end and no job of one is left.
    pub async fn drain(&mut self) -> anyhow::Result<()> {
        let (mut left, mut since) = (i64::MAX, Instant::now());
        loop {
            let mut look = Look::at(&self.world.db).await?;
            let mails = look
                .count("select count(*) from emails where status in ('queued', 'sending')")
                .await?;
            let jobs = look
                .count(
                    "select count(*) from JOBS where idempotency_key like '%send_email:%'
                     and status not in ('Done', 'Killed')",
                )
                .await?;
            drop(look);
            if mails + jobs == 0 {
                return Ok(());
            }
            // Fewer than ever: what comes and goes is no progress.
            if mails + jobs < left {
                (left, since) = (mails + jobs, Instant::now());
            }
            if since.elapsed() > STUCK {
                bail!("{mails} mails and {jobs} of their jobs are stuck: nothing has changed for {STUCK:?}");
            }
            for place in &mut self.places {
                if let Some(process) = &mut place.process
                    && let Some(status) = process.ended()?
                {
                    bail!("a worker ended by itself: {status}");
                }
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Drains with what runs, or with a worker at the first place; stops everything in order; and compares promises and
    /// facts.
    pub async fn finish(&mut self) -> anyhow::Result<Verdict> {
        if self.places.iter().all(|place| place.process.is_none()) {
            self.start(0)?;
        }
        self.drain().await?;
        for place in &mut self.places {
            if let Some(process) = place.process.take() {
                process.stop().await?;
            }
        }
        self.collect();
        let mut verdict = self.books.judge(&self.mails("").await?);
        let mut look = Look::at(&self.world.db).await?;
        let without = look
            .texts(
                "select id from JOBS where status in ('Killed', 'Failed')
                 and (last_result is null or cast(last_result as text) not like '%Err%')",
            )
            .await?;
        for job in without {
            verdict.broken(format!("job {job} is dead, and nothing says why"));
        }
        let teams = look.texts("select id from teams").await?;
        drop(look);
        for team in teams {
            let id: TeamId = team.parse().map_err(|_| anyhow::anyhow!("{team} is no id"))?;
            let mut tx = self.world.db.read().await?;
            if let Some(flaw) = activity::verify(&mut tx, &self.world.env, id).await? {
                verdict.broken(format!("the log of team {team} has a flaw: {flaw:?}"));
            }
        }
        Ok(verdict)
    }

    /// A free port of this machine.
    pub fn free_address() -> anyhow::Result<SocketAddr> {
        Ok(std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
    }
}

/// An invitation that was answered.
pub struct Invited {
    pub actor: Actor,
    pub team: TeamId,
    pub mail: String,
    pub message_id: String,
    pub invitation: Invitation,
}
