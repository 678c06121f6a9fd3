//! The part of Discord's Markdown that bots use, turned into HTML. Everything else is plain text.

use chrono::{DateTime, TimeDelta, Utc};

use super::Names;
use crate::client::{SelectKind, SelectOption};

/// Text that is safe inside HTML and inside quoted attributes.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

/// A marker around text, and the tag it stands for. Longer markers first.
const SPANS: [(&str, &str); 6] = [
    ("**", "strong"),
    ("__", "u"),
    ("~~", "s"),
    ("||", "em"),
    ("*", "em"),
    ("_", "em"),
];

impl Names<'_> {
    /// A text as Discord shows it: code blocks, quotes and headings by line, the rest within lines.
    pub fn markdown(&self, text: &str) -> String {
        let mut html = String::new();
        for (index, part) in text.split("```").enumerate() {
            // An opening fence without a closing one is text.
            let is_code = index % 2 == 1 && text.matches("```").count() > index;
            if is_code {
                let code = part.split_once('\n').map_or(part, |(first, rest)| {
                    if first.chars().all(char::is_alphanumeric) {
                        rest
                    } else {
                        part
                    }
                });
                html.push_str("<pre><code>");
                html.push_str(&escape(code.trim_end()));
                html.push_str("</code></pre>");
            } else {
                if index % 2 == 1 {
                    html.push_str("```");
                }
                html.push_str(&self.lines(part));
            }
        }
        html
    }

    fn lines(&self, text: &str) -> String {
        let mut html = Vec::new();
        for line in text.split('\n') {
            html.push(if let Some(quote) = line.strip_prefix("> ") {
                format!("<blockquote>{}</blockquote>", self.inline(quote))
            } else if let Some(small) = line.strip_prefix("-# ") {
                format!("<small>{}</small>", self.inline(small))
            } else if let Some(item) = line.strip_prefix("- ") {
                format!("• {}", self.inline(item))
            } else if let Some(heading) = ["### ", "## ", "# "].iter().find_map(|h| line.strip_prefix(h)) {
                format!("<strong>{}</strong>", self.inline(heading))
            } else {
                self.inline(line)
            });
        }
        html.join("\n")
    }

    fn inline(&self, text: &str) -> String {
        let mut html = String::new();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let (piece, used) = self
                .next(rest)
                .unwrap_or_else(|| (escape(&first.to_string()), first.len_utf8()));
            html.push_str(&piece);
            rest = &rest[used..];
        }
        html
    }

    /// The markup at the start of `text`: its HTML, and how much of the text it took.
    fn next(&self, text: &str) -> Option<(String, usize)> {
        if let Some(after) = text.strip_prefix('\\') {
            let escaped = after.chars().next().filter(char::is_ascii_punctuation)?;
            return Some((escape(&escaped.to_string()), 2));
        }
        if let Some(after) = text.strip_prefix('`') {
            let end = after.find('`').filter(|end| *end > 0)?;
            return Some((format!("<code>{}</code>", escape(&after[..end])), end + 2));
        }
        if text.starts_with('<') {
            let end = text.find('>')?;
            return Some((self.tag(&text[1..end])?, end + 1));
        }
        if text.starts_with('[') {
            return self.link(text);
        }
        if text.starts_with("https://") || text.starts_with("http://") {
            let end = text
                .find(|c: char| c.is_whitespace() || "<>)*|".contains(c))
                .unwrap_or(text.len());
            return Some((anchor(&text[..end], &escape(&text[..end])), end));
        }
        SPANS.iter().find_map(|(marker, tag)| {
            let inside = text.strip_prefix(marker)?;
            let end = closing(inside, marker)?;
            let class = if *marker == "||" {
                " class=\"d-spoiler\""
            } else {
                ""
            };
            let html = format!("<{tag}{class}>{}</{tag}>", self.inline(&inside[..end]));
            Some((html, end + 2 * marker.len()))
        })
    }

    fn link(&self, text: &str) -> Option<(String, usize)> {
        let middle = text.find("](")?;
        let end = middle + 2 + text[middle + 2..].find(')')?;
        let address = text[middle + 2..end]
            .trim_start_matches('<')
            .trim_end_matches('>');
        let is_web = address.starts_with("https://") || address.starts_with("http://");
        is_web.then(|| (anchor(address, &self.inline(&text[1..middle])), end + 1))
    }

    /// What is between `<` and `>`: a mention, a time, a custom emoji or an address.
    fn tag(&self, inside: &str) -> Option<String> {
        if let Some(time) = inside.strip_prefix("t:") {
            return self.time(time);
        }
        if inside.starts_with("http://") || inside.starts_with("https://") {
            return Some(anchor(inside, &escape(inside)));
        }
        let mention = |text: String| Some(format!("<span class=\"d-mention\">{}</span>", escape(&text)));
        if let Some(role) = inside.strip_prefix("@&") {
            let role: u64 = role.parse().ok()?;
            let found = self.world.guilds.values().find_map(|g| g.role(role));
            return mention(format!("@{}", found.map_or("deleted-role", |r| r.name.as_str())));
        }
        if let Some(user) = inside.strip_prefix('@') {
            let user: u64 = user.trim_start_matches('!').parse().ok()?;
            let found = self.world.users.get(&user);
            return mention(format!("@{}", found.map_or("unknown-user", |u| u.shown())));
        }
        if let Some(channel) = inside.strip_prefix('#') {
            let channel: u64 = channel.parse().ok()?;
            let found = self.world.channels.get(&channel);
            return mention(format!("#{}", found.map_or("unknown", |c| c.name.as_str())));
        }
        if let Some(command) = inside.strip_prefix('/') {
            return mention(format!("/{}", command.split(':').next()?));
        }
        let emoji = inside.strip_prefix("a:").or_else(|| inside.strip_prefix(':'))?;
        Some(escape(&format!(":{}:", emoji.split(':').next()?)))
    }

    /// `1700000000:R`: a moment, in words or in relation to now.
    fn time(&self, inside: &str) -> Option<String> {
        let (seconds, style) = inside.split_once(':').unwrap_or((inside, "f"));
        let at = DateTime::<Utc>::from_timestamp(seconds.parse().ok()?, 0)?;
        let shown = match style {
            "R" => relative(at - self.now),
            "d" => at.format("%d/%m/%Y").to_string(),
            "D" => at.format("%-d %B %Y").to_string(),
            "t" => at.format("%H:%M").to_string(),
            "T" => at.format("%H:%M:%S").to_string(),
            "F" => at.format("%A, %-d %B %Y %H:%M").to_string(),
            "f" => at.format("%-d %B %Y %H:%M").to_string(),
            _ => return None,
        };
        let full = at.format("%A, %-d %B %Y %H:%M UTC");
        Some(format!("<span class=\"d-time\" title=\"{full}\">{shown}</span>"))
    }

    /// What a select menu of people, roles or channels offers.
    pub fn choices(&self, kind: SelectKind) -> Vec<SelectOption> {
        let option = |id: u64, label: String| SelectOption {
            label,
            value: id.to_string(),
            description: None,
            default: false,
        };
        let users = self.world.people().map(|u| option(u.id, u.shown().to_owned()));
        let guilds = self.world.guilds.values();
        let roles = guilds
            .flat_map(|g| g.roles.iter())
            .map(|r| option(r.id, r.name.clone()));
        let channels = self.world.channels.values().filter(|c| !c.name.is_empty());
        match kind {
            SelectKind::Options => Vec::new(),
            SelectKind::Users => users.collect(),
            SelectKind::Roles => roles.collect(),
            SelectKind::Mentionables => users.chain(roles).collect(),
            SelectKind::Channels => channels.map(|c| option(c.id, format!("#{}", c.name))).collect(),
        }
    }
}

