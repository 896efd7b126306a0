//! The server as clients see it.

mod figures;
mod front;
mod others;
mod output;
mod peer;
mod pubsub;
mod server;
mod slow;
mod wire;

use std::path::{Path, PathBuf};

/// A folder of a test, removed at its end.
struct Folder(PathBuf);

fn folder(name: &str) -> Folder {
    let path = std::env::temp_dir().join(format!("ostler-serve-{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).unwrap();
    Folder(path)
}

impl Folder {
    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
