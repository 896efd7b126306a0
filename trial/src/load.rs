//! Steady load from threads, every failure kept.

use crate::Connection;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

/// Load that runs until it is stopped.
#[derive(Debug)]
pub struct Load {
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<Outcome>>,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Requests answered with 200.
    pub answered: u64,
    /// Everything else: the status, or the error.
    pub failures: Vec<String>,
}

/// How connections are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// One connection for many requests.
    KeepAlive,
    /// A new connection for each request.
    Fresh,
}

impl Load {
    /// Begin: `clients` threads, each with one request at a time.
    pub fn start(address: SocketAddr, path: &'static str, clients: u32, manner: Manner) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let threads = (0..clients).map(|_| {
            let stop = Arc::clone(&stop);
            std::thread::spawn(move || client(address, path, manner, &stop))
        });
        let threads = threads.collect();
        Load { stop, threads }
    }

    /// End, and tell what came of it.
    pub fn finish(self) -> Outcome {
        self.stop.store(true, Ordering::Relaxed);
        let mut total = Outcome::default();
        for thread in self.threads {
            let outcome = thread.join().unwrap_or_default();
            total.answered += outcome.answered;
            total.failures.extend(outcome.failures);
        }
        total
    }
}

fn client(address: SocketAddr, path: &str, manner: Manner, stop: &AtomicBool) -> Outcome {
    let mut outcome = Outcome::default();
    let mut connection: Option<Connection> = None;
    while !stop.load(Ordering::Relaxed) {
        let result = match connection.take() {
            Some(connection) => Ok(connection),
            None => Connection::open(address),
        };
        let result =
            result.and_then(|mut open| open.request("GET", path, "").map(|reply| (open, reply)));
        match result {
            Ok((open, reply)) if reply.status == 200 => {
                outcome.answered += 1;
                let closing = reply.header("connection") == Some("close");
                connection = (manner == Manner::KeepAlive && !closing).then_some(open);
            }
            Ok((_, reply)) => outcome.failures.push(format!("{}: {}", reply.status, reply.body)),
            Err(error) => outcome.failures.push(error.to_string()),
        }
    }
    outcome
}
