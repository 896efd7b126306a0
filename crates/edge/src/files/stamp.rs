//! What tells one state of a file from another.

use base::random::Random;
use rustix::fs::{FileType, Stat};

/// What something in a folder is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A plain file.
    File,
    /// A folder.
    Folder,
    /// A device, a pipe, a socket.
    Other,
}

impl Kind {
    /// Which one.
    pub fn of(stat: &Stat) -> Self {
        match FileType::from_raw_mode(stat.st_mode) {
            FileType::RegularFile => Kind::File,
            FileType::Directory => Kind::Folder,
            _ => Kind::Other,
        }
    }
}

/// A state of a file. Another file, or one that was written to, has another stamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    device: u64,
    inode: u64,
    /// Its length in bytes.
    pub size: u64,
    modified_s: u64,
    modified_ns: u64,
    /// When anything about it changed: nobody can set that.
    changed: (u64, u64),
}

impl Stamp {
    /// From what the system says.
    #[allow(
        clippy::unnecessary_cast,
        clippy::useless_conversion,
        reason = "the types of these fields differ between systems"
    )]
    pub fn new(stat: &Stat) -> Self {
        let positive = |value: i64| u64::try_from(value).unwrap_or(0);
        Stamp {
            device: stat.st_dev as u64,
            inode: stat.st_ino as u64,
            size: positive(stat.st_size as i64),
            modified_s: positive(stat.st_mtime as i64),
            modified_ns: stat.st_mtime_nsec as u64,
            changed: (positive(stat.st_ctime as i64), stat.st_ctime_nsec as u64),
        }
    }

    /// Which file it is, whatever state it is in.
    pub fn identity(&self) -> (u64, u64) {
        (self.device, self.inode)
    }

    /// When it was last written to, in seconds since the epoch.
    pub fn modified(&self) -> u64 {
        self.modified_s
    }

    /// True unless it was written to after `other` was.
    pub fn is_older_than(&self, other: &Stamp) -> bool {
        (self.modified_s, self.modified_ns) < (other.modified_s, other.modified_ns)
    }

    /// The entity tag without quotes: the length, and what makes two states differ, mixed so that
    /// nobody learns the number of an inode from it. It is the same after a restart.
    pub fn tag(&self) -> String {
        let parts = [self.modified_s, self.modified_ns, self.inode, self.size];
        let mixed = parts.into_iter().fold(0, |sum, part| Random::new(sum ^ part).next_u64());
        format!("{:x}-{mixed:016x}", self.size)
    }
}
