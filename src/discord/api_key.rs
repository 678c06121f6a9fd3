//! `/apikey`: the keys by which programs act for a team. Their secrets are never shown here: the card leads to the page
//! that shows them once.

use std::collections::BTreeSet;

use muster_core::actor::Grant;
use muster_core::api_key::{self, ApiKey, Lifetime, NewKey};
use muster_core::error::{Error, Rule};
use muster_core::ids::{ApiKeyId, TeamId};
use muster_core::message;
use muster_core::message::Arg;
use muster_core::page::Slice;
use muster_core::policy::Permission;
use muster_phrases::say;
use serde::{Deserialize, Serialize};
use serenity::all::{AutocompleteChoice, CreateAutocompleteResponse};

use super::ask::Ask;
use super::caller::Caller;
use super::card::{Card, cut};
use super::complete::{self, completed};
use super::custom_id::ApiKeys;
use super::error::Fault;
use super::which::{One, Which};
use super::{Context, Desk, answer, words};

/// Keys by which programs act for your team
#[poise::command(
    slash_command,
    rename = "apikey",
    interaction_context = "Guild",
    subcommands("create", "list", "rotate", "revoke"),
    subcommand_required
)]
#[expect(
    clippy::unused_async,
    reason = "poise calls every command with await; this one only groups others"
)]
pub(super) async fn api_key_command(_: Context<'_>) -> Result<(), Fault> {
    Ok(())
}

/// How long a key lasts, as it is chosen.
#[derive(Debug, Clone, Copy, poise::ChoiceParameter)]
enum Ends {
    #[name = "In 30 days"]
    Month,
    #[name = "In 90 days"]
    Quarter,
    #[name = "In a year"]
    Year,
    #[name = "Never"]
    Never,
}

impl From<Ends> for Lifetime {
    fn from(chosen: Ends) -> Self {
        match chosen {
            Ends::Month => Self::Month,
            Ends::Quarter => Self::Quarter,
            Ends::Year => Self::Year,
            Ends::Never => Self::Never,
        }
    }
}

/// Make a key; its secret is shown once, on a page
#[poise::command(slash_command)]
async fn create(
    ctx: Context<'_>,
    #[max_length = 64] name: String,
    #[autocomplete = "complete_permissions"]
    #[max_length = 300]
    permissions: String,
    ends: Option<Ends>,
    #[autocomplete = "complete::team"] team: Option<String>,
) -> Result<(), Fault> {
    let ends = ends.map(|chosen| Lifetime::from(chosen).to_string());
    let wanted = Wanted {
        name,
        permissions,
        ends,
    };
    answer::ask(ctx, Ask::CreateApiKey { wanted }, team).await
}

/// See the keys and when they were used
#[poise::command(slash_command)]
async fn list(
    ctx: Context<'_>,
    #[autocomplete = "complete::team"] team: Option<String>,
) -> Result<(), Fault> {
    answer::ask(ctx, Ask::ApiKeys, team).await
}

/// Give a key another secret; the one before works for a day
#[poise::command(slash_command)]
async fn rotate(
    ctx: Context<'_>,
    #[autocomplete = "complete::api_key"] key: String,
    #[autocomplete = "complete::team"] team: Option<String>,
) -> Result<(), Fault> {
    answer::ask(ctx, Ask::RotateApiKey { key }, team).await
}

/// Revoke a key; it opens nothing any more
#[poise::command(slash_command)]
async fn revoke(
    ctx: Context<'_>,
    #[autocomplete = "complete::api_key"] key: String,
    #[autocomplete = "complete::team"] team: Option<String>,
) -> Result<(), Fault> {
    answer::ask(ctx, Ask::RevokeApiKey { key }, team).await
}

/// What somebody wants a key to be, as it was typed. Stored for a while, so a field never changes its meaning.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Wanted {
    name: String,
    permissions: String,
    ends: Option<String>,
}

/// Permissions that often go together, by the word that stands for them.
const SETS: [(&str, &[Permission]); 3] = [
    ("all", &Permission::ALL),
    (
        "read",
        &[
            Permission::MembersView,
            Permission::ActivityView,
            Permission::AnalyticsView,
        ],
    ),
    (
        "invite",
        &[
            Permission::MembersView,
            Permission::MembersInvite,
            Permission::InvitationsManage,
        ],
    ),
];

