//! Why a mail could not be handed over, in words for the person who waits for it.

use std::error::Error as _;
use std::io;

use lettre::transport::smtp::Error as SmtpError;
use muster_core::email::delivery::Refusal;

use super::for_now;

/// What a mail server, or the way to it, had against one mail.
pub(super) fn of_mail(error: &SmtpError) -> Refusal {
    match error.status() {
        Some(code) => Refusal {
            permanent: error.is_permanent(),
            code: Some(u16::from(code).into()),
            text: innermost(error),
        },
        None => for_now(words(error)),
    }
}

/// What goes wrong before the mail is begun says nothing about the mail, whatever the code: a password that is wrong for an
/// hour must not fail that hour's mails for good.
pub(super) fn of_server(error: &SmtpError) -> Refusal {
    Refusal {
        permanent: false,
        ..of_mail(error)
    }
}

/// The same for the sign-in, which has to be told from what the server thinks of a mail.
pub(super) fn of_sign_in(error: &SmtpError) -> Refusal {
    let refusal = of_server(error);
    Refusal {
        text: match refusal.code {
            Some(_) => format!(
                "the mail server did not accept our user and password: {}",
                refusal.text
            ),
            None => refusal.text,
        },
        ..refusal
    }
}

/// The same for the handshake and what leads to it.
pub(super) fn of_tls(error: &SmtpError) -> Refusal {
    let refusal = of_server(error);
    Refusal {
        text: match refusal.code {
            Some(_) => format!("the mail server could not begin TLS: {}", refusal.text),
            // lettre's word for a server that does not offer what we insist on.
            None if error.is_client() => {
                "the mail server does not offer STARTTLS, and without TLS nothing is sent".to_owned()
            }
            None => tls(&error.to_string(), &innermost(error)),
        },
        ..refusal
    }
}

/// The same for TLS from the first byte on, where the way to the server may be at fault too.
pub(super) fn of_implicit_tls(error: &SmtpError) -> Refusal {
    match error.source().and_then(|cause| cause.downcast_ref::<io::Error>()) {
        Some(_) => of_server(error),
        None if error.status().is_some() || error.is_response() => of_server(error),
        None => of_tls(error),
    }
}

fn words(error: &SmtpError) -> String {
    let cause = innermost(error);
    if error.is_client() {
        // Something that we asked for and the server does not offer.
        cause
    } else if error.is_response() {
        format!("the mail server hung up, or did not answer as mail servers do ({cause})")
    } else {
        format!("the connection to the mail server failed: {cause}")
    }
}

/// What OpenSSL says about a certificate, said so that an operator knows what to do.
fn tls(all: &str, cause: &str) -> String {
    let fault = if !all.contains("certificate verify failed") {
        // error:NUMBER:LIBRARY:FUNCTION:REASON:FILE:LINE, of which people want to know one.
        let reason = Some(cause)
            .filter(|cause| cause.starts_with("error:"))
            .and_then(|cause| cause.split(':').nth(4));
        return format!(
            "TLS with the mail server could not be set up: {}",
            reason.unwrap_or(cause)
        );
    } else if all.contains("mismatch") {
        "is for another name"
    } else if all.contains("not yet valid") {
        "is not valid yet"
    } else if all.contains("expired") {
        "has expired"
    } else {
        "is not signed by an authority that this machine trusts (SMTP_URL can name one with `ca`)"
    };
    format!("the mail server's certificate {fault}")
}

/// The last of an error's causes: lettre's own words before it say no more than that there was an error.
fn innermost(error: &SmtpError) -> String {
    let mut cause: &dyn std::error::Error = error;
    // The errors of TLS name OpenSSL's list of errors as their cause, which says less than they do.
    while cause.is::<SmtpError>()
        && let Some(next) = cause.source()
    {
        cause = next;
    }
    cause.to_string()
}
