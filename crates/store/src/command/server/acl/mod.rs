//! `ACL`: one file for the command, one for the only user.

mod ask;
mod user;

pub use ask::ACL;
