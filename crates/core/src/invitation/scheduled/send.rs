//! Sending those whose turn has come, a part at a time.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};

use serde_json::json;
use ulid::Ulid;

use super::{Reason, Scheduled, scheduled_where, told};
use crate::activity::{self, Kind, NewEntry, Surface};
use crate::actor::{Actor, Grant};
use crate::env::Env;
use crate::error::{Error, Rule};
use crate::ids::{AccountId, BatchId, InvitationId, TeamId};
use crate::invitation::send::{NewInvitation, Sent, send};
use crate::policy::Permission;
use crate::rate_limit;
use crate::team;
use crate::tx::{Tx, sql, sql_many};

/// How many one transaction decides at most, during which the team is locked.
pub const PART: usize = 50;

/// What a part came to.
#[derive(Debug, Default)]
pub struct Part {
    /// Those that were invited.
    pub sent: Vec<(Scheduled, InvitationId)>,
    /// Those that could not be.
    pub refused: Vec<(Scheduled, Reason)>,
    /// Whether there may be more whose turn has come.
    pub more: bool,
}

/// The next team after this one that has somebody waiting and room in its hour. Looking locks nobody.
pub async fn next_team(tx: &mut Tx, env: &Env, after: Option<TeamId>) -> Result<Option<TeamId>, Error> {
    let mut after = after.unwrap_or_else(|| Ulid::nil().into());
    loop {
        let next = sql!(value Option<TeamId>, tx,
            "select min(team_id) from scheduled_invitations where status = 'scheduled' and team_id > $1", after)?;
        let Some(next) = next else { return Ok(None) };
        after = next;
        // Those of a deleted team wait until it is back, or purged.
        let team = match team::lock(tx, next).await {
            Err(Error::NotFound(_)) => continue,
            found => found?,
        };
        if rate_limit::pace(tx, env, &team).await?.free() > 0 {
            return Ok(Some(next));
        }
    }
}

/// Sends up to `most` of those that wait in a team, oldest first, as far as the hour has room; only those of one batch,
/// if one is named. Each goes with the authority that whoever scheduled it has at this moment.
///
/// Two that send at once follow one another at the team's lock, and the second finds what the first has left.
pub async fn send_part(
    tx: &mut Tx,
    env: &Env,
    team: TeamId,
    batch: Option<BatchId>,
    surface: Surface,
    most: usize,
) -> Result<Part, Error> {
    let team = team::lock(tx, team).await?;
    let mut part = Part::default();
    if rate_limit::pace(tx, env, &team).await?.free() == 0 {
        return Ok(part);
    }
    let due = sql!(fetch_all Scheduled, tx,
        scheduled_where!(" from scheduled_invitations s",
            "s.team_id = $1 and s.status = 'scheduled' and ($2 is null or s.batch = $2) order by s.id limit $3"),
        team.id, batch, i64::try_from(most).map_err(Error::internal)?)?;
    let seen = due.len();
    let mut grants = HashMap::new();
    let mut full = false;
    for one in due {
        let sent = match grant_of(tx, &mut grants, team.id, one.invited_by, surface).await? {
            Some(grant) => send_one(tx, env, grant, &one).await,
            None => Err(Error::NotFound("team")),
        };
        match sent {
            Ok(sent) => part.sent.push((one, sent.invitation.id)),
            Err(error @ Error::Internal(_)) => return Err(error),
            Err(Error::Rule(Rule::HourlyLimit { .. })) => {
                full = true;
                break;
            }
            // Its turn is a minute later.
            Err(Error::Rule(Rule::Cooldown { .. })) => {}
            Err(error) => {
                let reason = Reason::of(&error);
                part.refused.push((one, reason));
            }
        }
    }
    part.more = seen == most && !full && !(part.sent.is_empty() && part.refused.is_empty());
    settle(tx, env, &part).await?;
    // Whoever sends by themselves sees it at once.
    if surface == Surface::Job {
        let settled = part.sent.iter().map(|(one, _)| one.batch);
        let settled = settled.chain(part.refused.iter().map(|(one, _)| one.batch));
        told::when_over(tx, env, &settled.collect()).await?;
    }
    log(tx, env, team.id, &part).await?;
    Ok(part)
}

/// The permission of whoever scheduled some, if they still have it.
async fn grant_of<'a>(
    tx: &mut Tx,
    grants: &'a mut HashMap<AccountId, Option<Grant>>,
    team: TeamId,
    account: AccountId,
    surface: Surface,
) -> Result<Option<&'a Grant>, Error> {
    match grants.entry(account) {
        Entry::Occupied(known) => Ok(known.into_mut().as_ref()),
        Entry::Vacant(new) => {
            let actor = Actor { account, surface };
            let grant = match actor.may(tx, team, Permission::MembersInvite).await {
                Ok(grant) => Some(grant),
                Err(Error::Denied(_) | Error::NotFound(_)) => None,
                Err(error) => return Err(error),
            };
            Ok(new.insert(grant).as_ref())
        }
    }
}

async fn send_one(tx: &mut Tx, env: &Env, grant: &Grant, one: &Scheduled) -> Result<Sent, Error> {
    // An invitation that was open before is replaced, as the report said; one that somebody has mailed since is not.
    let meanwhile = sql!(value i64, tx,
        "select count(*) from invitations
         where team_id = $1 and email_key = $2 and status = 'pending' and expires_at > $3 and last_sent_at >= $4",
        one.team_id, one.email.key(), env.now(), one.created_at)?;
    if meanwhile > 0 {
        return Err(Rule::AlreadyInvited.into());
    }
    let new = NewInvitation {
        email: one.email.clone(),
        role: one.role.clone(),
        details: one.details.0.clone(),
        note: one.note.clone(),
    };
    send(tx, env, grant, new).await
}

/// Writes down what became of each.
async fn settle(tx: &mut Tx, env: &Env, part: &Part) -> Result<(), Error> {
    let now = env.now();
    if !part.sent.is_empty() {
        sql_many!(execute tx, &part.sent,
            "update scheduled_invitations set status = 'sent', invitation_id = v.column2, settled_at = v.column3 from (",
            |row, sent| { row.push_bind(sent.0.id).push_bind(sent.1).push_bind(now); },
            ") v where scheduled_invitations.id = v.column1")?;
    }
    if !part.refused.is_empty() {
        sql_many!(execute tx, &part.refused,
            "update scheduled_invitations set status = 'refused', reason = v.column2, settled_at = v.column3 from (",
            |row, refused| { row.push_bind(refused.0.id).push_bind(refused.1).push_bind(now); },
            ") v where scheduled_invitations.id = v.column1")?;
    }
    Ok(())
}

/// One entry for those of a file that the same thing stood against.
async fn log(tx: &mut Tx, env: &Env, team: TeamId, part: &Part) -> Result<(), Error> {
    let mut alike: BTreeMap<(BatchId, &str), Vec<&Scheduled>> = BTreeMap::new();
    for (one, reason) in &part.refused {
        alike.entry((one.batch, reason.as_str())).or_default().push(one);
    }
    let entry = |((batch, reason), refused): ((BatchId, &str), Vec<&Scheduled>)| {
        let subject = match refused.as_slice() {
            [one] => one.email.masked(),
            several => several.len().to_string(),
        };
        let entry = NewEntry {
            kind: Kind::InvitationUnsent,
            actor: None,
            surface: Surface::Job,
            subject,
            details: json!({ "batch": batch, "number": refused.len(), "why": reason }),
        };
        (team, entry)
    };
    activity::append_all(tx, env, alike.into_iter().map(entry).collect()).await
}
