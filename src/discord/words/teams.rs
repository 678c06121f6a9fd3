//! One's teams, one of them in numbers, and what becomes of it: handed over, deleted, brought back, another plan.

use muster_core::actor::{Grant, Standing};
use muster_core::ids::TeamId;
use muster_core::invitation::Filter as Invitations;
use muster_core::member::{Filter, Transferred};
use muster_core::policy::Permission;
use muster_core::team::{Gone, KEPT, Overview, Team};

use super::{author, bold, count};
use crate::discord::card::{Button, Card, Tone, cut, day, plain, relative};
use crate::discord::custom_id::Action;

/// A select menu has at most this many choices.
const CHOICES: usize = 25;

/// Which team a command is about.
pub fn which(teams: &[(Team, String)], action: Action) -> Card {
    let mut text = "You are in several teams. Choose one, and your command goes on.".to_owned();
    if teams.len() > CHOICES {
        text.push_str(" For one that is not listed, use the option `team`.");
    }
    Card::new(Tone::Information, "Which team?", text)
        .footer("WHICH-TEAM")
        .select(action, "Choose a team", options(teams, None))
}

/// The caller's teams.
pub fn list(teams: &[(Team, String)], chosen: Option<TeamId>) -> Card {
    if teams.is_empty() {
        return Card::new(
            Tone::Information,
            "No team yet",
            "Create one for this server, or follow the link of an invitation.",
        )
        .buttons(vec![Button::primary("Create a team", Action::NewTeam)]);
    }
    let mut rows: Vec<String> = teams
        .iter()
        .take(10)
        .map(|(team, role)| {
            let mark = if chosen == Some(team.id) { " · chosen" } else { "" };
            format!("{} · {}{mark}", bold(&team.name), plain(role))
        })
        .collect();
    if teams.len() > rows.len() {
        rows.push(format!("and {} more", teams.len() - rows.len()));
    }
    Card::new(
        Tone::Information,
        format!("You are in {}", count(teams.len() as u64, "team")),
        rows.join("\n"),
    )
    .select(Action::SwitchTeam, "Work with…", options(teams, chosen))
}

fn options(teams: &[(Team, String)], chosen: Option<TeamId>) -> Vec<(String, String, bool)> {
    let option = |(team, role): &(Team, String)| {
        let label = format!("{} · {role}", team.name);
        (team.id.to_string(), label, chosen == Some(team.id))
    };
    teams.iter().take(CHOICES).map(option).collect()
}

/// The caller works with another team from now on.
pub fn switched(standing: &Standing) -> Card {
    let team = &standing.team;
    Card::new(
        Tone::Done,
        format!("You work with {} now", plain(&team.name)),
        "Commands mean it here, and in other servers when nothing else says which team is meant.",
    )
    .by(author(&team.name, &standing.role_name()))
    .buttons(vec![Button::secondary(
        "See the team",
        Action::Overview { team: team.id },
    )])
}

/// A team in numbers.
pub fn overview(standing: &Standing, overview: &Overview) -> Card {
    let team = &standing.team;
    let may = |permission| team.policy.allows(&standing.role, permission);
    let mut buttons = Vec::new();
    if may(Permission::MembersView) {
        buttons.push(Button::secondary("See members", members(team.id)));
    }
    if may(Permission::MembersInvite) {
        buttons.push(Button::secondary(
            "See invitations",
            Action::Invitations {
                team: team.id,
                filter: Invitations::Open,
                page: 0,
            },
        ));
        buttons.push(Button::primary(
            "Invite someone",
            Action::Invite {
                team: team.id,
                role: None,
            },
        ));
    }
    numbers(
        Card::new(
            Tone::Information,
            plain(&team.name),
            format!(
                "Founded {}. Rules “{}”: {}",
                day(team.created_at),
                plain(team.policy.name()),
                plain(team.policy.summary())
            ),
        ),
        team,
        overview,
    )
    .field("Language", super::settings::language_name(overview.language))
    .by(author(&team.name, &standing.role_name()))
    .footer(team.id.to_string())
    .buttons(buttons)
}

