//! The limit of open files: each client connection is one, and the usual soft limit of 1024 is a
//! relic of select(2).

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Raise the soft limit to the hard one. A refusal leaves what there is; running out is then told
/// by the edge.
pub fn raise_limit() {
    let limit = getrlimit(Resource::Nofile);
    let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum });
}
