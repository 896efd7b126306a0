use super::*;
use base::random::Random;

/// The headers that every request of a client without a proxy gets.
const ADDED: &str =
    "X-Forwarded-For: 192.0.2.7~X-Forwarded-Proto: http~X-Forwarded-Host: a~X-Request-Id: ID~";

/// `raw`, and what the worker gets; `~` stands for CRLF and `+` for [`ADDED`].
#[rustfmt::skip]
const CASES: &[(&str, &str, &str)] = &[
    ("GET / HTTP/1.1~Host: a~~", "GET / HTTP/1.1~Host: a~+~", "the least"),
    ("~GET / HTTP/1.1~Host: a~~", "GET / HTTP/1.1~Host: a~+~", "9112 2.2: one empty line before"),
    ("GET /a/../b?c=%20&d HTTP/1.1~Host: a~~", "GET /a/../b?c=%20&d HTTP/1.1~Host: a~+~", "the target as it was"),
    ("PROPFIND / HTTP/1.1~Host: a~~", "PROPFIND / HTTP/1.1~Host: a~+~", "any method"),
    ("OPTIONS * HTTP/1.1~Host: a~~", "OPTIONS * HTTP/1.1~Host: a~+~", "9112 3.2.4"),
    ("OPTIONS http://a HTTP/1.1~Host: a~~", "OPTIONS * HTTP/1.1~Host: a~+~", "9112 3.2.4"),
    ("GET http://a/x?y HTTP/1.1~Host: a~~", "GET /x?y HTTP/1.1~Host: a~+~", "9112 3.2.2: absolute form"),
    ("GET HTTP://A HTTP/1.1~Host: a~~", "GET / HTTP/1.1~Host: a~+~", "9112 3.2.2: without a path"),
    ("GET / HTTP/1.1~Host: a~X:b~Y:   c  ~Z:\t~~", "GET / HTTP/1.1~Host: a~X:b~Y:   c  ~Z:\t~+~", "9112 5.1: optional white space"),
    ("GET / HTTP/1.1~X: 1~Host: a~X: 2~Cookie: b=c~~", "GET / HTTP/1.1~X: 1~Host: a~X: 2~Cookie: b=c~+~", "order and case stay"),
    ("GET / HTTP/1.1~Host: a~X: \u{e9}\u{4e2d}~~", "GET / HTTP/1.1~Host: a~X: \u{e9}\u{4e2d}~+~", "9110 5.5: obs-text"),
    ("POST / HTTP/1.1~Host: a~Content-Length: 5~~", "POST / HTTP/1.1~Host: a~+Content-Length: 5~~", "a length is said anew"),
    ("POST / HTTP/1.1~Host: a~Transfer-Encoding: CHUNKED~~", "POST / HTTP/1.1~Host: a~+Transfer-Encoding: chunked~~", "chunks are said anew"),
    ("POST / HTTP/1.1~Host: a~Expect: 100-Continue~Content-Length: 1~~", "POST / HTTP/1.1~Host: a~Expect: 100-Continue~+Content-Length: 1~~", "9110 10.1.1: the worker decides"),
    ("POST / HTTP/1.0~Host: a~Expect: 100-continue~Content-Length: 1~~", "POST / HTTP/1.1~Host: a~+Content-Length: 1~~", "9110 10.1.1: not for 1.0"),
    ("POST / HTTP/1.1~Host: a~Content-Length: \t 5 \t~~", "POST / HTTP/1.1~Host: a~+Content-Length: 5~~", "9110 5.5: white space that Node does not take there"),
    ("POST / HTTP/1.1~Host: a~content-length:0~~", "POST / HTTP/1.1~Host: a~+Content-Length: 0~~", "no body is said as well"),
    // Hop by hop (9110 7.6.1).
    ("GET / HTTP/1.1~Host: a~Connection: close~~", "GET / HTTP/1.1~Host: a~+~", "for this hop"),
    ("GET / HTTP/1.1~Connection: keep-alive~Keep-Alive: timeout=5~Proxy-Connection: x~Host: a~~", "GET / HTTP/1.1~Host: a~+~", "for this hop"),
    ("GET / HTTP/1.1~Host: a~Foo: 1~Connection: foo, BAR~Bar: 2~Baz: 3~~", "GET / HTTP/1.1~Host: a~Baz: 3~+~", "what it names"),
    ("GET / HTTP/1.1~Host: a~Connection: Host, Cookie, Authorization~Cookie: c~Authorization: d~~", "GET / HTTP/1.1~Host: a~Cookie: c~Authorization: d~+~", "but not what belongs to the message"),
    ("POST / HTTP/1.1~Host: a~Connection: Content-Length~Content-Length: 5~~", "POST / HTTP/1.1~Host: a~+Content-Length: 5~~", "nor what frames it"),
    ("GET / HTTP/1.1~Host: a~Connection: X-Forwarded-For, X-Request-Id~~", "GET / HTTP/1.1~Host: a~+~", "nor what the edge adds"),
    ("GET / HTTP/1.1~Host: a~TE: trailers, deflate;q=0.5~Connection: TE~~", "GET / HTTP/1.1~Host: a~+TE: trailers~Connection: TE~~", "9110 10.1.4: trailers only"),
    ("GET / HTTP/1.1~Host: a~TE: gzip~~", "GET / HTTP/1.1~Host: a~+~", "9110 10.1.4"),
    ("GET / HTTP/1.1~Host: a~Proxy_Connection: x~~", "GET / HTTP/1.1~Host: a~+~", "its other spelling"),
    // Upgrade (9110 7.8).
    ("GET / HTTP/1.1~Host: a~Upgrade: websocket~Connection: Upgrade~~", "GET / HTTP/1.1~Host: a~Upgrade: websocket~+Connection: Upgrade~~", "a WebSocket"),
    ("GET / HTTP/1.1~Host: a~Upgrade: websocket~~", "GET / HTTP/1.1~Host: a~+~", "not without Connection"),
    ("GET / HTTP/1.1~Host: a~Connection: upgrade~~", "GET / HTTP/1.1~Host: a~+~", "not without a protocol"),
    ("GET / HTTP/1.1~Host: a~Upgrade: h2c~HTTP2-Settings: x~Connection: Upgrade, HTTP2-Settings~~", "GET / HTTP/1.1~Host: a~+~", "never HTTP/2: a tunnel around every rule"),
    ("GET / HTTP/1.1~Host: a~Upgrade: websocket, h2c~Connection: Upgrade~~", "GET / HTTP/1.1~Host: a~+~", "no list"),
    ("GET / HTTP/1.1~Host: a~Upgrade: websocket~Upgrade: h2c~Connection: Upgrade~~", "GET / HTTP/1.1~Host: a~+~", "nor two lines"),
    ("GET / HTTP/1.1~Host: a~Upgrade: HTTP/2.0~Connection: Upgrade~~", "GET / HTTP/1.1~Host: a~+~", "nor HTTP"),
    ("GET / HTTP/1.0~Host: a~Upgrade: websocket~Connection: Upgrade~~", "GET / HTTP/1.1~Host: a~+~", "not in 1.0"),
    ("POST / HTTP/1.1~Host: a~Content-Length: 1~Upgrade: x~Connection: Upgrade~~", "POST / HTTP/1.1~Host: a~+Content-Length: 1~~", "not with a body"),
    // Who the client is.
    ("GET / HTTP/1.1~Host: a~X-Forwarded-For: 1.1.1.1~X-Forwarded-Proto: https~X-Forwarded-Host: b~~", "GET / HTTP/1.1~Host: a~+~", "a client is not believed"),
    ("GET / HTTP/1.1~Host: a~X_Forwarded_For: 1.1.1.1~x-forwarded_proto: https~~", "GET / HTTP/1.1~Host: a~+~", "nor in other spellings"),
    ("GET / HTTP/1.1~Host: a~Forwarded: for=1.1.1.1~X-Real-IP: 1.1.1.1~X-Forwarded-Port: 1~X-Forwarded-Server: b~~", "GET / HTTP/1.1~Host: a~+~", "nor by other names"),
    ("GET / HTTP/1.1~Host: a:80~~", "GET / HTTP/1.1~Host: a:80~X-Forwarded-For: 192.0.2.7~X-Forwarded-Proto: http~X-Forwarded-Host: a:80~X-Request-Id: ID~~", "the host as it was asked for"),
    ("GET / HTTP/1.0~~", "GET / HTTP/1.1~Host: ~X-Forwarded-For: 192.0.2.7~X-Forwarded-Proto: http~X-Request-Id: ID~~", "9112 3.2: an unknown host is empty"),
    ("GET / HTTP/1.1~Host: a~X-Request-Id: req-7.b~~", "GET / HTTP/1.1~Host: a~X-Forwarded-For: 192.0.2.7~X-Forwarded-Proto: http~X-Forwarded-Host: a~X-Request-Id: req-7.b~~", "a good id is kept"),
    ("GET / HTTP/1.1~Host: a~X-Request-Id: a b~~", "GET / HTTP/1.1~Host: a~+~", "a bad one is not"),
    ("GET / HTTP/1.1~Host: a~X-Request-Id: <i>~~", "GET / HTTP/1.1~Host: a~+~", "a bad one is not"),
    ("GET / HTTP/1.1~Host: a~X-Request-Id: 1~X-Request-Id: 2~~", "GET / HTTP/1.1~Host: a~+~", "nor two"),
];