/// Reads permissions as people type them: their names with commas between, or a word that stands for some. Of those that a
/// word stands for, the caller gives what they have.
fn permissions(grant: &Grant, text: &str) -> Result<BTreeSet<Permission>, Error> {
    let mine = api_key::permissions_of(grant);
    let mut found = BTreeSet::new();
    let parts = text.split([',', ' ']).map(str::trim);
    for part in parts.filter(|part| !part.is_empty()) {
        if let Some((_, set)) = SETS.iter().find(|(word, _)| *word == part) {
            found.extend(set.iter().filter(|one| mine.contains(one)));
            continue;
        }
        let permission = Permission::parse(part).map_err(|_| Rule::TextBad {
            what: "what-permissions",
            reason: message!(
                "permission-unknown",
                name = part.chars().take(40).collect::<String>(),
                known = Arg::All(mine.iter().map(ToString::to_string).collect())
            ),
        })?;
        found.insert(permission);
    }
    Ok(found)
}

async fn complete_permissions(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let (caller, team) = (answer::caller(ctx), complete::team_option(ctx));
    completed(
        ctx.data()
            .permission_choices(&caller, typed, team.as_deref())
            .await,
    )
}

impl Desk {
    /// The words that stand for some permissions, and what the last one typed can become.
    async fn permission_choices(
        &self,
        caller: &Caller,
        typed: &str,
        team: Option<&str>,
    ) -> Result<Vec<AutocompleteChoice>, Error> {
        let (_, grant) = self.look(caller, team, Permission::ApiKeysManage).await?;
        let typed = typed.to_lowercase();
        let (before, last) = typed
            .rsplit_once(',')
            .map_or(("", typed.as_str()), |(before, last)| (before, last));
        let (before, last) = (before.trim(), last.trim());
        let sets = SETS
            .iter()
            .filter(|(word, _)| before.is_empty() && word.starts_with(last));
        let sets = sets.map(|(word, _)| {
            let label = say!(caller.locale, "api-key-set", set = *word);
            AutocompleteChoice::new(cut(&label, 100), *word)
        });
        let taken: Vec<&str> = before.split(',').map(str::trim).collect();
        let mine = api_key::permissions_of(&grant);
        let single = mine
            .iter()
            .map(|permission| permission.as_str())
            .filter(|name| name.starts_with(last) && !taken.contains(name));
        let single = single.filter_map(|name| {
            let whole = if before.is_empty() {
                name.to_owned()
            } else {
                format!("{before}, {name}")
            };
            (whole.len() <= 100).then(|| AutocompleteChoice::new(whole.clone(), whole))
        });
        Ok(sets.chain(single).take(25).collect())
    }

    /// Makes a key. It can be revoked at any time, so it is made at once; it has no secret until the page shows one.
    pub async fn create_api_key(
        &self,
        caller: &Caller,
        team: Which<'_>,
        wanted: &Wanted,
    ) -> Result<Card, Error> {
        let (mut tx, grant) = self.change(caller, team, Permission::ApiKeysManage).await?;
        let lifetime = wanted.ends.as_deref().map(str::parse::<Lifetime>);
        let lifetime = lifetime.transpose().map_err(|_| Rule::TextBad {
            what: "what-time",
            reason: message!("choose-offered"),
        })?;
        let new = NewKey {
            name: wanted.name.clone(),
            permissions: permissions(&grant, &wanted.permissions)?,
            expires_at: lifetime.unwrap_or_default().end(self.env.now()),
        };
        let key = api_key::create(&mut tx, &self.env, &grant, new).await?;
        tx.commit().await?;
        let url = self.key_url(&key);
        Ok(words::api_key::created(caller.locale, &grant, &key, &url))
    }

    /// The page of a key.
    fn key_url(&self, key: &ApiKey) -> String {
        let home = self.public_url.as_str().trim_end_matches('/');
        format!("{home}/teams/{}/keys/{}", key.team_id, key.id)
    }

    /// A page of the keys, newest first.
    pub async fn api_keys(&self, caller: &Caller, team: Which<'_>, page: u32) -> Result<Card, Error> {
        let (mut tx, grant) = self.look(caller, team, Permission::ApiKeysManage).await?;
        let keys = api_key::list(&mut tx, &grant, Slice::page(page, words::PAGE)).await?;
        Ok(words::api_key::list(caller.locale, &grant, &keys, self.env.now()))
    }

