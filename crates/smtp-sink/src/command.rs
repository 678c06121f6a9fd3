//! The commands a client may send, parsed as RFC 5321 writes them. An error here is the reply to give.

use std::str;

/// Longest address RFC 5321 allows between the angle brackets.
const MAX_PATH: usize = 254;

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Ehlo,
    Helo,
    Mail(Sender),
    Rcpt(String),
    Data,
    Rset,
    Noop,
    Vrfy,
    StartTls,
    Auth(Auth),
    Quit,
}

/// A mechanism by name, and what was said along with it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Auth {
    pub(crate) mechanism: String,
    pub(crate) initial: Option<String>,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Sender {
    pub(crate) address: String,
    pub(crate) size: Option<u64>,
    pub(crate) eight_bit: bool,
    pub(crate) utf8: bool,
}

/// A reply that refuses a command.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refusal(pub(crate) u16, pub(crate) &'static str);

impl Command {
    pub(crate) fn parse(line: &[u8]) -> Result<Command, Refusal> {
        let line = str::from_utf8(line).map_err(|_| Refusal(500, "a command is UTF-8 text"))?;
        if line.chars().any(char::is_control) {
            return Err(Refusal(500, "a command has no control characters"));
        }
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        let rest = rest.trim();
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" => named(rest).map(|()| Command::Ehlo),
            "HELO" => named(rest).map(|()| Command::Helo),
            "MAIL" => sender(rest).map(Command::Mail),
            "RCPT" => recipient(rest).map(Command::Rcpt),
            "DATA" => alone(rest).map(|()| Command::Data),
            "RSET" => alone(rest).map(|()| Command::Rset),
            "NOOP" => Ok(Command::Noop),
            "VRFY" if rest.is_empty() => Err(Refusal(501, "VRFY needs an address")),
            "VRFY" => Ok(Command::Vrfy),
            "QUIT" => alone(rest).map(|()| Command::Quit),
            "STARTTLS" => alone(rest).map(|()| Command::StartTls),
            "AUTH" => auth(rest).map(Command::Auth),
            "BDAT" | "EXPN" | "HELP" => Err(Refusal(502, "not offered here")),
            _ => Err(Refusal(500, "no such command")),
        }
    }
}

fn named(rest: &str) -> Result<(), Refusal> {
    if rest.is_empty() {
        Err(Refusal(501, "say who you are"))
    } else {
        Ok(())
    }
}

fn alone(rest: &str) -> Result<(), Refusal> {
    if rest.is_empty() {
        Ok(())
    } else {
        Err(Refusal(501, "this command takes nothing"))
    }
}

fn auth(rest: &str) -> Result<Auth, Refusal> {
    let mut words = rest.split_ascii_whitespace();
    match (words.next(), words.next(), words.next()) {
        (Some(mechanism), initial, None) => Ok(Auth {
            mechanism: mechanism.to_ascii_uppercase(),
            initial: initial.map(str::to_owned),
        }),
        _ => Err(Refusal(501, "write AUTH and a mechanism")),
    }
}

fn sender(rest: &str) -> Result<Sender, Refusal> {
    let rest = after(rest, "FROM:").ok_or(Refusal(501, "write MAIL FROM:<address>"))?;
    let (address, parameters) = path(rest)?;
    let mut sender = Sender {
        address,
        size: None,
        eight_bit: false,
        utf8: false,
    };
    for parameter in parameters.split_ascii_whitespace() {
        let (key, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        match (
            key.to_ascii_uppercase().as_str(),
            value.to_ascii_uppercase().as_str(),
        ) {
            ("SIZE", digits) => {
                let size = digits
                    .parse()
                    .map_err(|_| Refusal(501, "SIZE takes a number of bytes"))?;
                sender.size = Some(size);
            }
            ("BODY", "7BIT") => sender.eight_bit = false,
            ("BODY", "8BITMIME") => sender.eight_bit = true,
            ("BODY", _) => return Err(Refusal(501, "BODY is 7BIT or 8BITMIME")),
            ("SMTPUTF8", "") => sender.utf8 = true,
            _ => return Err(Refusal(555, "a parameter of MAIL is not offered here")),
        }
    }
    if !sender.utf8 && !sender.address.is_ascii() {
        return Err(Refusal(550, "this address needs SMTPUTF8"));
    }
    // The empty address is the sender of bounces.
    if sender.address.is_empty() || is_mailbox(&sender.address) {
        Ok(sender)
    } else {
        Err(Refusal(501, "the sender is not an address"))
    }
}

fn recipient(rest: &str) -> Result<String, Refusal> {
    let rest = after(rest, "TO:").ok_or(Refusal(501, "write RCPT TO:<address>"))?;
    let (address, parameters) = path(rest)?;
    if !parameters.trim().is_empty() {
        return Err(Refusal(555, "a parameter of RCPT is not offered here"));
    }
    if is_mailbox(&address) || address.eq_ignore_ascii_case("postmaster") {
        Ok(address)
    } else {
        Err(Refusal(501, "the recipient is not an address"))
    }
}

fn after<'a>(rest: &'a str, keyword: &str) -> Option<&'a str> {
    let head = rest.get(..keyword.len())?;
    head.eq_ignore_ascii_case(keyword)
        .then(|| rest[keyword.len()..].trim_start())
}

