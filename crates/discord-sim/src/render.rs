//! A message or form as Discord shows it: an HTML fragment without behaviour, and the style sheet for it.

mod markdown;

use std::fmt::Write as _;

use chrono::{DateTime, Utc};

use crate::client::{
    Attachment, Button, ButtonStyle, Component, Embed, Message, Modal, Select, SelectKind, TextInput,
};
use crate::sim::Sim;
use crate::world::World;

pub use self::markdown::escape;

/// The style of everything rendered here; put it into a `<style>`.
pub const CSS: &str = include_str!("render/discord.css");

/// Who and what ids in texts mean, and what time it is.
pub(crate) struct Names<'a> {
    pub world: &'a World,
    pub now: DateTime<Utc>,
}

impl Sim {
    /// A message as Discord shows it.
    pub fn render(&self, message: &Message) -> String {
        self.shared.read(|world| {
            let names = Names {
                world,
                now: world.now(),
            };
            message_html(message, &names)
        })
    }
}

fn message_html(message: &Message, names: &Names) -> String {
    let mut html = format!(
        "<article class=\"d-message{}\" data-message-id=\"{}\"><header><b class=\"d-author\">{}</b> \
         <span class=\"d-app\">APP</span> <time>{}</time></header>",
        if message.ephemeral { " d-ephemeral" } else { "" },
        message.id,
        escape(&message.author),
        sent_at(message),
    );
    if message.thinking {
        html.push_str("<p class=\"d-thinking\">is thinking…</p>");
    }
    if !message.content.is_empty() {
        push(
            &mut html,
            format_args!(
                "<div class=\"d-content\">{}</div>",
                names.markdown(&message.content)
            ),
        );
    }
    for embed in &message.embeds {
        html.push_str(&embed_html(embed, names));
    }
    for file in &message.attachments {
        html.push_str(&file_html(file));
    }
    for row in &message.rows {
        html.push_str("<div class=\"d-row\">");
        for component in row {
            match component {
                Component::Button(button) => html.push_str(&button_html(button)),
                Component::Select(select) => html.push_str(&select_html(select, names)),
            }
        }
        html.push_str("</div>");
    }
    if message.edited {
        html.push_str("<small class=\"d-edited\">(edited)</small>");
    }
    if message.ephemeral {
        html.push_str("<small class=\"d-only-you\">Only you can see this</small>");
    }
    html.push_str("</article>");
    html
}

/// Writing to a string cannot fail.
fn push(html: &mut String, what: std::fmt::Arguments) {
    let _ = html.write_fmt(what);
}

fn sent_at(message: &Message) -> String {
    let sent = message.raw["timestamp"]
        .as_str()
        .and_then(|t| t.parse::<DateTime<Utc>>().ok());
    sent.map(|t| t.format("%d/%m/%Y %H:%M").to_string())
        .unwrap_or_default()
}

fn embed_html(embed: &Embed, names: &Names) -> String {
    let mut html = format!(
        "<section class=\"d-embed\" style=\"border-left-color:#{:06x}\">",
        embed.color.unwrap_or(0x1e_1f_22)
    );
    if let Some(author) = &embed.author {
        push(
            &mut html,
            format_args!("<div class=\"d-embed-author\">{}</div>", escape(author)),
        );
    }
    if let Some(title) = &embed.title {
        let title = names.markdown(title);
        match &embed.url {
            Some(url) => push(
                &mut html,
                format_args!(
                    "<h3><a href=\"{}\" rel=\"noreferrer\">{title}</a></h3>",
                    escape(url)
                ),
            ),
            None => push(&mut html, format_args!("<h3>{title}</h3>")),
        }
    }
    if let Some(text) = &embed.description {
        push(
            &mut html,
            format_args!("<div class=\"d-embed-text\">{}</div>", names.markdown(text)),
        );
    }
    if !embed.fields.is_empty() {
        html.push_str("<dl class=\"d-fields\">");
        for field in &embed.fields {
            push(
                &mut html,
                format_args!(
                    "<div{}><dt>{}</dt><dd>{}</dd></div>",
                    if field.inline { " class=\"d-inline\"" } else { "" },
                    names.markdown(&field.name),
                    names.markdown(&field.value),
                ),
            );
        }
        html.push_str("</dl>");
    }
    for (class, picture) in [("d-image", &embed.image), ("d-thumbnail", &embed.thumbnail)] {
        if let Some(url) = picture {
            push(
                &mut html,
                format_args!("<img class=\"{class}\" alt=\"\" src=\"{}\">", escape(url)),
            );
        }
    }
    let time = embed
        .timestamp
        .as_ref()
        .and_then(|t| t.parse::<DateTime<Utc>>().ok());
    let time = time.map(|t| t.format("%d/%m/%Y %H:%M").to_string());
    let foot: Vec<_> = [embed.footer.clone(), time].into_iter().flatten().collect();
    if !foot.is_empty() {
        push(
            &mut html,
            format_args!("<footer>{}</footer>", escape(&foot.join(" • "))),
        );
    }
    html.push_str("</section>");
    html
}

