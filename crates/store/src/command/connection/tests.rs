use crate::command::oracle::{Line, Ours, Theirs, Words, compare_by, pick, same, words};
use crate::hub::Order;
use crate::resp::Version;
use base::random::Random;

/// What either form of the protocol answers to the byte.
const LINES: &[&str] = &[
    "PING",
    "PING hello",
    "PING a b",
    "ECHO hello",
    "SELECT x",
    "SELECT 16",
    "SELECT -1",
    "SELECT 3",
    "SELECT 0",
    "SET key 1",
    "GET key",
    "DBSIZE",
    "MULTI",
    "EXEC",
    "DISCARD",
    "WATCH key",
    "RESET",
    "RESET now",
    "HELLO x",
    "HELLO 4",
    "HELLO 3 AUTH",
    "HELLO 3 AUTH default",
    "HELLO 2 AUTH other word",
    "HELLO 3 SETNAME",
    "HELLO 3 other",
    "AUTH",
    "AUTH word",
    "AUTH default word",
    "AUTH other word",
    "AUTH a b c",
    "CLIENT",
    "CLIENT OTHER",
    "CLIENT ID 1",
    "CLIENT SETNAME one",
    "CLIENT SETNAME",
    "CLIENT GETNAME",
    "CLIENT GETNAME x",
    "CLIENT GETREDIR",
    "CLIENT NO-EVICT on",
    "CLIENT NO-EVICT off",
    "CLIENT NO-EVICT perhaps",
    "CLIENT LIST other",
    "CLIENT LIST TYPE",
    "CLIENT LIST TYPE other",
    "CLIENT LIST TYPE master",
    "CLIENT LIST TYPE replica",
    "CLIENT LIST TYPE pubsub",
    "CLIENT LIST ID",
    "CLIENT LIST ID x",
    "CLIENT LIST ID 1000000 1000001",
    "CLIENT KILL",
    "CLIENT KILL nobody",
    "CLIENT KILL ID",
    "CLIENT KILL ID x",
    "CLIENT KILL ID 0",
    "CLIENT KILL ID 1000000",
    "CLIENT KILL ID 1000000 SKIPME",
    "CLIENT KILL SKIPME perhaps",
    "CLIENT KILL TYPE other",
    "CLIENT KILL TYPE pubsub SKIPME no",
    "CLIENT KILL USER other",
    "CLIENT KILL USER default ADDR nobody",
    "CLIENT KILL LADDR nobody",
    "CLIENT KILL OTHER x",
    "CLIENT UNBLOCK",
    "CLIENT UNBLOCK x",
    "CLIENT UNBLOCK 1000000",
    "CLIENT UNBLOCK 1000000 error",
    "CLIENT UNBLOCK 1000000 other",
    "CLIENT REPLY on",
    "CLIENT REPLY perhaps",
    "CLIENT TRACKING perhaps",
    "CLIENT TRACKING off",
    "CLIENT TRACKINGINFO",
    "CLIENT CACHING yes",
    "READONLY",
    "READWRITE",
    "ASKING",
    "CLIENT PAUSE x",
    "CLIENT PAUSE -1",
    "CLIENT PAUSE 1 other",
    "CLIENT UNPAUSE",
];

#[test]
fn what_is_said_of_a_connection_is_what_redis_says() {
    let make = |chance: &mut Random| words(pick(chance, LINES));
    // Within a transaction, as after `RESET`, the form of the protocol may differ from the one at the start.
    compare_by("connection", 3_000, &[], make, |_, ours, theirs| same(ours, theirs));
}

#[test]
fn names_hold_nothing_that_would_break_a_line() {
    let name = |name: &str| -> Words {
        let mut command = words("CLIENT SETNAME");
        command.push(name.into());
        command
    };
    let Some(mut theirs) = Theirs::start("names") else { return };
    let mut ours = Ours::new(Version::Resp2);
    for command in [name("a b"), name("a\nb"), name("ä"), name("a:b~!"), name("")] {
        assert_eq!(ours.ask(&command), theirs.ask(&command));
        assert_eq!(ours.ask(&words("CLIENT GETNAME")), theirs.ask(&words("CLIENT GETNAME")));
    }
}

