//! The people of the demonstration and the server they meet in.

use discord_sim::{Guild, Permissions, Person, Sim, User};
use serde::Serialize;

/// The server.
pub const SERVER: &str = "Aurora HQ";
/// Its channel.
pub const CHANNEL: &str = "general";

/// Somebody a visitor can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Character {
    /// What requests call them: their username.
    pub key: &'static str,
    /// Their name.
    pub name: &'static str,
    /// The first letters of their name, for their picture.
    pub initials: &'static str,
    /// Who they are in the server.
    pub about: &'static str,
}

/// Everybody, whoever a visitor is at first in front.
pub const CHARACTERS: [Character; 4] = [
    Character {
        key: "ada",
        name: "Ada Park",
        initials: "AP",
        about: "owns the server",
    },
    Character {
        key: "bo",
        name: "Bo Lindqvist",
        initials: "BL",
        about: "member",
    },
    Character {
        key: "cy",
        name: "Cy Okafor",
        initials: "CO",
        about: "member",
    },
    Character {
        key: "dee",
        name: "Dee Marsh",
        initials: "DM",
        about: "member",
    },
];

/// The people, sitting in the channel.
pub struct People(Vec<(Character, Person)>);

impl People {
    /// Makes server and people. Ada owns the server and may manage it; the others may do what everybody may.
    pub fn arrive(sim: &Sim) -> Self {
        let guild = sim.guild(SERVER);
        Self(
            CHARACTERS
                .map(|character| (character, join(sim, &guild, character)))
                .into(),
        )
    }

    /// The person of this key.
    pub fn find(&self, key: &str) -> Option<&Person> {
        self.0
            .iter()
            .find(|(character, _)| character.key == key)
            .map(|(_, person)| person)
    }

    /// Everybody's Discord user.
    pub fn users(&self) -> impl Iterator<Item = &User> {
        self.0.iter().map(|(_, person)| person.user())
    }
}

fn join(sim: &Sim, guild: &Guild, character: Character) -> Person {
    let user = sim.user_with_display(character.key, character.name);
    if character == CHARACTERS[0] {
        guild.join(&user, Permissions::MANAGE_GUILD);
        guild.set_owner(&user);
    } else {
        guild.join(&user, Permissions::NONE);
    }
    sim.client(&user, guild, CHANNEL)
}
