//! Against servers that answer, refuse, close and break off by script.

use super::connection::{Connection, Signs};
use super::{Arrivals, Load, Method, Outcome, Plan, Tls, TlsSettings, quantile};
use base::random::Random;
use std::collections::HashSet;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const GOOD: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const LAST: &str = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nok";

/// A server that answers the requests of each connection with `replies` in turn; then it closes.
fn server(replies: &'static [&'static str]) -> SocketAddr {
    serve(move |mut stream| {
        for reply in replies {
            assert!(stream.read(&mut [0; 4096]).unwrap() > 0);
            stream.write_all(reply.as_bytes()).unwrap();
        }
    })
}

fn serve(answer: impl Fn(TcpStream) + Send + Sync + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let answer = Arc::new(answer);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (answer, stream) = (answer.clone(), stream.unwrap());
            std::thread::spawn(move || answer(stream));
        }
    });
    address
}

/// The outcomes of requests sent one after the other over one [`Connection`].
fn check(replies: &'static [&'static str], want: &[Outcome]) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut connection = Connection::new(server(replies));
        for (at, want) in want.iter().enumerate() {
            let got = connection.exchange(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
            assert_eq!(got, *want, "request {at} of {replies:?}");
        }
    });
}

#[test]
fn each_end_is_told_apart() {
    use Outcome::{Answered, Malformed, Refused, Stale, Truncated, Unanswered};
    check(&[GOOD, GOOD, LAST], &[Answered, Answered, Answered, Answered]);
    check(&["HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"], &[Refused(502)]);
    check(&["HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"], &[Answered]);
    check(&[GOOD, ""], &[Answered, Stale, Answered, Stale]);
    check(&[""], &[Unanswered, Unanswered]);
    check(&["HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab"], &[Truncated]);
    check(&["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n"], &[Truncated]);
    check(&["HTTP/1.1 200"], &[Truncated]);
    check(&["SSH-2.0-x\r\n\r\n"], &[Malformed]);
    check(&["HTTP/1.1 204 No Content\r\n\r\nmore than asked"], &[Malformed]);
}

#[test]
fn a_connection_closed_while_idle_is_replaced() {
    let (tell, told) = std::sync::mpsc::channel();
    let address = serve(move |mut stream| {
        assert!(stream.read(&mut [0; 4096]).unwrap() > 0);
        stream.write_all(GOOD.as_bytes()).unwrap();
        drop(stream);
        tell.send(()).unwrap();
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut connection = Connection::new(address);
        for _ in 0..3 {
            assert_eq!(connection.exchange(b"GET / HTTP/1.1\r\n\r\n").await, Outcome::Answered);
            told.recv().unwrap();
            // The runtime hears of the close when it next looks at its sockets.
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    });
}

#[test]
fn a_closed_port_and_a_silent_server() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let silent = serve(|mut stream| while matches!(stream.read(&mut [0; 64]), Ok(1..)) {});
    for (address, name) in [(closed, "connect"), (silent, "timeout")] {
        let mut plan = Plan::new(address, "/", 2);
        plan.timeout = Duration::from_millis(20);
        let load = Load::start(plan).unwrap();
        while load.snapshot().failures() < 4 {
            std::thread::sleep(Duration::from_millis(1));
        }
        let (end, first) = load.finish();
        assert_eq!(end.gets.described(), format!("{} {name}", end.failures()));
        assert_eq!(end.answered(), 0);
        assert!(!first.is_empty());
    }
}

#[test]
fn every_request_is_counted_once() {
    let ids: Arc<Mutex<Vec<String>>> = Arc::default();
    let seen = ids.clone();
    let address = serve(move |mut stream| {
        let mut request = [0; 4096];
        while let Ok(length @ 1..) = stream.read(&mut request) {
            seen.lock().unwrap().push(String::from_utf8_lossy(&request[..length]).into_owned());
            stream.write_all(GOOD.as_bytes()).unwrap();
        }
    });
    let mut plan = Plan::new(address, "/list", 4);
    plan.posts = Some(("/orders".into(), 50));
    let load = Load::start(plan).unwrap();
    let before = load.snapshot();
    while load.snapshot().answered() < 200 {
        std::thread::sleep(Duration::from_millis(1));
    }
    let all = load.finish().0.since(&before);
    let requests = ids.lock().unwrap();
    let posts: Vec<_> = requests.iter().filter(|text| text.starts_with("POST /orders")).collect();
    assert_eq!((all.answered(), all.failures()), (requests.len() as u64, 0));
    assert_eq!(all.posts.answered, posts.len() as u64);
    assert_eq!(posts.iter().collect::<HashSet<_>>().len(), posts.len(), "ids are unique");
    assert_eq!(all.latency.total(), all.answered());
}

#[test]
fn pauses_have_the_mean_asked_for() {
    let mut plan = Plan::new("127.0.0.1:1".parse().unwrap(), "/", 1);
    plan.think = (Duration::from_millis(3), Duration::from_millis(17));
    let mut random = Random::new(3);
    let mean = (0..10_000).map(|_| plan.pause(&mut random).as_secs_f64()).sum::<f64>() / 10_000.0;
    assert!((mean - 0.010).abs() < 0.0005, "{mean}");
    assert!((0..1_000).all(|_| plan.pause(&mut random) >= Duration::from_millis(3)));
    let request = plan.request(0, 0, &mut random);
    assert_eq!(request.method, Method::Get);
    assert!(request.bytes.starts_with(b"GET / HTTP/1.1\r\n"));
}