    /// One key.
    async fn api_key(&self, caller: &Caller, team: TeamId, id: ApiKeyId) -> Result<Card, Error> {
        let (mut tx, grant) = self.look(caller, team, Permission::ApiKeysManage).await?;
        let row = api_key::get(&mut tx, &grant, id).await?;
        let url = self.key_url(&row.key);
        Ok(words::api_key::show(
            caller.locale,
            &grant,
            &row,
            &url,
            self.env.now(),
        ))
    }

    /// Leads to the page that gives a key another secret, if the caller may see one.
    pub async fn rotate_api_key(
        &self,
        caller: &Caller,
        team: Which<'_>,
        which: One<'_, ApiKeyId>,
    ) -> Result<Card, Error> {
        let (mut tx, grant) = self.look(caller, team, Permission::ApiKeysManage).await?;
        let found = self.find_key(&mut tx, &grant, which).await?;
        let key = api_key::own(&mut tx, &self.env, &grant, found.key.id).await?;
        let url = self.key_url(&key);
        Ok(words::api_key::rotate(caller.locale, &grant, &key, &url))
    }

    /// Tries to revoke a key, so that what would be refused is refused now, and asks before making it true: the transaction
    /// is dropped.
    pub async fn ask_revoke_api_key(
        &self,
        caller: &Caller,
        team: Which<'_>,
        which: One<'_, ApiKeyId>,
    ) -> Result<Card, Error> {
        let (mut tx, grant) = self.try_out(caller, team, Permission::ApiKeysManage).await?;
        let found = self.find_key(&mut tx, &grant, which).await?;
        let row = api_key::revoke(&mut tx, &self.env, &grant, found.key.id).await?;
        Ok(words::api_key::ask_revoke(caller.locale, &grant, &row))
    }

    async fn revoke_api_key(&self, caller: &Caller, team: TeamId, id: ApiKeyId) -> Result<Card, Error> {
        let (mut tx, grant) = self.change(caller, team, Permission::ApiKeysManage).await?;
        let row = api_key::revoke(&mut tx, &self.env, &grant, id).await?;
        tx.commit().await?;
        Ok(words::api_key::revoked(caller.locale, &grant, &row))
    }

    async fn find_key(
        &self,
        tx: &mut muster_core::Tx,
        grant: &Grant,
        which: One<'_, ApiKeyId>,
    ) -> Result<api_key::Row, Error> {
        match which {
            One::Named(text) => api_key::resolve(tx, &self.env, grant, text).await,
            One::Id(id) => api_key::get(tx, grant, id).await,
        }
    }

    /// The keys to choose from while one is named.
    pub(super) async fn api_key_choices(
        &self,
        caller: &Caller,
        typed: &str,
        team: Option<&str>,
    ) -> Result<Vec<AutocompleteChoice>, Error> {
        let (mut tx, grant) = self.look(caller, team, Permission::ApiKeysManage).await?;
        let found = api_key::search(&mut tx, &self.env, &grant, typed, 25).await?;
        Ok(found
            .iter()
            .map(|row| {
                let label = say!(
                    caller.locale,
                    "api-key-choice",
                    name = row.key.name.as_str(),
                    maker = row.maker.as_str()
                );
                AutocompleteChoice::new(cut(&label, 100), row.key.id.to_string())
            })
            .collect())
    }

    /// Somebody pressed a button that is about API keys, or chose one from a list.
    pub(super) async fn press_api_keys(
        &self,
        caller: &Caller,
        action: ApiKeys,
        chosen: Option<&str>,
    ) -> Result<Card, Error> {
        match action {
            ApiKeys::List { team, page } => self.api_keys(caller, team.into(), page).await,
            ApiKeys::Open { team } => {
                let id = chosen.and_then(|chosen| chosen.parse().ok()).ok_or(Rule::Stale)?;
                self.api_key(caller, team, id).await
            }
            ApiKeys::Show { team, id } => self.api_key(caller, team, id).await,
            ApiKeys::Rotate { team, id } => self.rotate_api_key(caller, team.into(), One::Id(id)).await,
            ApiKeys::AskRevoke { team, id } => {
                self.ask_revoke_api_key(caller, team.into(), One::Id(id)).await
            }
            ApiKeys::Revoke { team, id } => self.revoke_api_key(caller, team, id).await,
        }
    }
}
