use super::prepared::Asked;
use config::Edge;

/// Where the edge speaks TLS, as its clients see it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Secure {
    /// The port of `[edge.tls]`; None without it.
    port: Option<u16>,
    /// The edge listens without TLS on the port that addresses do not name.
    usual: bool,
}

const HTTP_PORT: u16 = 80;
const HTTPS_PORT: u16 = 443;

impl Secure {
    /// By the addresses that `edge` listens on.
    pub fn new(edge: &Edge) -> Self {
        let tls = edge.tls.as_ref();
        Secure {
            port: tls.and_then(|tls| tls.listen.first()).map(|address| address.port()),
            usual: edge.listen.iter().any(|address| address.port() == HTTP_PORT),
        }
    }

    /// The same address by TLS; None if the client named no host.
    ///
    /// A client that names a port, or comes to port 80, sees the edge's own ports. One that names none
    /// while the edge does not listen there came through something that maps ports, or a proxy, and that
    /// speaks TLS where everybody does.
    pub fn address(self, asked: &Asked<'_>) -> Option<Vec<u8>> {
        let host = asked.authority.get(..asked.host.len())?;
        if host.is_empty() {
            return None;
        }
        let names_port = asked.authority.len() > asked.host.len();
        let mut address = Vec::with_capacity(16 + host.len() + asked.target.len());
        address.extend_from_slice(b"https://");
        address.extend_from_slice(host);
        let port = self.port.filter(|port| *port != HTTPS_PORT && !asked.proxied);
        if let Some(port) = port.filter(|_| names_port || self.usual) {
            address.extend_from_slice(format!(":{port}").as_bytes());
        }
        match asked.target {
            b"*" => address.push(b'/'),
            target => address.extend_from_slice(target),
        }
        Some(address)
    }
}

/// Where the clients of a route are sent.
#[derive(Debug)]
pub struct Redirect {
    to: Box<[u8]>,
    /// What follows so many bytes of the path is appended; None: only the query is.
    rest_at: Option<usize>,
    /// The status.
    pub status: u16,
}

impl Redirect {
    /// By `config`, for a route whose path, or the beginning of it, is `path`.
    pub fn new(config: &config::Redirect, path: &str) -> Self {
        Redirect {
            to: config.to.as_bytes().into(),
            rest_at: config.rest.then_some(path.len()),
            status: config.status,
        }
    }

    /// The address for a request for `target`.
    pub fn address(&self, target: &[u8]) -> Vec<u8> {
        let query_at = target.iter().position(|byte| *byte == b'?').unwrap_or(target.len());
        let (path, query) = target.split_at_checked(query_at).unwrap_or((target, b""));
        let mut address = self.to.to_vec();
        if let Some(at) = self.rest_at {
            let mut rest = path.get(at..).unwrap_or_default();
            // `/` and `//host` would be another host; browsers take a `\` for a `/`.
            while let [b'/' | b'\\', after @ ..] = rest {
                rest = after;
            }
            address.extend_from_slice(rest);
        }
        match query {
            [b'?', rest @ ..] if address.contains(&b'?') => {
                address.push(b'&');
                address.extend_from_slice(rest);
            }
            query => address.extend_from_slice(query),
        }
        address
    }
}
