//! What is asked, how often, and by how many.

use super::tls::Tls;
use base::random::Random;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::time::Duration;

/// A steady load.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Where to.
    pub address: SocketAddr,
    /// Connections, each with one request at a time.
    pub connections: usize,
    /// Asked with GET.
    pub path: String,
    /// Further header lines of each GET, each with its line end.
    pub headers: String,
    /// Asked with GET instead, with this share of all requests in percent.
    pub rare: Option<(String, u64)>,
    /// Asked with POST, with this share of all requests in percent.
    pub posts: Option<(String, u64)>,
    /// Shortest and longest pause of a connection between a reply and its next request.
    pub think: (Duration, Duration),
    /// Through TLS.
    pub tls: Option<Tls>,
    /// Each request over a connection of its own, which the server closes.
    pub fresh: bool,
    /// HTTP/2 with so many requests at a time on each connection, GETs of `path` only.
    pub streams: Option<usize>,
    /// For a whole exchange, connecting included.
    pub timeout: Duration,
    /// Starts the ids of POSTs, so that two runs share none.
    pub run: String,
    pub seed: u64,
}

/// Of a plan whose address is not known yet.
pub const NOWHERE: SocketAddr = SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0));

/// The two kinds of requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Idempotent: must not fail.
    Get,
    /// May fail, must not be carried out twice.
    Post,
}

/// One request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub method: Method,
    /// It asks for the path of [`Plan::rare`].
    pub rare: bool,
    pub bytes: Vec<u8>,
}

impl Plan {
    /// GETs of `path` without pauses.
    pub fn new(address: SocketAddr, path: &str, connections: usize) -> Self {
        Plan {
            address,
            connections,
            path: path.into(),
            headers: String::new(),
            rare: None,
            posts: None,
            think: (Duration::ZERO, Duration::ZERO),
            tls: None,
            fresh: false,
            streams: None,
            timeout: Duration::from_secs(30),
            run: String::new(),
            seed: 1,
        }
    }

    /// Request number `number` of a connection.
    pub fn request(&self, connection: usize, number: u64, random: &mut Random) -> Request {
        let drawn = random.below(100);
        if let Some((path, percent)) = &self.posts
            && drawn < *percent
        {
            return self.post(path, &format!("{}-{connection}-{number}", self.run));
        }
        match &self.rare {
            Some((path, percent)) if drawn >= 100 - *percent => self.get(path, true),
            _ => self.get(&self.path, false),
        }
    }

    fn get(&self, path: &str, rare: bool) -> Request {
        let close = if self.fresh { "Connection: close\r\n" } else { "" };
        let text = format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nAccept: */*\r\n{}{close}\r\n",
            self.address, self.headers
        );
        Request { method: Method::Get, rare, bytes: text.into() }
    }

    fn post(&self, path: &str, id: &str) -> Request {
        let body = format!("{{\"id\":\"{id}\"}}");
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            self.address,
            body.len()
        );
        Request { method: Method::Post, rare: false, bytes: (head + &body).into_bytes() }
    }

    /// The next pause.
    pub fn pause(&self, random: &mut Random) -> Duration {
        let (least, most) = self.think;
        least + most.saturating_sub(least).mul_f64(random.unit())
    }
}
