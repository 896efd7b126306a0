//! What is purged, and from when on. Pure.
//!
//! Each purge has a number, greater than all before it. A reply is dated by the number of the last
//! purge before the app was asked for it ([`Mark`]): every later purge that fits it is meant for it
//! as well, whether it is kept already or still on its way.

mod recent;
mod request;
mod standing;
mod what;

pub use recent::Recent;
pub use standing::Standing;
pub use what::{Mark, Purge, Rule, Verdict, What};

#[cfg(test)]
mod tests;
