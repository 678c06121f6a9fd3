//! Reads `SMTP_URL`: which server, whether over TLS, whom to trust, and as whom to sign in.

use std::fs;
use std::net::IpAddr;

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, TlsParameters};
use url::{Host, Url};

use super::MailerError;

pub(super) struct Server {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) tls: Tls,
    pub(super) credentials: Option<Credentials>,
}

/// What happens before anything of ours is said.
pub(super) enum Tls {
    /// TLS from the first byte on.
    Implicit(TlsParameters),
    /// STARTTLS, or nothing at all.
    Required(TlsParameters),
    /// STARTTLS where the server offers it.
    Opportunistic(TlsParameters),
    /// Everything in the clear.
    None,
}

impl Server {
    /// Nothing in the error is the password.
    pub(super) fn from_url(text: &str) -> Result<Self, MailerError> {
        let bad = |reason: &str| Err(MailerError(format!("SMTP_URL {reason}")));
        let Ok(url) = Url::parse(text) else {
            return bad("is not a URL such as `smtp://user:password@mail.example.org:587`");
        };
        let implicit = match url.scheme() {
            "smtp" => false,
            "smtps" => true,
            _ => return bad("has to begin with `smtp://` or `smtps://`"),
        };
        // These schemes are not special to URLs: a number in the place of a name is still a name to them.
        let host = match url.host() {
            Some(Host::Domain(name)) if !name.is_empty() => name.to_owned(),
            Some(Host::Ipv4(address)) => address.to_string(),
            Some(Host::Ipv6(address)) => address.to_string(),
            _ => return bad("names no server"),
        };
        if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
            return bad("has something after the server's name that means nothing here");
        }
        let (mut mode, mut ca) = (None, None);
        for (key, value) in url.query_pairs() {
            match (key.as_ref(), value.as_ref()) {
                ("tls", "required" | "none" | "opportunistic") if mode.is_none() => {
                    mode = Some(value.into_owned());
                }
                ("tls", _) => return bad("may say `tls=required`, `tls=opportunistic` or `tls=none`, once"),
                ("ca", file) if ca.is_none() && !file.is_empty() => ca = Some(file.to_owned()),
                ("ca", _) => return bad("may name one file of certificates in `ca`"),
                _ => return bad("knows the options `tls` and `ca` only"),
            }
        }
        if ca.is_some() && mode.as_deref() == Some("none") {
            return bad("names a `ca`, which means nothing with `tls=none`");
        }
        let parameters = || {
            let mut builder = TlsParameters::builder(host.clone());
            for root in ca.as_deref().map_or_else(|| Ok(Vec::new()), roots)? {
                builder = builder.add_root_certificate(root);
            }
            builder
                .build()
                .map_err(|error| MailerError(format!("TLS cannot be set up: {error}")))
        };
        let tls = match (implicit, mode.as_deref()) {
            (true, None | Some("required")) => Tls::Implicit(parameters()?),
            (true, _) => return bad("begins with `smtps://`, which always means TLS: leave `tls` out"),
            (false, Some("none")) => Tls::None,
            (false, Some("opportunistic")) => Tls::Opportunistic(parameters()?),
            (false, _) => Tls::Required(parameters()?),
        };
        let credentials = match (decode(url.username()), url.password().map(decode)) {
            (Some(name), None) if name.is_empty() => None,
            (Some(name), Some(Some(password))) if !name.is_empty() => Some(Credentials::new(name, password)),
            _ => return bad("needs both a user and a password, or neither; special characters as %XX"),
        };
        let on_this_machine =
            host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        if credentials.is_some() && !on_this_machine && matches!(tls, Tls::None | Tls::Opportunistic(_)) {
            return bad("has a password, which needs TLS: leave `tls` out");
        }
        let port = url.port().unwrap_or(if implicit { 465 } else { 587 });
        Ok(Self {
            host,
            port,
            tls,
            credentials,
        })
    }
}

/// The certificates of a PEM file. lettre reads the first of several only.
fn roots(file: &str) -> Result<Vec<Certificate>, MailerError> {
    const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
    const END: &str = "-----END CERTIFICATE-----";
    let bad = |reason: String| MailerError(format!("SMTP_URL names `{file}` in `ca`, {reason}"));
    let bytes = fs::read(file).map_err(|error| bad(format!("which cannot be read: {error}")))?;
    let text = String::from_utf8_lossy(&bytes);
    let mut roots = Vec::new();
    for block in text.split(BEGIN).skip(1) {
        let number = roots.len() + 1;
        let root = block
            .split_once(END)
            .and_then(|(base64, _)| Certificate::from_pem(format!("{BEGIN}{base64}{END}\n").as_bytes()).ok())
            .ok_or_else(|| bad(format!("but certificate {number} in it is damaged")))?;
        roots.push(root);
    }
    if roots.is_empty() {
        return Err(bad("which holds no certificate in PEM".to_owned()));
    }
    Ok(roots)
}

