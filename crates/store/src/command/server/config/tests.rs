use super::parameter::{self, Act};
use crate::command::oracle::{Ours, Theirs, Words, words};
use crate::resp::{Reply, Version};
use std::collections::BTreeMap;

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn say(words: &[&str]) -> Words {
    words.iter().map(|word| word.as_bytes().to_vec()).collect()
}

/// The pairs of `CONFIG GET`.
fn pairs(reply: &[u8]) -> BTreeMap<String, String> {
    let reply = text(reply);
    let lines: Vec<&str> = reply.split("\r\n").skip(1).collect();
    let bulks: Vec<&str> = lines.chunks(2).filter_map(|two| two.get(1).copied()).collect();
    let pairs = bulks.chunks_exact(2).map(|two| (two[0].to_owned(), two[1].to_owned()));
    pairs.collect()
}

/// Those whose first value or limits are others in 7.0, and those that were decided when the store was started.
const DIFFER: &[&str] = &[
    "port",
    "dir",
    "unixsocket",
    "databases",
    "hash-max-listpack-entries",
    "enable-debug-command",
    "appendonly",
    "maxmemory-policy",
    "activedefrag",
    "maxmemory-clients",
    "min-replicas-to-write",
    "tls-port",
    "replicaof",
];

#[test]
fn parameters_have_the_names_and_first_values_of_redis() {
    let Some(mut theirs) = Theirs::start("config-get") else { return };
    let mut ours = Ours::new(Version::Resp2);
    let theirs = pairs(&theirs.ask(&words("CONFIG GET *")));
    let ours = pairs(&ours.ask(&words("CONFIG GET *")));
    for parameter in parameter::all() {
        // Of 7.2.
        if parameter.name.starts_with("set-max-listpack") {
            continue;
        }
        for name in parameter.names() {
            let their = theirs.get(name).unwrap_or_else(|| panic!("Redis has no {name}"));
            if !DIFFER.contains(&parameter.name) && name != "appendfsync" {
                assert_eq!(&ours[name], their, "{name}");
            }
        }
    }
}

