use crate::fakes::{Scratch, exports, record, ship, wait};
use observe::ship::Handle;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

/// An HTTPS server for `localhost` that answers 204 to everything, and the PEM of the authority that it shows.
fn server(requests: Arc<AtomicU32>) -> (SocketAddr, String) {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let (ca_key, key) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
    let ca = authority.self_signed(&ca_key).unwrap();
    let own = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let own = own.signed_by(&key, &Issuer::new(authority, ca_key)).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![own.der().clone()], key)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = StreamOwned::new(connection, stream);
            let requests = Arc::clone(&requests);
            std::thread::spawn(move || {
                let mut buffer = [0; 16_384];
                // One request comes in one piece or two here, and its head has the end of lines twice.
                while let Ok(1..) = stream.read(&mut buffer) {
                    if String::from_utf8_lossy(&buffer).contains("\r\n\r\n") {
                        requests.fetch_add(1, SeqCst);
                        let _ = stream.write_all(b"HTTP/1.1 204 X\r\nconnection: close\r\n\r\n");
                        let _ = stream.flush();
                        return;
                    }
                }
            });
        }
    });
    (address, ca.pem())
}

#[test]
fn certificates_are_checked() {
    let scratch = Scratch::new("tls");
    std::fs::create_dir_all(&scratch.0).unwrap();
    let requests = Arc::new(AtomicU32::new(0));
    let (address, pem) = server(Arc::clone(&requests));
    let ca = scratch.0.join("ca.pem");
    std::fs::write(&ca, pem).unwrap();
    let all = |host: &str, ca: &str| {
        exports(&format!(
            "observe.export.loki = {{ to = 'loki', url = 'https://{host}:{}', delay = '20ms'{ca} }}",
            address.port()
        ))
    };
    let with_ca = format!(", ca = '{}'", ca.display());
    let handle = ship(&scratch.0, &all("localhost", ""));
    handle.offer(&[record(0)]);
    let says = |handle: &Handle, what: &str| {
        wait(what, || {
            let told = handle.status().remove(0).last_error.unwrap_or_default();
            told.contains("TLS handshake failed") && told.contains(what)
        });
    };
    says(&handle, "UnknownIssuer");
    handle.configure(&all("127.0.0.1", &with_ca));
    says(&handle, "not valid for name");
    assert_eq!(requests.load(SeqCst), 0, "nothing is sent to who is not known");
    handle.configure(&all("localhost", &with_ca));
    wait("the line", || handle.status()[0].sent == 1);
    handle.finish(Duration::from_secs(2));
    assert_eq!(requests.load(SeqCst), 1);
}