fn anchor(address: &str, html: &str) -> String {
    format!(
        "<a href=\"{}\" target=\"_blank\" rel=\"noreferrer\">{html}</a>",
        escape(address)
    )
}

/// Where a marker closes: not at once, not escaped, and for `_` not inside a word.
fn closing(inside: &str, marker: &str) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + inside[from..].find(marker)?;
        let is_escaped = inside[..at].ends_with('\\');
        let after = &inside[at + marker.len()..];
        let in_word = marker == "_" && after.starts_with(char::is_alphanumeric);
        let is_longer = marker.len() == 1 && after.starts_with(marker);
        let opens_with_space = inside.starts_with(char::is_whitespace);
        if at > 0 && !is_escaped && !in_word && !is_longer && !opens_with_space {
            return Some(at);
        }
        from = at + if is_longer { 2 } else { 1 };
        if from >= inside.len() || !inside.is_char_boundary(from) {
            return None;
        }
    }
}

fn relative(from_now: TimeDelta) -> String {
    let seconds = from_now.num_seconds().abs();
    let (count, unit) = match seconds {
        0..60 => (seconds, "second"),
        60..3600 => (seconds / 60, "minute"),
        3600..86_400 => (seconds / 3600, "hour"),
        86_400..2_592_000 => ((seconds + 43_200) / 86_400, "day"),
        2_592_000..31_536_000 => (seconds / 2_592_000, "month"),
        _ => (seconds / 31_536_000, "year"),
    };
    let plural = if count == 1 { "" } else { "s" };
    if from_now < TimeDelta::zero() {
        format!("{count} {unit}{plural} ago")
    } else {
        format!("in {count} {unit}{plural}")
    }
}
