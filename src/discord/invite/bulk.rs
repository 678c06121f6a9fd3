//! From a file to the report to sending, part after part. Nothing but the draft is written before `Send`.

use muster_core::Tx;
use muster_core::activity::Surface;
use muster_core::actor::Grant;
use muster_core::draft;
use muster_core::error::{Error, Rule};
use muster_core::ids::{BatchId, DraftId, TeamId};
use muster_core::invitation::bulk::{self, Forecast, Looked, Verdict};
use muster_core::invitation::scheduled::{self, PART, Part, Reason};
use muster_core::invitation::sheet::{self, MOST_BYTES, Sheet};
use muster_core::locale::Locale;
use muster_core::policy::{Permission, RoleKey};
use muster_core::seat;
use serde::{Deserialize, Serialize};
use serenity::all::Attachment;

use super::draft::role_on_offer;
use crate::discord::ask::Ask;
use crate::discord::caller::Caller;
use crate::discord::card::Card;
use crate::discord::member::role_meant;
use crate::discord::which::Which;
use crate::discord::{Desk, file, words};

/// A file that waits for an answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BulkDraft {
    /// The role of those whose line names none.
    pub role: RoleKey,
    /// What was in it.
    pub sheet: Sheet,
}

/// A file that is being sent.
#[derive(Debug)]
pub struct Underway {
    /// `Aurora · you are Owner`.
    pub author: String,
    /// From which team.
    pub team: TeamId,
    /// What is sent.
    pub batch: BatchId,
    /// The language of whoever sends it.
    pub locale: Locale,
    /// How it was to go.
    pub forecast: Forecast,
    /// How many were invited.
    pub sent: usize,
    /// Those who could not be.
    pub refused: Vec<Refused>,
    /// How many more leave at once.
    pub left: usize,
    /// How many lines of the file were left out from the beginning.
    pub left_out: usize,
    /// The report about all lines.
    pub report: Vec<u8>,
}

/// A line that could be invited at first sight, and then not.
#[derive(Debug)]
pub struct Refused {
    /// Its number in the file.
    pub line: i64,
    /// Whom it names.
    pub address: String,
    /// Why.
    pub reason: Reason,
}

/// What to show now, and what goes on behind it.
#[derive(Debug)]
pub struct Progress {
    /// How it stands.
    pub card: Card,
    /// What is not over yet.
    pub underway: Option<Underway>,
}

impl From<Card> for Progress {
    /// Something that is over.
    fn from(card: Card) -> Self {
        Self { card, underway: None }
    }
}

impl Underway {
    /// How many wait for their hour.
    pub fn waiting(&self) -> usize {
        let all = self.forecast.now + self.forecast.later;
        all.saturating_sub(self.sent + self.refused.len() + self.left)
    }

    /// Takes in what a part came to.
    fn add(&mut self, part: Part) {
        self.sent += part.sent.len();
        let decided = part.sent.len() + part.refused.len();
        self.refused
            .extend(part.refused.into_iter().map(|(one, reason)| Refused {
                line: one.line,
                address: one.email.to_string(),
                reason,
            }));
        // Nothing decided means that somebody else has used the hour up: the rest waits with the others.
        self.left = if decided == 0 {
            0
        } else {
            self.left.saturating_sub(decided)
        };
    }

    fn progress(self) -> Progress {
        Progress {
            card: words::bulk::outcome(self.locale, &self),
            underway: (self.left > 0).then_some(self),
        }
    }
}

impl Desk {
    /// Reads a file that somebody handed over, and shows what would become of it.
    pub(super) async fn bulk(
        &self,
        caller: &Caller,
        file: &Attachment,
        role: Option<String>,
        team: Option<&str>,
    ) -> Result<Card, Error> {
        // Whoever may not invite is told so before anything is fetched for them.
        let mut tx = self.db.read().await?;
        match self.invites(&mut tx, caller, team.into()).await {
            Ok(_) | Err(Error::Rule(Rule::WhichTeam)) => drop(tx),
            Err(error) => return Err(error),
        }
        let sheet = sheet::read(&file::read(&self.files, file, MOST_BYTES).await?)?;
        self.ask(caller, &Ask::Bulk { role, sheet }, team).await
    }

    async fn invites(&self, tx: &mut Tx, caller: &Caller, team: Which<'_>) -> Result<Grant, Error> {
        let grant = self.grant(tx, caller, team, Permission::MembersInvite).await?;
        seat::check_plan(&grant.team)?;
        Ok(grant)
    }

