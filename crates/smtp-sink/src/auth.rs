//! Signing in by AUTH PLAIN (RFC 4616) or AUTH LOGIN: what is asked, and what the answers have to be.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::command::Auth;
use crate::setup::User;

pub(crate) const MECHANISMS: &str = "PLAIN LOGIN";

/// What the server says next.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// It asks this, already encoded, and waits for a line.
    Ask(String),
    In,
    /// Not in, with this reply.
    Out(u16, &'static str),
}

const WRONG: Turn = Turn::Out(535, "5.7.8 user or password is wrong");
const NONSENSE: Turn = Turn::Out(501, "5.5.2 that is not what this mechanism says");

/// A sign-in under way.
#[derive(Debug)]
pub(crate) enum Exchange {
    Plain,
    LoginName,
    LoginPassword { name: Vec<u8> },
}

impl Exchange {
    /// The first turn after `AUTH`.
    pub(crate) fn begin(auth: Auth, user: &User) -> (Exchange, Turn) {
        let (mut exchange, question) = match auth.mechanism.as_str() {
            "PLAIN" => (Exchange::Plain, ""),
            "LOGIN" => (Exchange::LoginName, "Username:"),
            _ => return (Exchange::Plain, Turn::Out(504, "5.5.4 no such mechanism here")),
        };
        let turn = match auth.initial {
            Some(initial) => exchange.hear(&initial, user),
            None => ask(question),
        };
        (exchange, turn)
    }

    /// What follows a line of the client.
    pub(crate) fn hear(&mut self, line: &str, user: &User) -> Turn {
        match line {
            "*" => return Turn::Out(501, "5.7.0 as you like"),
            // How an answer of no bytes is written along with AUTH.
            "=" => return NONSENSE,
            _ => {}
        }
        let Ok(answer) = STANDARD.decode(line) else {
            return NONSENSE;
        };
        match self {
            Exchange::Plain => match *answer.split(|&byte| byte == 0).collect::<Vec<_>>() {
                [_, name, password] => verdict(user, name, password),
                _ => NONSENSE,
            },
            Exchange::LoginName => {
                *self = Exchange::LoginPassword { name: answer };
                ask("Password:")
            }
            Exchange::LoginPassword { name } => verdict(user, name, &answer),
        }
    }
}

fn ask(question: &str) -> Turn {
    Turn::Ask(STANDARD.encode(question))
}

fn verdict(user: &User, name: &[u8], password: &[u8]) -> Turn {
    if name == user.name.as_bytes() && password == user.password.as_bytes() {
        Turn::In
    } else {
        WRONG
    }
}
