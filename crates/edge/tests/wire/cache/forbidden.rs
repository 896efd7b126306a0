use super::{ask, caching, counting, get, micro};
use crate::site::{Site, settings};
use crate::worker::Conn;
use config::{Cache, CacheBypass};

/// CVE-2026-2836: a key without its host let one site's pages be given to another's visitors.
#[test]
fn cve_2026_2836_hosts_do_not_share_replies() {
    let site = caching(Cache::default());
    let _worker = counting(&site, "Cache-Control: max-age=60\r\n");
    let get = |host: &str| {
        let mut client = site.client();
        client.send(&format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n"));
        client.reply().text()
    };
    assert_eq!(get("a.example"), "reply 1");
    assert_eq!(get("b.example"), "reply 2");
    assert_eq!(get("A.EXAMPLE"), "reply 1");
    assert_eq!(get("a.example:8080"), "reply 3");
}

/// The app makes its links of the host that a trusted proxy tells of, so that is what tells replies apart.
#[test]
fn hosts_that_a_trusted_proxy_tells_of_do_not_share_replies() {
    let mut settings = settings();
    settings.rules.cache = Some(Cache::default());
    settings.trusted_proxies = vec![("127.0.0.1".parse().unwrap(), 32)];
    let site = Site::with(settings);
    let _worker = counting(&site, "Cache-Control: max-age=60\r\n");
    let get = |host: &str| get(&site, &format!("X-Forwarded-Host: {host}\r\n")).text();
    assert_eq!(get("evil.example"), "reply 1");
    assert_eq!(get("shop.example"), "reply 2");
    assert_eq!(get("evil.example"), "reply 1");
}

/// CVE-2025-4366: a hit left the request's body unread, and it was taken for the next request.
#[test]
fn cve_2025_4366_the_body_of_a_get_is_no_request() {
    let site = caching(Cache::default());
    let worker = site.worker(|conn: &mut Conn| {
        while let Some(head) = conn.request() {
            let length = if head.contains("Content-Length: 38") { 38 } else { 0 };
            conn.exactly(length);
            conn.send(
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nCache-Control: max-age=60\r\n\r\nok",
            );
        }
    });
    get(&site, "");
    let smuggled = "GET /smuggled HTTP/1.1\r\nHost: evil\r\n\r\n";
    assert_eq!(smuggled.len(), 38);
    let mut client = site.client();
    client.send(&format!("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 38\r\n\r\n{smuggled}"));
    assert_eq!(client.reply().text(), "ok");
    client.send("GET /next HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_eq!(client.reply().text(), "ok");
    let paths: Vec<_> = worker
        .requests()
        .iter()
        .map(|head| head[..head.find(" HTTP").unwrap()].to_owned())
        .collect();
    assert_eq!(paths, ["GET /", "GET /", "GET /next"]);
}

#[test]
fn what_sets_a_cookie_or_is_private_is_made_for_each() {
    for lines in [
        "Cache-Control: max-age=60\r\nSet-Cookie: id=7\r\n",
        "Cache-Control: max-age=60, private\r\n",
        "Cache-Control: no-store\r\n",
        "Cache-Control: max-age=60\r\nVary: *\r\n",
        "Cache-Control: max-age=60, x=\"y\r\n",
    ] {
        for rules in [Cache::default(), micro()] {
            let site = caching(rules);
            let _worker = counting(&site, lines);
            assert_eq!(get(&site, "").text(), "reply 1", "{lines}");
            assert_eq!(get(&site, "").text(), "reply 2", "{lines}");
        }
    }
}

#[test]
fn a_reply_that_says_nothing_is_not_shared_with_who_says_who_they_are() {
    let site = caching(micro());
    let _worker = counting(&site, "");
    assert_eq!(get(&site, "Cookie: session=1\r\n").text(), "reply 1");
    assert_eq!(get(&site, "").text(), "reply 2");
    assert_eq!(get(&site, "").text(), "reply 2");
    assert_eq!(get(&site, "Cookie: session=1\r\n").text(), "reply 3");
    assert_eq!(get(&site, "Authorization: Basic x\r\n").text(), "reply 4");
    assert_eq!(get(&site, "").text(), "reply 2");
}

#[test]
fn what_was_asked_with_a_name_is_shared_only_if_the_app_says_so() {
    let site = caching(Cache::default());
    let _worker = counting(&site, "Cache-Control: max-age=60\r\n");
    assert_eq!(get(&site, "Authorization: Basic x\r\n").text(), "reply 1");
    assert_eq!(get(&site, "").text(), "reply 2");
    let site = caching(Cache::default());
    let _worker = counting(&site, "Cache-Control: max-age=60, public\r\n");
    assert_eq!(get(&site, "Authorization: Basic x\r\n").text(), "reply 1");
    assert_eq!(get(&site, "").text(), "reply 1");
}

#[test]
fn settings_keep_requests_away() {
    let bypass = CacheBypass { headers: vec!["x-preview".into()], cookies: vec!["sess*".into()] };
    let site = caching(Cache { bypass, ..Cache::default() });
    let _worker = counting(&site, "Cache-Control: max-age=60\r\n");
    assert_eq!(get(&site, "").text(), "reply 1");
    assert_eq!(get(&site, "X-Preview: 1\r\n").text(), "reply 2");
    assert_eq!(get(&site, "Cookie: session=1\r\n").text(), "reply 3");
    assert!(get(&site, "X-Preview: 1\r\n").header("cache-status").unwrap().contains("fwd=bypass"));
    assert_eq!(get(&site, "Cookie: other=1\r\n").text(), "reply 1");
}

/// Replies that end early, or whose end nobody can tell.
#[test]
fn what_is_not_whole_is_not_kept() {
    for broken in [
        "Content-Length: 10\r\n\r\nabc",
        "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
        "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n\r\n",
        "Connection: close\r\n\r\nabc",
    ] {
        let site = caching(Cache::default());
        let worker = site.worker(move |conn: &mut Conn| {
            conn.request();
            conn.send(&format!("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\n{broken}"));
        });
        for round in 1..=3 {
            let mut client = site.client();
            client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            client.rest();
            worker.until_idle();
            assert!(worker.requests().len() >= round, "{broken}");
        }
    }
}

#[test]
fn a_body_above_the_limit_is_passed_on_and_not_kept() {
    const LARGE: usize = 100_000;
    for framing in ["length", "chunks"] {
        let site = caching(Cache { object_bytes_max: 50_000, ..Cache::default() });
        let worker = site.worker(move |conn: &mut Conn| {
            while conn.request().is_some() {
                let body = "x".repeat(LARGE);
                let head = "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\n";
                conn.send(&match framing {
                    "length" => format!("{head}Content-Length: {LARGE}\r\n\r\n{body}"),
                    _ => format!(
                        "{head}Transfer-Encoding: chunked\r\n\r\n{LARGE:x}\r\n{body}\r\n0\r\n\r\n"
                    ),
                });
            }
        });
        for _ in 0..2 {
            assert_eq!(ask(&site, "GET", "/", "").body.len(), LARGE, "{framing}");
        }
        assert_eq!(worker.requests().len(), 2, "{framing}");
    }
}
