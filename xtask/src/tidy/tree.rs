//! The texts that are checked, and what is said about them.

use crate::repository::output;
use anyhow::Result;
use std::fmt;
use std::path::Path;
use std::process::Command;

/// The text files of a checkout.
#[derive(Debug, Default)]
pub struct Tree {
    pub files: Vec<File>,
    /// Every path, also of files that are not text.
    pub paths: Vec<String>,
}

/// One of them.
#[derive(Debug)]
pub struct File {
    /// From the root, with `/`.
    pub path: String,
    pub text: String,
}

/// A rule that is broken.
#[derive(Debug, PartialEq, Eq)]
pub struct Fault {
    pub path: String,
    /// From 1; 0 when it is about the whole file.
    pub line: usize,
    pub text: String,
    /// Told, but no reason to fail.
    pub warning: bool,
}

impl Fault {
    pub fn new(path: &str, line: usize, text: impl Into<String>) -> Self {
        Fault { path: path.into(), line, text: text.into(), warning: false }
    }

    pub fn warning(path: &str, line: usize, text: impl Into<String>) -> Self {
        Fault { warning: true, ..Fault::new(path, line, text) }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if self.warning { "warning" } else { "error" };
        match self.line {
            0 => write!(f, "{kind}: {}: {}", self.path, self.text),
            line => write!(f, "{kind}: {}:{line}: {}", self.path, self.text),
        }
    }
}

impl Tree {
    /// Everything git tracks or would track.
    pub fn read(root: &Path) -> Result<Self> {
        let list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
        let list = output(Command::new("git").args(list).current_dir(root))?;
        let mut tree = Tree::default();
        for path in list.split('\0').filter(|path| !path.is_empty()) {
            // A file removed but not yet committed is still listed.
            let Ok(bytes) = std::fs::read(root.join(path)) else { continue };
            tree.paths.push(path.into());
            if let Ok(text) = String::from_utf8(bytes) {
                tree.files.push(File { path: path.into(), text });
            }
        }
        Ok(tree)
    }

    /// Files whose name ends in `.rs`.
    pub fn rust(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.path.ends_with(".rs"))
    }

    /// A tree of given texts.
    #[cfg(test)]
    pub fn of(files: &[(&str, &str)]) -> Self {
        Tree {
            paths: files.iter().map(|(path, _)| (*path).into()).collect(),
            files: files
                .iter()
                .map(|(path, text)| File { path: (*path).into(), text: (*text).into() })
                .collect(),
        }
    }
}

impl File {
    /// The last part of the path.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// Lies in `name/tests.rs` or a `tests` folder.
    pub fn is_test(&self) -> bool {
        self.name() == "tests.rs" || self.path.split('/').any(|part| part == "tests")
    }
}
