/// What the edge does for the requests of a route, beside passing them on. `[edge]` says it for every
/// route, `[route."…"]` for one.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rules {
    /// A request's whole body, in bytes; 0: no limit.
    pub body_bytes_max: u64,
}
