//! HAProxy as a reverse proxy with one thread.

use crate::process::{Child, Folder, files_max, program};
use anyhow::Result;
use std::net::SocketAddr;

/// Start it in front of `server`: `127.0.0.1:3000` or `unix@/path`.
pub fn start(server: &str, address: SocketAddr, folder: &Folder) -> Result<Child> {
    // Each connection may need two descriptors.
    let connections = (files_max() * 9 / 20).min(50_000);
    let text = format!(
        "global\n  nbthread 1\n  maxconn {connections}\n\
         defaults\n  mode http\n  timeout connect 5s\n  timeout client 60s\n  timeout server 60s\n\
         \x20 option forwardfor\n  http-reuse always\n\
         frontend clients\n  bind {address}\n  default_backend app\n\
         backend app\n  server app {server}\n"
    );
    let file = folder.write("haproxy.cfg", &text)?;
    let mut command = program("haproxy");
    command.arg("-db").arg("-f").arg(file);
    Child::start("haproxy", command, folder.path())
}
