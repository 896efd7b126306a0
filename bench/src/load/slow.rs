//! Clients that hold connections by being slow: with their head, their body, or in reading the reply.

use super::source;
use anyhow::{Context, Result};
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::task::{JoinSet, LocalSet};

/// What a client is slow with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slowness {
    Head,
    Body,
    Read,
}

/// All three, in the order of the counts.
pub const SLOWNESSES: [Slowness; 3] = [Slowness::Head, Slowness::Body, Slowness::Read];

/// Slow clients at work, a third of each kind; who is dropped comes back. Dropping it ends them.
#[derive(Debug)]
pub struct Slow {
    counts: Arc<[Counts; 3]>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// Of one kind of slowness.
#[derive(Debug, Default)]
struct Counts {
    open: AtomicU64,
    dropped: AtomicU64,
    unconnected: AtomicU64,
    first: Mutex<Vec<String>>,
}

const FIRST_MAX: usize = 2;

/// Of one kind of slowness, at one moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Held {
    /// Connections open now.
    pub open: u64,
    /// Connections that the server has ended.
    pub dropped: u64,
    /// Connections that could not be opened.
    pub unconnected: u64,
}

/// Between two bytes sent, or two small reads.
const INTERVAL: Duration = Duration::from_secs(5);
/// All clients begin within this time.
const RAMP: Duration = Duration::from_secs(6);
const PAUSE: Duration = Duration::from_secs(1);
/// What the kernel holds for a slow reader.
const RECEIVE_BUFFER: u32 = 4096;

impl Slow {
    /// `count` clients of `address`; slow readers ask for `big`.
    pub fn start(address: SocketAddr, count: usize, big: &str) -> Result<Self> {
        let (counts, stop) = (Arc::<[Counts; 3]>::default(), Arc::new(AtomicBool::new(false)));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .context("cannot start the slow clients")?;
        let (mine, ended, big) = (Arc::clone(&counts), stop.clone(), big.to_owned());
        let work = move || {
            LocalSet::new().block_on(&runtime, async {
                let mut clients = JoinSet::new();
                for number in 0..count {
                    let delay = RAMP.mul_f64(number as f64 / count as f64);
                    clients.spawn_local(client(address, number, delay, big.clone(), mine.clone()));
                }
                while !ended.load(Relaxed) {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            });
        };
        let thread = std::thread::Builder::new().name("slow".into()).spawn(work);
        Ok(Slow { counts, stop, thread: Some(thread.context("cannot start the slow clients")?) })
    }

    /// What has become of them, in the order of [`SLOWNESSES`].
    pub fn held(&self) -> [Held; 3] {
        std::array::from_fn(|at| {
            let counts = self.counts.get(at);
            let read =
                |what: fn(&Counts) -> &AtomicU64| counts.map_or(0, |one| what(one).load(Relaxed));
            Held {
                open: read(|one| &one.open),
                dropped: read(|one| &one.dropped),
                unconnected: read(|one| &one.unconnected),
            }
        })
    }

    /// How many connections are open now.
    pub fn open(&self) -> u64 {
        self.held().iter().map(|held| held.open).sum()
    }

    /// How the first few were ended, for people.
    pub fn first_ends(&self) -> Vec<String> {
        let ends = |one: &Counts| one.first.lock().unwrap_or_else(PoisonError::into_inner).clone();
        self.counts.iter().flat_map(ends).collect()
    }
}

impl Drop for Slow {
    fn drop(&mut self) {
        self.stop.store(true, Relaxed);
        if let Some(thread) = self.thread.take() {
            // It panics only by a bug of ours, which was printed.
            let _ = thread.join();
        }
    }
}

async fn client(
    address: SocketAddr,
    number: usize,
    delay: Duration,
    big: String,
    counts: Arc<[Counts; 3]>,
) {
    let at = number % SLOWNESSES.len();
    let (Some(slowness), Some(counts)) = (SLOWNESSES.get(at), counts.get(at)) else { return };
    tokio::time::sleep(delay).await;
    let buffer = (*slowness == Slowness::Read).then_some(RECEIVE_BUFFER);
    loop {
        let Ok(stream) = source::connect(address, source::of(number), buffer).await else {
            counts.unconnected.fetch_add(1, Relaxed);
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        counts.open.fetch_add(1, Relaxed);
        let began = base::clock::now();
        let last = hold(stream, *slowness, &big).await;
        counts.note(*slowness, &last, began.elapsed());
        counts.open.fetch_sub(1, Relaxed);
        counts.dropped.fetch_add(1, Relaxed);
        tokio::time::sleep(PAUSE).await;
    }
}

impl Counts {
    fn note(&self, slowness: Slowness, last: &[u8], after: Duration) {
        let mut first = self.first.lock().unwrap_or_else(PoisonError::into_inner);
        if first.len() < FIRST_MAX {
            let text = String::from_utf8_lossy(last);
            let line = text.lines().next().unwrap_or_default().to_owned();
            first.push(format!("slow {slowness:?} ended after {after:.1?}: {line:?}"));
        }
    }
}

/// Go on until the server ends the connection; the first bytes of what it said.
async fn hold(mut stream: TcpStream, slowness: Slowness, big: &str) -> Vec<u8> {
    let head = match slowness {
        Slowness::Head => "GET / HTTP/1.1\r\nHost: slow\r\nX-Slow: ".to_owned(),
        Slowness::Body => {
            "POST / HTTP/1.1\r\nHost: slow\r\nContent-Length: 1000000\r\n\r\n".to_owned()
        }
        Slowness::Read => format!("GET {big} HTTP/1.1\r\nHost: slow\r\n\r\n"),
    };
    let mut said = Vec::new();
    if stream.write_all(head.as_bytes()).await.is_err() {
        return said;
    }
    loop {
        if slowness == Slowness::Read {
            tokio::time::sleep(INTERVAL).await;
        } else if tokio::time::timeout(INTERVAL, stream.readable()).await.is_err() {
            // Nothing was said.
            if stream.write_all(b"a").await.is_err() {
                return said;
            }
            continue;
        }
        let mut bytes = [0; 512];
        match stream.try_read(&mut bytes) {
            Ok(length @ 1..) if said.is_empty() => {
                said.extend_from_slice(bytes.get(..length).unwrap_or_default());
            }
            Ok(1..) => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Ok(0) | Err(_) => return said,
        }
    }
}