fn spelled(text: &str) -> String {
    text.replace('+', ADDED).replace('~', "\r\n")
}

#[test]
fn a_good_request_is_passed_on() {
    for (raw, want, reason) in CASES {
        let got = request(spelled(raw).as_bytes(), &CLIENT);
        assert_eq!(got, Ok(Some(spelled(want))), "{reason}: {raw}");
    }
}

#[test]
fn a_head_is_complete_at_its_last_byte_only() {
    for (raw, ..) in CASES {
        let raw = spelled(raw);
        for end in 0..raw.len() {
            assert_eq!(request(&raw.as_bytes()[..end], &CLIENT), Ok(None), "{:?}", &raw[..end]);
        }
    }
}

#[test]
fn what_is_sent_on_is_read_the_same_again() {
    for (raw, ..) in CASES {
        let once = request(spelled(raw).as_bytes(), &CLIENT).unwrap().unwrap();
        // 1.0 without a host is the exception: an empty Host is for workers only.
        let Ok(twice) = request(once.as_bytes(), &CLIENT) else {
            assert!(once.contains("Host: \r\n"), "{once}");
            continue;
        };
        assert_eq!(twice.as_deref(), Some(once.as_str()).filter(|_| twice.is_some()), "{raw}");
    }
}

#[test]
fn a_trusted_proxy_is_believed_and_added_to() {
    let check = |raw: &str, want: &str| {
        let got = request(spelled(raw).as_bytes(), &PROXY).unwrap().unwrap();
        assert_eq!(got, spelled(want), "{raw}");
    };
    check(
        "GET / HTTP/1.1~Host: a~X-Forwarded-For: 1.1.1.1, 2.2.2.2~X-Forwarded-Proto: https~\
         X-Forwarded-Host: b~X-Request-Id: r1~X-Forwarded-Port: 443~Forwarded: for=x~~",
        "GET / HTTP/1.1~Host: a~X-Forwarded-Port: 443~Forwarded: for=x~\
         X-Forwarded-For: 1.1.1.1, 2.2.2.2, 10.0.0.1~X-Forwarded-Proto: https~\
         X-Forwarded-Host: b~X-Request-Id: r1~~",
    );
    check(
        "GET / HTTP/1.1~Host: a~X-Forwarded-For: 1~X-Forwarded-For:~X-Forwarded-For: 2~\
         X_Forwarded_For: 3~~",
        "GET / HTTP/1.1~Host: a~X-Forwarded-For: 1, 2, 10.0.0.1~X-Forwarded-Proto: http~\
         X-Forwarded-Host: a~X-Request-Id: ID~~",
    );
    check(
        "GET / HTTP/1.1~Host: a~X-Forwarded-For: 1~X-Forwarded-For: 2~X-Forwarded-For: 3~\
         X-Forwarded-For: 4~X-Forwarded-For: 5~X-Forwarded-For: 6~~",
        "GET / HTTP/1.1~Host: a~X-Forwarded-For: 3, 4, 5, 6, 10.0.0.1~X-Forwarded-Proto: http~\
         X-Forwarded-Host: a~X-Request-Id: ID~~",
    );
}

