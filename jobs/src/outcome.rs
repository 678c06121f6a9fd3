//! What a handler says about a run of its job; what follows from it is the dispatcher's business.

use std::time::Duration;

use crate::ledger::Note;

/// How a run went. Reasons are stored with the job and logged: they never hold an address, a name or a token.
#[derive(Debug, Clone)]
pub(crate) enum Outcome {
    /// There is nothing left to do.
    Ok,
    /// There is nothing left to do once this is written down, which happens together with the job's end.
    Noted(Note),
    /// It failed; again after a pause that grows with the attempts, of which there are so many.
    Retry(String),
    /// Again after this pause. Does not count as an attempt: the handler's own rows say when to give up.
    RetryIn(Duration, String),
    /// It failed, and trying again is useless.
    Discard(String),
}
