use super::peer::{Peer, command, store};
use crate::log::writer::Policy;
use crate::serve::{Settings, Store};
use base::random::Random;
use std::io::Write;
use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::mpsc::channel;
use std::time::Duration;

const MOMENT: Duration = Duration::from_millis(60);

#[test]
fn commands_are_answered_in_order_however_their_bytes_arrive() {
    let (store, address) = store(Settings::default());
    let mut peer = Peer::new(address);
    let (mut sent, mut expected) = (Vec::new(), String::new());
    for number in 0..2_000 {
        sent.extend(command(&format!("SET key {number}")));
        sent.extend(command("GET key"));
        let digits = number.to_string();
        expected.push_str(&format!("+OK\r\n${}\r\n{digits}\r\n", digits.len()));
    }
    peer.0.write_all(&sent).unwrap();
    peer.hear(&expected);

    let mut chance = Random::new(3);
    let mut rest = &sent[..6_000];
    while !rest.is_empty() {
        let (part, after) = rest.split_at(1 + chance.below(rest.len().min(40) as u64) as usize);
        peer.0.write_all(part).unwrap();
        rest = after;
    }
    peer.hear(&expected[..1_000]);
    assert!(store.stop());
}

#[test]
fn a_value_of_many_megabytes_goes_in_and_out() {
    let (_store, address) = store(Settings::default());
    let mut peer = Peer::new(address);
    let value = "v".repeat(20 << 20);
    peer.ask(&format!("SET big {value}"), "+OK\r\n");
    peer.ask("GET big", &format!("${}\r\n{value}\r\n", value.len()));
    peer.ask("STRLEN big", &format!(":{}\r\n", value.len()));
}

#[test]
fn what_is_no_command_is_told_and_ends_the_connection() {
    let (_store, address) = store(Settings::default());
    for (sent, told) in [
        ("*1\r\n+PING\r\n", "-ERR Protocol error: expected '$', got '+'\r\n"),
        ("*1\r\n$999999999999\r\n", "-ERR Protocol error: invalid bulk length\r\n"),
        ("*99999999999\r\n", "-ERR Protocol error: invalid multibulk length\r\n"),
        ("SET \"a\r\n", "-ERR Protocol error: unbalanced quotes in request\r\n"),
    ] {
        let mut peer = Peer::new(address);
        peer.0.write_all(sent.as_bytes()).unwrap();
        peer.hear_the_end(told);
    }
    // What was right before is answered first.
    let mut peer = Peer::new(address);
    peer.0.write_all(b"PING\r\n*1\r\n$x\r\n").unwrap();
    peer.hear_the_end("+PONG\r\n-ERR Protocol error: invalid bulk length\r\n");
    // Half a command, and the end.
    let mut peer = Peer::new(address);
    peer.0.write_all(b"*2\r\n$3\r\nGET\r\n").unwrap();
    peer.0.shutdown(std::net::Shutdown::Write).unwrap();
    peer.hear_the_end("");
}

#[test]
fn who_waits_gets_what_comes_in_the_order_of_waiting() {
    let (_store, address) = store(Settings::default());
    let (mut first, mut second, mut giver) =
        (Peer::new(address), Peer::new(address), Peer::new(address));
    first.say("BLPOP list 0");
    assert!(!first.hears_within(MOMENT));
    second.say("BLPOP list 0");
    assert!(!second.hears_within(MOMENT));
    // The push is answered before; what else it sent runs after those who waited were served.
    let mut both = command("RPUSH list a");
    both.extend(command("LLEN list"));
    giver.0.write_all(&both).unwrap();
    giver.hear(":1\r\n:0\r\n");
    first.hear("*2\r\n$4\r\nlist\r\n$1\r\na\r\n");
    giver.ask("RPUSH list b", ":1\r\n");
    second.hear("*2\r\n$4\r\nlist\r\n$1\r\nb\r\n");
    // One who is gone gets nothing.
    first.say("BLPOP list 0");
    assert!(!first.hears_within(MOMENT));
    drop(first);
    std::thread::sleep(MOMENT);
    giver.ask("RPUSH list c", ":1\r\n");
    giver.ask("LPOP list", "$1\r\nc\r\n");
}

#[test]
fn waiting_ends_in_time_and_what_was_sent_meanwhile_runs_then() {
    let (_store, address) = store(Settings::default());
    let mut peer = Peer::new(address);
    let mut both = command("BLPOP nothing 0.1");
    both.extend(command("PING"));
    peer.0.write_all(&both).unwrap();
    peer.hear("*-1\r\n+PONG\r\n");
}

#[test]
fn what_was_acknowledged_is_there_after_a_new_start() {
    let folder = super::folder("acknowledged");
    let settings = || Settings {
        folder: Some(folder.path().to_owned()),
        policy: Policy::Always,
        ..Settings::default()
    };
    let (running, address) = store(settings());
    let mut peer = Peer::new(address);
    peer.ask("SET kept 1", "+OK\r\n");
    peer.ask("RPUSH list a b", ":2\r\n");
    peer.ask("GET kept", "$1\r\n1\r\n");
    let told = Store::start(settings(), Box::new(|_, _| {})).unwrap_err().to_string();
    assert!(told.contains("another"), "a second owner is told: {told}");
    assert!(running.stop());
    peer.hear_the_end("");
    let (_store, address) = store(settings());
    let mut peer = Peer::new(address);
    peer.ask("GET kept", "$1\r\n1\r\n");
    peer.ask("LRANGE list 0 -1", "*2\r\n$1\r\na\r\n$1\r\nb\r\n");
}

