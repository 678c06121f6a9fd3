//! Mails to somebody about their own account: their sign-ins, password, address, and Discord user.

use chrono::{DateTime, Utc};
use muster_core::email::notice::{AddressChanged, DiscordLinked, NewSignIn};
use muster_core::email::proof::ProofLink;
use muster_phrases::{browser, moment};

use super::{Sheet, Writer};

impl Writer<'_> {
    pub(super) fn discord_linked(&self, linked: &DiscordLinked) -> Sheet {
        let username = linked.username.as_str();
        let subject = self.say("discord-linked-subject", &[("username", username.into())]);
        let at = moment(self.locale, linked.at);
        let text = self.say(
            "discord-linked-text",
            &[("username", username.into()), ("at", at.into())],
        );
        Sheet {
            texts: vec![text],
            notes: vec![self.say("discord-linked-not-you", &[("host", self.host().into())])],
            ..self.plain(subject, "discord-linked-button", self.link("account"))
        }
    }

    pub(super) fn discord_unlinked(&self, unlinked: &DiscordLinked) -> Sheet {
        let username = unlinked.username.as_str();
        let subject = self.say("discord-unlinked-subject", &[("username", username.into())]);
        let at = moment(self.locale, unlinked.at);
        let text = self.say(
            "discord-unlinked-text",
            &[("username", username.into()), ("at", at.into())],
        );
        Sheet {
            texts: vec![text],
            notes: vec![self.say("discord-unlinked-not-you", &[("host", self.host().into())])],
            ..self.plain(subject, "discord-linked-button", self.link("account"))
        }
    }

    pub(super) fn new_sign_in(&self, sign_in: &NewSignIn) -> Sheet {
        let (text, not_you, button, page) = if sign_in.at_discord {
            (
                "new-sign-in-discord-text",
                "new-sign-in-discord-not-you",
                "new-sign-in-button",
                "account",
            )
        } else {
            (
                "new-sign-in-text",
                "new-sign-in-not-you",
                "new-sign-in-choose",
                "forgot",
            )
        };
        Sheet {
            texts: vec![self.say(text, &[])],
            facts: vec![
                (
                    self.say("new-sign-in-browser", &[]),
                    browser(self.locale, &sign_in.browser),
                ),
                (self.say("new-sign-in-at", &[]), moment(self.locale, sign_in.at)),
            ],
            notes: vec![
                self.say("new-sign-in-you", &[]),
                self.say(not_you, &[("host", self.host().into())]),
            ],
            ..self.plain(self.say("new-sign-in-subject", &[]), button, self.link(page))
        }
    }

    pub(super) fn reset_password(&self, proof: &ProofLink) -> Sheet {
        let until = moment(self.locale, proof.expires_at);
        Sheet {
            texts: vec![self.say("reset-password-text", &[("name", proof.name.as_str().into())])],
            notes: vec![
                self.say("reset-password-until", &[("until", until.into())]),
                self.say("reset-password-not-you", &[]),
            ],
            ..self.plain(
                self.say("reset-password-subject", &[]),
                "reset-password-button",
                self.link(&format!("reset/{}", proof.token)),
            )
        }
    }

    pub(super) fn verify_address(&self, proof: &ProofLink) -> Sheet {
        let until = moment(self.locale, proof.expires_at);
        Sheet {
            texts: vec![self.say("verify-address-text", &[("name", proof.name.as_str().into())])],
            notes: vec![
                self.say("verify-address-until", &[("until", until.into())]),
                self.say("verify-address-not-you", &[]),
            ],
            ..self.plain(
                self.say("verify-address-subject", &[]),
                "verify-address-button",
                self.link(&format!("verify/{}", proof.token)),
            )
        }
    }

    pub(super) fn password_changed(&self, at: DateTime<Utc>) -> Sheet {
        let at = moment(self.locale, at);
        Sheet {
            texts: vec![self.say("password-changed-text", &[("at", at.into())])],
            notes: vec![self.say("password-changed-not-you", &[("host", self.host().into())])],
            ..self.plain(
                self.say("password-changed-subject", &[]),
                "password-changed-button",
                self.link("forgot"),
            )
        }
    }

    pub(super) fn address_changed(&self, change: &AddressChanged) -> Sheet {
        let at = moment(self.locale, change.at);
        let text = self.say(
            "address-changed-text",
            &[("to", change.to.as_str().into()), ("at", at.into())],
        );
        Sheet {
            texts: vec![text],
            notes: vec![self.say("address-changed-not-you", &[("host", self.host().into())])],
            ..self.plain(
                self.say("address-changed-subject", &[]),
                "address-changed-button",
                self.link("account"),
            )
        }
    }
}
