use super::{ask, caching, counting, get, micro};
use crate::site::Site;
use crate::worker::Conn;
use config::{Cache, CacheKey, CacheReport};

#[test]
fn a_reply_is_made_once() {
    let site = caching(Cache::default());
    let worker = counting(&site, "Cache-Control: max-age=60\r\nX-Own: y\r\n");
    let first = get(&site, "");
    assert_eq!((first.status, first.text()), (200, "reply 1".into()));
    let status = first.header("cache-status").unwrap();
    assert!(
        status.starts_with("ostler; fwd=uri-miss; ttl=") && status.ends_with("; stored"),
        "{status}"
    );
    for _ in 0..3 {
        let again = get(&site, "");
        assert_eq!((again.status, again.text()), (200, "reply 1".into()));
        assert!(again.header("age").unwrap().parse::<u32>().unwrap() < 10);
        assert_eq!(again.header("x-own"), Some("y"));
        assert!(again.header("date").is_some());
        let status = again.header("cache-status").unwrap();
        let ttl: u32 = status.strip_prefix("ostler; hit; ttl=").unwrap().parse().unwrap();
        assert!((50..=60).contains(&ttl), "{status}");
    }
    assert_eq!(worker.requests().len(), 1);
    let count = |outcome: &str| {
        let labels = format!("{{route=\"/*\",outcome=\"{outcome}\"}}");
        site.metric(&format!("ostler_edge_cache_requests_total{labels}"))
    };
    assert_eq!((count("miss"), count("hit"), count("bypass")), (1, 3, 0));
}

#[test]
fn chunks_are_kept_without_their_framing() {
    let site = caching(Cache::default());
    let worker = site.worker(|conn: &mut Conn| {
        while conn.request().is_some() {
            conn.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nCache-Control: max-age=60\r\n\r\n");
            conn.send("5\r\nhello\r\n1\r\n!\r\n0\r\nX-Trailer: 1\r\n\r\n");
        }
    });
    assert_eq!(get(&site, "").text(), "hello!");
    let again = get(&site, "");
    assert_eq!((again.text().as_str(), again.header("content-length")), ("hello!", Some("6")));
    assert_eq!(worker.requests().len(), 1);
}

#[test]
fn head_is_answered_with_what_get_got() {
    let site = caching(Cache::default());
    let worker = counting(&site, "Cache-Control: max-age=60\r\n");
    get(&site, "");
    let head = ask(&site, "HEAD", "/", "");
    assert_eq!((head.status, head.header("content-length")), (200, Some("7")));
    assert_eq!(worker.requests().len(), 1);
}

#[test]
fn what_a_reply_varies_on_tells_requests_apart() {
    let site = caching(Cache::default());
    let worker = counting(&site, "Cache-Control: max-age=60\r\nVary: X-Lang\r\n");
    assert_eq!(get(&site, "X-Lang: de\r\n").text(), "reply 1");
    let other = get(&site, "X-Lang: en\r\n");
    assert_eq!(other.text(), "reply 2");
    assert!(other.header("cache-status").unwrap().contains("fwd=vary-miss"));
    assert_eq!(get(&site, "").text(), "reply 3");
    assert_eq!(get(&site, "X-Lang: de\r\nX-Other: z\r\n").text(), "reply 1");
    assert_eq!(get(&site, "x-lang: en\r\n").text(), "reply 2");
    assert_eq!(get(&site, "").text(), "reply 3");
    assert_eq!(worker.requests().len(), 3);
}

#[test]
fn settings_say_what_beside_it_does() {
    let key = CacheKey {
        ignore_query: vec!["utm_*".into()],
        cookies: vec!["lang".into()],
        ..CacheKey::default()
    };
    let site = caching(Cache { key, report: CacheReport::WithKey, ..Cache::default() });
    let _worker = counting(&site, "Cache-Control: max-age=60\r\n");
    let get = |path: &str, lines: &str| ask(&site, "GET", path, lines);
    let first = get("/x?utm_source=a&b=1", "Cookie: lang=de\r\n");
    assert!(first.header("cache-status").unwrap().contains("key=\"http://a/x?b=1\""));
    assert_eq!(get("/x?b=1&utm_source=c", "Cookie: id=7; lang=de\r\n").text(), first.text());
    assert_ne!(get("/x?b=1", "Cookie: lang=en\r\n").text(), first.text());
    assert_ne!(get("/x?b=2", "Cookie: lang=de\r\n").text(), first.text());
}

