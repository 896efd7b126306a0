//! A folder, and files below it and nowhere else.

use super::stamp::{Kind, Stamp};
use rustix::fs::{AtFlags, CWD, Mode, OFlags};
use rustix::io::Errno;
use std::cell::Cell;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};

/// Something was renamed while it was looked for; so often it is looked for again.
const TRIES: u32 = 4;

/// A folder that is served. It is found again by its path when another has taken its place.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    root: Option<Root>,
    /// The kernel keeps a path below a folder by itself, as far as is known.
    beneath: Cell<bool>,
}

#[derive(Debug)]
struct Root {
    fd: OwnedFd,
    id: (u64, u64),
}

impl Folder {
    /// The folder at `path`; there need not be one at the moment.
    pub fn new(path: &Path) -> Self {
        let mut folder = Folder { path: path.into(), root: None, beneath: Cell::new(true) };
        folder.refresh();
        folder
    }

    /// Look whether the folder is still the same one; true if it is not: a deploy has put another in
    /// its place, or took it away.
    pub fn refresh(&mut self) -> bool {
        let there = rustix::fs::statat(CWD, &self.path, AtFlags::empty());
        let there = there.ok().map(|stat| Stamp::new(&stat).identity());
        if there == self.root.as_ref().map(|root| root.id) {
            return false;
        }
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let found = rustix::fs::openat(CWD, &self.path, flags, Mode::empty());
        let opened = found.and_then(|fd| {
            let id = Stamp::new(&rustix::fs::fstat(&fd)?).identity();
            Ok(Root { fd, id })
        });
        self.root = match opened {
            Ok(root) => Some(root),
            // That nothing can be opened at the moment does not mean that nothing is there.
            Err(Errno::MFILE | Errno::NFILE | Errno::NOMEM) => return false,
            Err(_) => None,
        };
        true
    }

    /// What is there under `name`, which is relative; empty: the folder itself. Nothing is opened.
    ///
    /// # Errors
    /// Those of `stat`.
    pub fn look(&self, name: &str) -> Result<(Kind, Stamp), Errno> {
        let root = self.root.as_ref().ok_or(Errno::NOENT)?;
        let name = if name.is_empty() { "." } else { name };
        let stat = rustix::fs::statat(&root.fd, name, AtFlags::empty())?;
        Ok((Kind::of(&stat), Stamp::new(&stat)))
    }

    /// Open the plain file `name`. Anything else is not there: a device or a pipe is not even
    /// opened, since that may have effects.
    ///
    /// # Errors
    /// Those of `open`; `EXDEV` when a symbolic link leads out of the folder.
    pub fn open(&self, name: &str) -> Result<(OwnedFd, Stamp), Errno> {
        if self.look(name)?.0 != Kind::File {
            return Err(Errno::NOENT);
        }
        let root = self.root.as_ref().ok_or(Errno::NOENT)?;
        let fd = self.open_beneath(&root.fd, name)?;
        // It may be another by now than the one looked at; opened without waiting for a peer, a pipe
        // is closed again without harm.
        let stat = rustix::fs::fstat(&fd)?;
        match Kind::of(&stat) {
            Kind::File => Ok((fd, Stamp::new(&stat))),
            _ => Err(Errno::NOENT),
        }
    }

    #[cfg(target_os = "linux")]
    fn open_beneath(&self, root: impl AsFd, name: &str) -> Result<OwnedFd, Errno> {
        use rustix::fs::ResolveFlags;
        let how = ResolveFlags::BENEATH | ResolveFlags::NO_MAGICLINKS;
        for _ in 0..TRIES {
            if !self.beneath.get() {
                break;
            }
            match rustix::fs::openat2(&root, name, flags(), Mode::empty(), how) {
                // An old kernel, or a sandbox that does not know the call.
                Err(Errno::NOSYS | Errno::PERM) => self.beneath.set(false),
                Err(Errno::AGAIN | Errno::INTR) => {}
                done => return done,
            }
        }
        if self.beneath.get() { Err(Errno::AGAIN) } else { walk(root, name) }
    }

    #[cfg(not(target_os = "linux"))]
    fn open_beneath(&self, root: impl AsFd, name: &str) -> Result<OwnedFd, Errno> {
        let _ = (&self.beneath, TRIES);
        walk(root, name)
    }
}

fn flags() -> OFlags {
    OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC
}

/// Name by name, where the kernel cannot be asked to stay below `root`: no symbolic link is followed.
fn walk(root: impl AsFd, name: &str) -> Result<OwnedFd, Errno> {
    let (folders, file) = name.rsplit_once('/').map_or((None, name), |(up, file)| (Some(up), file));
    let mut at: Option<OwnedFd> = None;
    for folder in folders.into_iter().flat_map(|folders| folders.split('/')) {
        let how = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let next = match &at {
            Some(fd) => rustix::fs::openat(fd, folder, how, Mode::empty()),
            None => rustix::fs::openat(&root, folder, how, Mode::empty()),
        };
        at = Some(next?);
    }
    let how = flags() | OFlags::NOFOLLOW;
    match &at {
        Some(fd) => rustix::fs::openat(fd, file, how, Mode::empty()),
        None => rustix::fs::openat(&root, file, how, Mode::empty()),
    }
}

#[cfg(test)]
impl Folder {
    /// As on a kernel that cannot be asked to stay below a folder.
    pub fn walking(self) -> Self {
        self.beneath.set(false);
        self
    }
}
