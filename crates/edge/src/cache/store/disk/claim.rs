//! Taking possession of the folder, before anything else runs.

use super::files::{Files, RealFiles};
use super::journal;
use super::names::{COUNTED_BITS, Number, SPREAD};
use super::trouble::cure;
use crate::cache::store::purge::Rule;
use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// The file that says that the folder is a cache, and how often it was opened.
const TITLE: &str = "ostler-cache";
/// What it says: the version of everything in the folder, and the number.
const TITLE_TEXT: &str = "ostler-cache 1 ";
/// What may be in a folder that is to become one. The last tells programs for backups.
const OWN_NAMES: [&str; 6] =
    [TITLE, "ostler-cache.new", "lock", "purges", "purges.new", "CACHEDIR.TAG"];
const BACKUP_TAG: &[u8] = b"Signature: 8a477f597d28d172789f06886806bc55\n";
/// More than this is not read of a journal.
const JOURNAL_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// So much room there must be for the folder to be of use.
const ROOM_BYTES: usize = 64 * 1024;
const EPOCH_MAX: u64 = 1 << (64 - COUNTED_BITS - 1);

/// Why a folder cannot be the cache's.
#[derive(Debug, thiserror::Error)]
pub enum CacheError {
    /// Another process has it.
    #[error(
        "the cache folder {} is in use by another Ostler: give each its own in edge.cache.folder",
        .0.display()
    )]
    Taken(PathBuf),
    /// It holds what Ostler did not put there.
    #[error(
        "the cache folder {} is not empty, and what is in it is no cache of Ostler: name another one in \
         edge.cache.folder, or empty it",
        .0.display()
    )]
    Foreign(PathBuf),
    /// The system refuses.
    #[error("the cache cannot use its folder {}: {cause}{}", folder.display(), cure(cause))]
    Io {
        /// The folder.
        folder: PathBuf,
        /// Why.
        #[source]
        cause: io::Error,
    },
}

impl CacheError {
    /// Another process has the folder.
    pub(in crate::cache) fn is_taken(&self) -> bool {
        matches!(self, CacheError::Taken(_))
    }
}

/// The folder of the disk tier, claimed, or to be claimed when its owner lets go of it. Whoever
/// starts the edge takes it out.
#[derive(Debug, Clone, Default)]
pub struct CacheFolder(Arc<Mutex<Option<Claim>>>);

/// How far the claim has come.
#[derive(Debug)]
pub(in crate::cache) enum Claim {
    /// The folder is ours.
    Ours(Claimed),
    /// The Ostler that is being replaced still has it.
    Later(PathBuf),
}

/// A folder that is ours.
#[derive(Debug)]
pub(in crate::cache) struct Claimed {
    pub(super) files: Arc<dyn Files>,
    pub(super) folder: PathBuf,
    /// Held as long as the folder is used.
    pub(super) lock: Option<File>,
    /// How often it was opened.
    pub(super) epoch: u64,
    /// The purges that were not done when it was last used.
    pub(super) rules: Vec<Rule>,
    /// What to tell of what was found.
    pub(super) told: Option<String>,
}

impl CacheFolder {
    /// Claim the folder that `settings` name, if they name one. With `takes_over` it may still be in
    /// use by who is replaced.
    ///
    /// # Errors
    /// See [`CacheError`].
    pub fn claim(settings: &config::CacheStore, takes_over: bool) -> Result<Self, CacheError> {
        let Some(disk) = &settings.disk else { return Ok(CacheFolder::default()) };
        let claim = match Claimed::claim(&disk.folder) {
            Err(CacheError::Taken(folder)) if takes_over => Claim::Later(folder),
            claimed => Claim::Ours(claimed?),
        };
        Ok(CacheFolder(Arc::new(Mutex::new(Some(claim)))))
    }

    /// Claim a folder that somebody had when it was tried first.
    pub(in crate::cache) fn claim_now(folder: &Path) -> Result<Claimed, CacheError> {
        Claimed::claim(folder)
    }

