use crate::command::oracle::{Ours, Words, check_memory, compare, pick, some, words};
use crate::engine::{After, Now, Session};
use crate::keyspace::Effects;
use crate::resp::{Reply, Version};
use base::random::Random;

fn key(chance: &mut Random) -> &'static str {
    match chance.below(12) {
        0 => "none",
        1 => "text",
        2..5 => "b",
        _ => "a",
    }
}

/// Times rise slowly, so that ids meet.
fn id(chance: &mut Random) -> String {
    match chance.below(14) {
        0 => pick(chance, &["x", "0", "5-", "-", "+", "1-x", "007-1"]).to_owned(),
        1..4 => format!("{}", 1 + chance.below(400)),
        _ => format!("{}-{}", 1 + chance.below(400), chance.below(3)),
    }
}

fn interval(chance: &mut Random) -> String {
    match chance.below(8) {
        0 => "-".to_owned(),
        1 => "+".to_owned(),
        2 => format!("({}", id(chance)),
        3 => pick(
            chance,
            &[
                "18446744073709551615-18446744073709551615",
                "(18446744073709551615-18446744073709551615",
                "(0-0",
            ],
        )
        .to_owned(),
        _ => id(chance),
    }
}

fn fields(c: &mut Random) -> String {
    match c.below(6) {
        0 => format!("f {} g {}", c.below(1_000), "v".repeat(c.below(120) as usize)),
        1 => format!("h {}", c.next_u64() as i64),
        2 => "odd".to_owned(),
        _ => format!("temp {} wind {}", c.below(40), pick(c, &["n", "s", "-1", "70000"])),
    }
}

fn trim(c: &mut Random) -> String {
    let about = pick(c, &["", " ~", " =", " ~"]);
    let limit = some(c, &["LIMIT 150", "LIMIT 0", "LIMIT -1"]);
    match c.below(5) {
        0 => format!("MINID{about} {}{limit}", id(c)),
        1 => "MAXLEN ~ 50 MINID 3".to_owned(),
        2 => "LIMIT 3".to_owned(),
        _ => format!("MAXLEN{about} {}{limit}", c.below(260) as i64 - 3),
    }
}

/// `at` rises with each entry that is added.
fn write(at: &mut u64, c: &mut Random) -> String {
    match c.below(20) {
        0 => format!("XADD {} {} {}", key(c), id(c), fields(c)),
        1 => format!("XADD {} {}-* {}", key(c), *at, fields(c)),
        2 => format!("XADD {} NOMKSTREAM {} {} {}", key(c), trim(c), id(c), fields(c)),
        3 => {
            *at += 1;
            format!("XADD {} {} {}-5 {}", key(c), trim(c), *at, fields(c))
        }
        4 => format!("XTRIM {} {}", key(c), trim(c)),
        5 | 6 => format!("XDEL {} {} {}", key(c), id(c), id(c)),
        7 => {
            let rest = some(c, &["ENTRIESADDED 900", "MAXDELETEDID 5-1", "ENTRIESADDED -1", "x"]);
            format!("XSETID {} {}{rest}", pick(c, &["b", "none", "text"]), *at + 1_000 + c.below(3))
        }
        _ => {
            *at += c.below(2);
            format!("XADD a {}-* {}", *at, fields(c))
        }
    }
}

fn read(c: &mut Random) -> String {
    match c.below(8) {
        0 => format!("XLEN {}", key(c)),
        1 => format!(
            "XRANGE {} {} {}{}",
            key(c),
            interval(c),
            interval(c),
            some(c, &["COUNT 3", "COUNT 0", "COUNT x"])
        ),
        2 => {
            format!("XREVRANGE {} {} {}{}", key(c), interval(c), interval(c), some(c, &["COUNT 3"]))
        }
        3 => format!(
            "XREAD{} STREAMS {} {}",
            some(c, &["COUNT 2", "NOACK", "COUNT -1"]),
            key(c),
            id(c)
        ),
        4 => format!("XREAD COUNT 2 STREAMS a b {} {}", id(c), pick(c, &["$", "0", ">", "3-1"])),
        5 => format!("XREAD STREAMS {} b 0 {}", key(c), pick(c, &["1", "x"])),
        6 => format!("XINFO STREAM {}{}", key(c), some(c, &["x", "FULL x"])),
        _ => format!("XINFO GROUPS {}", key(c)),
    }
}

