//! What was promised and what arrived: the books by which a campaign is judged.
//!
//! A second copy of a mail is explained when the mail server had accepted the copy before it, and that could not be
//! recorded: its sender was killed, or the database went away, while the mail's row did not say `sent`.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;

use smtp_sink::Mail;

/// Whether somebody still waits for a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// It has to arrive.
    Yes,
    /// Its invitation was cancelled or has expired: it may have left before.
    NoLonger,
}

/// A mail whose commit was answered.
#[derive(Debug)]
pub struct Promise {
    /// The link that it has to carry, where it is known.
    pub link: Option<String>,
    /// Whether it has to arrive.
    pub wanted: Wanted,
}

/// A copy of a mail, as the server took it.
#[derive(Debug)]
struct Copy {
    link: String,
    slot: usize,
}

/// A mail's row.
#[derive(Debug, sqlx::FromRow)]
pub struct MailRow {
    /// Its header, angle brackets included.
    pub message_id: String,
    /// Its status.
    pub status: String,
    /// How often it was tried.
    pub attempts: i64,
    /// The latest reply.
    pub last_text: Option<String>,
}

/// The books of one campaign.
#[derive(Debug, Default)]
pub struct Books {
    promises: BTreeMap<String, Promise>,
    arrived: HashMap<String, Vec<Copy>>,
    /// Mails that were accepted so many times and could not be recorded.
    in_doubt: HashSet<(String, usize)>,
    /// Mails under way, by their attempt, when a process was killed.
    under_way: HashSet<(String, i64)>,
    /// Kills that met a mail under way.
    pub kills_that_met: u64,
    /// All kills.
    pub kills: u64,
}

impl Books {
    /// A commit was answered.
    pub fn promise(&mut self, message_id: &str, promise: Promise) {
        self.promises.insert(bare(message_id).to_owned(), promise);
    }

    /// Nobody waits for it any more.
    pub fn no_longer(&mut self, message_id: &str) {
        if let Some(promise) = self.promises.get_mut(bare(message_id)) {
            promise.wanted = Wanted::NoLonger;
        }
    }

    /// How many mails were promised.
    pub fn promised(&self) -> usize {
        self.promises.len()
    }

    /// The server at this place took a mail.
    pub fn arrive(&mut self, slot: usize, mail: &Mail) {
        let link = mail.links().into_iter().find(|link| link.contains("/i/"));
        let copy = Copy {
            link: link.unwrap_or_default(),
            slot,
        };
        let id = mail.message_id.clone().unwrap_or_default();
        self.arrived.entry(id).or_default().push(copy);
    }

    /// The sender at this place was killed, and these rows are what it left.
    pub fn killed(&mut self, slot: usize, rows: &[MailRow]) {
        self.kills += 1;
        let mut met = false;
        for row in rows {
            let id = bare(&row.message_id);
            if row.status == "sending" {
                met |= self.under_way.insert((id.to_owned(), row.attempts));
            }
            if row.status != "sent"
                && let Some(copies) = self.arrived.get(id)
                && copies.last().is_some_and(|copy| copy.slot == slot)
            {
                met |= self.in_doubt.insert((id.to_owned(), copies.len()));
            }
        }
        self.kills_that_met += u64::from(met);
    }

    /// The database was away; these were the rows before.
    pub fn database_was_away(&mut self, before: &[MailRow]) {
        let recorded: HashSet<&str> = before
            .iter()
            .filter(|row| row.status == "sent")
            .map(|row| bare(&row.message_id))
            .collect();
        for (id, copies) in &self.arrived {
            if !recorded.contains(id.as_str()) {
                self.in_doubt.insert((id.clone(), copies.len()));
            }
        }
    }

