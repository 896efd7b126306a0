//! Settings that decide the form.

/// Up to where a set keeps a small form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Integers (`set-max-intset-entries`).
    pub ints_max: usize,
    /// Members of any kind (`set-max-listpack-entries`).
    pub entries_max: usize,
    /// Bytes of a member (`set-max-listpack-value`).
    pub value_bytes_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { ints_max: 512, entries_max: 128, value_bytes_max: 64 }
    }
}
