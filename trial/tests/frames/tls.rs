//! The same frames over TLS, where the protocol was agreed on by ALPN (RFC 9113 section 3.3).

use super::judge::judge_on;
use super::table::Case;
use super::wire::{PATIENCE, Wire};
use super::{cases_frames, cases_hpack, cases_meaning, view};
use rcgen::generate_simple_self_signed;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use std::net::TcpStream;
use std::sync::Arc;
use trial::Project;

const FILE: &str = "[edge.tls]\nlisten = '127.0.0.1:0'\ncert = 'cert.pem'\nkey = 'key.pem'\n\
                    [app.web]\nrun = 'server.js'\nworkers = 1\n";

type Secure = StreamOwned<ClientConnection, TcpStream>;

/// Connect and offer `protocols`.
fn connect(address: &str, certificate: &str, protocols: &[&[u8]]) -> Secure {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap()).unwrap();
    let mut config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
    let name = ServerName::try_from("localhost").unwrap();
    let tls = ClientConnection::new(Arc::new(config), name).unwrap();
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    StreamOwned::new(tls, stream)
}

#[test]
fn frames_mean_the_same_over_tls() {
    let project = Project::with_server(view::APP);
    let made = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    project.write("cert.pem", &made.cert.pem());
    project.write("key.pem", &made.signing_key.serialize_pem());
    project.write("ostler.toml", FILE);
    let running = project.run(&[]);
    let status = project.status().unwrap();
    let secure = status.listen.iter().find_map(|url| url.strip_prefix("https://")).unwrap();
    // Every eighth case: what differs from plain TCP is below the frames.
    let all = [cases_frames::cases(), cases_meaning::cases(), cases_hpack::cases()].concat();
    let chosen: Vec<&Case> = all.iter().filter(|case| !case.bare).step_by(8).collect();
    let faults: Vec<String> = chosen
        .iter()
        .filter_map(|case| {
            let mut stream = connect(secure, &made.cert.pem(), &[b"h2", b"http/1.1"]);
            stream.conn.complete_io(&mut stream.sock).unwrap();
            assert_eq!(stream.conn.alpn_protocol(), Some(&b"h2"[..]));
            judge_on(Wire(stream), project.address(), case).err()
        })
        .collect();
    assert!(faults.is_empty(), "{} of {}:\n{}", faults.len(), chosen.len(), faults.join("\n"));
    assert_eq!(running.stop().code, Some(0));
}
