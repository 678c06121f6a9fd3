//! A team's rules in words: who may do what to whom. What other rules would change is in `change`.

mod change;

use chrono::{DateTime, Utc};
use muster_core::actor::Grant;
use muster_core::ids::TeamId;
use muster_core::locale::Locale;
use muster_core::policy::{
    ExistingAccounts, Holders, InvitationField, Permission, Policy, Reinvite, Removal, Role, RoleKey,
    Setting, Transfer,
};
use muster_core::team::Team;
use muster_phrases::{date, say};

use super::{bold, by, first_rows};
use crate::discord::card::{Button, Card, Tone, cut, plain};
use crate::discord::custom_id::{Action, Rules};

pub use change::{review, same, used};

/// How many rows the card has for roles; the file has all of them.
const ROLES: usize = 8;
/// The longest line about one role.
const ROLE_LINE: usize = 400;

/// The rules of a team.
pub fn show(locale: Locale, grant: &Grant) -> Card {
    let (team, policy) = (&grant.team, &grant.team.policy);
    let mut rows = vec![say!(
        locale,
        "policy-summary",
        rules = bold(policy.name()),
        summary = plain(policy.summary()),
    )];
    let roles = policy.roles().iter().map(|role| role_row(locale, policy, role));
    rows.extend(first_rows(roles.collect(), ROLES, |n| {
        say!(locale, "policy-more", n = n)
    }));
    rows.push(repeats(locale, policy));
    let title = say!(locale, "policy-title", team = plain(&cut(&team.name, 40)));
    let card = Card::new(Tone::Information, title, rows.join("\n")).by(by(locale, grant));
    let card = parts(locale, policy, &plain)
        .into_iter()
        .fold(card, |card, (heading, lines)| {
            card.field(heading, lines.join("\n"))
        });
    let card = switches(locale, team).into_iter().fold(card, Card::buttons);
    let settings = Action::Rules(Rules::Settings { team: team.id });
    card.buttons(vec![
        export_button(locale, team.id),
        Button::secondary(say!(locale, "settings-see"), settings),
    ])
}

/// How names stand in a text.
type Ink<'a> = &'a dyn Fn(&str) -> String;

/// The rules that are not about one role, each part with its heading.
pub fn parts(locale: Locale, policy: &Policy, ink: Ink<'_>) -> Vec<(String, Vec<String>)> {
    let mut parts = vec![
        (say!(locale, "policy-top-field"), top(locale, policy, ink)),
        (
            say!(locale, "policy-invitations-field"),
            invitations(locale, policy, ink),
        ),
        (say!(locale, "policy-members-field"), members(locale, policy, ink)),
        (
            say!(locale, "policy-links-field"),
            vec![links(locale, policy, ink)],
        ),
        (say!(locale, "policy-plans-field"), plans(locale, policy, ink)),
    ];
    if !policy.settings().is_empty() {
        let lines = setting_lines(locale, policy, ink);
        parts.push((say!(locale, "policy-settings-field"), lines));
    }
    parts
}

/// `Owner: sees the members, invites everybody, …`
fn role_row(locale: Locale, policy: &Policy, role: &Role) -> String {
    let may: Vec<String> = Permission::ALL
        .into_iter()
        .filter(|permission| policy.allows(&role.key, *permission))
        .map(|permission| may(locale, policy, role, permission))
        .collect();
    let may = if may.is_empty() {
        say!(locale, "policy-may-nothing")
    } else {
        may.join(", ")
    };
    format!("{}: {}", bold(&role.name), cut(&may, ROLE_LINE))
}

fn may(locale: Locale, policy: &Policy, role: &Role, permission: Permission) -> String {
    let whom = |keys: &[RoleKey]| whom(locale, policy, keys, &plain);
    match permission {
        Permission::MembersView => say!(locale, "policy-may-members-view"),
        Permission::MembersInvite => {
            let offers = policy.invitable_by(&role.key).into_iter();
            let offers: Vec<RoleKey> = offers.map(|role| role.key.clone()).collect();
            if offers.is_empty() {
                // It waits for a setting.
                return say!(locale, "policy-may-members-invite-nobody");
            }
            say!(locale, "policy-may-members-invite", roles = whom(&offers))
        }
        Permission::InvitationsManage => say!(locale, "policy-may-invitations-manage"),
        Permission::RolesChange => {
            let (from, to) = (
                names(locale, policy, &role.changes, &plain),
                names(locale, policy, &role.assigns, &plain),
            );
            if from != to {
                return say!(locale, "policy-may-roles-change", from = from, to = to);
            }
            if covers_all(policy, &role.changes) {
                return say!(locale, "policy-may-roles-change-all");
            }
            say!(locale, "policy-may-roles-change-among", roles = from)
        }
        Permission::MembersRemove => say!(locale, "policy-may-members-remove", roles = whom(&role.removes)),
        Permission::MembersDeactivate => {
            let roles = whom(&role.deactivates);
            say!(locale, "policy-may-members-deactivate", roles = roles)
        }
        Permission::TeamSettings => say!(locale, "policy-may-team-settings"),
        Permission::OwnershipTransfer => say!(locale, "policy-may-ownership-transfer"),
        Permission::LinksManage => say!(locale, "policy-may-links-manage"),
        Permission::ActivityView => say!(locale, "policy-may-activity-view"),
        Permission::AnalyticsView => say!(locale, "policy-may-analytics-view"),
        Permission::ApiKeysManage => say!(locale, "policy-may-api-keys-manage"),
        Permission::TeamDelete => say!(locale, "policy-may-team-delete"),
    }
}

