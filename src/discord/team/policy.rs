//! `/team policy`: a team's rules in words, as a file, and from a file.

use muster_core::Tx;
use muster_core::actor::Grant;
use muster_core::draft;
use muster_core::error::{Error, Rule};
use muster_core::ids::{DraftId, TeamId};
use muster_core::message;
use muster_core::message::Message;
use muster_core::policy::{Permission, Policy, PolicyError};
use muster_core::team;
use serde::{Deserialize, Serialize};
use serenity::all::Attachment;

use crate::discord::ask::Ask;
use crate::discord::caller::Caller;
use crate::discord::card::{Card, cut};
use crate::discord::custom_id::Rules;
use crate::discord::error::{Fault, unknown_action};
use crate::discord::which::Which;
use crate::discord::{Context, Desk, answer, complete, file, words};

/// As many bytes as [`Policy::from_toml`] takes.
const MOST_BYTES: usize = 64 * 1024;

/// The team's rules: who may do what
#[poise::command(slash_command, subcommands("show", "export", "import"), subcommand_required)]
#[expect(
    clippy::unused_async,
    reason = "poise calls every command with await; this one only groups others"
)]
pub(super) async fn policy(_: Context<'_>) -> Result<(), Fault> {
    Ok(())
}

/// See who may do what, and turn what can be turned
#[poise::command(slash_command)]
async fn show(
    ctx: Context<'_>,
    #[autocomplete = "complete::team"] team: Option<String>,
) -> Result<(), Fault> {
    answer::ask(ctx, Ask::Rules, team).await
}

/// Get the rules as a TOML file
#[poise::command(slash_command)]
async fn export(
    ctx: Context<'_>,
    #[autocomplete = "complete::team"] team: Option<String>,
) -> Result<(), Fault> {
    answer::ask(ctx, Ask::RulesFile, team).await
}

/// Give the team the rules of a file; you see first what would change
#[poise::command(slash_command)]
async fn import(
    ctx: Context<'_>,
    file: Attachment,
    #[autocomplete = "complete::team"] team: Option<String>,
) -> Result<(), Fault> {
    let (caller, desk) = (answer::caller(ctx), ctx.data());
    answer::command(ctx, async {
        let text = file::read(&desk.files, &file, MOST_BYTES).await?;
        // No policy has a NUL, and PostgreSQL could not keep one while the team is asked for.
        let text = text.replace('\0', "\u{fffd}");
        desk.ask(&caller, &Ask::UseRules { text }, team.as_deref()).await
    })
    .await
}

/// Rules that wait for an answer.
#[derive(Debug, Serialize, Deserialize)]
struct WantedRules {
    /// Those of the team when the question was asked.
    seen: Policy,
    /// Those of the file.
    new: Policy,
}

impl Desk {
    /// Where the buttons, selects and forms about rules and settings lead.
    pub(in crate::discord) async fn press_rules(
        &self,
        caller: &Caller,
        pressed: Rules,
        chosen: Option<&str>,
    ) -> Result<Card, Error> {
        let chosen = || chosen.ok_or(Error::Rule(Rule::Stale));
        match pressed {
            Rules::Show { team } => self.rules(caller, team.into()).await,
            Rules::Export { team } => self.rules_file(caller, team.into()).await,
            Rules::TurnOn { team, setting } => self.turn(caller, team, &setting, true).await,
            Rules::TurnOff { team, setting } => self.turn(caller, team, &setting, false).await,
            Rules::Review { draft, page } => self.review_rules(caller, draft, page).await,
            Rules::Use { draft } => self.use_rules(caller, draft).await,
            Rules::Settings { team } => self.settings(caller, team.into()).await,
            Rules::UndoRename { team, seq } => self.undo_rename(caller, team, seq).await,
            Rules::Language { team } => self.set_team_language(caller, team, chosen()?).await,
            Rules::Keeps { team } => self.choose_keep(caller, team).await,
            Rules::Keep { team } => self.set_keep(caller, team, chosen()?).await,
            Rules::Replies { team, on } => self.set_replies(caller, team, on).await,
            Rules::DefaultRole { team } => self.set_default_role(caller, team, chosen()?).await,
            // They open a form, or are one.
            Rules::PostPanel { draft } => self.panel_again(caller, draft).await,
            Rules::Rename { .. } | Rules::RenameForm { .. } => Ok(unknown_action(caller.locale)),
        }
    }

