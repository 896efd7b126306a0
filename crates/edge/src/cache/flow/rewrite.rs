//! The head of a request that asks whether a kept reply is still good.

use crate::cache::Validators;
use crate::cache::policy::{Fields, Lines};
use crate::http::field::line;

/// What a client asks of its own copy, or of a part. The kept reply stands in place of it.
const OF_THE_CLIENT: [&str; 4] = ["if-none-match", "if-modified-since", "range", "if-range"];

/// A client's own conditions and ranges: for its answer out of the cache.
pub fn wants(fields: &(impl Fields + ?Sized)) -> Vec<(String, Vec<u8>)> {
    let own = fields.all().filter(|(name, _)| is_of_the_client(name));
    own.map(|(name, value)| (name.to_owned(), value.to_vec())).collect()
}

/// `head`, a whole one as a worker gets it, without the client's own conditions and ranges, and with
/// those of `validators`.
pub fn conditional(head: &[u8], validators: &Validators) -> Vec<u8> {
    let mut out = Vec::with_capacity(head.len() + 128);
    let start = memchr::memchr(b'\n', head).map_or(head.len(), |at| at + 1);
    out.extend_from_slice(head.get(..start).unwrap_or_default());
    for (name, value) in Lines(head.get(start..).unwrap_or_default()).all() {
        if !is_of_the_client(name) {
            line(name.as_bytes(), value, &mut out);
        }
    }
    if let Some(etag) = &validators.etag {
        line(b"If-None-Match", etag, &mut out);
    }
    if let Some(last_modified) = &validators.last_modified {
        line(b"If-Modified-Since", last_modified, &mut out);
    }
    out.extend_from_slice(b"\r\n");
    out
}

fn is_of_the_client(name: &str) -> bool {
    OF_THE_CLIENT.iter().any(|own| name.eq_ignore_ascii_case(own))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kept_replys_validators_stand_in_place_of_the_clients() {
        let head = b"GET /a HTTP/1.1\r\nHost: a\r\nRANGE: bytes=0-1\r\nIf-None-Match: \"mine\"\r\nX: y\r\n\r\n";
        let validators = Validators {
            etag: Some((*b"\"kept\"").into()),
            last_modified: Some((*b"Thu, 01 Jan 1970 00:00:00 GMT").into()),
            last_modified_s: Some(0),
        };
        let want = "GET /a HTTP/1.1\r\nHost: a\r\nX: y\r\nIf-None-Match: \"kept\"\r\n\
                    If-Modified-Since: Thu, 01 Jan 1970 00:00:00 GMT\r\n\r\n";
        assert_eq!(String::from_utf8(conditional(head, &validators)).unwrap(), want);
        let wants = wants(&crate::cache::policy::after_start_line(head));
        assert_eq!(wants.len(), 2);
        assert_eq!(wants[..].sole("range"), Some(&b"bytes=0-1"[..]));
    }
}
