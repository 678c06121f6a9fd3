//! What mails look like. Every kind fills the same sheet with phrases in its reader's language; two templates, one of text
//! and one of HTML, show a sheet.

mod membership;
mod own;

use askama::Template;
use chrono::{DateTime, Utc};
use muster_core::activity::Kind;
use muster_core::alert::Alert;
use muster_core::email::content::{Content, Offer};
use muster_core::email::delivery::Claimed;
use muster_core::email::failure::Failure;
use muster_core::email::join::{Join, Way};
use muster_core::ids::TeamId;
use muster_core::invitation::code::Mailed;
use muster_core::locale::Locale;
use muster_phrases::{Value, date, moment, say};
use url::Url;

use crate::mailer::Letter;
use crate::notify_alert::word;

/// What a mail says, from top to bottom.
struct Sheet {
    subject: String,
    title: String,
    texts: Vec<String>,
    /// Somebody's own words.
    quote: Option<Quote>,
    /// Short facts, each with its name.
    facts: Vec<(String, String)>,
    /// The one thing to do.
    button: String,
    /// Where it leads; empty when there is nothing to do but read.
    link: String,
    /// What stands below in small print.
    notes: Vec<String>,
    /// How the reader gets no more of these, and where.
    stop: Option<(String, String)>,
    footer: String,
}

struct Quote {
    intro: String,
    text: String,
}

#[derive(Template)]
#[template(path = "mail.txt")]
struct TextPart<'a> {
    sheet: &'a Sheet,
}

#[derive(Template)]
#[template(path = "mail.html")]
struct HtmlPart<'a> {
    sheet: &'a Sheet,
    language: &'static str,
    instead: String,
}

/// Writes a mail, at this moment.
pub(crate) fn letter(
    public_url: &Url,
    now: DateTime<Utc>,
    mail: &Claimed,
    content: &Content,
) -> Result<Letter, askama::Error> {
    let writer = Writer {
        locale: mail.locale,
        public_url,
    };
    let sheet = writer.sheet(content);
    let text = TextPart { sheet: &sheet }.render()?;
    let html = HtmlPart {
        sheet: &sheet,
        language: mail.locale.language(),
        instead: writer.say("mail-link-instead", &[]),
    };
    Ok(Letter {
        to: mail.to_address.clone(),
        message_id: mail.message_id.clone(),
        date: now,
        text,
        html: html.render()?,
        unsubscribe: match content {
            Content::Reminder(offer) => Some(writer.stop_link(offer)),
            Content::Invitation(_)
            | Content::InvitationCode(_)
            | Content::Join(_)
            | Content::RoleChanged(_)
            | Content::Removed(_)
            | Content::Deactivated(_)
            | Content::TeamDeleted(_)
            | Content::DiscordLinked(_)
            | Content::DiscordUnlinked(_)
            | Content::NewSignIn(_)
            | Content::ResetPassword(_)
            | Content::VerifyAddress(_)
            | Content::PasswordChanged(_)
            | Content::AddressChanged(_)
            | Content::DeliveryFailed(_)
            | Content::Alert(_) => None,
        },
        reply_to: match content {
            Content::Invitation(offer) | Content::Reminder(offer) => offer.reply_to.clone(),
            _ => None,
        },
        subject: sheet.subject,
    })
}

struct Writer<'a> {
    locale: Locale,
    public_url: &'a Url,
}