    /// Keeps a file as a draft and shows the report.
    pub async fn review_bulk(
        &self,
        caller: &Caller,
        team: Which<'_>,
        role: Option<&str>,
        sheet: &Sheet,
    ) -> Result<Card, Error> {
        let mut tx = self.act(caller).await?;
        let grant = self.invites(&mut tx, caller, team).await?;
        let role = role
            .map(|text| role_meant(&grant.team.policy, text))
            .transpose()?;
        let body = BulkDraft {
            role: role_on_offer(&grant, role)?,
            sheet: sheet.clone(),
        };
        let (team, account) = (grant.team.id, grant.actor.account);
        let id = draft::save(&mut tx, &self.env, account, Some(team), &body).await?;
        let card = self.report(&mut tx, caller, &grant, id, &body).await?;
        tx.commit().await?;
        Ok(card)
    }

    /// Another role was chosen for those lines that name none.
    pub async fn bulk_with_role(&self, caller: &Caller, id: DraftId, role: &str) -> Result<Card, Error> {
        let mut tx = self.act(caller).await?;
        let (grant, mut body) = self.open_draft::<BulkDraft>(&mut tx, caller, id).await?;
        body.role = role_on_offer(&grant, Some(role_meant(&grant.team.policy, role)?))?;
        draft::update(&mut tx, id, grant.actor.account, &body).await?;
        let card = self.report(&mut tx, caller, &grant, id, &body).await?;
        tx.commit().await?;
        Ok(card)
    }

    async fn report(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        grant: &Grant,
        id: DraftId,
        body: &BulkDraft,
    ) -> Result<Card, Error> {
        let lines = bulk::look(tx, &self.env, grant, &body.sheet.lines, &body.role).await?;
        let people = lines.iter().filter(|line| line.is_sendable()).count();
        let forecast = bulk::forecast(tx, &self.env, grant, people).await?;
        Ok(words::bulk::review(
            caller.locale,
            grant,
            id,
            body,
            &lines,
            &forecast,
        ))
    }

    /// Puts everybody whom the report said can be invited on their way, and sends the first part. If nobody can be any
    /// more, the report is shown again and nothing is written.
    pub async fn send_bulk(&self, caller: &Caller, id: DraftId) -> Result<Progress, Error> {
        let mut tx = self.act(caller).await?;
        let (grant, body) = self.open_draft::<BulkDraft>(&mut tx, caller, id).await?;
        let (team, locale) = (grant.team.id, caller.locale);
        let lines = bulk::look(&mut tx, &self.env, &grant, &body.sheet.lines, &body.role).await?;
        let report = words::bulk::report(locale, &grant, &lines);
        let all = lines.len();
        let people: Vec<_> = lines.into_iter().filter(Looked::is_sendable).collect();
        if people.is_empty() {
            let card = self.report(&mut tx, caller, &grant, id, &body).await?;
            return Ok(card.into());
        }
        let left_out = all - people.len();
        let people = people.into_iter().filter_map(|line| match line.verdict {
            Verdict::Address(new, _) => Some((line.number, *new)),
            _ => None,
        });
        let begun = bulk::begin(&mut tx, &self.env, &grant, people.collect()).await?;
        let mut underway = Underway {
            author: words::by(locale, &grant),
            team,
            batch: begun.batch,
            locale,
            forecast: begun.forecast,
            sent: 0,
            refused: Vec::new(),
            left: begun.forecast.now,
            left_out,
            report,
        };
        if underway.left > 0 {
            let part = self.next_part(&mut tx, &underway).await?;
            underway.add(part);
        }
        draft::discard(&mut tx, id, grant.actor.account).await?;
        tx.commit().await?;
        tracing::info!(team.id = %team, batch.id = %begun.batch, sent = underway.sent, waiting = underway.waiting() + underway.left, "put the people of a file on their way");
        Ok(underway.progress())
    }

    /// Sends the next part of what leaves at once. What cannot be sent now, for whatever reason, goes by the schedule.
    pub async fn go_on_sending(&self, mut underway: Underway) -> Progress {
        let part = async {
            let mut tx = self.db.write().await?;
            let part = self.next_part(&mut tx, &underway).await?;
            tx.commit().await?;
            Ok::<_, Error>(part)
        };
        match part.await {
            Ok(part) => underway.add(part),
            Err(error) => {
                tracing::warn!(batch.id = %underway.batch, "the rest of a file goes by the schedule: {error}");
                underway.left = 0;
            }
        }
        underway.progress()
    }

    async fn next_part(&self, tx: &mut Tx, underway: &Underway) -> Result<Part, Error> {
        let (team, batch) = (underway.team, Some(underway.batch));
        let most = underway.left.min(PART);
        scheduled::send_part(tx, &self.env, team, batch, Surface::Discord, most).await
    }
}