#[test]
fn one_scheme_and_one_host_are_passed_on() {
    let check = |raw: &str, scheme: &str, host: &str| {
        let raw = format!("GET / HTTP/1.1~Host: a~{raw}~~");
        let got = request(spelled(&raw).as_bytes(), &PROXY).unwrap().unwrap();
        let want = format!("~X-Forwarded-Proto: {scheme}~X-Forwarded-Host: {host}~");
        assert!(got.contains(&spelled(&want)), "{raw}: {got}");
    };
    check("X-Forwarded-Proto: https, http", "https", "a");
    check("X-Forwarded-Proto: http~X-Forwarded-Proto: https", "https", "a");
    check("X-Forwarded-Proto:", "http", "a");
    check("X-Forwarded-Host: shop.example , inner", "http", "shop.example");
    check("X-Forwarded-Host: ,", "http", "a");
}

#[test]
fn forwarded_is_sent_where_it_is_wanted() {
    let check = |peer: &Peer<'_>, head: &str, want: &str| {
        let peer = Peer { forwarded: true, ..*peer };
        let raw = format!("GET / HTTP/1.1~{head}~~");
        let got = request(spelled(&raw).as_bytes(), &peer).unwrap().unwrap();
        let lines = got.lines().filter_map(|line| line.strip_prefix("Forwarded: "));
        assert_eq!(lines.collect::<Vec<_>>(), want.split('~').collect::<Vec<_>>(), "{head}");
    };
    check(&CLIENT, "Host: a", "for=192.0.2.7;host=a;proto=http");
    check(&CLIENT, "Host: a:8080", "for=192.0.2.7;host=\"a:8080\";proto=http");
    check(&CLIENT, "Host: [::1]:8080", "for=192.0.2.7;host=\"[::1]:8080\";proto=http");
    check(&CLIENT, "Host: a(b)", "for=192.0.2.7;host=\"a(b)\";proto=http");
    // A client is not believed.
    check(&CLIENT, "Host: a~Forwarded: for=6.6.6.6", "for=192.0.2.7;host=a;proto=http");
    check(&CLIENT, "Host: a~X-Forwarded-For: 6.6.6.6", "for=192.0.2.7;host=a;proto=http");
    let six = Peer { address: "2001:db8::7", scheme: "https", ..CLIENT };
    check(&six, "Host: a", "for=\"[2001:db8::7]\";host=a;proto=https");
    // A trusted proxy is, and is added to.
    check(&PROXY, "Host: a~Forwarded: for=x", "for=x~for=10.0.0.1;host=a;proto=http");
    // One that speaks only the older headers is spoken for.
    check(
        &PROXY,
        "Host: a~X-Forwarded-For: 203.0.113.9, [2001:db8::9]:80, unknown~X-Forwarded-Proto: https~\
         X-Forwarded-Host: b:1",
        "for=203.0.113.9;host=\"b:1\";proto=https, for=\"[2001:db8::9]\", for=unknown, \
         for=10.0.0.1;host=a;proto=http",
    );
}

