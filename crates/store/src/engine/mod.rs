//! From the arguments of a command to its reply and its effects. Pure: the time comes in with each command.
//! In: a session, arguments, the time. Out: the reply, a record for the log, messages in the hub, and which waiting
//! clients are to be run again.
//! Not here: sockets and threads (`serve`), durability (`log`).

mod announce;
mod aside;
mod blocked;
mod count;
mod dispatch;
mod gate;
mod monitor;
mod publish;
mod scripting;
mod session;
#[cfg(test)]
mod tests;
mod transaction;
mod upkeep;

pub use aside::aside;
pub use blocked::Blocked;
pub use dispatch::{After, Engine, Invocation, Now};
pub use scripting::{Source, Writes};
pub use session::{Mute, Parked, Session, Transaction};
