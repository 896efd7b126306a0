//! A worker that does what a test says.

use crate::site::{SOON, until};
use model::{Endpoint, Intake, Load, Member, WorkerId};
use std::collections::HashMap;
use std::io::{Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub struct Worker {
    pub id: WorkerId,
    pub load: Arc<Load>,
    shared: Arc<Shared>,
    path: PathBuf,
}

struct Shared {
    dead: AtomicBool,
    requests: Mutex<Vec<String>>,
    /// Duplicates of the open connections, by number, to break them from outside.
    open: Mutex<HashMap<usize, UnixStream>>,
    accepted: AtomicUsize,
}

/// One connection from the edge.
pub struct Conn {
    pub stream: UnixStream,
    buffer: Vec<u8>,
    shared: Arc<Shared>,
}

impl Worker {
    pub fn start(folder: &Path, script: impl Fn(&mut Conn) + Send + Sync + 'static) -> Worker {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let id = WorkerId(NEXT.fetch_add(1, SeqCst));
        let path = folder.join(format!("w{id}.sock"));
        let listener = UnixListener::bind(&path).unwrap();
        let shared = Arc::new(Shared {
            dead: AtomicBool::new(false),
            requests: Mutex::default(),
            open: Mutex::default(),
            accepted: AtomicUsize::new(0),
        });
        let (of_thread, script) = (shared.clone(), Arc::new(script));
        std::thread::spawn(move || {
            while let Ok((stream, _)) = listener.accept() {
                if of_thread.dead.load(SeqCst) {
                    break;
                }
                stream.set_read_timeout(Some(SOON)).unwrap();
                stream.set_write_timeout(Some(SOON)).unwrap();
                let number = of_thread.accepted.fetch_add(1, SeqCst);
                of_thread.open.lock().unwrap().insert(number, stream.try_clone().unwrap());
                let shared = of_thread.clone();
                let mut conn = Conn { stream, buffer: Vec::new(), shared };
                let script = script.clone();
                std::thread::spawn(move || {
                    script(&mut conn);
                    // With both duplicates gone it is closed as a process would.
                    conn.shared.open.lock().unwrap().remove(&number);
                });
            }
        });
        Worker { id, load: Arc::default(), shared, path }
    }

    pub fn member(&self) -> Member {
        Member {
            worker: self.id,
            number: self.id.0 as u32,
            endpoint: Endpoint::Unix(self.path.clone().into()),
            http2: false,
            intake: Intake::Open,
            load: self.load.clone(),
        }
    }

    /// The heads of all requests so far.
    pub fn requests(&self) -> Vec<String> {
        self.shared.requests.lock().unwrap().clone()
    }

    /// How many connections were accepted so far.
    pub fn connections(&self) -> usize {
        self.shared.accepted.load(SeqCst)
    }

    pub fn in_flight(&self) -> u32 {
        self.load.in_flight.load(SeqCst)
    }

    pub fn until_idle(&self) {
        until("no request in flight", || self.in_flight() == 0);
    }

    /// End like a killed process: no more connections, and all that were are broken.
    pub fn kill(&self) {
        self.shared.dead.store(true, SeqCst);
        // Wakes the accept loop, which drops the listener.
        let _ = UnixStream::connect(&self.path);
        let _ = std::fs::remove_file(&self.path);
        for (_, connection) in self.shared.open.lock().unwrap().drain() {
            let _ = connection.shutdown(std::net::Shutdown::Both);
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Conn {
    /// Read a request's head and note it; None at the end of the connection.
    pub fn request(&mut self) -> Option<String> {
        let head = self.until(b"\r\n\r\n")?;
        self.shared.requests.lock().unwrap().push(head.clone());
        Some(head)
    }

    /// How many requests the worker has noted so far.
    pub fn number(&self) -> usize {
        self.shared.requests.lock().unwrap().len()
    }

    /// Read up to and with `end`.
    pub fn until(&mut self, end: &[u8]) -> Option<String> {
        loop {
            let at = self.buffer.windows(end.len()).position(|part| part == end);
            if let Some(at) = at {
                let part: Vec<u8> = self.buffer.drain(..at + end.len()).collect();
                return Some(String::from_utf8_lossy(&part).into_owned());
            }
            let mut piece = [0; 65_536];
            match self.stream.read(&mut piece) {
                Ok(0) | Err(_) => return None,
                Ok(read) => self.buffer.extend(&piece[..read]),
            }
        }
    }

    /// Read exactly so many bytes.
    pub fn exactly(&mut self, count: usize) -> Option<Vec<u8>> {
        let mut bytes: Vec<u8> = self.buffer.drain(..count.min(self.buffer.len())).collect();
        let had = bytes.len();
        bytes.resize(count, 0);
        self.stream.read_exact(&mut bytes[had..]).ok()?;
        Some(bytes)
    }

    /// What came with what was read already.
    pub fn buffered(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.buffer)
    }

    /// True once the edge has closed the connection; false if bytes came instead.
    pub fn closed(&mut self) -> bool {
        self.buffer.is_empty() && matches!(self.stream.read(&mut [0]), Ok(0) | Err(_))
    }

    /// Write raw bytes; false if the edge has gone.
    pub fn send(&mut self, bytes: &str) -> bool {
        self.stream.write_all(bytes.as_bytes()).is_ok()
    }

    /// Write a 200 with a length; false if the edge has gone.
    pub fn reply(&mut self, body: &str) -> bool {
        self.send(&format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len()))
    }
}

pub fn pause(ms: u64) {
    std::thread::sleep(Duration::from_millis(ms));
}
