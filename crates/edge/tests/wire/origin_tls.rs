//! Upstreams over TLS: who is trusted, and what becomes of connections.

use crate::far::{Far, Names};
use crate::origin::{healthy, server, site, told, upstream};
use crate::site::{Site, settings, until};
use config::Upstream;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::sync::Arc;

const GET: &str = "GET / HTTP/1.1\r\nHost: example.org\r\n\r\n";

/// An authority of a test's own, and the file that an upstream's `ca` names.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    file: PathBuf,
}

impl Authority {
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        let file = std::env::temp_dir().join(format!("wire-ca-{}-{name}.pem", std::process::id()));
        std::fs::write(&file, pem).unwrap();
        Authority { issuer: Issuer::new(params, key), file }
    }

    /// What a server with such a certificate offers.
    fn signs(&self, params: &CertificateParams) -> ServerConfig {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        offer(certificate.der().clone(), &key)
    }
}

impl Drop for Authority {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.file);
    }
}

fn offer(certificate: CertificateDer<'static>, key: &KeyPair) -> ServerConfig {
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap()
}

fn named(name: &str) -> CertificateParams {
    CertificateParams::new(vec![name.to_owned()]).unwrap()
}

fn over_tls(far: &Far, host: &str, health: bool, ca: Option<&Authority>) -> Upstream {
    let mut url = server(host, far.address.port());
    url.tls = true;
    Upstream { ca: ca.map(|ca| ca.file.clone()), ..upstream(vec![url], health) }
}

fn names() -> Arc<Names> {
    let names = Names::new();
    names.set("far.test", &["127.0.0.1"]);
    names
}

#[test]
fn requests_and_checks_pass_over_tls() {
    let ca = Authority::new("pass");
    let far = Far::secure("far", ca.signs(&named("far.test")));
    let site = site(over_tls(&far, "far.test", true, Some(&ca)), names());
    let mut client = site.client();
    for _ in 0..20 {
        client.send(GET);
        let reply = client.reply();
        assert_eq!((reply.status, reply.text().as_str()), (200, "far"));
    }
    assert!(far.requests()[0].contains("\r\nHost: example.org\r\n"));
    let host = format!("\r\nHost: far.test:{}\r\n", far.address.port());
    assert!(far.checks()[0].contains(&host), "{:?}", far.checks());
    assert_eq!(healthy(&site), 1);
    assert_eq!(far.connections(), 1 + far.checks().len(), "one connection took all requests");
    until("checks resume their session", || far.resumed() > 0);
}

#[test]
fn an_address_in_the_url_must_be_in_the_certificate() {
    let ca = Authority::new("address");
    let far = Far::secure("far", ca.signs(&named("127.0.0.1")));
    let site = site(over_tls(&far, "127.0.0.1", false, Some(&ca)), Names::new());
    assert_eq!(site.get("/"), (200, "far".to_owned()));
}

/// Requests fail with 502, and the news say why.
fn refused(far: &Far, host: &str, ca: Option<&Authority>, why: &str) {
    let site = site(over_tls(far, host, false, ca), names());
    let mut news = site.edge.news().unwrap();
    let line = told(&mut news, "is not healthy");
    assert!(line.starts_with("upstream web: https://far.test:") && line.contains(why), "{line}");
    let (status, text) = site.get("/");
    assert_eq!(status, 502, "{text}");
    assert!(far.requests().is_empty(), "nothing was sent");
}

#[test]
fn an_expired_certificate_is_refused() {
    let ca = Authority::new("expired");
    let mut params = named("far.test");
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2021, 1, 1);
    let far = Far::secure("far", ca.signs(&params));
    refused(&far, "far.test", Some(&ca), "its certificate has expired");
}

#[test]
fn a_certificate_for_another_name_is_refused() {
    let ca = Authority::new("name");
    let far = Far::secure("far", ca.signs(&named("other.test")));
    let why = "its certificate is not for far.test, but for";
    refused(&far, "far.test", Some(&ca), why);
}

#[test]
fn a_certificate_that_nobody_vouches_for_is_refused() {
    let (ca, other) = (Authority::new("one"), Authority::new("other"));
    let why = "its certificate is signed by nobody who is trusted";
    let far = Far::secure("far", other.signs(&named("far.test")));
    refused(&far, "far.test", Some(&ca), why);
    refused(&far, "far.test", None, why);
    let key = KeyPair::generate().unwrap();
    let own = named("far.test").self_signed(&key).unwrap();
    let far = Far::secure("far", offer(own.der().clone(), &key));
    refused(&far, "far.test", Some(&ca), why);
}

