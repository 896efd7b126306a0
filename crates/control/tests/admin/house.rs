//! A served fake in a folder of its own, and a bare HTTP client that shows answers as they are.

use crate::fake::{Fake, Handle};
use control::client::Client;
use control::place::{Environment, Held, Place};
use control::{Control, Limits, Listeners, Settings, Token};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

pub const TOKEN: &str = "0123456789abcdef0123456789abcdef";

pub struct House {
    pub fake: Arc<Fake>,
    pub tcp: SocketAddr,
    pub environment: Environment,
    held: Option<Held>,
    control: Option<Control>,
    folder: PathBuf,
}

/// An answer as it came.
#[derive(Debug)]
pub struct Got {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl House {
    pub fn new() -> Self {
        Self::with(Limits::default())
    }

    pub fn with(limits: Limits) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("ostler-admin-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(folder.join("shop")).unwrap();
        let environment = Environment {
            run: Some(folder.join("r")),
            state: Some(folder.join("s")),
            ..Environment::read()
        };
        let held = Place::of(&folder.join("shop"), &environment).unwrap().take().unwrap();
        let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = tcp.local_addr().unwrap();
        let listeners = Listeners { unix: held.bind().unwrap(), tcp: Some(tcp) };
        let settings =
            Settings { token: Token::new(TOKEN), limits, audit: Some(folder.join("audit.log")) };
        let fake = Arc::new(Fake::new());
        let handle = Arc::new(Handle(Arc::clone(&fake)));
        let control = Some(control::start(listeners, settings, handle).unwrap());
        House { fake, tcp: address, environment, held: Some(held), control, folder }
    }

    pub fn client(&self) -> Client {
        Client::new(self.socket())
    }

    pub fn socket(&self) -> PathBuf {
        self.held.as_ref().unwrap().place().socket()
    }

    pub async fn finish(&mut self) {
        self.control.take().unwrap().finish().await;
    }

    /// Ask over TCP. `head` is the request line and headers; `Host` and `Connection` are added.
    pub fn tcp(&self, head: &str, body: &str) -> Got {
        let head = match head.contains("\nHost:") {
            true => head.to_owned(),
            false => format!("{head}\nHost: {}", self.tcp),
        };
        ask(TcpStream::connect(self.tcp).unwrap(), &head, body)
    }

    /// The same with the token and JSON.
    pub fn trusted(&self, head: &str, body: &str) -> Got {
        let more = format!("Authorization: Bearer {TOKEN}\nContent-Type: application/json");
        self.tcp(&format!("{head}\n{more}"), body)
    }

    /// Ask over the unix socket.
    pub fn unix(&self, head: &str, body: &str) -> Got {
        let stream = UnixStream::connect(self.socket()).unwrap();
        ask(stream, &format!("{head}\nHost: localhost"), body)
    }
}

impl Drop for House {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

pub fn request(head: &str, body: &str) -> String {
    let mut lines = head.lines();
    let line = lines.next().unwrap();
    let headers: String = lines.map(|line| format!("{line}\r\n")).collect();
    let length = body.len();
    format!(
        "{line} HTTP/1.1\r\n{headers}Connection: close\r\nContent-Length: {length}\r\n\r\n{body}"
    )
}

fn ask(mut stream: impl Read + Write, head: &str, body: &str) -> Got {
    stream.write_all(request(head, body).as_bytes()).unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    // A compressed body is none.
    let text = String::from_utf8_lossy(&bytes);
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    Got { status, head: head.to_ascii_lowercase(), body: body.into() }
}

/// Wait until something holds.
pub fn eventually(what: &str, holds: impl Fn() -> bool) {
    for _ in 0..500 {
        if holds() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("never: {what}");
}
