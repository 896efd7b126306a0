//! The whole table of commands against a `redis-server`: random commands of all types on few keys, in both forms of the
//! protocol, whose replies must be the same to the byte but for what [`allowed`] lists.
//!
//! `OSTLER_DIFFER` says how many commands, `OSTLER_SEED` which. A difference is told as the shortest list of commands
//! that shows it.

mod allowed;
mod grammar;
mod minimise;
mod run;
mod templates;

mod tests;