fn group(c: &mut Random) -> String {
    let (group, consumer) =
        (pick(c, &["g", "g", "g", "h", "i"]), pick(c, &["one", "two", "three"]));
    match c.below(22) {
        0 => format!(
            "XGROUP CREATE {} {group} {}{}",
            key(c),
            pick(c, &["$", "0", "5", "x"]),
            some(c, &["MKSTREAM", "ENTRIESREAD 3", "ENTRIESREAD -2", "x"])
        ),
        1 => format!(
            "XGROUP SETID {} {group} {}{}",
            key(c),
            pick(c, &["$", "0", "-", "9"]),
            some(c, &["ENTRIESREAD 7"])
        ),
        2 if c.below(6) == 0 => format!("XGROUP DESTROY {} {group}", key(c)),
        3 => format!("XGROUP CREATECONSUMER {} {group} {consumer}", key(c)),
        4 if c.below(3) == 0 => format!("XGROUP DELCONSUMER {} {group} {consumer}", key(c)),
        5..10 => format!(
            "XREADGROUP GROUP {group} {consumer}{} STREAMS {} {}",
            some(c, &["COUNT 4", "COUNT 1", "NOACK"]),
            key(c),
            pick(c, &[">", ">", ">", "0", "5-1", "$", "x"])
        ),
        10 => format!(
            "XREADGROUP GROUP {group} {consumer} COUNT 3 STREAMS a b > {}",
            pick(c, &[">", "0"])
        ),
        11 | 12 => format!("XACK {} {group} {} {} {}", key(c), id(c), id(c), id(c)),
        13 | 14 => format!("XPENDING {} {group}", key(c)),
        15 => format!("XPENDING {} {group} IDLE 100000000 - + 5{}", key(c), some(c, &["one"])),
        16 | 17 => format!(
            "XCLAIM {} {group} {consumer} 0 {} {} {}{}",
            key(c),
            id(c),
            id(c),
            id(c),
            some(c, &["JUSTID", "FORCE", "RETRYCOUNT 4", "IDLE 5", "TIME x", "LASTID 3-1", "x"])
        ),
        18 => format!(
            "XAUTOCLAIM {} {group} {consumer} 0 {}{}",
            key(c),
            interval(c),
            some(c, &["COUNT 2", "JUSTID", "COUNT 0", "x"])
        ),
        19 => format!("XINFO GROUPS {}", key(c)),
        20 => format!(
            "XINFO {}",
            pick(c, &["HELP", "CONSUMERS never g", "CONSUMERS a none", "x", "GROUPS"])
        ),
        _ => format!(
            "XGROUP {}",
            pick(c, &["HELP", "x", "CREATE a", "DESTROY a", "DELCONSUMER a g"])
        ),
    }
}

fn commands() -> impl FnMut(&mut Random) -> Words {
    let mut at = 1;
    let mut next = vec![
        words("XGROUP CREATECONSUMER a g two"),
        words("XGROUP CREATECONSUMER a g three"),
        words("XGROUP CREATECONSUMER a g one"),
        words("XGROUP CREATE a g 0 MKSTREAM"),
        words("SET text 1"),
    ];
    move |chance| {
        if let Some(command) = next.pop() {
            return command;
        }
        let line = match chance.below(10) {
            0..4 => write(&mut at, chance),
            4..6 => read(chance),
            _ => group(chance),
        };
        // Since 7.2 whoever asks becomes a consumer, before only who got something: here all are from the start.
        let mut command = words(&line);
        if line.starts_with("XREAD ") {
            // `+` came with 7.4.
            command.iter_mut().filter(|word| word == &b"+").for_each(|word| *word = b"9".to_vec());
        }
        if line.starts_with("XGROUP CREATE ") || line.starts_with("XGROUP DELCONSUMER ") {
            for consumer in ["one", "two", "three"] {
                let mut create = words("XGROUP CREATECONSUMER");
                create.extend(command[2..].iter().take(2).cloned());
                create.push(consumer.into());
                next.push(create);
            }
        }
        command
    }
}