    /// The rules in words.
    pub async fn rules(&self, caller: &Caller, team: Which<'_>) -> Result<Card, Error> {
        let (_, grant) = self.look(caller, team, Permission::TeamSettings).await?;
        Ok(words::policy::show(caller.locale, &grant))
    }

    /// The rules as a file.
    pub async fn rules_file(&self, caller: &Caller, team: Which<'_>) -> Result<Card, Error> {
        let (_, grant) = self.look(caller, team, Permission::TeamSettings).await?;
        Ok(words::policy::exported(caller.locale, &grant, self.env.now()))
    }

    /// Looks what the rules of a file would change, and asks before making it true.
    pub async fn ask_to_use_rules(
        &self,
        caller: &Caller,
        team: Which<'_>,
        text: &str,
    ) -> Result<Card, Error> {
        let read = Policy::from_toml(text);
        let (tx, grant) = self.try_out(caller, team, Permission::TeamSettings).await?;
        let new = read.map_err(|error| bad_file(&error))?;
        self.ask_about_rules(caller, tx, grant, new, None, 0).await
    }

    /// Asks again about the rules of a draft, as it would be now, on a page of what would change.
    async fn review_rules(&self, caller: &Caller, id: DraftId, page: u32) -> Result<Card, Error> {
        let mut tx = self.db.write().await?;
        let actor = caller.actor(&mut tx).await?;
        let (team, wanted) = draft::load::<WantedRules>(&mut tx, &self.env, id, actor.account).await?;
        let grant = self
            .grant(&mut tx, caller, team.into(), Permission::TeamSettings)
            .await?;
        self.ask_about_rules(caller, tx, grant, wanted.new, Some(id), page)
            .await
    }

    /// Tries the rules, so that what would be refused is refused now, and asks with what would change.
    async fn ask_about_rules(
        &self,
        caller: &Caller,
        mut tx: Tx,
        mut grant: Grant,
        new: Policy,
        id: Option<DraftId>,
        page: u32,
    ) -> Result<Card, Error> {
        let (account, team, seen) = (grant.actor.account, grant.team.id, grant.team.policy.0.clone());
        let author = words::by(caller.locale, &grant);
        let tried = team::change_policy(&mut tx, &self.env, &mut grant, None, new.clone()).await;
        drop(tx);
        let tried = match tried {
            Err(Error::Rule(Rule::Unchanged)) => {
                return Ok(words::policy::same(caller.locale, author, team));
            }
            tried => tried?,
        };
        let wanted = WantedRules { seen, new };
        let mut tx = self.db.write().await?;
        let id = match id {
            Some(id) => draft::update(&mut tx, id, account, &wanted).await.map(|()| id)?,
            None => draft::save(&mut tx, &self.env, account, Some(team), &wanted).await?,
        };
        tx.commit().await?;
        Ok(words::policy::review(
            caller.locale,
            author,
            tried.differences,
            id,
            page,
        ))
    }

    /// Gives the team the rules of a draft, after the question.
    async fn use_rules(&self, caller: &Caller, id: DraftId) -> Result<Card, Error> {
        let (mut tx, mut grant, wanted) = self.answered(caller, id, Permission::TeamSettings).await?;
        let WantedRules { seen, new } = wanted;
        let changed = team::change_policy(&mut tx, &self.env, &mut grant, Some(&seen), new).await?;
        tx.commit().await?;
        tracing::info!(team.id = %grant.team.id, "a team has other rules");
        Ok(words::policy::used(caller.locale, &grant, &changed))
    }

    /// Turns a setting of the rules.
    async fn turn(&self, caller: &Caller, team: TeamId, setting: &str, on: bool) -> Result<Card, Error> {
        let (mut tx, mut grant) = self.change(caller, team, Permission::TeamSettings).await?;
        let setting = team::turn(&mut tx, &self.env, &mut grant, setting, on).await?;
        tx.commit().await?;
        Ok(words::policy::turned(caller.locale, &grant, &setting))
    }
}

/// The refusal of a file, with the place of the mistake.
fn bad_file(error: &PolicyError) -> Error {
    let reason = cut(&error.reason, 400);
    let reason = match (error.line, error.column) {
        (Some(line), Some(column)) => {
            message!("file-place", line = line, column = column, reason = reason)
        }
        (Some(line), None) => message!("file-line", line = line, reason = reason),
        (None, _) => Message::own(reason),
    };
    Rule::TextBad {
        what: "what-file",
        reason,
    }
    .into()
}
