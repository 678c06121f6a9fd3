//! The append-only log of a team: who did what to whom.
//!
//! Entries are numbered without gaps, and each is signed together with the signature of the one before, so that an
//! edited, missing or reordered entry shows. The team's row holds the last number and signature; it is locked while an
//! entry is added.

mod cut;
pub(crate) mod days;
mod everywhere;
mod export;
mod list;
mod stretch;
mod verify;

pub use cut::{Keep, cut, due_for_cut, keeps, set_keep};
pub(crate) use everywhere::append_everywhere;
pub use export::{Format, Leaving, export};
pub use list::{Filter, list, since};
pub use stretch::{Wanted, stretch};
pub use verify::{Flaw, verify};

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::column::words;
use crate::env::Env;
use crate::error::Error;
use crate::ids::{AccountId, MemberId, TeamId};
use crate::job::Job;
use crate::member;
use crate::queue;
use crate::tx::{Conn, Tx, sql, sql_many};
use crate::webhook;

words! {
    /// What happened.
    Kind {
        /// A team was founded.
        TeamCreated = "team.created",
        /// An invitation was made; the details name one that it replaced.
        InvitationSent = "invitation.sent",
        /// Its mail was sent again.
        InvitationResent = "invitation.resent",
        /// It had expired and was opened again.
        InvitationRevived = "invitation.revived",
        /// It was cancelled.
        InvitationRevoked = "invitation.revoked",
        /// It was accepted: somebody became a member.
        InvitationAccepted = "invitation.accepted",
        /// The invited person said no.
        InvitationDeclined = "invitation.declined",
        /// Its time ran out.
        InvitationExpired = "invitation.expired",
        /// Its mail was refused for good, or could not be handed over for a day.
        InvitationUndelivered = "invitation.undelivered",
        /// The invited person was reminded of it.
        InvitationReminded = "invitation.reminded",
        /// The invited person wants no more invitations from anybody.
        InvitationSuppressed = "invitation.suppressed",
        /// An invite link was made.
        LinkCreated = "invite_link.created",
        /// It was disabled.
        LinkDisabled = "invite_link.disabled",
        /// Somebody joined by one; the details name it.
        MemberJoinedByLink = "member.joined_by_link",
        /// Invitations beyond the hour's limit were put off until there is room for them.
        InvitationScheduled = "invitation.scheduled",
        /// Some of these were cancelled before their time.
        InvitationUnscheduled = "invitation.unscheduled",
        /// Some of these could not be sent when their time came.
        InvitationUnsent = "invitation.unsent",
        /// A member's access was ended by somebody else.
        MemberRemoved = "member.removed",
        /// A member was suspended.
        MemberDeactivated = "member.deactivated",
        /// A suspended member came back.
        MemberReactivated = "member.reactivated",
        /// A member left by themselves.
        MemberLeft = "member.left",
        /// The top role was handed over: one entry for both members.
        OwnershipTransferred = "ownership.transferred",
        /// The team got another plan.
        PlanChanged = "team.plan_changed",
        /// The team was deleted; for 30 days it can come back.
        TeamDeleted = "team.deleted",
        /// It came back.
        TeamRestored = "team.restored",
        /// The team got other rules.
        PolicyChanged = "policy.changed",
        /// A setting of the rules was turned on or off.
        SettingTurned = "policy.setting_turned",
        /// The team got another name.
        TeamRenamed = "team.renamed",
        /// The team got another language.
        LanguageChanged = "team.language_changed",
        /// A member got another role.
        RoleChanged = "member.role_changed",
        /// A member linked a Discord user.
        DiscordLinked = "discord.linked",
        /// A member's Discord user no longer acts as them.
        DiscordUnlinked = "discord.unlinked",
        /// Somebody took the list of members or the log away as a file; the details say which.
        Exported = "team.exported",
        /// A member signed in on the web.
        SignedIn = "account.signed_in",
        /// Somebody failed to sign in as a member; of several failures, the first.
        SignInFailed = "account.sign_in_failed",
        /// Alert: somebody failed to sign in as a member again and again.
        SignInsFailed = "security.sign_ins_failed",
        /// A member has another password.
        PasswordChanged = "account.password_changed",
        /// A member has another address.
        AddressChanged = "account.address_changed",
        /// A member is called something else.
        AccountRenamed = "account.renamed",
        /// A member made an API key.
        ApiKeyCreated = "api_key.created",
        /// An API key got another secret.
        ApiKeyRotated = "api_key.rotated",
        /// An API key was revoked.
        ApiKeyRevoked = "api_key.revoked",
        /// A program used an API key that is over.
        ApiKeyRefused = "api_key.refused",
        /// A member tried what their role does not allow; once an hour for each thing they try.
        AccessDenied = "access.denied",
        /// Somebody removed many members within minutes.
        MassRemoval = "security.mass_removal",
        /// The team keeps its log for another time.
        KeepChanged = "team.retention_changed",
        /// Entries that were older than the team keeps them are gone.
        LogCut = "team.log_cut",
        /// The team announces something else, somewhere else, or nothing.
        AnnouncementsChanged = "announcements.changed",
        /// Discord does not take the team's announcements any more.
        AnnouncementsStopped = "announcements.stopped",
        /// The log is sent to a URL.
        WebhookCreated = "webhook.created",
        /// It is sent elsewhere, or other kinds of entries are.
        WebhookChanged = "webhook.changed",
        /// What is sent is signed with another secret.
        WebhookRotated = "webhook.rotated",
        /// It is sent again.
        WebhookEnabled = "webhook.enabled",
        /// Nothing is sent until somebody says so.
        WebhookDisabled = "webhook.disabled",
        /// A webhook was deleted.
        WebhookDeleted = "webhook.deleted",
        /// A webhook was turned off because it took nothing; the details say which.
        WebhookStopped = "webhook.stopped",
    }
}

