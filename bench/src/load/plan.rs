//! What is asked, how often, and by how many.

use base::random::Random;
use std::net::SocketAddr;
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
    /// Asked with POST, with this share of all requests in percent.
    pub posts: Option<(String, u64)>,
    /// Mean pause of a connection between a reply and its next request; the pause is 0 to twice that.
    pub think: Duration,
    /// For a whole exchange, connecting included.
    pub timeout: Duration,
    /// Starts the ids of POSTs, so that two runs share none.
    pub run: String,
    pub seed: u64,
}

/// The two kinds of requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Idempotent: must not fail.
    Get,
    /// May fail, must not be carried out twice.
    Post,
}

impl Plan {
    /// GETs of `path` without pauses.
    pub fn new(address: SocketAddr, path: &str, connections: usize) -> Self {
        Plan {
            address,
            connections,
            path: path.into(),
            posts: None,
            think: Duration::ZERO,
            timeout: Duration::from_secs(30),
            run: String::new(),
            seed: 1,
        }
    }

    /// The bytes of request number `number` of a connection.
    pub fn request(
        &self,
        connection: usize,
        number: u64,
        random: &mut Random,
    ) -> (Method, Vec<u8>) {
        let host = self.address;
        match &self.posts {
            Some((path, percent)) if random.below(100) < *percent => {
                let id = format!("{}-{connection}-{number}", self.run);
                let body = format!("{{\"id\":\"{id}\"}}");
                let head = format!(
                    "POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
                    body.len()
                );
                (Method::Post, (head + &body).into_bytes())
            }
            _ => {
                let path = &self.path;
                (
                    Method::Get,
                    format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: */*\r\n\r\n").into(),
                )
            }
        }
    }

    /// The next pause.
    pub fn pause(&self, random: &mut Random) -> Duration {
        self.think.mul_f64(2.0 * random.unit())
    }
}
