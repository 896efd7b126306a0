use super::*;
use crate::hub::Hub;
use crate::keyspace::Effects;
use crate::resp::{Reply, Version};
use std::sync::Arc;

struct Bench {
    engine: Engine,
    session: Session,
}

impl Bench {
    fn new() -> Self {
        let engine = Engine::new(16, Arc::new(Hub::default()), 7);
        Bench { engine, session: Session::new(1, true) }
    }

    fn ask(&mut self, line: &str) -> String {
        let args: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
        let mut reply = Reply::new(Version::Resp2);
        self.engine.execute(&mut self.session, &args, &mut reply, Now::at_ms(1_000));
        String::from_utf8(reply.into_bytes()).unwrap()
    }
}

#[test]
fn what_is_set_is_got_and_logged() {
    let mut bench = Bench::new();
    assert_eq!(bench.ask("set a 1"), "+OK\r\n");
    let (lsn, record) = bench.engine.keys.take_record().unwrap();
    assert_eq!(
        (lsn, Effects::read(&record).next().unwrap().args),
        (1, vec![&b"SET"[..], b"a", b"1"])
    );
    assert_eq!(bench.ask("GET a"), "$1\r\n1\r\n");
    assert_eq!(bench.engine.keys.seen_lsn(), 1);
    assert_eq!(bench.engine.keys.take_record(), None);
}

#[test]
fn mistakes_are_told_in_redis_words() {
    let mut bench = Bench::new();
    assert_eq!(bench.ask("GET"), "-ERR wrong number of arguments for 'get' command\r\n");
    assert_eq!(
        bench.ask("FOO a b"),
        "-ERR unknown command 'FOO', with args beginning with: 'a' 'b' \r\n"
    );
    bench.session.known = false;
    assert_eq!(bench.ask("GET a"), "-NOAUTH Authentication required.\r\n");
}

#[test]
fn a_transaction_is_one_record_and_fails_when_a_watched_key_changed() {
    let mut bench = Bench::new();
    for (line, reply) in [
        ("MULTI", "+OK\r\n"),
        ("SET a 1", "+QUEUED\r\n"),
        ("SET b 2", "+QUEUED\r\n"),
        ("EXEC", "*2\r\n+OK\r\n+OK\r\n"),
        ("EXEC", "-ERR EXEC without MULTI\r\n"),
        ("WATCH a", "+OK\r\n"),
        ("SET a 3", "+OK\r\n"),
        ("MULTI", "+OK\r\n"),
        ("GET a", "+QUEUED\r\n"),
        ("EXEC", "*-1\r\n"),
        ("MULTI", "+OK\r\n"),
        ("GET", "-ERR wrong number of arguments for 'get' command\r\n"),
        ("EXEC", "-EXECABORT Transaction discarded because of previous errors.\r\n"),
    ] {
        assert_eq!(bench.ask(line), reply, "{line}");
        if reply.starts_with("*2") {
            let (_, record) = bench.engine.keys.take_record().unwrap();
            assert_eq!(Effects::read(&record).count(), 2);
        }
    }
}

#[test]
fn while_data_is_loaded_only_what_says_so_is_answered() {
    let (hub, table) = (Hub::default(), crate::command::Table::default());
    let fault = crate::resp::Fault::plain("LOADING of data");
    let mut session = Session::new(1, true);
    let mut ask = |hub: &Hub, line: &str| {
        let args: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
        let mut reply = Reply::new(Version::Resp2);
        let now = Now::at_ms(1_000);
        assert!(aside(&table, hub, &mut session, &args, &mut reply, now, Some(&fault)));
        String::from_utf8(reply.into_bytes()).unwrap()
    };
    hub.loading.store(true, std::sync::atomic::Ordering::Relaxed);
    assert_eq!(ask(&hub, "PING"), "-LOADING of data\r\n");
    assert_eq!(ask(&hub, "GET a"), "-LOADING of data\r\n");
    assert_eq!(ask(&hub, "ECHO a"), "$1\r\na\r\n");
    hub.loading.store(false, std::sync::atomic::Ordering::Relaxed);
    assert_eq!(ask(&hub, "PING"), "+PONG\r\n");
}

#[test]
fn what_cannot_be_executed_while_a_script_runs_is_discarded_with_what_was_watched() {
    let mut ours = crate::command::oracle::Ours::new(Version::Resp2);
    for line in ["SET a 1", "WATCH a", "MULTI", "SET a 2"] {
        ours.say(line);
    }
    let table = crate::command::Table::default();
    let fault = crate::resp::Fault::plain("BUSY with a script");
    let mut reply = Reply::new(Version::Resp2);
    let (hub, now) = (ours.engine.hub.clone(), Now::at_ms(ours.now_ms));
    assert!(aside(&table, &hub, &mut ours.session, &[b"EXEC"], &mut reply, now, Some(&fault)));
    let discarded = "-EXECABORT Transaction discarded because of: BUSY with a script\r\n";
    assert_eq!(String::from_utf8(reply.into_bytes()).unwrap(), discarded);
    assert_eq!(ours.say("SET a 3"), "+OK\r\n");
    ours.say("MULTI");
    assert_eq!(ours.say("EXEC"), "*0\r\n");
    assert_eq!(ours.say("GET a"), "$1\r\n3\r\n");
}

#[test]
fn what_has_ended_is_no_change_where_databases_are_exchanged() {
    let mut ours = crate::command::oracle::Ours::new(Version::Resp2);
    for line in ["SELECT 1", "SET a 1 PX 10", "SET b 1", "SELECT 0", "WATCH a"] {
        ours.say(line);
    }
    ours.now_ms += 20;
    ours.say("SWAPDB 0 1");
    ours.say("MULTI");
    assert_eq!(ours.say("EXEC"), "*0\r\n");
    ours.say("WATCH b");
    ours.say("SWAPDB 0 1");
    ours.say("MULTI");
    assert_eq!(ours.say("EXEC"), "*-1\r\n");
}

#[test]
fn errors_that_scripts_make_are_counted_by_their_code() {
    let mut ours = crate::command::oracle::Ours::new(Version::Resp2);
    let eval = |script: &str| ["EVAL", script, "0"].map(|word| word.as_bytes().to_vec()).to_vec();
    ours.ask(&eval("return redis.error_reply('MINE is short')"));
    ours.ask(&eval(&format!("return redis.error_reply('LONG {}')", "x".repeat(200))));
    let counted = ours.engine.hub.tally.errors();
    assert_eq!((counted.get("MINE"), counted.get("LONG")), (Some(&1), Some(&1)), "{counted:?}");
}
