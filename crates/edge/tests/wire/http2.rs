//! HTTP/2 clients, by prior knowledge.

use crate::site::{SOON, Site, until};
use bytes::Bytes;
use h2::client::SendRequest;
use h2::{Reason, RecvStream};
use http::{HeaderMap, Request, Response};
use std::io::Write;
use tokio::net::TcpStream;

/// Run a test's client.
pub fn run<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let local = tokio::task::LocalSet::new();
    local.block_on(&runtime, async { tokio::time::timeout(SOON, work).await.expect("in time") })
}

pub async fn connect(site: &Site) -> SendRequest<Bytes> {
    let socket = TcpStream::connect(site.address).await.unwrap();
    let (send, connection) = h2::client::handshake(socket).await.unwrap();
    tokio::task::spawn_local(async move { drop(connection.await) });
    send.ready().await.unwrap()
}

fn request(method: &str, path: &str) -> http::request::Builder {
    Request::builder().method(method).uri(format!("http://a{path}"))
}

pub async fn get(send: &mut SendRequest<Bytes>, path: &str) -> Response<RecvStream> {
    let get = request("GET", path).body(()).unwrap();
    send.send_request(get, true).unwrap().0.await.unwrap()
}

pub async fn all(body: &mut RecvStream) -> Result<Vec<u8>, h2::Error> {
    let mut content = Vec::new();
    while let Some(data) = body.data().await {
        let data = data?;
        content.extend_from_slice(&data);
        body.flow_control().release_capacity(data.len()).unwrap();
    }
    Ok(content)
}

async fn send_all(stream: &mut h2::SendStream<Bytes>, mut bytes: Bytes, end: bool) {
    while !bytes.is_empty() {
        stream.reserve_capacity(bytes.len());
        let room = std::future::poll_fn(|cx| stream.poll_capacity(cx)).await.unwrap().unwrap();
        let part = bytes.split_to(room.min(bytes.len()));
        stream.send_data(part, end && bytes.is_empty()).unwrap();
    }
}

#[test]
fn requests_are_answered_on_one_connection() {
    let site = Site::new();
    let worker = site.worker(|conn| {
        while let Some(head) = conn.request() {
            let path = head.split(' ').nth(1).unwrap().to_owned();
            conn.reply(&path);
        }
    });
    run(async {
        let mut send = connect(&site).await;
        let mut replies = Vec::new();
        for at in 0..50 {
            let get = request("GET", &format!("/{at}")).body(()).unwrap();
            replies.push(send.send_request(get, true).unwrap().0);
        }
        for (at, reply) in replies.into_iter().enumerate() {
            let mut reply = reply.await.unwrap();
            assert_eq!(reply.status(), 200);
            assert_eq!(all(reply.body_mut()).await.unwrap(), format!("/{at}").into_bytes());
        }
    });
    worker.until_idle();
    assert!(worker.requests()[0].contains("\r\nhost: a\r\n"));
    assert!(worker.requests()[0].contains("X-Forwarded-For: 127.0.0.1"));
}

#[test]
fn bodies_and_trailers_pass_both_ways() {
    const BYTES: usize = 3 * 1024 * 1024;
    let site = Site::new();
    let _worker = site.worker(|conn| {
        let head = conn.request().unwrap();
        assert!(head.contains("Transfer-Encoding: chunked"), "{head}");
        let body = conn.until(b"0\r\nx-sum: 7\r\n\r\n").unwrap();
        let size = body.len();
        conn.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: x-end\r\n\r\n");
        conn.send(&format!("{BYTES:x}\r\n"));
        conn.stream.write_all(&vec![b'y'; BYTES]).unwrap();
        conn.send(&format!("\r\n0\r\nx-end: {}\r\n\r\n", size > BYTES));
    });
    run(async {
        let mut send = connect(&site).await;
        let post = request("POST", "/").body(()).unwrap();
        let (reply, mut stream) = send.send_request(post, false).unwrap();
        send_all(&mut stream, Bytes::from(vec![b'x'; BYTES]), false).await;
        let mut trailers = HeaderMap::new();
        trailers.insert("x-sum", "7".parse().unwrap());
        stream.send_trailers(trailers).unwrap();
        let mut reply = reply.await.unwrap();
        assert_eq!(all(reply.body_mut()).await.unwrap().len(), BYTES);
        let trailers = reply.body_mut().trailers().await.unwrap().unwrap();
        assert_eq!(trailers["x-end"], "true");
    });
}