/// Roles by name, or that it is every one of them.
pub fn whom(locale: Locale, policy: &Policy, keys: &[RoleKey], ink: Ink<'_>) -> String {
    if covers_all(policy, keys) {
        say!(locale, "policy-every-role")
    } else {
        names(locale, policy, keys, ink)
    }
}

fn covers_all(policy: &Policy, keys: &[RoleKey]) -> bool {
    policy.roles().iter().all(|role| keys.contains(&role.key))
}

/// Roles by name, highest first.
fn names(locale: Locale, policy: &Policy, keys: &[RoleKey], ink: Ink<'_>) -> String {
    let roles = policy.roles().iter().filter(|role| keys.contains(&role.key));
    let names = roles.map(|role| ink(&role.name));
    listed(locale, &names.collect::<Vec<_>>())
}

/// `A`, `A and B`, `A, B and C`.
fn listed(locale: Locale, words: &[String]) -> String {
    match words {
        [] => String::new(),
        [only] => only.clone(),
        [firsts @ .., last] => say!(
            locale,
            "policy-list",
            firsts = firsts.join(", "),
            last = last.as_str()
        ),
    }
}

fn top(locale: Locale, policy: &Policy, ink: Ink<'_>) -> Vec<String> {
    let holders = match policy.holders() {
        Holders::AtLeastOne => "policy-top-many",
        Holders::ExactlyOne => "policy-top-one",
    };
    let transfer = match policy.transfer() {
        Transfer::Yes => "policy-transfer-yes",
        Transfer::Never => "policy-transfer-never",
        Transfer::ByRoleChange => "policy-transfer-by-role",
    };
    let role = ink(&policy.role_name(policy.top_role()));
    vec![role, say!(locale, holders), say!(locale, transfer)]
}

fn invitations(locale: Locale, policy: &Policy, ink: Ink<'_>) -> Vec<String> {
    let rules = policy.invitation();
    let role = ink(&policy.role_name(policy.default_role()));
    let mut lines = vec![
        say!(locale, "policy-invitations-role", role = role),
        say!(locale, "policy-invitations-days", n = rules.lifetime_days),
        say!(
            locale,
            "policy-invitations-rate",
            n = rules.hourly_limit,
            seconds = rules.resend_cooldown_seconds
        ),
    ];
    if policy.mails().replies_to_inviter {
        lines.push(say!(locale, "policy-invitations-replies"));
    }
    let asked: Vec<String> = rules
        .fields
        .iter()
        .filter_map(|field| asked(locale, *field))
        .collect();
    if !asked.is_empty() {
        let fields = listed(locale, &asked);
        lines.push(say!(locale, "policy-invitations-fields", fields = fields));
    }
    lines
}

/// What an invitation asks for beside address and role, which it always does.
fn asked(locale: Locale, field: InvitationField) -> Option<String> {
    match field {
        InvitationField::FirstName => Some(say!(locale, "policy-field-first-name")),
        InvitationField::LastName => Some(say!(locale, "policy-field-last-name")),
        InvitationField::Phone => Some(say!(locale, "policy-field-phone")),
        InvitationField::Email | InvitationField::Role => None,
    }
}

/// What becomes of an address that was invited already, or that belongs to somebody.
pub fn repeats(locale: Locale, policy: &Policy) -> String {
    let rules = policy.invitation();
    let again = match rules.reinvite {
        Reinvite::Replaces => say!(locale, "policy-again-replaces"),
        Reinvite::Refused => say!(locale, "policy-again-refused"),
    };
    match rules.existing_accounts {
        ExistingAccounts::Join => again,
        ExistingAccounts::Refuse => format!("{again} {}", say!(locale, "policy-accounts-refused")),
    }
}

fn members(locale: Locale, policy: &Policy, ink: Ink<'_>) -> Vec<String> {
    let mut lines = vec![match policy.leave() {
        [] => say!(locale, "policy-leave-nobody"),
        roles => say!(locale, "policy-leave", roles = whom(locale, policy, roles, ink)),
    }];
    lines.push(match policy.removal() {
        Removal::EndsAccess => say!(locale, "policy-removal-ends-access"),
        Removal::Permanent => say!(locale, "policy-removal-permanent"),
    });
    if policy.mails().role_change {
        lines.push(say!(locale, "policy-mail-role-change"));
    }
    lines
}

