//! The small writes of many runs, several in one transaction.
//!
//! Each run takes its mail and writes down how it ended. A transaction for each would make the disk, which confirms every
//! one of them, the limit of everything. So they go through here: what is asked for while one transaction is being
//! confirmed shares the next. Nobody is answered before that is durable.

use std::sync::Arc;

use chrono::TimeDelta;
use muster_core::Tx;
use muster_core::db::Db;
use muster_core::email::delivery::{self, Claim, Claimed};
use muster_core::env::Env;
use muster_core::error::Error;
use muster_core::ids::EmailId;
use muster_core::queue::{self, End};
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
    let together = match together(db, env, &entries).await {
        Ok(answers) => return answers.into_iter().map(Ok).collect(),
        Err(error) => Unwritten(Arc::new(error)),
    };
    // Each alone would only wait for the same database.
    let away = matches!(&*together.0, Error::Internal(fault) if fault.is_unavailable());
    if away || entries.len() == 1 {
        return entries.iter().map(|_| Err(together.clone())).collect();
    }
    let mut answers = Vec::with_capacity(entries.len());
    for entry in entries {
        let alone = one(db, env, &entry).await;
        answers.push(alone.map_err(|error| Unwritten(Arc::new(error))));
    }
    answers
}

async fn together(db: &Db, env: &Env, entries: &[Entry]) -> Result<Vec<Answer>, Error> {
    let mut tx = db.write().await?;
    let mut answers = Vec::with_capacity(entries.len());
    for entry in entries {
        answers.push(apply(&mut tx, env, entry).await?);
    }
    tx.commit().await?;
    failpoint!("writes_committed", answers.len());
    Ok(answers)
}

async fn one(db: &Db, env: &Env, entry: &Entry) -> Result<Answer, Error> {
    let mut tx = db.write().await?;
    let answer = apply(&mut tx, env, entry).await?;
    tx.commit().await?;
    Ok(answer)
}

async fn apply(tx: &mut Tx, env: &Env, entry: &Entry) -> Result<Answer, Error> {
    match entry {
        Entry::Claim(mail) => {
            let claim = delivery::claim(tx, env, *mail).await?;
            failpoint!("mail_claiming", mail);
            Ok(Answer::Claim(claim))
        }
        Entry::Close(closing) => {
            match &closing.note {
                None => {}
                Some(Note::Sent(mail, accepted)) => {
                    delivery::sent(tx, env, mail, accepted.code, &accepted.text).await?;
                    failpoint!("mail_recording", mail.id);
                }
                Some(Note::Cancelled(mail)) => delivery::cancel(tx, mail).await?,
                Some(Note::PutBack(mail, pause)) => delivery::put_back(tx, env, mail, *pause).await?,
            }
            let (job, worker) = (&closing.job, &closing.worker);
            let ours = queue::finish(tx, job, worker, closing.attempt, &closing.end).await?;
            Ok(Answer::Closed(ours))
        }
    }
}
