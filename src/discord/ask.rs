//! What each command asks of a team, as data.
//!
//! Whoever is in several teams, and names none where nothing else says which, is asked; what they asked for is kept
//! meanwhile, and goes on with the team that they choose.

use muster_core::draft;
use muster_core::error::{Error, Rule};
use muster_core::ids::{DraftId, TeamId};
use muster_core::invitation::sheet::Sheet;
use serde::{Deserialize, Serialize};
use serenity::all::CreateModal;

use super::api_key::Wanted as WantedKey;
use super::caller::Caller;
use super::card::Card;
use super::custom_id::Action;
use super::invite::link::Wanted;
use super::invite::person::Somebody;
use super::member::Access;
use super::which::{Only, Which};
use super::{Desk, words};

/// What a command asks of a team. Stored for a while, so a variant never changes its meaning.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub enum Ask {
    /// `/member list`
    Members {
        /// Only those with this role.
        role: Option<String>,
        /// Only those of this status.
        status: Option<String>,
    },
    /// `/member show`
    Member {
        /// Whom.
        member: String,
    },
    /// `/member role`
    Role {
        /// Whose.
        member: String,
        /// The new one.
        role: String,
        /// Why.
        reason: Option<String>,
    },
    /// `/member deactivate`
    Deactivate {
        /// Whom.
        member: String,
        /// Why.
        reason: Option<String>,
    },
    /// `/member reactivate`
    Reactivate {
        /// Whom.
        member: String,
        /// Why.
        reason: Option<String>,
    },
    /// `/member remove`
    Remove {
        /// Whom.
        member: String,
        /// Why.
        reason: Option<String>,
    },
    /// `/invite list`
    Invitations {
        /// Only those that have come this far.
        status: Option<String>,
    },
    /// `/invite bulk`
    Bulk {
        /// The role of those whose line names none.
        role: Option<String>,
        /// What is in the file.
        sheet: Sheet,
    },
    /// `/invite show`
    Invitation {
        /// Which.
        invitation: String,
    },
    /// `/invite resend`
    Resend {
        /// Which.
        invitation: String,
    },
    /// `/invite revoke`
    Revoke {
        /// Which.
        invitation: String,
    },
    /// `/invite link create`
    CreateLink {
        /// What it is to be.
        wanted: Wanted,
    },
    /// `/invite link list`
    Links,
    /// `/invite link disable`
    DisableLink {
        /// Which.
        link: String,
    },
    /// `/activity log`
    Log {
        /// Only entries of this kind.
        kind: Option<String>,
        /// Only those of this member.
        #[serde(default)]
        member: Option<String>,
        /// Only those from then on.
        #[serde(default)]
        since: Option<String>,
    },
    /// `/activity export`
    ExportLog {
        /// In which form.
        format: String,
    },
    /// `/activity announce`
    Announce {
        /// In which channel from now on; none to see what is chosen.
        channel: Option<u64>,
    },
    /// `/insights`
    Insights {
        /// Which report.
        report: String,
        /// About which time.
        range: String,
    },
    /// `/member export`
    ExportMembers,
    /// `/invite person`
    InvitePerson {
        /// Whom.
        who: Somebody,
        /// With which role.
        role: Option<String>,
    },
    /// *View team profile*
    Profile {
        /// Whose.
        who: Somebody,
    },
    /// *Manage membership*
    Manage {
        /// Whose.
        who: Somebody,
    },
    /// `/team panel`
    Panel {
        /// Where.
        channel: u64,
    },
    /// `/team overview`
    Overview,
    /// `/team transfer`
    Transfer {
        /// To whom.
        member: String,
    },
    /// `/team leave`
    Leave,
    /// `/team delete`
    Delete,
    /// `/team settings`
    Settings,
    /// `/team policy show`
    Rules,
    /// `/team policy export`
    RulesFile,
    /// `/team policy import`
    UseRules {
        /// What is in the file.
        text: String,
    },
    /// `/apikey create`
    CreateApiKey {
        /// What it is to be.
        wanted: WantedKey,
    },
    /// `/apikey list`
    ApiKeys,
    /// `/apikey rotate`
    RotateApiKey {
        /// Which.
        key: String,
    },
    /// `/apikey revoke`
    RevokeApiKey {
        /// Which.
        key: String,
    },
    /// `/team plan`
    Plan {
        /// Which.
        plan: String,
    },
}

/// An invitation form that waits for its team.
#[derive(Debug, Serialize, Deserialize)]
struct WaitingForm {
    role: Option<String>,
}

impl Desk {
    /// Answers a command, or asks first which team is meant.
    pub async fn ask(&self, caller: &Caller, ask: &Ask, team: Option<&str>) -> Result<Card, Error> {
        match self.perform(caller, ask, team.into()).await {
            Err(Error::Rule(Rule::WhichTeam)) => {
                self.which_team(caller, ask, |draft| Action::WhichTeam { draft })
                    .await
            }
            answered => answered,
        }
    }

    /// Goes on with a command after its team was chosen.
    pub async fn ask_in(&self, caller: &Caller, draft: DraftId, team: TeamId) -> Result<Card, Error> {
        let mut tx = self.db.read().await?;
        let actor = caller.actor(&mut tx).await?;
        let ask: Ask = draft::load_teamless(&mut tx, &self.env, draft, actor.account).await?;
        drop(tx);
        self.perform(caller, &ask, team.into()).await
    }

