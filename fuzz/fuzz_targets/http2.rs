//! What HTTP/2 says becomes one HTTP/1.1 head and nothing behind it, and HTTP/1.1 bytes become the
//! same message whole and in pieces.
#![no_main]

use edge::http::Method;
use edge::http::head::{Limits, request, scratch};
use edge::http2::asked::RequestReader;
use edge::http2::reply::ReplyReader;
use edge::http2::request::write;
use http::{HeaderName, HeaderValue, Request};
use libfuzzer_sys::fuzz_target;

const LIMITS: Limits = Limits { head_bytes_max: 1 << 20, headers_max: 10_000 };

/// A request as the h2 crate makes it: every part was checked by `http` alone. Fields are lines.
fn request_of(bytes: &[u8]) -> Option<http::request::Parts> {
    let mut lines = bytes.split(|byte| *byte == b'\n');
    let (method, target) = (lines.next()?, lines.next()?);
    let mut request = Request::builder().method(method).uri(target).body(()).ok()?;
    for line in lines {
        let colon = line.iter().position(|byte| *byte == b':')?;
        let (name, value) = line.split_at(colon);
        let name = HeaderName::from_bytes(name).ok()?;
        request.headers_mut().append(name, HeaderValue::from_bytes(value.get(1..)?).ok()?);
    }
    Some(request.into_parts().0)
}

fn down(bytes: &[u8]) {
    let Some((choice, bytes)) = bytes.split_first() else { return };
    let Some(parts) = request_of(bytes) else { return };
    let protocol = (choice & 2 != 0).then_some("websocket");
    let mut out = Vec::new();
    if write(&parts, choice & 1 != 0, protocol, || "AAAA".to_owned(), &mut out).is_err() {
        return;
    }
    let text = String::from_utf8_lossy(&out);
    assert!(text.ends_with("\r\n\r\n") && text.matches("\r\n\r\n").count() == 1, "{text:?}");
    assert!(!text.replace("\r\n", "").contains(['\r', '\n', '\0']), "{text:?}");
    let mut room = scratch();
    if let Ok(Some(head)) = request::read(&out, &LIMITS, &mut room) {
        assert_eq!(head.len, out.len(), "{text:?}");
        if let (Some(path), None) = (parts.uri.path_and_query(), protocol) {
            assert_eq!(out.split(|byte| *byte == b' ').nth(1), Some(path.as_str().as_bytes()));
        }
    }
}

/// The head and content that a reader makes of `bytes`, in pieces of `step`; None: malformed.
type Seen = Option<(String, Vec<u8>, String, bool)>;

fn replies(bytes: &[u8], step: usize, connects: bool) -> Seen {
    let mut reader = ReplyReader::new(Method::Get, connects);
    let mut seen = (String::new(), Vec::new(), String::new(), false);
    for piece in bytes.chunks(step) {
        let read = reader.read([piece, b""]).ok()?;
        read.interims.iter().chain(&read.head).for_each(|head| seen.0 += &format!("{head:?}"));
        seen.1.extend(&read.content);
        if let (Some(trailers), true) = (read.trailers, seen.2.is_empty()) {
            seen.2 = format!("{trailers:?}");
        }
        seen.3 |= read.ends;
    }
    Some(seen)
}

fn requests(bytes: &[u8], step: usize) -> Seen {
    let mut reader = RequestReader::default();
    let mut seen = (String::new(), Vec::new(), String::new(), false);
    for piece in bytes.chunks(step) {
        let read = reader.read([piece, b""]).ok()?;
        read.head.iter().for_each(|head| seen.0 += &format!("{head:?}"));
        seen.1.extend(&read.content);
        if let (Some(trailers), true) = (read.trailers, seen.2.is_empty()) {
            seen.2 = format!("{trailers:?}");
        }
        seen.3 |= read.ends;
    }
    Some(seen)
}

fuzz_target!(|bytes: &[u8]| {
    down(bytes);
    let Some((step, bytes)) = bytes.split_first() else { return };
    let step = usize::from(*step).max(1);
    let whole = bytes.len().max(1);
    // A body that was malformed after its end was whole is nothing that the edge writes.
    for connects in [false, true] {
        let (one, many) = (replies(bytes, whole, connects), replies(bytes, step, connects));
        assert!(one.is_none() || one == many, "{one:?} {many:?}");
    }
    let (one, many) = (requests(bytes, whole), requests(bytes, step));
    assert!(one.is_none() || one == many, "{one:?} {many:?}");
});
