//! Node's own reading of bytes.

use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A Node process that reads connections.
#[derive(Debug)]
pub struct Oracle {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

/// What Node read on one connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Requests, in order.
    pub requests: Vec<Request>,
    /// Node's code for what ended the reading; None: nothing was wrong or left over.
    pub fault: Option<String>,
}

/// A request as an app in Node sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The method.
    pub method: String,
    /// `req.url`.
    pub target: String,
    /// `1.0` or `1.1`.
    pub version: String,
    /// Names as they were written, with values.
    pub headers: Vec<(String, String)>,
    /// As headers.
    pub trailers: Vec<(String, String)>,
    /// The decoded body. Of an upgrade: the bytes after the head.
    pub body: Vec<u8>,
    /// It came to its end.
    pub complete: bool,
    /// It took the connection over.
    pub upgrade: bool,
}

impl Request {
    /// The first header of this name (lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

impl Oracle {
    /// Start Node.
    pub fn start() -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bytes/node/oracle.cjs");
        let mut command = Command::new("node");
        command.arg(script).env_remove("NODE_OPTIONS").stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let input = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        Oracle { child, input, output }
    }

    /// What Node reads on a connection that brings `bytes` and ends.
    pub fn read(&mut self, bytes: &[u8]) -> Reading {
        self.read_all(&[bytes.to_vec()]).remove(0)
    }

    /// As [`Oracle::read`], for many connections.
    pub fn read_all(&mut self, connections: &[Vec<u8>]) -> Vec<Reading> {
        let (input, output) = (&mut self.input, &mut self.output);
        std::thread::scope(|scope| {
            scope.spawn(move || {
                for bytes in connections {
                    let length = u32::try_from(bytes.len()).unwrap().to_be_bytes();
                    input.write_all(&[&length[..], bytes].concat()).unwrap();
                }
            });
            let mut line = String::new();
            let mut readings = Vec::with_capacity(connections.len());
            for bytes in connections {
                line.clear();
                output.read_line(&mut line).unwrap();
                assert!(line.ends_with('\n'), "node ended at {}", bytes.escape_ascii());
                readings.push(reading(&serde_json::from_str(&line).unwrap()));
            }
            readings
        })
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn reading(value: &Value) -> Reading {
    let requests = value["requests"].as_array().unwrap().iter().map(request).collect();
    Reading { requests, fault: value["fault"].as_str().map(str::to_owned) }
}

fn request(value: &Value) -> Request {
    let text = |key: &str| value[key].as_str().unwrap().to_owned();
    Request {
        method: text("method"),
        target: text("target"),
        version: text("version"),
        headers: pairs(&value["headers"]),
        trailers: pairs(&value["trailers"]),
        body: from_hex(value["body"].as_str().unwrap()),
        complete: value["complete"].as_bool().unwrap(),
        upgrade: value["upgrade"].as_bool().unwrap(),
    }
}

fn pairs(value: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let flat = value.as_array().unwrap();
    flat.chunks(2).map(|pair| (text(&pair[0]), text(&pair[1]))).collect()
}

/// The bytes that a text of hexadecimal digits stands for.
pub fn from_hex(text: &str) -> Vec<u8> {
    let digits = text.as_bytes().chunks(2);
    digits.map(|two| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap()).collect()
}

#[test]
fn node_tells_requests_apart() {
    let mut oracle = Oracle::start();
    let reading = oracle.read(b"GET /1 HTTP/1.1\r\nHost: a\r\n\r\nPOST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nab");
    let targets: Vec<_> =
        reading.requests.iter().map(|one| (one.target.as_str(), one.complete)).collect();
    assert_eq!(targets, [("/1", true), ("/2", false)]);
    assert_eq!(reading.fault.as_deref(), Some("HPE_INVALID_EOF_STATE"));
    let reading = oracle.read(b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\nX: y\r\n\r\n");
    assert_eq!((reading.fault, reading.requests.len()), (None, 1));
    assert_eq!(
        (&reading.requests[0].body[..], reading.requests[0].trailers.len()),
        (&b"ab"[..], 1)
    );
}
