//! The end of the edge.

use crate::site::{Site, until};
use crate::worker::pause;
use base::clock::now;
use edge::Drained;
use std::net::TcpStream;
use std::time::Duration;

#[test]
fn requests_finish_and_idle_connections_close() {
    let site = Site::new();
    let worker = site.worker(|conn| {
        while let Some(head) = conn.request() {
            if head.contains("/slow") {
                pause(400);
            }
            conn.reply("done");
        }
    });
    let mut idle = site.client();
    idle.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_eq!(idle.reply().status, 200);
    let mut busy = site.client();
    busy.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
    until("the worker has it", || !worker.requests().is_empty());
    let address = site.address;
    let drained = std::thread::scope(|scope| {
        let draining = scope.spawn(|| site.drain());
        assert!(idle.closed());
        let reply = busy.reply();
        assert_eq!((reply.text().as_str(), reply.header("connection")), ("done", Some("close")));
        assert!(busy.closed());
        draining.join().unwrap()
    });
    assert_eq!(drained, Drained { finished: 2, cut: 0 });
    assert!(TcpStream::connect(address).is_err(), "the port is free");
    assert_eq!(site.drain(), Drained::default(), "a second drain finds nothing");
}

#[test]
fn what_does_not_finish_is_cut_at_the_limit() {
    let site = Site::with_limits(|limits| limits.drain_timeout = Duration::from_millis(300));
    let worker = site.worker(|conn| {
        conn.request();
        conn.closed();
    });
    let mut client = site.client();
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    until("the worker has it", || !worker.requests().is_empty());
    let begin = now();
    assert_eq!(site.drain(), Drained { finished: 0, cut: 1 });
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
    assert!(client.closed());
    worker.until_idle();
}

/// Clients that stand in the listener's queue when the end is announced are served.
#[test]
fn the_listeners_queue_is_emptied() {
    for _ in 0..20 {
        let site = Site::new();
        let _worker = site.worker_saying("ok");
        let mut clients: Vec<_> = (0..10).map(|_| site.client()).collect();
        clients.iter_mut().for_each(|client| client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
        std::thread::scope(|scope| {
            scope.spawn(|| site.drain());
            clients.iter_mut().for_each(|client| assert_eq!(client.reply().status, 200));
        });
    }
}

/// A request may still be on its way when its connection is accepted at the last moment.
#[test]
fn a_new_connection_may_send_its_first_request_during_the_drain() {
    let site = Site::new();
    let _worker = site.worker_saying("ok");
    let mut client = site.client();
    until("it is accepted", || site.metric("ostler_edge_connections") == 1);
    std::thread::scope(|scope| {
        scope.spawn(|| site.drain());
        pause(200);
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        let reply = client.reply();
        assert_eq!((reply.status, reply.header("connection")), (200, Some("close")));
        let begin = now();
        assert!(client.closed() && begin.elapsed() < Duration::from_secs(1));
    });
}

#[test]
fn sockets_can_be_handed_over() {
    let site = Site::new();
    let _worker = site.worker_saying("old");
    let inherited = site.edge.duplicates().unwrap().into_iter().map(Into::into).collect();
    let mut settings = crate::site::settings();
    settings.listen = vec![site.address];
    let listeners = edge::listen::bind(&settings, inherited).unwrap();
    site.drain();
    // Nobody accepts now, and nobody is refused.
    let mut client = site.client();
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    let new = {
        let (routes, apps, upstreams) = (Vec::new(), Vec::new(), Vec::new());
        let setup = edge::Setup {
            edge: settings.clone(),
            routes,
            apps,
            upstreams,
            access: None,
            cache: edge::CacheFolder::default(),
            store: None,
        };
        edge::start(listeners, &setup).unwrap()
    };
    assert_eq!(client.reply().status, 404);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    drop(client);
    runtime.block_on(new.drain());
}
