//! `/insights`: what the team's past adds up to, as a picture and in words.

use muster_core::error::{Error, Rule};
use muster_core::insights::{self, Range, Report};
use muster_core::policy::Permission;

use super::ask::Ask;
use super::caller::Caller;
use super::card::Card;
use super::custom_id::Insights;
use super::error::Fault;
use super::which::Which;
use super::{Context, Desk, answer, complete, words};
use crate::chart;
use crate::insights::tell;

/// What your team's past adds up to
#[poise::command(
    slash_command,
    interaction_context = "Guild",
    rename = "insights",
    subcommands("growth", "invitations", "roles", "people", "features"),
    subcommand_required
)]
#[expect(
    clippy::unused_async,
    reason = "poise calls every command with await; this one only groups others"
)]
pub(super) async fn insights_command(_: Context<'_>) -> Result<(), Fault> {
    Ok(())
}

/// How far back a report looks.
#[derive(Debug, Clone, Copy, poise::ChoiceParameter)]
enum Back {
    #[name = "7 days"]
    Week,
    #[name = "30 days"]
    Month,
    #[name = "90 days"]
    Quarter,
    #[name = "1 year"]
    Year,
}

/// A report as it is asked for.
fn wanted(report: Report, back: Option<Back>) -> Ask {
    let range = match back {
        None => Range::default(),
        Some(Back::Week) => Range::Week,
        Some(Back::Month) => Range::Month,
        Some(Back::Quarter) => Range::Quarter,
        Some(Back::Year) => Range::Year,
    };
    Ask::Insights {
        report: report.to_string(),
        range: range.to_string(),
    }
}

/// See how your team grew
#[poise::command(slash_command)]
async fn growth(
    ctx: Context<'_>,
    range: Option<Back>,
    #[autocomplete = "complete::team"] team: Option<String>,
) -> Result<(), Fault> {
    answer::ask(ctx, wanted(Report::Growth, range), team).await
}

/// See what became of invitations
#[poise::command(slash_command)]
async fn invitations(
    ctx: Context<'_>,
    range: Option<Back>,
    #[autocomplete = "complete::team"] team: Option<String>,
) -> Result<(), Fault> {
    answer::ask(ctx, wanted(Report::Invitations, range), team).await
}

/// See how many have which role
#[poise::command(slash_command)]
async fn roles(
    ctx: Context<'_>,
    #[autocomplete = "complete::team"] team: Option<String>,
) -> Result<(), Fault> {
    answer::ask(ctx, wanted(Report::Roles, None), team).await
}

/// See who is most active, and with whom
#[poise::command(slash_command)]
async fn people(
    ctx: Context<'_>,
    range: Option<Back>,
    #[autocomplete = "complete::team"] team: Option<String>,
) -> Result<(), Fault> {
    answer::ask(ctx, wanted(Report::People, range), team).await
}

/// See what your product is used for
#[poise::command(slash_command)]
async fn features(
    ctx: Context<'_>,
    range: Option<Back>,
    #[autocomplete = "complete::team"] team: Option<String>,
) -> Result<(), Fault> {
    answer::ask(ctx, wanted(Report::Features, range), team).await
}

impl Desk {
    /// A report that a command asks for.
    pub async fn insights_named(
        &self,
        caller: &Caller,
        team: Which<'_>,
        report: &str,
        range: &str,
    ) -> Result<Card, Error> {
        let report = report.parse().map_err(Error::internal)?;
        let range = range.parse().map_err(Error::internal)?;
        self.insights(caller, team, report, range).await
    }

    /// Somebody pressed a button of a report.
    pub async fn press_insights(
        &self,
        caller: &Caller,
        pressed: Insights,
        chosen: Option<&str>,
    ) -> Result<Card, Error> {
        match pressed {
            Insights::Show { team, report, range } => self.insights(caller, team.into(), report, range).await,
            Insights::Choose { team, range } => {
                let report = chosen.and_then(|word| word.parse().ok());
                let report = report.ok_or(Rule::Stale)?;
                self.insights(caller, team.into(), report, range).await
            }
        }
    }

    /// A report: the numbers are read first, and drawn when the database is free again. Without a picture the words are
    /// there all the same.
    pub async fn insights(
        &self,
        caller: &Caller,
        team: Which<'_>,
        report: Report,
        range: Range,
    ) -> Result<Card, Error> {
        let (mut tx, grant) = self.look(caller, team, Permission::AnalyticsView).await?;
        let found = insights::find(&mut tx, &self.env, &grant, report, range).await?;
        drop(tx);
        let mut told = tell(caller.locale, &found);
        let picture = match told.chart.take() {
            None => None,
            Some(chart) => chart::png(chart)
                .await
                .inspect_err(|error| tracing::error!(%report, "a picture is missing: {error}"))
                .ok(),
        };
        let card = words::insights::report(caller.locale, &grant, report, range, &told);
        Ok(match picture {
            Some(png) => card.with_picture(format!("{report}.png"), png, told.alt),
            None => card,
        })
    }
}