fn file_html(file: &Attachment) -> String {
    format!(
        "<a class=\"d-file\" href=\"{}\" download>{} <small>{} bytes</small></a>",
        escape(&file.url),
        escape(&file.filename),
        file.size
    )
}

fn button_html(button: &Button) -> String {
    let style = match button.style {
        ButtonStyle::Primary => "primary",
        ButtonStyle::Secondary => "secondary",
        ButtonStyle::Success => "success",
        ButtonStyle::Danger => "danger",
        ButtonStyle::Link => "link",
    };
    let emoji = button
        .emoji
        .as_ref()
        .map(|e| format!("{} ", escape(e)))
        .unwrap_or_default();
    let label = escape(&button.label);
    if let Some(url) = &button.url {
        let url = escape(url);
        return format!(
            "<a class=\"d-button d-link\" href=\"{url}\" target=\"_blank\" rel=\"noreferrer\">{emoji}{label} ↗</a>"
        );
    }
    format!(
        "<button type=\"button\" class=\"d-button d-{style}\" data-custom-id=\"{}\"{}>{emoji}{label}</button>",
        escape(button.custom_id.as_deref().unwrap_or_default()),
        if button.disabled { " disabled" } else { "" },
    )
}

fn select_html(select: &Select, names: &Names) -> String {
    let many = select.max_values > 1;
    let placeholder = select.placeholder.as_deref().unwrap_or("Make a selection");
    let mut html = format!(
        "<select class=\"d-select\" data-custom-id=\"{}\" data-min=\"{}\" data-max=\"{}\" aria-label=\"{}\"{}{}>",
        escape(&select.custom_id),
        select.min_values,
        select.max_values,
        escape(placeholder),
        if many { " multiple" } else { "" },
        if select.disabled { " disabled" } else { "" },
    );
    let mut options = select.options.clone();
    if select.kind != SelectKind::Options {
        options = names.choices(select.kind);
    }
    if !many {
        let chosen = options.iter().any(|o| o.default);
        push(
            &mut html,
            format_args!(
                "<option value=\"\" disabled{}>{}</option>",
                if chosen { "" } else { " selected" },
                escape(placeholder)
            ),
        );
    }
    for option in &options {
        let about = option
            .description
            .as_ref()
            .map(|d| format!(" · {d}"))
            .unwrap_or_default();
        push(
            &mut html,
            format_args!(
                "<option value=\"{}\"{}>{}{}</option>",
                escape(&option.value),
                if option.default { " selected" } else { "" },
                escape(&option.label),
                escape(&about),
            ),
        );
    }
    html.push_str("</select>");
    html
}

/// A form as Discord shows it: a heading and its inputs, each named by its custom id.
pub fn modal(modal: &Modal) -> String {
    let mut html = format!(
        "<form class=\"d-modal\" data-custom-id=\"{}\"><h2>{}</h2>",
        escape(&modal.custom_id),
        escape(&modal.title)
    );
    for input in &modal.inputs {
        html.push_str(&input_html(input));
    }
    html.push_str(
        "<div class=\"d-row\"><button type=\"button\" class=\"d-button d-secondary\" data-cancel>Cancel</button>\
         <button type=\"submit\" class=\"d-button d-primary\">Submit</button></div></form>",
    );
    html
}

fn input_html(input: &TextInput) -> String {
    let shared = format!(
        "name=\"{}\" maxlength=\"{}\"{}{}{}",
        escape(&input.custom_id),
        input.max_length,
        if input.min_length > 0 {
            format!(" minlength=\"{}\"", input.min_length)
        } else {
            String::new()
        },
        if input.required { " required" } else { "" },
        input
            .placeholder
            .as_ref()
            .map(|p| format!(" placeholder=\"{}\"", escape(p)))
            .unwrap_or_default(),
    );
    let value = escape(&input.value);
    let star = if input.required {
        " <span class=\"d-star\">*</span>"
    } else {
        ""
    };
    let field = if input.paragraph {
        // The first line break after the tag would be swallowed by HTML.
        format!("<textarea {shared} rows=\"5\">\n{value}</textarea>")
    } else {
        format!("<input type=\"text\" {shared} value=\"{value}\">")
    };
    format!(
        "<label><span>{}{star}</span>{field}</label>",
        escape(&input.label)
    )
}

#[cfg(test)]
mod tests;