#[test]
fn values_are_taken_and_refused_as_redis_does() {
    let Some(mut theirs) = Theirs::start("config-set") else { return };
    let mut ours = Ours::new(Version::Resp2);
    for line in ["CONFIG SET appendfsync no", "CONFIG SET hash-max-listpack-entries 7"] {
        assert_eq!(ours.ask(&words(line)), theirs.ask(&words(line)));
    }
    let mut differ = Vec::new();
    let values = [
        "0",
        "1",
        "12",
        "-1",
        "-7",
        "1x",
        "1k",
        "2mb",
        "3000000000",
        "99999999999999999999",
        "yes",
        "NO",
        "maybe",
        "",
        "normal 1mb 2mb 60",
        "pubsub 1 2",
        "nobody 1 2 3",
        "slave 1 x 3",
        "KEA",
        "Q",
        "always",
        "900 1 300 10",
        "900",
        "0 1",
        "debug",
    ];
    for parameter in parameter::all() {
        let is_ours =
            DIFFER.contains(&parameter.name) || parameter.name.starts_with("set-max-listpack");
        // What Redis checks beyond the value, or changes for good.
        let is_odd = [
            "maxmemory",
            "maxmemory-policy",
            "maxclients",
            "latency-tracking-info-percentiles",
            "requirepass",
        ];
        if is_ours || is_odd.contains(&parameter.name) {
            continue;
        }
        for name in parameter.names() {
            for value in values {
                let set = say(&["CONFIG", "SET", name, value]);
                let (our, their) = (text(&ours.ask(&set)), text(&theirs.ask(&set)));
                if our != their {
                    differ.push(format!("{name} {value}: {our} {their}"));
                }
                let get = say(&["CONFIG", "GET", parameter.name]);
                let (our, their) = (text(&ours.ask(&get)), text(&theirs.ask(&get)));
                // Redis's is clamped.
                if our != their
                    && !["list-max-listpack-size", "hz", "repl-backlog-size"]
                        .contains(&parameter.name)
                {
                    differ.push(format!("{name} {value}: {our} {their}"));
                }
            }
        }
    }
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

#[test]
fn mistakes_are_told_in_redis_words() {
    let Some(mut theirs) = Theirs::start("config-mistakes") else { return };
    let mut ours = Ours::new(Version::Resp2);
    for line in [
        "CONFIG",
        "CONFIG WHAT",
        "CONFIG GET",
        "CONFIG SET timeout",
        "CONFIG SET timeout 1 hz",
        "CONFIG SET nope 1",
        "CONFIG SET timeout 7 nope 1",
        "CONFIG SET timeout 7 timeout 8",
        "CONFIG SET timeout 7 hz abc",
        "CONFIG SET lua-time-limit 7 busy-reply-threshold 8",
        "CONFIG GET timeout",
        "CONFIG SET TIMEOUT 9 Hz 20",
        "CONFIG GET timeout TIME*",
        "CONFIG GET nothing",
        "CONFIG SET daemonize yes",
        "CONFIG RESETSTAT now",
        "CONFIG HELP",
        "CONFIG HELP me",
    ] {
        assert_eq!(text(&ours.ask(&words(line))), text(&theirs.ask(&words(line))), "{line}");
    }
}

#[test]
fn what_is_set_acts() {
    let mut ours = Ours::new(Version::Resp2);
    for line in [
        "CONFIG SET hash-max-ziplist-entries 2 set-max-intset-entries 1 zset-max-listpack-value 1",
        "CONFIG SET list-max-listpack-size 1 notify-keyspace-events KEA requirepass secret",
    ] {
        assert_eq!(ours.say(line), "+OK\r\n");
    }
    ours.say("HSET h a 1 b 2 c 3");
    ours.say("SADD s 1 2");
    ours.say("ZADD z 1 long");
    ours.say("RPUSH l a b");
    for (key, encoding) in
        [("h", "hashtable"), ("s", "hashtable"), ("z", "skiplist"), ("l", "quicklist")]
    {
        let reply = ours.say(&format!("OBJECT ENCODING {key}"));
        assert!(reply.contains(encoding), "{key} {reply}");
    }
    for (line, reply) in [
        ("CONFIG SET maxmemory 1 maxmemory-policy allkeys-lru", "+OK\r\n"),
        ("CONFIG SET maxmemory-policy allkeys-lfu", "+OK\r\n"),
        ("CONFIG SET maxmemory-policy least-used", "-ERR CONFIG SET failed"),
        ("SET a 1", "-OOM "),
        ("CONFIG SET maxmemory 0", "+OK\r\n"),
        ("SET a 1", "+OK\r\n"),
    ] {
        assert!(ours.say(line).starts_with(reply), "{line}");
    }
    assert!(!ours.engine.keys.take_notices().is_empty());
    assert!(ours.engine.hub.limits.opens(b"secret") && !ours.engine.hub.limits.opens(b"other"));
    // All or nothing.
    assert!(
        ours.say("CONFIG SET requirepass other timeout no").starts_with("-ERR CONFIG SET failed")
    );
    assert!(ours.engine.hub.limits.opens(b"secret"));
    let refused = ours.say("CONFIG SET appendonly yes");
    assert!(refused.contains("ostler.toml"), "{refused}");
    assert_eq!(ours.say("CONFIG SET appendonly no"), "+OK\r\n");
}

#[test]
fn counting_begins_anew() {
    let mut ours = Ours::new(Version::Resp2);
    ours.say("GET none");
    assert!(ours.say("INFO stats").contains("\r\nkeyspace_misses:1\r\n"));
    assert_eq!(ours.say("CONFIG RESETSTAT"), "+OK\r\n");
    assert!(ours.say("INFO stats").contains("\r\nkeyspace_misses:0\r\n"));
    ours.say("GET none");
    assert!(ours.say("INFO stats").contains("\r\nkeyspace_misses:1\r\n"));
}

#[test]
fn each_first_value_is_one_that_may_be_set() {
    let ours = Ours::new(Version::Resp2);
    let mut reply = Reply::new(Version::Resp2);
    for parameter in parameter::all() {
        let value = parameter.get(&ours.engine);
        reply.bulk(&value.bytes());
        if !matches!(parameter.act, Act::Fixed(_)) {
            assert!(parameter.accepts(&ours.engine, &value.bytes()).is_ok(), "{}", parameter.name);
        }
    }
}
