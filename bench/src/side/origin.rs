//! The fast server behind proxies that are compared: nginx on a unix socket.

use super::nginx;
use crate::process::{Child, Folder};
use anyhow::{Result, ensure};
use std::path::PathBuf;
use std::time::Duration;

/// A running one. Dropping it ends it.
#[derive(Debug)]
pub struct Origin {
    pub socket: PathBuf,
    // Before the folder: it uses it until it has ended.
    _child: Child,
    folder: Folder,
}

/// A file: its name, and what is in it.
pub type File = (&'static str, Vec<u8>);

const START_LIMIT: Duration = Duration::from_secs(10);
const LOG: &str = "requests.log";

impl Origin {
    /// Serve `files`; `lines` are further ones of nginx's `server`.
    pub async fn start(files: &[File], lines: &str) -> Result<Self> {
        let folder = Folder::new("origin")?;
        let socket = folder.path().join("http.sock");
        for (name, bytes) in files {
            folder.write(name, bytes)?;
        }
        let text = nginx::head("1")
            + &format!(
                "  sendfile on;\n  open_file_cache max=8;\n  server {{\n    listen unix:{};\n\
                 \x20   root {};\n{lines}  }}\n}}\n",
                socket.display(),
                folder.path().display(),
            );
        let mut child = nginx::start("origin", &text, folder.path())?;
        let began = base::clock::now();
        while !socket.exists() {
            child.check()?;
            ensure!(began.elapsed() < START_LIMIT, "the origin does not listen");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Ok(Origin { socket, _child: child, folder })
    }

    /// The line with which it notes each request.
    pub fn noting() -> String {
        format!("    access_log {LOG};\n")
    }

    /// Requests noted so far.
    pub fn requests(&self) -> Result<usize> {
        let log = self.folder.path().join("origin").join(LOG);
        Ok(std::fs::read_to_string(log)?.lines().count())
    }
}
