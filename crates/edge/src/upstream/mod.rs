//! The workers of an app as one edge thread sees them, and its connections to them.

mod app;
mod gate;
mod reach;
mod shared;
mod ticket;
mod worker;

pub use app::{App, Ask, Told, Unavailable};
pub use gate::NoPlace;
pub use reach::reach;
pub use shared::Shared;
pub use ticket::{Ticket, Upgraded};
