//! Whatever a client sends, its access log line is one line, and in JSON one object that holds it.
#![no_main]

use edge::access::line::{Line, combined, json};
use libfuzzer_sys::fuzz_target;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

fn written(write: fn(&Line<'_>, &mut Vec<u8>), line: &Line<'_>) -> String {
    let mut out = Vec::new();
    write(line, &mut out);
    let text = String::from_utf8(out).expect("UTF-8");
    assert_eq!(text.find('\n'), Some(text.len() - 1), "{text:?}");
    assert!(!text.trim_end_matches('\n').contains(char::is_control), "{text:?}");
    text
}

fuzz_target!(|bytes: &[u8]| {
    let mut parts = bytes.split(|byte| *byte == 0);
    let mut next = || parts.next().unwrap_or_default();
    let method = next();
    let line = Line {
        at_ms: u64::from(u32::from_le_bytes([method.len() as u8; 4])) * 1_000,
        client: IpAddr::V6(Ipv6Addr::LOCALHOST),
        peer: IpAddr::V4(Ipv4Addr::LOCALHOST),
        method,
        target: bytes,
        protocol: "HTTP/1.1",
        host: next(),
        tls: "",
        status: 200,
        sent_bytes: bytes.len() as u64,
        took: Duration::from_nanos(bytes.len() as u64),
        first_byte: None,
        app: next(),
        worker: None,
        tries: 0,
        id: next(),
        referer: next(),
        user_agent: next(),
        reason: "",
    };
    let text = written(json, &line);
    let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let name = if method.is_empty() { "request" } else { "target" };
    if !bytes.is_empty() {
        assert_eq!(value[name], String::from_utf8_lossy(bytes).into_owned());
    }

    let text = written(combined, &line);
    assert!(text.is_ascii(), "{text:?}");
    // Three texts in quotes, and no quote but theirs.
    assert_eq!(text.matches('"').count(), 6, "{text:?}");
});
