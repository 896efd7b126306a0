//! Values in the form of Redis's RDB files: what DUMP gives, RESTORE takes, snapshots keep and effects carry. Pure.
//!
//! Written in the plain forms, which every version of Redis reads; read in all forms of Redis 2.4 to 7.4. What is
//! read may be hostile: no memory is taken for what a length claims, and nothing comes in that a command could not
//! have made.

mod crc64;
mod input;
mod kind;
mod lzf;
mod packed;
mod payload;
mod read;
mod stream;
#[cfg(test)]
mod tests;
mod value;
mod write;

pub use payload::{BadPayload, VERSION_MAX, open, seal};
pub use read::{BadValue, Ending, Pair, Plain, Scored, read};
pub use value::{ending, read_value, write_value};
pub use write::{Form, hash, list, plain, set, stream, text, zset};
