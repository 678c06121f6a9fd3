//! Where messages may be sent: to addresses of the public internet, and to what the operator allows besides.
//!
//! Whoever adds a webhook chooses what this machine connects to. So nothing inside the operator's network, no metadata
//! service and no loopback can be chosen, by whatever name or spelling: a name is looked up, and each address it leads to is
//! asked about here again before it is connected to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use crate::error::{Error, Rule};
use crate::message;
use crate::message::Message;

/// How long a URL may be.
const URL_LENGTH: usize = 2000;

/// What the operator allows beside the public internet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reach {
    hosts: Vec<String>,
    networks: Vec<Network>,
}

/// A text that is neither a host nor a network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is neither a host like hooks.internal nor a network like 10.1.0.0/16")]
pub struct BadReach(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Network {
    base: IpAddr,
    bits: u8,
}

impl Network {
    /// `10.1.0.0/16`, or an address alone.
    fn parse(text: &str) -> Option<Self> {
        let (base, bits) = match text.split_once('/') {
            Some((base, bits)) => (base, Some(bits.parse::<u8>().ok()?)),
            None => (text, None),
        };
        let base = base.trim_matches(['[', ']']).parse::<IpAddr>().ok()?;
        let most = if base.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(most);
        (bits <= most).then_some(Self { base, bits })
    }

    fn contains(self, address: IpAddr) -> bool {
        match (self.base, address) {
            (IpAddr::V4(base), IpAddr::V4(address)) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(self.bits)).unwrap_or(0);
                base.to_bits() & mask == address.to_bits() & mask
            }
            (IpAddr::V6(base), IpAddr::V6(address)) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(self.bits)).unwrap_or(0);
                base.to_bits() & mask == address.to_bits() & mask
            }
            _ => false,
        }
    }
}

impl Reach {
    /// Reads hosts, addresses and networks, separated by commas; all mistakes at once.
    pub fn parse(text: &str) -> Result<Self, Vec<BadReach>> {
        let (mut reach, mut mistakes) = (Self::default(), Vec::new());
        for one in text.split(',').map(str::trim).filter(|one| !one.is_empty()) {
            if let Some(network) = Network::parse(one) {
                reach.networks.push(network);
                continue;
            }
            match Host::parse(one) {
                Ok(Host::Domain(name)) => reach.hosts.push(name),
                _ => mistakes.push(BadReach(one.chars().take(80).collect())),
            }
        }
        if mistakes.is_empty() {
            Ok(reach)
        } else {
            Err(mistakes)
        }
    }

    /// Whether the operator names this host.
    pub fn names(&self, host: &str) -> bool {
        let host = host.trim_end_matches('.');
        self.hosts.iter().any(|named| named.eq_ignore_ascii_case(host))
    }

    /// Whether an address may be connected to when `host` leads to it.
    pub fn allows(&self, host: &str, address: IpAddr) -> bool {
        is_public(address) || self.names(host) || self.lists(address)
    }

    fn lists(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.networks.iter().any(|network| network.contains(address))
    }

    /// Reads a URL that messages can be sent to.
    pub fn check(&self, text: &str) -> Result<Url, Error> {
        let bad = |reason: Message| {
            Error::from(Rule::TextBad {
                what: "what-webhook-url",
                reason,
            })
        };
        let text = text.trim();
        if text.is_empty() {
            return Err(bad(message!("text-empty")));
        }
        if text.chars().count() > URL_LENGTH {
            return Err(bad(message!(
                "text-long",
                length = text.chars().count(),
                most = URL_LENGTH
            )));
        }
        let url = Url::parse(text).map_err(|_| bad(message!("webhook-url-bad")))?;
        let Some(host) = url.host() else {
            return Err(bad(message!("webhook-url-bad")));
        };
        if url.as_str().len() > URL_LENGTH || !matches!(url.scheme(), "http" | "https") {
            return Err(bad(message!("webhook-url-bad")));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(bad(message!("webhook-url-user")));
        }
        let named = match host {
            Host::Domain(name) => self.names(name),
            Host::Ipv4(address) => self.lists(address.into()),
            Host::Ipv6(address) => self.lists(address.into()),
        };
        if named {
            return Ok(url);
        }
        let private = match host {
            Host::Domain(name) => is_local_name(name),
            Host::Ipv4(address) => !is_public(address.into()),
            Host::Ipv6(address) => !is_public(address.into()),
        };
        if private {
            return Err(bad(message!("webhook-url-private")));
        }
        if url.scheme() != "https" {
            return Err(bad(message!("webhook-url-plain")));
        }
        match url.port_or_known_default() {
            Some(80 | 443 | 1024..) => Ok(url),
            _ => Err(bad(message!("webhook-url-port"))),
        }
    }
}

