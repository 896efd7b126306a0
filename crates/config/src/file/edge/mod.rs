//! `[edge]`.

mod access_log;
mod cache;
mod section;
mod tls;

pub(super) use section::edge;
