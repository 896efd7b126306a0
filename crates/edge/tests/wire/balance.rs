//! Every policy, the cookie that keeps a client at its worker, and workers that are left out.

use crate::client::Reply;
use crate::site::{Site, settings, until};
use crate::worker::{Conn, Worker, pause};
use config::{Balance, HashKey, Policy, Sticky};
use model::Intake;
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

const GET: &str = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

fn by(policy: Policy) -> Balance {
    Balance { policy, ..Balance::default() }
}

fn hashed(key: HashKey) -> Balance {
    by(Policy::Hash(key))
}

fn sticky() -> Balance {
    Balance { sticky: Some(Sticky { cookie: "at".to_owned() }), ..Balance::default() }
}

/// `count` workers that say their name.
fn named(site: &Site, count: usize) -> Vec<Worker> {
    ["a", "b", "c", "d"][..count].iter().map(|name| site.worker_saying(name)).collect()
}

fn ask(site: &Site, path: &str, headers: &str) -> Reply {
    let mut client = site.client();
    client.send(&format!("GET {path} HTTP/1.1\r\nHost: a\r\n{headers}\r\n"));
    client.reply()
}

fn served(workers: &[Worker]) -> Vec<usize> {
    workers.iter().map(|worker| worker.requests().len()).collect()
}

#[test]
fn round_robin_takes_turns_however_busy_they_are() {
    let site = Site::balanced(settings(), by(Policy::RoundRobin));
    let workers = [(); 3].map(|()| {
        site.worker(|conn| {
            while let Some(head) = conn.request() {
                pause(if head.contains("/slow") { 500 } else { 0 });
                conn.reply("ok");
            }
        })
    });
    let mut slow = site.client();
    slow.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
    until("one has it", || workers.iter().any(|worker| worker.in_flight() == 1));
    for _ in 0..8 {
        ask(&site, "/", "");
    }
    assert_eq!(served(&workers), [3, 3, 3]);
    assert_eq!(slow.reply().status, 200);
}

#[test]
fn two_choices_prefers_the_idle_and_uses_all() {
    let site = Site::balanced(settings(), by(Policy::TwoChoices));
    let workers = named(&site, 4);
    for _ in 0..100 {
        assert_eq!(site.get("/").0, 200);
    }
    let served = served(&workers);
    assert!(served.iter().all(|count| *count > 5), "{served:?}");
}

/// Asks for twelve keys four times each; returns how many workers they are spread over.
fn check_keys(key: HashKey, ask: impl Fn(&Site, usize) -> Reply) -> usize {
    let site = Site::balanced(settings(), hashed(key));
    let _workers = named(&site, 4);
    let mut used = HashSet::new();
    for key in 0..12 {
        let first = ask(&site, key).text();
        for _ in 0..3 {
            assert_eq!(ask(&site, key).text(), first);
        }
        used.insert(first);
    }
    used.len()
}

#[test]
fn a_key_stays_with_its_worker() {
    let used = check_keys(HashKey::Header("x-user".to_owned()), |site, key| {
        ask(site, "/", &format!("X-User: u{key}\r\n"))
    });
    assert!(used >= 3, "{used}");
    let used = check_keys(HashKey::Cookie("sid".to_owned()), |site, key| {
        ask(site, "/", &format!("Cookie: x=1; sid=u{key}\r\n"))
    });
    assert!(used >= 3, "{used}");
    let query = AtomicUsize::new(0);
    let used = check_keys(HashKey::Path, |site, key| {
        ask(site, &format!("/p{key}?q={}", query.fetch_add(1, SeqCst)), "")
    });
    assert!(used >= 3, "{used}");
    // All these come from one address: who may say otherwise is not among them.
    let used = check_keys(HashKey::Client, |site, key| {
        ask(site, "/", &format!("X-Forwarded-For: 10.0.0.{key}\r\n"))
    });
    assert_eq!(used, 1);
}

