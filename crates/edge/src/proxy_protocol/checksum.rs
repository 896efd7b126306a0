//! CRC-32C (RFC 4960 appendix B).

const TABLE: [u32; 256] = table();

const fn table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut at = 0;
    while at < 256 {
        let (mut value, mut bit) = (at as u32, 0);
        while bit < 8 {
            value = if value & 1 == 1 { (value >> 1) ^ 0x82f6_3b78 } else { value >> 1 };
            bit += 1;
        }
        table[at] = value;
        at += 1;
    }
    table
}

/// The checksum of `bytes`, with the four from `hole` on taken as zero.
pub(super) fn crc32c(bytes: &[u8], hole: usize) -> u32 {
    let value = bytes.iter().enumerate().fold(!0, |value: u32, (at, byte)| {
        let byte = if (hole..hole + 4).contains(&at) { 0 } else { *byte };
        let entry = TABLE.get(usize::from(value as u8 ^ byte)).copied().unwrap_or_default();
        (value >> 8) ^ entry
    });
    !value
}
