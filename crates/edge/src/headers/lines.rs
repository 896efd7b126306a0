//! Header lines as a block of bytes, each with its CRLF.

/// The lines of a block, each with its name; a line without a colon is its own name.
pub fn named(block: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    block.split_inclusive(|byte| *byte == b'\n').map(|line| {
        let end = line.iter().position(|byte| *byte == b':').unwrap_or(line.len());
        (line.get(..end).unwrap_or_default(), line)
    })
}

/// The names in a block.
pub fn names(block: &[u8]) -> impl Iterator<Item = &[u8]> {
    named(block).map(|(name, _)| name)
}
