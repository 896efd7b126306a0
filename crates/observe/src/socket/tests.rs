//! This process's own connections.

use super::*;
use std::net::{TcpListener, TcpStream};

#[test]
fn own_connections_are_seen() {
    let outside = TcpListener::bind("127.0.0.1:0").unwrap();
    let door = TcpListener::bind("127.0.0.1:0").unwrap();
    let (address, door_address) = (outside.local_addr().unwrap(), door.local_addr().unwrap());
    let links = || {
        let sight = look(&[std::process::id()], &[door_address]);
        assert!(sight.notes.is_empty(), "{:?}", sight.notes);
        let ports: Vec<u16> = sight.ports.iter().map(|(_, port)| *port).collect();
        assert!(
            ports.contains(&address.port()) && ports.contains(&door_address.port()),
            "{ports:?}"
        );
        let link = sight.links.into_iter().find(|link| link.peer == Peer::Tcp(address));
        (link.map_or(0, |link| link.connections), sight.clients)
    };
    assert_eq!(links(), (0, vec![0]));
    let streams: Vec<TcpStream> = (0..3).map(|_| TcpStream::connect(address).unwrap()).collect();
    let client = TcpStream::connect(door_address).unwrap();
    assert_eq!(links(), (3, vec![1]));
    drop((streams, client));
    assert_eq!(links().0, 0);
}

#[test]
fn children_count_as_their_parents() {
    let outside = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = outside.local_addr().unwrap().port();
    let mut child = std::process::Command::new("sh")
        .args(["-c", &format!("bash -c 'exec 3<>/dev/tcp/127.0.0.1/{port}; echo up; exec sleep 60' | head -n 2; true")])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let (accepted, _) = outside.accept().unwrap();
    let address = outside.local_addr().unwrap();
    let sight = look(&[child.id()], &[]);
    let link = sight.links.iter().find(|link| link.peer == Peer::Tcp(address));
    assert_eq!(link.map(|link| (link.owner, link.connections)), Some((0, 1)), "{sight:?}");
    let below = held::tree(child.id());
    for pid in below.iter().skip(1) {
        let _ = std::process::Command::new("kill").arg(pid.to_string()).status();
    }
    child.wait().unwrap();
    drop(accepted);
    assert_eq!(look(&[child.id()], &[]).links, [], "gone is gone");
}

#[test]
fn who_usually_listens_where() {
    let name = |peer: Peer| known(&peer).name;
    assert_eq!(name(Peer::Tcp("10.0.0.1:5432".parse().unwrap())), "PostgreSQL");
    assert_eq!(name(Peer::Tcp("10.0.0.1:4711".parse().unwrap())), "TCP");
    assert_eq!(name(Peer::Unix("/var/run/postgresql/.s.PGSQL.5432".into())), "PostgreSQL");
    assert_eq!(name(Peer::Unix("/run/x.sock".into())), "unix socket");
}
