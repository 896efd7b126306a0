//! Connections made up from a seed.

use base::random::Random;

/// Makes connections: by the grammar, or from given ones; then mutates most of them.
#[derive(Debug)]
pub struct Generator {
    given: Vec<Vec<u8>>,
}

const METHODS: [&str; 12] = [
    "GET", "GET", "POST", "POST", "PUT", "HEAD", "DELETE", "OPTIONS", "PATCH", "QUERY", "M-SEARCH",
    "G",
];
const TARGETS: [&str; 12] = [
    "/",
    "/a/b",
    "/?q=1",
    "/%2e/%",
    "//x/",
    "/a;b=c?d&e",
    "*",
    "http://a/x",
    "http://a",
    "HTTP://A:1/?y",
    "/|^`{}<>\"\\",
    "x",
];
const VERSIONS: [&str; 6] =
    ["HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/1.2"];
const NAMES: [&str; 22] = [
    "X",
    "x-a",
    "Cookie",
    "Accept",
    "Connection",
    "Connection",
    "connection",
    "Keep-Alive",
    "Upgrade",
    "Upgrade",
    "TE",
    "Expect",
    "X-Forwarded-For",
    "X_Forwarded_For",
    "X-Request-Id",
    "Forwarded",
    "Host",
    "Content-Length",
    "Transfer-Encoding",
    "Content_Length",
    "Proxy-Connection",
    "Trailer",
];
const VALUES: [&str; 26] = [
    "",
    "a",
    "a, b",
    "close",
    "keep-alive",
    "Upgrade",
    "upgrade, x",
    "websocket",
    "h2c",
    "x",
    "100-continue",
    "trailers",
    "chunked",
    "identity",
    "5",
    "0",
    "1.1.1.1",
    "\"q\\\"\"",
    "\u{e9}",
    "\t y \t",
    "X, cookie",
    "content-length",
    "transfer-encoding",
    "timeout=5",
    "te",
    "a:b",
];
const SPACES: [&str; 8] = [" ", " ", " ", " ", "", "\t", "  ", " \t"];
const SIZES: [&str; 6] = ["", "", "", "0", "000", "00000000000000"];
const EXTENSIONS: [&str; 10] =
    ["", "", "", "", ";a", ";a=b", ";a=\"b c\"", ";a;b=1;c=\"\"", ";a=\"\\\"\"", "; a = b"];
const TRAILERS: [&str; 9] = [
    "",
    "",
    "",
    "X: y\r\n",
    "X:\r\nY: z\r\n",
    "Content-Length: 3\r\n",
    "Connection: close\r\n",
    "x-sum: \t1\t\r\n",
    "A\r\n",
];
/// What parsers disagree on.
const ODD: [&[u8]; 34] = [
    b"\r",
    b"\n",
    b"\r\n",
    b"\r\n\r\n",
    b"\n\n",
    b"\r\r\n",
    b"\n\r",
    b"\0",
    b"\t",
    b" ",
    b"\x0b",
    b"\x0c",
    b"\x7f",
    b"\x80",
    b"\xff",
    b"\xa0",
    b":",
    b";",
    b",",
    b"=",
    b"\"",
    b"\\",
    b"_",
    b"-",
    b"+",
    b"0",
    b"0x",
    b"chunked",
    b"Content-Length: 3\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"Host: b\r\n",
    b"Connection: upgrade\r\nUpgrade: x\r\n",
    b"0\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
];

impl Generator {
    /// A generator that also starts from `given` connections.
    pub fn new(given: Vec<Vec<u8>>) -> Self {
        Generator { given: given.into_iter().filter(|bytes| bytes.len() < 4_000).collect() }
    }

    /// The connection of a seed.
    pub fn connection(&self, seed: u64) -> Vec<u8> {
        let mut random = Random::new(seed);
        let mut bytes = Vec::new();
        for _ in 0..1 + random.below(3) {
            match random.below(4) {
                0 => bytes.extend(&self.given[random.below(self.given.len() as u64) as usize]),
                _ => request(&mut random, &mut bytes),
            }
        }
        for _ in 0..random.below(4) {
            mutate(&mut random, &mut bytes);
        }
        bytes
    }
}

fn pick<'a, T: ?Sized>(random: &mut Random, from: &[&'a T]) -> &'a T {
    from[random.below(from.len() as u64) as usize]
}

fn request(random: &mut Random, out: &mut Vec<u8>) {
    let (method, target) = (pick(random, &METHODS), pick(random, &TARGETS));
    let version = pick(random, &VERSIONS);
    let mut head = format!("{method} {target} {version}\r\n");
    let mut lines = Vec::new();
    if random.below(20) > 0 {
        lines.push(line(random, "Host", if target.contains(":1") { "a:1" } else { "a" }));
    }
    for _ in 0..random.below(4) {
        let (name, value) = (pick(random, &NAMES), pick(random, &VALUES));
        lines.push(line(random, name, value));
    }
    let mut body = Vec::new();
    match random.below(6) {
        0 | 1 => {
            let length = random.below(12);
            body.extend((0..length).map(|_| random.below(256) as u8));
            lines.push(line(random, "Content-Length", &length.to_string()));
        }
        2 | 3 => {
            chunks(random, &mut body);
            lines.push(line(random, "Transfer-Encoding", "chunked"));
        }
        _ => {}
    }
    // The order of lines should matter to nobody.
    for at in 0..lines.len() {
        let other = random.below(lines.len() as u64) as usize;
        lines.swap(at, other);
    }
    head.push_str(&lines.concat());
    head.push_str("\r\n");
    // Values above ASCII are one byte each.
    out.extend(head.chars().map(|char| char as u8));
    out.extend(body);
}

fn line(random: &mut Random, name: &str, value: &str) -> String {
    let before = pick(random, &SPACES);
    let after = if random.below(8) == 0 { pick(random, &SPACES) } else { "" };
    format!("{name}:{before}{value}{after}\r\n")
}

fn chunks(random: &mut Random, out: &mut Vec<u8>) {
    for _ in 0..random.below(3) {
        let length = 1 + random.below(20);
        let (zeros, extension) = (pick(random, &SIZES), pick(random, &EXTENSIONS));
        out.extend(format!("{zeros}{length:x}{extension}\r\n").bytes());
        out.extend((0..length).map(|_| random.below(256) as u8));
        out.extend(b"\r\n");
    }
    out.extend(
        format!("0{}\r\n{}\r\n", pick(random, &EXTENSIONS), pick(random, &TRAILERS)).bytes(),
    );
}

fn mutate(random: &mut Random, bytes: &mut Vec<u8>) {
    let at = random.below(bytes.len() as u64 + 1) as usize;
    let end = (at + 1 + random.below(4) as usize).min(bytes.len());
    match random.below(6) {
        0 if at < bytes.len() => bytes[at] = random.below(256) as u8,
        1 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
        2 => drop(bytes.drain(at.min(end)..end)),
        3 => {
            let again = bytes[at.min(end)..end].to_vec();
            bytes.splice(at..at, again);
        }
        4 => {
            // Behind a line end, where a whole line fits.
            let from = bytes[at..]
                .windows(2)
                .position(|two| two == b"\r\n")
                .map_or(at, |line| at + line + 2);
            bytes.splice(from..from, pick(random, &ODD).iter().copied());
        }
        _ => {
            bytes.splice(at..at, pick(random, &ODD).iter().copied());
        }
    }
}
