//! A server that logs and metrics are sent to: it keeps what it gets, and fails when it is told to.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU16, Ordering::SeqCst};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// An HTTP server on a port of its own.
#[derive(Debug)]
pub struct Target(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    address: SocketAddr,
    status: AtomicU16,
    answer: Mutex<String>,
    got: Mutex<Vec<Request>>,
    ended: AtomicBool,
}

/// A request that was answered with 2xx.
#[derive(Debug, Clone)]
pub struct Request {
    /// Its request line and headers, in lower case.
    pub head: String,
    /// Its body, as it came.
    pub body: Vec<u8>,
}

impl Target {
    /// A server that answers with 200 and this body.
    pub fn start(answer: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let inner = Arc::new(Inner {
            address: listener.local_addr().expect("its address"),
            status: AtomicU16::new(200),
            answer: Mutex::new(answer.into()),
            got: Mutex::default(),
            ended: AtomicBool::new(false),
        });
        let target = Target(Arc::clone(&inner));
        thread::spawn(move || {
            for stream in listener.incoming().flatten().take_while(|_| !inner.ended.load(SeqCst)) {
                let inner = Arc::clone(&inner);
                thread::spawn(move || while serve(&stream, &inner).is_some() {});
            }
        });
        target
    }

    /// Its address.
    pub fn address(&self) -> SocketAddr {
        self.0.address
    }

    /// Answer with this status from now on.
    pub fn answers(&self, status: u16) {
        self.0.status.store(status, SeqCst);
    }

    /// What it got so far.
    pub fn got(&self) -> Vec<Request> {
        self.0.got.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        self.0.ended.store(true, SeqCst);
        let _ = TcpStream::connect(self.0.address);
    }
}

fn serve(mut stream: &TcpStream, inner: &Inner) -> Option<()> {
    let mut read = Vec::new();
    let end = loop {
        if let Some(at) = read.windows(4).position(|four| four == b"\r\n\r\n") {
            break at + 4;
        }
        let mut buffer = [0; 8192];
        let count = stream.read(&mut buffer).ok().filter(|count| *count > 0)?;
        read.extend_from_slice(buffer.get(..count)?);
    };
    let mut body = read.split_off(end);
    let head = String::from_utf8_lossy(&read).to_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "))?;
    let mut rest = vec![0; length.parse::<usize>().ok()? - body.len()];
    stream.read_exact(&mut rest).ok()?;
    body.extend(rest);
    let status = inner.status.load(SeqCst);
    // Noted first: who sees the answer may look at once.
    if status < 300 {
        inner.got.lock().unwrap_or_else(PoisonError::into_inner).push(Request { head, body });
    }
    let answer = inner.answer.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let length = answer.len();
    write!(stream, "HTTP/1.1 {status} X\r\ncontent-length: {length}\r\n\r\n{answer}").ok()
}
