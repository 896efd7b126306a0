use super::*;
use std::time::Duration;

fn check(raw: &str, want: &str, framing: Framing, keep_alive: bool) {
    let raw = raw.replace('~', "\r\n");
    let got = reply_to(Method::Get, None, raw.as_bytes(), Version::New);
    let want = (want.replace('~', "\r\n"), framing, keep_alive);
    assert_eq!(got, Ok(Some(want)), "{raw:?}");
}

#[test]
fn a_good_reply_is_passed_on() {
    let (none, chunked, until_close) = (Framing::None, Framing::Chunked, Framing::UntilClose);
    check(
        "HTTP/1.1 200 OK~X: 1~Content-Length: 5~Date: d~Connection: keep-alive~\
         Keep-Alive: timeout=5~~",
        "HTTP/1.1 200 OK~X: 1~Content-Length: 5~Date: d~~",
        Framing::Length(5),
        true,
    );
    check("HTTP/1.1 200 OK~Content-Length: 0~~", "HTTP/1.1 200 OK~Content-Length: 0~~", none, true);
    check(
        "HTTP/1.1 200 OK~Transfer-Encoding: chunked~Trailer: X~~",
        "HTTP/1.1 200 OK~Trailer: X~Transfer-Encoding: chunked~~",
        chunked,
        true,
    );
    check("HTTP/1.1 200 OK~~", "HTTP/1.1 200 OK~Connection: close~~", until_close, false);
    check(
        "HTTP/1.1 404 ~Content-Length: 1~Connection: close~~",
        "HTTP/1.1 404 ~Content-Length: 1~~",
        Framing::Length(1),
        false,
    );
    check("HTTP/1.1 204~Content-Length: 5~~", "HTTP/1.1 204~~", none, true);
    check("HTTP/1.1 304 N~Content-Length: 5~~", "HTTP/1.1 304 N~Content-Length: 5~~", none, true);
    check(
        "HTTP/1.0 200 OK~Content-Length: 5~~",
        "HTTP/1.1 200 OK~Content-Length: 5~~",
        Framing::Length(5),
        false,
    );
    check(
        "HTTP/1.0 200 OK~Content-Length: 5~Connection: keep-alive~~",
        "HTTP/1.1 200 OK~Content-Length: 5~~",
        Framing::Length(5),
        true,
    );
    check("HTTP/1.1 103 Hints~Link: x~Connection: x~~", "HTTP/1.1 103 Hints~Link: x~~", none, true);
    check("HTTP/1.1 100 Continue~~", "HTTP/1.1 100 Continue~~", none, true);
    check(
        "HTTP/1.1 200 OK~Foo: 1~Connection: foo, set-cookie~Set-Cookie: a~Set-Cookie: b~\
         Content-Length: 0~~",
        "HTTP/1.1 200 OK~Set-Cookie: a~Set-Cookie: b~Content-Length: 0~~",
        none,
        true,
    );
    check(
        "HTTP/1.1 200 OK~Upgrade: h2c~Content-Length: 0~~",
        "HTTP/1.1 200 OK~Content-Length: 0~~",
        none,
        true,
    );
    check(
        "HTTP/1.1 426 U~Upgrade: websocket~Connection: Upgrade~Content-Length: 0~~",
        "HTTP/1.1 426 U~Upgrade: websocket~Content-Length: 0~Connection: Upgrade~~",
        none,
        true,
    );
}

#[test]
fn a_reply_to_head_has_no_body() {
    for framing in ["Content-Length: 5", "Transfer-Encoding: chunked", "X: y"] {
        let raw = format!("HTTP/1.1 200 OK\r\n{framing}\r\n\r\n");
        let got = reply_to(Method::Head, None, raw.as_bytes(), Version::New).unwrap().unwrap();
        assert_eq!((got.1, got.2), (Framing::None, true), "{framing}");
    }
}

#[test]
fn an_old_client_gets_no_chunks() {
    let raw = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    let got = reply_to(Method::Get, None, raw, Version::Old).unwrap().unwrap();
    assert_eq!(got.0, "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n\r\n");
    assert_eq!(got.1, Framing::Chunked);
}

#[test]
fn an_asked_for_upgrade_is_passed_on() {
    let raw = "HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nX: y\r\n\r\n";
    let asked = Some(Upgrade::WebSocket);
    let got = reply_to(Method::Get, asked, raw.as_bytes(), Version::New).unwrap().unwrap();
    assert_eq!(
        got.0,
        "HTTP/1.1 101 S\r\nUpgrade: websocket\r\nX: y\r\nConnection: Upgrade\r\n\r\n"
    );
    let unasked = reply_to(Method::Get, None, raw.as_bytes(), Version::New);
    assert_eq!(unasked, Err(Malformed::Upgrade));
}

