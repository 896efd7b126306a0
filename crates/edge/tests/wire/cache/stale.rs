use super::{ask, caching, get};
use crate::site::{Site, until};
use crate::worker::{Conn, Worker, pause};
use base::clock::now;
use config::Cache;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

/// A worker whose replies have these heads and bodies, one after the other, the last for ever.
fn script(site: &Site, replies: &'static [(&'static str, &'static str)]) -> Worker {
    let next = Arc::new(AtomicUsize::new(0));
    site.worker(move |conn: &mut Conn| {
        while conn.request().is_some() {
            let at = next.fetch_add(1, SeqCst).min(replies.len() - 1);
            let (head, body) = replies[at];
            if head.is_empty() {
                return;
            }
            let length = match head.starts_with("304") {
                true => String::new(),
                false => format!("Content-Length: {}\r\n", body.len()),
            };
            conn.send(&format!("HTTP/1.1 {head}\r\n{length}\r\n{body}"));
        }
    })
}

#[test]
fn a_stale_reply_is_confirmed() {
    let site = caching(Cache::default());
    let worker = script(
        &site,
        &[
            ("200 OK\r\nCache-Control: max-age=0\r\nETag: \"x\"\r\nX-A: 1\r\nX-B: 1", "body"),
            (
                "304 Not Modified\r\nCache-Control: max-age=60\r\nETag: \"x\"\r\nX-A: 2\r\nSet-Cookie: a=b",
                "",
            ),
        ],
    );
    assert_eq!(get(&site, "").text(), "body");
    let second = get(&site, "If-None-Match: \"own\"\r\nRange: bytes=0-0\r\n");
    assert_eq!((second.status, second.text().as_str()), (206, "b"));
    assert!(
        second
            .header("cache-status")
            .unwrap()
            .starts_with("ostler; fwd=stale; fwd-status=304; ttl=")
    );
    assert_eq!(second.header("set-cookie"), Some("a=b"), "it is for this client");
    let asked = worker.requests().remove(1);
    assert!(asked.contains("If-None-Match: \"x\"\r\n") && !asked.contains("own"), "{asked}");
    assert!(!asked.contains("Range"), "{asked}");
    let third = get(&site, "");
    assert_eq!((third.header("x-a"), third.header("x-b")), (Some("2"), Some("1")));
    assert_eq!((third.header("set-cookie"), third.text().as_str()), (None, "body"));
    assert_eq!(get(&site, "If-None-Match: \"x\"\r\n").status, 304);
    assert_eq!(worker.requests().len(), 2);
}

#[test]
fn a_stale_reply_gives_way_to_a_newer_one() {
    let site = caching(Cache::default());
    let worker = script(
        &site,
        &[
            ("200 OK\r\nCache-Control: max-age=0\r\nETag: \"x\"", "old"),
            ("200 OK\r\nCache-Control: max-age=60\r\nETag: \"y\"", "new"),
        ],
    );
    assert_eq!(get(&site, "").text(), "old");
    assert_eq!(get(&site, "").text(), "new");
    assert_eq!(get(&site, "").text(), "new");
    assert_eq!(worker.requests().len(), 2);
}

#[test]
fn a_confirmation_may_end_it() {
    let site = caching(Cache::default());
    let worker = script(
        &site,
        &[
            ("200 OK\r\nCache-Control: max-age=0\r\nETag: \"x\"", "body"),
            ("304 Not Modified\r\nCache-Control: no-store", ""),
            ("200 OK\r\nCache-Control: no-store", "other"),
        ],
    );
    assert_eq!(get(&site, "").text(), "body");
    assert_eq!(get(&site, "").text(), "body");
    assert_eq!(get(&site, "").text(), "other");
    assert!(!worker.requests()[2].contains("If-None-Match"));
}