/// Undoes the `%XX` of a user or password.
fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        if first == b'%' {
            let hex = std::str::from_utf8(tail.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(hex, 16).ok()?);
            rest = &tail[2..];
        } else {
            bytes.push(first);
            rest = tail;
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tls_is_required_unless_the_url_says_otherwise() {
        let tls = |url: &str| match Server::from_url(url).unwrap() {
            Server {
                tls: Tls::Implicit(_),
                port,
                ..
            } => ("implicit", port),
            Server {
                tls: Tls::Required(_),
                port,
                ..
            } => ("required", port),
            Server {
                tls: Tls::Opportunistic(_),
                port,
                ..
            } => ("opportunistic", port),
            Server {
                tls: Tls::None, port, ..
            } => ("none", port),
        };
        assert_eq!(tls("smtp://mail.example.org"), ("required", 587));
        assert_eq!(tls("smtp://mail.example.org:25?tls=required"), ("required", 25));
        assert_eq!(
            tls("smtp://mail.example.org/?tls=opportunistic"),
            ("opportunistic", 587)
        );
        assert_eq!(tls("smtp://127.0.0.1:2525?tls=none"), ("none", 2525));
        assert_eq!(tls("smtps://mail.example.org"), ("implicit", 465));
    }

    #[test]
    fn what_cannot_be_meant_is_refused_without_telling_the_password() {
        for url in [
            "mail.example.org",
            "http://mail.example.org",
            "smtp://",
            "smtp://u:sesame@mail.example.org?tls=none",
            "smtp://u:sesame@mail.example.org?tls=opportunistic",
            "smtp://u:sesame@mail.example.org?tls=sometimes",
            "smtp://u:sesame@mail.example.org?tls=none&tls=required",
            "smtp://u:sesame@mail.example.org?ca=",
            "smtp://u:sesame@mail.example.org?ca=/one.pem&ca=/two.pem",
            "smtp://u:sesame@mail.example.org?ca=/not/there.pem",
            "smtp://mail.example.org?tls=none&ca=/not/there.pem",
            "smtp://u:sesame@mail.example.org/inbox",
            "smtp://u:sesame%ZZ@mail.example.org",
            "smtp://:sesame@mail.example.org",
            "smtp://u@mail.example.org",
            "smtps://u:sesame@mail.example.org?tls=none",
            "smtp://u:sesame@mail.example.org:port",
        ] {
            let Err(error) = Server::from_url(url) else {
                panic!("{url} was taken")
            };
            assert!(
                error.to_string().starts_with("SMTP_URL ") && !error.to_string().contains("sesame"),
                "{error}"
            );
        }
    }

    #[test]
    fn users_and_passwords_may_have_any_character() {
        assert_eq!(decode("a%40b%3A+%25").as_deref(), Some("a@b:+%"));
        assert!(
            Server::from_url("smtp://ada%40example.org:p%2Fw@mail.example.org")
                .unwrap()
                .credentials
                .is_some()
        );
        assert!(
            Server::from_url("smtp://u:p@127.0.0.1:25?tls=none")
                .unwrap()
                .credentials
                .is_some()
        );
    }

    #[tokio::test]
    async fn all_certificates_of_the_file_are_trusted_or_none() {
        let sink = smtp_sink::SmtpSink::builder().implicit_tls().start().await;
        let pem = sink.ca_pem();
        let broken = pem.replacen("MII", "XXX", 1);
        let folder = tempfile::tempdir().unwrap();
        let read = |content: &str| {
            let file = folder.path().join("ca.pem");
            std::fs::write(&file, content).unwrap();
            roots(file.to_str().unwrap())
                .map(|roots| roots.len())
                .map_err(|error| error.to_string())
        };
        assert_eq!(read(pem), Ok(1));
        assert_eq!(
            read(&format!("Our relay:\n{pem}\nand the old one:\n{pem}")),
            Ok(2)
        );
        for (content, reason) in [
            (String::new(), "holds no certificate"),
            ("no PEM".to_owned(), "holds no certificate"),
            (format!("{pem}{broken}"), "certificate 2 in it is damaged"),
            (pem[..pem.len() / 2].to_owned(), "certificate 1 in it is damaged"),
        ] {
            let error = read(&content).unwrap_err();
            assert!(
                error.starts_with("SMTP_URL names `") && error.contains(reason),
                "{error}"
            );
        }
    }

    #[test]
    fn a_file_that_cannot_be_read_is_named() {
        let error = Server::from_url("smtps://mail.example.org?ca=/not/there.pem")
            .err()
            .unwrap();
        assert!(
            error
                .to_string()
                .contains("`/not/there.pem` in `ca`, which cannot be read: "),
            "{error}"
        );
    }
}