#[test]
fn who_has_no_password_is_told_what_redis_tells() {
    let Some(mut theirs) = Theirs::start("auth") else { return };
    theirs.ask(&words("CONFIG SET requirepass word"));
    let mut line: Line = theirs.another();
    let mut ours = Ours::new(Version::Resp2);
    ours.engine.hub.limits.set_password(b"word");
    ours.session.known = false;
    for command in [
        "PING",
        "GET key",
        "CLIENT ID",
        "OTHER",
        "GET",
        "HELLO",
        "HELLO 3",
        "HELLO 3 AUTH default other",
        "AUTH other",
        "AUTH someone word",
        "MULTI",
        "AUTH word",
        "PING",
        "RESET",
        "PING",
        "AUTH default word",
        "GET key",
        "AUTH other",
        "GET key",
    ] {
        let (our, their) = (ours.ask(&words(command)), line.ask(&words(command)));
        // 7.0 forgot the argument between the two.
        let our = String::from_utf8_lossy(&our).replace("HELLO <proto> AUTH", "HELLO AUTH");
        assert_eq!(our, String::from_utf8_lossy(&their), "{command}");
    }
}

#[test]
fn hello_says_what_this_is_and_takes_all_its_options() {
    let mut ours = Ours::new(Version::Resp2);
    ours.engine.hub.limits.set_password(b"word");
    ours.session.known = false;
    let said = ours.say("HELLO 3 SETNAME worker AUTH default word");
    assert_eq!(
        said,
        "%7\r\n$6\r\nserver\r\n$5\r\nredis\r\n$7\r\nversion\r\n$6\r\n7.2.11\r\n$5\r\nproto\r\n:3\r\n\
         $2\r\nid\r\n:1\r\n$4\r\nmode\r\n$10\r\nstandalone\r\n$4\r\nrole\r\n$6\r\nmaster\r\n\
         $7\r\nmodules\r\n*0\r\n"
    );
    assert_eq!(ours.say("CLIENT GETNAME"), "$6\r\nworker\r\n");
    assert!(ours.say("HELLO 2").starts_with("*14\r\n$6\r\nserver\r\n"));
    ours.say("SELECT 5");
    assert_eq!(ours.say("RESET"), "+RESET\r\n");
    assert!(!ours.session.known && ours.session.db == 0);
}

#[test]
fn what_newer_clients_say_of_themselves_is_kept() {
    let mut ours = Ours::new(Version::Resp2);
    for (command, said) in [
        ("CLIENT SETINFO LIB-NAME ioredis", "+OK\r\n"),
        ("CLIENT SETINFO lib-ver 5.6.1", "+OK\r\n"),
        ("CLIENT SETINFO other 1", "-ERR Unrecognized option 'other'\r\n"),
        ("CLIENT MAINT_NOTIFICATIONS ON moving-endpoint-type internal-ip", "+OK\r\n"),
        ("CLIENT NO-TOUCH ON", "+OK\r\n"),
    ] {
        assert_eq!(ours.say(command), said, "{command}");
    }
    let info = ours.say("CLIENT INFO");
    assert!(info.contains(" flags=T ") && info.ends_with(" lib-name=ioredis lib-ver=5.6.1\n\r\n"));
    let spaced: Words = ["CLIENT", "SETINFO", "LIB-VER", "5 6"].map(Into::into).into();
    let said = String::from_utf8_lossy(&ours.ask(&spaced)).into_owned();
    assert_eq!(said, "-ERR lib-ver cannot contain spaces, newlines or special characters.\r\n");
}

#[test]
fn who_asked_for_it_uses_no_key_by_looking_at_it() {
    let mut ours = Ours::new(Version::Resp2);
    for (command, said) in [
        ("SET key 1", "+OK\r\n"),
        ("CLIENT NO-TOUCH ON", "+OK\r\n"),
        ("GET key", "$1\r\n1\r\n"),
        ("OBJECT IDLETIME key", ":100\r\n"),
        ("TOUCH key", ":1\r\n"),
        ("OBJECT IDLETIME key", ":0\r\n"),
        ("CLIENT NO-TOUCH OFF", "+OK\r\n"),
        ("GET key", "$1\r\n1\r\n"),
        ("OBJECT IDLETIME key", ":0\r\n"),
    ] {
        if command.starts_with("GET") {
            ours.now_ms += 100_000;
        }
        assert_eq!(ours.say(command), said, "{command}");
    }
}

