//! Connections without the threads that serve them.

use crate::engine::Session;
use crate::hub::{Arrival, ChannelKind, Hub, Order};
use crate::resp::Version;
use crate::serve::connection::{Client, Connection, Read};
use crate::serve::front::{Front, Slot};
use crate::serve::listen::Listener;
use std::io::Read as _;
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

struct Bench {
    hub: Arc<Hub>,
    front: Front,
}

impl Bench {
    fn new() -> Self {
        let hub = Arc::new(Hub::default());
        Bench { front: Front::new(Vec::new(), Arc::clone(&hub)).unwrap(), hub }
    }

    /// A client with its number, and the peer's end of its connection.
    fn client(&mut self) -> (u64, Slot, UnixStream) {
        let (ours, theirs) = UnixStream::pair().unwrap();
        ours.set_nonblocking(true).unwrap();
        theirs.set_nonblocking(true).unwrap();
        let (address, local) = (String::new(), String::new());
        let card = self.hub.clients.join(Arrival { address, local, fd: 0, now_ms: 0 });
        let id = card.id;
        self.front.admit(Connection::new(ours.into(), Session::of(card, true)));
        (id, self.front.find(id).unwrap(), theirs)
    }

    fn begin(&mut self, slot: Slot) -> (Box<Client>, Read) {
        self.front.begin(slot, &mut [0; 100]).unwrap()
    }
}

fn heard(peer: &mut UnixStream) -> Option<String> {
    let mut bytes = [0; 1000];
    let count = peer.read(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes[..count]).into_owned())
}

#[test]
fn a_message_waits_for_the_record_that_it_tells_of() {
    let mut bench = Bench::new();
    let (id, _, mut peer) = bench.client();
    let send = |text: &[u8]| Order::Send { to: id, frame: text.into() };
    bench.front.obey(vec![send(b"durable ")], 0, None, |_, _| ());
    bench.front.obey(vec![send(b"told too early")], 0, Some(5), |_, _| ());
    bench.front.send(0);
    assert_eq!(heard(&mut peer).as_deref(), Some("durable "));
    bench.front.release(4);
    bench.front.send(0);
    assert_eq!(heard(&mut peer), None);
    bench.front.release(5);
    bench.front.send(0);
    assert_eq!(heard(&mut peer).as_deref(), Some("told too early"));
}

#[test]
fn who_sends_no_more_gets_what_is_not_yet_durable() {
    let mut bench = Bench::new();
    let (_, slot, mut peer) = bench.client();
    bench.front.reply(slot, b"+OK\r\n", &[(3, 0)]);
    peer.shutdown(Shutdown::Write).unwrap();
    let (client, read) = bench.begin(slot);
    assert_eq!(read, Read::End);
    bench.front.part(slot, client);
    bench.front.send(0);
    assert_eq!(heard(&mut peer), None, "neither the reply nor the end");
    bench.front.release(3);
    bench.front.send(0);
    assert_eq!(heard(&mut peer).as_deref(), Some("+OK\r\n"));
    assert_eq!(heard(&mut peer).as_deref(), Some(""));
    assert!(bench.front.get(slot).is_none());
}

#[test]
fn who_is_gone_gets_nothing_and_is_forgotten() {
    let mut bench = Bench::new();
    let (_, slot, peer) = bench.client();
    bench.front.reply(slot, b"+OK\r\n", &[(3, 0)]);
    peer.shutdown(Shutdown::Write).unwrap();
    let (client, _) = bench.begin(slot);
    bench.front.part(slot, client);
    drop(peer);
    bench.front.collect(Some(Duration::ZERO), 0);
    while let Some(slot) = bench.front.next() {
        assert!(bench.front.begin(slot, &mut []).is_none());
    }
    assert!(bench.front.get(slot).is_none(), "it does not wait for the record");
    assert_eq!(bench.front.take_departed().len(), 1);
}

#[test]
fn a_client_whose_command_runs_has_its_own_bounds() {
    let mut bench = Bench::new();
    bench.hub.limits.pubsub.hard_bytes.store(10, Relaxed);
    bench.hub.limits.normal.hard_bytes.store(0, Relaxed);
    let (_, slot, _peer) = bench.client();
    bench.front.reply(slot, &[b'x'; 100], &[(3, 0)]);
    let (mut client, _) = bench.begin(slot);
    bench.front.bound(slot, 0);
    assert!(!bench.front.get(slot).unwrap().is_gone);
    client.session.subscriptions = 1;
    bench.front.end(slot, client);
    bench.front.bound(slot, 0);
    assert!(bench.front.get(slot).unwrap().is_gone);
}

#[test]
fn what_is_joined_after_the_end_is_left_again() {
    let mut bench = Bench::new();
    let (id, slot, _peer) = bench.client();
    let (client, _) = bench.begin(slot);
    bench.front.close(slot);
    bench.hub.channels.subscribe(ChannelKind::Channel, id, Version::Resp2, b"news");
    bench.front.end(slot, client);
    assert_eq!(bench.hub.channels.clients(), 0);
    assert_eq!(bench.front.take_departed().len(), 1);
}

#[test]
fn clients_come_in_though_nobody_told_of_them() {
    let hub = Arc::new(Hub::default());
    hub.limits.clients_max.store(10, Relaxed);
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let mut front = Front::new(vec![Listener::tcp(listener).unwrap()], hub).unwrap();
    let _peer = std::net::TcpStream::connect(address).unwrap();
    front.accept_late(0);
    assert_eq!(front.all().len(), 1);
}
