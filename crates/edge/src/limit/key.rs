//! Who a request counts for.

use crate::handling::Look;
use crate::http::field::cookie;
use config::LimitPer;
use std::net::IpAddr;

/// Longer values count as if they were cut here: nobody needs such a key, and it is hashed each time.
const VALUE_BYTES_MAX: usize = 1_024;

/// What stands for somebody: no two of different kinds are the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key(pub Vec<u8>);

impl Key {
    /// Who `look` counts for. `route`: its route's pattern.
    pub fn of(per: &LimitPer, ipv6_prefix: u8, route: &str, look: &Look<'_, '_, '_>) -> Self {
        let value = match per {
            LimitPer::Client => None,
            LimitPer::Route => return Key::new(b'r', route.as_bytes()),
            LimitPer::Header(name) => look.head.values(name).next(),
            LimitPer::Cookie(name) => {
                look.head.values("cookie").find_map(|line| cookie(line, name))
            }
        };
        match value.map(<[u8]>::trim_ascii).filter(|value| !value.is_empty()) {
            Some(value) => {
                Key::new(b'v', value.get(..VALUE_BYTES_MAX.min(value.len())).unwrap_or(value))
            }
            None => Key::client(look.client, ipv6_prefix),
        }
    }

    /// A client by its address, of IPv6 by its network.
    pub fn client(address: IpAddr, ipv6_prefix: u8) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Key::new(b'4', &address.octets()),
            IpAddr::V6(address) => {
                let host_bits = 128 - u32::from(ipv6_prefix.min(128));
                let network = u128::MAX.checked_shl(host_bits).unwrap_or(0);
                Key::new(b'6', &(address.to_bits() & network).to_be_bytes())
            }
        }
    }

    fn new(kind: u8, bytes: &[u8]) -> Self {
        let mut key = Vec::with_capacity(bytes.len() + 1);
        key.push(kind);
        key.extend_from_slice(bytes);
        Key(key)
    }
}