/// The fields of a line of `CLIENT LIST`, and what those hold that do not depend on the server.
fn fields(reply: &[u8]) -> Vec<String> {
    const VARY: [&str; 14] = [
        "id",
        "addr",
        "laddr",
        "fd",
        "age",
        "idle",
        "qbuf",
        "qbuf-free",
        "argv-mem",
        "rbs",
        "rbp",
        "tot-mem",
        "multi-mem",
        "user",
    ];
    let text = String::from_utf8_lossy(reply).into_owned();
    let line = text.lines().nth(1).unwrap_or_default();
    let fields = line.split(' ').map(|field| match field.split_once('=') {
        Some((name, _)) if VARY.contains(&name.trim_start_matches("txt:")) => name.to_owned(),
        // A unix socket is how the oracle is reached.
        Some(("flags", flags)) if flags != "U" => format!("flags={}", flags.replace('U', "")),
        Some(("flags", _)) => "flags=N".to_owned(),
        _ => field.to_owned(),
    });
    fields.filter(|field| !field.starts_with("lib-")).collect()
}

#[test]
fn a_client_is_listed_with_the_fields_of_redis() {
    let Some(mut theirs) = Theirs::start("listed") else { return };
    let mut ours = Ours::new(Version::Resp2);
    for command in [
        "CLIENT SETNAME one",
        "SELECT 3",
        "CLIENT NO-EVICT ON",
        "WATCH key",
        "SET key 1",
        "HELLO 3",
        // 7.0 keeps this through a RESET.
        "CLIENT NO-EVICT OFF",
        "RESET",
    ] {
        ours.say(command);
        theirs.ask(&words(command));
        for list in ["CLIENT LIST", "CLIENT INFO"] {
            let (our, their) = (ours.ask(&words(list)), theirs.ask(&words(list)));
            assert_eq!(fields(&our), fields(&their), "after {command}");
        }
    }
    ours.say("MULTI");
    ours.say("SET key value");
    let card = ours.session.card.clone().unwrap();
    assert_eq!(card.queued.load(std::sync::atomic::Ordering::Relaxed), 1);
    ours.say("CLIENT INFO");
    let listed = ours.say("EXEC");
    assert!(listed.contains(" multi=-1 ") && listed.contains(" cmd=exec "), "{listed}");
}

/// What a monitor was told, but for when and from where.
fn told(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let lines = text.lines().map(|line| {
        let (head, rest) = line.split_once("] ").unwrap_or_default();
        let mut words = head.split(' ').skip(1);
        let db = words.next().unwrap_or_default().to_owned();
        let is_script = words.next() == Some("lua");
        format!("{db} {} {rest}", if is_script { "lua" } else { "client" })
    });
    lines.collect()
}

#[test]
fn a_monitor_is_told_what_redis_tells() {
    let Some(mut theirs) = Theirs::start("monitor") else { return };
    let (mut monitor, mut another) = (theirs.another(), theirs.another());
    monitor.ask(&words("MONITOR"));
    let mut ours = Ours::new(Version::Resp2);
    ours.engine.hub.monitors.join(100);
    let mut odd = words("SET key");
    odd.push(b"a \"b\" \\ \r\n\t\x07\x08\x00\xff".to_vec());
    let lines = "multi;set a 1;select 3;lpush list x;exec;select 2;auth secret;auth other secret;\
                 hello 2 auth default secret setname a;ping;other;get;\
                 client setname x;config set maxmemory 0;eval return(redis.call('get','key')) 0;\
                 watch a;unwatch;multi;other;exec;multi;discard;incr list;publish a b;echo a;reset";
    for command in [odd].into_iter().chain(lines.split(';').map(words)) {
        ours.ask(&command);
        theirs.ask(&command);
        let frames = ours.engine.outbox.take().into_iter().map(|order| match order {
            Order::Send { to: 100, frame } => frame.to_vec(),
            other => panic!("{other:?}"),
        });
        let our = frames.collect::<Vec<_>>().concat();
        another.ask(&words("CLIENT ID"));
        let mut their = told(&monitor.arrives_to("\"CLIENT\" \"ID\"\r\n"));
        their.pop();
        assert_eq!(told(&our), their, "{:?}", String::from_utf8_lossy(&command.join(&b' ')));
    }
}
