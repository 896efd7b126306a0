//! What an allocation takes.

/// Steps of an allocator up to this size.
const SMALL_STEP: usize = 16;
/// Sizes of an allocator between one power of two and the next.
const CLASSES: usize = 4;

/// The bytes that an allocator sets aside for `bytes`: up to 128 in steps of 16, then four sizes for each doubling, as
/// jemalloc and mimalloc do. Also a good capacity: what lies between is lost anyway.
pub fn allocated(bytes: usize) -> usize {
    if bytes <= SMALL_STEP * 2 * CLASSES {
        return if bytes <= SMALL_STEP / 2 && bytes > 0 {
            SMALL_STEP / 2
        } else {
            bytes.next_multiple_of(SMALL_STEP)
        };
    }
    let doubling = 1usize << (bytes - 1).ilog2();
    bytes.checked_next_multiple_of(doubling / CLASSES).unwrap_or(bytes)
}

#[cfg(test)]
mod tests {
    use super::allocated;

    #[test]
    fn sizes_grow_by_a_quarter_at_most() {
        for (bytes, taken) in [
            (0, 0),
            (1, 8),
            (8, 8),
            (9, 16),
            (17, 32),
            (33, 48),
            (128, 128),
            (129, 160),
            (161, 192),
            (256, 256),
            (257, 320),
            (4096, 4096),
            (4097, 5120),
            (usize::MAX, usize::MAX),
        ] {
            assert_eq!(allocated(bytes), taken, "{bytes}");
        }
    }
}
