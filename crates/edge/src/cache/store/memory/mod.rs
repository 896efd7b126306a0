//! The memory tier: one for all edge threads.
//!
//! A look-up reads one of [`SHARDS`] maps under a lock that readers share. Whatever changes
//! something holds one lock for all, briefly: that happens once for each reply of an app, not for
//! each request.

mod shards;
mod state;
mod tier;

pub use tier::{Memory, NotKept};

#[cfg(test)]
mod tests;
