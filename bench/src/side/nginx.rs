//! nginx as a reverse proxy, and as a server of files.

use super::proxy::{CERTIFICATE, KEY};
use crate::process::{Child, files_max, program};
use anyhow::{Context, Result};
use std::fmt::Write;
use std::net::SocketAddr;
use std::path::Path;

/// A reverse proxy.
#[derive(Debug)]
pub struct Front<'a> {
    /// What it forwards to: `127.0.0.1:3000` or `unix:/path`.
    pub servers: &'a [String],
    /// How it balances: empty for round robin, or a directive of nginx.
    pub method: &'a str,
    /// Worker processes: a number or `auto`.
    pub workers: &'a str,
    pub address: SocketAddr,
    /// Speak TLS with the certificate in this folder.
    pub certificate: Option<&'a Path>,
    pub http2: bool,
    /// Further lines of the `server`.
    pub lines: &'a str,
    /// Further lines of `http`.
    pub http: &'a str,
}

impl Default for Front<'_> {
    /// Round robin on every core, plain HTTP/1.1.
    fn default() -> Self {
        Front {
            servers: &[],
            method: "",
            workers: "auto",
            address: ([127, 0, 0, 1], 0).into(),
            certificate: None,
            http2: false,
            lines: "",
            http: "",
        }
    }
}

/// Connections of one worker process, below what the system lets it open.
fn connections_max() -> u64 {
    (files_max() * 9 / 10).min(50_000)
}

/// What both uses share: in the foreground, nothing written but errors, everything in one folder.
pub fn head(workers: &str) -> String {
    let connections = connections_max();
    format!(
        "daemon off;\nworker_processes {workers};\npid nginx.pid;\n\
         error_log stderr crit;\nevents {{ worker_connections {connections}; }}\n\
         http {{\n  access_log off;\n  keepalive_requests 1000000000;\n  keepalive_timeout 3600s;\n\
         \x20 client_body_temp_path body;\n  proxy_temp_path proxy;\n  fastcgi_temp_path fastcgi;\n\
         \x20 uwsgi_temp_path uwsgi;\n  scgi_temp_path scgi;\n"
    )
}

/// Start a reverse proxy, set up as nginx's documentation asks: HTTP/1.1 with kept connections to the
/// servers, the usual forwarded headers, and counts that its worker processes share.
pub fn in_front(front: &Front<'_>, folder: &Path) -> Result<Child> {
    let mut text = head(front.workers);
    text.push_str(front.http);
    text.push_str("  upstream app {\n");
    if front.workers != "1" {
        text.push_str("    zone app 256k;\n");
    }
    if !front.method.is_empty() {
        let _ = writeln!(text, "    {};", front.method);
    }
    for server in front.servers {
        let _ = writeln!(text, "    server {server};");
    }
    let (tls, http2) =
        (front.certificate.map_or("", |_| " ssl"), if front.http2 { " http2" } else { "" });
    let _ = write!(
        text,
        "    keepalive 512;\n    keepalive_requests 1000000000;\n  }}\n\
         \x20 server {{\n    listen {address}{tls}{http2};\n{}{}\n    location / {{\n      proxy_pass http://app;\n\
         \x20     proxy_http_version 1.1;\n      proxy_set_header Connection \"\";\n\
         \x20     proxy_set_header Host $host;\n\
         \x20     proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;\n\
         \x20     proxy_set_header X-Forwarded-Proto $scheme;\n    }}\n  }}\n}}\n",
        front.certificate.map_or_else(String::new, certificate),
        front.lines,
        address = front.address
    );
    start("nginx", &text, folder)
}

fn certificate(folder: &Path) -> String {
    let path = |name| folder.join(name).display().to_string();
    format!(
        "    ssl_certificate {};\n    ssl_certificate_key {};\n    ssl_protocols TLSv1.3;\n",
        path(CERTIFICATE),
        path(KEY)
    )
}

/// Start a server of the files in `root`. `lines` are further ones of its `server`.
pub fn of_files(root: &Path, lines: &str, address: SocketAddr, folder: &Path) -> Result<Child> {
    let text = head("1")
        + &format!(
            "  sendfile on;\n  tcp_nopush on;\n  server {{\n    listen {address};\n    root {};\n{lines}  }}\n}}\n",
            root.display()
        );
    start("nginx", &text, folder)
}

/// Start nginx with a whole configuration, in a folder of its own below `folder`.
pub fn start(name: &'static str, config: &str, folder: &Path) -> Result<Child> {
    let prefix = folder.join(name);
    let file = prefix.join("nginx.conf");
    std::fs::create_dir_all(&prefix)
        .with_context(|| format!("cannot create {}", prefix.display()))?;
    std::fs::write(&file, config).with_context(|| format!("cannot write {}", file.display()))?;
    let mut command = program("nginx");
    command.arg("-p").arg(&prefix).arg("-c").arg(&file);
    Child::start(name, command, folder)
}
