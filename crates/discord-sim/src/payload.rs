//! Discord's limits on what a message or a modal may hold, checked as Discord checks them.

use std::collections::HashSet;

use serde_json::Value;
use url::Url;

use crate::error::{ApiError, Form, Path, at};

const NOTHING: &[Value] = &[];

/// A list that may be absent or null.
pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(NOTHING, Vec::as_slice)
}

/// Refuses a message body that Discord would refuse. `path` is where the message sits in the body.
pub(crate) fn check_message(body: &Value, path: &[String]) -> Result<(), ApiError> {
    let mut form = Form::default();
    form.text(body, path, "content", 0, 2000);
    embeds(&mut form, body, path);
    components(&mut form, body, path);
    allowed_mentions(&mut form, body, path);
    // A number is taken too.
    if body["nonce"].is_string() {
        form.text(body, path, "nonce", 0, 25);
    }
    form.finish()
}

fn embeds(form: &mut Form, body: &Value, path: &[String]) {
    let path = at(path, "embeds");
    let embeds = list(&body["embeds"]);
    form.length(&path, embeds.len(), 0, 10);
    let mut total = 0;
    for (index, embed) in embeds.iter().enumerate() {
        let path = at(&path, index);
        if !embed.is_object() {
            form.wrong(
                &path,
                "DICT_TYPE_CONVERT",
                "Only dictionaries may be used in a DictType",
            );
            continue;
        }
        form.text(embed, &path, "title", 0, 256);
        form.text(embed, &path, "description", 0, 4096);
        web_address(form, embed, &path, "url", &["http", "https"]);
        part(form, embed, &path, "footer", "text", 2048);
        part(form, embed, &path, "author", "name", 256);
        for image in ["image", "thumbnail"] {
            web_address(
                form,
                &embed[image],
                &at(&path, image),
                "url",
                &["http", "https", "attachment"],
            );
        }
        if let Some(color) = embed["color"].as_i64()
            && !(0..=0xFF_FF_FF).contains(&color)
        {
            form.wrong(
                &at(&path, "color"),
                "NUMBER_TYPE_MAX",
                "int value should be between 0 and 16777215.",
            );
        }
        let fields = list(&embed["fields"]);
        form.length(&at(&path, "fields"), fields.len(), 0, 25);
        for (index, field) in fields.iter().enumerate() {
            let path = at(&at(&path, "fields"), index);
            form.required_text(field, &path, "name", 1, 256);
            form.required_text(field, &path, "value", 1, 1024);
        }
        total += embed_size(embed);
    }
    if total > 6000 {
        form.wrong(
            &path,
            "MAX_EMBED_SIZE_EXCEEDED",
            "Embed size exceeds maximum size of 6000",
        );
    }
}

/// `embed[key]`, when it is there, has a text `embed[key][text]` of `1..=max`.
fn part(form: &mut Form, embed: &Value, path: &[String], key: &str, text: &str, max: usize) {
    let path = at(path, key);
    if embed[key].is_object() {
        form.required_text(&embed[key], &path, text, 1, max);
        web_address(
            form,
            &embed[key],
            &path,
            "icon_url",
            &["http", "https", "attachment"],
        );
    }
}

fn embed_size(embed: &Value) -> usize {
    let size = |text: &Value| text.as_str().map_or(0, |t| t.chars().count());
    let fields = list(&embed["fields"]).iter();
    size(&embed["title"])
        + size(&embed["description"])
        + size(&embed["footer"]["text"])
        + size(&embed["author"]["name"])
        + fields
            .map(|f| size(&f["name"]) + size(&f["value"]))
            .sum::<usize>()
}

fn web_address(form: &mut Form, object: &Value, path: &[String], key: &str, schemes: &[&str]) {
    let Some(text) = object[key].as_str() else {
        return;
    };
    let path = at(path, key);
    match Url::parse(text) {
        Ok(url) if schemes.contains(&url.scheme()) => form.length(&path, text.chars().count(), 0, 2048),
        Ok(url) => form.wrong(
            &path,
            "URL_TYPE_INVALID_SCHEME",
            format!(
                "Scheme \"{}\" is not supported. Scheme must be one of {schemes:?}.",
                url.scheme()
            ),
        ),
        Err(_) => form.wrong(&path, "URL_TYPE_INVALID_URL", "Not a well formed URL."),
    }
}

