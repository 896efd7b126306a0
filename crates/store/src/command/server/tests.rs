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
    let all = "Server Clients Memory Persistence Stats Replication CPU Modules Errorstats Cluster Keyspace";
    let every = "Server Clients Memory Persistence Stats Replication CPU Modules Commandstats Errorstats Latencystats Cluster Keyspace";
    for (line, expected) in [
        ("INFO", all),
        ("INFO default", all),
        ("INFO everything", every),
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
            || place.0.ends_with("stats")
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
        assert!(ours.engine.outbox.is_empty());
    }
}

/// The first two numbers of the line of a command: calls, and how many were refused and failed.
fn counted(info: &str, command: &str) -> [u64; 3] {
    let lines = lines(info);
    let line = of(&lines, "Commandstats", &format!("cmdstat_{command}")).to_owned();
    ["calls=", "rejected_calls=", "failed_calls="].map(|name| {
        let field = line.split(',').find_map(|field| field.strip_prefix(name));
        field.and_then(|number| number.parse().ok()).unwrap_or(u64::MAX)
    })
}

#[test]
fn commands_and_errors_are_counted_as_redis_counts_them() {
    let Some(mut theirs) = Theirs::start("counts") else { return };
    let mut ours = Ours::new(Version::Resp2);
    let lines_asked = [
        "CONFIG RESETSTAT",
        "SET a 1",
        "GET",
        "LPUSH a 1",
        "NOSUCH",
        "CLIENT NOSUCH",
        "EVAL return(redis.call('get','a')) 0",
        "EVAL return(redis.pcall('lpush','a',1)) 0",
        "EVAL return(redis.call('lpush','a',1)) 0",
        "EVAL x 0",
        "MULTI",
        "LPUSH a 1",
        "INCR a",
        "EXEC",
        "MULTI",
        "GET",
        "EXEC",
        "EXEC",
        "CONFIG GET timeout",
        "CONFIG SET timeout x",
    ];
    for line in lines_asked {
        let (_, _) = (ours.ask(&words(line)), theirs.ask(&words(line)));
    }
    let ours = ours.say("INFO everything");
    let theirs = String::from_utf8(theirs.ask(&words("INFO everything"))).unwrap();
    for command in [
        "set",
        "get",
        "lpush",
        "eval",
        "multi",
        "incr",
        "exec",
        "config|get",
        "config|set",
        "config|resetstat",
    ] {
        assert_eq!(counted(&ours, command), counted(&theirs, command), "{command}");
    }
    let errors = |info: &str| -> Vec<(String, String)> {
        let all = lines(info).into_iter().filter(|((section, _), _)| section == "Errorstats");
        all.map(|((_, name), value)| (name, value)).collect()
    };
    assert_eq!(errors(&ours), errors(&theirs));
    let (ours, theirs) = (lines(&ours), lines(&theirs));
    let total = |all| of(all, "Stats", "total_error_replies").to_owned();
    assert_eq!(total(&ours), total(&theirs));
}

#[test]
fn slow_commands_are_kept_without_passwords() {
    let mut ours = Ours::new(Version::Resp2);
    ours.say("CONFIG SET slowlog-log-slower-than 1000 slowlog-max-len 3");
    let mut run = |line: &str, took_us: u64| {
        ours.say(line);
        let words = words(line);
        let args: Vec<&[u8]> = words.iter().map(Vec::as_slice).collect();
        ours.engine.took(&ours.session, &args, took_us * 1000);
    };
    run("SET a 1", 999);
    run("SET b 1", 1000);
    run("HELLO 3 AUTH default secret", 5000);
    run("CONFIG SET timeout 0 requirepass secret", 5000);
    ours.session.version = Version::Resp2;
    let log = ours.say("SLOWLOG GET");
    assert!(log.starts_with("*2\r\n") && !log.contains("secret"), "{log}");
    assert!(log.contains("\r\n:1000\r\n*3\r\n$3\r\nSET\r\n$1\r\nb\r\n"), "{log}");
    assert_eq!(ours.say("SLOWLOG LEN"), ":2\r\n");
    assert_eq!(ours.say("SLOWLOG RESET"), "+OK\r\n");
    assert_eq!(ours.say("SLOWLOG GET -1"), "*0\r\n");
}

