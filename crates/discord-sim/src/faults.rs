//! Trouble on request: rate limits, server errors, slowness, dropped connections and gateway closes.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use crate::shared::{Shared, lock};

/// What happens to a request instead of, or before, an answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// 429 with this many seconds to wait.
    RateLimit {
        /// Seconds until the bot may try again.
        retry_after: f64,
        /// For every route, not only this one.
        global: bool,
    },
    /// A 5xx status without a useful body.
    Status(u16),
    /// The request is done, but the answer comes late.
    Delay(Duration),
    /// The connection closes before the request is done.
    Drop,
    /// The request is done and the connection closes instead of an answer.
    DropAfter,
}

#[derive(Debug)]
pub(crate) enum GatewayFault {
    Close(Option<u16>),
    Drop,
    Reconnect,
    InvalidSession { resumable: bool },
}

#[derive(Debug)]
struct Planned {
    method: String,
    pattern: String,
    left: usize,
    fault: Fault,
}

/// The trouble that is planned.
#[derive(Debug, Default)]
pub(crate) struct FaultBox {
    planned: Vec<Planned>,
    pub heartbeat: Option<Duration>,
    pub deaf_to_heartbeats: bool,
}

impl FaultBox {
    /// The fault planned for this request, if any; it is used up.
    pub fn take(&mut self, method: &str, path: &str) -> Option<Fault> {
        let planned = self
            .planned
            .iter_mut()
            .find(|p| p.left > 0 && (p.method == "*" || p.method == method) && matches(&p.pattern, path))?;
        planned.left -= 1;
        Some(planned.fault.clone())
    }
}

/// `*` stands for any text, slashes included: `/channels/*/messages`.
fn matches(pattern: &str, path: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| path.strip_prefix(first)) else {
        return false;
    };
    let mut last = None;
    for part in parts {
        let Some(found) = rest.find(part) else {
            return false;
        };
        last = Some(part);
        rest = &rest[found + part.len()..];
    }
    rest.is_empty() || last == Some("") || last.is_some_and(|part| path.ends_with(part))
}

impl Fault {
    /// The answer of faults that answer at once: status and body.
    pub(crate) fn answer(&self) -> Option<(u16, Value)> {
        match self {
            Self::RateLimit { retry_after, global } => Some((
                429,
                json!({
                    "message": "You are being rate limited.",
                    "retry_after": retry_after,
                    "global": global,
                    "code": 0,
                }),
            )),
            Self::Status(status) => Some((
                *status,
                json!({ "message": format!("{status}: upstream trouble"), "code": 0 }),
            )),
            Self::Delay(_) | Self::Drop | Self::DropAfter => None,
        }
    }
}

/// Plans trouble for the bot.
#[derive(Clone, Debug)]
pub struct Faults {
    shared: Arc<Shared>,
}

impl Faults {
    pub(crate) fn new(shared: &Arc<Shared>) -> Self {
        Self {
            shared: Arc::clone(shared),
        }
    }

    /// The next `times` requests of this method (`*` for any) whose path below `/api/v10` fits the pattern
    /// (`/channels/*/messages`, `*` for any text) meet this fault. Earlier plans go first.
    pub fn next(&self, times: usize, method: &str, pattern: &str, fault: Fault) {
        lock(&self.shared.faults).planned.push(Planned {
            method: method.to_owned(),
            pattern: pattern.to_owned(),
            left: times,
            fault,
        });
    }

    /// How many planned request faults have not happened yet.
    pub fn pending(&self) -> usize {
        lock(&self.shared.faults).planned.iter().map(|p| p.left).sum()
    }

    /// Cancels every planned fault, and acknowledges heartbeats again.
    pub fn clear(&self) {
        *lock(&self.shared.faults) = FaultBox::default();
    }

    /// Closes the gateway connection with a code; says how many connections there were.
    pub fn close_gateway(&self, code: u16) -> usize {
        self.disturb(&GatewayFault::Close(Some(code)))
    }

    /// Closes the gateway connection with a close frame that carries no code.
    pub fn close_gateway_without_code(&self) -> usize {
        self.disturb(&GatewayFault::Close(None))
    }

    /// Drops the gateway's TCP connection without a close frame.
    pub fn drop_gateway(&self) -> usize {
        self.disturb(&GatewayFault::Drop)
    }

    /// Op 7: asks the bot to reconnect and resume.
    pub fn reconnect(&self) -> usize {
        self.disturb(&GatewayFault::Reconnect)
    }

    /// Op 9: the session is invalid.
    pub fn invalid_session(&self, resumable: bool) -> usize {
        self.disturb(&GatewayFault::InvalidSession { resumable })
    }

    /// Forgets every session, so that the next resume is refused with op 9.
    pub fn forget_sessions(&self) {
        self.shared.write(|world| world.sessions.forget());
    }

    /// Stops acknowledging heartbeats.
    pub fn stop_acknowledging_heartbeats(&self) {
        lock(&self.shared.faults).deaf_to_heartbeats = true;
    }

    /// The heartbeat interval that connections made from now on are told.
    pub fn heartbeat_every(&self, interval: Duration) {
        lock(&self.shared.faults).heartbeat = Some(interval);
    }

    fn disturb(&self, fault: &GatewayFault) -> usize {
        self.shared.write(|world| world.sessions.disturb(fault))
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_stands_for_any_text() {
        assert!(matches("/channels/*/messages", "/channels/7/messages"));
        assert!(matches("*", "/anything/at/all"));
        assert!(matches("/webhooks/*", "/webhooks/1/2/messages/@original"));
        assert!(matches("/gateway", "/gateway"));
    }

    #[test]
    fn other_paths_do_not_fit() {
        assert!(!matches("/channels/*/messages", "/channels/7/messages/8"));
        assert!(!matches("/gateway", "/gateway/bot"));
        assert!(!matches("/channels/*", "/guilds/1"));
    }
}
