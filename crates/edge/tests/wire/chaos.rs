//! Workers die and are replaced under load: no idempotent request fails, none other is sent twice.

use crate::client::Client;
use crate::site::{Site, until};
use crate::worker::{Conn, Worker, pause};
use base::clock::now;
use base::random::Random;
use model::Intake;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const CLIENTS: usize = 8;

/// Counts, by path, how often a POST was carried out.
type Done = Arc<Mutex<HashMap<String, u32>>>;

fn serve(done: Done) -> impl Fn(&mut Conn) + Send + Sync + 'static {
    move |conn| {
        while let Some(head) = conn.request() {
            let path = head.split(' ').nth(1).unwrap().to_owned();
            if head.starts_with("POST") {
                *done.lock().unwrap().entry(path.clone()).or_default() += 1;
            }
            pause(u64::from(path.ends_with('7')));
            if !conn.reply(&path) {
                break;
            }
        }
    }
}

/// Sends requests until told to stop; returns how many GETs and POSTs it sent.
fn load(
    address: SocketAddr,
    number: usize,
    answered: &AtomicUsize,
    stop: &AtomicBool,
) -> (u32, u32) {
    let mut random = Random::new(number as u64);
    let (mut gets, mut posts) = (0, 0);
    let mut client = Client::connect(address);
    while !stop.load(SeqCst) {
        let post = random.below(4) == 0;
        let path = format!("/{number}/{}", gets + posts);
        let method = if post { "POST" } else { "GET" };
        client.send(&format!("{method} {path} HTTP/1.1\r\nHost: a\r\n\r\n"));
        let reply = client.reply();
        answered.fetch_add(1, SeqCst);
        if post {
            posts += 1;
            assert!([200, 502].contains(&reply.status), "{}", reply.text());
        } else {
            gets += 1;
            assert_eq!((reply.status, reply.text().as_str()), (200, path.as_str()));
        }
        if random.below(20) == 0 {
            client = Client::connect(address);
        }
    }
    (gets, posts)
}

/// Replace the workers one by one, by `end`, for a while under load.
fn run(threads: u32, end: impl Fn(&Site, &Worker)) {
    let mut settings = crate::site::settings();
    settings.threads = threads;
    let site = Site::with(settings);
    let done = Done::default();
    let mut workers: Vec<_> = (0..3).map(|_| site.worker(serve(done.clone()))).collect();
    let stop = AtomicBool::new(false);
    let answered: [AtomicUsize; CLIENTS] = Default::default();
    let (gets, posts) = std::thread::scope(|scope| {
        let (address, stop) = (site.address, &stop);
        let clients = answered.iter().enumerate();
        let clients = clients
            .map(|(number, count)| scope.spawn(move || load(address, number, count, stop)))
            .collect::<Vec<_>>();
        let begin = now();
        let mut ended: Vec<Worker> = Vec::new();
        while begin.elapsed() < Duration::from_secs(3) {
            // A request is given to a second worker, not to a third: let every client get an answer
            // before the next worker dies, however slow this machine is.
            let before = answered.each_ref().map(|count| count.load(SeqCst));
            pause(20);
            until("every client is answered", || {
                answered.iter().zip(before).all(|(count, old)| count.load(SeqCst) > old + 1)
            });
            workers.push(site.worker(serve(done.clone())));
            let old = workers.remove(0);
            end(&site, &old);
            ended.push(old);
        }
        stop.store(true, SeqCst);
        let sums = clients.into_iter().map(|client| client.join().unwrap());
        let sums = sums.fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        ended.iter().chain(&workers).for_each(Worker::until_idle);
        sums
    });
    assert!(gets > 500 && posts > 100, "{gets} {posts}");
    let done = done.lock().unwrap();
    assert!(done.values().all(|count| *count == 1), "a POST was carried out twice");
}

#[test]
fn killed_workers_cost_no_idempotent_request() {
    run(2, |site, worker| {
        worker.kill();
        // Supervise needs a moment to notice.
        pause(5);
        site.remove(worker);
    });
}

#[test]
fn replaced_workers_cost_no_request_at_all() {
    run(1, |site, worker| {
        site.intake(worker, Intake::Draining);
        worker.until_idle();
        worker.kill();
        site.remove(worker);
    });
}
