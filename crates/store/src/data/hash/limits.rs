//! Settings that decide the form.

/// Up to where a hash keeps the small form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Fields (`hash-max-listpack-entries`).
    pub entries_max: usize,
    /// Bytes of a field or a value (`hash-max-listpack-value`).
    pub value_bytes_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { entries_max: 128, value_bytes_max: 64 }
    }
}

impl Limits {
    /// Whether clients expect the large form because of this pair.
    pub(super) fn is_long(&self, field: &[u8], value: &[u8]) -> bool {
        field.len().max(value.len()) > self.value_bytes_max
    }
}
