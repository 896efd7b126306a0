//! Version 2: binary.

use super::checksum::crc32c;
use super::{Header, HeaderError};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// With what a header begins.
pub(super) const SIGNATURE: &[u8] = b"\r\n\r\n\0\r\nQUIT\n";

/// The longest header that is read. 65,551 could be told; addresses take 232, and TLVs with the
/// names of a certificate some hundred.
pub const HEADER_BYTES_MAX: usize = 4 * 1024;

/// Bytes before the addresses.
const FIXED_BYTES: usize = 16;
const CHECKSUM: u8 = 0x03;

/// Read a header that begins as one of this version, as far as it goes.
pub(super) fn read(bytes: &[u8]) -> Result<Option<Header>, HeaderError> {
    // Errors are told as soon as the byte that makes them is there.
    let Some(&command) = bytes.get(12) else { return Ok(None) };
    if command >> 4 != 2 {
        return Err(HeaderError::Version);
    }
    let is_local = match command & 15 {
        0 => true,
        1 => false,
        _ => return Err(HeaderError::Command),
    };
    let (Some(&family), Some(&high), Some(&low)) = (bytes.get(13), bytes.get(14), bytes.get(15))
    else {
        return Ok(None);
    };
    let address_bytes = match family {
        // Of a local connection the family is to be ignored, and all that follows.
        _ if is_local => 0,
        0x00 => 0,
        0x11 => 12,
        0x21 => 36,
        0x31 => 216,
        _ => return Err(HeaderError::Family),
    };
    let rest = usize::from(u16::from_be_bytes([high, low]));
    let len = FIXED_BYTES + rest;
    if len > HEADER_BYTES_MAX {
        return Err(HeaderError::TooLong);
    }
    if rest < address_bytes {
        return Err(HeaderError::Short);
    }
    let Some(header) = bytes.get(..len) else { return Ok(None) };
    if is_local || family == 0 {
        return Ok(Some(Header { len, source: None }));
    }
    check(header, FIXED_BYTES + address_bytes)?;
    Ok(Some(Header { len, source: source(family, header) }))
}

/// The source address; None for unix sockets, which say nothing that could be passed on.
fn source(family: u8, header: &[u8]) -> Option<SocketAddr> {
    let bytes = header.get(FIXED_BYTES..)?;
    let port = |at: usize| Some(u16::from_be_bytes(*bytes.get(at..)?.first_chunk()?));
    match family {
        0x11 => {
            let address = Ipv4Addr::from(*bytes.first_chunk::<4>()?);
            Some(SocketAddr::new(IpAddr::V4(address), port(8)?))
        }
        0x21 => {
            let address = Ipv6Addr::from(*bytes.first_chunk::<16>()?);
            Some(SocketAddr::new(IpAddr::V6(address), port(32)?))
        }
        _ => None,
    }
}

/// Walk over the TLVs, which begin at `at`: all must fit, and a checksum must be right.
fn check(header: &[u8], at: usize) -> Result<(), HeaderError> {
    let mut at = at;
    while let Some(&kind) = header.get(at) {
        let length = header.get(at + 1..).and_then(|rest| rest.first_chunk::<2>());
        let length = usize::from(u16::from_be_bytes(*length.ok_or(HeaderError::Short)?));
        let value = header.get(at + 3..at + 3 + length).ok_or(HeaderError::Short)?;
        if kind == CHECKSUM {
            let told: [u8; 4] = value.try_into().map_err(|_| HeaderError::Checksum)?;
            if crc32c(header, at + 3) != u32::from_be_bytes(told) {
                return Err(HeaderError::Checksum);
            }
        }
        at += 3 + length;
    }
    Ok(())
}
