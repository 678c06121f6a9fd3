//! What the rendering shows, and that nothing in a text becomes markup of its own.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::{Names, message_html, modal};
use crate::client::{Message, Modal};
use crate::world::World;

fn with_names<R>(look: impl FnOnce(&mut World, DateTime<Utc>) -> R) -> R {
    let mut world = World::new("http://127.0.0.1:1".into());
    look(&mut world, DateTime::from_timestamp(1_700_000_000, 0).unwrap())
}

fn shown(text: &str) -> String {
    with_names(|world, now| Names { world, now }.markdown(text))
}

#[test]
fn markdown_becomes_html() {
    assert_eq!(
        shown("**bold** and *soft* and `x*y*`"),
        "<strong>bold</strong> and <em>soft</em> and <code>x*y*</code>"
    );
    assert_eq!(shown("**a *b* c**"), "<strong>a <em>b</em> c</strong>");
    assert_eq!(shown("snake_case_name"), "snake_case_name");
    assert!(shown("[site](https://example.com/a)").contains("href=\"https://example.com/a\""));
    assert_eq!(shown("```\n<b>\n```"), "<pre><code>&lt;b&gt;</code></pre>");
}

#[test]
fn escapes_are_honoured() {
    assert_eq!(shown(r"\*not soft\* \<@1\> \_x\_"), "*not soft* &lt;@1&gt; _x_");
}

#[test]
fn unclosed_markup_is_text() {
    assert_eq!(shown("2 * 3 * 4 and **x"), "2 * 3 * 4 and **x");
    assert_eq!(shown("a ```b"), "a ```b");
    assert_eq!(shown("*"), "*");
    assert_eq!(shown("é*é"), "é*é");
    assert_eq!(shown("<t:nonsense:R> <"), "&lt;t:nonsense:R&gt; &lt;");
}

#[test]
fn html_in_texts_stays_text() {
    let html = shown("<script>alert(1)</script> [x](javascript:alert(1)) \"'&");
    assert!(!html.contains("<script") && !html.contains("<a "), "{html}");
    assert!(shown("https://example.com/\"onx=1").contains("&quot;onx"));
}

#[test]
fn times_are_told_from_now() {
    assert!(shown("<t:1700000060:R>").contains("in 1 minute<"));
    assert!(shown("<t:1699395200:R>").contains("7 days ago"));
    assert!(shown("<t:1700604800:R>").contains("in 7 days"));
    assert!(shown("<t:1700000000:D>").contains("14 November 2023"));
    assert!(shown("<t:1700000000:F>").contains("Tuesday, 14 November 2023 22:13"));
}

#[test]
fn mentions_show_names() {
    with_names(|world, now| {
        let ada = world.add_user("ada", Some("Ada <Park>"));
        let names = Names { world, now };
        assert!(names.markdown(&format!("<@{ada}>")).contains("@Ada &lt;Park&gt;"));
        assert!(names.markdown("<@5>").contains("@unknown-user"));
    });
}

#[test]
fn a_message_shows_its_card_and_components() {
    let message = Message::from_json(json!({
        "id": "9", "channel_id": "8", "author": { "username": "Muster" }, "content": "", "flags": 64,
        "edited_timestamp": null,
        "embeds": [{
            "author": { "name": "Aurora · you are Owner" }, "title": "Done", "description": "It is **done**.",
            "color": 0x00_9E_73, "fields": [{ "name": "Role", "value": "Member", "inline": true }],
            "footer": { "text": "ref 7" },
        }],
        "components": [{ "type": 1, "components": [
            { "type": 2, "style": 4, "label": "Remove <Ada>", "custom_id": "v1|\"x\"", "disabled": true },
            { "type": 2, "style": 5, "label": "Open", "url": "https://example.com" },
        ] }, { "type": 1, "components": [
            { "type": 3, "custom_id": "role", "placeholder": "Role", "options": [{ "label": "Member", "value": "member" }] },
        ] }],
    }));
    let html = with_names(|world, now| message_html(&message, &Names { world, now }));
    for wanted in [
        "border-left-color:#009e73",
        "Aurora · you are Owner",
        "<strong>done</strong>",
        "<dt>Role</dt><dd>Member</dd>",
        "data-custom-id=\"v1|&quot;x&quot;\" disabled>Remove &lt;Ada&gt;</button>",
        "href=\"https://example.com\"",
        "<select class=\"d-select\" data-custom-id=\"role\"",
        "Only you can see this",
    ] {
        assert!(html.contains(wanted), "{wanted} is missing in {html}");
    }
}

#[test]
fn a_form_shows_its_inputs() {
    let form = Modal::from_json(
        json!({ "custom_id": "m", "title": "Invite to <Aurora>", "components": [{ "type": 1, "components": [{
            "type": 4, "custom_id": "emails", "label": "Email addresses", "style": 2, "max_length": 2000,
        }] }] }),
        None,
    );
    let html = modal(&form);
    assert!(html.contains("Invite to &lt;Aurora&gt;"), "{html}");
    assert!(
        html.contains("<textarea name=\"emails\" maxlength=\"2000\" required"),
        "{html}"
    );
}
