//! The combined format of Apache and nginx, which log analysers read.

use super::{Line, escape_quoted};
use base::calendar::{MONTHS, Moment};
use std::io::Write;

/// Append the line with its newline. Times are in UTC.
pub fn combined(line: &Line<'_>, out: &mut Vec<u8>) {
    let Moment { year, month, day, hour, minute, second, .. } = Moment::of(line.at_ms);
    let month = usize::try_from(month).ok().and_then(|month| MONTHS.get(month.wrapping_sub(1)));
    let month = month.copied().unwrap_or("Jan");
    // Writing into a Vec cannot fail.
    let _ = write!(
        out,
        "{} - - [{day:02}/{month}/{year:04}:{hour:02}:{minute:02}:{second:02} +0000] \"",
        line.client
    );
    escape_quoted(line.method, out);
    if !line.method.is_empty() {
        out.push(b' ');
    }
    escape_quoted(line.target, out);
    if !line.protocol.is_empty() {
        out.push(b' ');
        escape_quoted(line.protocol.as_bytes(), out);
    }
    let _ = write!(out, "\" {} {} \"", line.status, line.sent_bytes);
    or_dash(line.referer, out);
    out.extend_from_slice(b"\" \"");
    or_dash(line.user_agent, out);
    out.extend_from_slice(b"\"\n");
}

fn or_dash(text: &[u8], out: &mut Vec<u8>) {
    if text.is_empty() { out.push(b'-') } else { escape_quoted(text, out) }
}