#[test]
fn a_stale_reply_is_used_while_a_newer_one_is_fetched() {
    let site = caching(Cache::default());
    let slow = Arc::new(AtomicUsize::new(0));
    let count = slow.clone();
    let worker = site.worker(move |conn: &mut Conn| {
        while conn.request().is_some() {
            let number = count.fetch_add(1, SeqCst) + 1;
            if number > 1 {
                pause(400);
            }
            let control = "Cache-Control: max-age=0, stale-while-revalidate=60\r\nETag: \"x\"";
            conn.send(&format!(
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n{control}\r\n\r\n{number}"
            ));
        }
    });
    assert_eq!(get(&site, "").text(), "1");
    let begun = now();
    for _ in 0..10 {
        let reply = get(&site, "");
        assert_eq!(reply.text(), "1");
        assert!(reply.header("cache-status").unwrap().contains("detail=stale"));
    }
    assert!(begun.elapsed() < Duration::from_millis(350), "{:?}", begun.elapsed());
    until("a newer one is there", || get(&site, "").text() != "1");
    worker.until_idle();
    // One at a time.
    assert!(worker.requests().len() <= 4, "{}", worker.requests().len());
    assert!(worker.requests()[1].contains("If-None-Match: \"x\""));
    let requests = "ostler_edge_route_requests_total{route=\"/*\",class=\"2xx\"}";
    let stale = "ostler_edge_cache_requests_total{route=\"/*\",outcome=\"stale\"}";
    assert_eq!(site.metric(requests), site.metric(stale) + 1, "fetches are no requests");
}

#[test]
fn a_stale_reply_stands_in_for_an_app_that_fails() {
    let stands_in = |first: &'static str, second: &'static str| {
        let replies: &'static [_] = Vec::leak(vec![(first, "kept"), (second, "error")]);
        let site = caching(Cache::default());
        let _worker = script(&site, replies);
        assert_eq!(get(&site, "").text(), "kept");
        let reply = get(&site, "");
        (reply.status, reply.text() == "kept")
    };
    const CLOSES: &str = "";
    const ERROR: &str = "503 Service Unavailable";
    let stale = "200 OK\r\nCache-Control: max-age=0\r\nETag: \"x\"";
    assert_eq!(stands_in(stale, CLOSES), (200, true));
    assert_eq!(stands_in(stale, ERROR), (503, false));
    let allowed = "200 OK\r\nCache-Control: max-age=0, stale-if-error=60\r\nETag: \"x\"";
    assert_eq!(stands_in(allowed, CLOSES), (200, true));
    assert_eq!(stands_in(allowed, ERROR), (200, true));
    let never =
        "200 OK\r\nCache-Control: max-age=0, stale-if-error=60, must-revalidate\r\nETag: \"x\"";
    assert_eq!(stands_in(never, CLOSES), (502, false));
    assert_eq!(stands_in(never, ERROR), (503, false));
}

#[test]
fn a_worker_that_is_gone_is_stood_in_for() {
    let site = caching(Cache::default());
    let worker = script(&site, &[("200 OK\r\nCache-Control: max-age=0\r\nETag: \"x\"", "kept")]);
    assert_eq!(get(&site, "").text(), "kept");
    worker.kill();
    let reply = get(&site, "");
    assert_eq!((reply.status, reply.text().as_str()), (200, "kept"));
    assert!(reply.header("cache-status").unwrap().contains("detail=unreachable"));
}

#[test]
fn only_if_cached_never_asks_the_app() {
    let site = caching(Cache { obeys_clients: true, ..Cache::default() });
    let worker = script(&site, &[("200 OK\r\nCache-Control: max-age=60", "kept")]);
    let only = "Cache-Control: only-if-cached\r\n";
    assert_eq!(get(&site, only).status, 504);
    assert_eq!(worker.requests().len(), 0);
    get(&site, "");
    assert_eq!(get(&site, only).status, 200);
    assert_eq!(ask(&site, "GET", "/", "Cache-Control: no-cache\r\n").status, 200);
    assert_eq!(worker.requests().len(), 2);
}
