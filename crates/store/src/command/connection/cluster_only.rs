//! Commands that clients of a cluster send to its nodes; this is none.

use crate::command::{Desk, Flags, Group, Run, Spec};
use crate::resp::{Fault, Outcome};

const fn spec(name: &'static str) -> Spec {
    Spec::new(name, 1, Group::Connection, Run::Session(refuse)).flags(Flags::FAST).since("3.0.0")
}

/// `READONLY`
pub const READONLY: Spec = spec("READONLY");
/// `READWRITE`
pub const READWRITE: Spec = spec("READWRITE");
/// `ASKING`
pub const ASKING: Spec = spec("ASKING");

fn refuse(_: &mut Desk<'_>) -> Outcome {
    Err(Fault::plain("ERR This instance has cluster support disabled"))
}
