//! What clients that called `MONITOR` are told of a command.

use super::{Engine, Invocation};
use crate::command::{Flags, Run, Spec};

impl Engine {
    /// `invocation` is about to run.
    pub(super) fn tell_monitors(&self, spec: &Spec, invocation: &Invocation<'_>) {
        let hub = &self.hub;
        // Scripts and transactions are told here, so that they come before their commands.
        let runs_others = matches!(spec.run, Run::Engine(_));
        let is_told = runs_others || !spec.flags.has(Flags::SKIP_MONITOR);
        if hub.monitors.any() && is_told && !spec.flags.has(Flags::ADMIN) && !self.keys.replaying()
        {
            hub.monitors.tell(&line(invocation, self.keys.selected).into(), &hub.outbox);
        }
    }
}

/// `+seconds.microseconds [db address] "arg" …`
fn line(invocation: &Invocation<'_>, db: usize) -> Vec<u8> {
    let session = &invocation.session;
    let from = match &session.card {
        Some(card) => card.arrival.address.as_str(),
        None if session.script => "lua",
        None => "inside",
    };
    let (seconds, rest_ms) = (invocation.now.wall_ms / 1000, invocation.now.wall_ms % 1000);
    let mut line = format!("+{seconds}.{rest_ms:03}000 [{db} {from}]").into_bytes();
    for arg in invocation.args {
        line.push(b' ');
        quote(&mut line, arg);
    }
    line.extend_from_slice(b"\r\n");
    line
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
