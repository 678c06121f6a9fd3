//! The small writes of many runs, several in one transaction.
//!
//! Each run takes its mail and writes down how it ended. A transaction for each would make the disk, which confirms every
//! one of them, the limit of everything. So they go through here: what is asked for while one transaction is being
//! confirmed shares the next. Nobody is answered before that is durable.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::TimeDelta;
use muster_core::Tx;
use muster_core::db::Db;
use muster_core::email::delivery::{self, Claim, Claimed, Taken};
use muster_core::env::Env;
use muster_core::error::Error;
use muster_core::ids::EmailId;
use muster_core::queue::{self, Done, End};
use tokio::sync::{mpsc, oneshot};

use crate::failpoint::failpoint;
use crate::mailer::Accepted;

/// How many writes share a transaction at most: on SQLite nobody else writes meanwhile.
const MOST: usize = 64;

/// Nothing was written: the database is away, or refused. Nothing of the write has happened.
#[derive(Debug, Clone, thiserror::Error)]
#[error("nothing could be written down: {0}")]
pub(crate) struct Unwritten(Arc<Error>);

/// What a run leaves in the row of its mail, written together with the end of its job.
#[derive(Debug, Clone)]
pub(crate) enum Note {
    /// The mail server has taken it.
    Sent(Box<Claimed>, Accepted),
    /// It is no longer wanted.
    Cancelled(Box<Claimed>),
    /// It was not begun, and others go first.
    PutBack(Box<Claimed>, TimeDelta),
}

/// The end of one run.
#[derive(Debug, Clone)]
pub(crate) struct Closing {
    /// The job.
    pub(crate) job: String,
    /// The worker that took it.
    pub(crate) worker: Arc<str>,
    /// Which of its runs this was, from 1.
    pub(crate) attempt: i32,
    /// How it ended.
    pub(crate) end: End,
    /// What its mail's row gets to know.
    pub(crate) note: Option<Note>,
}

/// Who waits for the answer to one write.
type Answer<T> = oneshot::Sender<Result<T, Unwritten>>;

/// What is asked for, with who waits for it.
enum Asked {
    Claim(EmailId, Answer<Claim>),
    Close(Box<Closing>, Answer<bool>),
}

/// Where runs hand in their writes. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Ledger(mpsc::Sender<Asked>);

/// What was handed in and waits to be written.
pub(crate) struct Pages(mpsc::Receiver<Asked>);

impl Ledger {
    pub(crate) fn new() -> (Self, Pages) {
        let (ledger, pages) = mpsc::channel(4 * MOST);
        (Self(ledger), Pages(pages))
    }

    /// Takes a mail to send it, or says why not.
    pub(crate) async fn claim(&self, mail: EmailId) -> Result<Claim, Unwritten> {
        self.write(|answer| Asked::Claim(mail, answer)).await
    }

    /// Writes a run's end down. Whether the job was still its worker's.
    pub(crate) async fn close(&self, closing: Closing) -> Result<bool, Unwritten> {
        self.write(|answer| Asked::Close(Box::new(closing), answer)).await
    }

    async fn write<T>(&self, asked: impl FnOnce(Answer<T>) -> Asked) -> Result<T, Unwritten> {
        let gone = || Unwritten(Arc::new(Error::internal("the engine has stopped")));
        let (answer, answered) = oneshot::channel();
        self.0.send(asked(answer)).await.map_err(|_| gone())?;
        answered.await.map_err(|_| gone())?
    }
}

impl Pages {
    /// Writes until nobody is left who could ask.
    pub(crate) async fn keep(mut self, db: Db, env: Env) {
        let mut asked = Vec::with_capacity(MOST);
        while self.0.recv_many(&mut asked, MOST).await > 0 {
            let (mut claims, mut closings) = (Vec::new(), Vec::new());
            let (mut claimed, mut closed) = (Vec::new(), Vec::new());
            for one in asked.drain(..) {
                match one {
                    Asked::Claim(mail, answer) => {
                        claims.push(mail);
                        claimed.push(answer);
                    }
                    Asked::Close(closing, answer) => {
                        closings.push(*closing);
                        closed.push(answer);
                    }
                }
            }
            let written = write(&db, &env, &claims, &closings).await;
            tell(claimed, written.claims);
            tell(closed, written.closings);
        }
    }
}

/// Tells each run what came of its write. One that was abandoned no longer waits.
fn tell<T>(waiting: Vec<Answer<T>>, written: Vec<Result<T, Unwritten>>) {
    for (answer, written) in waiting.into_iter().zip(written) {
        drop(answer.send(written));
    }
}

