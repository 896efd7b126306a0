use crate::command::oracle::{Ours, Theirs, words};
use crate::resp::Version;
use std::collections::BTreeMap;

/// The lines of `INFO`, by section and name.
fn lines(info: &str) -> BTreeMap<(String, String), String> {
    let mut section = String::new();
    let mut lines = BTreeMap::new();
    for line in info.split("\r\n") {
        if let Some(title) = line.strip_prefix("# ") {
            section = title.to_owned();
        } else if let Some((name, value)) = line.split_once(':') {
            lines.insert((section.clone(), name.to_owned()), value.to_owned());
        }
    }
    lines
}

fn of<'a>(lines: &'a BTreeMap<(String, String), String>, section: &str, name: &str) -> &'a str {
    let line = lines.get(&(section.to_owned(), name.to_owned()));
    line.unwrap_or_else(|| panic!("no {name} in {section}"))
}

#[test]
fn info_tells_what_clients_and_exporters_look_for() {
    let mut ours = Ours::new(Version::Resp2);
    for line in ["SET a 1", "SET b 2 EX 100", "GET a", "GET none"] {
        ours.say(line);
    }
    ours.session.db = 3;
    ours.say("SET c 1");
    let info = lines(&ours.say("INFO"));
    for (section, name, value) in [
        ("Server", "redis_version", "7.2.11"),
        ("Server", "redis_mode", "standalone"),
        ("Persistence", "loading", "0"),
        ("Persistence", "aof_enabled", "0"),
        ("Persistence", "rdb_last_bgsave_status", "ok"),
        ("Replication", "role", "master"),
        ("Memory", "maxmemory", "0"),
        ("Memory", "maxmemory_policy", "noeviction"),
        ("Stats", "keyspace_hits", "1"),
        ("Stats", "keyspace_misses", "1"),
        ("Cluster", "cluster_enabled", "0"),
    ] {
        assert_eq!(of(&info, section, name), value, "{name}");
    }
    assert!(of(&info, "Keyspace", "db0").starts_with("keys=2,expires=1,"));
    assert!(of(&info, "Keyspace", "db3").starts_with("keys=1,expires=0,"));
    // Clients take these for another server than Redis.
    assert!(info.keys().all(|(_, name)| !name.contains("dragonfly") && !name.contains("valkey")));
}

#[test]
fn info_tells_the_sections_that_are_asked_for() {
    let mut ours = Ours::new(Version::Resp2);
    let titles = |text: &str| {
        text.split("\r\n")
            .filter_map(|line| line.strip_prefix("# ").map(str::to_owned))
            .collect::<Vec<String>>()
            .join(" ")
    };
    let all = "Server Clients Memory Persistence Stats Replication CPU Modules Cluster Keyspace";
    for (line, expected) in [
        ("INFO", all),
        ("INFO default", all),
        ("INFO everything", all),
        ("INFO Replication", "Replication"),
        ("INFO keyspace server", "Server Keyspace"),
        ("INFO none", ""),
        ("INFO none cpu none", "CPU"),
    ] {
        assert_eq!(titles(&ours.say(line)), expected, "{line}");
    }
    ours.session.version = Version::Resp3;
    assert!(ours.say("INFO cluster").starts_with("=34\r\ntxt:# Cluster\r\ncluster_enabled:0\r\n"));
}

#[test]
fn each_line_of_info_is_one_of_redis_or_says_whose_it_is() {
    let Some(mut theirs) = Theirs::start("info") else { return };
    let theirs = String::from_utf8(theirs.ask(&words("INFO everything"))).unwrap();
    let (theirs, mut ours) = (lines(&theirs), Ours::new(Version::Resp2));
    // Of 7.2, which the one to compare with may be older than.
    let newer = ["pubsub_clients", "total_watched_keys", "total_blocking_keys"];
    for (place, _) in lines(&ours.say("INFO everything")) {
        let is_known = theirs.contains_key(&place)
            || place.1.starts_with("ostler_")
            || newer.contains(&place.1.as_str());
        assert!(is_known, "{place:?}");
    }
}

#[test]
fn the_time_has_microseconds() {
    let mut ours = Ours::new(Version::Resp2);
    ours.now_ms = 1_700_000_000_123;
    assert_eq!(ours.say("TIME"), "*2\r\n$10\r\n1700000000\r\n$6\r\n123000\r\n");
}

#[test]
fn shutdown_refuses_what_it_cannot_do() {
    let mut ours = Ours::new(Version::Resp2);
    for (line, reply) in [
        ("SHUTDOWN MAYBE", "-ERR syntax error\r\n"),
        ("SHUTDOWN SAVE NOSAVE", "-ERR syntax error\r\n"),
        ("SHUTDOWN ABORT NOW", "-ERR syntax error\r\n"),
        ("SHUTDOWN ABORT", "-ERR No shutdown in progress.\r\n"),
    ] {
        assert_eq!(ours.say(line), reply, "{line}");
        assert!(ours.engine.hub.outbox.is_empty());
    }
}
