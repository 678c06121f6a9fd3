//! Identifiers as types, so that an account can never be passed where a team is meant.
//!
//! Our own ids are ULIDs: they sort by creation, and one form of 26 characters is used in the database, in logs, in
//! Discord's custom ids and in the API. Discord's are the 64-bit numbers it calls snowflakes.

use std::fmt;
use std::str::FromStr;

use ulid::Ulid;

use crate::column::text_column;

/// A text that is not the identifier it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier")]
pub struct BadId;

macro_rules! ulid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Ulid);

        impl From<Ulid> for $name {
            fn from(id: Ulid) -> Self {
                Self(id)
            }
        }
        impl FromStr for $name {
            type Err = BadId;
            fn from_str(text: &str) -> Result<Self, BadId> {
                Ulid::from_string(text).map(Self).map_err(|_| BadId)
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.collect_str(self)
            }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
        text_column!($name);
    };
}

ulid_id! {
    /// A person.
    AccountId
}
ulid_id! {
    /// What a person belongs to.
    TeamId
}
ulid_id! {
    /// An account in a team.
    MemberId
}
ulid_id! {
    /// An offer of a role to one email address.
    InvitationId
}
ulid_id! {
    /// A shareable link to join with a fixed role.
    InviteLinkId
}
ulid_id! {
    /// A key of a program.
    ApiKeyId
}
ulid_id! {
    /// Somebody's wish to join by an invite link, until they have proved their address.
    SignUpId
}
ulid_id! {
    /// A secret that was mailed to prove an address.
    ProofId
}
ulid_id! {
    /// A mail and its delivery.
    EmailId
}
ulid_id! {
    /// A form of several steps, half filled in.
    DraftId
}
ulid_id! {
    /// An invitation that waits for its hour.
    ScheduledId
}
ulid_id! {
    /// Those that came in one file.
    BatchId
}
ulid_id! {
    /// An attempt to sign in.
    AttemptId
}
ulid_id! {
    /// A job in the queue.
    JobId
}
ulid_id! {
    /// Something that happened in the host product.
    EventId
}
ulid_id! {
    /// A URL that a team's log is sent to.
    WebhookId
}
ulid_id! {
    /// A message to one of these.
    WebhookDeliveryId
}
ulid_id! {
    /// A fault of ours, as shown to whom it met and as logged.
    IncidentId
}

macro_rules! snowflake_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, sqlx::Type)]
        #[sqlx(transparent)]
        pub struct $name(pub i64);

        impl From<u64> for $name {
            /// Discord's ids stay below 2^63 until the year 2084.
            fn from(id: u64) -> Self {
                Self(i64::try_from(id).unwrap_or(i64::MAX))
            }
        }
        impl $name {
            /// The number as Discord writes it.
            pub fn get(self) -> u64 {
                self.0.unsigned_abs()
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }
    };
}

snowflake_id! {
    /// A user of Discord.
    DiscordUserId
}
snowflake_id! {
    /// A Discord server.
    GuildId
}
snowflake_id! {
    /// One use of a command, button, menu or form.
    InteractionId
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_from_what_it_prints() {
        let id = TeamId::from(Ulid(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef));
        assert_eq!(id.to_string().len(), 26);
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!("team".parse::<TeamId>(), Err(BadId));
    }
}
