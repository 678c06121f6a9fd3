//! The same people at the pages of the team: what they send is done or refused exactly where a command is.

use std::collections::BTreeMap;
use std::time::Duration;

use muster_core::ids::InvitationId;
use muster_core::member::Status;

use super::{Preset, Stage, listed};
use crate::app::PASSWORD;
use crate::browser::{Browser, Page};

/// Somebody at the pages.
struct Seat {
    browser: Browser,
    role: String,
    /// What their forms carry.
    token: String,
}

impl Stage {
    pub(super) async fn web(&mut self, preset: &Preset) {
        let mut seats = Vec::new();
        for actor in 0..self.actors.len() {
            let (seat, page) = self.sit_down(actor).await;
            self.sees(&seat.role, &page, &preset.web);
            seats.push(seat);
        }
        for action in ["change role", "deactivate", "reactivate", "remove"] {
            for (actor, seat) in seats.iter().enumerate() {
                self.members_on_the_web(action, actor, seat, preset).await;
            }
        }
        for role in 0..self.targets.len() {
            let role = self.targets[role].role.clone();
            // Each role has an hour of its own, so that no limit is met.
            self.app.advance(Duration::from_hours(1));
            for seat in &seats {
                self.invitations_on_the_web(seat, &role, preset).await;
            }
        }
    }

    async fn sit_down(&mut self, actor: usize) -> (Seat, Page) {
        let by = &self.actors[actor];
        let address = format!("{}@example.com", by.role);
        self.app.world.verify(by.who.account, &address).await;
        self.app.world.set_password(by.who.account, PASSWORD).await;
        let browser = self.app.browser();
        let path = format!("/teams/{}", self.team);
        let page = browser.open(&path).await;
        let page = page
            .submit("Sign in", &[("email", &address), ("password", PASSWORD)])
            .await;
        let (_, fields) = page.form("Sign out").expect("they are signed in");
        let seat = Seat {
            browser,
            role: by.role.clone(),
            token: fields["form_token"].clone(),
        };
        (seat, page)
    }

    fn sees(&mut self, role: &String, page: &Page, matrix: &BTreeMap<String, Vec<String>>) {
        for (action, roles) in matrix {
            self.tried += 1;
            let found = match action.as_str() {
                "open the team" => page.status == 200 && page.text().contains("Aurora"),
                "list members" => page.body.contains("<table") && page.text().contains("target-"),
                "list invitations" => page.text().contains("Pending invitations"),
                "read the log" => page.body.contains("/activity\""),
                "see the rules" => page.body.contains("/policy\""),
                unknown => panic!("the matrix has an unknown action `{unknown}`"),
            };
            if found != roles.contains(role) {
                self.wrong.push(format!(
                    "{role} on the web: {action} is {found}:\n{}",
                    page.text()
                ));
            }
        }
    }

    /// The next mail to this address. Those before it tell of everybody who was removed.
    async fn mailed(&self, to: &str) {
        while self.app.sink.next_mail().await.to != [to] {}
    }

    /// Sends a form past whatever the page offers; whether it was done, by the answer and by the log.
    async fn sends(&mut self, seat: &Seat, path: &str, fields: &[(&str, &str)], allowed: bool) {
        self.tried += 1;
        let before = self.entries().await;
        let mut form: BTreeMap<String, String> = BTreeMap::new();
        form.insert("form_token".to_owned(), seat.token.clone());
        form.extend(
            fields
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        );
        let page = seat
            .browser
            .post(&format!("/teams/{}{path}", self.team), &form)
            .await;
        let done = (page.status == 200, self.entries().await == before + 1);
        if done != (allowed, allowed) || !(allowed || (400..500).contains(&page.status)) {
            self.wrong.push(format!(
                "{} on the web: {path} {fields:?} should be {}: {}\n{}",
                seat.role,
                if allowed { "done" } else { "refused" },
                page.status,
                page.text()
            ));
        }
    }

    async fn members_on_the_web(&mut self, action: &str, actor: usize, seat: &Seat, preset: &Preset) {
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
                    let fields = [("role", to.as_str()), ("sure", "yes")];
                    self.sends(seat, &format!("/members/{id}/role"), &fields, allowed && fits)
                        .await;
                } else {
                    self.sends(
                        seat,
                        &format!("/members/{id}/{action}"),
                        &[("reason", "")],
                        allowed,
                    )
                    .await;
                }
                self.app.world.reset(self.team, who, &from, Status::Active).await;
            }
        }
    }

    async fn invitations_on_the_web(&mut self, seat: &Seat, role: &str, preset: &Preset) {
        let matrix = &preset.discord.to_invitations;
        let (inviter, top) = (self.actors[0].who, self.actors[0].role.clone());
        let address = |kind: &str| format!("{kind}-{}-{role}@example.net", seat.role);
        let may = listed(&matrix["invite"], &seat.role, role);
        let new = address("new");
        let fields = [
            ("email", new.as_str()),
            ("role", role),
            ("first_name", "Ada"),
            ("last_name", "Park"),
            ("phone", "1"),
        ];
        self.sends(seat, "/invitations", &fields, may).await;
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
        self.sends(seat, &format!("/invitations/{id}/resend"), &[], manages)
            .await;
        if manages {
            self.mailed(&waiting).await;
        }
        self.sends(seat, &format!("/invitations/{id}/revoke"), &[], manages)
            .await;
    }
}
