//! What can stand between clients and the app.

use clap::ValueEnum;

/// One way of running the app on every core.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// The whole of Ostler.
    Ostler,
    /// The same with nothing asked of the edge.
    OstlerBare,
    /// The same with nothing observed: `[observe] enabled = false`.
    OstlerUnobserved,
    /// `pm2 start -i N`: PM2's cluster mode.
    Pm2,
    /// A bare primary of Node's cluster module.
    Cluster,
    /// nginx in front of PM2's port.
    NginxPm2,
    /// nginx with round robin in front of single Node processes.
    NginxNodes,
    /// nginx with least_conn in front of single Node processes.
    NginxLeastConn,
    /// HAProxy in front of a bare primary of Node's cluster module.
    HaproxyCluster,
    /// Ostler's edge alone, in front of a server on a unix socket.
    OstlerEdge,
    /// nginx alone, likewise.
    Nginx,
    /// HAProxy alone, likewise.
    Haproxy,
    /// Varnish alone, likewise.
    Varnish,
    /// nginx that keeps the files open which it serves.
    NginxOpenFiles,
    /// nginx that compresses at zlib's usual level.
    NginxLevel6,
    /// The app as a single Node process.
    Node,
    /// Ostler with nothing but its store.
    OstlerStore,
    /// The store in a process of its own, without the rest of Ostler.
    StoreOnly,
    /// redis-server.
    Redis,
}

impl Kind {
    /// As it stands in tables.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Ostler => "Ostler",
            Kind::OstlerBare => "Ostler, nothing at the edge",
            Kind::OstlerUnobserved => "Ostler, nothing observed",
            Kind::Pm2 => "PM2",
            Kind::Cluster => "node cluster",
            Kind::NginxPm2 => "nginx + PM2",
            Kind::NginxNodes => "nginx round robin",
            Kind::NginxLeastConn => "nginx least_conn",
            Kind::HaproxyCluster => "HAProxy + node cluster",
            Kind::OstlerEdge => "Ostler's edge",
            Kind::Nginx => "nginx",
            Kind::Haproxy => "HAProxy",
            Kind::Varnish => "Varnish",
            Kind::NginxOpenFiles => "nginx, open_file_cache",
            Kind::NginxLevel6 => "nginx, level 6",
            Kind::Node => "node",
            Kind::OstlerStore => "Ostler's store",
            Kind::StoreOnly => "the store alone",
            Kind::Redis => "redis-server",
        }
    }
}
