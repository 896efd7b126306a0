//! What an allocation takes.

/// Bytes that an allocator keeps before each allocation.
pub const HEAD_BYTES: usize = 8;
/// Its sizes lie so many bytes apart.
const STEP_BYTES: usize = 16;
/// No allocation takes fewer.
const LEAST_BYTES: usize = 32;

/// The bytes that an allocator sets aside for `bytes`, as that of the C library does.
pub fn allocated(bytes: usize) -> usize {
    if bytes == 0 {
        return 0;
    }
    let whole = bytes.saturating_add(HEAD_BYTES).checked_next_multiple_of(STEP_BYTES);
    whole.unwrap_or(usize::MAX).max(LEAST_BYTES)
}

/// A capacity for `bytes`: all that is set aside for them.
pub fn roomy(bytes: usize) -> usize {
    allocated(bytes).saturating_sub(HEAD_BYTES)
}

#[cfg(test)]
mod tests {
    use super::{allocated, roomy};

    #[test]
    fn little_is_lost_between_sizes() {
        for (bytes, taken) in
            [(0, 0), (1, 32), (24, 32), (25, 48), (40, 48), (41, 64), (4096, 4112), (4100, 4112)]
        {
            assert_eq!((allocated(bytes), allocated(roomy(bytes))), (taken, taken), "{bytes}");
        }
        assert_eq!(allocated(usize::MAX), usize::MAX);
    }
}
