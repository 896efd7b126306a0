//! Targets on free ports, records for them, and waiting.

use config::{Export, Machine};
use observe::ship::{self, Handle};
use observe::{Level, Record};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU16, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// What a target got.
#[derive(Debug, Clone)]
pub struct Request {
    pub head: String,
    /// Unpacked.
    pub body: Vec<u8>,
}

/// An HTTP server that answers what it is told to.
pub struct Fake {
    pub address: SocketAddr,
    status: Arc<AtomicU16>,
    answer: Arc<Mutex<Vec<u8>>>,
    got: Arc<Mutex<Vec<Request>>>,
    open: Arc<AtomicBool>,
}

impl Fake {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let fake = Fake {
            address: listener.local_addr().unwrap(),
            status: Arc::new(AtomicU16::new(200)),
            answer: Arc::default(),
            got: Arc::default(),
            open: Arc::new(AtomicBool::new(true)),
        };
        let (status, answer) = (Arc::clone(&fake.status), Arc::clone(&fake.answer));
        let (got, open) = (Arc::clone(&fake.got), Arc::clone(&fake.open));
        thread::spawn(move || {
            for stream in listener.incoming().flatten().take_while(|_| open.load(SeqCst)) {
                let (status, answer) = (Arc::clone(&status), Arc::clone(&answer));
                let got = Arc::clone(&got);
                thread::spawn(move || while serve(&stream, &status, &answer, &got).is_some() {});
            }
        });
        fake
    }

    /// Answer with this from now on; what was got with an error is not counted.
    pub fn answers(&self, status: u16, body: &str) {
        self.status.store(status, SeqCst);
        *self.answer.lock().unwrap() = body.into();
    }

    pub fn got(&self) -> Vec<Request> {
        self.got.lock().unwrap().clone()
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.open.store(false, SeqCst);
        let _ = TcpStream::connect(self.address);
    }
}

fn serve(
    mut stream: &TcpStream,
    status: &AtomicU16,
    answer: &Mutex<Vec<u8>>,
    got: &Mutex<Vec<Request>>,
) -> Option<()> {
    let mut read = Vec::new();
    let end = loop {
        if let Some(at) = read.windows(4).position(|four| four == b"\r\n\r\n") {
            break at + 4;
        }
        let mut buffer = [0; 8192];
        let count = stream.read(&mut buffer).ok().filter(|count| *count > 0)?;
        read.extend_from_slice(&buffer[..count]);
    };
    let head = String::from_utf8_lossy(&read[..end]).to_lowercase();
    let header = |name: &str| {
        let line = head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
        line.map(str::to_owned)
    };
    let length: usize = header("content-length")?.parse().ok()?;
    let mut body = read.split_off(end);
    let mut rest = vec![0; length - body.len()];
    stream.read_exact(&mut rest).ok()?;
    body.extend(rest);
    if header("content-encoding").as_deref() == Some("gzip") {
        body = ship::pack::gunzip(&body, 64 << 20).unwrap();
    }
    let status = status.load(SeqCst);
    let answer = answer.lock().unwrap().clone();
    // Noted first: who sees the answer may look at once.
    if status < 300 {
        got.lock().unwrap().push(Request { head, body });
    }
    write!(stream, "HTTP/1.1 {status} X\r\ncontent-length: {}\r\n\r\n", answer.len()).ok()?;
    stream.write_all(&answer).ok()
}

/// A folder that is removed at the end.
pub struct Scratch(pub PathBuf);

impl Scratch {
    pub fn new(name: &str) -> Self {
        let path =
            std::env::temp_dir().join(format!("ostler-shipping-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        Scratch(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Exports as the config has them.
pub fn exports(text: &str) -> Vec<Export> {
    let text = format!("app.web.run = 'a.js'\n{text}");
    config::parse(&text, Path::new("/srv"), None, &Machine { cores: 1 }).unwrap().observe.exports
}

/// The shipping to these exports; what it tells is dropped.
pub fn ship(folder: &Path, exports: &[Export]) -> Handle {
    let exports = exports.to_vec();
    let settings = ship::Settings { folder: folder.into(), exports, tell: Arc::new(drop), seed: 7 };
    ship::start(settings).unwrap()
}

/// A record with this number.
pub fn record(number: usize) -> Arc<Record> {
    Arc::new(Record {
        at_ms: 1_700_000_000_000 + number as u64,
        app: "web".into(),
        worker: Some(0),
        stream: model::Stream::Out,
        level: if number % 10 == 9 { Level::Error } else { Level::Info },
        text: format!("line {number}."),
        fields: Vec::new(),
        trace_id: None,
        request_id: None,
        raw: format!("line {number}."),
    })
}

/// How often each number is in what was got.
pub fn counts<'a>(bodies: impl IntoIterator<Item = &'a [u8]>, numbers: usize) -> Vec<usize> {
    let mut counts = vec![0; numbers];
    for body in bodies {
        let text = String::from_utf8_lossy(body);
        for piece in text.split("line ").skip(1) {
            let number: usize = piece.split('.').next().unwrap().parse().unwrap();
            counts[number] += 1;
        }
    }
    counts
}

/// Wait until it is so.
pub fn wait(what: &str, mut is_so: impl FnMut() -> bool) {
    let limit = base::clock::now() + Duration::from_secs(30);
    while !is_so() {
        assert!(base::clock::now() < limit, "{what} did not come to be");
        thread::sleep(Duration::from_millis(20));
    }
}
