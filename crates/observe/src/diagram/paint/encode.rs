//! Pixels as a PNG file: 8 bits of red, green and blue.

use flate2::Compression;
use flate2::write::ZlibEncoder;
use std::io::{self, Write};

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
/// Every row is written as the difference from the one above: most are the same.
const UP: u8 = 2;

/// The file. `pixels` are red, green, blue and how opaque; all of them are opaque.
pub fn encode(width: u32, height: u32, pixels: &[u8]) -> io::Result<Vec<u8>> {
    let mut rows = ZlibEncoder::new(Vec::new(), Compression::default());
    let row_bytes = width as usize * 3;
    let (mut above, mut row) = (vec![0_u8; row_bytes], Vec::<u8>::with_capacity(row_bytes));
    for line in pixels.chunks_exact(width as usize * 4) {
        row.clear();
        row.extend(line.chunks_exact(4).flat_map(|pixel| pixel.iter().take(3)));
        rows.write_all(&[UP])?;
        let changed: Vec<u8> =
            row.iter().zip(&above).map(|(new, old)| new.wrapping_sub(*old)).collect();
        rows.write_all(&changed)?;
        above.clone_from(&row);
    }
    let mut header = Vec::from(width.to_be_bytes());
    header.extend(height.to_be_bytes());
    // 8 bits, colours, the usual compression and filters, not interlaced.
    header.extend([8, 2, 0, 0, 0]);
    let mut file = SIGNATURE.to_vec();
    chunk(*b"IHDR", &header, &mut file);
    chunk(*b"IDAT", &rows.finish()?, &mut file);
    chunk(*b"IEND", &[], &mut file);
    Ok(file)
}

fn chunk(kind: [u8; 4], data: &[u8], file: &mut Vec<u8>) {
    // A picture has no more pixels than PIXELS_MAX, so its length fits.
    let length = u32::try_from(data.len()).unwrap_or(u32::MAX);
    file.extend(length.to_be_bytes());
    let mut sum = crc32fast::Hasher::new();
    sum.update(&kind);
    sum.update(data);
    file.extend(kind);
    file.extend_from_slice(data);
    file.extend(sum.finalize().to_be_bytes());
}