    /// Asks for the team of an invitation form.
    pub(super) async fn which_team_to_invite(
        &self,
        caller: &Caller,
        role: Option<&str>,
    ) -> Result<Card, Error> {
        let waiting = WaitingForm {
            role: role.map(str::to_owned),
        };
        self.which_team(caller, &waiting, |draft| Action::WhichTeamForm { draft })
            .await
    }

    /// The invitation form, after its team was chosen.
    pub async fn invite_form_in(
        &self,
        caller: &Caller,
        draft: DraftId,
        team: TeamId,
    ) -> Result<CreateModal, Error> {
        let mut tx = self.db.read().await?;
        let actor = caller.actor(&mut tx).await?;
        let waiting: WaitingForm = draft::load_teamless(&mut tx, &self.env, draft, actor.account).await?;
        drop(tx);
        self.invite_form(caller, waiting.role.as_deref(), team.into())
            .await
    }

    async fn which_team<T: Serialize + Sync>(
        &self,
        caller: &Caller,
        waiting: &T,
        action: impl FnOnce(DraftId) -> Action,
    ) -> Result<Card, Error> {
        let mut tx = self.db.write().await?;
        let actor = caller.actor(&mut tx).await?;
        let teams = self.teams_of(&mut tx, actor).await?;
        let draft = draft::save(&mut tx, &self.env, actor.account, None, waiting).await?;
        tx.commit().await?;
        Ok(words::teams::which(caller.locale, &teams, action(draft)))
    }

    async fn perform(&self, caller: &Caller, ask: &Ask, team: Which<'_>) -> Result<Card, Error> {
        match ask {
            Ask::Members { role, status } => {
                let only = Only::Named([role.as_deref(), status.as_deref()]);
                self.members(caller, team, only, 0).await
            }
            Ask::Member { member } => self.member(caller, team, member.as_str().into()).await,
            Ask::Role { member, role, reason } => {
                self.change_role(caller, team, member.as_str().into(), role, reason.as_deref())
                    .await
            }
            Ask::Deactivate { member, reason } => {
                let whom = member.as_str().into();
                self.set_access(caller, team, whom, Access::Suspended, reason.as_deref())
                    .await
            }
            Ask::Reactivate { member, reason } => {
                let whom = member.as_str().into();
                self.set_access(caller, team, whom, Access::Back, reason.as_deref())
                    .await
            }
            Ask::Remove { member, reason } => {
                self.ask_remove(caller, team, member.as_str().into(), reason.as_deref())
                    .await
            }
            Ask::Invitations { status } => {
                let only = Only::Named(status.as_deref());
                self.invitations(caller, team, only, 0).await
            }
            Ask::Bulk { role, sheet } => self.review_bulk(caller, team, role.as_deref(), sheet).await,
            Ask::Invitation { invitation } => self.invitation(caller, team, invitation.as_str().into()).await,
            Ask::Resend { invitation } => self.resend(caller, team, invitation.as_str().into()).await,
            Ask::Revoke { invitation } => self.ask_revoke(caller, team, invitation.as_str().into()).await,
            Ask::CreateLink { wanted } => self.create_link(caller, team, wanted).await,
            Ask::Links => self.links(caller, team, 0).await,
            Ask::DisableLink { link } => self.ask_disable_link(caller, team, link.as_str().into()).await,
            Ask::Log { kind, member, since } => {
                let only = Only::Named([kind, member, since].map(Option::as_deref));
                self.activity_log(caller, team, only, 0).await
            }
            Ask::ExportLog { format } => self.export_log(caller, team, format).await,
            Ask::Announce { channel } => self.announcements(caller, team, *channel).await,
            Ask::Insights { report, range } => self.insights_named(caller, team, report, range).await,
            Ask::ExportMembers => self.export_members(caller, team).await,
            Ask::InvitePerson { who, role } => self.invite_person(caller, team, who, role.as_deref()).await,
            Ask::Profile { who } => self.profile(caller, team, who).await,
            Ask::Manage { who } => self.manage(caller, team, who).await,
            Ask::Panel { channel } => self.panel(caller, team, *channel).await,
            Ask::Overview => self.overview(caller, team).await,
            Ask::Transfer { member } => self.ask_transfer(caller, team, member.as_str().into()).await,
            Ask::Leave => self.ask_leave(caller, team).await,
            Ask::Delete => self.ask_delete(caller, team).await,
            Ask::Settings => self.settings(caller, team).await,
            Ask::Rules => self.rules(caller, team).await,
            Ask::RulesFile => self.rules_file(caller, team).await,
            Ask::UseRules { text } => self.ask_to_use_rules(caller, team, text).await,
            Ask::CreateApiKey { wanted } => self.create_api_key(caller, team, wanted).await,
            Ask::ApiKeys => self.api_keys(caller, team, 0).await,
            Ask::RotateApiKey { key } => self.rotate_api_key(caller, team, One::Named(key)).await,
            Ask::RevokeApiKey { key } => self.ask_revoke_api_key(caller, team, One::Named(key)).await,
            Ask::Plan { plan } => self.set_plan(caller, team, plan).await,
        }
    }
}