#[test]
fn a_client_that_has_a_copy_is_told_so() {
    let site = caching(Cache::default());
    let worker = counting(
        &site,
        "Cache-Control: max-age=60\r\nETag: \"x\"\r\nLast-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n",
    );
    get(&site, "");
    for lines in [
        "If-None-Match: \"y\", W/\"x\"\r\n",
        "If-None-Match: *\r\n",
        "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n",
    ] {
        let reply = get(&site, lines);
        assert_eq!((reply.status, reply.header("etag")), (304, Some("\"x\"")), "{lines}");
        assert_eq!(reply.header("content-length"), None);
    }
    for lines in
        ["If-None-Match: \"y\"\r\n", "If-Modified-Since: Sun, 06 Nov 1994 08:49:36 GMT\r\n"]
    {
        assert_eq!(get(&site, lines).status, 200, "{lines}");
    }
    assert_eq!(worker.requests().len(), 1);
}

#[test]
fn parts_of_what_is_kept_are_sent() {
    let site = caching(Cache::default());
    let worker =
        counting(&site, "Cache-Control: max-age=60\r\nETag: \"x\"\r\nContent-Type: a/b\r\n");
    get(&site, "");
    let part = get(&site, "Range: bytes=0-4\r\n");
    assert_eq!((part.status, part.text().as_str()), (206, "reply"));
    assert_eq!(part.header("content-range"), Some("bytes 0-4/7"));
    assert_eq!(get(&site, "Range: bytes=-1\r\nIf-Range: \"x\"\r\n").text(), "1");
    assert_eq!(get(&site, "Range: bytes=-1\r\nIf-Range: \"y\"\r\n").text(), "reply 1");
    let outside = get(&site, "Range: bytes=7-\r\n");
    assert_eq!((outside.status, outside.header("content-range")), (416, Some("bytes */7")));
    let several = get(&site, "Range: bytes=0-0,4-5\r\n");
    assert_eq!(several.status, 206);
    let kind = several.header("content-type").unwrap();
    let boundary = kind.strip_prefix("multipart/byteranges; boundary=").unwrap();
    let want = format!(
        "--{boundary}\r\nContent-Type: a/b\r\nContent-Range: bytes 0-0/7\r\n\r\nr\r\n\
         --{boundary}\r\nContent-Type: a/b\r\nContent-Range: bytes 4-5/7\r\n\r\ny \r\n--{boundary}--\r\n"
    );
    assert_eq!(several.text(), want);
    assert_eq!(worker.requests().len(), 1);
}

#[test]
fn a_part_that_is_not_kept_is_the_apps_business() {
    let site = caching(Cache::default());
    let worker = site.worker(|conn: &mut Conn| {
        while conn.request().is_some() {
            conn.send(
                "HTTP/1.1 206 Partial Content\r\nContent-Length: 1\r\nContent-Range: bytes 0-0/5\r\n\
                 Cache-Control: max-age=60\r\n\r\na",
            );
        }
    });
    for _ in 0..2 {
        assert_eq!(get(&site, "Range: bytes=0-0\r\n").status, 206);
    }
    assert!(worker.requests().iter().all(|head| head.contains("Range: bytes=0-0")));
    assert_eq!(worker.requests().len(), 2);
}

#[test]
fn what_changes_something_makes_what_is_kept_invalid() {
    let site = caching(Cache::default());
    let _worker = counting(&site, "Cache-Control: max-age=60\r\nLocation: /other\r\n");
    let get = |path: &str| ask(&site, "GET", path, "").text();
    let (own, other, third) = (get("/own"), get("/other"), get("/third"));
    assert_eq!((get("/own"), get("/other")), (own.clone(), other.clone()));
    assert_eq!(ask(&site, "POST", "/own", "Content-Length: 0\r\n").status, 200);
    assert_ne!(get("/own"), own);
    assert_ne!(get("/other"), other);
    assert_eq!(get("/third"), third);
}

#[test]
fn a_reload_leaves_what_is_kept() {
    let site: Site = caching(Cache::default());
    let worker = counting(&site, "Cache-Control: max-age=60\r\n");
    get(&site, "");
    site.apply(|settings| settings.rules.cache = Some(micro()));
    assert_eq!(get(&site, "").text(), "reply 1");
    site.apply(|settings| settings.rules.cache = None);
    crate::site::until("the cache is off", || get(&site, "").header("cache-status").is_none());
    assert!(worker.requests().len() > 1);
}

#[test]
fn two_requests_on_one_connection_are_answered_in_their_order() {
    let site = caching(Cache::default());
    let _worker = counting(&site, "Cache-Control: max-age=60\r\n");
    get(&site, "");
    let mut client = site.client();
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\nHEAD / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_eq!(client.reply().text(), "reply 1");
    assert_eq!(client.reply().text(), "reply 2");
    assert_eq!(client.head().status, 200);
    assert_eq!(client.reply().text(), "reply 1");
}
