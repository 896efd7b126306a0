//! `[upstream.NAME]`.

mod upstreams;
mod url;

pub(super) use upstreams::{NamedUpstream, upstreams};
pub(super) use url::server as server_url;