#[test]
fn a_client_that_does_not_read_is_waited_for() {
    const BYTES: usize = 64 * 1024 * 1024;
    let site = Site::new();
    let worker = site.worker(|conn| {
        conn.request();
        conn.send(&format!("HTTP/1.1 200 OK\r\nContent-Length: {BYTES}\r\n\r\n"));
        let piece = vec![b'z'; 1024 * 1024];
        for _ in 0..64 {
            if conn.stream.write_all(&piece).is_err() {
                return;
            }
        }
    });
    run(async {
        let mut send = connect(&site).await;
        let mut reply = get(&mut send, "/").await;
        // Nothing is read: the worker cannot have got rid of all of it.
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        assert_eq!(worker.in_flight(), 1);
        assert_eq!(all(reply.body_mut()).await.unwrap().len(), BYTES);
    });
    worker.until_idle();
}

#[test]
fn replies_without_a_body_end_with_their_head() {
    let site = Site::new();
    let _worker = site.worker(|conn| {
        while let Some(head) = conn.request() {
            conn.send(match head.split(' ').next().unwrap() {
                "HEAD" => "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n",
                _ => "HTTP/1.1 204 No Content\r\n\r\n",
            });
        }
    });
    run(async {
        let mut send = connect(&site).await;
        for (method, status) in [("HEAD", 200), ("DELETE", 204)] {
            let asked = request(method, "/").body(()).unwrap();
            let reply = send.send_request(asked, true).unwrap().0.await.unwrap();
            assert_eq!(reply.status(), status);
            assert!(reply.body().is_end_stream(), "{method}");
        }
    });
}

#[test]
fn interim_replies_and_refusals_pass() {
    let site = Site::new();
    let _worker = site.worker(|conn| {
        conn.request();
        conn.send("HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n");
        conn.reply("ok");
    });
    run(async {
        let mut send = connect(&site).await;
        assert_eq!(get(&mut send, "/").await.status(), 200);
        let lost = Request::get("http://nowhere.example/").body(()).unwrap();
        let mut reply = send.send_request(lost, true).unwrap().0.await.unwrap();
        assert_eq!(reply.status(), 404);
        let text = String::from_utf8(all(reply.body_mut()).await.unwrap()).unwrap();
        assert!(text.contains("no app is configured"), "{text}");
    });
}

#[test]
fn a_request_given_up_frees_its_place() {
    let site = Site::new();
    let worker = site.worker(|conn| {
        conn.request();
        conn.closed();
    });
    run(async {
        let mut send = connect(&site).await;
        let post = request("POST", "/").body(()).unwrap();
        let (reply, mut stream) = send.send_request(post, false).unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        assert_eq!(worker.in_flight(), 1);
        stream.send_reset(Reason::CANCEL);
        drop(reply);
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        worker.until_idle();
    });
}

#[test]
fn a_torn_reply_is_reset() {
    let site = Site::new();
    let _worker = site.worker(|conn| {
        conn.request();
        conn.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
    });
    run(async {
        let mut send = connect(&site).await;
        // The head may not even have left when the tear is found.
        let asked = request("GET", "/").body(()).unwrap();
        let error = match send.send_request(asked, true).unwrap().0.await {
            Ok(mut reply) => all(reply.body_mut()).await.unwrap_err(),
            Err(error) => error,
        };
        assert_eq!(error.reason(), Some(Reason::INTERNAL_ERROR));
    });
}

