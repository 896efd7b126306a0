//! Tells when there is something to read in files that nobody can wait for otherwise.
#![expect(unsafe_code, reason = "tokio wants to be told that a file stays the same")]

use rustix::fs::inotify::{self, CreateFlags, WatchFlags};
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd};
use std::time::Duration;
use tokio::io::unix::AsyncFd;
use tokio::time::sleep;

/// What is written within this time is read at once. Each reading costs more than many lines do.
const PACE: Duration = Duration::from_millis(10);
/// How often to look where the kernel tells nothing, since too much is watched on this machine.
const LOOK: Duration = Duration::from_millis(50);

/// Rings when one of its files was written to.
#[derive(Debug)]
pub struct Bell {
    watch: Option<AsyncFd<OwnedFd>>,
}

impl Bell {
    /// For these files, from now on.
    pub fn new(files: [BorrowedFd<'_>; 2]) -> Self {
        Bell { watch: watch(files).ok() }
    }

    /// Something may have been written since it was last asked. Cancel-safe.
    pub async fn rung(&mut self) {
        let Some(watch) = &self.watch else { return sleep(LOOK).await };
        let Ok(mut ready) = watch.readable().await else { return sleep(LOOK).await };
        sleep(PACE).await;
        // What it says in detail is of no interest: both files are looked at.
        let mut events = [0; 4_096];
        while matches!(rustix::io::read(watch.get_ref(), &mut events), Ok(1..)) {}
        ready.clear_ready();
    }
}

fn watch(files: [BorrowedFd<'_>; 2]) -> io::Result<AsyncFd<OwnedFd>> {
    let watch = inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK)?;
    for file in files {
        let path = format!("/proc/self/fd/{}", file.as_raw_fd());
        inotify::add_watch(&watch, path, WatchFlags::MODIFY)?;
    }
    // SAFETY: an `OwnedFd` gives the same open file for as long as it lives, and closes it at its end only.
    unsafe { AsyncFd::register(watch) }.map_err(io::Error::from)
}