/// What `raw` means: framing, keep-alive, upgrade.
fn meaning(raw: &str) -> (Framing, bool, Option<Upgrade>) {
    let raw = raw.replace('~', "\r\n");
    let mut scratch = scratch();
    let head = request::read(raw.as_bytes(), &LIMITS, &mut scratch).unwrap().unwrap();
    assert_eq!(head.len, raw.len());
    (head.framing, head.keep_alive, head.upgrade)
}

#[test]
fn what_a_head_means() {
    let check = |raw, want| assert_eq!(meaning(raw), want, "{raw}");
    let (none, chunked) = (Framing::None, Framing::Chunked);
    check("GET / HTTP/1.1~Host: a~~", (none, true, None));
    check("GET / HTTP/1.1~Host: a~Connection: Close~~", (none, false, None));
    check("GET / HTTP/1.1~Host: a~Connection: x, close, keep-alive~~", (none, false, None));
    check("GET / HTTP/1.0~Host: a~~", (none, false, None));
    check("GET / HTTP/1.0~Connection: Keep-Alive~~", (none, true, None));
    check("GET / HTTP/1.0~Connection: Keep-Alive, close~~", (none, false, None));
    check("GET / HTTP/1.1~Host: a~Content-Length: 0~~", (none, true, None));
    check("GET / HTTP/1.1~Host: a~Content-Length: 7~~", (Framing::Length(7), true, None));
    check("PUT / HTTP/1.1~Host: a~Transfer-Encoding: chunked~~", (chunked, true, None));
    let websocket = "GET / HTTP/1.1~Host: a~Upgrade: WebSocket~Connection: keep-alive, Upgrade~~";
    check(websocket, (none, true, Some(Upgrade::WebSocket)));
    let other = "GET / HTTP/1.1~Host: a~Upgrade: mqtt~Connection: Upgrade~~";
    check(other, (none, true, Some(Upgrade::Other)));
}

