use super::{AccessLog, CacheStore, LimitStore, Rules, Tls};
use model::AppName;
use std::net::SocketAddr;
use std::time::Duration;

/// `[edge]`: listeners and how requests are carried.
#[derive(Debug, Clone, PartialEq)]
pub struct Edge {
    /// TCP addresses to listen on.
    pub listen: Vec<SocketAddr>,
    /// Edge threads, each with its own listener and upstream connections.
    pub threads: u32,
    /// Networks (address, prefix length) whose `X-Forwarded-*` and `Forwarded` are believed.
    pub trusted_proxies: Vec<(std::net::IpAddr, u8)>,
    /// Add `Server-Timing: edge;dur=…` to replies.
    pub server_timing: bool,
    /// Speak HTTP/2 with clients too: by ALPN over TLS, by prior knowledge without.
    pub http2: bool,
    /// Connections from trusted proxies begin with a PROXY protocol header, version 1 or 2.
    pub proxy_protocol: bool,
    /// Send `Forwarded` (RFC 7239) to workers, beside `X-Forwarded-*`.
    pub forwarded: bool,
    /// Listeners that speak TLS.
    pub tls: Option<Tls>,
    /// A line for each request.
    pub access_log: Option<AccessLog>,
    /// Where cached replies are kept.
    pub cache: CacheStore,
    /// Through which machines count the requests of limits together.
    pub limit_store: Option<LimitStore>,
    /// Every limit.
    pub limits: Limits,
    /// What is done for the requests of every route that does not say otherwise.
    pub rules: Rules,
}

/// `[edge.limits]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Request line and headers together, in bytes.
    pub head_bytes_max: u32,
    /// Headers in a request.
    pub headers_max: u16,
    /// A request's whole body, in bytes; 0: no limit.
    pub body_bytes_max: u64,
    /// Client connections in all.
    pub connections_max: u32,
    /// From a request's first byte to the end of its head.
    pub head_timeout: Duration,
    /// Without a request on a keep-alive connection.
    pub idle_timeout: Duration,
    /// Without progress of a request's body or of the client reading a reply.
    pub stall_timeout: Duration,
    /// From a request sent to the reply's head.
    pub reply_timeout: Duration,
    /// To connect to a worker.
    pub connect_timeout: Duration,
    /// How long a request waits for a worker to become ready or free.
    pub wait_timeout: Duration,
    /// Requests in flight to one worker.
    pub in_flight_max: u32,
    /// Bytes a second that a client must send of a body, or take of a reply, while it is waited
    /// for, once it has had 20 s; 0: any.
    pub client_rate_min: u32,
    /// Requests at once on one HTTP/2 connection.
    pub streams_max: u32,
    /// Requests waiting for a worker, in all.
    pub waiting_max: u32,
    /// How long requests in flight may take to finish when Ostler stops.
    pub drain_timeout: Duration,
}

/// `[route."host/path"]`: which app or upstream answers, and what is done before and after.
#[derive(Debug, Clone, PartialEq)]
pub struct Route {
    /// The key as written, e.g. `/api/*`, `example.org/*`, `*.example.org/shop/*`.
    pub pattern: String,
    /// Lower-case host, or `.example.org` for any subdomain; None: every host.
    pub host: Option<String>,
    /// Path or path prefix, starting with `/`.
    pub path: String,
    /// The pattern ended in `*`: `path` is a prefix.
    pub prefix: bool,
    /// The app or the upstream; None if the edge itself answers.
    pub app: Option<AppName>,
    /// What the edge does for its requests.
    pub rules: Rules,
}
