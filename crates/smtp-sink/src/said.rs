//! What the clients said, for tests that ask who could have listened.

/// A line that a client said: a command, or an answer while it signed in. The text of a mail is not among them: it is
/// said the way its `DATA` was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Which connection, counted from 1.
    pub session: usize,
    /// The line, without its end. Bytes that are no UTF-8 are replaced.
    pub line: String,
    /// Whether it came over TLS.
    pub encrypted: bool,
}
