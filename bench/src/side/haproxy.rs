//! HAProxy as a reverse proxy with one thread.

use crate::process::{Child, Folder, program};
use anyhow::Result;
use std::net::SocketAddr;
use std::path::Path;

/// Start it in front of a unix socket.
pub fn start(upstream: &Path, address: SocketAddr, folder: &Folder) -> Result<Child> {
    let text = format!(
        "global\n  nbthread 1\n  maxconn 8192\n\
         defaults\n  mode http\n  timeout connect 5s\n  timeout client 60s\n  timeout server 60s\n\
         \x20 option forwardfor\n  http-reuse always\n\
         frontend clients\n  bind {address}\n  default_backend app\n\
         backend app\n  server app unix@{}\n",
        upstream.display()
    );
    let file = folder.write("haproxy.cfg", &text)?;
    let mut command = program("haproxy");
    command.arg("-db").arg("-f").arg(file);
    Child::start("haproxy", command, folder.path())
}
