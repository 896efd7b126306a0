//! What is sent again and what never is.

use crate::site::{Site, until};
use crate::worker::{Conn, pause};
use std::sync::atomic::Ordering::SeqCst;

const POST: &str = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";
const GET: &str = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

/// Closes each connection after the request's head, perhaps with some bytes of reply.
fn breaks_after(bytes: &'static str) -> impl Fn(&mut Conn) + Send + Sync + 'static {
    move |conn| {
        conn.request();
        conn.send(bytes);
    }
}

#[test]
fn a_get_is_given_to_another_worker() {
    for bytes in ["", "HTTP/1.1 200 OK\r\nContent-Le"] {
        let site = Site::new();
        let bad = site.worker(breaks_after(bytes));
        let good = site.worker_saying("good");
        for _ in 0..4 {
            assert_eq!(site.get("/"), (200, "good".to_owned()), "{bytes:?}");
        }
        let (tried, answered) = (bad.requests().len(), good.requests().len());
        assert!(tried > 0 && answered == 4, "{tried} {answered}");
        bad.until_idle();
        assert_eq!(bad.load.failures.load(SeqCst) as usize, tried);
        let retries = site.metric("ostler_edge_retries_total{app=\"web\"}");
        assert_eq!(retries as usize, tried);
    }
}

#[test]
fn a_get_is_sent_twice_at_most() {
    let site = Site::new();
    let workers = [(); 4].map(|()| site.worker(breaks_after("")));
    let (status, body) = site.get("/");
    assert_eq!(status, 502);
    assert!(body.contains("closed the connection without an answer"), "{body}");
    assert_eq!(workers.iter().map(|one| one.requests().len()).sum::<usize>(), 2);
}

#[test]
fn a_post_is_never_sent_twice() {
    for bytes in ["", "HTTP/1.1 200 OK\r\nContent-Le"] {
        let site = Site::new();
        let workers = [(); 3].map(|()| site.worker(breaks_after(bytes)));
        for round in 1..=6 {
            let mut client = site.client();
            client.send(POST);
            assert_eq!(client.reply().status, 502);
            let sent = workers.iter().map(|one| one.requests().len()).sum::<usize>();
            assert_eq!(sent, round, "{bytes:?}");
        }
    }
}

#[test]
fn a_post_that_was_not_sent_goes_to_another_worker() {
    let site = Site::new();
    let dead = site.worker_saying("dead");
    let good = site.worker(|conn| {
        while conn.request().is_some() {
            assert_eq!(conn.exactly(3).unwrap(), b"abc");
            conn.reply("good");
        }
    });
    dead.kill();
    for _ in 0..6 {
        let mut client = site.client();
        client.send(POST);
        assert_eq!(client.reply().text(), "good");
    }
    assert_eq!(good.requests().len(), 6);
    assert!(dead.load.connect_failures.load(SeqCst) > 0);
    dead.until_idle();
}

/// A worker closes an idle connection whenever it likes, also at the moment it is used again.
#[test]
fn a_post_on_a_connection_that_was_closed_meanwhile_is_sent_once() {
    let site = Site::new();
    let worker = site.worker(|conn| {
        conn.request();
        conn.exactly(3);
        conn.reply("once");
        // Closes without having said so.
    });
    let mut client = site.client();
    for round in 1..=200 {
        client.send(POST);
        assert_eq!(client.reply().text(), "once", "round {round}");
        assert_eq!(worker.requests().len(), round);
    }
    assert_eq!(worker.load.failures.load(SeqCst), 0, "that is no fault of the worker");
}

/// A busy worker that is killed leaves requests unread in its sockets. The kernel tells.
#[test]
fn a_post_that_the_worker_has_not_read_goes_to_another() {
    let site = Site::new();
    let busy = site.worker(|_| pause(300));
    let mut client = site.client();
    client.send(POST);
    until("it was sent", || busy.in_flight() == 1);
    let good = site.worker(|conn| {
        conn.request();
        conn.exactly(3);
        conn.reply("good");
    });
    assert_eq!(client.reply().text(), "good");
    assert_eq!(good.requests().len(), 1);
}

#[test]
fn a_query_is_sent_again_with_its_body() {
    let site = Site::new();
    let body = "x".repeat(60_000);
    let expected = body.clone();
    let _bad = site.worker(|conn| {
        conn.request();
        conn.exactly(60_000);
    });
    let good = site.worker(move |conn| {
        while conn.request().is_some() {
            let got = conn.exactly(60_000).unwrap();
            assert_eq!(got, expected.as_bytes());
            conn.reply("good");
        }
    });
    for _ in 0..4 {
        let mut client = site.client();
        client.send("QUERY / HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n");
        pause(5);
        client.send(&body);
        assert_eq!(client.reply().text(), "good");
    }
    assert_eq!(good.requests().len(), 4);
}

#[test]
fn a_body_that_is_too_large_to_be_held_is_not_sent_again() {
    let site = Site::new();
    let workers = [(); 2].map(|()| {
        site.worker(|conn| {
            conn.request();
            conn.exactly(200_000);
        })
    });
    let mut client = site.client();
    client.send("QUERY / HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n");
    client.send(&"x".repeat(200_000));
    assert_eq!(client.reply().status, 502);
    assert_eq!(workers.iter().map(|one| one.requests().len()).sum::<usize>(), 1);
}

#[test]
fn nothing_is_sent_again_once_the_reply_has_begun() {
    let site = Site::new();
    let workers = [(); 2].map(|()| {
        site.worker(|conn| {
            conn.request();
            conn.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
        })
    });
    let mut client = site.client();
    client.send(GET);
    assert_eq!(client.head().status, 200);
    assert_eq!(client.rest(), b"abc");
    assert_eq!(workers.iter().map(|one| one.requests().len()).sum::<usize>(), 1);
}

#[test]
fn a_malformed_reply_is_a_502() {
    let site = Site::new();
    let worker = site.worker(|conn| {
        while conn.request().is_some() {
            conn.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab");
        }
    });
    let mut client = site.client();
    client
        .send("POST / HTTP/1.1\r\nHost: a\r\nAccept: application/json\r\nX-Request-Id: r7\r\n\r\n");
    let reply = client.reply();
    assert_eq!(reply.status, 502);
    assert!(reply.text().contains("\"request_id\":\"r7\""), "{}", reply.text());
    assert_eq!(reply.header("content-type"), Some("application/json; charset=utf-8"));
    worker.until_idle();
    assert_eq!(worker.load.failures.load(SeqCst), 1);
    assert_eq!(site.metric("ostler_edge_refused_total{reason=\"bad_reply\"}"), 1);
}

/// What came of the body with the head is looked at while there is another worker to turn to.
#[test]
fn chunks_that_are_malformed_from_the_start_are_a_failed_try() {
    let site = Site::new();
    let bad = site.worker(|conn| {
        conn.request();
        conn.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz");
        conn.closed();
    });
    let _good = site.worker_saying("good");
    for _ in 0..4 {
        assert_eq!(site.get("/").1, "good");
    }
    assert!(!bad.requests().is_empty());
}

/// A worker that takes connections and closes them at once must not make the edge spin.
#[test]
fn a_worker_that_hangs_up_at_once_is_left_alone_for_a_moment() {
    let site = Site::with_limits(|limits| limits.wait_timeout = std::time::Duration::from_secs(1));
    let worker = site.worker(|_| {});
    let (status, _) = site.get("/");
    assert_eq!(status, 502);
    assert!(worker.connections() <= 20, "{} connections in a second", worker.connections());
    worker.until_idle();
}
