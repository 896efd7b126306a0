//! Lua 5.1 scripts as Redis runs them.
//! In: scripts, keys, arguments, and a [`Host`] that executes commands. Out: the bytes of a reply.
//! Invariants: an error in Lua is an unwinding that runs destructors (`unwind`); memory has a limit (`memory`);
//! no script changes what the next one sees, but for cjson's settings and the sequence of `math.random`.
//! Not here: what a command does, durability, who may run what (`engine`, `command`).

mod api;
mod bits;
mod cache;
mod call;
mod cjson;
mod cmsgpack;
mod context;
mod failure;
mod ffi;
mod from_reply;
mod globals;
mod host;
mod lines;
mod machine;
mod memory;
mod numbers;
mod random;
mod running;
mod sha;
mod shebang;
mod stack;
mod structs;
mod to_reply;
mod unwind;

pub use cache::{Limits, Loaded, Scripts};
pub use host::{Host, Verdict};
pub use lines::{Line, Lines};
pub use running::Running;
pub use sha::Sha;
pub use shebang::{Flags, flags};

/// The version of Redis whose scripts run here.
pub const REDIS_VERSION: &str = "7.2.11";
/// The same as scripts compare it: a byte each for major, minor and patch.
const REDIS_VERSION_NUMBER: i32 = (7 << 16) | (2 << 8) | 11;
/// How often a script that runs is interrupted to ask [`Host::slow`]: some tens of microseconds.
const INSTRUCTIONS_BETWEEN_QUESTIONS: i32 = 10_000;