/// Names that never belong to anybody on the internet.
fn is_local_name(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    name == "localhost"
        || [".localhost", ".local", ".internal"]
            .iter()
            .any(|end| name.ends_with(end))
        || !name.contains('.')
}

/// Whether an address is one of the public internet, in a spelling that hides nothing: no address of version 4 inside one
/// of version 6.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

/// What the registry of special addresses (RFC 6890 and after) leaves.
fn is_public_v4(address: Ipv4Addr) -> bool {
    // Where a large cloud answers its machines' questions about themselves, outside of all private networks.
    const WIRE_SERVER: Ipv4Addr = Ipv4Addr::new(168, 63, 129, 16);
    let special = match address.octets() {
        // This network, private, loopback, link-local with the metadata of most clouds, and everything from multicast on; then
        // protocols and documentation, the way to 6to4, benchmarks.
        [0 | 10 | 127 | 224.., ..]
        | [169, 254, ..]
        | [192, 168, ..]
        | [192, 0, 0 | 2, _]
        | [192, 88, 99, _]
        | [198, 18 | 19, ..]
        | [198, 51, 100, _]
        | [203, 0, 113, _] => true,
        [172, second, ..] => (16..32).contains(&second),
        // Shared behind carriers, where another cloud has its metadata.
        [100, second, ..] => (64..128).contains(&second),
        _ => false,
    };
    !special && address != WIRE_SERVER
}

