//! `multipart/form-data` bodies: `payload_json` and `files[n]`, as bots upload files.

use serde_json::Value;

use crate::message::Upload;

/// The JSON and the files of a multipart body. `None` when it is not well formed.
pub(crate) fn parse(body: &[u8], content_type: &str) -> Option<(Value, Vec<Upload>)> {
    let boundary = content_type.split("boundary=").nth(1)?.split(';').next()?;
    let delimiter = format!("--{}", boundary.trim_matches('"'));
    let mut json = Value::Null;
    let mut uploads = Vec::new();
    for part in split(body, delimiter.as_bytes()).into_iter().skip(1) {
        let Some(part) = part.strip_prefix(b"\r\n") else {
            // `--` ends the body.
            break;
        };
        let part = part.strip_suffix(b"\r\n")?;
        let head_end = find(part, b"\r\n\r\n")?;
        let head = std::str::from_utf8(&part[..head_end]).ok()?;
        let content = &part[head_end + 4..];
        let name = parameter(head, "name")?;
        if name == "payload_json" {
            json = serde_json::from_slice(content).ok()?;
        } else if let Some(index) = name.strip_prefix("files[").and_then(|n| n.strip_suffix(']')) {
            uploads.push(Upload {
                index: index.parse().ok()?,
                name: parameter(head, "filename")?,
                content_type: header(head, "content-type")
                    .unwrap_or("application/octet-stream")
                    .to_owned(),
                bytes: content.to_vec(),
            });
        }
    }
    Some((json, uploads))
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|w| w == needle)
}

fn split<'a>(mut body: &'a [u8], delimiter: &[u8]) -> Vec<&'a [u8]> {
    let mut parts = Vec::new();
    while let Some(at) = find(body, delimiter) {
        parts.push(&body[..at]);
        body = &body[at + delimiter.len()..];
    }
    parts.push(body);
    parts
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim())
}

/// A quoted parameter of Content-Disposition.
fn parameter(head: &str, name: &str) -> Option<String> {
    let disposition = header(head, "content-disposition")?;
    let value = disposition
        .split(';')
        .filter_map(|p| p.trim().split_once('='))
        .find(|(key, _)| *key == name)?
        .1;
    Some(value.trim_matches('"').to_owned())
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn json_and_files_are_read() {
        let body = b"--x\r\nContent-Disposition: form-data; name=\"files[0]\"; filename=\"a.csv\"\r\n\
            Content-Type: text/csv\r\n\r\na,b\r\n1,2\r\n--x\r\nContent-Disposition: form-data; name=\"payload_json\"\
            \r\n\r\n{\"content\":\"hi\"}\r\n--x--\r\n";
        let (json, uploads) = parse(body, "multipart/form-data; boundary=x").unwrap();
        assert_eq!(json["content"], "hi");
        assert_eq!(uploads[0].name, "a.csv");
        assert_eq!(uploads[0].bytes, b"a,b\r\n1,2");
    }

    #[test]
    fn a_broken_body_is_refused() {
        assert!(parse(b"--x\r\nno head--x--", "multipart/form-data; boundary=x").is_none());
        assert!(parse(b"", "multipart/form-data").is_none());
    }
}
