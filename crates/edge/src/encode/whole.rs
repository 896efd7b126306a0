//! Content that is there as a whole.

use super::{Coding, EncodeError, Encoders, brotli, gzip, zstd};
use bytes::Bytes;

impl Encoders {
    /// Append `content`, encoded as a whole, to `out`. `level` is in the coding's own terms.
    ///
    /// # Errors
    /// Out of memory; what was appended is of no use.
    pub fn whole(
        &self,
        content: &[u8],
        coding: Coding,
        level: i32,
        out: &mut Vec<u8>,
    ) -> Result<(), EncodeError> {
        match coding {
            Coding::Gzip => gzip::whole(&mut self.gzip.borrow_mut(), content, level, out),
            Coding::Brotli => brotli::whole(content, level, out),
            Coding::Zstd => zstd::whole(&mut self.zstd.borrow_mut(), content, level, out),
        }
    }
}

/// `content` in `coding`, by contexts made for this alone: for who has no [`Encoders`] at hand. `level`
/// is in the coding's own terms and limited to what it knows (gzip 9, brotli 11, zstd 19).
///
/// # Errors
/// Out of memory.
pub fn whole(content: &[u8], coding: Coding, level: i32) -> Result<Bytes, EncodeError> {
    let mut out = Vec::with_capacity(content.len() / 3);
    Encoders::default().whole(content, coding, level, &mut out)?;
    out.shrink_to_fit();
    Ok(out.into())
}
