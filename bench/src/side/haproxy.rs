//! HAProxy as a reverse proxy with one thread.

use super::proxy::{BOTH, Setup};
use crate::process::{Child, Folder, files_max, program};
use anyhow::Result;
use std::net::SocketAddr;

/// Start it in front of `server`: `127.0.0.1:3000` or `unix@/path`.
pub fn start(server: &str, setup: &Setup, address: SocketAddr, folder: &Folder) -> Result<Child> {
    // Near its limit HAProxy closes idle connections. It asks for two descriptors for each, which idle
    // ones do not need: hence no strict limits.
    let connections = (files_max() * 9 / 10).min(50_000);
    let bind = match (&setup.certificate, setup.http2) {
        (None, false) => String::new(),
        (None, true) => " proto h2".into(),
        (Some(certificate), http2) => {
            let alpn = if http2 { "h2,http/1.1" } else { "http/1.1" };
            let file = certificate.join(BOTH);
            format!(" ssl crt {} ssl-min-ver TLSv1.3 alpn {alpn}", file.display())
        }
    };
    let text = format!(
        "global\n  nbthread 1\n  no strict-limits\n  maxconn {connections}\n\
         defaults\n  mode http\n  timeout connect 5s\n  timeout client 60s\n  timeout server 60s\n\
         \x20 option forwardfor\n  http-reuse always\n\
         frontend clients\n  bind {address}{bind}\n  default_backend app\n\
         backend app\n  server app {server}\n"
    );
    let file = folder.write("haproxy.cfg", &text)?;
    let mut command = program("haproxy");
    command.arg("-db").arg("-f").arg(file);
    Child::start("haproxy", command, folder.path())
}
