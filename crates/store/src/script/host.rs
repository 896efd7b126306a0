//! What a script asks of the server that runs it.

use crate::resp::Reply;

/// Whether a script may go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It may.
    Go,
    /// It ends with an error now, and cannot catch it.
    Kill,
}

/// The server, to a running script.
pub trait Host {
    /// Executes a command, name first, and writes its reply, or its error, in the version of `reply`.
    fn call(&mut self, args: &[&[u8]], reply: &mut Reply);

    /// Asked every few thousand instructions and before each command.
    fn slow(&mut self) -> Verdict;

    /// Writes to the server's log; `level` is 0 for debug, 1 verbose, 2 notice, 3 warning.
    fn log(&mut self, level: u8, text: &[u8]);

    /// Whether a command of this name exists, for `redis.acl_check_cmd`.
    fn knows(&mut self, args: &[&[u8]]) -> bool;
}
