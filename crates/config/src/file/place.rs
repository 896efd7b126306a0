use crate::Machine;
use std::path::{Path, PathBuf};

/// Where a text stands, and what may be asked about the place.
pub(crate) struct Place<'a> {
    /// The folder that relative paths start from.
    pub root: &'a Path,
    /// The file of the text, if any.
    pub file: Option<&'a Path>,
    /// The machine that the config is for.
    pub machine: Machine,
    /// Look whether scripts, folders and files that are named exist.
    pub look: bool,
}

impl Place<'_> {
    /// An absolute path, without `.` and doubled slashes; `..` stays, as it may follow a link.
    pub(crate) fn path(&self, from: &Path, text: &str) -> PathBuf {
        let path = from.join(text);
        std::path::absolute(&path).unwrap_or(path)
    }
}
