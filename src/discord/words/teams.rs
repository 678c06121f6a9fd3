//! One's teams, one of them in numbers, and what becomes of it: handed over, deleted, brought back, another plan.

use muster_core::actor::{Grant, Standing};
use muster_core::ids::TeamId;
use muster_core::invitation::Filter as Invitations;
use muster_core::locale::Locale;
use muster_core::member::{Filter, Transferred};
use muster_core::page::Slice;
use muster_core::policy::Permission;
use muster_core::team::{Gone, KEPT, Overview, Team};
use muster_phrases::say;

use super::{PAGE, bold, by, cancel, log_entry, of, pager};
use crate::discord::card::{Button, Card, Tone, cut, day, plain, relative};
use crate::discord::custom_id::{Action, Members};

/// A select menu has at most this many choices.
const CHOICES: usize = 25;

/// Which team a command is about.
pub fn which(locale: Locale, teams: &[(Team, String)], action: Action) -> Card {
    let text = if teams.len() > CHOICES {
        say!(locale, "teams-which-more")
    } else {
        say!(locale, "teams-which")
    };
    Card::new(Tone::Information, say!(locale, "teams-which-title"), text)
        .footer("WHICH-TEAM")
        .select(action, say!(locale, "teams-choose"), options(teams, None))
}

/// A page of the caller's teams.
pub fn list(locale: Locale, teams: Vec<(Team, String)>, chosen: Option<TeamId>, page: u32) -> Card {
    if teams.is_empty() {
        return Card::new(
            Tone::Information,
            say!(locale, "refused-no-team"),
            say!(locale, "teams-none"),
        )
        .buttons(vec![create(locale)]);
    }
    let teams = Slice::page(page, PAGE).of(teams);
    let rows: Vec<String> = teams
        .rows
        .iter()
        .map(|(team, role)| {
            let row = format!("{} · {}", bold(&team.name), plain(role));
            if chosen == Some(team.id) {
                format!("{row} · {}", say!(locale, "teams-chosen"))
            } else {
                row
            }
        })
        .collect();
    Card::new(
        Tone::Information,
        say!(locale, "teams-title", count = teams.total),
        rows.join("\n"),
    )
    .select(
        Action::SwitchTeam,
        say!(locale, "teams-work-with"),
        options(&teams.rows, chosen),
    )
    .buttons(pager(locale, &teams, |page| Action::Teams { page }))
}

/// The button that founds a team.
pub fn create(locale: Locale) -> Button {
    Button::primary(say!(locale, "teams-create"), Action::NewTeam)
}

fn options(teams: &[(Team, String)], chosen: Option<TeamId>) -> Vec<(String, String, bool)> {
    let option = |(team, role): &(Team, String)| {
        let label = format!("{} · {role}", team.name);
        (team.id.to_string(), label, chosen == Some(team.id))
    };
    teams.iter().take(CHOICES).map(option).collect()
}

/// The caller works with another team from now on.
pub fn switched(locale: Locale, standing: &Standing) -> Card {
    let team = &standing.team;
    Card::new(
        Tone::Done,
        say!(locale, "teams-switched-title", team = plain(&team.name)),
        say!(locale, "teams-switched-text"),
    )
    .by(of(locale, standing))
    .buttons(vec![see(locale, team.id)])
}

/// A team in numbers.
pub fn overview(locale: Locale, standing: &Standing, overview: &Overview) -> Card {
    let team = &standing.team;
    let may = |permission| team.policy.allows(&standing.role, permission);
    let mut buttons = Vec::new();
    if may(Permission::MembersView) {
        buttons.push(see_members(locale, team.id));
    }
    if may(Permission::MembersInvite) {
        buttons.push(see_invitations(locale, team.id));
        buttons.push(Button::primary(
            say!(locale, "members-invite"),
            Action::Invite {
                team: team.id,
                role: None,
            },
        ));
    }
    let text = say!(
        locale,
        "teams-overview",
        founded = day(team.created_at),
        rules = plain(team.policy.name()),
        summary = plain(team.policy.summary()),
    );
    let card = Card::new(Tone::Information, plain(&team.name), text);
    numbers(locale, card, team, overview)
        .field(
            say!(locale, "settings-language"),
            super::settings::language_name(locale, overview.language),
        )
        .by(of(locale, standing))
        .footer(team.id.to_string())
        .buttons(buttons)
}

/// The numbers of a team as fields.
fn numbers(locale: Locale, card: Card, team: &Team, overview: &Overview) -> Card {
    let mut roles: Vec<String> = overview
        .roles
        .iter()
        .map(|(role, n)| format!("{n} {}", role_word(team, role, *n)))
        .collect();
    if overview.deactivated > 0 {
        roles.push(say!(locale, "teams-deactivated", count = overview.deactivated));
    }
    let mut card = card
        .field(say!(locale, "teams-members"), roles.join("\n"))
        .field(say!(locale, "teams-pending"), overview.seats.pending.to_string());
    if !team.policy.plans().is_empty() {
        let plan = team
            .policy
            .plans()
            .iter()
            .find(|plan| Some(&plan.key) == team.plan.as_ref());
        let plan = plan.map_or_else(|| say!(locale, "teams-no-plan"), |plan| plan.name.clone());
        card = card.field(say!(locale, "teams-plan"), plan);
    }
    if let Some(cap) = overview.seats.cap {
        let used = overview.seats.members + overview.seats.pending;
        let used = say!(locale, "teams-seats-used", used = used, cap = cap);
        card = card.field(say!(locale, "teams-seats"), used);
    }
    card
}

