//! Replies that are kept.

mod coalescing;
mod coded;
mod forbidden;
mod kept;
mod stale;

use crate::client::{Client, Reply};
use crate::site::{Site, settings};
use crate::worker::{Conn, Worker};
use config::Cache;
use std::time::Duration;

/// A site whose only route keeps replies as `rules` says.
fn caching(rules: Cache) -> Site {
    let mut settings = settings();
    settings.rules.cache = Some(rules);
    Site::with(settings)
}

fn micro() -> Cache {
    Cache { keep_for: Some(Duration::from_secs(60)), ..Cache::default() }
}

/// A worker whose `n`th reply has these lines, and `n` as its body.
fn counting(site: &Site, lines: &'static str) -> Worker {
    site.worker(move |conn: &mut Conn| {
        while conn.request().is_some() {
            let body = format!("reply {}", conn.number());
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n{lines}\r\n", body.len());
            if !conn.send(&format!("{head}{body}")) {
                return;
            }
        }
    })
}

/// One request with more header lines, on a connection of its own.
fn ask(site: &Site, method: &str, path: &str, lines: &str) -> Reply {
    let mut client = site.client();
    client.send(&format!("{method} {path} HTTP/1.1\r\nHost: a\r\n{lines}\r\n"));
    if method == "HEAD" { client.head() } else { client.reply() }
}

fn get(site: &Site, lines: &str) -> Reply {
    ask(site, "GET", "/", lines)
}

/// Clients that have each sent a request for the same.
fn clients(site: &Site, count: usize) -> Vec<Client> {
    let begun = |_| {
        let mut client = site.client();
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        client
    };
    (0..count).map(begun).collect()
}