#[test]
fn keys_of_a_worker_that_goes_move_and_come_back() {
    let site = Site::balanced(settings(), hashed(HashKey::Path));
    let workers = named(&site, 4);
    let by_path = || (0..12).map(|key| ask(&site, &format!("/p{key}"), "").text());
    let before: Vec<_> = by_path().collect();
    let gone = workers.iter().find(|worker| !worker.requests().is_empty()).unwrap();
    site.intake(gone, Intake::Draining);
    let without: Vec<_> = by_path().collect();
    site.intake(gone, Intake::Open);
    let moved: HashSet<_> =
        before.iter().zip(&without).filter(|(old, new)| old != new).map(|(old, _)| old).collect();
    assert_eq!(moved.len(), 1, "only those of the one that went: {before:?} {without:?}");
    assert_eq!(by_path().collect::<Vec<_>>(), before);
}

#[test]
fn a_reload_changes_the_policy_and_keeps_what_is_known() {
    let mut site = Site::balanced(settings(), sticky());
    let workers = named(&site, 2);
    let own = cookie(&ask(&site, "/", "")).unwrap();
    site.apply_balance(by(Policy::RoundRobin));
    until("cookies are set no more", || cookie(&ask(&site, "/", "")).is_none());
    let before = served(&workers);
    (0..10).for_each(|_| assert_eq!(ask(&site, "/", &own).status, 200));
    let after = served(&workers);
    assert_eq!((after[0] - before[0], after[1] - before[1]), (5, 5));
    site.apply_balance(sticky());
    until("cookies are set again", || cookie(&ask(&site, "/", "")).is_some());
    assert_eq!(cookie(&ask(&site, "/", &own)), None, "the old cookie is still good");
}

#[test]
fn clients_behind_a_trusted_proxy_are_told_apart() {
    let mut settings = settings();
    settings.trusted_proxies = vec![("127.0.0.0".parse().unwrap(), 8)];
    let site = Site::balanced(settings, hashed(HashKey::Client));
    let _workers = named(&site, 4);
    let of = |chain: &str| ask(&site, "/", &format!("X-Forwarded-For: {chain}\r\n")).text();
    let used: HashSet<_> = (0..16).map(|last| of(&format!("10.0.0.{last}"))).collect();
    assert!(used.len() >= 3, "{used:?}");
    for last in 0..8 {
        // What stands left of the client may be anything; right of it are trusted proxies.
        let client = of(&format!("10.0.0.{last}"));
        assert_eq!(of(&format!("6.6.6.6, 10.0.0.{last}, 127.0.0.9")), client);
    }
}

#[test]
fn a_request_without_its_key_goes_to_the_least_busy() {
    let site = Site::balanced(settings(), hashed(HashKey::Header("x-user".to_owned())));
    let workers = named(&site, 2);
    for _ in 0..10 {
        ask(&site, "/", "");
    }
    assert_eq!(served(&workers), [5, 5]);
}

/// The edge's own cookie in a reply, as a client would send it.
fn cookie(reply: &Reply) -> Option<String> {
    let value = reply.header("set-cookie")?;
    let (pair, rest) = value.split_once("; ").unwrap();
    assert_eq!(rest, "Path=/; HttpOnly; SameSite=Lax");
    let token = pair.strip_prefix("at=").unwrap();
    assert!(token.len() == 16 && token.bytes().all(|byte| byte.is_ascii_hexdigit()), "{token}");
    Some(format!("Cookie: other=1; {pair}\r\n"))
}