fn allowed_mentions(form: &mut Form, body: &Value, path: &[String]) {
    let allowed = &body["allowed_mentions"];
    let path = at(path, "allowed_mentions");
    for key in ["users", "roles"] {
        let ids = list(&allowed[key]);
        form.length(&at(&path, key), ids.len(), 0, 100);
        if !ids.is_empty() && list(&allowed["parse"]).iter().any(|p| p == key) {
            form.wrong(
                &path,
                "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
                format!("parse:[\"{key}\"] and {key}: [ids...] are mutually exclusive."),
            );
        }
    }
}

fn components(form: &mut Form, body: &Value, path: &[String]) {
    let path = at(path, "components");
    let rows = list(&body["components"]);
    form.length(&path, rows.len(), 0, 5);
    let mut seen = HashSet::new();
    for (index, row) in rows.iter().enumerate() {
        let path = at(&path, index);
        if row["type"] != 1 {
            // Components V2 needs a flag that nothing here sends.
            form.wrong(
                &at(&path, "type"),
                "UNION_TYPE_CHOICES",
                "Value of field \"type\" must be one of (1,).",
            );
            continue;
        }
        let path = at(&path, "components");
        let items = list(&row["components"]);
        form.length(&path, items.len(), 1, 5);
        let selects = items.iter().filter(|i| i["type"] != 2).count();
        if selects > 0 && items.len() > 1 {
            form.wrong(
                &path,
                "COMPONENT_LAYOUT_WIDTH_EXCEEDED",
                "The specified component exceeds the maximum width",
            );
        }
        for (index, item) in items.iter().enumerate() {
            let path = at(&path, index);
            match item["type"].as_u64() {
                Some(2) => button(form, item, &path),
                Some(3 | 5..=8) => select(form, item, &path),
                _ => form.wrong(
                    &at(&path, "type"),
                    "UNION_TYPE_CHOICES",
                    "Value of field \"type\" must be one of (2, 3, 5, 6, 7, 8).",
                ),
            }
            unique_custom_id(form, item, &path, &mut seen);
        }
    }
}

fn unique_custom_id<'a>(form: &mut Form, item: &'a Value, path: &[String], seen: &mut HashSet<&'a str>) {
    if let Some(custom_id) = item["custom_id"].as_str()
        && !seen.insert(custom_id)
    {
        form.wrong(
            &at(path, "custom_id"),
            "COMPONENT_CUSTOM_ID_DUPLICATED",
            "Component custom id cannot be duplicated",
        );
    }
}

fn button(form: &mut Form, item: &Value, path: &[String]) {
    form.text(item, path, "label", 0, 80);
    let is_link = item["style"] == 5;
    match item["style"].as_u64() {
        Some(1..=4) => form.required_text(item, path, "custom_id", 1, 100),
        Some(5) => {
            if item["url"].is_null() {
                form.required(&at(path, "url"));
            }
            web_address(form, item, path, "url", &["http", "https", "discord"]);
            form.text(item, path, "url", 1, 512);
            if !item["custom_id"].is_null() {
                form.wrong(
                    &at(path, "custom_id"),
                    "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
                    "A custom id and url cannot both be specified",
                );
            }
        }
        _ => form.wrong(
            &at(path, "style"),
            "BASE_TYPE_CHOICES",
            "Value must be one of {1, 2, 3, 4, 5}.",
        ),
    }
    if !is_link && !item["url"].is_null() {
        form.wrong(
            &at(path, "url"),
            "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
            "A custom id and url cannot both be specified",
        );
    }
    let has_label = item["label"].as_str().is_some_and(|l| !l.is_empty());
    if !has_label && item["emoji"].is_null() {
        form.wrong(
            path,
            "BUTTON_COMPONENT_MISSING_LABEL_OR_EMOJI",
            "A button must have a label or an emoji",
        );
    }
}

