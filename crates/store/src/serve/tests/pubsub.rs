//! Messages from client to client.

use super::peer::{Peer, command, store};
use crate::serve::Settings;
use std::io::Write;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

#[test]
fn a_message_gets_to_all_who_listen_in_the_form_of_each() {
    let (_store, address) = store(Settings::default());
    let (mut old, mut new, mut talker) =
        (Peer::new(address), Peer::new(address), Peer::new(address));
    old.ask("SUBSCRIBE news", "*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n");
    new.say("HELLO 3");
    assert!(new.hears_within(Duration::from_secs(5)));
    new.hear_to("modules\r\n*0\r\n");
    new.ask("PSUBSCRIBE n*", ">3\r\n$10\r\npsubscribe\r\n$2\r\nn*\r\n:1\r\n");
    talker.ask("PUBLISH news hello", ":2\r\n");
    old.hear("*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$5\r\nhello\r\n");
    new.hear(">4\r\n$8\r\npmessage\r\n$2\r\nn*\r\n$4\r\nnews\r\n$5\r\nhello\r\n");
    // In RESP3 a listener may call anything; what it says itself comes after the reply.
    new.ask(
        "PUBLISH news own",
        ":2\r\n>4\r\n$8\r\npmessage\r\n$2\r\nn*\r\n$4\r\nnews\r\n$3\r\nown\r\n",
    );
    old.hear("*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$3\r\nown\r\n");
    old.ask(
        "GET key",
        "-ERR Can't execute 'get': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this \
         context\r\n",
    );
    // One that is gone is not counted.
    drop(new);
    std::thread::sleep(Duration::from_millis(60));
    talker.ask("PUBLISH news again", ":1\r\n");
    talker.ask("EVAL return(redis.call('publish','news','script')) 0", ":1\r\n");
    old.hear("*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$5\r\nagain\r\n");
    old.hear("*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$6\r\nscript\r\n");
    old.ask("UNSUBSCRIBE", "*3\r\n$11\r\nunsubscribe\r\n$4\r\nnews\r\n:0\r\n");
    old.ask("GET key", "$-1\r\n");
}

#[test]
fn messages_flow_while_a_script_keeps_the_data_busy() {
    let (_store, address) = store(Settings::default());
    let (mut slow, mut listener, mut talker) =
        (Peer::new(address), Peer::new(address), Peer::new(address));
    listener.ask("SUBSCRIBE news", "*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n");
    talker.ask("PING", "+PONG\r\n");
    slow.say("EVAL repeat(tostring)(1)until(false) 0");
    std::thread::sleep(Duration::from_millis(30));
    for _ in 0..20 {
        talker.ask("PUBLISH news x", ":1\r\n");
        listener.hear("*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$1\r\nx\r\n");
    }
    talker.ask("SCRIPT KILL", "+OK\r\n");
}

#[test]
fn what_a_script_says_is_heard_when_it_has_ended() {
    let (_store, address) = store(Settings::default());
    let (mut slow, mut listener, mut talker) =
        (Peer::new(address), Peer::new(address), Peer::new(address));
    listener.ask("SUBSCRIBE news", "*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n");
    slow.say("EVAL redis.call('publish','news','script');repeat(tostring)(1)until(false) 0");
    std::thread::sleep(Duration::from_millis(30));
    talker.ask("PUBLISH news other", ":1\r\n");
    listener.hear("*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$5\r\nother\r\n");
    talker.ask("SCRIPT KILL", "+OK\r\n");
    listener.hear("*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$6\r\nscript\r\n");
}

#[test]
fn changes_of_keys_are_told_to_those_who_asked() {
    let (_store, address) = store(Settings::default());
    let (mut listener, mut writer) = (Peer::new(address), Peer::new(address));
    writer.ask("CONFIG SET notify-keyspace-events KEA", "+OK\r\n");
    listener.ask("PSUBSCRIBE __key*__:*", "*3\r\n$10\r\npsubscribe\r\n$10\r\n__key*__:*\r\n:1\r\n");
    writer.ask("SET key 1 PX 30", "+OK\r\n");
    for (channel, message) in [
        ("__keyspace@0__:key", "set"),
        ("__keyevent@0__:set", "key"),
        ("__keyspace@0__:key", "expire"),
        ("__keyevent@0__:expire", "key"),
        // Nobody asked for it after its time.
        ("__keyspace@0__:key", "expired"),
        ("__keyevent@0__:expired", "key"),
    ] {
        let (channel_len, message_len) = (channel.len(), message.len());
        listener.hear(&format!(
            "*4\r\n$8\r\npmessage\r\n$10\r\n__key*__:*\r\n${channel_len}\r\n{channel}\r\n${message_len}\r\n{message}\r\n"
        ));
    }
}

#[test]
fn who_does_not_read_is_closed_at_the_limit() {
    let (store, address) = store(Settings::default());
    store.hub().limits.pubsub.hard_bytes.store(1 << 20, Relaxed);
    let (mut deaf, mut talker) = (Peer::new(address), Peer::new(address));
    deaf.ask("SUBSCRIBE news", "*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n");
    let message = command(&format!("PUBLISH news {}", "x".repeat(100_000)));
    let mut reached = String::new();
    for _ in 0..300 {
        talker.0.write_all(&message).unwrap();
        reached = super::peer::line(&mut talker.0);
        if reached == ":0\r\n" {
            break;
        }
    }
    assert_eq!(reached, ":0\r\n", "it was closed");
    talker.ask("PING", "+PONG\r\n");
}
