//! What mails look like: the words of each kind, as text and as a page.

use askama::Template;
use chrono::{DateTime, Utc};
use muster_core::email::content::{Content, Offer};
use muster_core::email::delivery::Claimed;
use url::Url;

use crate::context::Context;
use crate::mailer::Letter;

/// What the two parts of the mail say.
struct Words<'a> {
    offer: &'a Offer,
    link: String,
    /// Where the reader says that they want no invitations.
    stop: String,
    expires: String,
}

#[derive(Template)]
#[template(path = "invitation.txt")]
struct TextPart<'a> {
    words: &'a Words<'a>,
}

#[derive(Template)]
#[template(path = "invitation.html")]
struct HtmlPart<'a> {
    words: &'a Words<'a>,
}

#[derive(Template)]
#[template(path = "reminder.txt")]
struct ReminderText<'a> {
    words: &'a Words<'a>,
}

#[derive(Template)]
#[template(path = "reminder.html")]
struct ReminderHtml<'a> {
    words: &'a Words<'a>,
}

/// Writes a mail.
pub(crate) fn letter(context: &Context, mail: &Claimed, says: &Content) -> Result<Letter, askama::Error> {
    let (Content::Invitation(offer) | Content::Reminder(offer)) = says;
    let link = link(&context.public_url, &offer.token);
    let words = Words {
        offer,
        stop: format!("{link}/stop"),
        link,
        expires: in_words(offer.expires_at),
    };
    let (subject, text, html) = match says {
        Content::Invitation(_) => (
            format!("{} invited you to {}", offer.inviter, offer.team),
            TextPart { words: &words }.render()?,
            HtmlPart { words: &words }.render()?,
        ),
        Content::Reminder(_) => (
            format!("Your invitation to {} ends soon", offer.team),
            ReminderText { words: &words }.render()?,
            ReminderHtml { words: &words }.render()?,
        ),
    };
    Ok(Letter {
        to: mail.to_address.clone(),
        message_id: mail.message_id.clone(),
        date: context.env.now(),
        subject,
        text,
        html,
        unsubscribe: matches!(says, Content::Reminder(_)).then_some(words.stop),
    })
}

fn link(public_url: &Url, token: &str) -> String {
    format!("{}/i/{token}", public_url.as_str().trim_end_matches('/'))
}

fn in_words(at: DateTime<Utc>) -> String {
    at.format("%A, %-d %B %Y, %H:%M UTC").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_begin_with_the_public_address_with_or_without_a_slash() {
        for url in ["https://muster.example", "https://muster.example/"] {
            assert_eq!(link(&url.parse().unwrap(), "abc"), "https://muster.example/i/abc");
        }
        assert_eq!(
            link(&"https://a.example/muster/".parse().unwrap(), "abc"),
            "https://a.example/muster/i/abc"
        );
    }

    #[test]
    fn a_time_is_written_in_words() {
        assert_eq!(
            in_words("2026-11-29T09:05:00Z".parse().unwrap()),
            "Sunday, 29 November 2026, 09:05 UTC"
        );
    }
}
