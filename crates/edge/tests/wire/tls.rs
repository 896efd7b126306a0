//! TLS clients.

use crate::client::Client;
use crate::site::{Site, settings, until};
use config::{Certificate, Tls};
use rcgen::{CertificateParams, KeyPair};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, HandshakeKind, ProtocolVersion, RootCertStore};
use std::io::{Read, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

/// An edge with a TLS listener, and what its clients trust.
struct Secure {
    site: Site,
    client: Arc<ClientConfig>,
    folder: PathBuf,
}

/// Two certificates; the first one for localhost.
fn secure() -> Secure {
    secure_with(&[&rustls::version::TLS13, &rustls::version::TLS12])
}

fn secure_with(versions: &[&'static rustls::SupportedProtocolVersion]) -> Secure {
    static NEXT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let unique = NEXT.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
    let folder = std::env::temp_dir().join(format!("wire-tls-{}-{unique}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let mut roots = RootCertStore::empty();
    let mut certificates = Vec::new();
    for name in ["localhost", "example.org"] {
        let (pair, der) = make(&folder, name);
        roots.add(der).unwrap();
        certificates.push(pair);
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let client = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let mut settings = settings();
    let listen = vec![SocketAddr::from(([127, 0, 0, 1], 0))];
    settings.tls = Some(Tls { listen, certificates });
    Secure { site: Site::with(settings), client: Arc::new(client), folder }
}

fn make(folder: &std::path::Path, name: &str) -> (Certificate, CertificateDer<'static>) {
    let key = KeyPair::generate().unwrap();
    let cert = CertificateParams::new(vec![name.to_owned()]).unwrap().self_signed(&key).unwrap();
    let file = |end: &str| folder.join(format!("{name}.{end}"));
    std::fs::write(file("crt"), cert.pem()).unwrap();
    std::fs::write(file("key"), key.serialize_pem()).unwrap();
    (Certificate { cert: file("crt"), key: file("key") }, cert.der().clone())
}

impl Secure {
    fn address(&self) -> SocketAddr {
        self.site.tls_address.unwrap()
    }

    fn client(&self, name: &'static str) -> Client {
        let name = ServerName::try_from(name).unwrap();
        let connection = ClientConnection::new(self.client.clone(), name).unwrap();
        Client::over_tls(self.address(), connection)
    }
}

impl Drop for Secure {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

const GET: &str = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

#[test]
fn requests_pass_and_the_worker_is_told() {
    let secure = secure();
    let _worker = secure.site.worker(|conn| {
        while let Some(request) = conn.request() {
            let told = request.contains("X-Forwarded-Proto: https");
            conn.reply(if told { "told" } else { "not told" });
        }
    });
    let mut client = secure.client("localhost");
    for _ in 0..3 {
        client.send(GET);
        assert_eq!(client.reply().text(), "told");
    }
    assert_eq!(client.tls().protocol_version(), Some(ProtocolVersion::TLSv1_3));
}

#[test]
fn a_proxy_protocol_header_comes_before_the_handshake() {
    let secure = secure();
    let worker = secure.site.worker_saying("hello");
    secure.site.apply(|edge| {
        edge.proxy_protocol = true;
        edge.trusted_proxies = vec![("127.0.0.1".parse().unwrap(), 32)];
    });
    for pause in [0, 20] {
        let mut client = Client::connect(secure.address());
        client.send("PROXY TCP6 2001:db8::9 ::1 4711 443\r\n");
        std::thread::sleep(std::time::Duration::from_millis(pause));
        let name = ServerName::try_from("localhost").unwrap();
        client.begin_tls(ClientConnection::new(secure.client.clone(), name).unwrap());
        client.send(GET);
        assert_eq!(client.reply().text(), "hello");
    }
    assert!(worker.requests()[1].contains("\r\nX-Forwarded-For: 2001:db8::9\r\n"));
    // A handshake without one is none.
    assert!(!secure.client("localhost").try_send(GET.as_bytes()));
    let sample = r#"ostler_edge_refused_total{reason="proxy_header"}"#;
    until("counted", || secure.site.metric(sample) == 1);
}

#[test]
fn tls_1_2_is_spoken_too() {
    let secure = secure_with(&[&rustls::version::TLS12]);
    let _worker = secure.site.worker_saying("hello");
    let mut client = secure.client("localhost");
    client.send(GET);
    assert_eq!(client.reply().text(), "hello");
    assert_eq!(client.tls().protocol_version(), Some(ProtocolVersion::TLSv1_2));
}

#[test]
fn sessions_are_resumed() {
    let secure = secure();
    let _worker = secure.site.worker_saying("hello");
    let mut kinds = Vec::new();
    for _ in 0..2 {
        let mut client = secure.client("localhost");
        client.send(GET);
        assert_eq!(client.reply().text(), "hello");
        kinds.push(client.tls().handshake_kind().unwrap());
    }
    assert_eq!(kinds, [HandshakeKind::Full, HandshakeKind::Resumed]);
}

#[test]
fn large_bodies_pass_both_ways() {
    const BYTES: usize = 8 * 1024 * 1024 + 17;
    let secure = secure();
    let _worker = secure.site.worker(|conn| {
        while conn.request().is_some() {
            let body = conn.exactly(BYTES).unwrap();
            conn.send(&format!("HTTP/1.1 200 OK\r\nContent-Length: {BYTES}\r\n\r\n"));
            conn.stream.write_all(&body).unwrap();
        }
    });
    let mut client = secure.client("localhost");
    let body: Vec<u8> = (0..BYTES).map(|at| (at % 251) as u8).collect();
    client.send(&format!("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: {BYTES}\r\n\r\n"));
    assert!(client.try_send(&body));
    assert!(client.reply().body == body);
}

#[test]
fn the_name_chooses_the_certificate() {
    let secure = secure();
    let _worker = secure.site.worker_saying("hello");
    // The client verifies that the certificate is for the name it asked for.
    for name in ["localhost", "example.org"] {
        let mut client = secure.client(name);
        client.send(&GET.replace("localhost", name));
        assert_eq!(client.reply().text(), "hello");
    }
    let mut stranger = secure.client("unknown.example");
    assert!(!stranger.try_send(GET.as_bytes()), "the first certificate is not for that name");
}

/// A client that takes any certificate, as some proxies do.
#[derive(Debug)]
struct Trusting(Arc<rustls::crypto::CryptoProvider>);

impl rustls::client::danger::ServerCertVerifier for Trusting {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: rustls::pki_types::UnixTime,
    ) -> Result<rustls::client::danger::ServerCertVerified, rustls::Error> {
        Ok(rustls::client::danger::ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &rustls::DigitallySignedStruct,
    ) -> Result<rustls::client::danger::HandshakeSignatureValid, rustls::Error> {
        Ok(rustls::client::danger::HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &rustls::DigitallySignedStruct,
    ) -> Result<rustls::client::danger::HandshakeSignatureValid, rustls::Error> {
        Ok(rustls::client::danger::HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<rustls::SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

#[test]
fn an_unknown_name_gets_the_first_certificate_and_is_counted() {
    let mut secure = secure();
    let _worker = secure.site.worker_saying("hello");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Trusting(provider)))
        .with_no_client_auth();
    secure.client = Arc::new(config);
    let mut client = secure.client("unknown.example");
    client.send(GET);
    assert_eq!(client.reply().text(), "hello");
    assert_eq!(secure.site.metric(r#"ostler_edge_refused_total{reason="tls_name"}"#), 1);
}

#[test]
fn plain_http_on_a_tls_port_is_refused() {
    let secure = secure();
    let mut client = Client::connect(secure.address());
    client.send(GET);
    let reply = client.reply();
    assert_eq!(reply.status, 400);
    assert!(reply.text().contains("https://"), "{}", reply.text());
    assert!(client.closed());
    assert_eq!(secure.site.metric(r#"ostler_edge_refused_total{reason="not_tls"}"#), 1);
}

#[test]
fn garbage_is_refused_and_counted() {
    let secure = secure();
    let mut stream = std::net::TcpStream::connect(secure.address()).unwrap();
    // A ClientHello of one byte.
    stream.write_all(&[22, 3, 1, 0, 5, 1, 0, 0, 1, 9]).unwrap();
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest);
    // An alert: type 21.
    assert_eq!(rest.first(), Some(&21), "{rest:?}");
    until("counted", || secure.site.metric(r#"ostler_edge_refused_total{reason="tls"}"#) == 1);
}

#[test]
fn a_handshake_that_does_not_go_on_ends() {
    let mut settings = settings();
    settings.limits.head_timeout = std::time::Duration::from_millis(200);
    let folder = std::env::temp_dir().join(format!("wire-tls-slow-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (pair, _) = make(&folder, "localhost");
    let listen = vec![SocketAddr::from(([127, 0, 0, 1], 0))];
    settings.tls = Some(Tls { listen, certificates: vec![pair] });
    let site = Site::with(settings);
    let mut client = Client::connect(site.tls_address.unwrap());
    assert!(client.try_send(&[22, 3, 1]));
    assert!(client.closed());
    let _ = std::fs::remove_dir_all(&folder);
}

#[test]
fn certificates_change_at_a_reload() {
    let secure = secure();
    let _worker = secure.site.worker_saying("hello");
    let (pair, der) = make(&secure.folder, "new.example");
    secure.site.apply(|settings| settings.tls.as_mut().unwrap().certificates = vec![pair]);
    let mut roots = RootCertStore::empty();
    roots.add(der).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let config = Arc::new(config);
    until("the new certificate is used", || {
        let name = ServerName::try_from("new.example").unwrap();
        let connection = ClientConnection::new(config.clone(), name).unwrap();
        let mut client = Client::over_tls(secure.address(), connection);
        client.try_send(GET.as_bytes())
    });
}

/// A close frame is put behind whole frames, also when some of them wait for a slow client.
#[test]
fn a_backed_up_websocket_is_closed_properly() {
    const FRAMES: usize = 300;
    const PAYLOAD: usize = 65_536;
    let secure = secure();
    let worker = secure.site.worker(|conn| {
        conn.request();
        conn.send(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        );
        let head = [&[0x82, 127][..], &(PAYLOAD as u64).to_be_bytes()].concat();
        let frame = [head, vec![7; PAYLOAD]].concat();
        for _ in 0..FRAMES {
            if conn.stream.write_all(&frame).is_err() {
                return;
            }
        }
        conn.closed();
    });
    let mut client = secure.client("localhost");
    client.send(
        "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
    );
    assert_eq!(client.head().status, 101);
    std::thread::sleep(std::time::Duration::from_millis(300));
    secure.site.intake(&worker, model::Intake::Closing);
    std::thread::sleep(std::time::Duration::from_millis(300));
    let got = client.rest();
    assert!(got.ends_with(&[0x88, 0x02, 0x03, 0xE9]), "{} bytes", got.len());
    assert_eq!((got.len() - 4) % (PAYLOAD + 10), 0, "whole frames only");
}
