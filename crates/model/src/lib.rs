//! Nouns that the domains share. Plain data: whoever owns a thing has the behaviour.

pub mod api;
pub mod endpoint;
pub mod event;
pub mod fleet;
pub mod id;
pub mod load;

pub use endpoint::Endpoint;
pub use event::{Event, EventKind, LogLine, Stream};
pub use fleet::{Fleet, FleetState, Intake, Member};
pub use id::{AppName, WorkerId};
pub use load::Load;