words! {
    /// Where somebody acted.
    Surface {
        /// A slash command, button or form in Discord.
        Discord = "discord",
        /// A page.
        Web = "web",
        /// The JSON API.
        Api = "api",
        /// A background job; with an actor, in the name of whoever asked for it earlier.
        Job = "job",
        /// The command line of the operator.
        Cli = "cli",
    }
}

/// What to write down.
#[derive(Debug, Clone)]
pub struct NewEntry {
    /// What happened.
    pub kind: Kind,
    /// Who did it; nobody for background jobs.
    pub actor: Option<AccountId>,
    /// Where.
    pub surface: Surface,
    /// To whom or what, as people know it. Never a full address: entries outlive the right to see one.
    pub subject: String,
    /// The rest, as a JSON object.
    pub details: Value,
}

/// One entry of the log.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Entry {
    /// Its number within the team, from 1.
    pub seq: i64,
    /// When it was written.
    pub at: DateTime<Utc>,
    /// What happened.
    pub kind: Kind,
    /// Who did it; nobody for background jobs and for people without an account.
    pub actor_id: Option<AccountId>,
    /// Who did it, by the name they had then.
    pub actor_name: String,
    /// Where.
    pub surface: Surface,
    /// To whom or what.
    pub subject: String,
    /// The rest, as a JSON object.
    pub details: String,
}

impl Entry {
    /// Whether the actor did it with a super-admin's authority and not as a member.
    pub fn by_super_admin(&self) -> bool {
        let details: Option<Value> = serde_json::from_str(&self.details).ok();
        details.is_some_and(|details| details.get("super_admin") == Some(&Value::Bool(true)))
    }

    /// The name of the API key that it was done with.
    pub fn api_key(&self) -> Option<String> {
        let details: Value = serde_json::from_str(&self.details).ok()?;
        details.get("api_key")?.get("name")?.as_str().map(str::to_owned)
    }

    /// A detail that is a text.
    pub fn detail(&self, name: &str) -> Option<String> {
        let details: Value = serde_json::from_str(&self.details).ok()?;
        details.get(name)?.as_str().map(str::to_owned)
    }
}

#[derive(sqlx::FromRow)]
#[expect(clippy::struct_field_names, reason = "called as the columns are")]
struct Head {
    activity_seq: i64,
    activity_head: Option<Vec<u8>>,
    /// How many webhooks are on.
    webhooks: i64,
}