/// Splits `<address> parameters`. A quoted local part may itself contain an angle bracket.
fn path(rest: &str) -> Result<(String, &str), Refusal> {
    let bad = Refusal(501, "an address stands in angle brackets");
    let Some(inner) = rest.strip_prefix('<') else {
        return Err(bad);
    };
    let mut quoted = false;
    let mut escaped = false;
    for (index, character) in inner.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '>' if !quoted => {
                let parameters = &inner[index + 1..];
                if index > MAX_PATH || !(parameters.is_empty() || parameters.starts_with(' ')) {
                    return Err(bad);
                }
                return Ok((inner[..index].to_owned(), parameters));
            }
            _ => {}
        }
    }
    Err(bad)
}

fn is_mailbox(address: &str) -> bool {
    let Some((local, domain)) = address.rsplit_once('@') else {
        return false;
    };
    let quoted = local.len() >= 3 && local.starts_with('"') && local.ends_with('"');
    let plain = !local.is_empty()
        && local.len() <= 64
        && local.split('.').all(|atom| {
            !atom.is_empty()
                && atom
                    .chars()
                    .all(|c| c.is_alphanumeric() || !c.is_ascii() || "!#$%&'*+-/=?^_`{|}~".contains(c))
        });
    let literal = domain.starts_with('[') && domain.ends_with(']') && domain.len() > 2;
    let name = domain.split('.').all(|label| {
        !label.is_empty()
            && label
                .chars()
                .all(|c| c.is_alphanumeric() || !c.is_ascii() || c == '-')
    });
    (quoted || plain) && (literal || name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(line: &str) -> Result<Sender, u16> {
        match Command::parse(line.as_bytes()) {
            Ok(Command::Mail(sender)) => Ok(sender),
            Ok(other) => panic!("{other:?}"),
            Err(Refusal(code, _)) => Err(code),
        }
    }

    fn rcpt(line: &str) -> Result<String, u16> {
        match Command::parse(line.as_bytes()) {
            Ok(Command::Rcpt(address)) => Ok(address),
            Ok(other) => panic!("{other:?}"),
            Err(Refusal(code, _)) => Err(code),
        }
    }

    #[test]
    fn a_sender_carries_its_parameters() {
        let sender = mail("mail from:<a@b.example> SIZE=12 body=8bitmime SMTPUTF8").unwrap();
        assert_eq!(
            sender,
            Sender {
                address: "a@b.example".to_owned(),
                size: Some(12),
                eight_bit: true,
                utf8: true
            }
        );
    }

    #[test]
    fn a_bounce_has_no_sender_but_a_mail_has_a_recipient() {
        assert_eq!(mail("MAIL FROM:<>").unwrap().address, "");
        assert_eq!(rcpt("RCPT TO:<>"), Err(501));
        assert_eq!(rcpt("RCPT TO:<Postmaster>").unwrap(), "Postmaster");
    }

    #[test]
    fn a_quoted_local_part_may_hold_brackets_and_spaces() {
        assert_eq!(
            rcpt(r#"RCPT TO:<"a> \"b"@c.example>"#).unwrap(),
            r#""a> \"b"@c.example"#
        );
    }

    #[test]
    fn what_is_not_an_address_is_refused() {
        for bad in [
            "a@b.example",
            "<a>",
            "<a@>",
            "<@b>",
            "<a b@c>",
            "<a..b@c>",
            "<a@b..c>",
            "<a@b",
            "<a@b>x",
        ] {
            assert_eq!(rcpt(&format!("RCPT TO:{bad}")), Err(501), "{bad}");
        }
        assert_eq!(
            rcpt(&format!("RCPT TO:<a@{}.example>", "b".repeat(260))),
            Err(501)
        );
    }

    #[test]
    fn parameters_nobody_offered_are_refused() {
        assert_eq!(mail("MAIL FROM:<a@b.example> RET=HDRS").unwrap_err(), 555);
        assert_eq!(mail("MAIL FROM:<a@b.example> SIZE=many").unwrap_err(), 501);
        assert_eq!(mail("MAIL FROM:<a@b.example> BODY=BINARY").unwrap_err(), 501);
        assert_eq!(rcpt("RCPT TO:<a@b.example> NOTIFY=NEVER"), Err(555));
    }

    #[test]
    fn an_address_beyond_ascii_needs_smtputf8() {
        assert_eq!(mail("MAIL FROM:<jörg@b.example>").unwrap_err(), 550);
        assert_eq!(
            mail("MAIL FROM:<jörg@b.example> SMTPUTF8").unwrap().address,
            "jörg@b.example"
        );
    }

    #[test]
    fn unknown_and_unoffered_commands_differ() {
        assert_eq!(Command::parse(b"EXPN").unwrap_err().0, 502);
        assert_eq!(Command::parse(b"XYZZY").unwrap_err().0, 500);
        assert_eq!(Command::parse(b"\xff").unwrap_err().0, 500);
        assert_eq!(Command::parse(b"EHLO").unwrap_err().0, 501);
        assert_eq!(Command::parse(b"QUIT now").unwrap_err().0, 501);
        assert_eq!(Command::parse(b"STARTTLS now").unwrap_err().0, 501);
        assert_eq!(Command::parse(b"AUTH").unwrap_err().0, 501);
    }
}
