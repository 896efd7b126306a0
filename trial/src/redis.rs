//! Debian's redis-server, for comparison.

use crate::project::signal;
use crate::until;
use rustix::process::Signal;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

/// A redis-server on a port of its own, which can be killed and begun again. Ended when dropped.
#[derive(Debug)]
pub struct Redis {
    /// Its port.
    pub port: u16,
    words: Vec<String>,
    child: Option<Child>,
}

impl Redis {
    /// Begin one, with more options than the usual.
    pub fn start(words: &[&str]) -> Self {
        let port = TcpListener::bind("127.0.0.1:0")
            .expect("redis-server")
            .local_addr()
            .expect("redis-server")
            .port();
        let words = words.iter().map(|word| (*word).to_owned()).collect();
        let mut redis = Redis { port, words, child: None };
        redis.begin();
        redis
    }

    /// Begin it again at the same port.
    pub fn begin(&mut self) {
        let mut command = Command::new("redis-server");
        command.args(["--save", "", "--appendonly", "no", "--bind", "127.0.0.1"]);
        let port = self.port.to_string();
        let tls = self.words.iter().any(|word| word.starts_with("--tls"));
        let ports =
            if tls { ["--tls-port", &port, "--port", "0"] } else { ["--port", &port, "", ""] };
        command.args(ports.iter().filter(|word| !word.is_empty())).args(&self.words);
        command.stdin(Stdio::null()).stdout(Stdio::null());
        self.child = Some(command.spawn().expect("redis-server"));
        let address = SocketAddr::from(([127, 0, 0, 1], self.port));
        until("redis-server listens", || TcpStream::connect(address).ok());
    }

    /// Send it a signal.
    pub fn signal(&self, sent: Signal) {
        signal(self.child.as_ref().expect("redis-server").id(), sent);
    }

    /// Kill it and wait for its end.
    pub fn kill(&mut self) {
        let mut child = self.child.take().expect("redis-server");
        child.kill().expect("redis-server");
        child.wait().expect("redis-server");
    }

    /// Its URL.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// What `redis-cli` prints for these words.
    pub fn say(&self, words: &[&str]) -> String {
        let mut command = Command::new("redis-cli");
        command.args(["-p", &self.port.to_string()]).args(words);
        String::from_utf8(command.output().expect("redis-server").stdout).expect("redis-server")
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        if self.child.is_some() {
            self.kill();
        }
    }
}
