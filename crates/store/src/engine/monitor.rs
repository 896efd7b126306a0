//! What clients that called `MONITOR` are told of a command.

use super::{Now, Session};
use crate::command::args::is;
use crate::command::{Flags, Spec};
use crate::hub::{Hub, Outbox};

/// When clients are told of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// Of scripts, so that the commands that they call come after.
    Before,
    /// Of all others: transactions come after their commands, and `SELECT` with the database that it selected.
    After,
}

/// `session`'s command `spec` runs, or ran.
pub(super) fn tell(
    hub: &Hub,
    outbox: &Outbox,
    spec: &Spec,
    session: &Session,
    args: &[&[u8]],
    now: Now,
    when: When,
) {
    let its_time = if spec.flags.has(Flags::SKIP_MONITOR) { When::Before } else { When::After };
    if hub.monitors.any() && when == its_time && !spec.flags.has(Flags::ADMIN) {
        hub.monitors.tell(&line(spec, session, args, now).into(), outbox);
    }
}

/// `+seconds.microseconds [db address] "arg" …`
fn line(spec: &Spec, session: &Session, args: &[&[u8]], now: Now) -> Vec<u8> {
    let from = match &session.card {
        Some(card) => match card.arrival.address.strip_suffix(":0") {
            Some(path) if path.starts_with('/') => format!("unix:{path}"),
            _ => card.arrival.address.clone(),
        },
        None if session.script => "lua".into(),
        None => "inside".into(),
    };
    let (seconds, rest_ms) = (now.wall_ms / 1000, now.wall_ms % 1000);
    let db = session.db;
    let mut line = format!("+{seconds}.{rest_ms:03}{:03} [{db} {from}]", now.rest_us).into_bytes();
    let hidden = hidden(spec, args);
    for (at, arg) in args.iter().enumerate() {
        line.push(b' ');
        quote(&mut line, if hidden.contains(&at) { b"(redacted)" } else { arg });
    }
    line.extend_from_slice(b"\r\n");
    line
}

/// The arguments that are nobody's business.
fn hidden(spec: &Spec, args: &[&[u8]]) -> std::ops::Range<usize> {
    match spec.name {
        "AUTH" => 1..args.len(),
        "HELLO" => match args.iter().position(|arg| is(arg, "AUTH")) {
            Some(at) => at + 1..at + 3,
            None => 0..0,
        },
        _ => 0..0,
    }
}

/// Between quotes, with escapes for what cannot be printed.
fn quote(line: &mut Vec<u8>, arg: &[u8]) {
    line.push(b'"');
    for &byte in arg {
        match byte {
            b'\\' | b'"' => line.extend_from_slice(&[b'\\', byte]),
            b'\n' => line.extend_from_slice(b"\\n"),
            b'\r' => line.extend_from_slice(b"\\r"),
            b'\t' => line.extend_from_slice(b"\\t"),
            7 => line.extend_from_slice(b"\\a"),
            8 => line.extend_from_slice(b"\\b"),
            b' '..=b'~' => line.push(byte),
            _ => line.extend_from_slice(format!("\\x{byte:02x}").as_bytes()),
        }
    }
    line.push(b'"');
}
