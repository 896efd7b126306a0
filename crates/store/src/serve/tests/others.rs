//! What clients do to one another.

use super::peer::{Peer, line, store};
use crate::serve::Settings;
use std::io::Write;
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
fn who_was_killed_takes_nothing_from_those_who_wait() {
    let (_store, address) = store(Settings::default());
    let (mut one, mut waits, mut next) =
        (Peer::new(address), Peer::new(address), Peer::new(address));
    waits.ask("CLIENT ID", ":2\r\n");
    waits.say("BLPOP list 0");
    assert!(!waits.hears_within(MOMENT));
    next.say("BLPOP list 0");
    assert!(!next.hears_within(MOMENT));
    // At once, so that it is not yet closed when the element comes.
    let lines = ["CLIENT KILL ID 2", "RPUSH list a", "LLEN list"].map(super::peer::command);
    one.0.write_all(&lines.concat()).unwrap();
    one.hear(":1\r\n:1\r\n:0\r\n");
    next.hear("*2\r\n$4\r\nlist\r\n$1\r\na\r\n");
    waits.hear_the_end("");
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
fn who_waits_is_shown_once_and_a_monitor_is_told_while_data_is_busy() {
    let (_store, address) = store(Settings::default());
    let (mut one, mut waits, mut monitor) =
        (Peer::new(address), Peer::new(address), Peer::new(address));
    monitor.ask("MONITOR", "+OK\r\n");
    waits.say("BLPOP list 0");
    assert!(line(&mut monitor.0).ends_with("\"BLPOP\" \"list\" \"0\"\r\n"));
    one.ask("RPUSH list a", ":1\r\n");
    waits.hear("*2\r\n$4\r\nlist\r\n$1\r\na\r\n");
    assert!(line(&mut monitor.0).ends_with("\"RPUSH\" \"list\" \"a\"\r\n"));
    one.say("EVAL repeat(tostring)(1)until(false) 0");
    std::thread::sleep(MOMENT);
    waits.ask("PUBLISH news hello", ":0\r\n");
    assert!(line(&mut monitor.0).ends_with("\"PUBLISH\" \"news\" \"hello\"\r\n"));
    let list = "CLIENT LIST ID 3";
    waits.say(list);
    assert!(waits.hear_to("lib-ver=\n\r\n").contains(" flags=O "));
    waits.ask("SCRIPT KILL", "+OK\r\n");
    // Of the script it is told when that has ended, for its record may have to be waited for.
    monitor.hear_to("\"EVAL\" ");
}

#[test]
fn a_pause_of_writes_lets_scripts_go_on_that_only_read() {
    let (_store, address) = store(Settings::default());
    let (mut one, mut other) = (Peer::new(address), Peer::new(address));
    one.ask("CLIENT PAUSE 60000 WRITE", "+OK\r\n");
    let script = "#!lua flags=no-writes\nreturn 1";
    other
        .0
        .write_all(
            format!("*3\r\n$4\r\nEVAL\r\n${}\r\n{script}\r\n$1\r\n0\r\n", script.len()).as_bytes(),
        )
        .unwrap();
    other.hear(":1\r\n");
    other.ask("GET", "-ERR wrong number of arguments for 'get' command\r\n");
    other.say("EVAL return(1) 0");
    assert!(!other.hears_within(MOMENT));
    one.say("INFO clients");
    assert!(one.hear_to("tracking_clients:0").contains("blocked_clients:1\r\n"));
    let mut third = Peer::new(address);
    third.ask("CLIENT UNPAUSE", "+OK\r\n");
    other.hear(":1\r\n");
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
    // Twice in a row, two are left out.
    for line in ["CLIENT REPLY SKIP", "CLIENT REPLY SKIP", "GET key"] {
        peer.say(line);
    }
    peer.ask("ECHO heard", "$5\r\nheard\r\n");
}

#[test]
fn who_wants_no_replies_gets_none_late_and_all_messages() {
    let (_store, address) = store(Settings::default());
    let (mut one, mut mute) = (Peer::new(address), Peer::new(address));
    mute.say("CLIENT REPLY OFF");
    mute.say("BLPOP list 0");
    assert!(!mute.hears_within(MOMENT));
    one.ask("RPUSH list a b", ":2\r\n");
    mute.say("BLPOP none 0.01");
    mute.ask("SUBSCRIBE news", "*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n");
    one.ask("PUBLISH news a", ":1\r\n");
    mute.hear("*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$1\r\na\r\n");
    one.ask("LLEN list", ":1\r\n");
}
