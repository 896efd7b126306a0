//! Strings that another server compressed with LZF. Here none are.

/// A reference of three bytes gives at most so many.
const GROWTH_MAX: usize = 88;

/// The `len` bytes that `packed` stands for.
pub fn unpack(packed: &[u8], len: usize) -> Option<Vec<u8>> {
    // Before any memory is taken for it.
    if len > packed.len().saturating_mul(GROWTH_MAX) {
        return None;
    }
    let mut out = Vec::with_capacity(len);
    let mut rest = packed;
    while let Some((&control, after)) = rest.split_first() {
        rest = after;
        if control < 32 {
            let (literal, after) = rest.split_at_checked(usize::from(control) + 1)?;
            out.extend_from_slice(literal);
            rest = after;
        } else {
            let mut count = usize::from(control >> 5);
            if count == 7 {
                let (&more, after) = rest.split_first()?;
                count += usize::from(more);
                rest = after;
            }
            let (&low, after) = rest.split_first()?;
            rest = after;
            let back = (usize::from(control & 0x1f) << 8 | usize::from(low)) + 1;
            let start = out.len().checked_sub(back)?;
            // What is copied may be what was just copied.
            for at in start..start + count + 2 {
                out.push(*out.get(at)?);
            }
        }
        if out.len() > len {
            return None;
        }
    }
    (out.len() == len).then_some(out)
}
