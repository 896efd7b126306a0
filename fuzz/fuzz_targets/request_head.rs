//! A request head that is taken is written on as one head that means the same, and has one framing.
#![no_main]

use edge::http::head::{Limits, Peer, RequestHead, RequestId, request, scratch};
use libfuzzer_sys::fuzz_target;

const LIMITS: Limits = Limits { head_bytes_max: 16 * 1024, headers_max: 64 };
const PEER: Peer<'static> =
    Peer { address: "2001:db8::1", trusted: false, scheme: "http", forwarded: true };

fn written(head: &RequestHead<'_, '_>, id: &RequestId, peer: &Peer<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    head.write(peer, id, &mut out);
    out
}

fn count(text: &[u8], what: &str) -> usize {
    String::from_utf8_lossy(text).to_ascii_lowercase().matches(what).count()
}

fuzz_target!(|bytes: &[u8]| {
    let mut room = scratch();
    let Ok(Some(head)) = request::read(bytes, &LIMITS, &mut room) else { return };
    assert!(head.len <= bytes.len());
    let id = head.id(|| 7);
    let out = written(&head, &id, &PEER);
    let text = String::from_utf8_lossy(&out);
    assert!(text.ends_with("\r\n\r\n") && text.matches("\r\n\r\n").count() == 1, "{text}");
    assert!(!text.replace("\r\n", "").contains(['\r', '\n', '\0']), "{text}");
    assert!(count(&out, "\r\ncontent-length:") + count(&out, "\r\ntransfer-encoding:") <= 1);
    assert_eq!(count(&out, "\r\nhost:"), 1);
    assert_eq!(count(&out, "\r\nx-forwarded-for:"), 1);

    // Only HTTP/1.0 may come without a host; such a head is good for workers alone.
    if head.host().is_empty() {
        return;
    }
    let limits = Limits { head_bytes_max: out.len(), headers_max: 256 };
    let mut room = scratch();
    let again = request::read(&out, &limits, &mut room);
    let Ok(Some(again)) = again else { panic!("{again:?} of {text}") };
    assert_eq!(again.len, out.len());
    assert_eq!(again.framing, head.framing);
    assert_eq!(again.method, head.method);
    assert_eq!(again.upgrade, head.upgrade);
    assert_eq!((again.host(), again.path()), (head.host(), head.path()));

    let trusted = Peer { trusted: true, ..PEER };
    let out = written(&head, &id, &trusted);
    assert!(!String::from_utf8_lossy(&out).replace("\r\n", "").contains(['\r', '\n', '\0']));
});
