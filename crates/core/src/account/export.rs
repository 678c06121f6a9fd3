//! Everything that is stored about somebody, for themselves.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::get;
use crate::env::Env;
use crate::error::Error;
use crate::export::{Export, MOST_BYTES, PAGE};
use crate::ids::{AccountId, ApiKeyId, InvitationId, InviteLinkId, TeamId};
use crate::tx::{Tx, sql};

#[derive(Serialize)]
struct Everything {
    exported_at: DateTime<Utc>,
    account: Stored,
    discord: Option<Discord>,
    address_proofs: Vec<Proof>,
    sessions: Vec<Session>,
    browsers: Vec<Browser>,
    memberships: Vec<Membership>,
    invitations_sent: Vec<Invitation>,
    invite_links_made: Vec<Link>,
    api_keys_made: Vec<Key>,
    mails: Vec<Mail>,
}

#[derive(Serialize, sqlx::FromRow)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are columns, and the file has each by its name"
)]
struct Stored {
    id: AccountId,
    display_name: String,
    email: Option<String>,
    email_verified_at: Option<DateTime<Utc>>,
    has_password: bool,
    created_at: DateTime<Utc>,
    locale: String,
    wants_undelivered: bool,
    wants_role_mails: bool,
    wants_announced: bool,
}

#[derive(Serialize, sqlx::FromRow)]
struct Discord {
    user_id: i64,
    username: String,
    linked_at: DateTime<Utc>,
}

/// A link that was mailed to them to choose a password, or to prove an address.
#[derive(Serialize, sqlx::FromRow)]
struct Proof {
    purpose: String,
    email: String,
    created_at: DateTime<Utc>,
    used_at: Option<DateTime<Utc>>,
}

#[derive(Serialize, sqlx::FromRow)]
struct Session {
    user_agent: String,
    created_at: DateTime<Utc>,
    last_seen_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

#[derive(Serialize, sqlx::FromRow)]
struct Browser {
    browser: String,
    last_seen_at: DateTime<Utc>,
}

#[derive(Serialize, sqlx::FromRow)]
struct Membership {
    team_id: TeamId,
    team: String,
    role: String,
    status: String,
    invited_by: Option<AccountId>,
    joined_at: DateTime<Utc>,
    last_active_at: DateTime<Utc>,
}

#[derive(Serialize, sqlx::FromRow)]
struct Invitation {
    id: InvitationId,
    team_id: TeamId,
    email: String,
    role: String,
    status: String,
    note: Option<String>,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

#[derive(Serialize, sqlx::FromRow)]
struct Link {
    id: InviteLinkId,
    team_id: TeamId,
    role: String,
    uses: i64,
    for_discord_user: Option<String>,
    created_at: DateTime<Utc>,
    expires_at: Option<DateTime<Utc>>,
    disabled_at: Option<DateTime<Utc>>,
}

#[derive(Serialize, sqlx::FromRow)]
struct Key {
    id: ApiKeyId,
    team_id: TeamId,
    name: String,
    created_at: DateTime<Utc>,
    expires_at: Option<DateTime<Utc>>,
    last_used_at: Option<DateTime<Utc>>,
    revoked_at: Option<DateTime<Utc>>,
}

#[derive(Serialize, sqlx::FromRow)]
struct Mail {
    team_id: Option<TeamId>,
    kind: String,
    to_address: String,
    status: String,
    created_at: DateTime<Utc>,
    sent_at: Option<DateTime<Utc>>,
}

/// An entry of a team's log that they caused.
#[derive(Serialize, sqlx::FromRow)]
struct Entry {
    team_id: TeamId,
    seq: i64,
    at: DateTime<Utc>,
    kind: String,
    surface: String,
    subject: String,
    details: String,
}

/// Writes down everything about an account. What somebody did in teams comes last; it stops where one file ends.
pub async fn export(tx: &mut Tx, env: &Env, id: AccountId) -> Result<Export, Error> {
    get(tx, id).await?;
    let everything = Everything {
        exported_at: env.now(),
        account: sql!(fetch_one Stored, tx,
            "select id, display_name, email, email_verified_at, password_hash is not null as has_password, created_at, locale,
                    wants_undelivered, wants_role_mails, wants_announced
             from accounts where id = $1", id)?,
        discord: sql!(fetch_optional Discord, tx,
            "select discord_user_id as user_id, username, linked_at from discord_links where account_id = $1", id)?,
        address_proofs: sql!(fetch_all Proof, tx,
            "select purpose, email, created_at, used_at from address_proofs where account_id = $1 order by created_at", id)?,
        sessions: sql!(fetch_all Session, tx,
            "select user_agent, created_at, last_seen_at, expires_at from sessions where account_id = $1 order by created_at", id)?,
        browsers: sql!(fetch_all Browser, tx,
            "select browser, last_seen_at from known_browsers where account_id = $1 order by browser", id)?,
        memberships: sql!(fetch_all Membership, tx,
            "select m.team_id, t.name as team, m.role, m.status, m.invited_by, m.joined_at, m.last_active_at
             from members m join teams t on t.id = m.team_id where m.account_id = $1 order by m.joined_at", id)?,
        invitations_sent: sql!(fetch_all Invitation, tx,
            "select id, team_id, email, role, status, note, created_at, expires_at from invitations
             where invited_by = $1 order by created_at desc limit $2", id, MOST_ROWS)?,
        invite_links_made: sql!(fetch_all Link, tx,
            "select id, team_id, role, uses, discord_name as for_discord_user, created_at, expires_at, disabled_at
             from invite_links where created_by = $1 order by created_at desc limit $2", id, MOST_ROWS)?,
        api_keys_made: sql!(fetch_all Key, tx,
            "select id, team_id, name, created_at, expires_at, last_used_at, revoked_at from api_keys
             where created_by = $1 order by created_at desc limit $2", id, MOST_ROWS)?,
        mails: sql!(fetch_all Mail, tx,
            "select team_id, kind, to_address, status, created_at, sent_at from emails
             where account_id = $1 order by created_at desc limit $2", id, MOST_ROWS)?,
    };
    let mut bytes = serde_json::to_vec_pretty(&everything).map_err(Error::internal)?;
    // What they did goes into the same object, as far as there is room for it.
    bytes.truncate(bytes.len() - "\n}".len());
    bytes.extend_from_slice(b",\n  \"activity\": [");
    let (mut after, mut rows, mut whole) = ((String::new(), 0), 0, true);
    'pages: loop {
        let page = sql!(fetch_all Entry, tx,
            "select team_id, seq, at, kind, surface, subject, details from activity
             where actor_id = $1 and (team_id, seq) > ($2, $3) order by team_id, seq limit $4",
            id, after.0.as_str(), after.1, PAGE)?;
        let Some(last) = page.last() else { break };
        after = (last.team_id.to_string(), last.seq);
        for entry in &page {
            let entry = serde_json::to_vec(entry).map_err(Error::internal)?;
            if bytes.len() + entry.len() + 100 > MOST_BYTES {
                whole = false;
                break 'pages;
            }
            bytes.extend_from_slice(if rows == 0 { b"\n    " } else { b",\n    " });
            bytes.extend_from_slice(&entry);
            rows += 1;
        }
    }
    bytes.extend_from_slice(format!("\n  ],\n  \"whole\": {whole}\n}}\n").as_bytes());
    Ok(Export { bytes, rows, whole })
}

/// How many invitations, links and mails a file names, so that the log has room in it: the newest ones.
const MOST_ROWS: i64 = 10_000;
