//! Streams: how fast events come, and how little memory large bodies take.

use super::site::{CODINGS, decoded, start};
use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::Command;
use std::time::Duration;
use trial::Project;

const EVENTS: usize = 60;

/// What decodes a stream piece by piece.
enum Decoder {
    Plain,
    Gzip(Box<flate2::write::GzDecoder<Vec<u8>>>),
    Brotli(Box<brotli::DecompressorWriter<Vec<u8>>>),
    Zstd(zstd::stream::write::Decoder<'static, Vec<u8>>),
}

impl Decoder {
    fn new(coding: &str) -> Self {
        match coding {
            "gzip" => Decoder::Gzip(Box::new(flate2::write::GzDecoder::new(Vec::new()))),
            "br" => Decoder::Brotli(Box::new(brotli::DecompressorWriter::new(Vec::new(), 4096))),
            "zstd" => Decoder::Zstd(zstd::stream::write::Decoder::new(Vec::new()).unwrap()),
            _ => Decoder::Plain,
        }
    }

    /// What `bytes` decode to, so far.
    fn feed(&mut self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Decoder::Plain => bytes.to_vec(),
            Decoder::Gzip(decoder) => {
                decoder.write_all(bytes).unwrap();
                decoder.flush().unwrap();
                std::mem::take(decoder.get_mut())
            }
            Decoder::Brotli(decoder) => {
                decoder.write_all(bytes).unwrap();
                decoder.flush().unwrap();
                std::mem::take(decoder.get_mut())
            }
            Decoder::Zstd(decoder) => {
                decoder.write_all(bytes).unwrap();
                decoder.flush().unwrap();
                std::mem::take(decoder.get_mut())
            }
        }
    }
}

fn now_ms() -> f64 {
    base::clock::wall().as_secs_f64() * 1e3
}

/// Milliseconds from when the app wrote an event until a client had it decoded: the median.
fn delay(address: SocketAddr, coding: &str) -> f64 {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    write!(
        stream,
        "GET /events?count={EVENTS} HTTP/1.1\r\nHost: a\r\nAccept-Encoding: {coding}\r\n\r\n"
    )
    .unwrap();
    let (mut raw, mut text) = (Vec::new(), String::new());
    let (mut decoder, mut is_body) = (Decoder::new(coding), false);
    let mut delays = Vec::new();
    let mut room = [0; 65_536];
    while delays.len() < EVENTS {
        let read = stream.read(&mut room).unwrap();
        assert!(read > 0, "closed after {} events", delays.len());
        raw.extend(&room[..read]);
        if !is_body {
            let Some(end) = raw.windows(4).position(|part| part == b"\r\n\r\n") else { continue };
            let head = String::from_utf8(raw.drain(..end + 4).collect()).unwrap();
            let told = format!("\r\nContent-Encoding: {coding}\r\n");
            assert_eq!(head.contains(&told), coding != "identity", "{head}");
            is_body = true;
        }
        while let Some(content) = chunk(&mut raw) {
            text += &String::from_utf8(decoder.feed(&content)).unwrap();
        }
        let came = now_ms();
        while let Some(end) = text.find("\n\n") {
            let event: String = text.drain(..end + 2).collect();
            let sent: f64 = event.trim().strip_prefix("data: ").unwrap().parse().unwrap();
            delays.push(came - sent);
        }
    }
    delays.sort_by(f64::total_cmp);
    delays[EVENTS / 2]
}

/// The content of the first chunk, once all of it is there.
fn chunk(raw: &mut Vec<u8>) -> Option<Vec<u8>> {
    let line = raw.windows(2).position(|part| part == b"\r\n")?;
    let size = usize::from_str_radix(std::str::from_utf8(&raw[..line]).unwrap(), 16).unwrap();
    let end = line + 2 + size + 2;
    if size == 0 || raw.len() < end {
        return None;
    }
    let content = raw[line + 2..end - 2].to_vec();
    raw.drain(..end);
    Some(content)
}

#[test]
fn events_come_as_fast_as_without() {
    let project = Project::new();
    let running = start(&project, "[edge]\ncompress = true\n");
    let address = project.address();
    let plain = delay(address, "identity");
    for coding in CODINGS {
        let with = delay(address, coding);
        println!("{coding}: {with:.2} ms, {plain:.2} ms without");
        assert!(with - plain < 5.0, "{coding}: {with} ms, {plain} ms without");
    }
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn events_reach_curl_by_http_2() {
    let project = Project::new();
    let running = start(&project, "[edge]\ncompress = true\n");
    for coding in CODINGS {
        let http2 = ["--http2-prior-knowledge"];
        let reply = decoded(project.address(), "/events?count=20", coding, &http2);
        assert_eq!(reply.one("content-encoding"), Some(coding));
        let text = String::from_utf8(reply.body).unwrap();
        assert_eq!(text.matches("data: ").count(), 20, "{coding}");
    }
    assert_eq!(running.stop().code, Some(0));
}

fn memory_kb(pid: u32, what: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(what)).unwrap();
    line.trim_matches(|c: char| !c.is_ascii_digit()).parse().unwrap()
}

#[test]
fn a_large_stream_takes_little_memory() {
    const MEGABYTES: usize = 64;
    let project = Project::new();
    let running = start(&project, "[edge]\ncompress = { adapt = false, br = 1 }\n");
    let address = project.address();
    for coding in CODINGS {
        decoded(address, "/large?megabytes=1", coding, &[]);
        let before = memory_kb(running.pid(), "VmRSS:");
        let mut curl = Command::new("curl");
        curl.args([
            "-s",
            "-S",
            "--compressed",
            "-o",
            "/dev/null",
            "-w",
            "%{http_code} %{size_download}",
        ]);
        curl.args(["--noproxy", "*", "-H", &format!("Accept-Encoding: {coding}")]);
        let got =
            curl.arg(format!("http://{address}/large?megabytes={MEGABYTES}")).output().unwrap();
        assert!(got.stdout.starts_with(b"200 ") && got.status.success(), "{coding}: {got:?}");
        let grown = memory_kb(running.pid(), "VmHWM:").saturating_sub(before);
        println!("{coding}: {grown} kB more");
        assert!(grown < 16_384, "{coding}: {grown} kB more");
    }
    assert_eq!(running.stop().code, Some(0));
}
