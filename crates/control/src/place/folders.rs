//! From a project's folder to its places. Creates nothing.

use super::Environment;
use super::held::TOKEN;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// The longest path a unix socket can be bound to, in bytes.
const SOCKET_BYTES_MAX: usize = if cfg!(target_os = "macos") { 103 } else { 107 };
/// The longest name below a run folder that a socket gets: that of a worker.
const SOCKET_NAME: &str = "/w4294967295/http.sock";
pub(super) const NAME_CHARS_MAX: usize = 24;
/// Run folders looked at by [`sockets`].
const FOLDERS_MAX: usize = 1_024;

/// The places of one project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub(super) project: PathBuf,
    run: PathBuf,
    state: PathBuf,
    /// Folders above `run` that Ostler makes and whose owner must be checked.
    pub(super) run_base: Option<PathBuf>,
}

/// Why a project has no place.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    /// The project's folder cannot be entered.
    #[error("cannot enter the folder {}: {cause}. Start ostler in the folder of your app.", path.display())]
    Project {
        /// The folder.
        path: PathBuf,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// A socket in the run folder would have too long a path.
    #[error(
        "the folder {} is too long for unix sockets: at most {most} bytes are possible. \
         Set OSTLER_RUN to a shorter folder, such as /tmp/ostler.",
        path.display()
    )]
    TooLong {
        /// The run folder.
        path: PathBuf,
        /// How many bytes it may have.
        most: usize,
    },
}

impl Place {
    /// The place of the project in this folder. Creates nothing.
    pub fn of(project: &Path, environment: &Environment) -> Result<Self, PlaceError> {
        let project = fs::canonicalize(project)
            .map_err(|cause| PlaceError::Project { path: project.to_owned(), cause })?;
        let leaf = leaf(&project);
        let (base, own) = environment.run_base();
        let run = base.join(&leaf);
        let most = SOCKET_BYTES_MAX - SOCKET_NAME.len();
        if run.as_os_str().len() > most {
            return Err(PlaceError::TooLong { path: run, most });
        }
        let state = environment.state_base().map_or_else(|| run.join("state"), |b| b.join(&leaf));
        Ok(Place { project, run, state, run_base: own.then_some(base) })
    }

    /// The project's folder, absolute and without links.
    pub fn project(&self) -> &Path {
        &self.project
    }

    /// Sockets and workers' folders; gone after a restart of the machine.
    pub fn run_folder(&self) -> &Path {
        &self.run
    }

    /// Logs and the token; kept.
    pub fn state_folder(&self) -> &Path {
        &self.state
    }

    /// The file of the token that Ostler makes.
    pub fn token_file(&self) -> PathBuf {
        self.state.join(TOKEN)
    }

    /// The admin socket.
    pub fn socket(&self) -> PathBuf {
        self.run.join("admin.sock")
    }

    pub(super) fn lock_file(&self) -> PathBuf {
        self.run.join("lock")
    }
}

/// The admin sockets of all projects of this user; nobody may listen on some.
pub fn sockets(environment: &Environment) -> Vec<PathBuf> {
    let (base, _) = environment.run_base();
    let Ok(entries) = fs::read_dir(base) else { return Vec::new() };
    let sockets = entries.flatten().take(FOLDERS_MAX).map(|entry| entry.path().join("admin.sock"));
    let mut sockets: Vec<_> = sockets.filter(|socket| socket.exists()).collect();
    sockets.sort();
    sockets
}

/// `shop-1f2e3d4c`: the folder's name, shortened, and a hash of the whole path. The same in every
/// version of Ostler, or a newer client would not find an older server.
pub(super) fn leaf(project: &Path) -> String {
    use std::os::unix::ffi::OsStrExt;
    let name = project.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let allowed = |c: char| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '_' };
    let mut name: String = name.chars().take(NAME_CHARS_MAX).map(allowed).collect();
    if name.is_empty() {
        name.push_str("root");
    }
    let hash = fnv1a(project.as_os_str().as_bytes());
    format!("{name}-{:08x}", (hash >> 32) as u32 ^ hash as u32)
}

/// The 64-bit FNV-1a hash.
pub(super) fn fnv1a(bytes: &[u8]) -> u64 {
    let mix = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, mix)
}
