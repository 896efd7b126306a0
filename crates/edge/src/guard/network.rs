//! Networks of addresses.

use config::Network;
use std::net::IpAddr;

/// True if `address` is in one of `networks`.
pub fn contain(networks: &[Network], address: IpAddr) -> bool {
    networks.iter().any(|(network, prefix)| contains(*network, *prefix, address))
}

/// True if `address` is in the network that begins at `network` and has a prefix of so many bits.
pub(super) fn contains(network: IpAddr, prefix: u8, address: IpAddr) -> bool {
    let prefix = u32::from(prefix);
    match (network, address) {
        (IpAddr::V4(network), IpAddr::V4(address)) => {
            let apart = network.to_bits() ^ address.to_bits();
            apart.checked_shr(32 - prefix.min(32)).unwrap_or(0) == 0
        }
        (IpAddr::V6(network), IpAddr::V6(address)) => {
            let apart = network.to_bits() ^ address.to_bits();
            apart.checked_shr(128 - prefix.min(128)).unwrap_or(0) == 0
        }
        _ => false,
    }
}