#[test]
fn a_server_without_tls_is_told_as_such() {
    let ca = Authority::new("plain");
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            let _ = stream.read(&mut [0; 1_000]);
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
        }
    });
    let mut url = server("far.test", port);
    url.tls = true;
    let upstream = Upstream { ca: Some(ca.file.clone()), ..upstream(vec![url], false) };
    let site = site(upstream, names());
    let mut news = site.edge.news().unwrap();
    let line = told(&mut news, "is not healthy");
    assert!(line.contains("it does not speak TLS on this port, but HTTP"), "{line}");
    assert_eq!(site.get("/").0, 502);
}

/// A connection that said it ends is not used again: a request that may have effects would be lost.
#[test]
fn a_post_is_not_sent_on_a_connection_that_has_ended() {
    let ca = Authority::new("ended");
    let far = Far::secure("far", ca.signs(&named("far.test")));
    far.close_after_replies();
    let site = site(over_tls(&far, "far.test", false, Some(&ca)), names());
    let mut client = site.client();
    for round in 1..=30 {
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
        let reply = client.reply();
        assert_eq!(reply.status, 200, "{}", reply.text());
        until("the server has closed", || far.ended() > round);
    }
    assert_eq!(far.requests().len(), 30);
    assert!(far.resumed() >= 29, "{}", far.resumed());
}

#[test]
fn a_reload_keeps_sessions_and_connections() {
    let ca = Authority::new("kept");
    let far = Far::secure("far", ca.signs(&named("far.test")));
    let upstream = over_tls(&far, "far.test", false, Some(&ca));
    let mut site = site(upstream.clone(), names());
    assert_eq!(site.get("/").0, 200);
    let before = far.connections();
    site.apply_upstreams(vec![upstream]);
    assert_eq!(site.get("/").0, 200);
    assert_eq!(far.connections(), before);
}

#[test]
fn authorities_that_cannot_be_read_refuse_the_settings() {
    let ca = Authority::new("missing");
    let far = Far::secure("far", ca.signs(&named("far.test")));
    let mut upstream = over_tls(&far, "far.test", false, Some(&ca));
    let site = site(upstream.clone(), names());
    for (text, why) in [
        (None, "No such file"),
        (Some("hello"), "it holds no certificate"),
        (Some("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), "certificate"),
    ] {
        let path = ca.file.with_extension("bad");
        let _ = std::fs::remove_file(&path);
        if let Some(text) = text {
            std::fs::write(&path, text).unwrap();
        }
        upstream.ca = Some(path.clone());
        let setup = edge::Setup {
            edge: settings(),
            routes: Vec::new(),
            apps: Vec::new(),
            access: None,
            cache: edge::CacheFolder::default(),
            store: None,
            upstreams: vec![upstream.clone()],
        };
        let error = site.edge.apply(&setup).unwrap_err().to_string();
        assert!(error.contains(why) && error.contains("ca` of the config"), "{error}");
        let _ = std::fs::remove_file(&path);
    }
    assert_eq!(site.get("/"), (200, "far".to_owned()), "nothing has changed");
}

/// A WebSocket goes on over TLS.
#[test]
fn a_tunnel_over_tls() {
    let ca = Authority::new("tunnel");
    let far = Far::secure("far", ca.signs(&named("far.test")));
    let site: Site = site(over_tls(&far, "far.test", false, Some(&ca)), names());
    let mut socket = site.client();
    socket.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n");
    assert_eq!(socket.reply().status, 101);
    socket.send("GET /health HTTP/1.1\r\n\r\n");
    assert_eq!(socket.head().status, 200, "bytes pass both ways");
}

/// A reply that lasts until the close is whole only if the server said so (RFC 9112 section 9.8).
#[test]
fn a_reply_without_its_end_is_not_taken_for_a_whole_one() {
    let ca = Authority::new("cut");
    let far = Far::secure("far", ca.signs(&named("far.test")));
    let site = site(over_tls(&far, "far.test", false, Some(&ca)), names());
    let ask = || {
        let mut stream = TcpStream::connect(site.address).unwrap();
        stream.write_all(b"GET /until-close HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).map(|_| reply).map_err(|error| error.kind())
    };
    assert!(ask().unwrap().ends_with("\r\n\r\nall there is"));
    far.cut();
    assert_eq!(ask(), Err(std::io::ErrorKind::ConnectionReset));
}
