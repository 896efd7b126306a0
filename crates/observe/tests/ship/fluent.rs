use crate::fakes::{Scratch, counts, exports, record, ship, wait};
use observe::ship::pack;
use observe::wire::msgpack::{self, ReadError, Value};
use ring::digest::{SHA512, digest};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What the server got: tag, chunk and unpacked entries.
type Got = Arc<Mutex<Vec<(String, Vec<u8>, Vec<u8>)>>>;

/// One side of the forward protocol, as its specification has it. The first message is got and not acknowledged.
fn fluentd(key: Option<&'static str>) -> (SocketAddr, Got) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let got = Got::default();
    let kept = Arc::clone(&got);
    std::thread::spawn(move || {
        for (at, stream) in listener.incoming().flatten().enumerate() {
            let got = Arc::clone(&kept);
            std::thread::spawn(move || serve(stream, key, at > 0, &got));
        }
    });
    (address, got)
}

fn next(stream: &mut TcpStream, read: &mut Vec<u8>) -> Option<Value> {
    loop {
        match msgpack::read(read) {
            Ok((value, end)) => {
                read.drain(..end);
                return Some(value);
            }
            Err(ReadError::Short) => {}
            Err(ReadError::Broken) => panic!("broken: {read:?}"),
        }
        let mut buffer = [0; 4096];
        let count = stream.read(&mut buffer).ok().filter(|count| *count > 0)?;
        read.extend_from_slice(&buffer[..count]);
    }
}

fn hex(parts: &[&[u8]]) -> String {
    digest(&SHA512, &parts.concat()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The server's half of the handshake.
fn greet(stream: &mut TcpStream, read: &mut Vec<u8>, key: &str) {
    let (nonce, auth) = (b"nonce-16-bytes..", b"auth-salt");
    let mut helo = Vec::new();
    msgpack::array(&mut helo, 2);
    msgpack::text(&mut helo, "HELO");
    msgpack::map(&mut helo, 3);
    msgpack::text(&mut helo, "nonce");
    msgpack::binary(&mut helo, nonce);
    msgpack::text(&mut helo, "auth");
    msgpack::binary(&mut helo, auth);
    msgpack::text(&mut helo, "keepalive");
    msgpack::flag(&mut helo, true);
    stream.write_all(&helo).unwrap();
    let Some(Value::Array(ping)) = next(stream, read) else { panic!("no PING") };
    let part = |at: usize| ping[at].bytes().unwrap();
    assert_eq!((part(0), ping.len()), (&b"PING"[..], 6));
    let (name, salt) = (part(1), part(2));
    let knows = part(3) == hex(&[salt, name, nonce, key.as_bytes()]).as_bytes();
    let is_known = part(4) == b"shop" && part(5) == hex(&[auth, b"shop", b"pass"]).as_bytes();
    let mut pong = Vec::new();
    msgpack::array(&mut pong, 5);
    msgpack::text(&mut pong, "PONG");
    msgpack::flag(&mut pong, knows && is_known);
    msgpack::text(&mut pong, if knows { "" } else { "shared_key mismatch" });
    msgpack::text(&mut pong, "fake");
    msgpack::text(&mut pong, &hex(&[salt, b"fake", nonce, key.as_bytes()]));
    stream.write_all(&pong).unwrap();
}

fn serve(mut stream: TcpStream, key: Option<&str>, acknowledges: bool, got: &Got) {
    let mut read = Vec::new();
    if let Some(key) = key {
        greet(&mut stream, &mut read, key);
    }
    while let Some(Value::Array(message)) = next(&mut stream, &mut read) {
        let tag = String::from_utf8(message[0].bytes().unwrap().to_vec()).unwrap();
        assert_eq!(message[2].get("compressed").and_then(Value::bytes), Some(&b"gzip"[..]));
        let entries = pack::gunzip(message[1].bytes().unwrap(), 16 << 20).unwrap();
        let chunk = message[2].get("chunk").and_then(Value::bytes).unwrap().to_vec();
        got.lock().unwrap().push((tag, chunk.clone(), entries));
        if !acknowledges {
            return;
        }
        let mut ack = Vec::new();
        msgpack::map(&mut ack, 1);
        msgpack::text(&mut ack, "ack");
        msgpack::text(&mut ack, &String::from_utf8(chunk).unwrap());
        stream.write_all(&ack).unwrap();
    }
}

#[test]
fn messages_are_sent_until_they_are_acknowledged() {
    let scratch = Scratch::new("fluent");
    let (address, got) = fluentd(None);
    let all = exports(&format!(
        "observe.export.fluent = {{ to = 'fluent', url = 'tcp://{address}', delay = '20ms', tag = 'shop' }}"
    ));
    let handle = ship(&scratch.0, &all);
    let records: Vec<_> = (0..700).map(record).collect();
    handle.offer(&records);
    wait("the lines", || handle.status()[0].sent == 700);
    assert!(handle.status()[0].failures >= 1);
    handle.finish(Duration::from_secs(2));
    let got = got.lock().unwrap();
    assert_eq!((got[0].0.as_str(), &got[0].1), ("shop.web", &got[1].1), "the same chunk again");
    assert_eq!(counts(got[1..].iter().map(|(_, _, entries)| &**entries), 700), [1; 700]);
}

#[test]
fn both_sides_show_that_they_know_the_key() {
    let scratch = Scratch::new("fluent-key");
    let (address, got) = fluentd(Some("right"));
    let all = |key: &str| {
        exports(&format!(
            "observe.export.fluent = {{ to = 'fluent', url = 'tcp://{address}', delay = '20ms', \
             shared_key = '{key}', user = 'shop', password = 'pass' }}"
        ))
    };
    let handle = ship(&scratch.0, &all("wrong"));
    handle.offer(&[record(0)]);
    wait("a failure", || handle.status()[0].last_error.is_some());
    let told = handle.status()[0].last_error.clone().unwrap();
    assert_eq!(told, "it refuses: shared_key mismatch");
    handle.configure(&all("right"));
    wait("the line", || handle.status()[0].sent == 1);
    handle.finish(Duration::from_secs(2));
    assert_eq!(counts(got.lock().unwrap().iter().map(|(_, _, entries)| &**entries), 1), [1]);
}
