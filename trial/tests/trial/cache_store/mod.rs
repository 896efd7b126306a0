//! Where cached replies are kept, through the real binary: purges, and what survives.

mod bad_disk;
mod purge;
mod survive;

use std::net::SocketAddr;
use trial::{Connection, Project, Reply};

/// Each reply is a new one: the same body twice comes from the cache.
const APP: &str = "\
const http = require('http');
let made = 0;
let held = [];
http.createServer((request, response) => {
  response.setHeader('Cache-Control', 'max-age=3600, stale-while-revalidate=600');
  const tag = /tag=([a-z]+)/.exec(request.url);
  if (tag) response.setHeader('Cache-Tag', `all, ${tag[1]}`);
  if (request.url.startsWith('/lang')) response.setHeader('Vary', 'Accept-Language');
  if (request.url === '/held') {
    response.setHeader('Cache-Control', 'no-store');
    return response.end(String(held.length));
  }
  const body = `${process.pid}-${made += 1}-${request.url}`;
  const reply = () => response.end(body);
  if (request.url.startsWith('/slow') && made === 1) return held.push(reply);
  reply();
  held.splice(0).forEach((reply) => reply());
}).listen(3000);
";

fn project(store: &str) -> Project {
    let project = Project::with_server(APP);
    let rest = "[admin]\nlisten = false\n[app.web]\nrun = 'server.js'\nworkers = 1\n[route.'/*']\ncache = true\n";
    let edge = "[edge]\nlisten = '127.0.0.1:0'\n";
    project.write("ostler.toml", &format!("{edge}[edge.cache]\n{store}\n{rest}"));
    project
}

/// The body of the reply to a client that knows the edge as `shop.example`.
fn body(address: SocketAddr, path: &str) -> String {
    let reply = asked(address, path, "");
    assert_eq!(reply.status, 200, "{path}: {}", reply.body);
    reply.body
}

fn asked(address: SocketAddr, path: &str, lines: &str) -> Reply {
    let mut connection = Connection::open(address).unwrap();
    let head = format!("GET {path} HTTP/1.1\r\nHost: shop.example\r\n{lines}\r\n");
    connection.send(head.as_bytes()).unwrap();
    connection.reply(false).unwrap()
}

/// It is the same reply twice.
fn is_kept(address: SocketAddr, path: &str) -> bool {
    body(address, path) == body(address, path)
}

fn purge(project: &Project, words: &[&str]) -> String {
    let words: Vec<&str> = ["purge"].iter().chain(words).copied().collect();
    let done = project.ostler(&words);
    assert_eq!(done.code, Some(0), "{words:?}: {}", done.stderr);
    done.stdout
}
