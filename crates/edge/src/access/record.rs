//! What is kept of a request until its line is written: numbers, and where its texts lie.

use super::line::Line;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

/// How many texts a record has.
pub(super) const TEXTS: usize = 7;

/// The most bytes that are kept of each text, in their order: method, target (no longer one is
/// taken), host, referer, user agent, app, id. The rest is cut off.
pub(super) const TEXT_BYTES_MAX: [usize; TEXTS] = [32, 8 * 1024, 256, 2 * 1024, 1024, 128, 64];

/// A request: its numbers. Its texts lie one after the other in a batch's bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Record {
    /// When its head was complete, since the lane's beginning.
    pub at: Duration,
    pub took: Duration,
    pub first_byte: Option<Duration>,
    pub sent_bytes: u64,
    pub client: IpAddr,
    pub peer: IpAddr,
    pub protocol: &'static str,
    pub tls: &'static str,
    pub reason: &'static str,
    pub worker: Option<u32>,
    pub status: u16,
    pub tries: u16,
    lens: [u16; TEXTS],
}

impl Record {
    /// A request of which nothing is known but when it came.
    pub(super) fn new(at: Duration) -> Self {
        Record {
            at,
            took: Duration::ZERO,
            first_byte: None,
            sent_bytes: 0,
            client: Ipv4Addr::UNSPECIFIED.into(),
            peer: Ipv4Addr::UNSPECIFIED.into(),
            protocol: "",
            tls: "",
            reason: "client_gone",
            worker: None,
            status: 499,
            tries: 0,
            lens: [0; TEXTS],
        }
    }

    /// Put its texts at the end of `bytes`.
    pub(super) fn put(&mut self, texts: [&[u8]; TEXTS], bytes: &mut Vec<u8>) {
        for ((text, max), len) in texts.into_iter().zip(TEXT_BYTES_MAX).zip(&mut self.lens) {
            let text = text.get(..max).unwrap_or(text);
            bytes.extend_from_slice(text);
            // No text is that long.
            *len = u16::try_from(text.len()).unwrap_or(u16::MAX);
        }
    }

    /// How many bytes its texts have.
    pub(super) fn text_bytes(&self) -> usize {
        self.lens.iter().map(|len| usize::from(*len)).sum()
    }

    /// The record as it is told; its texts are `texts`, and its lane began at `begin` since the
    /// Unix epoch.
    pub(super) fn line<'a>(&self, begin: Duration, texts: &'a [u8]) -> Line<'a> {
        let mut rest = texts;
        let [method, target, host, referer, user_agent, app, id] = self.lens.map(|len| {
            let (text, after) = rest.split_at_checked(len.into()).unwrap_or((rest, &[]));
            rest = after;
            text
        });
        Line {
            at_ms: u64::try_from((begin + self.at).as_millis()).unwrap_or_default(),
            client: self.client,
            peer: self.peer,
            method,
            target,
            protocol: self.protocol,
            host,
            tls: self.tls,
            status: self.status,
            sent_bytes: self.sent_bytes,
            took: self.took,
            first_byte: self.first_byte,
            app,
            worker: self.worker,
            tries: self.tries,
            id,
            referer,
            user_agent,
            reason: self.reason,
        }
    }
}
