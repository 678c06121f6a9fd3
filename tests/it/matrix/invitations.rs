//! Who invites to which role, by mail, by a card, by a link and from a file, and who takes that back.

use std::fmt::Write as _;

use discord_sim::Permissions;
use muster_core::invite_link::NewLink;
use muster_core::policy::RoleKey;

use super::{BTreeMap, Reach, Stage, listed};
use crate::app::{handed, said};

impl Stage {
    pub(super) async fn invitations(&mut self, preset: &str, matrix: &BTreeMap<String, Reach>) {
        let inviter = self.actors[0].who;
        for (n, role) in self
            .targets
            .iter()
            .map(|one| one.role.clone())
            .collect::<Vec<_>>()
            .into_iter()
            .enumerate()
        {
            // What even the top role cannot offer cannot be offered by anybody.
            let address = format!("guest{n}@example.net");
            let offered = self
                .app
                .world
                .invite(inviter, self.team, &address, &role)
                .await
                .is_ok();
            if offered != listed(&matrix["invite"], &self.actors[0].role, &role) {
                self.wrong
                    .push(format!("{preset}: the top role offers {role}: {offered}"));
            }
            if offered {
                self.app.sink.next_mail().await;
            }
            for actor in 0..self.actors.len() {
                let by = self.actors[actor].role.clone();
                let case = format!("{by} for {role}");
                let may_invite = listed(&matrix["invite"], &by, &role);
                self.expect(
                    &case,
                    actor,
                    &format!("/invite email role:{role}"),
                    may_invite,
                    false,
                )
                .await;
                // Somebody new each time: a second card for the same person would replace the first.
                let (guest, _) = self.app.person(&format!("card{n}-{actor}"), Permissions::NONE);
                let card = listed(&matrix["invite person"], &by, &role);
                let command = format!("/invite person user:{} role:{role}", guest.name);
                self.expect(&case, actor, &command, card, true).await;
                if offered {
                    let revokes = listed(&matrix["revoke"], &by, &role);
                    self.expect(
                        &case,
                        actor,
                        &format!("/invite revoke invitation:{address}"),
                        revokes,
                        false,
                    )
                    .await;
                }
            }
        }
    }

    pub(super) async fn links(&mut self, preset: &str, matrix: &BTreeMap<String, Reach>) {
        let (maker, top) = (self.actors[0].who, self.actors[0].role.clone());
        let roles: Vec<String> = self.targets.iter().map(|one| one.role.clone()).collect();
        for role in roles {
            for actor in 0..self.actors.len() {
                let by = self.actors[actor].role.clone();
                let may = listed(&matrix["create"], &by, &role);
                let command = format!("/invite link create role:{role}");
                self.expect(&format!("{by} for {role}"), actor, &command, may, true)
                    .await;
            }
            let new = NewLink {
                role: RoleKey::parse(&role).ok(),
                ..NewLink::default()
            };
            let made = self.app.world.link(maker, self.team, new).await;
            if made.is_ok() != listed(&matrix["create"], &top, &role) {
                self.wrong
                    .push(format!("{preset}: a link of the top role for {role}: {made:?}"));
            }
            let Ok(link) = made else { continue };
            for actor in 0..self.actors.len() {
                let by = self.actors[actor].role.clone();
                let may = listed(&matrix["disable"], &by, &role);
                let command = format!("/invite link disable link:{}", link.reference());
                self.expect(&format!("{by} for {role}"), actor, &command, may, false)
                    .await;
            }
        }
    }

    /// Somebody waits for each actor and role on offer; each actor presses the button that cancels one.
    pub(super) async fn scheduled(&mut self, reach: &Reach) {
        let world = &self.app.world;
        world
            .edit_policy(self.team, "hourly_limit = 20", "hourly_limit = 1")
            .await;
        let roles: Vec<String> = self.targets.iter().map(|one| one.role.clone()).collect();
        let top = self.actors[0].person.clone();
        let mut file = "email,role,first name,last name,phone\n".to_owned();
        for actor in 0..self.actors.len() {
            for role in &roles {
                let _ = writeln!(file, "s{actor}-{role}@example.net,{role},Ada,Park,1");
            }
        }
        let report = handed(&top, None, file).await;
        let schedule = report
            .buttons()
            .into_iter()
            .find(|button| button.label.starts_with("Schedule "));
        let schedule = schedule.expect("the hour is full").label.clone();
        said(top.click(&report, &schedule).await);
        let list = said(top.slash("/invite list status:scheduled").await);
        let waiting: Vec<_> = list.select("Open…").expect("some wait").options.clone();
        for actor in 0..self.actors.len() {
            let person = self.actors[actor].person.clone();
            let by = self.actors[actor].role.clone();
            for role in &roles {
                let address = format!("s{actor}-{role}@example.net");
                // What even the top role cannot offer is left out of the file.
                let Some(one) = waiting.iter().find(|one| one.label.contains(&address)) else {
                    assert!(!listed(reach, &by, role), "{by} for {role}: nobody waits");
                    continue;
                };
                self.tried += 1;
                let (allowed, before) = (listed(reach, &by, role), self.entries().await);
                let own = said(person.slash("/team list").await);
                let pressed = format!("v1|unschedule|{}|{}", self.team, one.value);
                let card = said(person.forge_click(&own, &pressed).await);
                let after = self.entries().await;
                if card.text().contains("✅") != allowed || after != before + usize::from(allowed) {
                    self.wrong.push(format!(
                        "{by} for {role}: cancelling a scheduled one: {}",
                        card.text()
                    ));
                }
            }
        }
    }
}