fn select(form: &mut Form, item: &Value, path: &[String]) {
    form.required_text(item, path, "custom_id", 1, 100);
    form.text(item, path, "placeholder", 0, 150);
    let min = item["min_values"].as_u64().unwrap_or(1);
    let max = item["max_values"].as_u64().unwrap_or(1);
    if min > 25 || max > 25 || max == 0 || min > max {
        form.wrong(
            &at(path, "max_values"),
            "NUMBER_TYPE_MAX",
            "min_values and max_values must be at most 25, in order.",
        );
    }
    if item["type"] != 3 {
        return;
    }
    let path = at(path, "options");
    let options = list(&item["options"]);
    form.length(&path, options.len(), 1, 25);
    if (1..=25).contains(&max) && max > options.len() as u64 {
        form.wrong(
            &path,
            "SELECT_COMPONENT_MAX_VALUES_TOO_LARGE",
            "max_values is larger than the number of options",
        );
    }
    let mut values = HashSet::new();
    for (index, option) in options.iter().enumerate() {
        let path = at(&path, index);
        form.required_text(option, &path, "label", 1, 100);
        form.required_text(option, &path, "value", 1, 100);
        form.text(option, &path, "description", 0, 100);
        if !values.insert(option["value"].as_str()) {
            form.wrong(
                &at(&path, "value"),
                "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
                "The specified option value is already used",
            );
        }
    }
}

/// Refuses a modal that Discord would refuse.
pub(crate) fn check_modal(data: &Value, path: &[String]) -> Result<(), ApiError> {
    let mut form = Form::default();
    form.required_text(data, path, "title", 1, 45);
    form.required_text(data, path, "custom_id", 1, 100);
    let path = at(path, "components");
    let rows = list(&data["components"]);
    form.length(&path, rows.len(), 1, 5);
    let mut seen = HashSet::new();
    for (index, row) in rows.iter().enumerate() {
        let path = at(&at(&path, index), "components");
        match list(&row["components"]) {
            [input] if row["type"] == 1 && input["type"] == 4 => {
                let path = at(&path, 0);
                text_input(&mut form, input, &path);
                unique_custom_id(&mut form, input, &path, &mut seen);
            }
            _ => form.wrong(
                &path,
                "UNION_TYPE_CHOICES",
                "A row of a modal holds exactly one text input.",
            ),
        }
    }
    form.finish()
}

fn text_input(form: &mut Form, input: &Value, path: &Path) {
    form.required_text(input, path, "custom_id", 1, 100);
    form.required_text(input, path, "label", 1, 45);
    form.text(input, path, "placeholder", 0, 100);
    form.text(input, path, "value", 0, 4000);
    if !matches!(input["style"].as_u64(), Some(1 | 2)) {
        form.wrong(
            &at(path, "style"),
            "BASE_TYPE_CHOICES",
            "Value must be one of {1, 2}.",
        );
    }
    let bound = |key: &str| input[key].as_u64();
    let min = bound("min_length").unwrap_or(0);
    let max = bound("max_length").unwrap_or(4000);
    if max == 0 || max > 4000 || min > max {
        form.wrong(
            &at(path, "max_length"),
            "NUMBER_TYPE_MAX",
            "min_length and max_length must be at most 4000, in order.",
        );
    }
}

/// Refuses autocomplete choices that Discord would refuse.
pub(crate) fn check_choices(data: &Value, path: &[String]) -> Result<(), ApiError> {
    let mut form = Form::default();
    let path = at(path, "choices");
    let choices = list(&data["choices"]);
    form.length(&path, choices.len(), 0, 25);
    for (index, choice) in choices.iter().enumerate() {
        let path = at(&path, index);
        form.required_text(choice, &path, "name", 1, 100);
        match &choice["value"] {
            Value::Number(_) => {}
            _ => form.required_text(choice, &path, "value", 1, 100),
        }
    }
    form.finish()
}
