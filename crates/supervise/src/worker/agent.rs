//! The agent's source, embedded, and written into the run folder for `node --require`.

use std::io;
use std::path::{Path, PathBuf};

/// The agent as it is written.
pub const SOURCE: &str = include_str!("../../../../agent/agent.cjs");

/// Write the agent into `folder` and return its path.
pub fn write(folder: &Path) -> io::Result<PathBuf> {
    let path = folder.join("agent.cjs");
    base::files::replace(&path, SOURCE.as_bytes())?;
    Ok(path)
}
