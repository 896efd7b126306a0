//! Header blocks (RFC 7541): written as literals, and as little read as the tests need.

/// A number with a prefix of `bits` bits, whose other bits are `top` (section 5.1).
pub fn number(top: u8, bits: u8, mut value: usize) -> Vec<u8> {
    let most = (1 << bits) - 1;
    if value < most {
        return vec![top | value as u8];
    }
    let mut bytes = vec![top | most as u8];
    value -= most;
    while value >= 128 {
        bytes.push((value % 128) as u8 | 128);
        value /= 128;
    }
    bytes.push(value as u8);
    bytes
}

/// A string without Huffman coding (section 5.2).
pub fn string(text: &[u8]) -> Vec<u8> {
    [number(0, 7, text.len()), text.to_vec()].concat()
}

/// A field that no table takes up (section 6.2.2).
pub fn literal(name: &[u8], value: &[u8]) -> Vec<u8> {
    [vec![0], string(name), string(value)].concat()
}

/// A field that the dynamic table takes up (section 6.2.1).
pub fn indexed_literal(name: &[u8], value: &[u8]) -> Vec<u8> {
    [vec![0x40], string(name), string(value)].concat()
}

/// A field of a table (section 6.1).
pub fn indexed(index: usize) -> Vec<u8> {
    number(0x80, 7, index)
}

/// A new size of the dynamic table (section 6.3).
pub fn table_size(size: usize) -> Vec<u8> {
    number(0x20, 5, size)
}

/// A block of fields.
pub fn block<N: AsRef<[u8]>, V: AsRef<[u8]>>(fields: &[(N, V)]) -> Vec<u8> {
    fields.iter().flat_map(|(name, value)| literal(name.as_ref(), value.as_ref())).collect()
}

/// The status of a reply, which the edge writes first (section A, entries 8 to 14).
pub fn status(block: &[u8]) -> u16 {
    // A change of the table's size may stand before it.
    let start = block.iter().position(|byte| byte & 0xe0 != 0x20).unwrap_or(block.len());
    let block = &block[start..];
    match block {
        [0x88, ..] => 200,
        [0x89, ..] => 204,
        [0x8a, ..] => 206,
        [0x8b, ..] => 304,
        [0x8c, ..] => 400,
        [0x8d, ..] => 404,
        [0x8e, ..] => 500,
        [0x48 | 0x08, length, rest @ ..] => {
            let value = &rest[..usize::from(length & 0x7f)];
            let digits = if length & 0x80 == 0 { value.to_vec() } else { huffman_digits(value) };
            String::from_utf8(digits).unwrap().parse().unwrap()
        }
        _ => panic!("no status in {block:02x?}"),
    }
}

/// Digits in Huffman coding (section B): 0 to 2 take five bits, 3 to 9 six.
fn huffman_digits(bytes: &[u8]) -> Vec<u8> {
    let bits: Vec<u8> =
        bytes.iter().flat_map(|byte| (0..8).rev().map(move |at| byte >> at & 1)).collect();
    let mut digits = Vec::new();
    let mut rest = bits.as_slice();
    while rest.len() >= 5 {
        let code = |length: usize| rest.iter().take(length).fold(0, |sum, bit| sum << 1 | bit);
        let (digit, length) = match code(5) {
            short @ 0..=2 => (short, 5),
            _ if rest.len() >= 6 && (25..=31).contains(&code(6)) => (code(6) - 22, 6),
            _ => break,
        };
        digits.push(b'0' + digit);
        rest = &rest[length..];
    }
    digits
}

#[test]
fn a_status_is_read() {
    assert_eq!(status(&[0x88, 0x76]), 200);
    assert_eq!(status(&[0x20, 0x8c]), 400);
    // RFC 7541 section C.6.1: 302, and C.6.2: 307.
    assert_eq!(status(&[0x48, 0x82, 0x64, 0x02]), 302);
    assert_eq!(status(&[0x48, 0x83, 0x64, 0x0e, 0xff]), 307);
    assert_eq!(status(&[0x08, 0x03, b'4', b'3', b'1']), 431);
}
