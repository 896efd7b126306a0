use super::content::fields;
use super::reply::ReplyReader;
use super::request::{Form, Unfit, write};
use crate::http::Method;
use http::Request;

fn parts(method: &str, uri: &str, headers: &[(&str, &str)]) -> http::request::Parts {
    let mut request = Request::builder().method(method).uri(uri);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(()).unwrap().into_parts().0
}

fn written(parts: &http::request::Parts, whole: bool) -> (String, Result<Form, Unfit>) {
    let mut out = Vec::new();
    let form = write(parts, whole, None, String::new, &mut out);
    (String::from_utf8(out).unwrap(), form)
}

#[test]
fn a_head_is_written_as_http_1() {
    let get =
        parts("GET", "http://a.example/x?y=1", &[("accept", "*/*"), ("x-a", "1"), ("x-a", "2")]);
    let (text, form) = written(&get, true);
    assert_eq!(
        text,
        "GET /x?y=1 HTTP/1.1\r\nhost: a.example\r\naccept: */*\r\nx-a: 1\r\nx-a: 2\r\n\r\n"
    );
    assert_eq!(form, Ok(Form::Plain));
}

#[test]
fn a_body_of_unknown_length_is_chunked() {
    let (text, form) = written(&parts("POST", "http://a/", &[]), false);
    assert!(text.ends_with("\r\ntransfer-encoding: chunked\r\n\r\n"), "{text}");
    assert_eq!(form, Ok(Form::Chunks));
    let (text, form) = written(&parts("POST", "http://a/", &[("content-length", "3")]), false);
    assert!(text.contains("content-length: 3\r\n"), "{text}");
    assert_eq!(form, Ok(Form::Plain));
}

#[test]
fn cookies_are_put_together() {
    let (text, _) =
        written(&parts("GET", "http://a/", &[("cookie", "a=1"), ("cookie", "b=2")]), true);
    assert!(text.contains("\r\ncookie: a=1; b=2\r\n"), "{text}");
}

#[test]
fn the_host_is_one() {
    let differs = parts("GET", "http://a.example/", &[("host", "b.example")]);
    assert_eq!(written(&differs, true).1, Err(Unfit::HostDiffers));
    let same = parts("GET", "http://a.example/", &[("host", "A.example")]);
    assert!(written(&same, true).0.contains("host: a.example\r\n\r\n"));
    let two = parts("GET", "/", &[("host", "b.example"), ("host", "c.example")]);
    assert_eq!(written(&two, true).1, Err(Unfit::HostDiffers));
    let alone = parts("GET", "/", &[("host", "b.example")]);
    assert!(written(&alone, true).0.contains("host: b.example\r\n\r\n"));
}

#[test]
fn what_only_http_1_has_is_refused() {
    for name in ["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"] {
        let bad = parts("GET", "http://a/", &[(name, "x")]);
        assert_eq!(written(&bad, true).1, Err(Unfit::ConnectionHeader), "{name}");
    }
    assert_eq!(written(&parts("GET", "http://a/", &[("x", " y")]), true).1, Err(Unfit::Padded));
}

#[test]
fn an_extended_connect_asks_for_an_upgrade() {
    let mut out = Vec::new();
    let connect = parts("CONNECT", "http://a/chat", &[("sec-websocket-version", "13")]);
    let form = write(&connect, false, Some("websocket"), || "KEY".into(), &mut out);
    assert_eq!(form, Ok(Form::Tunnel));
    let text = String::from_utf8(out).unwrap();
    assert!(text.starts_with("GET /chat HTTP/1.1\r\n"), "{text}");
    assert!(
        text.contains("upgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-key: KEY\r\n")
    );
    let other = write(&connect, false, Some("connect-udp"), String::new, &mut Vec::new());
    assert_eq!(other, Err(Unfit::Protocol));
}

/// The reply to a GET, fed in pieces of every size: content, trailers, whether it ended.
fn read(bytes: &[u8], size: usize) -> (u16, Vec<u8>, Option<http::HeaderMap>, bool) {
    let mut reader = ReplyReader::new(Method::Get, false);
    let (mut status, mut content, mut trailers, mut ends) = (0, Vec::new(), None, false);
    for piece in bytes.chunks(size) {
        let read = reader.read([piece, &[]]).unwrap();
        status = read.head.map_or(status, |head| head.status().as_u16());
        content.extend_from_slice(&read.content);
        trailers = read.trailers.or(trailers);
        ends = read.ends;
    }
    (status, content, trailers, ends)
}

#[test]
fn a_reply_is_read_whatever_its_pieces() {
    let chunked =
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n\
                    0\r\nGrpc-Status: 0\r\nb: c d \r\n\r\n";
    let plain = b"HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\nabcde";
    let close = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabcde";
    for size in 1..80 {
        let (status, content, trailers, ends) = read(chunked, size);
        let trailers = trailers.unwrap();
        assert_eq!((status, &content[..], ends), (200, &b"abcde"[..], true));
        assert_eq!(
            (trailers["grpc-status"].as_bytes(), trailers["b"].as_bytes()),
            (&b"0"[..], &b"c d"[..])
        );
        assert_eq!(read(plain, size), (404, b"abcde".to_vec(), None, true));
        assert_eq!(read(close, size), (200, b"abcde".to_vec(), None, false));
    }
}

#[test]
fn interim_replies_come_first() {
    let mut reader = ReplyReader::new(Method::Get, false);
    let bytes = b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n";
    let read = reader.read([bytes, &[]]).unwrap();
    assert_eq!(read.interims[0].status(), 103);
    assert_eq!(read.interims[0].headers()["link"], "x");
    assert!(read.ends && read.head.unwrap().status() == 204);
}

#[test]
fn a_granted_tunnel_has_no_end_of_its_own() {
    let mut reader = ReplyReader::new(Method::Get, true);
    let bytes =
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: x\r\n\
                  Sec-WebSocket-Protocol: chat\r\nConnection: Upgrade\r\n\r\nraw";
    let read = reader.read([bytes, &[]]).unwrap();
    let head = read.head.unwrap();
    assert_eq!((head.status().as_u16(), &read.content[..], read.ends), (200, &b"raw"[..], false));
    let names: Vec<_> = head.headers().keys().map(|name| name.as_str()).collect();
    assert_eq!(names, ["sec-websocket-protocol"]);
}

#[test]
fn malformed_trailers_are_refused() {
    assert!(fields(b"a: b\r\nno colon\r\n").is_err());
    assert!(fields(b": b\r\n").is_err());
}

#[test]
fn a_success_that_grants_no_tunnel_is_no_grant() {
    let mut reader = ReplyReader::new(Method::Get, true);
    let read = reader.read([b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi", b""]).unwrap();
    assert_eq!(read.head.unwrap().status(), 502);
    assert_eq!(&read.content[..], b"hi");
    let mut reader = ReplyReader::new(Method::Get, true);
    let read = reader.read([b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n", b""]).unwrap();
    assert_eq!(read.head.unwrap().status(), 403);
}
