//! The embedded store: a durable server of the Redis protocol for one machine.
//!
//! One data thread owns the sockets and the engine, one log thread writes and syncs, and a relief thread
//! answers what needs no data while a command runs long.

pub mod command;
pub mod data;
pub mod durable;
pub mod engine;
pub mod hub;
pub mod keyspace;
pub mod log;
pub mod rdb;
pub mod resp;
pub mod script;
pub mod serve;
