use super::{caching, clients, get};
use crate::site::{Site, settings, until};
use crate::worker::{Conn, Worker, pause};
use base::clock::now;
use config::Cache;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::Duration;

const MANY: usize = 20;

/// A worker that answers when it is told to.
fn gated(site: &Site, lines: &'static str) -> (Worker, Arc<AtomicBool>) {
    let open = Arc::new(AtomicBool::new(false));
    let gate = open.clone();
    let worker = site.worker(move |conn: &mut Conn| {
        while conn.request().is_some() {
            until("the gate is open", || gate.load(SeqCst));
            conn.send(&format!("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n{lines}\r\nok"));
        }
    });
    (worker, open)
}

fn threaded(rules: Cache) -> Site {
    let mut settings = settings();
    settings.threads = 2;
    settings.rules.cache = Some(rules);
    Site::with(settings)
}

#[test]
fn of_many_who_want_the_same_one_asks() {
    let site = threaded(Cache::default());
    let (worker, open) = gated(&site, "Cache-Control: max-age=60\r\n");
    let mut all = clients(&site, MANY);
    until("one asks", || worker.requests().len() == 1);
    pause(100);
    open.store(true, SeqCst);
    let replies: Vec<_> = all.iter_mut().map(|client| client.reply()).collect();
    assert!(replies.iter().all(|reply| reply.text() == "ok"));
    assert_eq!(worker.requests().len(), 1);
    let told = |word: &str| {
        let has =
            |reply: &&crate::client::Reply| reply.header("cache-status").unwrap().contains(word);
        replies.iter().filter(has).count()
    };
    assert_eq!(told("collapsed") + told("; hit"), MANY - 1);
    assert_eq!(told("stored"), 1);
}

/// A reply that is not kept must not make those who wait ask one after the other.
#[test]
fn a_reply_that_is_not_kept_lets_all_go_at_once() {
    let site = threaded(Cache::default());
    let slow = Duration::from_millis(300);
    let worker = site.worker(move |conn: &mut Conn| {
        while conn.request().is_some() {
            pause(slow.as_millis() as u64);
            conn.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nCache-Control: no-store\r\n\r\nok");
        }
    });
    for (round, most) in [(1, 3), (2, 2)] {
        let begun = now();
        let mut all = clients(&site, MANY);
        assert!(all.iter_mut().all(|client| client.reply().text() == "ok"));
        // In the second round nobody waits at all: the address is remembered.
        assert!(begun.elapsed() < slow * most + slow / 2, "round {round}: {:?}", begun.elapsed());
    }
    assert_eq!(worker.requests().len(), 2 * MANY);
}

#[test]
fn who_waits_too_long_asks() {
    let site = threaded(Cache { wait: Duration::from_millis(200), ..Cache::default() });
    let (worker, open) = gated(&site, "Cache-Control: max-age=60\r\n");
    let mut all = clients(&site, 2);
    until("both ask", || worker.requests().len() == 2);
    open.store(true, SeqCst);
    assert!(all.iter_mut().all(|client| client.reply().text() == "ok"));
}

#[test]
fn a_client_that_goes_away_does_not_take_the_reply_with_it() {
    let site = threaded(Cache::default());
    let (worker, open) = gated(&site, "Cache-Control: max-age=60\r\n");
    let first = clients(&site, 1);
    until("it asks", || worker.requests().len() == 1);
    let mut all = clients(&site, 3);
    pause(100);
    drop(first);
    pause(100);
    open.store(true, SeqCst);
    assert!(all.iter_mut().all(|client| client.reply().text() == "ok"));
    assert_eq!(worker.requests().len(), 1);
    assert_eq!(get(&site, "").text(), "ok");
    assert_eq!(worker.requests().len(), 1);
}

/// The one who asked has had a part of the reply when it goes away.
#[test]
fn the_rest_of_a_reply_comes_without_its_client() {
    let site = threaded(Cache::default());
    let open = Arc::new(AtomicBool::new(false));
    let gate = open.clone();
    let worker = site.worker(move |conn: &mut Conn| {
        while conn.request().is_some() {
            conn.send(
                "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nCache-Control: max-age=60\r\n\r\nab",
            );
            until("the gate is open", || gate.load(SeqCst));
            conn.send("cd");
        }
    });
    let mut first = clients(&site, 1).pop().unwrap();
    assert_eq!(first.head().status, 200);
    assert_eq!(first.exactly(2), b"ab");
    let mut second = clients(&site, 1).pop().unwrap();
    pause(100);
    drop(first);
    pause(100);
    open.store(true, SeqCst);
    assert_eq!(second.reply().text(), "abcd");
    assert_eq!(worker.requests().len(), 1);
}

