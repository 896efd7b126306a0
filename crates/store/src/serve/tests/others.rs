//! What clients do to one another.

use super::peer::{Peer, line, store};
use crate::serve::Settings;
use std::time::Duration;

const MOMENT: Duration = Duration::from_millis(60);

#[test]
fn a_client_is_killed_by_number_or_address_and_may_kill_itself() {
    let (_store, address) = store(Settings::default());
    let (mut one, mut other, mut waits) =
        (Peer::new(address), Peer::new(address), Peer::new(address));
    other.ask("CLIENT ID", ":2\r\n");
    waits.say("BLPOP list 0");
    assert!(!waits.hears_within(MOMENT));
    one.ask("CLIENT KILL ID 2", ":1\r\n");
    other.hear_the_end("");
    one.ask("CLIENT KILL ID 2", ":0\r\n");
    let its = waits.0.local_addr().unwrap();
    one.ask(&format!("CLIENT KILL ADDR {its}"), ":1\r\n");
    waits.hear_the_end("");
    one.ask("RPUSH list a", ":1\r\n");
    one.ask("LLEN list", ":1\r\n");
    one.ask("CLIENT KILL TYPE normal", ":0\r\n");
    one.ask("CLIENT KILL 1.2.3.4:5", "-ERR No such client\r\n");
    one.say("CLIENT KILL TYPE normal SKIPME no");
    one.hear_the_end(":1\r\n");
}

#[test]
fn waiting_is_ended_by_another() {
    let (_store, address) = store(Settings::default());
    let (mut one, mut waits) = (Peer::new(address), Peer::new(address));
    waits.ask("CLIENT ID", ":2\r\n");
    one.ask("CLIENT UNBLOCK 2", ":0\r\n");
    waits.say("BLPOP list 0");
    assert!(!waits.hears_within(MOMENT));
    one.ask("CLIENT UNBLOCK 2", ":1\r\n");
    waits.hear("*-1\r\n");
    waits.say("BLPOP list 0");
    assert!(!waits.hears_within(MOMENT));
    one.ask("CLIENT UNBLOCK 2 ERROR", ":1\r\n");
    waits.hear("-UNBLOCKED client unblocked via CLIENT UNBLOCK\r\n");
}

#[test]
fn a_pause_holds_up_writes_and_lets_them_go_in_order() {
    let (_store, address) = store(Settings::default());
    let (mut one, mut other) = (Peer::new(address), Peer::new(address));
    one.ask("CLIENT PAUSE 60000 WRITE", "+OK\r\n");
    other.say("SET key 1");
    other.say("GET key");
    assert!(!other.hears_within(MOMENT));
    one.ask("GET key", "$-1\r\n");
    one.ask("CLIENT UNPAUSE", "+OK\r\n");
    other.hear("+OK\r\n$1\r\n1\r\n");
    one.ask("CLIENT PAUSE 150", "+OK\r\n");
    let begun = base::clock::now();
    one.ask("GET key", "$1\r\n1\r\n");
    assert!(begun.elapsed() > Duration::from_millis(100));
}

#[test]
fn a_monitor_sees_each_command_with_its_client() {
    let (_store, address) = store(Settings::default());
    let (mut one, mut monitor) = (Peer::new(address), Peer::new(address));
    monitor.ask("MONITOR", "+OK\r\n");
    let from = one.0.local_addr().unwrap();
    one.ask("SET key a\"b", "+OK\r\n");
    let seen = line(&mut monitor.0);
    assert!(seen.ends_with(&format!(" [0 {from}] \"SET\" \"key\" \"a\\\"b\"\r\n")), "{seen}");
    one.ask("EVAL return(redis.call('get','key')) 0", "$3\r\na\"b\r\n");
    assert!(line(&mut monitor.0).contains("\"EVAL\""));
    assert!(line(&mut monitor.0).ends_with(" [0 lua] \"get\" \"key\"\r\n"));
    monitor.ask("RESET", "+RESET\r\n");
    one.ask("GET key", "$3\r\na\"b\r\n");
    monitor.say("PING");
    let heard = monitor.hear_to("+PONG\r\n");
    assert!(!heard.contains("GET"), "it is no monitor any more: {heard}");
}

#[test]
fn replies_that_are_not_wanted_are_not_sent() {
    let (_store, address) = store(Settings::default());
    let mut peer = Peer::new(address);
    for line in ["CLIENT REPLY OFF", "SET key 1", "NONSENSE"] {
        peer.say(line);
    }
    peer.ask("CLIENT REPLY ON", "+OK\r\n");
    peer.say("CLIENT REPLY SKIP");
    peer.say("GET key");
    peer.ask("GET key", "$1\r\n1\r\n");
    peer.say("CLIENT REPLY SKIP");
    peer.ask("CLIENT REPLY ON", "+OK\r\n");
}
