use super::{Cache, Compress, Cors, Files, Guard, Headers, Limit, Priority, Redirect};

/// What the edge does for the requests of a route, beside passing them on. `[edge]` says it for every
/// route, `[route."…"]` for one.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rules {
    /// A request's whole body, in bytes; 0: no limit.
    pub body_bytes_max: u64,
    /// Replies are compressed, and how.
    pub compress: Option<Compress>,
    /// Which requests are let in at all.
    pub guard: Guard,
    /// Lines that replies get and lose.
    pub headers: Headers,
    /// Which pages of other origins may use the replies.
    pub cors: Option<Cors>,
    /// Where clients are sent instead; of routes only.
    pub redirect: Option<Redirect>,
    /// How many requests somebody may send; all must let a request pass.
    pub limits: Vec<Limit>,
    /// How important its requests are to an app that has more than it can do.
    pub priority: Priority,
    /// A folder whose files are sent; only a route has one.
    pub files: Option<Files>,
    /// What is kept of replies; None: nothing.
    pub cache: Option<Cache>,
}