/// The worker of the one who asked dies: the next one asks, and the others wait for that.
#[test]
fn a_fetch_that_fails_is_not_everybodys_failure() {
    let site = threaded(Cache::default());
    let begun = Arc::new(AtomicBool::new(false));
    let first = begun.clone();
    let worker = site.worker(move |conn: &mut Conn| {
        while conn.request().is_some() {
            if !first.swap(true, SeqCst) {
                pause(200);
                conn.send(
                    "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nCache-Control: max-age=60\r\n\r\nab",
                );
                return;
            }
            conn.send(
                "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nCache-Control: max-age=60\r\n\r\nabcd",
            );
        }
    });
    let mut all = clients(&site, 1);
    until("it asks", || worker.requests().len() == 1);
    let mut others = clients(&site, 5);
    assert_eq!(all[0].head().status, 200);
    assert!(others.iter_mut().all(|client| client.reply().text() == "abcd"));
    assert_eq!(worker.requests().len(), 2);
}

#[test]
fn whose_reply_may_be_personal_does_not_keep_others_waiting() {
    let rules = Cache { keep_for: Some(Duration::from_secs(60)), ..Cache::default() };
    let site = caching(rules);
    let worker = site.worker(|conn: &mut Conn| {
        while let Some(head) = conn.request() {
            if head.contains("Cookie") {
                pause(1_000);
            }
            conn.reply("ok");
        }
    });
    let mut slow = site.client();
    slow.send("GET / HTTP/1.1\r\nHost: a\r\nCookie: a=b\r\n\r\n");
    until("it asks", || worker.requests().len() == 1);
    let begun = now();
    assert_eq!(get(&site, "").text(), "ok");
    assert!(begun.elapsed() < Duration::from_millis(700));
}

/// A reply that the app wants to be asked after each time, or that is stale at once, was made for who
/// asked: nobody who waited for it with another name may get it.
#[test]
fn who_says_who_they_are_gets_their_own_reply() {
    const LINES: [&str; 3] = [
        "Cache-Control: no-cache\r\nETag: \"x\"\r\n",
        "Cache-Control: max-age=0\r\nETag: \"x\"\r\n",
        "Cache-Control: max-age=0, must-revalidate\r\nETag: \"x\"\r\n",
    ];
    for lines in LINES {
        for name in ["Cookie: sid=", "Authorization: Bearer "] {
            let site = threaded(Cache::default());
            let worker = site.worker(move |conn: &mut Conn| {
                while let Some(head) = conn.request() {
                    pause(300);
                    let who = if head.contains("alice") { "alice" } else { "bob" };
                    let length = format!("Content-Length: {}\r\n", who.len());
                    conn.send(&format!("HTTP/1.1 200 OK\r\n{length}{lines}\r\n{who}"));
                }
            });
            let asks = |who: &str| {
                let mut client = site.client();
                client.send(&format!("GET / HTTP/1.1\r\nHost: a\r\n{name}{who}\r\n\r\n"));
                client
            };
            let mut alice = asks("alice");
            until("she asks", || worker.requests().len() == 1);
            let mut bob = asks("bob");
            assert_eq!(alice.reply().text(), "alice", "{lines} {name}");
            assert_eq!(bob.reply().text(), "bob", "{lines} {name}");
        }
    }
}

/// A fetch goes on without its client only as long as somebody waits for it.
#[test]
fn a_reply_that_nobody_wants_any_more_is_given_up() {
    let site = threaded(Cache::default());
    let worker = site.worker(|conn: &mut Conn| {
        conn.request();
        conn.send("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\n");
        conn.send("Transfer-Encoding: chunked\r\n\r\n");
        while conn.send("1\r\na\r\n") {
            pause(20);
        }
    });
    let mut all = clients(&site, 1);
    assert_eq!(all[0].head().status, 200);
    all.extend(clients(&site, 1));
    pause(100);
    all.remove(0);
    pause(300);
    assert_eq!(worker.in_flight(), 1, "somebody waits for it");
    drop(all);
    worker.until_idle();
}
