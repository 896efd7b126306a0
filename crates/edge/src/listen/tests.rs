use super::*;
use std::io::Write;
use std::net::TcpStream;

fn edge(listen: &[SocketAddr], threads: u32) -> config::Edge {
    let limits = config::Limits {
        head_bytes_max: 32_768,
        headers_max: 100,
        body_bytes_max: 0,
        connections_max: 100,
        head_timeout: Duration::from_secs(1),
        idle_timeout: Duration::from_secs(1),
        stall_timeout: Duration::from_secs(1),
        reply_timeout: Duration::from_secs(1),
        connect_timeout: Duration::from_secs(1),
        wait_timeout: Duration::from_secs(1),
        in_flight_max: 10,
        streams_max: 10,
        client_rate_min: 0,
        waiting_max: 10,
        drain_timeout: Duration::from_secs(1),
    };
    config::Edge {
        listen: listen.to_vec(),
        threads,
        trusted_proxies: Vec::new(),
        server_timing: false,
        http2: true,
        proxy_protocol: false,
        forwarded: false,
        tls: None,
        access_log: None,
        cache: config::CacheStore::default(),
        limit_store: None,
        rules: config::Rules::default(),
        limits,
    }
}

const ANY_PORT: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);

#[test]
fn every_thread_listens_on_every_address() {
    let listeners = bind(&edge(&[ANY_PORT, ANY_PORT], 3), Vec::new()).unwrap();
    assert_eq!(listeners.threads.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 2]);
    assert_eq!(listeners.addresses().len(), 2);
    assert_eq!(listeners.duplicates().unwrap().len(), 6);
}

#[test]
fn a_port_in_use_is_refused_even_by_another_edge() {
    let first = bind(&edge(&[ANY_PORT], 2), Vec::new()).unwrap();
    let address = first.addresses()[0].0;
    let error = bind(&edge(&[address], 2), Vec::new()).unwrap_err();
    assert!(matches!(error, BindError::InUse { address: named } if named == address));
    assert!(error.to_string().contains("--listen"), "{error}");
    drop(first);
    bind(&edge(&[address], 2), Vec::new()).unwrap();
}

#[test]
fn an_address_of_another_machine_is_named() {
    let error = bind(&edge(&["192.0.2.1:0".parse().unwrap()], 1), Vec::new()).unwrap_err();
    assert!(matches!(error, BindError::NoAddress { .. }), "{error}");
}

#[test]
fn inherited_sockets_are_used_and_keep_their_queue() {
    let old = bind(&edge(&[ANY_PORT], 3), Vec::new()).unwrap();
    let address = old.addresses()[0].0;
    let mut waiting = TcpStream::connect(address).unwrap();
    waiting.write_all(b"hello").unwrap();
    let inherited = old.duplicates().unwrap().into_iter().map(TcpListener::from).collect();
    drop(old);
    let new = bind(&edge(&[address], 2), inherited).unwrap();
    assert_eq!(new.threads.iter().map(Vec::len).collect::<Vec<_>>(), [2, 1]);
    let accepted = new.threads.iter().flatten().filter(|one| one.socket.accept().is_ok()).count();
    assert_eq!(accepted, 1, "the waiting client is taken by the new process");
}

#[test]
fn a_single_inherited_socket_is_shared_by_all_threads() {
    let alone = TcpListener::bind(ANY_PORT).unwrap();
    let address = alone.local_addr().unwrap();
    let listeners = bind(&edge(&[address], 3), vec![alone]).unwrap();
    assert_eq!(listeners.threads.iter().map(Vec::len).collect::<Vec<_>>(), [1, 1, 1]);
    assert_eq!(listeners.addresses(), [(address, false)]);
}
