//! The script that runs, as others see it who may end it.

use crate::resp::Fault;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

/// Whether a script runs and what it did. The data thread tells, any thread asks.
#[derive(Debug, Default)]
pub struct Running {
    state: AtomicU8,
    kill: AtomicBool,
}

const NONE: u8 = 0;
const READING: u8 = 1;
const WROTE: u8 = 2;

impl Running {
    /// A script starts.
    pub fn begin(&self) {
        self.kill.store(false, Ordering::Relaxed);
        self.state.store(READING, Ordering::Release);
    }

    /// It ran a command that may change data: from now on it can no longer be ended without leaving half of its work.
    pub fn wrote(&self) {
        self.state.store(WROTE, Ordering::Release);
    }

    /// A script runs, and wrote.
    pub fn has_written(&self) -> bool {
        self.state.load(Ordering::Relaxed) == WROTE
    }

    /// It ended.
    pub fn end(&self) {
        self.state.store(NONE, Ordering::Release);
    }

    /// A script runs.
    pub fn is_running(&self) -> bool {
        self.state.load(Ordering::Acquire) != NONE
    }

    /// `SCRIPT KILL`: it ends soon, unless it wrote already.
    pub fn kill(&self) -> Result<(), Fault> {
        match self.state.load(Ordering::Acquire) {
            NONE => Err(Fault::plain("NOTBUSY No scripts in execution right now.")),
            READING => {
                self.kill.store(true, Ordering::Relaxed);
                Ok(())
            }
            _ => Err(Fault::plain(
                "UNKILLABLE Sorry the script already executed write commands against the dataset. You can either \
                 wait the script termination or kill the server in a hard way using the SHUTDOWN NOSAVE command.",
            )),
        }
    }

    /// Somebody ended it, before it wrote.
    pub fn is_killed(&self) -> bool {
        self.kill.load(Ordering::Relaxed) && self.state.load(Ordering::Relaxed) == READING
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_script_that_wrote_nothing_can_be_ended() {
        let running = Running::default();
        assert!(running.kill().unwrap_err().text().starts_with("NOTBUSY"));
        running.begin();
        assert_eq!((running.kill(), running.is_killed()), (Ok(()), true));
        running.begin();
        assert!(!running.is_killed(), "that was another one");
        running.wrote();
        assert!(running.kill().unwrap_err().text().starts_with("UNKILLABLE"));
        assert!(!running.is_killed() && running.is_running());
        running.end();
        assert!(!running.is_running());
    }
}
