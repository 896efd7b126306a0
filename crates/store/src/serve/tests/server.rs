//! Commands about the server, through its sockets.

use super::folder;
use super::peer::{Peer, command, line, store};
use crate::serve::Settings;
use std::io::{Read, Write};

/// What a bulk string holds.
fn text(peer: &mut Peer, asked: &str) -> String {
    peer.0.write_all(&command(asked)).unwrap();
    let head = line(&mut peer.0);
    let len: usize = head.trim_end().strip_prefix('$').unwrap().parse().unwrap();
    let mut bytes = vec![0; len + 2];
    peer.0.read_exact(&mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn info_tells_of_this_run_and_its_clients() {
    let (store, address) = store(Settings::default());
    let (mut peer, _other) = (Peer::new(address), Peer::new(address));
    let info = text(&mut peer, "INFO");
    for expected in [
        &format!("\r\ntcp_port:{}\r\n", address.port()),
        &format!("\r\nprocess_id:{}\r\n", std::process::id()),
        "\r\ntotal_commands_processed:0\r\n",
        "\r\nloading:0\r\n",
    ] {
        assert!(info.contains(expected), "{expected} {info}");
    }
    let run = |info: &str| info.split_once("run_id:").unwrap().1.get(..40).unwrap().to_owned();
    assert!(run(&info).bytes().all(|digit| digit.is_ascii_hexdigit()));
    let (_second, elsewhere) = super::peer::store(Settings::default());
    assert_ne!(run(&info), run(&text(&mut Peer::new(elsewhere), "INFO server")));
    assert!(store.stop());
}

#[test]
fn shutdown_ends_the_store_with_all_that_was_written() {
    let folder = folder("shutdown");
    let settings = || Settings { folder: Some(folder.path().into()), ..Settings::default() };
    let (first, address) = store(settings());
    let mut peer = Peer::new(address);
    peer.0
        .write_all(&[command("SET a 1"), command("SHUTDOWN"), command("SET b 1")].concat())
        .unwrap();
    peer.hear_the_end("+OK\r\n");
    assert!(first.wait());
    let (_again, address) = store(settings());
    Peer::new(address).ask("MGET a b", "*2\r\n$1\r\n1\r\n$-1\r\n");
}