fn links(locale: Locale, policy: &Policy, ink: Ink<'_>) -> String {
    match policy.link_role() {
        None => say!(locale, "policy-links-off"),
        Some(role) => say!(locale, "policy-links-on", role = ink(&policy.role_name(role))),
    }
}

fn plans(locale: Locale, policy: &Policy, ink: Ink<'_>) -> Vec<String> {
    if policy.plans().is_empty() {
        return vec![say!(locale, "policy-plans-none")];
    }
    let lines = policy.plans().iter().map(|plan| match plan.seats {
        Some(seats) => say!(locale, "policy-plan-seats", plan = ink(&plan.name), n = seats),
        None => say!(locale, "policy-plan-no-cap", plan = ink(&plan.name)),
    });
    lines.collect()
}

/// Each setting of the rules, and whether it is on.
pub(super) fn setting_lines(locale: Locale, policy: &Policy, ink: Ink<'_>) -> Vec<String> {
    let lines = policy.settings().iter().map(|setting| {
        let phrase = if setting.on { "policy-on" } else { "policy-off" };
        say!(locale, phrase, setting = ink(&setting.name))
    });
    lines.collect()
}

/// A button for each setting of the rules, in rows.
pub(super) fn switches(locale: Locale, team: &Team) -> Vec<Vec<Button>> {
    let buttons: Vec<Button> = team
        .policy
        .settings()
        .iter()
        .map(|setting| {
            let phrase = if setting.on {
                "policy-turn-off"
            } else {
                "policy-turn-on"
            };
            let label = say!(locale, phrase, setting = setting.name.as_str());
            Button::secondary(label, turned_over(team.id, setting))
        })
        .collect();
    buttons.chunks(5).map(<[_]>::to_vec).collect()
}

/// Turns a setting to where it is not.
fn turned_over(team: TeamId, setting: &Setting) -> Action {
    let key = setting.key.clone();
    Action::Rules(if setting.on {
        Rules::TurnOff { team, setting: key }
    } else {
        Rules::TurnOn { team, setting: key }
    })
}

/// A setting was turned.
pub fn turned(locale: Locale, grant: &Grant, setting: &Setting) -> Card {
    let team = &grant.team;
    let phrase = if setting.on { "policy-on" } else { "policy-off" };
    let title = say!(locale, phrase, setting = plain(&setting.name));
    Card::new(Tone::Done, title, plain(&setting.description))
        .by(by(locale, grant))
        .buttons(vec![
            Button::primary(say!(locale, "card-undo"), turned_over(team.id, setting)),
            see_button(locale, team.id),
        ])
}

/// The name of the file with a team's rules, and what is in it.
pub fn as_file(locale: Locale, team: &Team, now: DateTime<Utc>) -> (String, String) {
    let head = say!(
        locale,
        "policy-file-head",
        team = team.name.as_str(),
        date = date(locale, now)
    );
    let comment = head.lines().map(|line| format!("# {line}\n"));
    let text = format!("{}\n{}", comment.collect::<String>(), team.policy.to_toml());
    (file_name(&team.name), text)
}

/// The rules as a file.
pub fn exported(locale: Locale, grant: &Grant, now: DateTime<Utc>) -> Card {
    let team = &grant.team;
    let (name, text) = as_file(locale, team, now);
    let title = say!(
        locale,
        "policy-exported-title",
        team = plain(&cut(&team.name, 30))
    );
    Card::new(Tone::Done, title, say!(locale, "policy-exported-text"))
        .by(by(locale, grant))
        .with_file(name, text)
        .buttons(vec![see_button(locale, team.id)])
}

/// `rules-of-aurora.toml`, whatever the team is called.
fn file_name(team: &str) -> String {
    let simple = |c: char| {
        if c.is_ascii_alphanumeric() {
            c.to_ascii_lowercase()
        } else {
            '-'
        }
    };
    let name: String = team.chars().map(simple).collect();
    let words: Vec<&str> = name.split('-').filter(|word| !word.is_empty()).collect();
    if words.is_empty() {
        "rules.toml".to_owned()
    } else {
        format!("rules-of-{}.toml", words.join("-"))
    }
}

fn see_button(locale: Locale, team: TeamId) -> Button {
    Button::secondary(say!(locale, "policy-see"), Action::Rules(Rules::Show { team }))
}

fn export_button(locale: Locale, team: TeamId) -> Button {
    Button::secondary(
        say!(locale, "policy-export"),
        Action::Rules(Rules::Export { team }),
    )
}