#[test]
fn host_and_path_for_routing() {
    let check = |raw: &str, host: &str, path: &str| {
        let raw = raw.replace('~', "\r\n");
        let mut scratch = scratch();
        let head = request::read(raw.as_bytes(), &LIMITS, &mut scratch).unwrap().unwrap();
        assert_eq!((head.host(), head.path()), (host.as_bytes(), path.as_bytes()), "{raw}");
    };
    check("GET /a?b HTTP/1.1~Host: x.org:8080~~", "x.org", "/a");
    check("GET http://x.org/a/b HTTP/1.1~Host: X.org~~", "X.org", "/a/b");
    check("GET / HTTP/1.1~Host: [::1]:80~~", "[::1]", "/");
    check("GET /?/ HTTP/1.0~~", "", "/");
    check("OPTIONS * HTTP/1.1~Host: a~~", "a", "/");
}

/// Heads made of pieces that parsers disagree on: whatever is passed on reads the same again.
#[test]
fn made_up_heads_never_change_their_meaning() {
    const PIECES: [&str; 26] = [
        "GET",
        " ",
        "/",
        "HTTP/1.1",
        "\r\n",
        "\n",
        "\r",
        ":",
        "Host",
        "a",
        "Content-Length",
        "5",
        "Transfer-Encoding",
        "chunked",
        ",",
        "\t",
        "\0",
        "Connection",
        "close",
        "POST",
        "x",
        "http://a",
        "Upgrade",
        "_",
        "HTTP/1.0",
        "\r\n\r\n",
    ];
    for seed in 0..20_000 {
        let mut random = Random::new(seed);
        let mut raw = String::from("POST / HTTP/1.1\r\nHost: a\r\n");
        for _ in 0..random.below(12) {
            raw.push_str(PIECES[random.below(PIECES.len() as u64) as usize]);
        }
        raw.push_str("\r\n\r\n");
        let Ok(Some(once)) = request(raw.as_bytes(), &CLIENT) else { continue };
        let twice = request(once.as_bytes(), &CLIENT);
        assert!(matches!(twice, Ok(Some(_))), "seed {seed}: {raw:?} became {once:?}");
        let lengths = once.matches("Content-Length:").count();
        let codings = once.matches("Transfer-Encoding:").count();
        assert!(lengths + codings <= 1, "seed {seed}: {once:?}");
        assert!(!once.replace("\r\n", "").contains(['\r', '\n', '\0']), "seed {seed}: {once:?}");
    }
}
