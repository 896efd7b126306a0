//! The sum behind a DUMP payload: CRC-64 with Jones's polynomial, bits reflected, begun with 0.

const POLYNOMIAL: u64 = 0xad93_d235_94c9_35a9;

/// `TABLES[k][b]`: the sum of the byte `b` with `k` zero bytes behind it, so that eight bytes take one step.
static TABLES: [[u64; 256]; 8] = tables();

const fn tables() -> [[u64; 256]; 8] {
    let polynomial = POLYNOMIAL.reverse_bits();
    let mut tables = [[0; 256]; 8];
    let mut byte = 0;
    while byte < 256 {
        let (mut sum, mut bit) = (byte as u64, 0);
        while bit < 8 {
            sum = if sum & 1 == 1 { (sum >> 1) ^ polynomial } else { sum >> 1 };
            bit += 1;
        }
        tables[0][byte] = sum;
        byte += 1;
    }
    let mut zeros = 1;
    while zeros < 8 {
        let mut byte = 0;
        while byte < 256 {
            let before = tables[zeros - 1][byte];
            tables[zeros][byte] = (before >> 8) ^ tables[0][(before & 0xff) as usize];
            byte += 1;
        }
        zeros += 1;
    }
    tables
}

/// The sum of `bytes`, going on from the sum of what was before.
pub fn crc64(mut sum: u64, bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        let mixed = (sum ^ u64::from_le_bytes(*word)).to_le_bytes();
        sum = (0..8).fold(0, |sum, at| sum ^ TABLES[7 - at][usize::from(mixed[at])]);
    }
    rest.iter().fold(sum, |sum, byte| (sum >> 8) ^ TABLES[0][usize::from((sum as u8) ^ byte)])
}
