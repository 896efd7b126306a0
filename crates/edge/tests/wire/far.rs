//! A server on TCP that Ostler does not run, and a resolver that says what a test wants.

use crate::site::SOON;
use rustls::{HandshakeKind, ServerConfig, ServerConnection, StreamOwned};
use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU16, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

/// Answers `GET /health` with a status of its own and everything else with its name.
pub struct Far {
    pub address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    name: &'static str,
    health: AtomicU16,
    dead: AtomicBool,
    accepted: AtomicUsize,
    requests: Mutex<Vec<String>>,
    open: Mutex<Vec<TcpStream>>,
    resumed: AtomicUsize,
    /// Close after each reply, with a close_notify if it is TLS, but say nothing of it.
    closes: AtomicBool,
    ended: AtomicUsize,
    /// End TLS connections without a close_notify.
    cuts: AtomicBool,
}

impl Far {
    pub fn start(name: &'static str) -> Far {
        Self::at(name, SocketAddr::from(([127, 0, 0, 1], 0)))
    }

    pub fn at(name: &'static str, address: SocketAddr) -> Far {
        Self::with(name, address, None)
    }

    /// Over TLS.
    pub fn secure(name: &'static str, tls: ServerConfig) -> Far {
        Self::with(name, SocketAddr::from(([127, 0, 0, 1], 0)), Some(Arc::new(tls)))
    }

    fn with(name: &'static str, address: SocketAddr, tls: Option<Arc<ServerConfig>>) -> Far {
        let listener = TcpListener::bind(address).unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            name,
            health: AtomicU16::new(200),
            dead: AtomicBool::new(false),
            accepted: AtomicUsize::new(0),
            requests: Mutex::default(),
            open: Mutex::default(),
            resumed: AtomicUsize::new(0),
            closes: AtomicBool::new(false),
            ended: AtomicUsize::new(0),
            cuts: AtomicBool::new(false),
        });
        let of_thread = shared.clone();
        std::thread::spawn(move || {
            while let Ok((stream, _)) = listener.accept() {
                if of_thread.dead.load(SeqCst) {
                    return;
                }
                stream.set_read_timeout(Some(2 * SOON)).unwrap();
                stream.set_nodelay(true).unwrap();
                of_thread.accepted.fetch_add(1, SeqCst);
                of_thread.open.lock().unwrap().push(stream.try_clone().unwrap());
                let shared = of_thread.clone();
                let tls = tls.clone();
                std::thread::spawn(move || {
                    match tls {
                        None => serve(stream, &shared),
                        Some(tls) => serve_secure(stream, &tls, &shared),
                    }
                    shared.ended.fetch_add(1, SeqCst);
                });
            }
        });
        Far { address, shared }
    }

    /// What `GET /health` answers from now on.
    pub fn health(&self, status: u16) {
        self.shared.health.store(status, SeqCst);
    }

    /// The heads of all requests but those for `/health`.
    pub fn requests(&self) -> Vec<String> {
        let all = self.shared.requests.lock().unwrap();
        all.iter().filter(|head| !head.starts_with("GET /health ")).cloned().collect()
    }

    /// The heads of all requests for `/health`.
    pub fn checks(&self) -> Vec<String> {
        let all = self.shared.requests.lock().unwrap();
        all.iter().filter(|head| head.starts_with("GET /health ")).cloned().collect()
    }

    /// Connections accepted so far, those of checks as well.
    pub fn connections(&self) -> usize {
        self.shared.accepted.load(SeqCst)
    }

    /// TLS sessions that were resumed.
    pub fn resumed(&self) -> usize {
        self.shared.resumed.load(SeqCst)
    }

    /// Connections that have ended.
    pub fn ended(&self) -> usize {
        self.shared.ended.load(SeqCst)
    }

    /// Close each connection after one reply, without a word of it.
    pub fn close_after_replies(&self) {
        self.shared.closes.store(true, SeqCst);
    }

    /// End TLS connections without a close_notify from now on.
    pub fn cut(&self) {
        self.shared.cuts.store(true, SeqCst);
    }

    /// End like a machine's process that is killed.
    pub fn kill(&self) {
        if self.shared.dead.swap(true, SeqCst) {
            return;
        }
        // Wakes the accept loop, which drops the listener.
        let _ = TcpStream::connect(self.address);
        for stream in self.shared.open.lock().unwrap().drain(..) {
            let _ = stream.shutdown(std::net::Shutdown::Both);
        }
        let dead = || TcpStream::connect(self.address).is_err();
        crate::site::until("the listener is closed", dead);
    }
}

impl Drop for Far {
    fn drop(&mut self) {
        self.kill();
    }
}

fn serve_secure(stream: TcpStream, tls: &Arc<ServerConfig>, shared: &Shared) {
    let connection = ServerConnection::new(tls.clone()).unwrap();
    let mut stream = StreamOwned::new(connection, stream);
    while stream.conn.is_handshaking() {
        if stream.conn.complete_io(&mut stream.sock).is_err() {
            return;
        }
    }
    if stream.conn.handshake_kind() == Some(HandshakeKind::Resumed) {
        shared.resumed.fetch_add(1, SeqCst);
    }
    serve(&mut stream, shared);
    if shared.cuts.load(SeqCst) {
        let _ = stream.sock.shutdown(std::net::Shutdown::Both);
        return;
    }
    stream.conn.send_close_notify();
    let _ = stream.conn.complete_io(&mut stream.sock);
}

fn serve(mut stream: impl Read + Write, shared: &Shared) {
    let mut buffer = Vec::new();
    loop {
        while let Some(at) = buffer.windows(4).position(|part| part == b"\r\n\r\n") {
            let head: Vec<u8> = buffer.drain(..at + 4).collect();
            let head = String::from_utf8(head).unwrap();
            shared.requests.lock().unwrap().push(head.clone());
            let name = shared.name;
            let reply = if head.starts_with("GET /health ") {
                let status = shared.health.load(SeqCst);
                format!("HTTP/1.1 {status} So\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            } else if head.starts_with("GET /until-close ") {
                "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nall there is".into()
            } else if head.contains("Upgrade: websocket") {
                "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n".into()
            } else {
                format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{name}", name.len())
            };
            let closes = reply.contains("close") || shared.closes.load(SeqCst);
            if stream.write_all(reply.as_bytes()).is_err() || stream.flush().is_err() || closes {
                return;
            }
        }
        let mut piece = [0; 4096];
        match stream.read(&mut piece) {
            Ok(0) | Err(_) => return,
            Ok(read) => buffer.extend(&piece[..read]),
        }
    }
}

/// Names and what they stand for.
#[derive(Default)]
pub struct Names(Mutex<HashMap<String, Result<Vec<IpAddr>, String>>>);

impl Names {
    pub fn new() -> Arc<Self> {
        Arc::default()
    }

    pub fn set(&self, host: &str, addresses: &[&str]) {
        let addresses = addresses.iter().map(|one| one.parse().unwrap()).collect();
        self.0.lock().unwrap().insert(host.to_owned(), Ok(addresses));
    }

    pub fn fail(&self, host: &str, cause: &str) {
        self.0.lock().unwrap().insert(host.to_owned(), Err(cause.to_owned()));
    }
}

impl edge::Resolve for Names {
    fn resolve(
        &self,
        host: String,
    ) -> std::pin::Pin<Box<dyn Future<Output = Result<Vec<IpAddr>, String>> + Send>> {
        let answer = self.0.lock().unwrap().get(&host).cloned();
        Box::pin(async move { answer.unwrap_or_else(|| Err("no such name".to_owned())) })
    }
}
