//! Where a request comes from, for the limits that count by it: the other end of the connection, or, where that is a proxy
//! of the operator's, whom the proxy names.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use muster_core::limit;

use super::Site;
use super::error::Problem;

/// The other end of a connection.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub IpAddr);

/// Some addresses that begin alike: `10.0.0.0/8`, or a single one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

/// A text that names no network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an address or network, like 10.0.0.5 or 10.0.0.0/8")]
pub struct BadNetwork;

impl FromStr for Network {
    type Err = BadNetwork;

    fn from_str(text: &str) -> Result<Self, BadNetwork> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| BadNetwork)?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            Some(bits) => bits.parse().map_err(|_| BadNetwork)?,
            None => most,
        };
        if bits <= most {
            Ok(Self { address, bits })
        } else {
            Err(BadNetwork)
        }
    }
}

impl Network {
    /// Whether an address is in it.
    fn has(&self, address: IpAddr) -> bool {
        let differ = match (self.address, address.to_canonical()) {
            (IpAddr::V4(one), IpAddr::V4(other)) => u128::from(u32::from(one) ^ u32::from(other)) << 96,
            (IpAddr::V6(one), IpAddr::V6(other)) => u128::from(one) ^ u128::from(other),
            _ => return false,
        };
        differ.leading_zeros() >= u32::from(self.bits)
    }
}

/// Who is at the other end. Each proxy adds whom it has heard from to the end of `X-Forwarded-For`, so the list is read from
/// there, for as long as it was a proxy of ours that wrote; what comes before can be anybody's invention.
fn origin(trusted: &[Network], peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    let ours = |address: IpAddr| trusted.iter().any(|network| network.has(address));
    let mut origin = peer;
    let told = headers.get_all("x-forwarded-for").into_iter().rev();
    let hops = told.flat_map(|value| {
        value
            .to_str()
            .unwrap_or_default()
            .rsplit(',')
            .map(|hop| address(hop.trim()))
    });
    for hop in hops {
        match hop {
            Some(hop) if ours(origin) => origin = hop,
            _ => break,
        }
    }
    origin
}

/// An address as proxies write it, some of them with the port.
fn address(hop: &str) -> Option<IpAddr> {
    let alone = hop.parse().ok();
    alone.or_else(|| hop.parse::<SocketAddr>().ok().map(|hop| hop.ip()))
}

/// Where a request comes from.
pub struct Client(pub limit::Client);

impl FromRequestParts<Site> for Client {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Problem> {
        let peer = parts
            .extensions
            .get::<Peer>()
            .map_or(IpAddr::from([0, 0, 0, 0]), |peer| peer.0);
        let proxies = &site.trusted_proxies;
        if proxies.is_empty() && parts.headers.contains_key("x-forwarded-for") {
            warn_once();
        }
        Ok(Self(limit::Client::of(origin(proxies, peer, &parts.headers))))
    }
}

/// Without the setting, everybody behind a proxy counts as one.
fn warn_once() {
    static WARNED: AtomicBool = AtomicBool::new(false);
    if !WARNED.swap(true, Ordering::Relaxed) {
        tracing::warn!(
            "a proxy names the people behind it, but TRUSTED_PROXIES is not set: all of them count as one for the limits"
        );
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn from(trusted: &str, peer: &str, told: &[&'static str]) -> String {
        let trusted: Vec<Network> = trusted
            .split_whitespace()
            .map(|network| network.parse().unwrap())
            .collect();
        let mut headers = HeaderMap::new();
        for line in told {
            headers.append("x-forwarded-for", HeaderValue::from_static(line));
        }
        origin(&trusted, peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn only_proxies_of_ours_are_believed() {
        assert_eq!(from("", "192.0.2.9", &["198.51.100.1"]), "192.0.2.9");
        assert_eq!(from("10.0.0.0/8", "192.0.2.9", &["198.51.100.1"]), "192.0.2.9");
        assert_eq!(from("10.0.0.0/8", "10.1.2.3", &["198.51.100.1"]), "198.51.100.1");
        // What the client invents stands before what the proxy saw.
        assert_eq!(
            from("10.0.0.0/8", "10.1.2.3", &["1.1.1.1, 198.51.100.1"]),
            "198.51.100.1"
        );
        assert_eq!(
            from("10.0.0.0/8", "10.1.2.3", &["1.1.1.1", "198.51.100.1"]),
            "198.51.100.1"
        );
        assert_eq!(
            from("10.0.0.0/8", "10.1.2.3", &["1.1.1.1, 198.51.100.1, 10.9.9.9"]),
            "198.51.100.1"
        );
        assert_eq!(
            from("10.0.0.0/8", "10.1.2.3", &["198.51.100.1:4711"]),
            "198.51.100.1"
        );
        assert_eq!(from("10.0.0.0/8", "10.1.2.3", &["nonsense"]), "10.1.2.3");
        assert_eq!(from("10.0.0.0/8", "10.1.2.3", &[]), "10.1.2.3");
        assert_eq!(from("::1", "::1", &["2001:db8::7"]), "2001:db8::7");
        assert_eq!(
            from("127.0.0.1", "::ffff:127.0.0.1", &["198.51.100.1"]),
            "198.51.100.1"
        );
    }

    #[test]
    fn networks_are_read_strictly() {
        for bad in [
            "",
            "here",
            "10.0.0.0/33",
            "10.0.0.0/",
            "10.0.0.0/8/8",
            "::/129",
            "10.0.0",
        ] {
            assert_eq!(bad.parse::<Network>(), Err(BadNetwork), "{bad}");
        }
        let all: Network = "0.0.0.0/0".parse().unwrap();
        assert!(all.has("203.0.113.7".parse().unwrap()) && !all.has("2001:db8::1".parse().unwrap()));
    }
}
