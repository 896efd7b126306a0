//! Workers that are reached over TCP: commands that are no Node program.

use crate::site::{Site, until};
use model::{Endpoint, Intake, Load, Member, WorkerId};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

/// Requests answered and connections closed.
#[derive(Default)]
struct Counts {
    served: AtomicUsize,
    ended: AtomicUsize,
}

/// Answers `per_connection` requests without a body on each connection, then closes it.
fn worker(site: &Site, per_connection: usize) -> (Arc<Counts>, Arc<Load>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (counts, load) = (Arc::<Counts>::default(), Arc::<Load>::default());
    site.add_member(Member {
        worker: WorkerId(900),
        number: 0,
        endpoint: Endpoint::Tcp(listener.local_addr().unwrap()),
        http2: false,
        intake: Intake::Open,
        load: load.clone(),
    });
    let shared = counts.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (stream, counts) = (stream.unwrap(), shared.clone());
            std::thread::spawn(move || {
                serve(stream, per_connection, &counts);
                counts.ended.fetch_add(1, SeqCst);
            });
        }
    });
    (counts, load)
}

fn serve(mut stream: TcpStream, requests: usize, counts: &Counts) {
    let mut head = Vec::new();
    for _ in 0..requests {
        head.clear();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            match stream.read(&mut byte) {
                Ok(1) => head.push(byte[0]),
                _ => return,
            }
        }
        counts.served.fetch_add(1, SeqCst);
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").unwrap();
    }
}

#[test]
fn requests_reach_it() {
    let site = Site::new();
    let (counts, load) = worker(&site, usize::MAX);
    let mut client = site.client();
    for _ in 0..10 {
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        assert_eq!(client.reply().text(), "ok");
    }
    assert_eq!(counts.served.load(SeqCst), 10);
    until("no request in flight", || load.in_flight.load(SeqCst) == 0);
}

/// A write to a TCP connection that the other side has closed succeeds, so it is looked at first.
#[test]
fn a_post_is_not_sent_on_a_connection_that_has_ended() {
    let site = Site::new();
    let (counts, _) = worker(&site, 1);
    let mut client = site.client();
    for round in 1..=50 {
        client.send("POST / HTTP/1.1\r\nHost: a\r\n\r\n");
        assert_eq!(client.reply().text(), "ok");
        until("the worker has closed", || counts.ended.load(SeqCst) == round);
    }
    assert_eq!(counts.served.load(SeqCst), 50);
}

#[test]
fn a_port_where_nobody_listens_is_a_502() {
    let site =
        Site::with_limits(|limits| limits.wait_timeout = std::time::Duration::from_millis(300));
    // Bound, so that nobody else gets the port, but not listening.
    let silent = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    silent.bind(&std::net::SocketAddr::from(([127, 0, 0, 1], 0)).into()).unwrap();
    let address = silent.local_addr().unwrap().as_socket().unwrap();
    let load = Arc::<Load>::default();
    site.add_member(Member {
        worker: WorkerId(901),
        number: 0,
        endpoint: Endpoint::Tcp(address),
        http2: false,
        intake: Intake::Open,
        load: load.clone(),
    });
    let (status, body) = site.get("/");
    assert!(status == 502 && body.contains("accepts no connections"), "{status} {body}");
    assert!((1..20).contains(&load.connect_failures.load(SeqCst)));
}
