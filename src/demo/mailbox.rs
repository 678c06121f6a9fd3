//! The mailbox: every mail that the program sent, as the built-in mail server took it.

use askama::Template;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{Html, IntoResponse};
use discord_sim::render::escape;
use serde_json::{Value, json};
use smtp_sink::Mail;

use super::console::Desk;
use super::error::Problem;

/// A mail is not trusted: no scripts, nothing loaded, shown inside our own page only.
const CONTENT: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox";

#[derive(Template)]
#[template(path = "mailbox.html")]
struct Page;

/// `GET /mailbox`.
pub async fn page() -> Result<Html<String>, Problem> {
    Ok(Html(Page.render()?))
}

/// `GET /api/mails`, newest first.
pub async fn list(State(desk): State<Desk>) -> Json<Value> {
    let mails = desk.sink.mails();
    let listed: Vec<_> = mails
        .iter()
        .enumerate()
        .rev()
        .map(|(index, mail)| listed(mail, index + 1))
        .collect();
    Json(json!({ "now": desk.jobs.env.now(), "mails": listed }))
}

fn listed(mail: &Mail, number: usize) -> Value {
    json!({
        "number": number,
        "subject": mail.subject,
        "from": mail.from_header,
        "to": mail.to_header,
        "date": mail.header("Date"),
        "text": mail.text,
        "has_html": !mail.html.is_empty(),
    })
}

/// `GET /mailbox/{number}`: a mail's HTML part for a sandboxed frame, or its text when it has none. Counts as opening it.
pub async fn html(State(desk): State<Desk>, Path(number): Path<usize>) -> Result<impl IntoResponse, Problem> {
    let mails = desk.sink.mails();
    let mail = number.checked_sub(1).and_then(|index| mails.get(index));
    let mail = mail.ok_or_else(|| Problem::missing("There is no such mail."))?;
    desk.guide.mail_opened();
    let body = if mail.html.is_empty() {
        format!("<!doctype html><pre>{}</pre>", escape(&mail.text))
    } else {
        opening_new_tabs(&mail.html)
    };
    Ok(([(header::CONTENT_SECURITY_POLICY, CONTENT)], Html(body)))
}

/// A page in a frame would open links inside the frame.
fn opening_new_tabs(html: &str) -> String {
    const BASE: &str = "<base target=\"_blank\">";
    let lower = html.to_ascii_lowercase();
    let starts = lower.match_indices("<head").map(|(start, tag)| start + tag.len());
    // Not `<header>`.
    let mut heads = starts
        .filter(|end| lower[*end..].starts_with(|next: char| next == '>' || next.is_ascii_whitespace()));
    match heads
        .next()
        .and_then(|end| Some(end + lower[end..].find('>')? + 1))
    {
        Some(at) => format!("{}{BASE}{}", &html[..at], &html[at..]),
        None => format!("{BASE}{html}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_of_a_mail_open_in_a_new_tab() {
        assert_eq!(
            opening_new_tabs("<!doctype html><HEAD lang=en><title>x</title>"),
            "<!doctype html><HEAD lang=en><base target=\"_blank\"><title>x</title>"
        );
        assert_eq!(opening_new_tabs("<p>x"), "<base target=\"_blank\"><p>x");
        assert_eq!(opening_new_tabs("<header>x"), "<base target=\"_blank\"><header>x");
        assert_eq!(opening_new_tabs("<head"), "<base target=\"_blank\"><head");
    }
}