#[test]
fn replies_are_those_of_redis() {
    compare("stream", 12_000, &[], commands());
}

#[test]
fn effects_do_the_same_again() {
    for seed in 0..4 {
        let (mut chance, mut make) = (Random::new(seed), commands());
        let (mut first, mut again) = (Ours::new(Version::Resp2), Ours::new(Version::Resp2));
        again.engine.keys.set_replaying(true);
        for step in 0..4_000 {
            first.ask(&make(&mut chance));
            if let Some((_, record)) = first.engine.keys.take_record() {
                for effect in Effects::read(&record) {
                    let words: Words = effect.args.iter().map(|arg| arg.to_vec()).collect();
                    let reply = again.ask(&words);
                    let text = String::from_utf8_lossy(&words.join(&b' ')).into_owned();
                    assert_ne!(reply.first(), Some(&b'-'), "{text}");
                }
            }
            if step % 50 == 0 {
                for key in ["a", "b"] {
                    // When a consumer was last active is not logged.
                    for line in [
                        format!("XRANGE {key} - +"),
                        format!("XINFO GROUPS {key}"),
                        format!("XPENDING {key} g - + 10000"),
                        format!("XPENDING {key} h"),
                    ] {
                        assert_eq!(first.say(&line), again.say(&line), "{line}");
                    }
                }
            }
        }
    }
}

#[test]
fn time_gives_ids_and_makes_entries_old() {
    let mut ours = Ours::new(Version::Resp3);
    ours.now_ms = 5_000;
    for (line, reply) in [
        ("XADD s * f 1", "$6\r\n5000-0\r\n"),
        ("XADD s * f 2", "$6\r\n5000-1\r\n"),
        ("XGROUP CREATE s g 0", "+OK\r\n"),
        (
            "XREAD STREAMS s +",
            "%1\r\n$1\r\ns\r\n*1\r\n*2\r\n$6\r\n5000-1\r\n*2\r\n$1\r\nf\r\n$1\r\n2\r\n",
        ),
        (
            "XREADGROUP GROUP g one COUNT 1 STREAMS s >",
            "%1\r\n$1\r\ns\r\n*1\r\n*2\r\n$6\r\n5000-0\r\n*2\r\n$1\r\nf\r\n$1\r\n1\r\n",
        ),
    ] {
        assert_eq!(ours.say(line), reply, "{line}");
    }
    ours.now_ms = 6_000;
    for (line, reply) in [
        ("XPENDING s g IDLE 1001 - + 10", "*0\r\n"),
        (
            "XPENDING s g IDLE 1000 - + 10 one",
            "*1\r\n*4\r\n$6\r\n5000-0\r\n$3\r\none\r\n:1000\r\n:1\r\n",
        ),
        ("XAUTOCLAIM s g two 1001 0", "*3\r\n$3\r\n0-0\r\n*0\r\n*0\r\n"),
        ("XCLAIM s g two 1000 5000-0 JUSTID", "*1\r\n$6\r\n5000-0\r\n"),
        (
            "XINFO CONSUMERS s g",
            "*2\r\n%4\r\n$4\r\nname\r\n$3\r\none\r\n$7\r\npending\r\n:0\r\n$4\r\nidle\r\n:1000\r\n$8\r\ninactive\r\n:1000\r\n%4\r\n$4\r\nname\r\n$3\r\ntwo\r\n$7\r\npending\r\n:1\r\n$4\r\nidle\r\n:0\r\n$8\r\ninactive\r\n:0\r\n",
        ),
        ("XDEL s 5000-0", ":1\r\n"),
        (
            "XREADGROUP GROUP g two STREAMS s 0",
            "%1\r\n$1\r\ns\r\n*1\r\n*2\r\n$6\r\n5000-0\r\n_\r\n",
        ),
        ("XAUTOCLAIM s g two 0 0", "*3\r\n$3\r\n0-0\r\n*0\r\n*1\r\n$6\r\n5000-0\r\n"),
    ] {
        assert_eq!(ours.say(line), reply, "{line}");
    }
}

