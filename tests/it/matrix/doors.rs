//! The same people at the other doors, the pages and the API: what they send is done or refused exactly where a command is.

use std::collections::BTreeMap;
use std::time::Duration;

use muster_core::ids::{InvitationId, MemberId};
use muster_core::member::Status;
use serde_json::{Value, json};

use super::{Preset, Stage, listed};
use crate::browser::Browser;

/// Somebody at one of these doors.
pub(super) struct Seat {
    pub(super) role: String,
    pub(super) door: Door,
}

pub(super) enum Door {
    /// The pages, with what their forms carry.
    Web { browser: Browser, token: String },
    /// A key of theirs.
    Api { secret: String },
}

/// What is sent.
#[derive(Debug)]
enum Act<'a> {
    /// Another role.
    Role(MemberId, &'a str),
    /// `deactivate`, `reactivate` or `remove`.
    Access(MemberId, &'a str),
    Invite(&'a str, &'a str),
    Resend(InvitationId),
    Revoke(InvitationId),
}

/// What a policy may ask for about somebody.
const PERSON: [(&str, &str); 3] = [("first_name", "Ada"), ("last_name", "Park"), ("phone", "1")];

impl Act<'_> {
    fn form(&self) -> (String, Vec<(&str, &str)>) {
        match self {
            Self::Role(id, to) => (
                format!("/members/{id}/role"),
                vec![("role", *to), ("sure", "yes")],
            ),
            Self::Access(id, action) => (format!("/members/{id}/{action}"), vec![("reason", "")]),
            Self::Invite(email, role) => {
                let mut fields = vec![("email", *email), ("role", *role)];
                fields.extend(PERSON);
                ("/invitations".to_owned(), fields)
            }
            Self::Resend(id) => (format!("/invitations/{id}/resend"), Vec::new()),
            Self::Revoke(id) => (format!("/invitations/{id}/revoke"), Vec::new()),
        }
    }

    fn request(&self) -> (&'static str, String, Option<Value>) {
        match self {
            Self::Role(id, to) => (
                "PATCH",
                format!("/api/team-members/{id}"),
                Some(json!({ "role": to })),
            ),
            Self::Access(id, "remove") => ("DELETE", format!("/api/team-members/{id}"), None),
            Self::Access(id, action) => {
                let status = if *action == "deactivate" {
                    "deactivated"
                } else {
                    "active"
                };
                (
                    "PATCH",
                    format!("/api/team-members/{id}"),
                    Some(json!({ "status": status })),
                )
            }
            Self::Invite(email, role) => {
                let mut body = json!({ "email": email, "role": role });
                for (name, value) in PERSON {
                    body[name] = value.into();
                }
                ("POST", "/api/team-members/invite".to_owned(), Some(body))
            }
            Self::Resend(id) => ("POST", format!("/api/invitations/{id}/resend"), None),
            Self::Revoke(id) => ("DELETE", format!("/api/invitations/{id}"), None),
        }
    }
}

impl Stage {
    /// Everything that can be done to members and invitations, at one door.
    pub(super) async fn at_the_door(&mut self, seats: &[Seat], preset: &Preset) {
        for action in ["change role", "deactivate", "reactivate", "remove"] {
            for (actor, seat) in seats.iter().enumerate() {
                self.members_at_the_door(action, actor, seat, preset).await;
            }
        }
        for role in 0..self.targets.len() {
            let role = self.targets[role].role.clone();
            // Each role has an hour of its own, so that no limit is met.
            self.app.advance(Duration::from_hours(1));
            for seat in seats {
                self.invitations_at_the_door(seat, &role, preset).await;
            }
        }
    }

    /// The next mail to this address. Those before it tell of everybody who was removed.
    async fn mailed(&self, to: &str) {
        while self.app.sink.next_mail().await.to != [to] {}
    }

