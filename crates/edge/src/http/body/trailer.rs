//! Names that may not stand in a trailer section (RFC 9110 section 6.5.1): what frames, routes or describes a message,
//! speaks of the connection (Node heeds `Connection` there too), says who the client is or lets it in.
//!
//! A name comes byte by byte and is not kept: a hash of it is enough. Another name of the same hash is refused as well,
//! which does no harm.

const REFUSED: [&[u8]; 22] = [
    b"authorization",
    b"connection",
    b"content-encoding",
    b"content-length",
    b"content-range",
    b"content-type",
    b"cookie",
    b"expect",
    b"forwarded",
    b"host",
    b"keep-alive",
    b"max-forwards",
    b"proxy-authorization",
    b"proxy-connection",
    b"range",
    b"set-cookie",
    b"te",
    b"trailer",
    b"transfer-encoding",
    b"upgrade",
    b"x-real-ip",
    b"x-request-id",
];
const PREFIX: &[u8] = b"x-forwarded-";

#[cfg_attr(not(test), expect(clippy::indexing_slicing, reason = "evaluated by the compiler"))]
const HASHES: [u64; REFUSED.len()] = {
    let mut hashes = [0; REFUSED.len()];
    let mut at = 0;
    while at < hashes.len() {
        hashes[at] = hash_of(REFUSED[at]);
        at += 1;
    }
    hashes
};
const PREFIX_HASH: u64 = hash_of(PREFIX);

/// The hash of no bytes.
pub(super) const EMPTY: u64 = 0xcbf2_9ce4_8422_2325;

/// The hash of a name that goes on with `byte`. It has no case, and `_` counts as `-`.
pub(super) const fn hash(before: u64, byte: u8) -> u64 {
    let folded = if byte == b'_' { b'-' } else { byte.to_ascii_lowercase() };
    (before ^ folded as u64).wrapping_mul(0x0000_0100_0000_01b3)
}

/// True if a whole name of this hash is refused.
pub(super) fn is_refused(name: u64) -> bool {
    HASHES.contains(&name)
}

/// True if a name whose first `len` bytes have this hash is refused, however it goes on.
pub(super) fn is_refused_so_far(name: u64, len: u8) -> bool {
    usize::from(len) == PREFIX.len() && name == PREFIX_HASH
}

const fn hash_of(name: &[u8]) -> u64 {
    let (mut sum, mut rest) = (EMPTY, name);
    while let Some((first, after)) = rest.split_first() {
        sum = hash(sum, *first);
        rest = after;
    }
    sum
}
