//! A client that says what it is told, byte by byte if need be.

use crate::serve::{Settings, Store};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

/// A store with no data on a free port.
pub fn store(settings: Settings) -> (Store, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let settings = Settings { listeners: vec![listener], ..settings };
    (Store::start(settings, Box::new(|_, _| {})).unwrap(), address)
}

/// A connection.
pub struct Peer(pub TcpStream);

impl Peer {
    pub fn new(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream.set_nodelay(true).unwrap();
        Peer(stream)
    }

    /// Send a line of words as a command.
    pub fn say(&mut self, line: &str) {
        self.0.write_all(&command(line)).unwrap();
    }

    /// Expect exactly these bytes next.
    pub fn hear(&mut self, expected: &str) {
        let mut bytes = vec![0; expected.len()];
        self.0.read_exact(&mut bytes).unwrap();
        assert_eq!(String::from_utf8_lossy(&bytes), expected);
    }

    /// Say and hear.
    pub fn ask(&mut self, line: &str, expected: &str) {
        self.say(line);
        self.hear(expected);
    }

    /// All until what ends in `end`.
    pub fn hear_to(&mut self, end: &str) -> String {
        let (mut heard, mut byte) = (Vec::new(), [0]);
        while !heard.ends_with(end.as_bytes()) {
            self.0.read_exact(&mut byte).unwrap();
            heard.push(byte[0]);
        }
        String::from_utf8_lossy(&heard).into_owned()
    }

    /// Whether something is there to be heard within `patience`.
    pub fn hears_within(&mut self, patience: Duration) -> bool {
        self.0.set_read_timeout(Some(patience)).unwrap();
        let heard = matches!(self.0.peek(&mut [0]), Ok(1));
        self.0.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        heard
    }

    /// Expect the end of the connection, after `last`.
    pub fn hear_the_end(&mut self, last: &str) {
        let mut rest = String::new();
        self.0.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, last);
    }
}

/// A line of words as the array that a client sends.
pub fn command(line: &str) -> Vec<u8> {
    let words: Vec<&str> = line.split(' ').collect();
    let mut bytes = format!("*{}\r\n", words.len()).into_bytes();
    for word in words {
        bytes.extend_from_slice(format!("${}\r\n{word}\r\n", word.len()).as_bytes());
    }
    bytes
}

/// Read up to the end of a line.
pub fn line(stream: &mut TcpStream) -> String {
    let (mut line, mut byte) = (String::new(), [0]);
    while !line.ends_with("\r\n") {
        stream.read_exact(&mut byte).unwrap();
        line.push(char::from(byte[0]));
    }
    line
}