/// What came of some writes, in the order in which they were asked for.
struct Written {
    claims: Vec<Result<Claim, Unwritten>>,
    closings: Vec<Result<bool, Unwritten>>,
}

/// Writes all of them or, if that fails, each on its own, so that one that cannot be written stops no other.
async fn write(db: &Db, env: &Env, claims: &[EmailId], closings: &[Closing]) -> Written {
    let failed = match together(db, env, claims, closings).await {
        Ok((claims, closings)) => {
            return Written {
                claims: claims.into_iter().map(Ok).collect(),
                closings: closings.into_iter().map(Ok).collect(),
            };
        }
        Err(error) => Unwritten(Arc::new(error)),
    };
    // Each alone would only wait for the same database.
    let away = matches!(&*failed.0, Error::Internal(fault) if fault.is_unavailable());
    if away || claims.len() + closings.len() == 1 {
        return Written {
            claims: claims.iter().map(|_| Err(failed.clone())).collect(),
            closings: closings.iter().map(|_| Err(failed.clone())).collect(),
        };
    }
    let mut alone = Written {
        claims: Vec::with_capacity(claims.len()),
        closings: Vec::with_capacity(closings.len()),
    };
    for claim in claims {
        let claimed = together(db, env, std::slice::from_ref(claim), &[]).await;
        alone.claims.push(only(claimed.map(|(claims, _)| claims)));
    }
    for closing in closings {
        let closed = together(db, env, &[], std::slice::from_ref(closing)).await;
        alone.closings.push(only(closed.map(|(_, closings)| closings)));
    }
    alone
}

/// The answer to a write of its own.
fn only<T>(written: Result<Vec<T>, Error>) -> Result<T, Unwritten> {
    let one = written.and_then(|mut answers| {
        answers
            .pop()
            .ok_or_else(|| Error::internal("a write has no answer"))
    });
    one.map_err(|error| Unwritten(Arc::new(error)))
}

/// One statement for all claims, one for all mails that were sent, one for all jobs that are done; the rest is rare.
async fn together(
    db: &Db,
    env: &Env,
    claims: &[EmailId],
    closings: &[Closing],
) -> Result<(Vec<Claim>, Vec<bool>), Error> {
    let mut tx = db.write().await?;
    let claimed = claim(&mut tx, env, claims).await?;
    let ended = ends(&mut tx, env, closings).await?;
    let mut closed = Vec::with_capacity(closings.len());
    for closing in closings {
        let Closing {
            job,
            worker,
            attempt,
            end,
            ..
        } = closing;
        closed.push(match end {
            End::Done => ended.contains(job),
            end => queue::finish(&mut tx, job, worker, *attempt, end).await?,
        });
    }
    tx.commit().await?;
    failpoint!("writes_committed", claimed.len() + closed.len());
    Ok((claimed, closed))
}

async fn claim(tx: &mut Tx, env: &Env, wanted: &[EmailId]) -> Result<Vec<Claim>, Error> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let claims = delivery::claim_all(tx, env, wanted).await?;
    if claims.len() != wanted.len() {
        return Err(Error::internal("a claim has no answer"));
    }
    for mail in wanted {
        failpoint!("mail_claiming", mail);
    }
    Ok(claims)
}

/// Writes what the runs leave in their mails' rows, and the jobs that are done; answers which of these were still their
/// worker's.
async fn ends(tx: &mut Tx, env: &Env, closings: &[Closing]) -> Result<HashSet<String>, Error> {
    let (mut taken, mut done) = (Vec::new(), Vec::new());
    for closing in closings {
        match &closing.note {
            None => {}
            Some(Note::Sent(mail, accepted)) => taken.push(Taken {
                mail,
                code: accepted.code,
                text: &accepted.text,
            }),
            Some(Note::Cancelled(mail)) => delivery::cancel(tx, mail).await?,
            Some(Note::PutBack(mail, pause)) => delivery::put_back(tx, env, mail, *pause).await?,
        }
        if closing.end == End::Done {
            done.push(Done {
                id: &closing.job,
                worker: &closing.worker,
                attempt: closing.attempt,
            });
        }
    }
    if !taken.is_empty() {
        delivery::sent(tx, env, &taken).await?;
    }
    for taken in &taken {
        failpoint!("mail_recording", taken.mail.id);
    }
    if done.is_empty() {
        return Ok(HashSet::new());
    }
    queue::finish_all(tx, &done).await
}
