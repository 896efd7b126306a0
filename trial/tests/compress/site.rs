//! Ostler in front of the app of `trial/compress`, and curl as its client.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;
use trial::apps::folder;
use trial::{Project, Running};

pub const CODINGS: [&str; 3] = ["gzip", "br", "zstd"];

/// A reply as curl got it; the body is decoded if that was asked for.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Reply {
    /// The only value of a header (lower case).
    pub fn one(&self, name: &str) -> Option<&str> {
        let all: Vec<_> = self.headers.iter().filter(|(known, _)| known == name).collect();
        assert!(all.len() < 2, "several {name}: {all:?}");
        all.first().map(|(_, value)| value.as_str())
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

fn file(name: &str) -> PathBuf {
    folder("compress", "compression").join(name)
}

/// Ostler with one worker of the app; `settings` stand behind its section.
pub fn start<'a>(project: &'a Project, settings: &str) -> Running<'a> {
    let app = file("app.cjs");
    let text = format!("[app.web]\nrun = '{}'\nworkers = 1\n{settings}\n", app.display());
    project.write("ostler.toml", &text);
    project.run(&[])
}

/// What curl gets for `path` with `arguments`.
pub fn curl(address: SocketAddr, path: &str, arguments: &[&str]) -> Reply {
    let mut command = Command::new("curl");
    command.args(["-s", "-S", "-i", "--max-time", "60", "--noproxy", "*"]).args(arguments);
    let output = command.arg(format!("http://{address}{path}")).output().unwrap();
    assert!(output.status.success(), "curl {path} {arguments:?}: {output:?}");
    let end = output.stdout.windows(4).position(|part| part == b"\r\n\r\n").unwrap();
    let (head, body) = output.stdout.split_at(end + 4);
    let head = String::from_utf8(head.to_vec()).unwrap();
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let line = |line: &str| {
        let (name, value) = line.split_once(':')?;
        Some((name.to_ascii_lowercase(), value.trim().to_owned()))
    };
    Reply { status, headers: lines.filter_map(line).collect(), body: body.to_vec() }
}

/// What curl gets in `coding`, decoded.
pub fn decoded(address: SocketAddr, path: &str, coding: &str, arguments: &[&str]) -> Reply {
    let accept = format!("Accept-Encoding: {coding}");
    let all = [&["--compressed", "-H", &accept], arguments].concat();
    curl(address, path, &all)
}
