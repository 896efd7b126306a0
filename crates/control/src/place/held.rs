//! A project's place while one Ostler has it to itself.

use super::Place;
use crate::gate::Token;
use base::{files, random};
use std::fs::{self, File, Permissions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The file of the token in the state folder.
pub(super) const TOKEN: &str = "token";
const TOKEN_BYTES: usize = 32;
/// So long a lock is waited for whose owner has ended.
const LEFT_WAIT: Duration = Duration::from_secs(5);
const LEFT_PERIOD: Duration = Duration::from_millis(5);
/// Longer than any process id.
const PID_BYTES_MAX: u64 = 16;

/// Proof that no other Ostler runs this project. The kernel lets go of the lock when the last
/// process that has [`Held::as_fd`] open ends, however it ends.
#[derive(Debug)]
pub struct Held {
    place: Place,
    lock: File,
}

/// Why a place cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum TakeError {
    /// Another Ostler runs this project.
    #[error(
        "an ostler already runs {} ({}). Use `ostler reload` to bring in changes, or `ostler stop` first.",
        project.display(),
        pid.map_or_else(|| "its process is not known".into(), |pid| format!("process {pid}"))
    )]
    Running {
        /// The project's folder.
        project: PathBuf,
        /// The process.
        pid: Option<u32>,
    },
    /// Somebody else made the folder: what lies in it cannot be trusted.
    #[error(
        "the folder {} belongs to another user or may be written by others. \
         Remove it, or set OSTLER_RUN to a folder of your own.",
        path.display()
    )]
    Foreign {
        /// The folder.
        path: PathBuf,
    },
    /// The folder or a file in it cannot be made.
    #[error("{0}. Set OSTLER_RUN to a folder you may write to.")]
    Io(#[from] io::Error),
}

impl Place {
    /// Make the run folder and take it for this process.
    pub fn take(self) -> Result<Held, TakeError> {
        for folder in [self.run_base.as_deref(), Some(self.run_folder())].into_iter().flatten() {
            files::create_private_folder(folder)?;
            check_own(folder)?;
        }
        fs::set_permissions(self.run_folder(), Permissions::from_mode(0o700))?;
        let path = self.lock_file();
        let mut lock = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path)
            .map_err(|error| named(error, "open", &path))?;
        match lock_in_time(&mut lock) {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(TakeError::Running { project: self.project, pid: read_pid(&mut lock) });
            }
            Err(TryLockError::Error(error)) => return Err(named(error, "lock", &path).into()),
        }
        let held = Held { place: self, lock };
        held.sign()?;
        Ok(held)
    }

    /// Share the lock that another Ostler holds and has passed on as `lock`; [`Held::sign`] follows
    /// when that one gives it up.
    pub fn inherit(self, lock: OwnedFd) -> Held {
        Held { place: self, lock: lock.into() }
    }
}

impl Held {
    /// The place.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Listen on the admin socket; one left behind by an Ostler that was killed is removed.
    pub fn bind(&self) -> io::Result<UnixListener> {
        let socket = self.place.socket();
        match fs::remove_file(&socket) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(named(error, "remove the old", &socket));
            }
            _ => {}
        }
        let listener = UnixListener::bind(&socket).map_err(|e| named(e, "listen on", &socket))?;
        fs::set_permissions(&socket, Permissions::from_mode(0o600))?;
        Ok(listener)
    }

    /// The token kept in the state folder; made at the first call.
    pub fn token(&self) -> io::Result<Token> {
        self.secret(TOKEN).map(Token::new)
    }

    /// A secret kept under this name in the state folder; made at the first call.
    pub fn secret(&self, name: &str) -> io::Result<String> {
        let path = self.place.state_folder().join(name);
        match files::read_text(&path) {
            Ok(text) if text.trim().len() >= TOKEN_BYTES => return Ok(text.trim().to_owned()),
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Ok(_) | Err(_) => {}
        }
        files::create_private_folder(self.place.state_folder())?;
        let bytes: [u8; TOKEN_BYTES] = random::secret()?;
        let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        // A file that others may read must not lend its mode to the secret.
        let _ = fs::remove_file(&path);
        let file = File::options().write(true).create_new(true).mode(0o600).open(&path);
        file.and_then(|mut file| writeln!(file, "{text}"))
            .map_err(|error| named(error, "write", &path))?;
        Ok(text)
    }

    /// Leave: remove the admin socket, then let go of the lock. Not called after a handover, when
    /// both belong to another process.
    pub fn release(self) {
        // If it cannot be removed, the next start will.
        let _ = fs::remove_file(self.place.socket());
    }

    /// Write this process's id where [`TakeError::Running`] finds it.
    pub fn sign(&self) -> io::Result<()> {
        use std::os::unix::fs::FileExt;
        self.lock.set_len(0)?;
        self.lock.write_all_at(format!("{}\n", std::process::id()).as_bytes(), 0)
    }
}

impl AsFd for Held {
    /// The lock, to be passed on at a handover.
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.lock.as_fd()
    }
}

fn check_own(folder: &Path) -> Result<(), TakeError> {
    let about = fs::symlink_metadata(folder).map_err(|error| named(error, "look at", folder))?;
    let own = about.uid() == rustix::process::geteuid().as_raw();
    if about.is_dir() && own && about.mode() & 0o022 == 0 {
        Ok(())
    } else {
        Err(TakeError::Foreign { path: folder.to_owned() })
    }
}

/// Lock it. Who holds it and has ended may have been starting a process, which holds it until it runs its program.
fn lock_in_time(lock: &mut File) -> Result<(), TryLockError> {
    let began = base::clock::now();
    loop {
        match lock.try_lock() {
            Err(TryLockError::WouldBlock)
                if began.elapsed() < LEFT_WAIT && read_pid(lock).is_some_and(has_ended) =>
            {
                std::thread::sleep(LEFT_PERIOD);
            }
            locked => return locked,
        }
    }
}

fn has_ended(pid: u32) -> bool {
    let pid = i32::try_from(pid).ok().and_then(rustix::process::Pid::from_raw);
    let asked = pid.map(rustix::process::test_kill_process);
    asked == Some(Err(rustix::io::Errno::SRCH))
}

fn read_pid(lock: &mut File) -> Option<u32> {
    let mut text = String::new();
    lock.rewind().ok()?;
    lock.take(PID_BYTES_MAX).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

fn named(error: io::Error, action: &str, path: &Path) -> io::Error {
    io::Error::new(error.kind(), format!("cannot {action} {}: {error}", path.display()))
}
