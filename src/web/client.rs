//! Who sends a request: the address, as a trusted proxy forwards it where there is one, and the browser.

use super::refusal::Refusal;
use super::state::AppState;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::header::USER_AGENT;
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap};
use ipnet::IpNet;
use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Once;

/// Characters of the `User-Agent` that are used.
const LONGEST_BROWSER: usize = 200;
/// Characters that the log has of what a proxy wrote, at most.
const LONGEST_QUOTE: usize = 60;

/// The sender of a request. Never stored: see [`crate::feedback::Visitor`].
#[derive(Debug, Clone)]
pub(super) struct Client {
    pub(super) address: IpAddr,
    pub(super) browser: String,
}

impl FromRequestParts<AppState> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        let browser = parts
            .headers
            .get(USER_AGENT)
            .and_then(|v| v.to_str().ok())
            .unwrap_or_default();
        Ok(Self {
            address: address_of(&parts.extensions, &parts.headers, state),
            browser: browser.chars().take(LONGEST_BROWSER).collect(),
        })
    }
}

/// Who sends feedback, and the header that makes sending it again safe.
pub(super) struct Sender {
    pub(super) client: Client,
    /// `Idempotency-Key`.
    pub(super) key: Option<String>,
}

impl FromRequestParts<AppState> for Sender {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Refusal> {
        let Ok(client) = Client::from_request_parts(parts, state).await;
        let Some(value) = parts.headers.get("idempotency-key") else {
            return Ok(Self { client, key: None });
        };
        let key = value.to_str().unwrap_or_default().trim();
        if key.is_empty() {
            return Err(Refusal::UnreadableKey);
        }
        let key = Some(key.to_owned());
        Ok(Self { client, key })
    }
}

/// The address that sent a request with these extensions and headers.
pub(super) fn address_of(extensions: &Extensions, headers: &HeaderMap, state: &AppState) -> IpAddr {
    // Requests without a socket, as in tests of the router, all count as one client.
    let peer = extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |info| info.0.ip());
    forwarded_address(peer, headers, &state.config.trusted_proxies)
}

/// The last forwarded address that is not a trusted proxy's. Addresses before it may be forged.
fn forwarded_address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    if !is_trusted(peer, trusted) {
        return peer;
    }
    let mut nearest = peer;
    let forwarded = headers.get_all("x-forwarded-for").iter();
    let forwarded: Vec<&str> = forwarded
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(','))
        .collect();
    for text in forwarded.iter().rev() {
        let Some(address) = read_address(text.trim()) else {
            tell_unreadable(text.trim());
            break;
        };
        nearest = address;
        if !is_trusted(address, trusted) {
            break;
        }
    }
    nearest
}

/// An address as proxies write it: `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:4711`, each
/// in quotes or not.
fn read_address(text: &str) -> Option<IpAddr> {
    let text = text.trim_matches('"');
    let plain = text.strip_prefix('[').and_then(|t| t.strip_suffix(']'));
    let address = plain.unwrap_or(text).parse().ok();
    let address = address.or_else(|| Some(text.parse::<SocketAddr>().ok()?.ip()));
    address.map(|address: IpAddr| address.to_canonical())
}

/// Logs once that a proxy writes what cannot be read: its visitors then all count as one.
fn tell_unreadable(text: &str) {
    static TOLD: Once = Once::new();
    TOLD.call_once(|| {
        // An address is a visitor's own: the log has no more than how it is written.
        let shape = |c: char| if c.is_alphanumeric() { 'x' } else { c };
        let written: String = text.chars().take(LONGEST_QUOTE).map(shape).collect();
        tracing::warn!(
            ?written,
            "X-Forwarded-For of a trusted proxy has no address that can be read: its visitors count as one"
        );
    });
}

/// Whether an address is that of a trusted proxy.
pub(super) fn is_trusted(address: IpAddr, trusted: &[IpNet]) -> bool {
    let address = address.to_canonical();
    trusted.iter().any(|network| network.contains(&address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_trusted_proxies_are_believed() {
        let trusted: Vec<IpNet> = vec![
            "127.0.0.0/8".parse().unwrap(),
            "10.0.0.0/8".parse().unwrap(),
        ];
        for (peer, told, address) in [
            ("203.0.113.9", "192.0.2.1", "203.0.113.9"),
            ("127.0.0.1", "192.0.2.1", "192.0.2.1"),
            ("127.0.0.1", "6.6.6.6, 192.0.2.1, 10.1.1.1", "192.0.2.1"),
            ("127.0.0.1", "nonsense", "127.0.0.1"),
            ("127.0.0.1", "", "127.0.0.1"),
            // nginx, Apache, Caddy, Traefik, Envoy, HAProxy.
            ("127.0.0.1", "2001:db8::1", "2001:db8::1"),
            ("::1", "192.0.2.1", "::1"),
            // Azure Application Gateway, AWS load balancers that keep the port of the client.
            ("127.0.0.1", "192.0.2.1:4711", "192.0.2.1"),
            ("127.0.0.1", "[2001:db8::1]:4711", "2001:db8::1"),
            (
                "127.0.0.1",
                "6.6.6.6:80, 192.0.2.1:4711,10.1.1.1:80",
                "192.0.2.1",
            ),
            // IIS with Application Request Routing; gateways that write as RFC 7239 has it.
            ("127.0.0.1", "[2001:db8::1]", "2001:db8::1"),
            ("127.0.0.1", "\"[2001:db8::1]:80\"", "2001:db8::1"),
            ("127.0.0.1", "\"192.0.2.1\"", "192.0.2.1"),
            // A proxy that listens on both kinds of addresses with one socket.
            ("127.0.0.1", "::ffff:192.0.2.1", "192.0.2.1"),
            ("127.0.0.1", "[::ffff:192.0.2.1]:4711", "192.0.2.1"),
            // Squid, told to hide its clients.
            ("127.0.0.1", "unknown", "127.0.0.1"),
            ("127.0.0.1", "192.0.2.1:port", "127.0.0.1"),
            ("127.0.0.1", "[192.0.2.1", "127.0.0.1"),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert("x-forwarded-for", told.parse().unwrap());
            let found = forwarded_address(peer.parse().unwrap(), &headers, &trusted);
            assert_eq!(found, address.parse::<IpAddr>().unwrap(), "{told}");
        }
    }
}
