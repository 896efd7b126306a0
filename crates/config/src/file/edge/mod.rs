//! `[edge]`.

mod access_log;
mod cache;
mod limit_store;
mod section;
mod tls;

pub(super) use section::edge;