/// The numbers of a team as fields.
fn numbers(card: Card, team: &Team, overview: &Overview) -> Card {
    let mut roles: Vec<String> = overview
        .roles
        .iter()
        .map(|(role, n)| format!("{n} {}", role_word(team, role, *n)))
        .collect();
    if overview.deactivated > 0 {
        roles.push(format!("{} deactivated", overview.deactivated));
    }
    let mut card = card
        .field("Members", roles.join("\n"))
        .field("Pending invitations", overview.seats.pending.to_string());
    if !team.policy.plans().is_empty() {
        let plan = team
            .policy
            .plans()
            .iter()
            .find(|plan| Some(&plan.key) == team.plan.as_ref());
        card = card.field("Plan", plan.map_or("none", |plan| plan.name.as_str()));
    }
    if let Some(cap) = overview.seats.cap {
        let used = overview.seats.members + overview.seats.pending;
        card = card.field("Seats", format!("{used} of {cap} used"));
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
pub fn ask_transfer(grant: &Grant, tried: &Transferred) -> Card {
    let policy = &grant.team.policy;
    let (to, top) = (&tried.to.display_name, policy.role_name(&tried.to.role));
    let from = if tried.from.account_id == grant.actor.account {
        "You become".to_owned()
    } else {
        format!("{} becomes", bold(&tried.from.display_name))
    };
    Card::new(
        Tone::Check,
        format!("Make {} {top} of this team?", plain(&cut(to, 24))),
        format!(
            "{} will be able to do everything in the team. {from} {}, and only somebody who is {top} can give that back.",
            bold(to),
            policy.role_name(&tried.left_with)
        ),
    )
    .by(author(&grant.team.name, &grant.role_name()))
    .footer("You type the team's name before anything happens")
    .buttons(vec![
        Button::secondary("Cancel", Action::Dismiss),
        Button::danger(
            format!("Transfer to {}…", cut(to, 24)),
            Action::Transfer {
                team: grant.team.id,
                id: tried.to.id,
            },
        ),
    ])
}

/// The top role was handed over.
pub fn transferred(grant: &Grant, done: &Transferred) -> Card {
    let policy = &grant.team.policy;
    Card::new(
        Tone::Done,
        format!(
            "{} is now {}",
            plain(&done.to.display_name),
            policy.role_name(&done.to.role)
        ),
        format!(
            "{} is {} from now on. Both count from the next click on.",
            bold(&done.from.display_name),
            policy.role_name(&done.left_with)
        ),
    )
    .by(author(&grant.team.name, &grant.role_name()))
    .footer(format!("Log entry {}", done.seq))
    .buttons(vec![Button::secondary("All members", members(grant.team.id))])
}

/// Whether to go on with deleting a team.
pub fn ask_delete(grant: &Grant, overview: &Overview) -> Card {
    let team = &grant.team;
    let people = u64::try_from(overview.seats.members + overview.deactivated).unwrap_or_default();
    let stopping = match u64::try_from(overview.seats.pending).unwrap_or_default() {
        0 => String::new(),
        1 => ", and 1 open invitation stops working".to_owned(),
        n => format!(", and {} stop working", count(n, "open invitation")),
    };
    Card::new(
        Tone::Check,
        format!("Delete {}?", plain(&cut(&team.name, 40))),
        format!(
            "{}{stopping}. For {} days it can be brought back; then everything of it is deleted for good.",
            match people {
                1 => "1 member loses access at once".to_owned(),
                n => format!("{} lose access at once", count(n, "member")),
            },
            KEPT.num_days()
        ),
    )
    .by(author(&team.name, &grant.role_name()))
    .footer("You type the team's name before anything happens")
    .buttons(vec![
        Button::secondary("Cancel", Action::Dismiss),
        Button::danger(
            format!("Delete {}…", cut(&team.name, 29)),
            Action::DeleteTeam { team: team.id },
        ),
    ])
}

/// A team was deleted.
pub fn deleted(gone: &Gone) -> Card {
    Card::new(
        Tone::Done,
        format!("{} is deleted", plain(&gone.name)),
        format!(
            "Nobody has access any more. It can be brought back until {}; then everything of it is deleted for good.",
            day(gone.until())
        ),
    )
    .footer(gone.id.to_string())
    .buttons(vec![Button::secondary(
        format!("Restore {}", cut(&gone.name, 29)),
        Action::RestoreTeam { team: gone.id },
    )])
}

/// A deleted team is back.
pub fn restored(back: &Gone) -> Card {
    Card::new(
        Tone::Done,
        format!("{} is back", plain(&back.name)),
        format!(
            "Everything is as it was when it was deleted, {}. Invitation mails that waited then were not sent; resend them.",
            relative(back.deleted_at)
        ),
    )
    .buttons(vec![
        Button::secondary("See the team", Action::Overview { team: back.id }),
        Button::secondary(
            "See invitations",
            Action::Invitations {
                team: back.id,
                filter: Invitations::Open,
                page: 0,
            },
        ),
    ])
}

/// A team has another plan.
pub fn plan_set(grant: &Grant, overview: &Overview) -> Card {
    let team = &grant.team;
    let over = overview
        .seats
        .cap
        .is_some_and(|cap| overview.seats.members + overview.seats.pending > i64::from(cap));
    let text = if over {
        "It uses more seats than the plan has. Nobody loses theirs, but nobody new can join."
    } else {
        "It counts from the next invitation on."
    };
    numbers(
        Card::new(
            Tone::Done,
            format!("{} has another plan", plain(&cut(&team.name, 40))),
            text,
        ),
        team,
        overview,
    )
    .by(author(&team.name, &grant.role_name()))
}

fn members(team: TeamId) -> Action {
    Action::Members {
        team,
        filter: Filter::default(),
        page: 0,
    }
}
