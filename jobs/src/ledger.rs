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

enum Entry {
    Claim(EmailId),
    Close(Closing),
}

enum Answer {
    Claim(Claim),
    Closed(bool),
}

type Asked = (Entry, oneshot::Sender<Result<Answer, Unwritten>>);

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
        match self.write(Entry::Claim(mail)).await? {
            Answer::Claim(claim) => Ok(claim),
            Answer::Closed(_) => unreachable!("a claim is answered with a claim"),
        }
    }

    /// Writes a run's end down. Whether the job was still its worker's.
    pub(crate) async fn close(&self, closing: Closing) -> Result<bool, Unwritten> {
        match self.write(Entry::Close(closing)).await? {
            Answer::Closed(ours) => Ok(ours),
            Answer::Claim(_) => unreachable!("an end is answered with whose it was"),
        }
    }

    async fn write(&self, entry: Entry) -> Result<Answer, Unwritten> {
        let gone = || Unwritten(Arc::new(Error::internal("the engine has stopped")));
        let (answer, answered) = oneshot::channel();
        self.0.send((entry, answer)).await.map_err(|_| gone())?;
        answered.await.map_err(|_| gone())?
    }
}

impl Pages {
    /// Writes until nobody is left who could ask.
    pub(crate) async fn keep(mut self, db: Db, env: Env) {
        let mut asked = Vec::with_capacity(MOST);
        while self.0.recv_many(&mut asked, MOST).await > 0 {
            let (entries, waiting): (Vec<_>, Vec<_>) = asked.drain(..).unzip();
            for (answer, waits) in write(&db, &env, entries).await.into_iter().zip(waiting) {
                // A run that was abandoned no longer waits.
                drop(waits.send(answer));
            }
        }
    }
}

/// Writes all of them or, if that fails, each on its own, so that one that cannot be written stops no other.
async fn write(db: &Db, env: &Env, entries: Vec<Entry>) -> Vec<Result<Answer, Unwritten>> {
    let failed = match together(db, env, &entries).await {
        Ok(answers) => return answers.into_iter().map(Ok).collect(),
        Err(error) => Unwritten(Arc::new(error)),
    };
    // Each alone would only wait for the same database.
    let away = matches!(&*failed.0, Error::Internal(fault) if fault.is_unavailable());
    if away || entries.len() == 1 {
        return entries.iter().map(|_| Err(failed.clone())).collect();
    }
    let mut answers = Vec::with_capacity(entries.len());
    for entry in &entries {
        let alone = together(db, env, std::slice::from_ref(entry)).await;
        answers.push(match alone {
            Ok(mut answer) => Ok(answer.remove(0)),
            Err(error) => Err(Unwritten(Arc::new(error))),
        });
    }
    answers
}

/// One statement for all claims, one for all mails that were sent, one for all jobs that are done; the rest is rare.
async fn together(db: &Db, env: &Env, entries: &[Entry]) -> Result<Vec<Answer>, Error> {
    let mut tx = db.write().await?;
    let mut claims = claims(&mut tx, env, entries).await?.into_iter();
    let ended = ends(&mut tx, env, entries).await?;
    let mut answers = Vec::with_capacity(entries.len());
    for entry in entries {
        answers.push(match entry {
            Entry::Claim(_) => Answer::Claim(
                claims
                    .next()
                    .ok_or_else(|| Error::internal("a claim has no answer"))?,
            ),
            Entry::Close(closing) if closing.end == End::Done => Answer::Closed(ended.contains(&closing.job)),
            Entry::Close(closing) => {
                let Closing {
                    job,
                    worker,
                    attempt,
                    end,
                    ..
                } = closing;
                Answer::Closed(queue::finish(&mut tx, job, worker, *attempt, end).await?)
            }
        });
    }
    tx.commit().await?;
    failpoint!("writes_committed", answers.len());
    Ok(answers)
}

async fn claims(tx: &mut Tx, env: &Env, entries: &[Entry]) -> Result<Vec<Claim>, Error> {
    let wanted: Vec<EmailId> = entries
        .iter()
        .filter_map(|entry| match entry {
            Entry::Claim(mail) => Some(*mail),
            Entry::Close(_) => None,
        })
        .collect();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let claims = delivery::claim_all(tx, env, &wanted).await?;
    for mail in &wanted {
        failpoint!("mail_claiming", mail);
    }
    Ok(claims)
}

/// Writes what the runs leave in their mails' rows, and the jobs that are done; answers which of these were still their
/// worker's.
async fn ends(tx: &mut Tx, env: &Env, entries: &[Entry]) -> Result<HashSet<String>, Error> {
    let (mut taken, mut done) = (Vec::new(), Vec::new());
    for entry in entries {
        let Entry::Close(closing) = entry else { continue };
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