    /// Compares promises, rows and arrivals.
    pub fn judge(&self, rows: &[MailRow]) -> Verdict {
        let mut verdict = Verdict {
            committed: rows.len(),
            arrived: self.arrived.values().map(Vec::len).sum(),
            distinct: self.arrived.len(),
            in_doubt: self.in_doubt.len(),
            kills: self.kills,
            kills_that_met: self.kills_that_met,
            ..Verdict::default()
        };
        let known: HashMap<&str, &MailRow> = rows.iter().map(|row| (bare(&row.message_id), row)).collect();
        for (id, promise) in &self.promises {
            let Some(row) = known.get(id.as_str()) else {
                verdict.lost += 1;
                verdict.broken(format!(
                    "mail {id} was answered as committed and is not in the database"
                ));
                continue;
            };
            let copies = self.arrived.get(id).map_or(0, Vec::len);
            match (promise.wanted, row.status.as_str()) {
                (Wanted::Yes | Wanted::NoLonger, "sent") | (Wanted::NoLonger, "cancelled") => {}
                (_, status) => verdict.broken(format!(
                    "mail {id} is `{status}` after {} tries ({:?})",
                    row.attempts, row.last_text
                )),
            }
            if promise.wanted == Wanted::Yes && copies == 0 {
                verdict.lost += 1;
                verdict.broken(format!(
                    "mail {id} was committed, is `{}` and never arrived",
                    row.status
                ));
            }
        }
        for row in rows {
            let id = bare(&row.message_id);
            if row.status == "sent" && !self.arrived.contains_key(id) {
                verdict.lost += u64::from(!self.promises.contains_key(id));
                verdict.broken(format!("mail {id} is `sent` and never arrived"));
            }
            if matches!(row.status.as_str(), "queued" | "sending") {
                verdict.broken(format!("mail {id} is still `{}`", row.status));
            }
        }
        for (id, copies) in &self.arrived {
            if !known.contains_key(id.as_str()) {
                verdict.broken(format!("mail {id} arrived, and the database does not know it"));
            }
            let promised = self.promises.get(id).and_then(|promise| promise.link.as_ref());
            let link = promised.unwrap_or(&copies[0].link);
            if link.is_empty() || copies.iter().any(|copy| copy.link != *link) {
                verdict.broken(format!(
                    "mail {id} carries another link than the one of its invitation"
                ));
            }
            for earlier in 1..copies.len() {
                verdict.duplicates += 1;
                if !self.in_doubt.contains(&(id.clone(), earlier)) {
                    verdict.unexplained += 1;
                    verdict.broken(format!(
                        "mail {id} arrived {} times, and the acceptance of copy {earlier} could be recorded",
                        copies.len()
                    ));
                }
            }
        }
        verdict
    }
}

/// What came out.
#[derive(Debug, Default, Clone)]
pub struct Verdict {
    /// Rounds that were gone through.
    pub rounds: u64,
    /// Processes killed.
    pub kills: u64,
    /// Of these, how many met a mail under way.
    pub kills_that_met: u64,
    /// Mails in the database.
    pub committed: usize,
    /// Mails at the mail servers.
    pub arrived: usize,
    /// Message-IDs among them.
    pub distinct: usize,
    /// Mails that were committed and never arrived.
    pub lost: u64,
    /// Acceptances that could not be recorded.
    pub in_doubt: usize,
    /// Copies after the first.
    pub duplicates: u64,
    /// Of these, how many nothing explains.
    pub unexplained: u64,
    /// What else was seen.
    pub notes: Vec<String>,
    /// Which promises were broken.
    pub broken: Vec<String>,
}

impl Verdict {
    /// A promise is broken, in a sentence.
    pub fn broken(&mut self, sentence: String) {
        self.broken.push(sentence);
    }

    /// Counts another campaign in.
    pub fn add(&mut self, other: &Self) {
        self.rounds += other.rounds;
        self.kills += other.kills;
        self.kills_that_met += other.kills_that_met;
        self.committed += other.committed;
        self.arrived += other.arrived;
        self.distinct += other.distinct;
        self.lost += other.lost;
        self.in_doubt += other.in_doubt;
        self.duplicates += other.duplicates;
        self.unexplained += other.unexplained;
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} rounds, {} kills ({} met a mail under way), {} mails committed, {} at the sink with {} Message-IDs, \
             {} lost, {} duplicates ({} unexplained), {} acceptances in doubt",
            self.rounds,
            self.kills,
            self.kills_that_met,
            self.committed,
            self.arrived,
            self.distinct,
            self.lost,
            self.duplicates,
            self.unexplained,
            self.in_doubt
        )
    }
}

/// A Message-ID without its angle brackets, as the mail server reads it.
fn bare(message_id: &str) -> &str {
    message_id.trim_start_matches('<').trim_end_matches('>')
}
