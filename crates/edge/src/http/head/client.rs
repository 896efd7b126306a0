//! Who the client is, as proxies tell it.

use std::net::{IpAddr, SocketAddr};

/// The address of the client behind `peer`: the right-most one that no trusted proxy has, since
/// whatever stands left of it may be made up. `links` are the values of `X-Forwarded-For` lines in
/// their order. A link that is no address hides who stands behind it, so the proxy that wrote it
/// is all that is known.
pub fn client<'a>(
    peer: IpAddr,
    links: impl DoubleEndedIterator<Item = &'a [u8]>,
    trusts: impl Fn(IpAddr) -> bool,
) -> IpAddr {
    let mut known = peer;
    let mut chain = links.rev().flat_map(|line| line.rsplit(|byte| *byte == b','));
    while trusts(known) {
        let link = chain.by_ref().map(<[u8]>::trim_ascii).find(|link| !link.is_empty());
        match link.and_then(address) {
            Some(address) => known = address,
            None => break,
        }
    }
    known
}

/// An address as proxies write it: bare, in brackets, in quotes, with a port.
pub(super) fn address(text: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(text).ok()?;
    let text = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text);
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let with_port = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    bare.parse::<IpAddr>().ok().or_else(with_port).map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(peer: &str, lines: &[&str], want: &str) {
        let trusts = |address: IpAddr| match address {
            IpAddr::V4(address) => address.octets()[0] == 10,
            IpAddr::V6(address) => address.segments()[0] == 0xfd00,
        };
        let links = lines.iter().map(|line| line.as_bytes());
        let got = client(peer.parse().unwrap(), links, trusts);
        assert_eq!(got, want.parse::<IpAddr>().unwrap(), "{peer} {lines:?}");
    }

    #[test]
    fn the_client_is_the_last_one_that_no_trusted_proxy_has() {
        check("192.0.2.1", &["203.0.113.9"], "192.0.2.1");
        check("10.0.0.1", &[], "10.0.0.1");
        check("10.0.0.1", &["203.0.113.9"], "203.0.113.9");
        check("10.0.0.1", &["1.1.1.1, 203.0.113.9"], "203.0.113.9");
        check("10.0.0.1", &["1.1.1.1, 203.0.113.9, 10.0.0.2"], "203.0.113.9");
        check("10.0.0.1", &["1.1.1.1", "203.0.113.9,10.0.0.2", "10.0.0.3"], "203.0.113.9");
        // All are trusted: the first one is where it began.
        check("10.0.0.1", &["10.0.0.3, 10.0.0.2"], "10.0.0.3");
        check("10.0.0.1", &["", " , 203.0.113.9 ,, "], "203.0.113.9");
    }

    #[test]
    fn addresses_come_with_ports_brackets_and_quotes() {
        check("10.0.0.1", &["203.0.113.9:4711"], "203.0.113.9");
        check("10.0.0.1", &["[2001:db8::1]:4711"], "2001:db8::1");
        check("10.0.0.1", &["[2001:db8::1]"], "2001:db8::1");
        check("10.0.0.1", &["2001:db8::1"], "2001:db8::1");
        check("10.0.0.1", &["\"[2001:db8::1]:80\""], "2001:db8::1");
        check("fd00::1", &["::ffff:203.0.113.9"], "203.0.113.9");
    }

    #[test]
    fn what_is_no_address_ends_the_chain() {
        check("10.0.0.1", &["203.0.113.9, unknown"], "10.0.0.1");
        check("10.0.0.1", &["203.0.113.9, unknown, 10.0.0.2"], "10.0.0.2");
        check("10.0.0.1", &["_hidden"], "10.0.0.1");
        check("10.0.0.1", &["203.0.113.9:x"], "10.0.0.1");
        check("10.0.0.1", &["203.0.113.9 1.1.1.1"], "10.0.0.1");
    }
}
