//! A policy of contents with a fresh nonce in it.

use super::nonce::Nonce;
use crate::http::field;
use config::NONCE_SOURCE;

/// A line with places for a nonce.
#[derive(Debug)]
pub struct Policy {
    name: Box<str>,
    /// What stands before, between and after the nonces.
    pieces: Vec<Box<str>>,
    /// The value without any.
    bare: Box<str>,
}

impl Policy {
    /// Of the header `name`; None if there is no nonce in its value.
    pub fn new(name: &str, value: &str) -> Option<Self> {
        if !value.contains(NONCE_SOURCE) {
            return None;
        }
        let marked = value.replace(NONCE_SOURCE, "'nonce-\0'");
        let pieces = marked.split('\0').map(Into::into).collect();
        let directive = |text: &str| {
            let kept: Vec<&str> =
                text.split(' ').filter(|source| *source != NONCE_SOURCE).collect();
            match kept.as_slice() {
                // A directive whose only source is gone lets nothing through.
                [name] if text.contains(NONCE_SOURCE) => format!("{name} 'none'"),
                _ => kept.join(" "),
            }
        };
        let bare = value.split(';').map(directive).collect::<Vec<_>>().join(";");
        Some(Policy { name: name.into(), pieces, bare: bare.into() })
    }

    /// Append the line with `nonce`.
    pub fn write(&self, nonce: &Nonce, out: &mut Vec<u8>) {
        out.extend_from_slice(self.name.as_bytes());
        out.extend_from_slice(b": ");
        for (at, piece) in self.pieces.iter().enumerate() {
            if at > 0 {
                out.extend_from_slice(nonce.as_bytes());
            }
            out.extend_from_slice(piece.as_bytes());
        }
        out.extend_from_slice(b"\r\n");
    }

    /// Append the line for a reply without scripts.
    pub fn write_bare(&self, out: &mut Vec<u8>) {
        field::line(self.name.as_bytes(), self.bare.as_bytes(), out);
    }
}
