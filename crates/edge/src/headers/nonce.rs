//! Nonces for policies of contents.

use std::fmt;

/// Random bytes that a nonce is made of. The policy's grammar takes Base64; 18 bytes need no padding.
pub const NONCE_BYTES: usize = 18;
const TEXT_BYTES: usize = NONCE_BYTES / 3 * 4;
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// A value that nobody can guess and that is used once.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Nonce([u8; TEXT_BYTES]);

impl Nonce {
    /// The nonce that `random` makes; it must come from the kernel's generator.
    pub fn new(random: [u8; NONCE_BYTES]) -> Self {
        let mut text = [0; TEXT_BYTES];
        for (out, three) in text.chunks_exact_mut(4).zip(random.chunks_exact(3)) {
            let bits = three.iter().fold(0, |bits, byte| bits << 8 | u32::from(*byte));
            for (at, byte) in out.iter_mut().enumerate() {
                let six = bits >> (18 - 6 * at) & 63;
                *byte = ALPHABET.get(six as usize).copied().unwrap_or(b'A');
            }
        }
        Nonce(text)
    }

    /// Its text.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Random bytes for so many nonces are drawn at once.
const NONCES: usize = 32;
/// What is drawn.
pub type Draw = [u8; NONCE_BYTES * NONCES];

/// Random bytes that no nonce was made of yet.
#[derive(Default)]
pub struct Nonces(Vec<u8>);

impl Nonces {
    /// A fresh nonce; `draw` gives random bytes where there are none left.
    pub fn next(&mut self, draw: impl FnOnce() -> Option<Draw>) -> Option<Nonce> {
        if self.0.len() < NONCE_BYTES {
            self.0 = draw()?.to_vec();
        }
        let rest = self.0.len() - NONCE_BYTES;
        let mut random = [0; NONCE_BYTES];
        random.copy_from_slice(self.0.get(rest..)?);
        self.0.truncate(rest);
        Some(Nonce::new(random))
    }
}

impl fmt::Debug for Nonces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Nonces(…)")
    }
}

/// It is a secret until it is sent.
impl fmt::Debug for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Nonce(…)")
    }
}
