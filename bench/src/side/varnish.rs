//! Varnish as a cache in front of a server on a unix socket.

use crate::process::{Child, Folder, program};
use anyhow::Result;
use std::net::SocketAddr;
use std::path::Path;

/// Start it with its built-in rules and one pool of threads. Without a jail: its own users need not be there.
pub fn start(upstream: &Path, address: SocketAddr, folder: &Folder) -> Result<Child> {
    let rules = format!("vcl 4.1;\nbackend app {{ .path = \"{}\"; }}\n", upstream.display());
    let file = folder.write("varnish.vcl", &rules)?;
    let mut command = program("varnishd");
    command.args(["-F", "-j", "none", "-p", "thread_pools=1", "-s", "malloc,256m", "-a"]);
    command.arg(address.to_string()).arg("-f").arg(file);
    command.arg("-n").arg(folder.path().join("varnish"));
    Child::start("varnish", command, folder.path())
}