    pub(in crate::cache) fn take(&self) -> Option<Claim> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Claimed {
    fn claim(folder: &Path) -> Result<Self, CacheError> {
        let io = |cause| CacheError::Io { folder: folder.to_owned(), cause };
        let files: Arc<dyn Files> = Arc::new(RealFiles);
        files.make_folder(folder).map_err(io)?;
        let is_ours = has_title(files.as_ref(), folder).map_err(io)?;
        if !is_ours && !is_empty(files.as_ref(), folder).map_err(io)? {
            return Err(CacheError::Foreign(folder.to_owned()));
        }
        let mut options = File::options();
        let lock = options.write(true).create(true).truncate(false).open(folder.join("lock"));
        let lock = lock.map_err(io)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(CacheError::Taken(folder.to_owned())),
            Err(TryLockError::Error(cause)) => return Err(io(cause)),
        }
        Self::open(files, folder, Some(lock)).map_err(io)
    }

    /// Open a folder that is locked.
    pub(super) fn open(
        files: Arc<dyn Files>,
        folder: &Path,
        lock: Option<File>,
    ) -> io::Result<Self> {
        let before = epoch(files.as_ref(), folder)?;
        let journal = folder.join("purges");
        let rules = match files.read(&journal, JOURNAL_BYTES_MAX) {
            Ok((bytes, length)) if length == bytes.len() as u64 => journal::read(&bytes).ok(),
            Ok(_) => None,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Some(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut told = None;
        let epoch = before.map_or(1, |epoch| epoch + 1);
        let rules = match (before, rules) {
            (Some(_), Some(rules)) => rules,
            (_, rules) => {
                if files.list(&objects(folder)).is_ok_and(|names| !names.is_empty()) {
                    let why = if rules.is_none() { "purges in it" } else { "version of its form" };
                    told = Some(format!(
                        "the cache on disk begins empty: the {why} cannot be read any more"
                    ));
                }
                discard(files.as_ref(), folder, epoch)?;
                Vec::new()
            }
        };
        // In this order: what is in the folder is only of use with the journal that goes with it.
        files.replace(&journal, &rules.iter().flat_map(journal::record).collect::<Vec<u8>>())?;
        files.replace(&folder.join(TITLE), format!("{TITLE_TEXT}{epoch}\n").as_bytes())?;
        files.write(&folder.join("CACHEDIR.TAG"), &[BACKUP_TAG])?;
        make_objects(files.as_ref(), folder)?;
        let room = folder.join("purges.new");
        files.write(&room, &[&[0; ROOM_BYTES]]).and_then(|()| files.remove(&room))?;
        Ok(Claimed { files, folder: folder.to_owned(), lock, epoch, rules, told })
    }
}

/// Where the files are.
pub(super) fn objects(folder: &Path) -> PathBuf {
    folder.join("objects")
}

/// Make the folders for files.
pub(super) fn make_objects(files: &dyn Files, folder: &Path) -> io::Result<()> {
    (0..SPREAD).try_for_each(|at| files.make_folder(&objects(folder).join(Number::folder(at))))
}

/// Put all files aside, at once; they are to be removed later.
pub(super) fn discard(files: &dyn Files, folder: &Path, number: u64) -> io::Result<()> {
    match files.rename(&objects(folder), &folder.join(format!("gone-{number:016x}"))) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result,
    }
}

/// Folders that were put aside.
pub(super) fn discarded(files: &dyn Files, folder: &Path) -> Vec<PathBuf> {
    let names = files.list(folder).unwrap_or_default();
    names.iter().filter(|name| is_discarded(name)).map(|name| folder.join(name)).collect()
}

fn is_discarded(name: &str) -> bool {
    name.strip_prefix("gone-").is_some_and(|digits| {
        digits.len() == 16 && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
    })
}

fn has_title(files: &dyn Files, folder: &Path) -> io::Result<bool> {
    match files.read(&folder.join(TITLE), 1_024) {
        Ok((bytes, _)) => Ok(bytes.starts_with(TITLE.as_bytes())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

fn is_empty(files: &dyn Files, folder: &Path) -> io::Result<bool> {
    let names = files.list(folder)?;
    Ok(names.iter().all(|name| OWN_NAMES.contains(&name.as_str())))
}

/// How often the folder was opened. None: not yet, or that cannot be read.
fn epoch(files: &dyn Files, folder: &Path) -> io::Result<Option<u64>> {
    let bytes = match files.read(&folder.join(TITLE), 1_024) {
        Ok((bytes, _)) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let text = String::from_utf8(bytes).unwrap_or_default();
    let number = text.strip_prefix(TITLE_TEXT).and_then(|rest| rest.strip_suffix('\n'));
    Ok(number.and_then(|number| number.parse().ok()).filter(|epoch| *epoch < EPOCH_MAX))
}