#[test]
fn arrivals_come_at_their_rate_and_count_from_when_they_were_due() {
    // Every connection waits before it answers; arrivals do not wait for one another.
    const REPLY: &str =
        "HTTP/1.1 503 X\r\nX-Worker: 7\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n";
    let address = serve(|mut stream| {
        while matches!(stream.read(&mut [0; 4096]), Ok(1..)) {
            std::thread::sleep(Duration::from_millis(50));
            stream.write_all(REPLY.as_bytes()).unwrap();
        }
    });
    let mut plan = Plan::new(address, "/often", 1);
    plan.rare = Some(("/seldom".into(), 20));
    let arrivals = Arrivals { plan, rate: 500.0, time: Duration::from_secs(1) };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let samples = runtime.block_on(arrivals.run()).unwrap();
    assert!((400..600).contains(&samples.len()), "{}", samples.len());
    let rare = samples.iter().filter(|sample| sample.rare).count();
    assert!((50..150).contains(&rare), "{rare}");
    for sample in &samples {
        assert_eq!(sample.outcome, Outcome::Refused(503));
        assert_eq!(sample.signs, Signs { worker: Some(7), retry_after: true });
        assert!(sample.took >= Duration::from_millis(50));
    }
}

#[test]
fn exact_quantiles() {
    let ms = Duration::from_millis;
    assert_eq!(quantile([], 0.5), None);
    assert_eq!(quantile((1..=100).map(ms), 0.99), Some(ms(99)));
    assert_eq!(quantile([ms(3), ms(1), ms(2)], 0.5), Some(ms(2)));
}

#[test]
fn a_client_resumes_its_own_sessions() {
    let folder = crate::side::certificate().unwrap();
    let settings = |resume| TlsSettings {
        certificate: folder.path().join(crate::side::CERTIFICATE),
        name: crate::side::NAME,
        resume,
        http2: false,
    };
    let address = tls_server(folder.path());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for (resume, share) in [(true, 0.75), (false, 0.0)] {
        let tls = Tls::new(settings(resume)).unwrap();
        runtime.block_on(async {
            let mut connection = Connection::new(address).with_tls(Some(tls.fork()));
            for _ in 0..4 {
                let got = connection.exchange(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
                assert_eq!(got, Outcome::Answered);
                connection.close();
            }
        });
        assert_eq!(tls.resumed(), share);
        assert!(tls.anew().unwrap().resumed().is_nan(), "nothing is remembered");
    }
}

/// A server that answers one request on each connection, through TLS.
fn tls_server(folder: &std::path::Path) -> SocketAddr {
    use rustls::pki_types::pem::PemObject;
    use rustls::pki_types::{CertificateDer, PrivateKeyDer};
    let file = folder.join("both.pem");
    let certificate = CertificateDer::from_pem_file(&file).unwrap();
    let key = PrivateKeyDer::from_pem_file(&file).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let config = Arc::new(config);
    serve(move |stream| {
        let session = rustls::ServerConnection::new(config.clone()).unwrap();
        let mut stream = rustls::StreamOwned::new(session, stream);
        assert!(stream.read(&mut [0; 4096]).unwrap() > 0);
        stream.write_all(GOOD.as_bytes()).unwrap();
        stream.flush().unwrap();
        // Until the client has gone.
        let _ = stream.read(&mut [0; 16]);
    })
}

#[test]
fn http2_streams_are_counted_each() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(http2_server(listener));
    });
    let mut plan = Plan::new(address, "/", 1);
    plan.streams = Some(10);
    let load = Load::start(plan).unwrap();
    // The first connection is ended by the server after a hundred requests; the load goes on.
    while load.snapshot().answered() < 150 || load.snapshot().gets.failed[0] < 15 {
        std::thread::sleep(Duration::from_millis(1));
    }
    let (end, _) = load.finish();
    let refused = end.gets.failed[0] as f64 / end.gets.answered as f64;
    assert!((0.05..0.2).contains(&refused), "{}", end.gets.described());
}

/// Refuses every tenth request, and ends its first connection after a hundred.
async fn http2_server(listener: TcpListener) {
    listener.set_nonblocking(true).unwrap();
    let listener = tokio::net::TcpListener::from_std(listener).unwrap();
    let mut most = 100;
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let mut connection = h2::server::handshake(stream).await.unwrap();
        let mut served = 0;
        while let Some(Ok((_, mut respond))) = connection.accept().await {
            served += 1;
            let status = if served % 10 == 0 { 503 } else { 200 };
            let reply = http::Response::builder().status(status).body(()).unwrap();
            let mut body = respond.send_response(reply, false).unwrap();
            body.send_data(bytes::Bytes::from_static(b"ok"), true).unwrap();
            if served == most {
                break;
            }
        }
        most = u64::MAX;
    }
}