#[test]
fn ids_end() {
    let mut ours = Ours::new(Version::Resp2);
    for (line, reply) in [
        ("XADD s 0-0 f 1", "-ERR The ID specified in XADD must be greater than 0-0\r\n"),
        ("XADD s 0-* f 1", "$3\r\n0-1\r\n"),
        (
            "XADD s 18446744073709551615-18446744073709551615 f 1",
            "$41\r\n18446744073709551615-18446744073709551615\r\n",
        ),
        (
            "XADD s * f 1",
            "-ERR The stream has exhausted the last possible ID, unable to add more items\r\n",
        ),
        ("XDEL s 18446744073709551615-18446744073709551615", ":1\r\n"),
        // Not in 7.0: ids could come back.
        (
            "XSETID s 5-0",
            "-ERR The ID specified in XSETID is smaller than current max_deleted_entry_id\r\n",
        ),
    ] {
        assert_eq!(ours.say(line), reply, "{line}");
    }
}

#[test]
fn who_reads_waits_for_what_is_new() {
    let mut ours = Ours::new(Version::Resp2);
    ours.say("XADD s 1-1 f 1");
    ours.say("XGROUP CREATE s g $");
    let now = Now::at_ms(ours.now_ms);
    let mut clients = [Session::new(2, true), Session::new(3, true)];
    let lines = ["XREAD BLOCK 100 STREAMS s $", "XREADGROUP GROUP g one BLOCK 0 STREAMS s >"];
    for (client, line) in clients.iter_mut().zip(lines) {
        let args: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
        let mut reply = Reply::new(Version::Resp2);
        assert_eq!(ours.engine.execute(client, &args, &mut reply, now), After::Waits);
    }
    ours.say("XADD s 2-1 f 2");
    let want = "*1\r\n*2\r\n$1\r\ns\r\n*1\r\n*2\r\n$3\r\n2-1\r\n*2\r\n$1\r\nf\r\n$1\r\n2\r\n";
    while let Some(number) = ours.engine.next_ready() {
        let client = clients.iter_mut().find(|client| client.id == number).unwrap();
        let mut reply = Reply::new(Version::Resp2);
        assert_eq!(ours.engine.resume(client, &mut reply, now), After::Replied);
        assert_eq!(String::from_utf8_lossy(reply.bytes()), want);
    }
    assert!(clients.iter().all(|client| client.parked.is_none()));
    let unbalanced = "XREADGROUP GROUP g one STREAMS s b 0";
    let want = "-ERR Unbalanced 'xreadgroup' list of streams: for each stream key an ID or '>' must be specified.\r\n";
    assert_eq!(ours.say(unbalanced), want);
    assert_eq!(ours.say("XREAD BLOCK -1 STREAMS s $"), "-ERR timeout is negative\r\n");
}

#[test]
fn an_entry_takes_no_more_than_in_redis() {
    let check = |name: &str, count: u64, line: &mut dyn FnMut(u64) -> String| {
        check_memory(name, "s", count, 0, line);
    };
    check("stream-event", 20_000, &mut |number| {
        format!("XADD s {}-0 event completed jobId {number} returnvalue null", number + 1)
    });
    check("stream-mixed", 20_000, &mut |number| {
        format!("XADD s {}-0 f{} {number}", 1_700_000_000_000 + number * 3, number % 5)
    });
    check("stream-small", 50, &mut |number| format!("XADD s {}-0 f {number}", number + 1));
}
