//! One worker's process and what lies around it: command line, environment, folder, heartbeat,
//! events, use of processor and memory, probes, and the end of its whole process group.

pub mod agent;
pub mod check;
pub mod command;
pub mod dotenv;
pub mod environment;
pub mod folder;
pub mod group;
pub mod notice;
pub mod probe;
pub mod proc;
pub mod pulse;
pub mod reap;
pub mod spawn;
pub mod usage;
