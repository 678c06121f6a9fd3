//! Many people at once, as tests and measurements of long lists need them.

use serde_json::json;

use crate::activity::{self, Kind, NewEntry, Surface};
use crate::ids::{AccountId, InvitationId, MemberId, TeamId};
use crate::tx::{MANY, sql, sql_many};

use super::World;

impl World {
    /// So many entries of nobody's more in a team's log, signed as all of them are.
    pub async fn lengthen(&self, team: TeamId, many: usize) {
        let mut tx = self.db.write().await.unwrap();
        for begun in (0..many).step_by(MANY) {
            let entries = (begun..many.min(begun + MANY)).map(|n| {
                let entry = NewEntry {
                    kind: Kind::InvitationExpired,
                    actor: None,
                    surface: Surface::Job,
                    subject: format!("g…{n}@e….org"),
                    details: json!({ "role": "member" }),
                };
                (team, entry)
            });
            activity::append_all(&mut tx, &self.env, entries.collect())
                .await
                .unwrap();
        }
        tx.commit().await.unwrap();
    }

    /// So many members called `Person 00001` and so on, with verified addresses, who joined one after the other.
    pub async fn crowd(&self, team: TeamId, many: usize) {
        let (mut tx, now) = (self.db.write().await.unwrap(), self.env.now());
        let people: Vec<(usize, AccountId)> = (1..=many).map(|n| (n, self.env.new_id())).collect();
        for some in people.chunks(MANY) {
            sql_many!(execute tx, some,
                "insert into accounts (id, display_name, name_key, email, email_key, email_verified_at, created_at)",
                |row, person| {
                    let (name, email) = (format!("Person {:05}", person.0), format!("person{:05}@example.org", person.0));
                    row.push_bind(person.1).push_bind(name.clone()).push_bind(name.to_lowercase()).push_bind(email.clone())
                        .push_bind(email).push_bind(now).push_bind(now);
                }, "")
            .unwrap();
            sql_many!(execute tx, some,
                "insert into members (id, team_id, account_id, role, top, status, joined_at, last_active_at)",
                |row, person| {
                    row.push_bind(self.env.new_id::<MemberId>()).push_bind(team).push_bind(person.1).push_bind("member")
                        .push_bind(false).push_bind("active").push_bind(now).push_bind(now);
                }, "")
            .unwrap();
        }
        tx.commit().await.unwrap();
    }

    /// So many pending invitations of `guest00001@example.net` and so on, without mails.
    pub async fn guests(&self, team: TeamId, by: AccountId, many: usize) {
        let (mut tx, now) = (self.db.write().await.unwrap(), self.env.now());
        let guests: Vec<usize> = (1..=many).collect();
        for some in guests.chunks(MANY) {
            sql_many!(execute tx, some,
                "insert into invitations (id, team_id, email, email_key, role, status, generation, nonce, details, invited_by,
                                          created_at, last_sent_at, expires_at)",
                |row, guest| {
                    let email = format!("guest{guest:05}@example.net");
                    row.push_bind(self.env.new_id::<InvitationId>()).push_bind(team).push_bind(email.clone()).push_bind(email)
                        .push_bind("member").push_bind("pending").push_bind(1_i64).push_bind(vec![0_u8; 16])
                        .push_bind(sqlx::types::Json(serde_json::json!({}))).push_bind(by).push_bind(now).push_bind(now)
                        .push_bind(now + chrono::TimeDelta::days(7));
                }, "")
            .unwrap();
        }
        tx.commit().await.unwrap();
    }
}

impl World {
    /// The tables and columns in which an address still stands, the logs of teams left out.
    pub async fn traces(&self, address: &str) -> Vec<String> {
        let mut tx = self.db.read().await.unwrap();
        let mut found = Vec::new();
        for (place, text) in [
            (
                "accounts.email",
                "select count(*) from accounts where email = $1 or email_key = $1",
            ),
            (
                "emails.to",
                "select count(*) from emails where to_address = $1 or to_key = $1",
            ),
            (
                "invitations.email",
                "select count(*) from invitations where email = $1 or email_key = $1",
            ),
            (
                "address_proofs",
                "select count(*) from address_proofs where email = $1 or email_key = $1",
            ),
            (
                "invite_link_sign_ups",
                "select count(*) from invite_link_sign_ups where email = $1 or email_key = $1",
            ),
        ] {
            if sql!(value i64, tx, text, address).unwrap() > 0 {
                found.push(place.to_owned());
            }
        }
        found
    }
}