#[derive(sqlx::FromRow)]
struct TeamHead {
    id: TeamId,
    #[sqlx(flatten)]
    head: Head,
}

/// Adds one entry, in the transaction of the change it tells about; answers its number.
pub async fn append(tx: &mut Tx, env: &Env, team: TeamId, entry: NewEntry) -> Result<i64, Error> {
    let actor_name = actor_name(tx, env, &entry, team).await?;
    let head =
        sql!(lock Head, tx, "select activity_seq, activity_head, webhooks from teams where id = $1", team)?
            .ok_or(Error::NotFound("team"))?;
    let mut chain = Chain::new(team, head);
    let entry = chain.sign(env, entry, actor_name);
    write(tx, &[entry]).await?;
    sql!(execute tx, "update teams set activity_seq = $2, activity_head = $3 where id = $1", team, chain.seq, &chain.last)?;
    chain.ask(tx, env).await?;
    Ok(chain.seq)
}

/// Adds entries of several teams that no person caused, at most [`crate::tx::MANY`].
pub(crate) async fn append_all(
    tx: &mut Tx,
    env: &Env,
    entries: Vec<(TeamId, NewEntry)>,
) -> Result<(), Error> {
    append_as(tx, env, NOBODY, entries).await
}

/// The same in somebody's name. It does not count as having been active.
async fn append_as(
    tx: &mut Tx,
    env: &Env,
    name: &str,
    entries: Vec<(TeamId, NewEntry)>,
) -> Result<(), Error> {
    let teams: BTreeSet<TeamId> = entries.iter().map(|(team, _)| *team).collect();
    if teams.is_empty() {
        return Ok(());
    }
    // In the order of their ids, as everybody does who locks several.
    let lock = match tx.conn {
        Conn::Sqlite(_) => ") order by id",
        Conn::Postgres(_) => ") order by id for update",
    };
    let heads = sql_many!(fetch_all TeamHead, tx, &teams,
        "select id, activity_seq, activity_head, webhooks from teams where id in (", |row, team| { row.push_bind(*team); }, lock)?;
    let mut chains: BTreeMap<TeamId, Chain> = heads
        .into_iter()
        .map(|found| (found.id, Chain::new(found.id, found.head)))
        .collect();
    let mut signed = Vec::with_capacity(entries.len());
    for (team, entry) in entries {
        let chain = chains.get_mut(&team).ok_or(Error::NotFound("team"))?;
        signed.push(chain.sign(env, entry, name.to_owned()));
    }
    write(tx, &signed).await?;
    sql_many!(execute tx, chains.values(),
        "update teams set activity_seq = v.column2, activity_head = v.column3 from (",
        |row, chain| { row.push_bind(chain.team).push_bind(chain.seq).push_bind(&chain.last); },
        ") v where teams.id = v.column1")?;
    for chain in chains.values() {
        chain.ask(tx, env).await?;
    }
    Ok(())
}

/// Who acts in background jobs.
const NOBODY: &str = "Muster";

/// The end of a team's log, growing.
struct Chain {
    team: TeamId,
    seq: i64,
    last: Vec<u8>,
    /// Whether somebody has webhooks that are on.
    heard: bool,
    /// Whether something was added that they may want.
    news: bool,
}

impl Chain {
    fn new(team: TeamId, head: Head) -> Self {
        Self {
            team,
            seq: head.activity_seq,
            last: head.activity_head.unwrap_or_default(),
            heard: head.webhooks > 0,
            news: false,
        }
    }

    /// Asks for the job that hands over to webhooks what was added.
    async fn ask(&self, tx: &mut Tx, env: &Env) -> Result<(), Error> {
        if !(self.heard && self.news) {
            return Ok(());
        }
        let (team, through) = (self.team, self.seq);
        queue::enqueue(tx, env, &Job::FanOutWebhooks { team, through }).await
    }

    fn sign(&mut self, env: &Env, entry: NewEntry, actor_name: String) -> NewRow {
        self.seq += 1;
        self.news |= webhook::is_offered(entry.kind);
        let signed = Signed {
            seq: self.seq,
            at: env.now(),
            kind: entry.kind.to_string(),
            actor_id: entry.actor.map(|id| id.to_string()),
            actor_name,
            surface: entry.surface.to_string(),
            subject: entry.subject,
            details: entry.details.to_string(),
        };
        let mac = signed.parts(self.team, &self.last, |parts| env.keys().sign("activity", parts));
        self.last = mac.to_vec();
        NewRow {
            team: self.team,
            stored: Stored {
                signed,
                mac: self.last.clone(),
            },
        }
    }
}

