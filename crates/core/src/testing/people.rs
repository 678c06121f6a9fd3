//! Many people at once, as tests and measurements of long lists need them.

use crate::ids::{AccountId, InvitationId, MemberId, TeamId};
use crate::tx::{MANY, sql_many};

use super::World;

impl World {
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
