//! What the cache does for a request on its way: an answer at once, or an [`Errand`] that goes with it
//! to the app, learns from its reply, and tells those who wait for the same.
//!
//! In: heads of requests and replies, the time. Out: replies of the edge's own, and replies that are
//! kept. Invariants: of requests for the same address that nothing is kept for, one asks the app at a
//! time, and the others wait no longer than the settings say; nobody waits twice; a reply is kept only
//! when its last byte has come.
//! Not here: decisions about a single reply (`policy`), waiting itself (`forward::cached`).

mod answer;
mod errand;
mod fetch;
mod fills;
mod load;
mod meters;
mod passes;
mod replied;
mod rewrite;
mod room;
mod rule;

pub use answer::Served;
pub use errand::{Considered, Errand, Stage};
pub use fills::{End, Fills};
pub use meters::CacheMeters;
pub use replied::{Known, Says};
pub use room::{Room, Taken};
pub use rule::Rule;

#[cfg(test)]
mod tests;
