//! Small aids to tests.

use super::run::FLAGS;
use crate::command::args::{self, count};
use crate::command::{Desk, Group, Run, Spec, matches};
use crate::resp::{Fault, Outcome};
use std::sync::atomic::Ordering::Relaxed;

/// `DEBUG CHANGE-REPL-ID`
pub const CHANGE_REPL_ID: Spec = aid("CHANGE-REPL-ID", 2, change_repl_id);
/// `DEBUG SET-DISABLE-DENY-SCRIPTS 0|1`
pub const DENY_SCRIPTS: Spec = aid("SET-DISABLE-DENY-SCRIPTS", 3, deny_scripts);
/// `DEBUG ERROR text`
pub const ERROR: Spec = aid("ERROR", 3, error);
/// `DEBUG LOG text`
pub const LOG: Spec = aid("LOG", 3, log);
/// `DEBUG STRINGMATCH-LEN len pattern`
pub const STRINGMATCH_LEN: Spec = aid("STRINGMATCH-LEN", 4, stringmatch_len);

/// A longer text nobody matches.
const MATCHED_BYTES_MAX: usize = 64 << 20;
/// The level of what is said to the log.
const NOTICE: u8 = 2;

const fn aid(name: &'static str, arity: i8, run: fn(&mut Desk<'_>) -> Outcome) -> Spec {
    Spec::new(name, arity, Group::Server, Run::Session(run)).flags(FLAGS)
}

/// There is no replication whose id could change.
fn change_repl_id(desk: &mut Desk<'_>) -> Outcome {
    desk.reply.ok();
    Ok(())
}

fn deny_scripts(desk: &mut Desk<'_>) -> Outcome {
    desk.hub.limits.scripts_may_all.store(args::int(desk.args[2])? != 0, Relaxed);
    desk.reply.ok();
    Ok(())
}

fn error(desk: &mut Desk<'_>) -> Outcome {
    Err(Fault::quoting(&[desk.args[2]]))
}

fn log(desk: &mut Desk<'_>) -> Outcome {
    desk.hub.script_log.add(NOTICE, desk.args[2]);
    desk.reply.ok();
    Ok(())
}

fn stringmatch_len(desk: &mut Desk<'_>) -> Outcome {
    let text = vec![b'a'; count(desk.args[2])?.min(MATCHED_BYTES_MAX)];
    desk.reply.int(matches(desk.args[3], &text).into());
    Ok(())
}
