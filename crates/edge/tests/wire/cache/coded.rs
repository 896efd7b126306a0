use super::get;
use crate::compress::compressing;
use crate::site::{Site, until};
use crate::worker::Conn;
use config::Cache;

fn site() -> Site {
    let mut settings = compressing("true");
    settings.rules.cache = Some(Cache::default());
    Site::with(settings)
}

/// Replies of so many bytes that can be compressed well.
fn saying(bytes: usize, kind: &'static str) -> impl Fn(&mut Conn) + Send + Sync + 'static {
    move |conn: &mut Conn| {
        while let Some(head) = conn.request() {
            assert!(!head.to_lowercase().contains("accept-encoding"), "{head}");
            let lines =
                format!("Cache-Control: max-age=60\r\nETag: \"x\"\r\nContent-Type: {kind}\r\n");
            let body = "abcdefgh".repeat(bytes / 8);
            conn.send(&format!("HTTP/1.1 200 OK\r\nContent-Length: {bytes}\r\n{lines}\r\n{body}"));
        }
    }
}

const GZIP: &str = "Accept-Encoding: gzip\r\n";

#[test]
fn a_hit_is_encoded_once_for_all() {
    let site = site();
    let worker = site.worker(saying(8_000, "text/plain"));
    let first = get(&site, GZIP);
    assert_eq!(first.header("content-encoding"), Some("gzip"));
    let hit = get(&site, GZIP);
    assert_eq!(hit.header("content-encoding"), Some("gzip"));
    assert_eq!(
        (hit.header("etag"), hit.header("vary")),
        (Some("W/\"x\""), Some("Accept-Encoding"))
    );
    assert!(hit.header("cache-status").unwrap().contains("; hit"), "{}", hit.head);
    assert!(hit.body.len() < 1_000 && hit.body.starts_with(&[0x1f, 0x8b]));
    let spent = "ostler_edge_compress_taken_bytes_total{coding=\"gzip\"}";
    let before = site.metric(spent);
    for _ in 0..3 {
        let again = get(&site, GZIP);
        assert_eq!(again.header("content-encoding"), Some("gzip"));
        assert_eq!(again.body, hit.body);
    }
    assert_eq!(site.metric(spent), before, "nothing is encoded twice");
    let plain = get(&site, "");
    assert_eq!((plain.body.len(), plain.header("content-encoding")), (8_000, None));
    assert_eq!(
        (plain.header("etag"), plain.header("vary")),
        (Some("\"x\""), Some("Accept-Encoding"))
    );
    let zstd = get(&site, "Accept-Encoding: zstd\r\n");
    assert_eq!(zstd.header("content-encoding"), Some("zstd"));
    assert_eq!(worker.requests().len(), 1);
}

#[test]
fn a_client_that_has_it_encoded_is_told_so() {
    let site = site();
    let worker = site.worker(saying(8_000, "text/plain"));
    get(&site, GZIP);
    let held = get(&site, "Accept-Encoding: gzip\r\nIf-None-Match: W/\"x\"\r\n");
    assert_eq!((held.status, held.header("etag")), (304, Some("W/\"x\"")));
    assert_eq!(held.header("vary"), Some("Accept-Encoding"));
    assert_eq!(worker.requests().len(), 1);
}

#[test]
fn what_is_not_worth_it_stays_as_it_is() {
    let site = site();
    let worker = site.worker(saying(8_000, "image/png"));
    for _ in 0..3 {
        let reply = get(&site, GZIP);
        assert_eq!((reply.body.len(), reply.header("content-encoding")), (8_000, None));
        assert_eq!((reply.header("vary"), reply.header("etag")), (None, Some("\"x\"")));
    }
    assert_eq!(worker.requests().len(), 1);
}

/// Nobody waits for a large body to be encoded.
#[test]
fn a_large_body_is_encoded_beside() {
    let site = site();
    let worker = site.worker(saying(4_000_000, "text/plain"));
    assert_eq!(get(&site, "").body.len(), 4_000_000);
    let meanwhile = get(&site, GZIP);
    assert_eq!((meanwhile.header("vary"), meanwhile.status), (Some("Accept-Encoding"), 200));
    until("it is encoded", || get(&site, GZIP).header("content-encoding") == Some("gzip"));
    assert_eq!(worker.requests().len(), 1);
}
