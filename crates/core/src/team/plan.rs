//! What a team is in numbers, and the plan that says how many people fit.

use serde_json::json;

use super::settings::language;
use crate::activity::{self, Kind};
use crate::actor::{Grant, Standing};
use crate::env::Env;
use crate::error::{Error, Rule};
use crate::locale::Locale;
use crate::message;
use crate::message::Arg;
use crate::policy::RoleKey;
use crate::seat::{self, Seats};
use crate::tx::{Tx, sql};

/// A team in numbers.
#[derive(Debug, Clone)]
pub struct Overview {
    /// Active members by role; roles that nobody has are left out.
    pub roles: Vec<(RoleKey, i64)>,
    /// Suspended members.
    pub deactivated: i64,
    /// What holds a seat, and how many there are.
    pub seats: Seats,
    /// The language of what it sends to people we do not know yet.
    pub language: Locale,
}

/// A team in numbers, for its members and super-admins.
pub async fn overview(tx: &mut Tx, env: &Env, standing: &Standing) -> Result<Overview, Error> {
    let team = &standing.team;
    let counted = sql!(
        fetch_all(RoleKey, i64),
        tx,
        "select role, count(*) from members where team_id = $1 and status = 'active' group by role",
        team.id
    )?;
    let count_of = |key: &RoleKey| counted.iter().find(|(role, _)| role == key).map(|(_, n)| *n);
    let roles = team.policy.roles().iter();
    let deactivated = sql!(value i64, tx, "select count(*) from members where team_id = $1 and status = 'deactivated'", team.id)?;
    Ok(Overview {
        roles: roles
            .filter_map(|role| Some((role.key.clone(), count_of(&role.key)?)))
            .collect(),
        deactivated,
        seats: seat::count(tx, env, team).await?,
        language: language(tx, team.id).await?,
    })
}

/// Gives a team another plan, or none. Nobody loses a seat by it: a smaller plan only lets nobody new in.
pub async fn set_plan(tx: &mut Tx, env: &Env, grant: &mut Grant, plan: Option<&str>) -> Result<(), Error> {
    grant.demand_operator(tx)?;
    let plans = grant.team.policy.plans();
    if let Some(unknown) = plan.filter(|key| !plans.iter().any(|plan| plan.key == *key)) {
        let known: Vec<String> = plans.iter().map(|plan| plan.key.clone()).collect();
        let reason = if known.is_empty() {
            message!("plan-not-needed")
        } else {
            message!("plan-unknown", name = unknown, known = Arg::All(known))
        };
        return Err(Rule::TextBad {
            what: "what-plan",
            reason,
        }
        .into());
    }
    if grant.team.plan.as_deref() == plan {
        return Err(Rule::SamePlan.into());
    }
    sql!(execute tx, "update teams set plan = $2 where id = $1", grant.team.id, plan)?;
    let details = json!({ "from": grant.team.plan, "to": plan });
    activity::append(
        tx,
        env,
        grant.team.id,
        grant.entry(Kind::PlanChanged, &grant.team.name, details),
    )
    .await?;
    grant.team.plan = plan.map(str::to_owned);
    Ok(())
}
