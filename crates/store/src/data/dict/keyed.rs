//! What is found by a key.

/// What the table holds. The default one fills unused places: it should cost nothing.
pub trait Keyed: Default {
    /// What it is found by.
    fn key(&self) -> &[u8];

    /// It is one of those that [`super::Dict::marked`] looks for, which should be found without a look at the others.
    /// Tell [`super::Dict::edit`] when that changes.
    fn is_marked(&self) -> bool {
        false
    }
}
