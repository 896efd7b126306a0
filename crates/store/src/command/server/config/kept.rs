//! Catalogue: parameters that were decided at the start, and those that Redis has and the store has no use for.

use super::kind::{Kind, Value};
use super::parameter::Parameter;

const INT: Kind = Kind::Number(0, i32::MAX as i64);
const LONG: Kind = Kind::Number(0, i64::MAX);
const BYTES: Kind = Kind::Memory(0, i64::MAX);
const LEVELS: &[&str] = &["debug", "verbose", "notice", "warning"];
const DEFRAG: &str = "Active defragmentation cannot be enabled: the store does not need it";
const NO_CLIENT_LIMIT: &str = "clients are limited one by one: see client-output-buffer-limit";
const NO_REPLICAS: &str = "the store has no replicas";

/// All of them.
pub const PARAMETERS: &[Parameter] = &[
    Parameter::fixed("databases", |engine| Value::Number(engine.keys.databases() as i64)),
    Parameter::fixed("port", |engine| Value::Number(engine.hub.figures.about().port.into())),
    Parameter::fixed("dir", |engine| Value::text(engine.hub.figures.about().folder)),
    Parameter::fixed("tls-port", |_| Value::Number(0)),
    Parameter::fixed("unixsocket", |engine| Value::text(engine.hub.figures.about().unix)),
    Parameter::fixed("cluster-enabled", |_| Value::Flag(false)),
    Parameter::fixed("daemonize", |_| Value::Flag(false)),
    Parameter::fixed("supervised", |_| Value::text("no")),
    Parameter::fixed("io-threads", |_| Value::Number(1)),
    Parameter::fixed("io-threads-do-reads", |_| Value::Flag(false)),
    Parameter::fixed("aclfile", |_| Value::text("")),
    Parameter::fixed("logfile", |_| Value::text("")),
    Parameter::fixed("pidfile", |_| Value::text("")),
    Parameter::fixed("replicaof", |_| Value::text("")).alias("slaveof"),
    Parameter::fixed("enable-debug-command", |_| Value::Flag(true)),
    Parameter::settled("activedefrag", Kind::Flag, |_| Value::Flag(false), DEFRAG),
    Parameter::settled("maxmemory-clients", BYTES, |_| Value::Number(0), NO_CLIENT_LIMIT),
    Parameter::settled("min-replicas-to-write", INT, |_| Value::Number(0), NO_REPLICAS)
        .alias("min-slaves-to-write"),
    Parameter::kept("save", Kind::Text(save), ""),
    Parameter::kept("loglevel", Kind::Word(LEVELS), "notice"),
    Parameter::kept("hz", INT, "10"),
    Parameter::kept("dynamic-hz", Kind::Flag, "yes"),
    Parameter::kept("activerehashing", Kind::Flag, "yes"),
    Parameter::kept("maxmemory-eviction-tenacity", Kind::Number(0, 100), "10"),
    Parameter::kept("lfu-log-factor", INT, "10"),
    Parameter::kept("lfu-decay-time", INT, "1"),
    Parameter::kept("lazyfree-lazy-eviction", Kind::Flag, "no"),
    Parameter::kept("lazyfree-lazy-expire", Kind::Flag, "no"),
    Parameter::kept("lazyfree-lazy-server-del", Kind::Flag, "no"),
    Parameter::kept("lazyfree-lazy-user-del", Kind::Flag, "no"),
    Parameter::kept("lazyfree-lazy-user-flush", Kind::Flag, "no"),
    Parameter::kept("replica-lazy-flush", Kind::Flag, "no").alias("slave-lazy-flush"),
    Parameter::kept("rdbcompression", Kind::Flag, "yes"),
    Parameter::kept("rdb-save-incremental-fsync", Kind::Flag, "yes"),
    Parameter::kept("stop-writes-on-bgsave-error", Kind::Flag, "yes"),
    Parameter::kept("aof-use-rdb-preamble", Kind::Flag, "yes"),
    Parameter::kept("aof-load-truncated", Kind::Flag, "yes"),
    Parameter::kept("aof-rewrite-incremental-fsync", Kind::Flag, "yes"),
    Parameter::kept("no-appendfsync-on-rewrite", Kind::Flag, "no"),
    Parameter::kept("auto-aof-rewrite-percentage", INT, "100"),
    Parameter::kept("auto-aof-rewrite-min-size", BYTES, "67108864"),
    Parameter::kept("list-compress-depth", INT, "0"),
    Parameter::kept("hll-sparse-max-bytes", BYTES, "3000"),
    Parameter::kept("active-expire-effort", Kind::Number(1, 10), "1"),
    Parameter::kept("latency-tracking-info-percentiles", Kind::Text(|_| Ok(())), "50 99 99.9"),
    Parameter::kept("tracking-table-max-keys", LONG, "1000000"),
    Parameter::kept("repl-backlog-size", Kind::Memory(1, i64::MAX), "1048576"),
    Parameter::kept("repl-timeout", Kind::Number(1, i32::MAX as i64), "60"),
    Parameter::kept("repl-diskless-sync-delay", INT, "5"),
    Parameter::kept("repl-diskless-sync", Kind::Flag, "yes"),
    Parameter::kept("replica-serve-stale-data", Kind::Flag, "yes").alias("slave-serve-stale-data"),
    Parameter::kept("replica-read-only", Kind::Flag, "yes").alias("slave-read-only"),
    Parameter::kept("replica-priority", INT, "100").alias("slave-priority"),
    Parameter::kept("min-replicas-max-lag", INT, "10").alias("min-slaves-max-lag"),
    Parameter::kept("shutdown-timeout", INT, "10"),
    Parameter::kept("acllog-max-len", LONG, "128"),
    Parameter::kept("crash-log-enabled", Kind::Flag, "yes"),
];

/// Seconds and changes, several times.
fn save(text: &str) -> Result<(), &'static str> {
    const WRONG: &str = "Invalid save parameters";
    let words: Vec<&str> = text.split_whitespace().collect();
    let numbers: Option<Vec<u32>> = words.iter().map(|word| word.parse().ok()).collect();
    let pairs = numbers.filter(|numbers| numbers.len() % 2 == 0).ok_or(WRONG)?;
    let is_right =
        pairs.chunks_exact(2).all(|pair| pair.first().is_some_and(|seconds| *seconds >= 1));
    if is_right { Ok(()) } else { Err(WRONG) }
}
