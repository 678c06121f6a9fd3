//! Mails to members about their membership and their team.

use muster_core::email::membership::{AccessEnded, RoleChanged, TeamDeleted};
use muster_phrases::moment;

use super::{Sheet, Writer};

impl Writer<'_> {
    pub(super) fn role_changed(&self, change: &RoleChanged) -> Sheet {
        let RoleChanged {
            team, from, to, by, ..
        } = change;
        let subject = self.say(
            "role-changed-subject",
            &[("team", team.as_str().into()), ("to", to.as_str().into())],
        );
        let text = self.say(
            "role-changed-text",
            &[
                ("by", by.as_str().into()),
                ("team", team.as_str().into()),
                ("from", from.as_str().into()),
                ("to", to.as_str().into()),
            ],
        );
        Sheet {
            texts: vec![text],
            notes: vec![self.say("role-changed-mistake", &[("by", by.as_str().into())])],
            ..self.plain(subject, "role-changed-button", self.team_link(change.team_id))
        }
    }

    /// `how` chooses the words: `removed` or `deactivated`.
    pub(super) fn access_ended(&self, how: &'static str, ended: &AccessEnded) -> Sheet {
        let (by, team) = (ended.by.as_str(), ended.team.as_str());
        let words = |id: &str| {
            let args = [
                ("how", how.into()),
                ("by", by.into()),
                ("team", team.into()),
                ("at", moment(self.locale, ended.at).into()),
            ];
            self.say(id, &args)
        };
        Sheet {
            texts: vec![words("access-ended-text")],
            notes: vec![words("access-ended-stays"), words("access-ended-mistake")],
            ..self.plain(
                words("access-ended-subject"),
                "access-ended-button",
                self.link("account"),
            )
        }
    }

    pub(super) fn team_deleted(&self, deleted: &TeamDeleted) -> Sheet {
        let team = deleted.team.as_str();
        let (at, until) = (
            moment(self.locale, deleted.at),
            moment(self.locale, deleted.until),
        );
        let text = self.say(
            "team-deleted-mail-text",
            &[
                ("by", deleted.by.as_str().into()),
                ("team", team.into()),
                ("at", at.into()),
            ],
        );
        Sheet {
            texts: vec![text],
            notes: vec![self.say("team-deleted-mail-back", &[("until", until.into())])],
            ..self.plain(
                self.say("team-deleted-mail-subject", &[("team", team.into())]),
                "access-ended-button",
                self.link("account"),
            )
        }
    }
}