#[test]
fn durations_are_told_as_distributions_and_spikes() {
    let mut ours = Ours::new(Version::Resp2);
    ours.say("CONFIG SET latency-monitor-threshold 10");
    for (line, took_us) in [("SET a 1", 3), ("SET a 1", 3), ("SET a 1", 900), ("GET a", 25_000)] {
        ours.say(line);
        ours.engine.took(&ours.session, &[], took_us * 1000);
    }
    let told = ours.say("LATENCY HISTOGRAM set");
    let expected = "*2\r\n$3\r\nset\r\n*4\r\n$5\r\ncalls\r\n:3\r\n$14\r\nhistogram_usec\r\n*4\r\n:4\r\n:2\r\n:1024\r\n:3\r\n";
    assert_eq!(told, expected);
    let latest = "*1\r\n*4\r\n$12\r\nfast-command\r\n:1700000000\r\n:25\r\n:25\r\n";
    assert_eq!(ours.say("LATENCY LATEST"), latest);
    assert_eq!(ours.say("LATENCY HISTORY fast-command"), "*1\r\n*2\r\n:1700000000\r\n:25\r\n");
    assert!(ours.say("LATENCY GRAPH fast-command").contains("######## 25"));
    assert!(ours.say("LATENCY DOCTOR").contains("fast-command: 1 spikes"));
    let info = ours.say("INFO latencystats");
    assert!(info.contains("latency_percentiles_usec_set:p50=4.000,p99="), "{info}");
    assert_eq!(ours.say("LATENCY RESET"), ":1\r\n");
    assert_eq!(ours.say("LATENCY LATEST"), "*0\r\n");
}

#[test]
fn mistakes_and_help_are_told_in_redis_words() {
    let Some(mut theirs) = Theirs::start("server-mistakes") else { return };
    let mut ours = Ours::new(Version::Resp2);
    for line in [
        "SLOWLOG",
        "SLOWLOG NONSENSE",
        "SLOWLOG GET x",
        "SLOWLOG GET -2",
        "SLOWLOG HELP",
        "LATENCY NONSENSE",
        "LATENCY HELP",
        "LATENCY HISTORY none",
        "LATENCY GRAPH none",
        "LATENCY RESET",
        "LATENCY LATEST",
        "LATENCY HISTOGRAM none",
        "ROLE",
        "TIME 1",
        "MEMORY HELP",
        "MEMORY PURGE",
        "MEMORY NONSENSE",
        "CLUSTER",
        "CLUSTER INFO",
        "CLUSTER KEYSLOT",
        "CLUSTER KEYSLOT a",
        "CLUSTER NONSENSE",
        "ASKING",
        "REPLICAOF NO ONE",
        "SLAVEOF no one",
        "REPLICAOF NO",
        "ACL WHOAMI",
        "ACL USERS",
        "ACL LIST",
        "ACL GETUSER default",
        "ACL GETUSER none",
        "ACL CAT none",
        "ACL LOG",
        "ACL LOG RESET",
        "ACL LOG x",
        "ACL NONSENSE",
        "CONFIG SET requirepass secret",
        "ACL LIST",
        "ACL GETUSER default",
    ] {
        let (ours, theirs) = (ours.ask(&words(line)), theirs.ask(&words(line)));
        assert_eq!(String::from_utf8_lossy(&ours), String::from_utf8_lossy(&theirs), "{line}");
    }
}

#[test]
fn memory_is_told_by_its_parts() {
    let mut ours = Ours::new(Version::Resp2);
    for number in 0..100 {
        ours.say(&format!("SET key:{number} {}", "v".repeat(1_000)));
    }
    let told = ours.say("MEMORY STATS");
    let number = |name: &str| -> usize {
        let rest = told.split_once(&format!("\r\n{name}\r\n:")).unwrap().1;
        rest.split("\r\n").next().unwrap().parse().unwrap()
    };
    assert_eq!(number("keys.count"), 100);
    let (all, overhead, data) =
        (number("total.allocated"), number("overhead.total"), number("dataset.bytes"));
    assert_eq!(all, overhead + data);
    assert!((100_000..200_000).contains(&data), "{data}");
    assert!(number("overhead.hashtable.main") > 0 && number("peak.allocated") >= all);
    let doctor = |ours: &mut Ours| ours.say("MEMORY DOCTOR");
    assert!(doctor(&mut ours).contains("without a limit"));
    ours.say("CONFIG SET maxmemory 1");
    assert!(doctor(&mut ours).contains("noeviction"));
}

#[test]
fn categories_name_commands() {
    let mut ours = Ours::new(Version::Resp2);
    assert!(ours.say("ACL CAT").contains("\r\nsortedset\r\n"));
    assert!(ours.say("ACL CAT Hash").contains("\r\nhget\r\n"));
    let refused = ours.say("ACL SETUSER someone on");
    assert!(refused.starts_with("-ERR The store has one user"), "{refused}");
}

#[test]
fn a_script_is_told_of_the_scripts_that_there_are() {
    let mut ours = Ours::new(Version::Resp2);
    ours.ask(&["SCRIPT", "LOAD", "return 1"].map(|word| word.as_bytes().to_vec()).to_vec());
    assert!(ours.say("INFO memory").contains("\r\nnumber_of_cached_scripts:1\r\n"));
    let script = ["EVAL", "return redis.call('info', 'memory')", "0"];
    let told = ours.ask(&script.map(|word| word.as_bytes().to_vec()).to_vec());
    assert!(String::from_utf8_lossy(&told).contains("\r\nnumber_of_cached_scripts:1\r\n"));
}