#[test]
fn the_client_inside_asks_without_a_socket() {
    let (store, address) = store(Settings::default());
    let client = store.client();
    let (tell, told) = channel();
    let ask = |args: &[&[u8]]| {
        let tell = tell.clone();
        client.call(args, Box::new(move |reply| tell.send(reply.to_vec()).unwrap()));
        told.recv_timeout(Duration::from_secs(5)).unwrap()
    };
    assert_eq!(ask(&[b"SET", b"inside", b"yes"]), b"+OK\r\n");
    assert_eq!(ask(&[b"BLPOP", b"nothing", b"0"]), b"*-1\r\n");
    Peer::new(address).ask("GET inside", "$3\r\nyes\r\n");
}

#[test]
fn one_client_too_many_is_told_so() {
    let (_store, address) = store(Settings { clients_max: 2, ..Settings::default() });
    let (mut first, mut second) = (Peer::new(address), Peer::new(address));
    first.ask("PING", "+PONG\r\n");
    second.ask("PING", "+PONG\r\n");
    Peer::new(address).hear_the_end("-ERR max number of clients reached\r\n");
    drop(first);
    std::thread::sleep(MOMENT);
    Peer::new(address).ask("PING", "+PONG\r\n");
}

#[test]
fn local_clients_come_by_a_path() {
    let folder = super::folder("path");
    let path = folder.path().join("store.sock");
    let unix = UnixListener::bind(&path).unwrap();
    let _store = store(Settings { unix: vec![unix], ..Settings::default() });
    let mut stream = UnixStream::connect(&path).unwrap();
    stream.write_all(b"PING\r\n").unwrap();
    let mut reply = [0; 7];
    std::io::Read::read_exact(&mut stream, &mut reply).unwrap();
    assert_eq!(&reply, b"+PONG\r\n");
}

#[test]
fn many_clients_at_once_each_get_their_own() {
    let (_store, address) = store(Settings::default());
    let work = move |number: u64| {
        let mut peer = Peer::new(address);
        let mut chance = Random::new(number);
        let mut count = 0;
        for _ in 0..50 {
            let pipeline = 1 + chance.below(30);
            let mut bytes = Vec::new();
            let mut expected = String::new();
            for _ in 0..pipeline {
                count += 1;
                bytes.extend(command(&format!("INCR own{number}")));
                bytes.extend(command("INCR all"));
                bytes.extend(command(&format!("ECHO {number}")));
            }
            peer.0.write_all(&bytes).unwrap();
            for at in (0..pipeline).rev() {
                peer.hear(&format!(":{}\r\n:", count - at));
                super::peer::line(&mut peer.0);
                expected.clear();
                let digits = number.to_string();
                peer.hear(&format!("${}\r\n{digits}\r\n", digits.len()));
            }
        }
        count
    };
    let threads: Vec<_> = (0..40).map(|number| std::thread::spawn(move || work(number))).collect();
    let all: u64 = threads.into_iter().map(|thread| thread.join().unwrap()).sum();
    let digits = all.to_string();
    Peer::new(address).ask("GET all", &format!("${}\r\n{digits}\r\n", digits.len()));
}

#[test]
fn who_waits_for_durability_is_told_under_each_policy() {
    for policy in [Policy::Always, Policy::EverySecond, Policy::Off] {
        let folder = super::folder(&format!("durable-{}", policy.name()));
        let settings =
            Settings { folder: Some(folder.path().to_owned()), policy, ..Settings::default() };
        let (_store, address) = store(settings);
        let mut peer = Peer::new(address);
        peer.ask("SET key 1", "+OK\r\n");
        peer.ask("WAITAOF 1 0 5000", "*2\r\n:1\r\n:0\r\n");
    }
}

#[test]
fn keys_that_ended_go_although_nobody_asks_for_them() {
    let (store, address) = store(Settings::default());
    let mut peer = Peer::new(address);
    for number in 0..3_000 {
        let end = if number % 3 == 0 { "" } else { " PX 60" };
        peer.ask(&format!("SET key:{number} v{end}"), "+OK\r\n");
    }
    for _ in 0..200 {
        peer.say("DBSIZE");
        if super::peer::line(&mut peer.0) == ":1000\r\n" {
            assert!(store.stop());
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("they are still there");
}

#[test]
fn data_stays_within_its_memory() {
    use crate::keyspace::{Eviction, Room};
    const KEYS: usize = 4_000;
    let value = "v".repeat(1_000);
    let room = |eviction| Room { bytes_max: 3 << 20, eviction, ..Room::default() };
    let (store, address) = store(Settings { room: room(Eviction::AllLru), ..Settings::default() });
    let mut peer = Peer::new(address);
    for number in 0..KEYS {
        peer.ask(&format!("SET key:{number} {value}"), "+OK\r\n");
    }
    peer.say("DBSIZE");
    let left: usize = super::peer::line(&mut peer.0)[1..].trim().parse().unwrap();
    assert!((1_500..2_500).contains(&left), "{left} of a kilobyte each in two megabytes");
    assert!(store.stop());

    let (store, address) =
        super::peer::store(Settings { room: room(Eviction::None), ..Settings::default() });
    let mut peer = Peer::new(address);
    let mut kept = 0;
    loop {
        peer.say(&format!("SET key:{kept} {value}"));
        match &*super::peer::line(&mut peer.0) {
            "+OK\r\n" => kept += 1,
            refused => {
                assert_eq!(refused, "-OOM command not allowed when used memory > 'maxmemory'.\r\n");
                break;
            }
        }
    }
    assert!((1_500..2_500).contains(&kept), "{kept}");
    peer.ask("SET key:0 anew", "+OK\r\n");
    peer.ask("DEL key:1 key:2 key:3", ":3\r\n");
    peer.ask(&format!("SET key:1 {value}"), "+OK\r\n");
    assert!(store.stop());
}
