//! `Cache-Status` (RFC 9211): what became of a request.

use crate::cache::Key;
use std::io::Write;

/// How the cache came to its reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Out of the cache, without the app.
    Hit,
    /// The app was asked.
    Forwarded(Forwarded),
}

/// Why the app was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forwarded {
    /// Nothing is kept under the address.
    UriMiss,
    /// Nothing is kept for what the request says.
    VaryMiss,
    /// What is kept must be validated.
    Stale,
    /// The method is not the cache's business.
    Method,
    /// The settings keep the request away from the cache.
    Bypass,
    /// The client wants it.
    Request,
}

/// What is told of a request.
#[derive(Debug, Clone, Copy)]
pub struct Report<'k> {
    /// How the reply came about.
    pub outcome: Outcome,
    /// What the app answered, if not the client's reply.
    pub forwarded_status: Option<u16>,
    /// For how many seconds more the reply is fresh; less than 0: for how long it has been stale.
    pub ttl: Option<i64>,
    /// The reply is kept.
    pub stored: bool,
    /// Another request had asked the app.
    pub collapsed: bool,
    /// Its key, if that is to be told.
    pub key: Option<&'k Key>,
    /// Why it is not kept, or other than usual: a token.
    pub detail: Option<&'static str>,
}

impl Forwarded {
    fn name(self) -> &'static str {
        match self {
            Forwarded::UriMiss => "uri-miss",
            Forwarded::VaryMiss => "vary-miss",
            Forwarded::Stale => "stale",
            Forwarded::Method => "method",
            Forwarded::Bypass => "bypass",
            Forwarded::Request => "request",
        }
    }
}

impl Report<'_> {
    /// Nothing but how the reply came about.
    pub fn new(outcome: Outcome) -> Self {
        Report {
            outcome,
            forwarded_status: None,
            ttl: None,
            stored: false,
            collapsed: false,
            key: None,
            detail: None,
        }
    }

    /// Append the header line.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"Cache-Status: ostler");
        // Writing into a Vec cannot fail.
        match self.outcome {
            Outcome::Hit => out.extend_from_slice(b"; hit"),
            Outcome::Forwarded(why) => {
                out.extend_from_slice(b"; fwd=");
                out.extend_from_slice(why.name().as_bytes());
                if let Some(status) = self.forwarded_status {
                    let _ = write!(out, "; fwd-status={status}");
                }
            }
        }
        if let Some(ttl) = self.ttl {
            let _ = write!(out, "; ttl={ttl}");
        }
        for (name, holds) in [("stored", self.stored), ("collapsed", self.collapsed)] {
            if holds {
                let _ = write!(out, "; {name}");
            }
        }
        if let Some(key) = self.key {
            out.extend_from_slice(b"; key=\"");
            for byte in key.bytes() {
                match byte {
                    b'"' | b'\\' => out.extend_from_slice(&[b'\\', *byte]),
                    0x20..=0x7e => out.push(*byte),
                    // A string of a structured field has none of these.
                    _ => {
                        let _ = write!(out, "%{byte:02X}");
                    }
                }
            }
            out.push(b'"');
        }
        if let Some(detail) = self.detail {
            let _ = write!(out, "; detail={detail}");
        }
        out.extend_from_slice(b"\r\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(report: Report<'_>, want: &str) {
        let mut out = Vec::new();
        report.write(&mut out);
        assert_eq!(String::from_utf8(out).unwrap(), format!("Cache-Status: {want}\r\n"));
    }

    #[test]
    fn a_report_is_a_list_of_one_item() {
        let key = Key::of_url(b"http://a/\"\\\xc3").unwrap();
        let hit = Report::new(Outcome::Hit);
        check(hit, "ostler; hit");
        check(
            Report { ttl: Some(-3), key: Some(&key), ..hit },
            "ostler; hit; ttl=-3; key=\"http://a/\\\"\\\\%C3\"",
        );
        let forwarded = Report {
            forwarded_status: Some(304),
            ttl: Some(60),
            stored: true,
            collapsed: true,
            detail: Some("no-store"),
            ..Report::new(Outcome::Forwarded(Forwarded::Stale))
        };
        check(
            forwarded,
            "ostler; fwd=stale; fwd-status=304; ttl=60; stored; collapsed; detail=no-store",
        );
    }
}
