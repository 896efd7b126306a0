//! Bodies made small, and large again. Pure.

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use std::io::{self, Read, Write};

/// Compress. Level 1: queues are about throughput.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 8), Compression::fast());
    // Into memory, which takes everything.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

/// Whether these bytes are compressed: no body that is sent here begins so otherwise.
pub fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1f, 0x8b])
}

/// Why something could not be made large again.
#[derive(Debug, thiserror::Error)]
pub enum UnpackError {
    /// It would be larger than may be.
    #[error("it is larger than {0} bytes when unpacked")]
    TooLarge(usize),
    /// It is not in that coding.
    #[error("it cannot be unpacked: {0}")]
    Broken(String),
}

/// Make large what was compressed with gzip, up to `bytes_max`.
///
/// # Errors
/// [`UnpackError`]: memory of `bytes_max` and a little is all that a bomb gets.
pub fn gunzip(bytes: &[u8], bytes_max: usize) -> Result<Vec<u8>, UnpackError> {
    let limit = u64::try_from(bytes_max).unwrap_or(u64::MAX).saturating_add(1);
    let mut whole = Vec::new();
    let read = GzDecoder::new(bytes).take(limit).read_to_end(&mut whole);
    read.map_err(|error: io::Error| UnpackError::Broken(error.to_string()))?;
    if whole.len() > bytes_max { Err(UnpackError::TooLarge(bytes_max)) } else { Ok(whole) }
}

/// Make large what is a snappy block, up to `bytes_max`.
///
/// # Errors
/// [`UnpackError`]: the block says how large it will be, which is looked at first.
pub fn unsnap(bytes: &[u8], bytes_max: usize) -> Result<Vec<u8>, UnpackError> {
    let broken = |error: snap::Error| UnpackError::Broken(error.to_string());
    if snap::raw::decompress_len(bytes).map_err(broken)? > bytes_max {
        return Err(UnpackError::TooLarge(bytes_max));
    }
    snap::raw::Decoder::new().decompress_vec(bytes).map_err(broken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_unpacked_up_to_a_limit() {
        let text = "the same again and again ".repeat(1_000);
        let packed = gzip(text.as_bytes());
        assert!(is_gzip(&packed) && packed.len() < 1_000);
        assert_eq!(gunzip(&packed, text.len()).unwrap(), text.as_bytes());
        assert!(matches!(gunzip(&packed, text.len() - 1), Err(UnpackError::TooLarge(_))));
        assert!(matches!(gunzip(&packed[..50], 1 << 20), Err(UnpackError::Broken(_))));
        assert!(matches!(gunzip(b"{}", 1 << 20), Err(UnpackError::Broken(_))));
        let packed = snap::raw::Encoder::new().compress_vec(text.as_bytes()).unwrap();
        assert_eq!(unsnap(&packed, text.len()).unwrap(), text.as_bytes());
        assert!(matches!(unsnap(&packed, text.len() - 1), Err(UnpackError::TooLarge(_))));
        assert!(matches!(unsnap(&packed[..50], 1 << 20), Err(UnpackError::Broken(_))));
        // Claims 4 GB.
        assert!(unsnap(&[0xff, 0xff, 0xff, 0xff, 0x0f], 1 << 20).is_err());
    }
}