#[rustfmt::skip]
const MALFORMED: &[(&str, Malformed, &str)] = &[
    ("HTTP/1.1 200 OK~Content-Length: 5~Transfer-Encoding: chunked~~", Malformed::Framing, "9112 6.1"),
    ("HTTP/1.1 200 OK~Content-Length: 5~Content-Length: 5~~", Malformed::Framing, "9112 6.3"),
    ("HTTP/1.1 200 OK~Content-Length: 5, 5~~", Malformed::Framing, "9112 6.3"),
    ("HTTP/1.1 200 OK~Content-Length: x~~", Malformed::Framing, "9110 8.6"),
    ("HTTP/1.1 200 OK~Content-Length: +1~~", Malformed::Framing, "9110 8.6"),
    ("HTTP/1.1 200 OK~Transfer-Encoding: gzip, chunked~~", Malformed::Framing, "9112 6.1: nobody asked for it"),
    ("HTTP/1.1 200 OK~Transfer-Encoding: chunked~Transfer-Encoding: chunked~~", Malformed::Framing, "9112 7"),
    ("HTTP/1.0 200 OK~Transfer-Encoding: chunked~~", Malformed::Framing, "9112 6.1"),
    ("HTTP/1.1 101 S~Upgrade: websocket~Connection: Upgrade~~", Malformed::Upgrade, "9110 15.2.2: unasked"),
    ("HTTP/1.1 200 OK\nX: y~~", Malformed::Syntax, "9112 2.2: bare LF"),
    ("HTTP/1.1 200 OK~X: y\n~", Malformed::Syntax, "9112 2.2: bare LF"),
    ("HTTP/1.1 200 OK~X : y~~", Malformed::Syntax, "9112 5.1"),
    ("HTTP/1.1 200 OK~X: y~ z~~", Malformed::Syntax, "9112 5.2: obs-fold"),
    ("HTTP/1.1 200 OK~X: \0~~", Malformed::Syntax, "9110 5.5"),
    ("HTTP/1.1 20 OK~~", Malformed::Syntax, "9112 4"),
    ("HTTP/1.1 099 OK~~", Malformed::Syntax, "9110 15"),
    ("HTTP/1.1 2000 OK~~", Malformed::Syntax, "9112 4"),
    ("HTTP/2.0 200 OK~~", Malformed::Syntax, "9112 2.3"),
    ("ICY 200 OK~~", Malformed::Syntax, "9112 4"),
    ("~HTTP/1.1 200 OK~~", Malformed::Syntax, "9112 4: bytes left over from the reply before"),
    ("Hello world~~", Malformed::Syntax, "9112 4"),
];

#[test]
fn a_malformed_reply_is_refused() {
    for (raw, want, reason) in MALFORMED {
        let raw = raw.replace('~', "\r\n");
        let got = reply_to(Method::Get, None, raw.as_bytes(), Version::New);
        assert_eq!(got, Err(*want), "{reason}: {raw:?}");
    }
    let endless = [b"HTTP/1.1 200 OK\r\nX: ".to_vec(), vec![b'x'; 128 * 1024]].concat();
    let got = reply_to(Method::Get, None, &endless, Version::New);
    assert_eq!(got, Err(Malformed::TooLarge));
}

#[test]
fn the_worker_says_how_long_it_keeps_a_connection() {
    let check = |line: &str, want: Option<u64>| {
        let raw = format!("HTTP/1.1 200 OK\r\n{line}\r\nContent-Length: 0\r\n\r\n");
        let mut scratch = scratch();
        let head = reply::read(raw.as_bytes(), Method::Get, None, &mut scratch).unwrap().unwrap();
        assert_eq!(head.idle_timeout, want.map(Duration::from_secs), "{line}");
    };
    check("Keep-Alive: timeout=5", Some(5));
    check("Keep-Alive: max=3, Timeout=72", Some(72));
    check("Keep-Alive: timeout=x", None);
    check("X: y", None);
}

#[test]
fn the_time_taken_is_told_if_wanted() {
    let raw = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    let mut scratch = scratch();
    let head = reply::read(raw, Method::Get, None, &mut scratch).unwrap().unwrap();
    let server_timing = Some(Duration::from_micros(1_234));
    let how = ReplyWriting {
        version: Version::New,
        keep_alive: true,
        server_timing,
        set_cookie: None,
        lines: b"",
    };
    let mut out = Vec::new();
    head.write(&how, &mut out);
    assert!(String::from_utf8(out).unwrap().contains("\r\nServer-Timing: edge;dur=1.2\r\n"));
}
