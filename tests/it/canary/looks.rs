//! How a secret can look where it is written down: as it is, as other texts quote or encode it, its bytes, and the bytes that
//! it writes down.

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD};

/// Bytes that are fewer stand in many places by chance.
const FEWEST: usize = 16;

/// All of them.
pub fn looks(text: &str) -> Vec<String> {
    let form: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
    let percent = form.replace('+', "%20");
    let quoted = format!("{text:?}");
    let html = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;");
    let mut looks = vec![
        text.to_owned(),
        // As Rust and JSON quote it, and as pages do by name and by number.
        quoted[1..quoted.len() - 1].to_owned(),
        numbered(&html),
        html,
        small(&form),
        small(&percent),
        form,
        percent,
    ];
    let bare = text.strip_prefix("whsec_").unwrap_or(text);
    let read = [BASE64_URL_SAFE_NO_PAD.decode(bare), BASE64_STANDARD.decode(bare)];
    let written = read.into_iter().flatten().filter(|bytes| bytes.len() >= FEWEST);
    for bytes in std::iter::once(text.as_bytes().to_vec()).chain(written) {
        looks.extend(of_bytes(&bytes));
    }
    looks.sort();
    looks.dedup();
    looks
}

/// Pages of ours write quotation marks and the like as numbers.
fn numbered(html: &str) -> String {
    [
        ("&amp;", "&#38;"),
        ("&lt;", "&#60;"),
        ("&gt;", "&#62;"),
        ("&quot;", "&#34;"),
        ("'", "&#39;"),
    ]
    .iter()
    .fold(html.to_owned(), |text, (name, number)| text.replace(name, number))
}

/// Percent signs with small digits.
fn small(text: &str) -> String {
    let mut parts = text.split('%');
    let mut small = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (digits, rest) = part.split_at(2);
        small.push('%');
        small.push_str(&digits.to_ascii_lowercase());
        small.push_str(rest);
    }
    small
}

/// Bytes as digits of either size, as a list of numbers, and in base64 wherever in a text they stand.
fn of_bytes(bytes: &[u8]) -> Vec<String> {
    let numbers: Vec<String> = bytes.iter().map(u8::to_string).collect();
    let mut looks = vec![
        hex(bytes),
        hex(bytes).to_ascii_uppercase(),
        numbers.join(", "),
        numbers.join(","),
    ];
    for before in 0..3 {
        // What comes before and after shares a letter with them, which is left out.
        let (first, end) = ((before * 8_usize).div_ceil(6), (before + bytes.len()) * 8 / 6);
        let padded = [&[0; 3][..before], bytes].concat();
        for encoded in [
            BASE64_STANDARD_NO_PAD.encode(&padded),
            BASE64_URL_SAFE_NO_PAD.encode(&padded),
        ] {
            looks.push(encoded[first..end].to_owned());
        }
    }
    looks
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
