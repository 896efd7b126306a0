//! The edge: from listeners to workers and back, HTTP/1.1 over TCP.
//!
//! In: sockets, settings, routes, and for each app a channel that tells its workers. Out: replies,
//! and counts in `model::Load` and [`Meters`]. Invariants: a request that may have effects reaches
//! at most one worker; what reaches a worker has one meaning only; every wait has a limit; memory
//! does not grow with the size of a body.
//! Not here: starting and judging workers (supervise), the admin API (control).

pub mod access;
pub mod cors;
pub mod encode;
pub mod files;
pub mod flow;
pub mod guard;
pub mod headers;
pub mod http;
pub mod http2;
pub mod listen;
pub mod meters;
pub mod proxy_protocol;

mod balance;
mod cache;
mod forward;
mod handling;
pub mod limit;
mod news;
mod notice;
mod origin;
mod plan;
mod reply;
mod route;
mod route_meters;
mod setup;
mod shed;
mod socket;
mod start;
mod thread;
mod timer;
pub mod tls;
mod upgrade;
mod upstream;

pub use cache::policy as cache_policy;
pub use cache::store::{CacheError, CacheFolder, Purge, file as cache_file};
pub use limit::redis::{Answered, OwnStore};
pub use meters::Meters;
pub use news::NewsReader;
pub use origin::{Resolve, SystemResolver};
pub use setup::{Served, Setup};
pub use start::{Edge, StartError, start, start_resolving};
pub use thread::Drained;
