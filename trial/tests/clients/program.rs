//! Apps and clients of `trial/http2`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;
use trial::apps::folder;
use trial::{Project, Running, project::finish};

/// A file of `trial/http2`.
pub fn file(name: &str) -> PathBuf {
    folder("http2", "ws").join(name)
}

/// Ostler with `app` and so many workers; `more` is put before the app's section.
pub fn start<'a>(project: &'a Project, app: &str, workers: u32, more: &str) -> Running<'a> {
    let run = file(app);
    let settings = format!("{more}\n[app.web]\nrun = '{}'\nworkers = {workers}\n", run.display());
    project.write("ostler.toml", &settings);
    project.run(&[])
}

/// A client with its arguments.
pub fn client(script: &str, what: &str, address: &str) -> Command {
    let mut command = Command::new("node");
    command.arg(file(script)).args([what, address]).env_remove("NODE_OPTIONS");
    // grpc-js heeds them.
    command.env_remove("http_proxy").env_remove("grpc_proxy").env_remove("https_proxy");
    command
}

/// Run a client to its end; it fails by its exit status.
pub fn check(script: &str, what: &str, address: SocketAddr) {
    let finished = finish(&mut client(script, what, &address.to_string()));
    assert_eq!(finished.code, Some(0), "{what}: {}\n{}", finished.stdout, finished.stderr);
}
