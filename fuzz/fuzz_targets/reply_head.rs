//! A reply head that is taken is written on as one head with one framing.
#![no_main]

use edge::http::Method;
use edge::http::head::{Framing, HEADERS_MAX, ReplyWriting, Upgrade, Version, reply, scratch};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, bytes)) = bytes.split_first() else { return };
    let method = if choice & 1 == 0 { Method::Get } else { Method::Head };
    let upgrade = (choice & 2 != 0).then_some(Upgrade::WebSocket);
    let version = if choice & 4 == 0 { Version::New } else { Version::Old };
    let mut room = scratch();
    let Ok(Some(head)) = reply::read(bytes, method, upgrade, &mut room) else { return };
    assert!(head.len <= bytes.len() && (100..=999).contains(&head.status));
    let mut out = Vec::new();
    let keep_alive = head.framing != Framing::UntilClose;
    head.write(
        &ReplyWriting { version, keep_alive, server_timing: None, set_cookie: None, lines: b"" },
        &mut out,
    );
    let text = String::from_utf8_lossy(&out);
    assert!(text.starts_with("HTTP/1.1 "), "{text}");
    assert!(text.ends_with("\r\n\r\n") && text.matches("\r\n\r\n").count() == 1, "{text}");
    assert!(!text.replace("\r\n", "").contains(['\r', '\n', '\0']), "{text}");
    let lower = text.to_ascii_lowercase();
    let framings = lower.matches("\r\ncontent-length:").count()
        + lower.matches("\r\ntransfer-encoding:").count();
    assert!(framings <= 1, "{text}");

    // The edge adds lines of its own, so a head at the limit is written on above it.
    let lines = text.matches("\r\n").count() - 2;
    let readable = lines <= HEADERS_MAX && out.len() <= reply::HEAD_BYTES_MAX;
    if version == Version::New && !head.is_interim() && readable {
        let mut room = scratch();
        let again = reply::read(&out, method, upgrade, &mut room);
        let Ok(Some(again)) = again else { panic!("{again:?} of {text}") };
        assert_eq!((again.status, again.framing), (head.status, head.framing));
        assert_eq!(again.len, out.len());
    }
});
