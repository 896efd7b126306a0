//! While one command takes long.

use super::peer::{Peer, store};
use crate::serve::Settings;
use std::io::Write;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

/// Runs until it is killed.
const ENDLESS: &str = "EVAL repeat(tostring)(1)until(false) 0";

#[test]
fn others_are_answered_what_needs_no_data() {
    let (store, address) = store(Settings::default());
    let (mut slow, mut quick, mut reads) =
        (Peer::new(address), Peer::new(address), Peer::new(address));
    quick.ask("PING", "+PONG\r\n");
    slow.say(ENDLESS);
    std::thread::sleep(Duration::from_millis(30));
    reads.say("GET key");
    for _ in 0..50 {
        quick.ask("PING", "+PONG\r\n");
    }
    // A client that comes now is served as well, and half of a command is kept.
    let mut new = Peer::new(address);
    new.ask("ECHO hello", "$5\r\nhello\r\n");
    assert!(!reads.hears_within(Duration::from_millis(50)), "it waits for the data");
    quick.ask("SCRIPT KILL", "+OK\r\n");
    let mut told = [0; 4];
    std::io::Read::read_exact(&mut slow.0, &mut told).unwrap();
    assert_eq!(&told, b"-ERR");
    reads.hear("$-1\r\n");
    quick.ask("SET key 1", "+OK\r\n");
    assert!(store.stop());
}

#[test]
fn a_script_that_takes_too_long_is_told_to_those_who_wait() {
    let (store, address) = store(Settings::default());
    store.hub().limits.busy_ms.store(200, Relaxed);
    let (mut slow, mut reads) = (Peer::new(address), Peer::new(address));
    slow.say(ENDLESS);
    std::thread::sleep(Duration::from_millis(30));
    let begun = base::clock::now();
    reads.ask(
        "GET key",
        "-BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.\r\n",
    );
    assert!(begun.elapsed() > Duration::from_millis(100), "first it has to wait");
    reads.ask("SCRIPT KILL", "+OK\r\n");
    reads.ask("GET key", "$-1\r\n");
}

#[test]
fn who_never_stops_asking_leaves_room_for_others() {
    let (_store, address) = store(Settings::default());
    let (mut slow, mut quick, floods) =
        (Peer::new(address), Peer::new(address), Peer::new(address));
    let mut hears = floods.0.try_clone().unwrap();
    let mut says = floods.0;
    // Both end when the store closes the connection.
    let hearing = std::thread::spawn(move || std::io::copy(&mut hears, &mut std::io::sink()));
    let pings = super::peer::command("PING").repeat(20_000);
    let saying = std::thread::spawn(move || while says.write_all(&pings).is_ok() {});
    slow.say(ENDLESS);
    std::thread::sleep(Duration::from_millis(100));
    let begun = base::clock::now();
    for _ in 0..100 {
        quick.ask("PING", "+PONG\r\n");
    }
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    quick.ask("SCRIPT KILL", "+OK\r\n");
    quick.ask("CLIENT KILL TYPE normal", ":2\r\n");
    saying.join().unwrap();
    let _ = hearing.join().unwrap();
}

#[test]
fn a_client_that_ends_meanwhile_is_forgotten() {
    let (_store, address) = store(Settings::default());
    let (mut slow, mut quick) = (Peer::new(address), Peer::new(address));
    slow.say(ENDLESS);
    drop(slow);
    std::thread::sleep(Duration::from_millis(30));
    let mut waits = Peer::new(address);
    waits.say("BLPOP list 0");
    drop(waits);
    // What it sent has to be read before the script ends.
    std::thread::sleep(Duration::from_millis(30));
    quick.ask("SCRIPT KILL", "+OK\r\n");
    quick.ask("RPUSH list a", ":1\r\n");
    quick.ask("LLEN list", ":1\r\n");
}
