//! The ends of child processes. Only the supervise thread reaps, so a child's number stays its own
//! until this says so.

use rustix::process::{Pid, WaitId, WaitIdOptions, WaitIdStatus, waitid};

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// By itself.
    Exit(i32),
    /// By a signal.
    Signal(i32),
}

impl std::fmt::Display for Fate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Fate::Exit(code) => write!(f, "exit code {code}"),
            Fate::Signal(number) => match signal_name(*number) {
                Some(name) => write!(f, "signal {name}"),
                None => write!(f, "signal {number}"),
            },
        }
    }
}

/// Whether the child `pid` has ended; it stays a zombie, and its number its own.
pub fn peek(pid: Pid) -> Option<Fate> {
    wait(WaitId::Pid(pid), WaitIdOptions::NOWAIT)
}

/// Let the ended child `pid` go.
pub fn reap(pid: Pid) {
    let _ = wait(WaitId::Pid(pid), WaitIdOptions::empty());
}

/// Let go of ended children that are nobody's worker: orphans that this process adopted, as PID 1
/// or as subreaper.
pub fn reap_adopted(is_known: impl Fn(Pid) -> bool) {
    for pid in super::proc::adopted() {
        if !is_known(pid) {
            reap(pid);
        }
    }
}

fn wait(which: WaitId<'_>, options: WaitIdOptions) -> Option<Fate> {
    let options = options | WaitIdOptions::EXITED | WaitIdOptions::NOHANG;
    let status = waitid(which, options).ok()??;
    Some(fate(&status))
}

fn fate(status: &WaitIdStatus) -> Fate {
    match (status.exit_status(), status.terminating_signal()) {
        (Some(code), _) => Fate::Exit(code),
        (None, signal) => Fate::Signal(signal.unwrap_or(0)),
    }
}

fn signal_name(number: i32) -> Option<&'static str> {
    Some(match number {
        libc::SIGHUP => "SIGHUP",
        libc::SIGINT => "SIGINT",
        libc::SIGQUIT => "SIGQUIT",
        libc::SIGILL => "SIGILL",
        libc::SIGTRAP => "SIGTRAP",
        libc::SIGABRT => "SIGABRT",
        libc::SIGBUS => "SIGBUS",
        libc::SIGFPE => "SIGFPE",
        libc::SIGKILL => "SIGKILL",
        libc::SIGUSR1 => "SIGUSR1",
        libc::SIGSEGV => "SIGSEGV",
        libc::SIGUSR2 => "SIGUSR2",
        libc::SIGPIPE => "SIGPIPE",
        libc::SIGALRM => "SIGALRM",
        libc::SIGTERM => "SIGTERM",
        libc::SIGXCPU => "SIGXCPU",
        libc::SIGSYS => "SIGSYS",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fates_read_well() {
        assert_eq!(Fate::Exit(1).to_string(), "exit code 1");
        assert_eq!(Fate::Signal(9).to_string(), "signal SIGKILL");
        assert_eq!(Fate::Signal(40).to_string(), "signal 40");
    }
}
