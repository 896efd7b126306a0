//! nginx as a reverse proxy, and as the fast server behind the proxies that are compared.

use crate::process::{Child, Folder, program};
use anyhow::{Context, Result};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// What both uses share: in the foreground, nothing written but errors, everything in one folder.
fn head(workers: &str) -> String {
    format!(
        "daemon off;\nworker_processes {workers};\nworker_rlimit_nofile 65536;\npid nginx.pid;\n\
         error_log stderr warn;\nevents {{ worker_connections 8192; }}\n\
         http {{\n  access_log off;\n  keepalive_requests 1000000000;\n  keepalive_timeout 3600s;\n\
         \x20 client_body_temp_path body;\n  proxy_temp_path proxy;\n  fastcgi_temp_path fastcgi;\n\
         \x20 uwsgi_temp_path uwsgi;\n  scgi_temp_path scgi;\n"
    )
}

/// A reverse proxy in front of `upstream`, set up as its documentation asks: HTTP/1.1 with kept
/// connections to the upstream and the usual forwarded headers.
pub fn in_front(
    upstream: &str,
    workers: &str,
    address: SocketAddr,
    folder: &Path,
) -> Result<Child> {
    let text = head(workers)
        + &format!(
            "  upstream app {{ server {upstream}; keepalive 128; keepalive_requests 1000000000; }}\n\
             \x20 server {{\n    listen {address};\n    location / {{\n      proxy_pass http://app;\n\
             \x20     proxy_http_version 1.1;\n      proxy_set_header Connection \"\";\n\
             \x20     proxy_set_header Host $host;\n\
             \x20     proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;\n\
             \x20     proxy_set_header X-Forwarded-Proto $scheme;\n    }}\n  }}\n}}\n"
        );
    start("nginx", &text, folder)
}

/// A server that answers everything with 1 kB, on a unix socket. Dropping both ends it.
pub fn origin() -> Result<(Child, PathBuf, Folder)> {
    let folder = Folder::new("origin")?;
    let socket = folder.path().join("http.sock");
    let text = head("1")
        + &format!(
            "  server {{\n    listen unix:{};\n    default_type text/plain;\n    location / {{ return 200 \"{}\"; }}\n  }}\n}}\n",
            socket.display(),
            "x".repeat(1024)
        );
    let child = start("origin", &text, folder.path())?;
    Ok((child, socket, folder))
}

fn start(name: &'static str, config: &str, folder: &Path) -> Result<Child> {
    let prefix = folder.join(name);
    let file = prefix.join("nginx.conf");
    std::fs::create_dir_all(&prefix)
        .with_context(|| format!("cannot create {}", prefix.display()))?;
    std::fs::write(&file, config).with_context(|| format!("cannot write {}", file.display()))?;
    let mut command = program("nginx");
    command.arg("-p").arg(&prefix).arg("-c").arg(&file);
    Child::start(name, command, folder)
}
