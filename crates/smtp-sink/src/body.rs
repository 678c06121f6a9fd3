//! The text of a mail, as it comes after `DATA`.

use crate::wire::{End, Wire};

/// RFC 5321: 1000 with the CR LF, not counting a stuffed dot.
const MAX_TEXT_LINE: usize = 998;
pub(crate) const MAX_MESSAGE: usize = 10 * 1024 * 1024;

/// Why a message is not acceptable.
pub(crate) type Fault = (u16, &'static str);

/// How much of a message is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keep {
    All,
    /// Only its head: nothing else is held in memory.
    Head,
}

/// The message up to the final dot, with stuffed dots removed; or why it is not acceptable, after all of it was read.
pub(crate) async fn read(wire: &mut Wire, keep: Keep) -> Result<Result<Vec<u8>, Fault>, End> {
    let mut raw = Vec::new();
    let (mut length, mut in_head) = (0, true);
    let mut fault = None;
    let mut after_crlf = true;
    loop {
        // One more than the longest line, for a stuffed dot.
        let line = wire.line(MAX_TEXT_LINE + 1).await?;
        if after_crlf && line.crlf && line.bytes == b"." {
            return Ok(match fault {
                None => Ok(raw),
                Some(fault) => Err(fault),
            });
        }
        let content = match line.bytes.split_first() {
            Some((b'.', rest)) => rest,
            _ => &line.bytes[..],
        };
        if line.has_stray_break() {
            fault.get_or_insert((554, "a lone CR or LF in the message"));
        } else if line.too_long || content.len() > MAX_TEXT_LINE {
            fault.get_or_insert((554, "a line of the message is too long"));
        } else if length + content.len() + 2 > MAX_MESSAGE {
            fault.get_or_insert((552, "the message is too large"));
        }
        length += content.len() + 2;
        in_head &= !content.is_empty();
        if fault.is_none() && (in_head || keep == Keep::All) {
            raw.extend_from_slice(content);
            raw.extend_from_slice(b"\r\n");
        }
        after_crlf = line.crlf;
    }
}