struct NewRow {
    team: TeamId,
    stored: Stored,
}

async fn write(tx: &mut Tx, rows: &[NewRow]) -> Result<(), Error> {
    sql_many!(execute tx, rows,
        "insert into activity (team_id, seq, at, kind, actor_id, actor_name, surface, subject, details, mac)",
        |to, row| {
            let Stored { signed, mac } = &row.stored;
            to.push_bind(row.team).push_bind(signed.seq).push_bind(signed.at).push_bind(&signed.kind)
                .push_bind(&signed.actor_id).push_bind(&signed.actor_name).push_bind(&signed.surface)
                .push_bind(&signed.subject).push_bind(&signed.details).push_bind(mac);
        }, "")?;
    // Who was refused something did nothing.
    let done = rows
        .iter()
        .filter(|row| row.stored.signed.kind != Kind::AccessDenied.as_str());
    let counted = done.map(
        |NewRow {
             team,
             stored: Stored { signed, .. },
         }| days::Counted {
            team: *team,
            day: days::day(signed.at),
            kind: signed.kind.clone(),
            actor: signed.actor_id.clone().unwrap_or_default(),
            host: false,
            times: 1,
        },
    );
    days::count(tx, counted).await
}

/// The actor's name as it is now; acting also counts as having been active in the team, but for what a job or a program
/// does in somebody's name.
async fn actor_name(tx: &mut Tx, env: &Env, entry: &NewEntry, team: TeamId) -> Result<String, Error> {
    let Some(actor) = entry.actor else {
        return Ok(NOBODY.to_owned());
    };
    if !matches!(entry.surface, Surface::Job | Surface::Api) {
        member::touch(tx, env, team, actor).await?;
    }
    Ok(sql!(value String, tx, "select display_name from accounts where id = $1", actor)?)
}

/// The entry with a number.
pub async fn get(tx: &mut Tx, team: TeamId, seq: i64) -> Result<Entry, Error> {
    sql!(fetch_optional Entry, tx,
        "select seq, at, kind, actor_id, actor_name, surface, subject, details from activity where team_id = $1 and seq = $2",
        team, seq)?
        .ok_or(Error::NotFound("log entry"))
}

/// The newest entries that one member caused or that are about them.
pub async fn of_member(
    tx: &mut Tx,
    team: TeamId,
    member: MemberId,
    account: AccountId,
    limit: i64,
) -> Result<Vec<Entry>, Error> {
    Ok(sql!(fetch_all Entry, tx,
        "select seq, at, kind, actor_id, actor_name, surface, subject, details from activity
         where team_id = $1 and (member_id = $2 or actor_id = $3) order by seq desc limit $4",
        team, member, account, limit)?)
}

/// What the signature of an entry covers.
#[derive(sqlx::FromRow)]
struct Signed {
    seq: i64,
    at: DateTime<Utc>,
    kind: String,
    actor_id: Option<String>,
    actor_name: String,
    surface: String,
    subject: String,
    details: String,
}

#[derive(sqlx::FromRow)]
struct Stored {
    #[sqlx(flatten)]
    signed: Signed,
    mac: Vec<u8>,
}

impl Signed {
    /// Hands `then` the signed parts, in the order that every version of this program must keep.
    fn parts<T>(&self, team: TeamId, last: &[u8], then: impl FnOnce(&[&[u8]]) -> T) -> T {
        then(&[
            team.to_string().as_bytes(),
            &self.seq.to_be_bytes(),
            &self.at.timestamp_micros().to_be_bytes(),
            self.kind.as_bytes(),
            self.actor_id.as_deref().unwrap_or_default().as_bytes(),
            self.actor_name.as_bytes(),
            self.surface.as_bytes(),
            self.subject.as_bytes(),
            self.details.as_bytes(),
            last,
        ])
    }
}
