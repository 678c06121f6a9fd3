//! A member as the pages of a team show them, and what the reader may do about them.

use chrono::{DateTime, Utc};
use muster_core::ids::MemberId;
use muster_core::member::{Row, Status};
use muster_core::policy::{Permission, Policy, RoleKey, Transfer};

use super::Caller;
use super::choice::Choice;
use crate::web::words::Moment;

/// A member as lists show them.
pub struct MemberRow {
    /// Which membership.
    pub id: MemberId,
    /// What others call them.
    pub name: String,
    /// The first letters of it.
    pub initials: String,
    /// Which of a few colours goes with them.
    pub tone: u8,
    /// Whether it is the reader.
    pub me: bool,
    /// Their address, or as much of it as the reader may see.
    pub email: Option<String>,
    /// The name of their role.
    pub role: String,
    /// Whether it is the top role.
    pub top: bool,
    /// The roles that the reader may give them, with the one they have; none when there is no other.
    pub roles: Vec<Choice>,
    /// How active they are, in a word, and the class that goes with it.
    pub state: (&'static str, &'static str),
    /// Since when they are in.
    pub joined: Moment,
    /// Who invited them.
    pub invited_by: Option<String>,
    /// When they last did something.
    pub last_active: Moment,
    /// Whether a Discord user is linked.
    pub linked: bool,
    /// What the reader may do about them.
    pub acts: Vec<Act>,
}

/// Something that a reader may do about a member. Where the product would say no all the same, it does when it is tried.
pub struct Act {
    /// Where it leads, below the member's own path.
    pub path: &'static str,
    /// What people read.
    pub label: &'static str,
    /// Whether access is lost for good.
    pub danger: bool,
    /// Whether it is offered in lists, too.
    pub listed: bool,
}

impl Act {
    fn new(path: &'static str, label: &'static str) -> Self {
        Self {
            path,
            label,
            danger: false,
            listed: true,
        }
    }
}

impl MemberRow {
    /// A member as `caller` may see them.
    pub fn new(caller: &Caller, row: Row, sees_addresses: bool, now: DateTime<Utc>) -> Self {
        let policy: &Policy = &caller.standing.team.policy;
        let me = row.account_id == caller.actor.account;
        let state = state(&row, now);
        Self {
            id: row.id,
            initials: initials(&row.display_name),
            tone: tone(&row.id.to_string()),
            me,
            email: row.email.as_ref().map(|email| {
                if sees_addresses || me {
                    email.to_string()
                } else {
                    email.masked()
                }
            }),
            role: policy.role_name(&row.role),
            top: policy.is_top(&row.role),
            roles: if me { Vec::new() } else { roles_for(caller, &row) },
            state,
            joined: Moment::new(row.joined_at, now),
            invited_by: row.invited_by.clone(),
            last_active: Moment::new(row.last_active_at, now),
            linked: row.discord_user_id.is_some(),
            acts: if me { Vec::new() } else { acts(caller, &row) },
            name: row.display_name,
        }
    }
}

/// The roles that the caller may give a member, the one that they have among them.
fn roles_for(caller: &Caller, row: &Row) -> Vec<Choice> {
    let policy = &caller.standing.team.policy;
    let Some(by) = caller.role_for(Permission::RolesChange) else {
        return Vec::new();
    };
    if row.status != Status::Active {
        return Vec::new();
    }
    let offered = policy.roles().iter();
    let offered: Vec<_> = offered
        .filter(|role| role.key == row.role || policy.may_change_role(by, &row.role, &role.key))
        .map(|role| Choice::role(role, Some(&row.role)))
        .collect();
    if offered.len() > 1 { offered } else { Vec::new() }
}

/// What the caller may do about a member who is somebody else.
fn acts(caller: &Caller, row: &Row) -> Vec<Act> {
    let policy = &caller.standing.team.policy;
    let reaches = |permission, reach: fn(&Policy, &RoleKey, &RoleKey) -> bool| {
        let by = caller.role_for(permission);
        by.is_some_and(|by| reach(policy, by, &row.role))
    };
    let deactivates = reaches(Permission::MembersDeactivate, Policy::may_deactivate);
    let transfers = policy.transfer() == Transfer::Yes
        && caller.may(Permission::OwnershipTransfer)
        && !policy.is_top(&row.role);
    let mut acts = Vec::new();
    match row.status {
        Status::Active => {
            acts.extend(transfers.then(|| Act {
                listed: false,
                ..Act::new("transfer", "Hand over the team…")
            }));
            acts.extend(deactivates.then(|| Act::new("deactivate", "Deactivate…")));
        }
        Status::Deactivated => acts.extend(deactivates.then(|| Act::new("reactivate", "Reactivate…"))),
        Status::Removed | Status::Left => return acts,
    }
    if reaches(Permission::MembersRemove, Policy::may_remove) {
        acts.push(Act {
            danger: true,
            ..Act::new("remove", "Remove…")
        });
    }
    acts
}

/// How active somebody is, and the class that goes with it.
fn state(row: &Row, now: DateTime<Utc>) -> (&'static str, &'static str) {
    match row.status {
        Status::Active if row.is_inactive(now) => ("Inactive", "idle"),
        Status::Active => ("Active", "good"),
        Status::Deactivated => ("Deactivated", "warn"),
        Status::Removed => ("Removed", "idle"),
        Status::Left => ("Left", "idle"),
    }
}

/// The first letters of the first and the last word of a name.
fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().and_then(|word| word.chars().next());
    let last = words.next_back().and_then(|word| word.chars().next());
    first
        .into_iter()
        .chain(last)
        .flat_map(char::to_uppercase)
        .collect()
}

/// One of six colours, the same for one person each time.
fn tone(id: &str) -> u8 {
    id.bytes()
        .fold(0, |sum: u8, byte| sum.wrapping_mul(31).wrapping_add(byte))
        % 6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_the_first_letters_of_the_outer_words() {
        for (name, letters) in [
            ("Ada Park", "AP"),
            ("bo", "B"),
            ("Ada Maria de Souza", "AS"),
            ("Łukasz ßen", "ŁSS"),
        ] {
            assert_eq!(initials(name), letters, "{name}");
        }
    }
}
