//! The programs of `trial/headers`, and Ostler in front of its app.

use rcgen::generate_simple_self_signed;
use serde_json::Value;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::Command;
use trial::apps::folder;
use trial::project::finish;
use trial::{Project, Running};

/// A reply as a program of `trial/headers` tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    pub status: u16,
    /// Names and values in their order.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Reply {
    /// The values of a header, in any case.
    pub fn all(&self, name: &str) -> Vec<&str> {
        let same = |(known, _): &&(String, String)| known.eq_ignore_ascii_case(name);
        self.headers.iter().filter(same).map(|(_, value)| value.as_str()).collect()
    }

    /// The only value of a header; None if there is none.
    pub fn one(&self, name: &str) -> Option<&str> {
        let all = self.all(name);
        assert!(all.len() < 2, "several {name}: {all:?}");
        all.first().copied()
    }

    fn new(told: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let line = |line: &Value| (text(&line[0]), text(&line[1]));
        Reply {
            status: told["status"].as_u64().unwrap().try_into().unwrap(),
            headers: told["headers"].as_array().unwrap().iter().map(line).collect(),
            body: text(&told["body"]),
        }
    }
}

fn file(name: &str) -> PathBuf {
    folder("headers", "helmet").join(name)
}

fn node(script: &str, arguments: &[&str]) -> Vec<Reply> {
    let mut command = Command::new("node");
    command.arg(file(script)).args(arguments).env_remove("NODE_OPTIONS");
    let finished = finish(&mut command);
    assert_eq!(finished.code, Some(0), "{script} {arguments:?}: {}", finished.stderr);
    let told: Value = serde_json::from_str(&finished.stdout).unwrap();
    told.as_array().unwrap().iter().map(Reply::new).collect()
}

/// What the real package answers in each of `cases`.
pub fn peer(package: &str, cases: &Value) -> Vec<Reply> {
    node("peer.cjs", &[package, &cases.to_string()])
}

/// The replies to `requests`, by `h1`, `h1s`, `h2` or `h2s`.
pub fn ask(scheme: &str, address: SocketAddr, requests: &Value) -> Vec<Reply> {
    node("client.mjs", &[&format!("{scheme}://{address}"), &requests.to_string()])
}

/// Ostler with one worker of the app; `settings` stand before its section.
pub fn start<'a>(project: &'a Project, settings: &str) -> Running<'a> {
    project.write("ostler.toml", &config(settings));
    project.run(&[])
}

/// A config with the app.
pub fn config(settings: &str) -> String {
    format!("[app.web]\nrun = '{}'\nworkers = 1\n{settings}\n", file("app.cjs").display())
}

/// A free address, and a section that speaks TLS there.
pub fn tls(project: &Project) -> (SocketAddr, String) {
    let made = generate_simple_self_signed(vec!["localhost".into()]).unwrap();
    project.write("cert.pem", &(made.cert.pem() + &made.signing_key.serialize_pem()));
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    (address, format!("[edge.tls]\nlisten = '{address}'\ncert = 'cert.pem'\n"))
}