#[test]
fn a_cookie_keeps_a_client_at_its_worker() {
    let site = Site::balanced(settings(), sticky());
    let workers = named(&site, 3);
    let mut seen = HashSet::new();
    for _ in 0..6 {
        let first = ask(&site, "/", "");
        let cookie = cookie(&first).unwrap();
        seen.insert(cookie.clone());
        for _ in 0..4 {
            let again = ask(&site, "/", &cookie);
            assert_eq!((again.text(), again.header("set-cookie")), (first.text(), None));
        }
    }
    assert_eq!(seen.len(), 3, "each worker has one token");
    assert_eq!(served(&workers), [10, 10, 10]);
    // A cookie of nobody, or of another's making, counts as none.
    for bad in ["at=0123456789abcdef", "at=", "at=../../w0.sock", "at=1"] {
        assert!(cookie(&ask(&site, "/", &format!("Cookie: {bad}\r\n"))).is_some(), "{bad}");
    }
}

#[test]
fn a_cookie_reaches_no_worker_that_takes_nothing_new() {
    let site = Site::balanced(settings(), sticky());
    let first = site.worker_saying("first");
    let old = cookie(&ask(&site, "/", "")).unwrap();
    let _second = site.worker_saying("second");
    for intake in [Intake::Draining, Intake::Closing, Intake::Cut] {
        site.intake(&first, intake);
        let reply = ask(&site, "/", &old);
        assert_eq!(reply.text(), "second");
        let new = cookie(&reply).unwrap();
        assert_ne!(new, old);
        assert_eq!(ask(&site, "/", &new).header("set-cookie"), None);
    }
    site.remove(&first);
    assert_eq!(ask(&site, "/", &old).text(), "second");
}

#[test]
fn a_cookie_yields_when_its_worker_is_full_or_fails() {
    let mut settings = settings();
    settings.limits.in_flight_max = 1;
    let site = Site::balanced(settings, sticky());
    let busy = site.worker(|conn| {
        while let Some(head) = conn.request() {
            pause(if head.contains("/slow") { 500 } else { 0 });
            conn.reply("busy");
        }
    });
    let own = cookie(&ask(&site, "/", "")).unwrap();
    let _other = site.worker_saying("other");
    let mut slow = site.client();
    slow.send(&format!("GET /slow HTTP/1.1\r\nHost: a\r\n{own}\r\n"));
    until("it is full", || busy.in_flight() == 1);
    let reply = ask(&site, "/", &own);
    assert_eq!(reply.text(), "other");
    assert!(cookie(&reply).is_some());
    assert_eq!(slow.reply().text(), "busy");
    busy.kill();
    let reply = ask(&site, "/", &own);
    assert_eq!((reply.text().as_str(), cookie(&reply).is_some()), ("other", true));
}

#[test]
fn a_cookie_is_secure_when_the_client_came_by_tls() {
    let mut settings = settings();
    settings.trusted_proxies = vec![("127.0.0.0".parse().unwrap(), 8)];
    let site = Site::balanced(settings, sticky());
    let _worker = site.worker_saying("ok");
    let secure = |headers| {
        let reply = ask(&site, "/", headers);
        reply.header("set-cookie").unwrap().ends_with("; Secure")
    };
    assert!(secure("X-Forwarded-Proto: https\r\n"));
    assert!(!secure("X-Forwarded-Proto: http\r\n") && !secure(""));
}

#[test]
fn the_cookie_comes_with_an_upgrade_and_never_with_an_interim_reply() {
    let site = Site::balanced(settings(), sticky());
    let _worker = site.worker(|conn| {
        let head = conn.request().unwrap();
        if head.contains("Upgrade:") {
            conn.send(
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n",
            );
            conn.closed();
        } else {
            conn.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
            conn.reply("ok");
        }
    });
    let mut client = site.client();
    client.send(GET);
    assert_eq!(client.head().header("set-cookie"), None);
    assert!(cookie(&client.reply()).is_some());
    let mut client = site.client();
    client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n");
    let reply = client.head();
    assert_eq!(reply.status, 101);
    assert!(cookie(&reply).is_some());
}

/// Answers with 503 at once as long as `ill` says so.
fn failing(ill: Arc<AtomicBool>) -> impl Fn(&mut Conn) + Send + Sync + 'static {
    move |conn| {
        while conn.request().is_some() {
            if ill.load(SeqCst) {
                conn.send("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
            } else {
                conn.reply("well");
            }
        }
    }
}

