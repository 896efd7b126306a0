//! `[edge]`.

mod access_log;
mod section;
mod tls;

pub(super) use section::edge;