fn role_word(team: &Team, key: &muster_core::policy::RoleKey, n: i64) -> String {
    match team.policy.role(key) {
        Some(role) if n == 1 => role.name.clone(),
        Some(role) => role.plural.clone(),
        None => key.to_string(),
    }
}

/// Whether to go on with handing over the top role.
pub fn ask_transfer(locale: Locale, grant: &Grant, tried: &Transferred) -> Card {
    let policy = &grant.team.policy;
    let (to, top) = (&tried.to.display_name, policy.role_name(&tried.to.role));
    let left_with = policy.role_name(&tried.left_with);
    let text = if tried.from.account_id == grant.actor.account {
        say!(
            locale,
            "transfer-ask-own",
            to = bold(to),
            top = top.as_str(),
            role = left_with
        )
    } else {
        say!(
            locale,
            "transfer-ask",
            to = bold(to),
            top = top.as_str(),
            from = bold(&tried.from.display_name),
            role = left_with,
        )
    };
    let title = say!(
        locale,
        "transfer-ask-title",
        to = plain(&cut(to, 24)),
        top = top.as_str()
    );
    Card::new(Tone::Check, title, text)
        .by(by(locale, grant))
        .footer(say!(locale, "card-type-name"))
        .buttons(vec![
            cancel(locale),
            Button::danger(
                say!(locale, "transfer-do", to = cut(to, 22)),
                Action::Transfer {
                    team: grant.team.id,
                    id: tried.to.id,
                },
            ),
        ])
}

/// The top role was handed over.
pub fn transferred(locale: Locale, grant: &Grant, done: &Transferred) -> Card {
    let policy = &grant.team.policy;
    Card::new(
        Tone::Done,
        say!(
            locale,
            "role-done-title",
            name = plain(&done.to.display_name),
            role = policy.role_name(&done.to.role)
        ),
        say!(
            locale,
            "transfer-done",
            from = bold(&done.from.display_name),
            role = policy.role_name(&done.left_with)
        ),
    )
    .by(by(locale, grant))
    .footer(log_entry(locale, done.seq))
    .buttons(vec![Button::secondary(
        say!(locale, "members-all"),
        members(grant.team.id),
    )])
}

/// Whether to go on with deleting a team.
pub fn ask_delete(locale: Locale, grant: &Grant, overview: &Overview) -> Card {
    let team = &grant.team;
    let people = overview.seats.members + overview.deactivated;
    let (pending, days) = (overview.seats.pending, KEPT.num_days());
    let text = if pending == 0 {
        say!(locale, "delete-ask", people = people, days = days)
    } else {
        say!(
            locale,
            "delete-ask-invitations",
            people = people,
            invitations = pending,
            days = days
        )
    };
    let title = say!(locale, "delete-ask-title", team = plain(&cut(&team.name, 40)));
    Card::new(Tone::Check, title, text)
        .by(by(locale, grant))
        .footer(say!(locale, "card-type-name"))
        .buttons(vec![
            cancel(locale),
            Button::danger(
                say!(locale, "delete-do", team = cut(&team.name, 27)),
                Action::DeleteTeam { team: team.id },
            ),
        ])
}

/// A team was deleted.
pub fn deleted(locale: Locale, gone: &Gone) -> Card {
    Card::new(
        Tone::Done,
        say!(locale, "deleted-title", team = plain(&gone.name)),
        say!(locale, "deleted-text", until = day(gone.until())),
    )
    .footer(gone.id.to_string())
    .buttons(vec![Button::secondary(
        say!(locale, "deleted-restore", team = cut(&gone.name, 22)),
        Action::RestoreTeam { team: gone.id },
    )])
}

/// A deleted team is back.
pub fn restored(locale: Locale, back: &Gone) -> Card {
    Card::new(
        Tone::Done,
        say!(locale, "restored-title", team = plain(&back.name)),
        say!(locale, "restored-text", deleted = relative(back.deleted_at)),
    )
    .buttons(vec![see(locale, back.id), see_invitations(locale, back.id)])
}

/// A team has another plan.
pub fn plan_set(locale: Locale, grant: &Grant, overview: &Overview) -> Card {
    let team = &grant.team;
    let over = overview
        .seats
        .cap
        .is_some_and(|cap| overview.seats.members + overview.seats.pending > i64::from(cap));
    let text = if over {
        say!(locale, "plan-set-over")
    } else {
        say!(locale, "plan-set")
    };
    let title = say!(locale, "plan-set-title", team = plain(&cut(&team.name, 40)));
    numbers(locale, Card::new(Tone::Done, title, text), team, overview).by(by(locale, grant))
}

/// The button that shows a team.
pub fn see(locale: Locale, team: TeamId) -> Button {
    Button::secondary(say!(locale, "teams-see"), Action::Overview { team })
}

/// The button that shows a team's members.
pub fn see_members(locale: Locale, team: TeamId) -> Button {
    Button::secondary(say!(locale, "members-see"), members(team))
}

/// The button that shows a team's open invitations.
pub fn see_invitations(locale: Locale, team: TeamId) -> Button {
    let action = Action::Invitations {
        team,
        filter: Invitations::Open,
        page: 0,
    };
    Button::secondary(say!(locale, "invitations-see"), action)
}

fn members(team: TeamId) -> Action {
    Action::Members(Members::List {
        team,
        filter: Filter::default(),
        page: 0,
    })
}
