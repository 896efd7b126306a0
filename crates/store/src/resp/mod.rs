//! The Redis protocol, RESP2 and RESP3. Pure.
//! In: bytes of a client; out: the arguments of a command, and the bytes of its reply.

mod extended;
mod fault;
mod number;
mod reply;
mod request;
#[cfg(test)]
mod tests;

pub use extended::Extended;
pub use fault::{Fault, Outcome};
pub use number::{double_text, parse_double, parse_int};
pub use reply::{Deferred, Reply, Version};
pub use request::{Broken, Limits, Parser, Step};
