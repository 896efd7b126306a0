use std::time::Duration;

/// Limits of the admin API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Connections over TCP; further ones wait in the kernel's queue.
    pub tcp_connections_max: usize,
    /// Connections over the unix socket.
    pub unix_connections_max: usize,
    /// Open streams in all; fewer than `tcp_connections_max`, so that health checks get through.
    pub streams_max: usize,
    /// Bodies of logs that are read or taken apart at once.
    pub ingesting_max: usize,
    /// Request line and headers together; hyper takes no less than 8192.
    pub head_bytes_max: usize,
    /// Headers in a request.
    pub headers_max: usize,
    /// A request's body.
    pub body_bytes_max: usize,
    /// Without a whole request head: at the start and between requests.
    pub head_timeout: Duration,
    /// For a request's body.
    pub body_timeout: Duration,
    /// Without the client reading anything of what is to be sent.
    pub write_timeout: Duration,
    /// A stream with nothing to tell sends a blank at this period.
    pub keep_alive: Duration,
    /// For answers under way when the server is stopped.
    pub finish_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            tcp_connections_max: 64,
            unix_connections_max: 256,
            streams_max: 48,
            ingesting_max: 2,
            head_bytes_max: 16 * 1024,
            headers_max: 64,
            body_bytes_max: 64 * 1024,
            head_timeout: Duration::from_secs(10),
            body_timeout: Duration::from_secs(10),
            write_timeout: Duration::from_secs(20),
            keep_alive: Duration::from_secs(15),
            finish_timeout: Duration::from_secs(3),
        }
    }
}
