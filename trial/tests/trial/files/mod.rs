//! `files`: a folder that the edge serves itself.

mod asked;
mod escape;
mod large;
mod modern;
mod routes;

use std::net::SocketAddr;
use trial::client::Reply;
use trial::{Connection, Project, Running, until};

/// Ostler with these routes, and whatever else they need, over plain HTTP.
fn run<'a>(project: &'a Project, routes: &str) -> Running<'a> {
    let text = format!("[edge]\nlisten = '127.0.0.1:0'\n[admin]\nlisten = false\n{routes}\n");
    project.write("ostler.toml", &text);
    let running = project.spawn(&mut project.command(&["run"]));
    until("it serves", || running.stderr().contains("serving after").then_some(()));
    running
}

/// One request with header lines, on a connection of its own.
fn ask(address: SocketAddr, method: &str, path: &str, lines: &[&str]) -> Reply {
    let mut connection = Connection::open(address).unwrap();
    let lines: String = lines.iter().map(|line| format!("{line}\r\n")).collect();
    let head = format!("{method} {path} HTTP/1.1\r\nHost: a.test\r\n{lines}\r\n");
    connection.send(head.as_bytes()).unwrap();
    connection.reply(method == "HEAD").unwrap()
}

fn get(address: SocketAddr, path: &str) -> Reply {
    ask(address, "GET", path, &[])
}
