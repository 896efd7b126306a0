//! What is found by a key.

/// What the table holds. The default one fills unused places: it should cost nothing.
pub trait Keyed: Default {
    /// What it is found by.
    fn key(&self) -> &[u8];
}
