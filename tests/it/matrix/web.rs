//! The same people at the pages of the team.

use std::collections::BTreeMap;

use super::doors::{Door, Seat};
use super::{Preset, Stage};
use crate::app::PASSWORD;
use crate::browser::Page;

impl Stage {
    pub(super) async fn web(&mut self, preset: &Preset) {
        let mut seats = Vec::new();
        for actor in 0..self.actors.len() {
            let (seat, page) = self.sit_down(actor).await;
            self.sees(&seat.role, &page, &preset.web);
            seats.push(seat);
        }
        self.at_the_door(&seats, preset).await;
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
        let token = fields["form_token"].clone();
        let seat = Seat {
            role: by.role.clone(),
            door: Door::Web { browser, token },
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
}
