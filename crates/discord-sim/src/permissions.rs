//! Discord's permission bits, and how roles and channel overwrites add up to what somebody may do.

use std::ops::{BitAnd, BitOr, BitOrAssign, Not};

/// A set of Discord permissions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Permissions(u64);

/// One row a permission: the constant, its bit and the name Discord's client shows.
macro_rules! permissions {
    ($($name:ident = $bit:literal, $label:literal;)+) => {
        impl Permissions {
            $(
                #[doc = concat!("*", $label, "*")]
                pub const $name: Self = Self(1 << $bit);
            )+

            /// The permissions of this set, by the name Discord's client shows.
            pub fn labels(self) -> Vec<&'static str> {
                [$((Self::$name, $label)),+]
                    .into_iter()
                    .filter(|(permission, _)| self.0 & permission.0 != 0)
                    .map(|(_, label)| label)
                    .collect()
            }
        }
    };
}

permissions! {
    CREATE_INSTANT_INVITE = 0, "Create Invite";
    KICK_MEMBERS = 1, "Kick Members";
    BAN_MEMBERS = 2, "Ban Members";
    ADMINISTRATOR = 3, "Administrator";
    MANAGE_CHANNELS = 4, "Manage Channels";
    MANAGE_GUILD = 5, "Manage Server";
    ADD_REACTIONS = 6, "Add Reactions";
    VIEW_AUDIT_LOG = 7, "View Audit Log";
    VIEW_CHANNEL = 10, "View Channels";
    SEND_MESSAGES = 11, "Send Messages";
    MANAGE_MESSAGES = 13, "Manage Messages";
    EMBED_LINKS = 14, "Embed Links";
    ATTACH_FILES = 15, "Attach Files";
    READ_MESSAGE_HISTORY = 16, "Read Message History";
    MENTION_EVERYONE = 17, "Mention Everyone";
    USE_EXTERNAL_EMOJIS = 18, "Use External Emoji";
    MANAGE_NICKNAMES = 27, "Manage Nicknames";
    MANAGE_ROLES = 28, "Manage Roles";
    MANAGE_WEBHOOKS = 29, "Manage Webhooks";
    USE_APPLICATION_COMMANDS = 31, "Use Application Commands";
    MODERATE_MEMBERS = 40, "Timeout Members";
}

impl Permissions {
    /// No permission.
    pub const NONE: Self = Self(0);
    /// Every bit Discord's API accepts (53 of them).
    pub const ALL: Self = Self((1 << 53) - 1);
    /// What @everyone may do in a new guild.
    pub const EVERYONE: Self = Self(
        Self::CREATE_INSTANT_INVITE.0
            | Self::ADD_REACTIONS.0
            | Self::VIEW_CHANNEL.0
            | Self::SEND_MESSAGES.0
            | Self::EMBED_LINKS.0
            | Self::ATTACH_FILES.0
            | Self::READ_MESSAGE_HISTORY.0
            | Self::USE_EXTERNAL_EMOJIS.0
            | Self::USE_APPLICATION_COMMANDS.0,
    );
    /// What the bot is installed with: it can post and give roles, and is no administrator.
    pub const BOT: Self = Self(
        Self::VIEW_CHANNEL.0
            | Self::SEND_MESSAGES.0
            | Self::EMBED_LINKS.0
            | Self::ATTACH_FILES.0
            | Self::READ_MESSAGE_HISTORY.0
            | Self::MANAGE_ROLES.0,
    );

    /// The set with exactly these bits.
    pub const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// The bits, as Discord writes them.
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// Whether all of `other` is in this set.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether nothing is in this set.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl BitOr for Permissions {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Permissions {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

impl BitAnd for Permissions {
    type Output = Self;
    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl Not for Permissions {
    type Output = Self;
    fn not(self) -> Self {
        Self(!self.0)
    }
}

/// What one role or member is allowed or denied in one channel.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Overwrite {
    /// A role's or a user's id.
    pub target: u64,
    pub is_member: bool,
    pub allow: Permissions,
    pub deny: Permissions,
}

/// Applies a channel's overwrites in Discord's order: @everyone, then roles together, then the member.
pub(crate) fn in_channel(
    base: Permissions,
    guild: u64,
    user: u64,
    roles: &[u64],
    overwrites: &[Overwrite],
) -> Permissions {
    if base.contains(Permissions::ADMINISTRATOR) {
        return Permissions::ALL;
    }
    let apply = |set: Permissions, deny: Permissions, allow: Permissions| (set & !deny) | allow;
    let gather = |wanted: &dyn Fn(&Overwrite) -> bool| {
        overwrites
            .iter()
            .filter(|o| wanted(o))
            .fold((Permissions::NONE, Permissions::NONE), |(deny, allow), o| {
                (deny | o.deny, allow | o.allow)
            })
    };
    let everyone = gather(&|o| !o.is_member && o.target == guild);
    let by_role = gather(&|o| !o.is_member && o.target != guild && roles.contains(&o.target));
    let by_member = gather(&|o| o.is_member && o.target == user);
    [everyone, by_role, by_member]
        .into_iter()
        .fold(base, |set, (deny, allow)| apply(set, deny, allow))
}
