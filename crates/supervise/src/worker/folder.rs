//! The private folder of a worker, `OSTLER_DIR`: `http.sock`, `pulse`, `events`.

use super::pulse::PULSE_BYTES;
use model::WorkerId;
use rustix::fs::{CWD, Mode, OFlags};
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

/// The longest path of a unix socket (`sun_path` without its closing zero).
const SOCKET_PATH_MAX: usize = 107;
/// `w<id>/http.sock` with an id that no Ostler reaches.
const LONGEST_NAME: &str = "/w9999999999/http.sock";

/// One worker's folder. The files are open; the folder is removed by [`Folder::remove`].
#[derive(Debug)]
pub struct Folder {
    /// Where it is.
    pub path: PathBuf,
    /// The heartbeat page.
    pub pulse: File,
    /// The reading end of the events pipe; it never ends, since it is open for writing as well.
    pub events: OwnedFd,
}

impl Folder {
    /// Make the folder of `worker` below `parent`.
    pub fn create(parent: &Path, worker: WorkerId) -> io::Result<Folder> {
        let path = parent.join(format!("w{worker}"));
        base::files::create_private_folder(&path)?;
        std::fs::write(path.join("pulse"), [0; PULSE_BYTES])?;
        let pulse = File::open(path.join("pulse"))?;
        let events = path.join("events");
        rustix::fs::mkfifoat(CWD, &events, Mode::RUSR | Mode::WUSR)?;
        let flags = OFlags::RDWR | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let events = rustix::fs::open(&events, flags, Mode::empty())?;
        Ok(Folder { path, pulse, events })
    }

    /// Where the worker's server listens.
    pub fn socket(&self) -> PathBuf {
        self.path.join("http.sock")
    }
}

/// Remove the folder at `path`. What cannot be removed stays for the warden.
pub fn remove(path: &Path) {
    let _ = std::fs::remove_dir_all(path);
}

/// How many bytes the run folder's path is too long for the sockets below it.
pub fn excess(parent: &Path) -> usize {
    let bytes = parent.as_os_str().len() + LONGEST_NAME.len();
    bytes.saturating_sub(SOCKET_PATH_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_run_folder_is_noticed() {
        assert_eq!(excess(Path::new("/run/ostler/1234")), 0);
        assert_eq!(excess(Path::new(&format!("/{}", "x".repeat(100)))), 101 + 22 - 107);
    }
}