impl Writer<'_> {
    fn sheet(&self, content: &Content) -> Sheet {
        match content {
            Content::Invitation(offer) => self.invitation(offer),
            Content::Reminder(offer) => self.reminder(offer),
            Content::InvitationCode(code) => self.invitation_code(code),
            Content::Join(join) => self.join(join),
            Content::RoleChanged(change) => self.role_changed(change),
            Content::Removed(ended) => self.access_ended("removed", ended),
            Content::Deactivated(ended) => self.access_ended("deactivated", ended),
            Content::TeamDeleted(deleted) => self.team_deleted(deleted),
            Content::DiscordLinked(linked) => self.discord_linked(linked),
            Content::DiscordUnlinked(unlinked) => self.discord_unlinked(unlinked),
            Content::NewSignIn(sign_in) => self.new_sign_in(sign_in),
            Content::ResetPassword(proof) => self.reset_password(proof),
            Content::VerifyAddress(proof) => self.verify_address(proof),
            Content::PasswordChanged(at) => self.password_changed(*at),
            Content::AddressChanged(change) => self.address_changed(change),
            Content::DeliveryFailed(failure) => self.delivery_failed(failure),
            Content::Alert(alert) => self.alert(alert),
        }
    }

    fn invitation(&self, offer: &Offer) -> Sheet {
        let (inviter, team) = (offer.inviter.as_str(), offer.team.as_str());
        let args = [("inviter", inviter.into()), ("team", team.into())];
        Sheet {
            subject: self.say("invitation-subject", &args),
            title: self.say("invitation-title", &[("team", team.into())]),
            texts: vec![self.say(
                "invitation-text",
                &[
                    ("inviter", inviter.into()),
                    ("team", team.into()),
                    ("role", offer.role.as_str().into()),
                ],
            )],
            quote: offer.note.clone().map(|text| Quote {
                intro: self.say("invitation-note", &[("inviter", inviter.into())]),
                text,
            }),
            facts: Vec::new(),
            button: self.say("invitation-button", &[]),
            link: self.offer_link(offer),
            notes: vec![
                self.say(
                    "invitation-until",
                    &[("until", moment(self.locale, offer.expires_at).into())],
                ),
                self.say("invitation-unexpected", &[]),
            ],
            stop: Some((self.say("invitation-stop", &[]), self.stop_link(offer))),
            footer: self.footer(),
        }
    }

    fn reminder(&self, offer: &Offer) -> Sheet {
        let team = offer.team.as_str();
        Sheet {
            subject: self.say(
                "reminder-subject",
                &[
                    ("team", team.into()),
                    ("day", date(self.locale, offer.expires_at).into()),
                ],
            ),
            title: self.say("reminder-title", &[("team", team.into())]),
            texts: vec![self.say(
                "reminder-text",
                &[
                    ("inviter", offer.inviter.as_str().into()),
                    ("team", team.into()),
                    ("role", offer.role.as_str().into()),
                    ("until", moment(self.locale, offer.expires_at).into()),
                ],
            )],
            notes: vec![
                self.say("reminder-once", &[]),
                self.say("invitation-unexpected", &[]),
            ],
            ..self.invitation(offer)
        }
    }

    fn join(&self, join: &Join) -> Sheet {
        let team = join.team.as_str();
        let args = [("team", team.into()), ("role", join.role.as_str().into())];
        let subject = self.say("join-subject", &[("team", team.into())]);
        let (text, until, button, link) = match &join.way {
            Way::SignUp { token, expires_at } => (
                self.say("join-sign-up-text", &args),
                Some(self.say(
                    "join-sign-up-until",
                    &[("until", moment(self.locale, *expires_at).into())],
                )),
                "join-sign-up-button",
                self.link(&format!("join/new/{token}")),
            ),
            Way::SignIn { token } => (
                self.say("join-sign-in-text", &args),
                None,
                "join-sign-in-button",
                token
                    .as_ref()
                    .map_or_else(|| self.link("login"), |token| self.link(&format!("join/{token}"))),
            ),
        };
        Sheet {
            texts: vec![text],
            notes: until
                .into_iter()
                .chain([self.say("join-unexpected", &[])])
                .collect(),
            ..self.plain(subject, button, link)
        }
    }

    fn invitation_code(&self, mailed: &Mailed) -> Sheet {
        let (code, team) = (mailed.code.as_str(), mailed.team.as_str());
        let args = [("code", code.into()), ("team", team.into())];
        let until = moment(self.locale, mailed.expires_at);
        Sheet {
            subject: self.say("invitation-code-subject", &args),
            title: self.say("invitation-code-title", &[("team", team.into())]),
            texts: vec![self.say("invitation-code-text", &args)],
            quote: None,
            facts: vec![(self.say("invitation-code-name", &[]), mailed.code.clone())],
            button: String::new(),
            link: String::new(),
            notes: vec![
                self.say("invitation-code-until", &[("until", until.into())]),
                self.say("invitation-code-unexpected", &[]),
            ],
            stop: None,
            footer: self.footer(),
        }
    }

    fn delivery_failed(&self, failure: &Failure) -> Sheet {
        let address = failure.address.as_str();
        let subject = self.say("delivery-failed-subject", &[("address", address.into())]);
        let text = self.say(
            "delivery-failed-text",
            &[
                ("address", address.into()),
                ("team", failure.team.as_str().into()),
                ("role", failure.role.as_str().into()),
            ],
        );
        let why = match failure.code {
            Some(_) => self.say("delivery-failed-said", &[]),
            None => self.say("delivery-failed-why", &[]),
        };
        Sheet {
            title: self.say("delivery-failed-title", &[]),
            texts: vec![text],
            facts: vec![(why, failure.reply())],
            notes: vec![self.say("delivery-failed-do", &[])],
            ..self.plain(subject, "delivery-failed-button", self.team_link(failure.team_id))
        }
    }

    fn alert(&self, alert: &Alert) -> Sheet {
        let kind = word(alert.kind);
        let team = alert.team.as_str();
        let subject = self.say(
            "alert-subject",
            &[("kind", kind.as_str().into()), ("team", team.into())],
        );
        // Discord alone shows a channel by its number.
        let about = match alert.kind {
            Kind::AnnouncementsStopped => self.say("alert-channel", &[]),
            _ => alert.subject.clone(),
        };
        let text = self.say(
            "alert-text",
            &[
                ("kind", kind.as_str().into()),
                ("by", alert.by.as_str().into()),
                ("subject", about.into()),
            ],
        );
        Sheet {
            title: self.say("alert-title", &[("kind", kind.as_str().into())]),
            texts: vec![text],
            facts: vec![(self.say("alert-when", &[]), moment(self.locale, alert.at))],
            notes: vec![self.say("alert-do", &[("kind", kind.as_str().into())])],
            ..self.plain(subject, "alert-button", self.team_link(alert.team_id))
        }
    }

    /// A sheet whose title is its subject, with nothing but a button yet.
    fn plain(&self, subject: String, button: &str, link: String) -> Sheet {
        Sheet {
            title: subject.clone(),
            subject,
            texts: Vec::new(),
            quote: None,
            facts: Vec::new(),
            button: self.say(button, &[]),
            link,
            notes: Vec::new(),
            stop: None,
            footer: self.footer(),
        }
    }

    fn say(&self, id: &str, args: &[(&'static str, Value<'_>)]) -> String {
        say(self.locale, id, args)
    }

    fn footer(&self) -> String {
        self.say("mail-footer", &[("host", self.host().into())])
    }

    /// Where Muster is, as people call it.
    fn host(&self) -> &str {
        self.public_url.host_str().unwrap_or_default()
    }

    fn link(&self, path: &str) -> String {
        format!("{}/{path}", self.public_url.as_str().trim_end_matches('/'))
    }

    fn offer_link(&self, offer: &Offer) -> String {
        self.link(&format!("i/{}", offer.token))
    }

    fn stop_link(&self, offer: &Offer) -> String {
        self.link(&format!("i/{}/stop", offer.token))
    }

    fn team_link(&self, team: TeamId) -> String {
        self.link(&format!("teams/{team}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_begin_with_the_public_address_with_or_without_a_slash() {
        for (url, link) in [
            ("https://muster.example", "https://muster.example/account"),
            ("https://muster.example/", "https://muster.example/account"),
            ("https://a.example/muster/", "https://a.example/muster/account"),
        ] {
            let writer = Writer {
                locale: Locale::EnUs,
                public_url: &url.parse().unwrap(),
            };
            assert_eq!(writer.link("account"), link);
        }
    }
}
