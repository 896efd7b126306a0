//! What trials are made of: a project in a folder of its own, the real `ostler` on it, and a plain
//! HTTP client that counts exactly what failed.
#![expect(clippy::expect_used, reason = "a trial that cannot go on must fail loudly")]

pub mod apps;
pub mod client;
pub mod load;
pub mod project;
pub mod prometheus;
pub mod redis;
pub mod target;
pub mod truth;
pub mod wait;
pub mod wire;

pub use client::{Connection, Reply, get, post};
pub use load::{Load, Outcome};
pub use project::{Finished, Project, Running};
pub use prometheus::Prometheus;
pub use redis::Redis;
pub use target::Target;
pub use wait::until;
pub use wire::Wire;
