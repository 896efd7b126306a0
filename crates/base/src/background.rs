//! Threads for work that can wait: they run when no other thread wants the processor.

use std::io;
use std::thread::{Builder, JoinHandle};

/// The lowest priority that nice(2) knows. It gets about a sixtieth of what a usual thread gets beside it, so
/// that the work does come to its end on a machine that is never idle.
const NICE: i32 = 19;

/// Start `work` on a thread of this name at the lowest priority.
///
/// # Errors
/// When the system starts no more threads.
pub fn spawn<T: Send + 'static>(
    name: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<JoinHandle<T>> {
    Builder::new().name(name.into()).spawn(move || {
        yield_to_others();
        work()
    })
}

/// Let this thread go last from here on. On Linux the priority is the thread's own; elsewhere it would be that
/// of the whole process, and stays as it is.
fn yield_to_others() {
    if cfg!(target_os = "linux") {
        // To go last is no right that could be refused.
        let _ = rustix::process::nice(NICE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Field 19 of proc_pid_stat(5), behind the name in brackets.
    fn priority(stat: &str) -> i32 {
        let behind = std::fs::read_to_string(stat).unwrap();
        let behind = behind.rsplit_once(") ").unwrap().1.to_owned();
        behind.split(' ').nth(16).unwrap().parse().unwrap()
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn only_the_thread_itself_goes_last() {
        let own = priority("/proc/thread-self/stat");
        let background = spawn("waits", || priority("/proc/thread-self/stat")).unwrap();
        assert_eq!(background.join().unwrap(), NICE);
        assert_eq!(priority("/proc/thread-self/stat"), own);
    }
}
