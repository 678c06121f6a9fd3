//! `/invite link`: links that let in whoever has them, while they last.

use muster_core::error::Error;
use muster_core::ids::{InviteLinkId, TeamId};
use muster_core::invite_link::{self, Lifetime, NewLink};
use muster_core::page::Slice;
use muster_core::policy::Permission;
use serde::{Deserialize, Serialize};

use crate::discord::ask::Ask;
use crate::discord::caller::Caller;
use crate::discord::card::Card;
use crate::discord::custom_id::Links;
use crate::discord::error::{Fault, not_offered};
use crate::discord::member::role_meant;
use crate::discord::router::chosen_id;
use crate::discord::which::{One, Which};
use crate::discord::{Context, Desk, answer, complete, words};

/// Links that let in whoever has them
#[poise::command(slash_command, subcommands("create", "list", "disable"), subcommand_required)]
#[expect(
    clippy::unused_async,
    reason = "poise calls every command with await; this one only groups others"
)]
pub(super) async fn link(_: Context<'_>) -> Result<(), Fault> {
    Ok(())
}

/// How long a link lasts, as it is chosen.
#[derive(Debug, Clone, Copy, poise::ChoiceParameter)]
enum Expires {
    #[name = "In 1 hour"]
    Hour,
    #[name = "In 1 day"]
    Day,
    #[name = "In 7 days"]
    Week,
    #[name = "In 30 days"]
    Month,
    #[name = "Never"]
    Never,
}

impl From<Expires> for Lifetime {
    fn from(chosen: Expires) -> Self {
        match chosen {
            Expires::Hour => Self::Hour,
            Expires::Day => Self::Day,
            Expires::Week => Self::Week,
            Expires::Month => Self::Month,
            Expires::Never => Self::Never,
        }
    }
}

/// Make a link that lets in whoever has it
#[poise::command(slash_command)]
async fn create(
    ctx: Context<'_>,
    #[autocomplete = "complete::offered_role"] role: Option<String>,
    expires: Option<Expires>,
    #[rename = "max-uses"]
    #[min = 1]
    #[max = 10_000]
    max_uses: Option<i64>,
    #[max_length = 500] domain: Option<String>,
    #[autocomplete = "complete::team"] team: Option<String>,
) -> Result<(), Fault> {
    let expires = expires.map(|chosen| Lifetime::from(chosen).to_string());
    let wanted = Wanted {
        role,
        expires,
        max_uses,
        domain,
    };
    answer::ask(ctx, Ask::CreateLink { wanted }, team).await
}

/// See the links and how often they were used
#[poise::command(slash_command)]
async fn list(
    ctx: Context<'_>,
    #[autocomplete = "complete::team"] team: Option<String>,
) -> Result<(), Fault> {
    answer::ask(ctx, Ask::Links, team).await
}

/// Disable a link; it lets nobody in any more
#[poise::command(slash_command)]
async fn disable(
    ctx: Context<'_>,
    #[autocomplete = "complete::invite_link"] link: String,
    #[autocomplete = "complete::team"] team: Option<String>,
) -> Result<(), Fault> {
    answer::ask(ctx, Ask::DisableLink { link }, team).await
}

/// What somebody wants a link to be, as it was typed. Stored for a while, so a field never changes its meaning.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Wanted {
    role: Option<String>,
    expires: Option<String>,
    max_uses: Option<i64>,
    domain: Option<String>,
}

impl Desk {
    /// Somebody pressed a button about a team's invite links.
    pub(in crate::discord) async fn press_links(
        &self,
        caller: &Caller,
        pressed: Links,
        chosen: Option<&str>,
    ) -> Result<Card, Error> {
        match pressed {
            Links::Create { team } => self.create_link(caller, team.into(), &Wanted::default()).await,
            Links::List { team, page } => self.links(caller, team.into(), page).await,
            Links::Open { team } => self.invite_link(caller, team, chosen_id(chosen)?).await,
            Links::Show { team, id } => self.invite_link(caller, team, id).await,
            Links::AskDisable { team, id } => self.ask_disable_link(caller, team.into(), id.into()).await,
            Links::Disable { team, id } => self.disable_link(caller, team, id).await,
        }
    }

