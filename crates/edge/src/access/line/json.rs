//! One JSON object a line. What is not known is left out.

use super::{Line, escape_json};
use base::calendar::Moment;
use std::io::Write;
use std::time::Duration;

/// Append the line with its newline.
pub fn json(line: &Line<'_>, out: &mut Vec<u8>) {
    // Writing into a Vec cannot fail.
    let _ = write!(out, "{{\"time\":\"{}\",\"client\":\"{}\"", Moment::of(line.at_ms), line.client);
    if line.peer != line.client {
        let _ = write!(out, ",\"peer\":\"{}\"", line.peer);
    }
    text("method", line.method, out);
    // A first line that was not understood has a name of its own: it is no target.
    let name = if line.method.is_empty() { "request" } else { "target" };
    text(name, line.target, out);
    text("host", line.host, out);
    text("protocol", line.protocol.as_bytes(), out);
    text("tls", line.tls.as_bytes(), out);
    let _ = write!(out, ",\"status\":{},\"bytes\":{}", line.status, line.sent_bytes);
    duration("duration_ms", line.took, out);
    if let Some(first) = line.first_byte {
        duration("first_byte_ms", first, out);
    }
    text("app", line.app, out);
    if let Some(worker) = line.worker {
        let _ = write!(out, ",\"worker\":{worker},\"tries\":{}", line.tries);
    }
    text("id", line.id, out);
    text("reason", line.reason.as_bytes(), out);
    text("referer", line.referer, out);
    text("user_agent", line.user_agent, out);
    out.extend_from_slice(b"}\n");
}

fn text(name: &str, value: &[u8], out: &mut Vec<u8>) {
    if !value.is_empty() {
        let _ = write!(out, ",\"{name}\":\"");
        escape_json(value, out);
        out.push(b'"');
    }
}

/// Milliseconds with three decimals.
fn duration(name: &str, duration: Duration, out: &mut Vec<u8>) {
    let us = duration.as_micros();
    let _ = write!(out, ",\"{name}\":{}.{:03}", us / 1_000, us % 1_000);
}
