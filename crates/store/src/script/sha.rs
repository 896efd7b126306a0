//! The name of a script: the SHA-1 of its text.

use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use std::fmt;
use std::hash::{BuildHasherDefault, Hasher};

/// SHA-1 of a script. In hexadecimal when displayed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Sha([u8; 20]);

impl Sha {
    /// Length of its text.
    pub const DIGITS: usize = 40;

    /// Of `text`.
    pub fn of(text: &[u8]) -> Self {
        let mut bytes = [0; 20];
        let digest = digest(&SHA1_FOR_LEGACY_USE_ONLY, text);
        bytes.iter_mut().zip(digest.as_ref()).for_each(|(to, from)| *to = *from);
        Self(bytes)
    }

    /// From 40 hexadecimal digits in any case.
    pub fn parse(text: &[u8]) -> Option<Self> {
        let digit = |byte: u8| char::from(byte).to_digit(16);
        let mut bytes = [0; 20];
        if text.len() != Self::DIGITS {
            return None;
        }
        for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
            let [high, low] = pair else { return None };
            *byte = u8::try_from(digit(*high)? << 4 | digit(*low)?).ok()?;
        }
        Some(Self(bytes))
    }
}

impl fmt::Display for Sha {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Sha {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl std::hash::Hash for Sha {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let [a, b, c, d, e, f, g, h, ..] = self.0;
        state.write_u64(u64::from_le_bytes([a, b, c, d, e, f, g, h]));
    }
}

/// A [`Sha`] is a hash already.
pub type ShaHashes = BuildHasherDefault<ShaHasher>;

/// Takes the number that it is given.
#[derive(Debug, Default)]
pub struct ShaHasher(u64);

impl Hasher for ShaHasher {
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(byte);
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back() {
        let text = "e0e1f9fabfc9d4800c877a703b823ac0578ff8db";
        assert_eq!(Sha::of(b"return 1").to_string(), text);
        assert_eq!(Sha::parse(text.to_uppercase().as_bytes()), Some(Sha::of(b"return 1")));
        assert_eq!(Sha::parse(b"e0e1"), None);
        assert_eq!(Sha::parse(&[b'z'; 40]), None);
    }
}
