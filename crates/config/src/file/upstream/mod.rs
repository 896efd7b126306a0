//! `[upstream.NAME]`.

mod upstreams;
mod url;

pub(super) use upstreams::{NamedUpstream, upstreams};