/// Eight clients at once for a while; returns how many requests there were.
fn load(site: &Site, time: Duration) -> usize {
    let (stop, count) = (AtomicBool::new(false), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let mut client = site.client();
                while !stop.load(SeqCst) {
                    client.send(GET);
                    client.reply();
                    count.fetch_add(1, SeqCst);
                }
            });
        }
        std::thread::sleep(time);
        stop.store(true, SeqCst);
    });
    count.load(SeqCst)
}

#[test]
fn a_worker_that_answers_503_at_once_gets_less_than_two_percent() {
    for eject in [true, false] {
        let mut settings = settings();
        settings.threads = 2;
        let site = Site::balanced(settings, Balance { eject, ..Balance::default() });
        let bad = site.worker(failing(Arc::new(AtomicBool::new(true))));
        let _good = [(); 3].map(|()| {
            site.worker(|conn| {
                while conn.request().is_some() {
                    pause(3);
                    conn.reply("good");
                }
            })
        });
        let all = load(&site, Duration::from_secs(4));
        let share = bad.requests().len() as f64 / all as f64;
        assert!(share < 0.02, "eject {eject}: {} of {all}", bad.requests().len());
        assert_eq!(site.metric("ostler_edge_ejected{app=\"web\"}"), u64::from(eject));
        assert_eq!(site.metric("ostler_edge_ejections_total{app=\"web\"}"), u64::from(eject));
    }
}

#[test]
fn a_worker_that_was_left_out_is_tried_again() {
    let site = Site::new();
    let ill = Arc::new(AtomicBool::new(true));
    let bad = site.worker(failing(ill.clone()));
    let _good = [(); 2].map(|()| site.worker_saying("good"));
    let ejected = || site.metric("ostler_edge_ejected{app=\"web\"}");
    until("it is out", || {
        site.get("/");
        ejected() == 1
    });
    let had = bad.requests().len();
    for _ in 0..50 {
        assert_eq!(site.get("/").1, "good");
    }
    assert_eq!(bad.requests().len(), had);
    ill.store(false, SeqCst);
    // It is out for 30 s, give or take a tenth.
    let begin = base::clock::now();
    while ejected() == 1 {
        assert!(begin.elapsed() < Duration::from_secs(40));
        assert_eq!(site.get("/").0, 200);
        pause(100);
    }
    assert!(begin.elapsed() > Duration::from_secs(20), "{:?}", begin.elapsed());
    until("it serves again", || site.get("/").1 == "well");
    assert_eq!(site.metric("ostler_edge_ejections_total{app=\"web\"}"), 1);
}

#[test]
fn a_single_worker_is_never_left_out() {
    let site = Site::new();
    let bad = site.worker(failing(Arc::new(AtomicBool::new(true))));
    for _ in 0..20 {
        assert_eq!(site.get("/").0, 503);
    }
    assert_eq!(bad.requests().len(), 20);
    assert_eq!(site.metric("ostler_edge_ejected{app=\"web\"}"), 0);
}

#[test]
fn a_new_worker_gets_little_at_first() {
    let balance = Balance { slow_start: Duration::from_secs(3), ..Balance::default() };
    let site = Site::balanced(settings(), balance);
    let _old = site.worker_saying("old");
    for _ in 0..10 {
        assert_eq!(site.get("/").1, "old", "new itself, but alone");
    }
    pause(3_200);
    let new = site.worker_saying("new");
    let served = |count: usize| {
        let before = new.requests().len();
        (0..count).for_each(|_| assert_eq!(site.get("/").0, 200));
        new.requests().len() - before
    };
    let few = served(60);
    assert!(few < 20, "{few} of 60");
    pause(3_200);
    let half = served(40);
    assert!((15..=25).contains(&half), "{half} of 40");
}
