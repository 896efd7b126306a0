//! The workers of an app as one edge thread sees them, and its connections to them.

mod app;
mod gate;
mod worker;

pub use app::{App, Ticket, Unavailable, Upgraded};
pub use gate::Gate;