/// Global unicast is all that is left of version 6; what is special within it leads elsewhere.
fn is_public_v6(address: Ipv6Addr) -> bool {
    match address.segments() {
        // Protocols, Teredo among them; documentation; 6to4, which holds an address of version 4.
        [0x2001, second, ..] if second < 0x0200 || second == 0x0db8 => false,
        [0x2002, ..] => false,
        [0x3fff, second, ..] if second < 0x1000 => false,
        // Mapped, NAT64, unique local, link-local and multicast addresses begin otherwise.
        [first, ..] => (0x2000..0x4000).contains(&first),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn refused(reach: &Reach, url: &str) -> &'static str {
        match reach.check(url) {
            Err(Error::Rule(Rule::TextBad { reason, .. })) => reason.id,
            other => panic!("{url}: {other:?}"),
        }
    }

    #[test]
    fn only_addresses_of_the_public_internet_are_public() {
        for inside in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.100.100.200",
            "127.0.0.1",
            "127.255.255.254",
            "168.63.129.16",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.192",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:93.184.215.14",
            "::ffff:0:127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b::5db8:d70e",
            "64:ff9b:1::a00:1",
            "100::1",
            "2001::1",
            "2001:0:4136:e378:8000:63bf:3fff:fdd2",
            "2001:10::1",
            "2001:20::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2002:a00:1::1",
            "3fff::1",
            "3fff:fff::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!is_public(inside.parse().unwrap()), "{inside}");
        }
        for outside in [
            "1.1.1.1",
            "8.8.8.8",
            "93.184.215.14",
            "100.63.0.1",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "198.17.0.1",
            "223.255.255.255",
            "2001:200::1",
            "2001:4860:4860::8888",
            "2606:4700::1111",
            "2a00:1450:4001::1",
            "3fff:1000::1",
        ] {
            assert!(is_public(outside.parse().unwrap()), "{outside}");
        }
    }

    #[test]
    fn a_url_is_https_to_somewhere_public_in_every_spelling() {
        let nobody = Reach::default();
        for good in [
            "https://hooks.example.org/muster?team=1",
            " https://hooks.example.org:8443/ ",
            "https://1.1.1.1/",
            "https://[2606:4700::1111]/",
        ] {
            assert!(nobody.check(good).is_ok(), "{good}");
        }
        for (bad, reason) in [
            ("", "text-empty"),
            ("hooks.example.org", "webhook-url-bad"),
            ("ftp://hooks.example.org/", "webhook-url-bad"),
            ("file:///etc/passwd", "webhook-url-bad"),
            ("https://", "webhook-url-bad"),
            ("https://ada:secret@hooks.example.org/", "webhook-url-user"),
            ("http://hooks.example.org/", "webhook-url-plain"),
            ("https://hooks.example.org:22/", "webhook-url-port"),
            ("https://localhost/", "webhook-url-private"),
            ("https://LOCALHOST./", "webhook-url-private"),
            ("https://printer/", "webhook-url-private"),
            ("https://db.internal/", "webhook-url-private"),
            ("https://127.0.0.1/", "webhook-url-private"),
            ("https://127.1/", "webhook-url-private"),
            ("https://2130706433/", "webhook-url-private"),
            ("https://0x7f.0.0.1/", "webhook-url-private"),
            ("https://0177.0.0.1/", "webhook-url-private"),
            ("https://169.254.169.254/latest/meta-data", "webhook-url-private"),
            ("https://[::1]/", "webhook-url-private"),
            ("https://[::ffff:10.0.0.1]/", "webhook-url-private"),
            ("https://[64:ff9b::a00:1]/", "webhook-url-private"),
        ] {
            assert_eq!(refused(&nobody, bad), reason, "{bad}");
        }
        let long = format!("https://hooks.example.org/{}", "a".repeat(2000));
        assert_eq!(refused(&nobody, &long), "text-long");
        // What grows when it is written as a URL is.
        let grows = format!("https://hooks.example.org/{}", "ü".repeat(900));
        assert_eq!(refused(&nobody, &grows), "webhook-url-bad");
    }

    #[test]
    fn the_operator_opens_what_they_name_and_nothing_else() {
        let reach = Reach::parse("hooks.internal, 10.1.0.0/16, 127.0.0.1 ,fd00::/8,").unwrap();
        for good in [
            "http://hooks.internal:22/",
            "http://HOOKS.internal./",
            "http://10.1.2.3/",
            "http://127.0.0.1:81/",
            "http://[::ffff:10.1.2.3]/",
            "https://[fd12::1]/",
        ] {
            assert!(reach.check(good).is_ok(), "{good}");
        }
        for bad in [
            "https://10.2.0.1/",
            "https://127.0.0.2/",
            "https://other.internal/",
            "https://[fe80::1]/",
        ] {
            assert_eq!(refused(&reach, bad), "webhook-url-private", "{bad}");
        }
        assert!(reach.allows("hooks.internal", "192.168.0.1".parse().unwrap()));
        assert!(reach.allows("other.example.org", "10.1.9.9".parse().unwrap()));
        assert!(!reach.allows("other.example.org", "10.2.9.9".parse().unwrap()));
        assert_eq!(Reach::parse("10.0.0.0/33, a b").unwrap_err().len(), 2);
        assert!(
            Reach::parse("0.0.0.0/0")
                .unwrap()
                .allows("x", "127.0.0.1".parse().unwrap())
        );
    }

    proptest! {
        #[test]
        fn no_text_panics(text in any::<String>(), host in "[0-9a-fx.:\\[\\]/]{0,40}") {
            let reach = Reach::parse(&text).unwrap_or_default();
            let _ = reach.check(&text);
            let _ = reach.check(&format!("https://{host}/"));
            let _ = Reach::parse(&host);
        }

        #[test]
        fn an_address_inside_another_is_never_public(address in any::<u32>()) {
            let inner = Ipv4Addr::from_bits(address);
            prop_assert!(!is_public(inner.to_ipv6_mapped().into()));
            prop_assert!(!is_public(inner.to_ipv6_compatible().into()));
            let [a, b, c, d] = inner.octets();
            let nat64 = Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
            prop_assert!(!is_public(nat64.into()));
        }
    }
}
