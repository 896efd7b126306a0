//! How one request is told. Pure.

mod combined;
mod escape;
mod json;

pub use combined::combined;
pub use escape::{escape_json, escape_quoted};
pub use json::json;

use std::net::IpAddr;
use std::time::Duration;

/// What is told of one request. Texts are as the client sent them, so they may hold anything.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    /// When its head was complete, in milliseconds since the Unix epoch.
    pub at_ms: u64,
    /// The client, as trusted proxies tell it.
    pub client: IpAddr,
    /// Who connected to the edge.
    pub peer: IpAddr,
    /// `GET`; empty if the head was not understood.
    pub method: &'a [u8],
    /// Path and query; if the head was not understood, its first line.
    pub target: &'a [u8],
    /// `HTTP/1.1`; empty if the head was not understood.
    pub protocol: &'a str,
    /// `Host`, with a port if there is one.
    pub host: &'a [u8],
    /// The version of TLS; empty without TLS.
    pub tls: &'a str,
    /// The status sent; 499 if the client went away before there was one.
    pub status: u16,
    /// Bytes of the reply's body, or of an upgraded connection, sent to the client.
    pub sent_bytes: u64,
    /// From the request's head to the end of its reply.
    pub took: Duration,
    /// From the request's head to the reply's; None if the edge itself replied.
    pub first_byte: Option<Duration>,
    /// Who was to answer; empty if no route led anywhere.
    pub app: &'a [u8],
    /// The number of the worker that was asked last.
    pub worker: Option<u32>,
    /// How many workers were asked.
    pub tries: u16,
    /// The request's id.
    pub id: &'a [u8],
    /// `Referer`
    pub referer: &'a [u8],
    /// `User-Agent`
    pub user_agent: &'a [u8],
    /// Why the app's reply was not sent, or not to its end; empty if it was.
    pub reason: &'a str,
}

#[cfg(test)]
mod tests;
