//! Plans and seats: whether a team may take in one more person.
//!
//! Active members and pending invitations hold a seat each; expired invitations and deactivated members hold none. Seats
//! are counted under the team's lock, so that two requests never both see the last one.

use crate::env::Env;
use crate::error::{Error, Rule};
use crate::policy::Refusal;
use crate::team::Team;
use crate::text::EmailAddress;
use crate::tx::{Tx, sql};

/// How many seats a team uses, and has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seats {
    /// Active members.
    pub members: i64,
    /// Invitations that can still be accepted.
    pub pending: i64,
    /// The plan's cap, if there is one.
    pub cap: Option<u32>,
}

/// Counts a team's seats.
pub async fn count(tx: &mut Tx, env: &Env, team: &Team) -> Result<Seats, Error> {
    counted(tx, env, team, None).await
}

/// Refuses what needs a plan that the team does not have.
pub fn check_plan(team: &Team) -> Result<(), Error> {
    if team.policy.plan_suffices(team.plan.as_deref()) {
        return Ok(());
    }
    Err(Rule::Plan {
        sentence: team.policy.refusal(Refusal::Plan),
        team: team.id,
    }
    .into())
}

/// Refuses to invite one more person when no seat is left for them. The invitation that their address has already does
/// not count against them.
pub(crate) async fn check_invited(
    tx: &mut Tx,
    env: &Env,
    team: &Team,
    who: &EmailAddress,
) -> Result<(), Error> {
    check_one_more(tx, env, team, Some(who)).await
}

/// Refuses to make somebody active again when no seat is left.
pub(crate) async fn check_returning(tx: &mut Tx, env: &Env, team: &Team) -> Result<(), Error> {
    check_one_more(tx, env, team, None).await
}

/// Refuses an invited person when the members alone fill the plan. Invitations do not count: whoever accepts gives up
/// one, so seats and invitations together cannot grow by it, and after a cap was lowered who comes first gets in.
pub(crate) async fn check_joining(tx: &mut Tx, env: &Env, team: &Team) -> Result<(), Error> {
    let Some(cap) = cap(team)? else { return Ok(()) };
    let seats = counted(tx, env, team, None).await?;
    refuse_above(team, seats.members, cap)
}

/// Refuses one more active member, as somebody who comes in by a link is, when no seat is left. The invitation that waits
/// for their address, if they have one, does not count against them.
pub(crate) async fn check_one_more(
    tx: &mut Tx,
    env: &Env,
    team: &Team,
    besides: Option<&EmailAddress>,
) -> Result<(), Error> {
    let Some(cap) = cap(team)? else { return Ok(()) };
    let seats = counted(tx, env, team, besides).await?;
    refuse_above(team, seats.members + seats.pending, cap)
}

/// How many seats a team has with a plan that suffices; without a cap nothing has to be counted.
fn cap(team: &Team) -> Result<Option<u32>, Error> {
    check_plan(team)?;
    Ok(team.policy.seats(team.plan.as_deref()))
}

fn refuse_above(team: &Team, used: i64, cap: u32) -> Result<(), Error> {
    if used < i64::from(cap) {
        return Ok(());
    }
    Err(Rule::Seats {
        sentence: team.policy.refusal(Refusal::Seats),
        team: team.id,
    }
    .into())
}

async fn counted(
    tx: &mut Tx,
    env: &Env,
    team: &Team,
    besides: Option<&EmailAddress>,
) -> Result<Seats, Error> {
    let members = sql!(value i64, tx, "select count(*) from members where team_id = $1 and status = 'active'", team.id)?;
    let pending = sql!(value i64, tx,
        "select count(*) from invitations
         where team_id = $1 and status = 'pending' and expires_at > $2 and ($3 is null or email_key <> $3)",
        team.id, env.now(), besides.map(EmailAddress::key))?;
    // Invitations of one Discord user are links.
    let cards = sql!(value i64, tx,
        "select count(*) from invite_links
         where team_id = $1 and discord_user_id is not null and disabled_at is null and uses = 0 and expires_at > $2",
        team.id, env.now())?;
    Ok(Seats {
        members,
        pending: pending + cards,
        cap: team.policy.seats(team.plan.as_deref()),
    })
}
