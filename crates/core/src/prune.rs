//! Deleting what nobody needs any more, a little at a time.

use chrono::TimeDelta;

use crate::api_key;
use crate::browser;
use crate::env::Env;
use crate::error::Error;
use crate::invitation::scheduled;
use crate::queue;
use crate::tx::{Tx, sql};
use crate::webhook::delivery;

/// How many rows of a table one transaction deletes at most.
const BATCH: i64 = 1000;
/// Interactions are known again for so long; Discord itself ends one after 15 minutes.
const INTERACTIONS: TimeDelta = TimeDelta::days(1);
/// Tries count for an hour at most.
const TRIES: TimeDelta = TimeDelta::days(1);
/// Mails with a link for a password or an address: whoever typed the address may not have been its owner.
const PROOF_MAILS: TimeDelta = TimeDelta::days(30);
/// Attempts to link stay open for 10 minutes.
const LINKS: TimeDelta = TimeDelta::days(1);
/// Codes count for an hour.
const CODES: TimeDelta = TimeDelta::days(1);
/// What somebody was refused counts for an hour.
const DENIALS: TimeDelta = TimeDelta::days(1);
/// Jobs that are done are kept for questions about yesterday, dead ones until somebody drops them.
pub const DONE_JOBS: TimeDelta = TimeDelta::days(7);

/// Deletes some of what is too old: expired sessions, drafts, sign-ups, mailed links and attempts, old tries and interactions,
/// browsers that were not used for long, answers to programs, codes, what became of scheduled invitations, jobs that are long
/// done, and
/// workers that have gone. Answers how many rows; nought means that nothing is left to delete.
pub async fn prune(tx: &mut Tx, env: &Env) -> Result<u64, Error> {
    let now = env.now();
    let mut gone = sql!(execute tx,
        "delete from sessions where id_hash in (select id_hash from sessions where expires_at < $1 limit $2)", now, BATCH)?;
    gone += sql!(execute tx,
        "delete from drafts where id in (select id from drafts where expires_at < $1 limit $2)", now, BATCH)?;
    gone += sql!(execute tx,
        "delete from link_attempts where nonce_hash in (select nonce_hash from link_attempts where expires_at < $1 limit $2)",
        now - LINKS, BATCH)?;
    gone += sql!(execute tx,
        "delete from invite_link_sign_ups where id in (select id from invite_link_sign_ups where expires_at < $1 limit $2)",
        now, BATCH)?;
    gone += sql!(execute tx,
        "delete from tries where id in (select id from tries where at < $1 limit $2)", now - TRIES, BATCH)?;
    gone += sql!(execute tx,
        "delete from address_proofs where id in (select id from address_proofs where expires_at < $1 limit $2)", now, BATCH)?;
    gone += sql!(execute tx,
        "delete from discord_sign_ins where state_hash in (select state_hash from discord_sign_ins where expires_at < $1 limit $2)",
        now, BATCH)?;
    gone += sql!(execute tx,
        "delete from emails where id in
             (select id from emails where kind in ('reset_password', 'verify_address') and status not in ('queued', 'sending')
                 and created_at < $1 limit $2)",
        now - PROOF_MAILS, BATCH)?;
    gone += sql!(execute tx,
        "delete from interactions where id in (select id from interactions where at < $1 limit $2)",
        now - INTERACTIONS, BATCH)?;
    gone += sql!(execute tx,
        "delete from known_browsers where (account_id, browser) in
             (select account_id, browser from known_browsers where last_seen_at < $1 limit $2)",
        now - browser::REMEMBERED, BATCH)?;
    gone += sql!(execute tx,
        "delete from scheduled_invitations where id in (select id from scheduled_invitations where settled_at < $1 limit $2)",
        now - scheduled::KEPT, BATCH)?;
    gone += sql!(execute tx,
        "delete from api_answers where (key_id, name) in
             (select key_id, name from api_answers where created_at < $1 limit $2)",
        now - api_key::ANSWERS, BATCH)?;
    gone += sql!(execute tx,
        "delete from invitation_codes where invitation_id in
             (select invitation_id from invitation_codes where expires_at < $1 limit $2)", now - CODES, BATCH)?;
    gone += sql!(execute tx,
        "delete from denials where (team_id, account_id, tried) in
             (select team_id, account_id, tried from denials where at < $1 limit $2)", now - DENIALS, BATCH)?;
    gone += delivery::prune(tx, env, BATCH).await?;
    gone += queue::prune(tx, DONE_JOBS, BATCH).await?;
    Ok(gone)
}
