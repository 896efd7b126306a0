//! Whatever a request and a reply say, the reply is not kept where it must not be, and is kept in a form
//! that has one meaning.
#![no_main]

use config::Cache;
use edge::cache_policy::{Asked, Fields, Lines, Moments, Using, admit, fits, using};
use edge::http::Method;
use libfuzzer_sys::fuzz_target;
use std::time::Duration;

const NOW_MS: u64 = 1_764_000_000_000;

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, bytes)) = bytes.split_first() else { return };
    // Lines as a parsed head has them: no control characters in them.
    if bytes.iter().any(|byte| (*byte < b' ' && !b"\t\r\n".contains(byte)) || *byte == 0x7f) {
        return;
    }
    let at = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or(bytes.len());
    let (request, reply) = bytes.split_at(at);
    let (request, reply) = (Lines(request), Lines(reply.get(4..).unwrap_or_default()));
    let rules = Cache {
        keep_for: (choice & 1 != 0).then_some(Duration::from_secs(1)),
        obeys_clients: choice & 2 != 0,
        ignores_cookies: choice & 4 != 0,
        ..Cache::default()
    };
    let status = [200, 404, 301, 206, 304, 500][usize::from(choice >> 3) % 6];
    let Ok(asked) = Asked::read(&rules, Method::Get, &request) else { return };
    let moments = Moments { asked_ms: NOW_MS, came_ms: NOW_MS };
    let Ok(stored) = admit(&rules, &asked, &request, status, &reply, moments) else { return };
    assert!(!matches!(status, 206 | 304));
    let kept = Lines(&stored.lines);
    for never in ["set-cookie", "content-length", "transfer-encoding", "connection", "age"] {
        assert!(!kept.has(never), "{never}");
    }
    assert!(kept.has("date"));
    assert!(fits(&stored.asks, &request), "a reply is for its own request");
    if asked.is_personal(&rules) {
        assert!(!stored.implicit);
    }
    // Fresh at first, never again after it was stale.
    let mut was_fresh = true;
    for after_s in [0, 1, 60, 3_600, 86_400, 1 << 32] {
        let how = using(&rules, &asked, &stored, false, NOW_MS + after_s * 1_000);
        let fresh = how == Using::Fresh;
        assert!(was_fresh || !fresh);
        was_fresh = fresh;
    }
});