#[test]
fn a_malformed_request_ends_its_stream_only() {
    let site = Site::new();
    let _worker = site.worker_saying("ok");
    run(async {
        let mut send = connect(&site).await;
        let bad = request("GET", "/").header("host", "b").body(()).unwrap();
        let error = send.send_request(bad, true).unwrap().0.await.unwrap_err();
        assert_eq!(error.reason(), Some(Reason::PROTOCOL_ERROR));
        assert_eq!(get(&mut send, "/").await.status(), 200);
    });
    assert_eq!(site.metric(r#"ostler_edge_refused_total{reason="http2_request"}"#), 1);
}

#[test]
fn websockets_pass_by_extended_connect() {
    let site = Site::new();
    let worker = site.worker(|conn| {
        let head = conn.request().unwrap();
        assert!(head.starts_with("GET /chat HTTP/1.1\r\n"), "{head}");
        conn.send(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Accept: x\r\n\r\n",
        );
        let said = conn.exactly(5).unwrap();
        conn.stream.write_all(&said).unwrap();
        assert!(conn.closed());
    });
    run(async {
        let mut send = connect(&site).await;
        let mut ask = request("CONNECT", "/chat").body(()).unwrap();
        ask.extensions_mut().insert(h2::ext::Protocol::from_static("websocket"));
        let (reply, mut stream) = send.send_request(ask, false).unwrap();
        let mut reply = reply.await.unwrap();
        assert_eq!(reply.status(), 200);
        send_all(&mut stream, Bytes::from_static(b"hello"), false).await;
        assert_eq!(reply.body_mut().data().await.unwrap().unwrap(), "hello");
        stream.send_data(Bytes::new(), true).unwrap();
        assert_eq!(all(reply.body_mut()).await.unwrap(), b"");
    });
    until("the tunnel's place is free", || {
        worker.load.upgraded.load(std::sync::atomic::Ordering::Relaxed) == 0
    });
}

#[test]
fn a_drain_lets_streams_finish_and_takes_no_more() {
    let site = Site::new();
    let _worker = site.worker(|conn| {
        while conn.request().is_some() {
            std::thread::sleep(std::time::Duration::from_millis(300));
            conn.reply("late");
        }
    });
    std::thread::scope(|scope| {
        let (begun, begin) = std::sync::mpsc::channel();
        let site = &site;
        let client = scope.spawn(move || {
            run(async {
                let mut send = connect(site).await;
                let ask = request("GET", "/").body(()).unwrap();
                let reply = send.send_request(ask, true).unwrap().0;
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
                begun.send(()).unwrap();
                let mut reply = reply.await.unwrap();
                assert_eq!(all(reply.body_mut()).await.unwrap(), b"late");
                // GOAWAY has come: nothing new can begin.
                assert!(send.ready().await.is_err());
            });
        });
        begin.recv().unwrap();
        let drained = site.drain();
        assert_eq!((drained.finished, drained.cut), (1, 0));
        client.join().unwrap();
    });
}

/// What HTTP/1 servers take and HTTP/2 has no words for neither harms the worker nor holds the edge.
#[test]
fn odd_targets_reach_a_worker_that_speaks_http2() {
    let site = Site::new();
    let listener = std::os::unix::net::UnixListener::bind(site.socket("h2.sock")).unwrap();
    listener.set_nonblocking(true).unwrap();
    std::thread::spawn(move || {
        run(async {
            let listener = tokio::net::UnixListener::from_std(listener).unwrap();
            let (socket, _) = listener.accept().await.unwrap();
            let mut connection = h2::server::handshake(socket).await.unwrap();
            while let Some(Ok((request, mut respond))) = connection.accept().await {
                let path = request.uri().path_and_query().unwrap().as_str().to_owned();
                let reply = Response::new(());
                let mut body = respond.send_response(reply, false).unwrap();
                body.send_data(Bytes::from(path), true).unwrap();
            }
        });
    });
    let mut member = site.worker_saying("unused").member();
    member.worker = model::WorkerId(u64::MAX);
    member.endpoint = model::Endpoint::Unix(site.socket("h2.sock").into());
    member.http2 = true;
    site.add_only(member);
    let asked = |head: &str| {
        let mut client = site.client();
        client.send(&format!("{head}\r\n\r\n"));
        let reply = client.reply();
        (reply.status, reply.text())
    };
    let ok = |path: &str| (200, path.to_owned());
    assert_eq!(asked("GET /plain?x=1 HTTP/1.1\r\nHost: a"), ok("/plain?x=1"));
    assert_eq!(asked("GET /?q=\"x\" HTTP/1.1\r\nHost: a"), ok("/?q=%22x%22"));
    assert_eq!(asked("GET /<script> HTTP/1.1\r\nHost: a"), ok("/%3Cscript%3E"));
    assert_eq!(asked("GET /old HTTP/1.0"), ok("/old"));
    assert_eq!(asked("GET / HTTP/1.1\r\nHost: a%20b").0, 400);
    assert_eq!(asked("GET /after HTTP/1.1\r\nHost: a"), ok("/after"));
}
