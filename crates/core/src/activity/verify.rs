//! Checking a log: every signature, every number, where it begins and where it ends.

use super::chain::{Head, Stored};
use super::cut::Cut;
use crate::env::Env;
use crate::error::Error;
use crate::ids::TeamId;
use crate::tx::{Tx, sql};

/// What is wrong with a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// The entry with this number was changed, or stands in another's place.
    Entry(i64),
    /// The entry with this number is missing, though later ones are there.
    Missing(i64),
    /// Entries after this number were cut off.
    CutAfter(i64),
    /// It says to begin after this number, which Muster never signed.
    Start(i64),
}

impl Flaw {
    /// What kind of flaw, in a word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Entry(_) => "changed",
            Self::Missing(_) => "missing",
            Self::CutAfter(_) => "cut_after",
            Self::Start(_) => "start",
        }
    }

    /// The number that it is about.
    pub fn entry(self) -> i64 {
        let (Self::Entry(seq) | Self::Missing(seq) | Self::CutAfter(seq) | Self::Start(seq)) = self;
        seq
    }
}

/// Reads a team's whole log and checks every signature; answers the first flaw, if there is one. Holds at most 1,000
/// entries in memory.
pub async fn verify(tx: &mut Tx, env: &Env, team: TeamId) -> Result<Option<Flaw>, Error> {
    let (mut seq, mut last) = match Cut::of(tx, team).await? {
        None => (0, Vec::new()),
        Some(cut) if cut.is_genuine(env, team) => (cut.through, cut.head),
        Some(cut) => return Ok(Some(Flaw::Start(cut.through))),
    };
    // Entries from before a cut are not there any more; one that is was put there.
    let before =
        sql!(value i64, tx, "select count(*) from activity where team_id = $1 and seq <= $2", team, seq)?;
    if before > 0 {
        return Ok(Some(Flaw::Start(seq)));
    }
    loop {
        let batch = sql!(fetch_all Stored, tx,
            "select seq, at, kind, actor_id, actor_name, surface, subject, details, mac from activity
             where team_id = $1 and seq > $2 order by seq limit 1000", team, seq)?;
        if batch.is_empty() {
            break;
        }
        for Stored { signed, mac } in batch {
            seq += 1;
            if signed.seq != seq {
                return Ok(Some(Flaw::Missing(seq)));
            }
            if !signed.parts(team, &last, |parts| env.keys().verify("activity", parts, &mac)) {
                return Ok(Some(Flaw::Entry(seq)));
            }
            last = mac;
        }
    }
    let head = sql!(fetch_one Head, tx, "select activity_seq, activity_head, webhooks from teams where id = $1", team)?;
    let whole = head.activity_seq == seq && head.activity_head.unwrap_or_default() == last;
    Ok((!whole).then_some(Flaw::CutAfter(seq)))
}