    /// Sends it past whatever is offered there; whether it was done, by the answer and by the log.
    async fn sends(&mut self, seat: &Seat, act: Act<'_>, allowed: bool) {
        self.tried += 1;
        let before = self.entries().await;
        let (status, said) = match &seat.door {
            Door::Web { browser, token } => {
                let (path, fields) = act.form();
                let mut form = BTreeMap::from([("form_token".to_owned(), token.clone())]);
                let fields = fields.into_iter();
                form.extend(fields.map(|(name, value)| (name.to_owned(), value.to_owned())));
                let page = browser.post(&format!("/teams/{}{path}", self.team), &form).await;
                (page.status, page.text())
            }
            Door::Api { secret } => {
                let (method, path, body) = act.request();
                let method = method.parse().expect("a method");
                let request = reqwest::Client::new()
                    .request(method, format!("{}{path}", self.app.url))
                    .header("x-api-key", secret);
                let request = match &body {
                    Some(body) => request.json(body),
                    None => request,
                };
                let answer = request.send().await.expect("it answers");
                (answer.status().as_u16(), answer.text().await.expect("text"))
            }
        };
        let done = ((200..300).contains(&status), self.entries().await == before + 1);
        if done != (allowed, allowed) || !(allowed || (400..500).contains(&status)) {
            self.wrong.push(format!(
                "{} {}: {act:?} should be {}: {status}\n{said}",
                seat.role,
                match seat.door {
                    Door::Web { .. } => "on the web",
                    Door::Api { .. } => "by a program",
                },
                if allowed { "done" } else { "refused" },
            ));
        }
    }

    async fn members_at_the_door(&mut self, action: &str, actor: usize, seat: &Seat, preset: &Preset) {
        let matrix = &preset.discord.to_members;
        for target in 0..self.targets.len() {
            let to = &self.targets[target];
            if self.actors[actor].who.account == to.who.account {
                continue;
            }
            let (from, who) = (to.role.clone(), to.who.account);
            let id = self.app.world.member(self.team, who).await.id;
            let allowed = listed(&matrix[action], &seat.role, &from);
            let gives: Vec<String> = match action {
                "change role" => self
                    .targets
                    .iter()
                    .map(|one| one.role.clone())
                    .filter(|to| *to != from)
                    .collect(),
                _ => vec![String::new()],
            };
            for to in gives {
                if action == "reactivate"
                    && !self
                        .app
                        .world
                        .try_reset(self.team, who, &from, Status::Deactivated)
                        .await
                {
                    // The only owner cannot be put to sleep to be woken.
                    continue;
                }
                if action == "change role" {
                    let fits = listed(&matrix["give role"], &seat.role, &to);
                    self.sends(seat, Act::Role(id, &to), allowed && fits).await;
                } else {
                    self.sends(seat, Act::Access(id, action), allowed).await;
                }
                self.app.world.reset(self.team, who, &from, Status::Active).await;
            }
        }
    }

    async fn invitations_at_the_door(&mut self, seat: &Seat, role: &str, preset: &Preset) {
        let matrix = &preset.discord.to_invitations;
        let (inviter, top) = (self.actors[0].who, self.actors[0].role.clone());
        let door = match seat.door {
            Door::Web { .. } => "web",
            Door::Api { .. } => "api",
        };
        let address = |kind: &str| format!("{kind}-{door}-{}-{role}@example.net", seat.role);
        let may = listed(&matrix["invite"], &seat.role, role);
        let new = address("new");
        self.sends(seat, Act::Invite(&new, role), may).await;
        if may {
            self.mailed(&new).await;
        }
        // What even the top role cannot offer cannot be there to be looked after.
        if !listed(&matrix["invite"], &top, role) {
            return;
        }
        let waiting = address("waiting");
        let made = self.app.world.invite(inviter, self.team, &waiting, role).await;
        let id: InvitationId = made.expect("the top role offers it").id;
        self.mailed(&waiting).await;
        self.app.advance(Duration::from_mins(1));
        let manages = listed(&matrix["revoke"], &seat.role, role);
        self.sends(seat, Act::Resend(id), manages).await;
        if manages {
            self.mailed(&waiting).await;
        }
        self.sends(seat, Act::Revoke(id), manages).await;
    }
}