    /// Makes a link. It can be disabled at any time, so it is made at once.
    pub async fn create_link(
        &self,
        caller: &Caller,
        team: Which<'_>,
        wanted: &Wanted,
    ) -> Result<Card, Error> {
        let (mut tx, grant) = self.change(caller, team, Permission::LinksManage).await?;
        let policy = &grant.team.policy;
        let role = wanted.role.as_deref().map(|text| role_meant(policy, text));
        let lifetime = wanted.expires.as_deref().map(str::parse::<Lifetime>);
        let new = NewLink {
            role: role.transpose()?,
            lifetime: lifetime
                .transpose()
                .map_err(|_| not_offered("what-time"))?
                .unwrap_or_default(),
            max_uses: wanted.max_uses,
            domains: invite_link::domains(wanted.domain.as_deref().unwrap_or_default())?,
        };
        let link = invite_link::create(&mut tx, &self.env, &grant, new).await?;
        tx.commit().await?;
        let url = self.link_url(&link);
        Ok(words::invite_link::created(
            caller.locale,
            &grant,
            &link,
            url.as_deref(),
        ))
    }

    fn link_url(&self, link: &invite_link::InviteLink) -> Option<String> {
        let home = self.public_url.as_str().trim_end_matches('/');
        link.token(&self.env).map(|token| format!("{home}/join/{token}"))
    }

    /// A page of the links, newest first.
    pub async fn links(&self, caller: &Caller, team: Which<'_>, page: u32) -> Result<Card, Error> {
        let (mut tx, grant) = self.look(caller, team, Permission::LinksManage).await?;
        let links = invite_link::list(&mut tx, &grant, Slice::page(page, words::PAGE)).await?;
        if links.total == 0 {
            // Where there can be none, an empty list would only invite to try.
            invite_link::check_on(&grant.team.policy)?;
        }
        Ok(words::invite_link::list(
            caller.locale,
            &grant,
            &links,
            self.env.now(),
        ))
    }

    /// One link.
    pub async fn invite_link(&self, caller: &Caller, team: TeamId, id: InviteLinkId) -> Result<Card, Error> {
        let (mut tx, grant) = self.look(caller, team, Permission::LinksManage).await?;
        let row = invite_link::get(&mut tx, &grant, id).await?;
        let url = self.link_url(&row.link);
        Ok(words::invite_link::show(
            caller.locale,
            &grant,
            &row,
            url.as_deref(),
            self.env.now(),
        ))
    }

    /// Tries to disable a link, so that what would be refused is refused now, and asks before making it true: the
    /// transaction is dropped.
    pub async fn ask_disable_link(
        &self,
        caller: &Caller,
        team: Which<'_>,
        which: One<'_, InviteLinkId>,
    ) -> Result<Card, Error> {
        let (mut tx, grant) = self.try_out(caller, team, Permission::LinksManage).await?;
        let found = which.find(&mut tx, &grant).await?;
        let row = invite_link::disable(&mut tx, &self.env, &grant, found.link.id).await?;
        Ok(words::invite_link::ask_disable(caller.locale, &grant, &row.link))
    }

    /// Disables a link, after the question.
    pub async fn disable_link(&self, caller: &Caller, team: TeamId, id: InviteLinkId) -> Result<Card, Error> {
        let (mut tx, grant) = self.change(caller, team, Permission::LinksManage).await?;
        let row = invite_link::disable(&mut tx, &self.env, &grant, id).await?;
        tx.commit().await?;
        Ok(words::invite_link::disabled(caller.locale, &grant, &row.link))
    }
}
