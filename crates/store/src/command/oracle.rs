//! Random commands to this engine and to a `redis-server`, whose replies must be the same to the byte. Where there is
//! no `redis-server` there is nothing to compare with, and the test says so.

use crate::engine::{Engine, Now, Session};
use crate::hub::{Arrival, Hub};
use crate::keyspace::{Classes, Effects};
use crate::resp::{Reply, Version};
use base::random::Random;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

/// Words of a command.
pub(crate) type Words = Vec<Vec<u8>>;

/// The words of a line.
pub(crate) fn words(line: &str) -> Words {
    line.split(' ').map(|word| word.as_bytes().to_vec()).collect()
}

/// The engine with one client.
pub(crate) struct Ours {
    pub(crate) engine: Engine,
    pub(crate) session: Session,
    pub(crate) now_ms: i64,
}

impl Ours {
    pub(crate) fn new(version: Version) -> Self {
        let hub = Arc::new(Hub::default());
        let now_ms = 1_700_000_000_000;
        let (address, local) = ("127.0.0.1:5".into(), "127.0.0.1:6".into());
        let card = hub.clients.join(Arrival { address, local, fd: 7, now_ms });
        let engine = Engine::new(16, hub, 7);
        let session = Session { version, ..Session::of(card, true) };
        Ours { engine, session, now_ms }
    }

    pub(crate) fn ask(&mut self, words: &Words) -> Vec<u8> {
        let args: Vec<&[u8]> = words.iter().map(Vec::as_slice).collect();
        let mut reply = Reply::new(self.session.version);
        let now = Now::at_ms(self.now_ms);
        self.engine.execute(&mut self.session, &args, &mut reply, now);
        reply.into_bytes()
    }

    pub(crate) fn say(&mut self, line: &str) -> String {
        String::from_utf8_lossy(&self.ask(&words(line))).into_owned()
    }

    /// What the commands since the last call had logged: words apart by spaces, commands by `; `.
    pub(crate) fn logged(&mut self) -> String {
        let record = self.engine.keys.take_record().map(|(_, record)| record).unwrap_or_default();
        let lines = Effects::read(&record).map(|effect| effect.args.join(&b' '));
        let lines: Vec<String> =
            lines.map(|line| String::from_utf8_lossy(&line).into_owned()).collect();
        lines.join("; ")
    }
}

/// Ask both `steps` commands that `make` makes and compare which events are told of which keys, in order.
pub(crate) fn compare_notices(
    name: &str,
    steps: usize,
    mut make: impl FnMut(&mut Random) -> Words,
) {
    let Some(mut theirs) = Theirs::start(name) else { return };
    let (mut chance, mut ours) = (Random::new(5), Ours::new(Version::Resp2));
    let mut listener = theirs.another();
    theirs.ask(&words("CONFIG SET notify-keyspace-events EAm"));
    listener.ask(&words("PSUBSCRIBE __keyevent@*__:*"));
    ours.engine.keys.settings.notify = Classes::parse("EAm").unwrap_or_default();
    for _ in 0..steps {
        let command = make(&mut chance);
        if command[0].starts_with(b"B") {
            continue;
        }
        ours.ask(&command);
        theirs.ask(&command);
        // The listener was told before this is answered.
        theirs.ask(&words("PING"));
        let told = String::from_utf8_lossy(&listener.arrived()).into_owned();
        let notices = ours.engine.keys.take_notices().into_iter();
        let notices: Vec<String> = notices
            .map(|notice| {
                let channel = format!("__keyevent@{}__:{}", notice.db, notice.event);
                let key = String::from_utf8_lossy(&notice.key).into_owned();
                let message = ["pmessage", "__keyevent@*__:*", &channel, &key];
                let bulks = message.map(|part| format!("${}\r\n{part}\r\n", part.len()));
                format!("*4\r\n{}", bulks.concat())
            })
            .collect();
        let line = String::from_utf8_lossy(&command.join(&b' ')).into_owned();
        assert_eq!(notices.concat(), told, "{line}");
    }
}

/// Run `steps` commands that `make` makes, and what they had logged in a second engine: whatever `reads` ask, both
/// must answer the same. Commands that may wait are passed over.
pub(crate) fn effects_again(
    seeds: u64,
    steps: usize,
    reads: &[String],
    make: impl Fn(&mut Random) -> Words,
) {
    for seed in 0..seeds {
        let mut chance = Random::new(seed);
        let (mut first, mut again) = (Ours::new(Version::Resp2), Ours::new(Version::Resp2));
        again.engine.keys.set_replaying(true);
        for step in 0..steps {
            let command = make(&mut chance);
            if !command[0].starts_with(b"B") {
                first.ask(&command);
            }
            let Some((_, record)) = first.engine.keys.take_record() else { continue };
            for effect in Effects::read(&record) {
                again.session.db = effect.db;
                let words: Words = effect.args.iter().map(|arg| arg.to_vec()).collect();
                let reply = again.ask(&words);
                assert_ne!(reply.first(), Some(&b'-'), "{words:?}");
            }
            again.session.db = 0;
            if step % 20 == 0 {
                for read in reads {
                    let (one, other) = (first.say(read), again.say(read));
                    // A large hash has an order of its own.
                    let any_order = read.starts_with("HGETALL")
                        && same_in_any_order(one.as_bytes(), other.as_bytes());
                    assert!(any_order || one == other, "seed {seed}: {read}: {one} {other}");
                }
                first.engine.keys.take_record();
            }
        }
    }
}

/// A `redis-server` of our own, with one connection to it.
pub(crate) struct Theirs {
    server: Child,
    folder: std::path::PathBuf,
    line: Line,
}

/// A connection to a `redis-server`.
pub(crate) struct Line(BufReader<UnixStream>);

impl Theirs {
    pub(crate) fn start(name: &str) -> Option<Self> {
        let folder = std::env::temp_dir().join(format!("oracle-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).ok()?;
        let socket = folder.join("s");
        let mut server = Command::new("redis-server")
            .args(["--port", "0", "--save", "", "--appendonly", "no", "--unixsocket"])
            .arg(&socket)
            .args(["--enable-debug-command", "yes"])
            .arg("--dir")
            .arg(&folder)
            .stdout(Stdio::null())
            .spawn()
            .map_err(|error| eprintln!("no redis-server to compare with: {error}"))
            .ok()?;
        for _ in 0..200 {
            if let Ok(stream) = UnixStream::connect(&socket) {
                return Some(Theirs { server, folder, line: Line::new(stream) });
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        server.kill().ok()?;
        None
    }

    pub(crate) fn ask(&mut self, words: &Words) -> Vec<u8> {
        self.line.ask(words)
    }

    /// Another connection.
    pub(crate) fn another(&self) -> Line {
        Line::new(UnixStream::connect(self.folder.join("s")).unwrap())
    }
}

impl Line {
    fn new(stream: UnixStream) -> Self {
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        Line(BufReader::new(stream))
    }

    pub(crate) fn ask(&mut self, words: &Words) -> Vec<u8> {
        self.send(words);
        let mut reply = Vec::new();
        let mut left = 1;
        while left > 0 {
            left += self.value(&mut reply) - 1;
        }
        reply
    }

    pub(crate) fn send(&mut self, words: &Words) {
        let mut request = format!("*{}\r\n", words.len()).into_bytes();
        for word in words {
            request.extend(format!("${}\r\n", word.len()).into_bytes());
            request.extend(word);
            request.extend(b"\r\n");
        }
        self.0.get_mut().write_all(&request).unwrap();
    }

    /// What has arrived, without waiting for more.
    pub(crate) fn arrived(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.0.get_mut().set_nonblocking(true).unwrap();
        let end = self.0.read_to_end(&mut bytes);
        assert!(end.is_err(), "the server has gone");
        self.0.get_mut().set_nonblocking(false).unwrap();
        bytes
    }

    /// What arrives, up to a line that ends with `last`.
    pub(crate) fn arrives_to(&mut self, last: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        while !bytes.ends_with(last.as_bytes()) && self.0.read_until(b'\n', &mut bytes).unwrap() > 0
        {
        }
        bytes
    }

    /// One value's own bytes; how many values follow that belong to it.
    fn value(&mut self, reply: &mut Vec<u8>) -> i64 {
        let start = reply.len();
        self.0.read_until(b'\n', reply).unwrap();
        let line = String::from_utf8_lossy(&reply[start..]).trim_end().to_owned();
        let number = || line[1..].parse::<i64>().unwrap();
        match line.as_bytes()[0] {
            b'$' | b'=' if number() >= 0 => {
                let mut body = vec![0; number() as usize + 2];
                self.0.read_exact(&mut body).unwrap();
                reply.extend(body);
                0
            }
            b'*' | b'~' | b'>' => number().max(0),
            b'%' => 2 * number(),
            _ => 0,
        }
    }
}

impl Drop for Theirs {
    fn drop(&mut self) {
        let _ = (self.server.kill(), self.server.wait(), std::fs::remove_dir_all(&self.folder));
    }
}

/// Ask both `steps` commands that `make` makes, in both forms of the protocol, and compare the replies.
pub(crate) fn compare(
    name: &str,
    steps: usize,
    setup: &[&str],
    make: impl FnMut(&mut Random) -> Words,
) {
    compare_by(name, steps, setup, make, |_, ours, theirs| same(ours, theirs));
}

/// As [`compare`], where `equal` says for each command whether the replies, ours and theirs, may stand side by side.
pub(crate) fn compare_by(
    name: &str,
    steps: usize,
    setup: &[&str],
    mut make: impl FnMut(&mut Random) -> Words,
    equal: impl Fn(&Words, &[u8], &[u8]) -> bool,
) {
    let Some(mut theirs) = Theirs::start(name) else { return };
    let seed = std::env::var("OSTLER_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    for version in [Version::Resp2, Version::Resp3] {
        let (mut chance, mut ours) = (Random::new(seed), Ours::new(version));
        theirs.ask(&words("FLUSHALL"));
        theirs.ask(&words(if version == Version::Resp3 { "HELLO 3" } else { "HELLO 2" }));
        for line in setup {
            theirs.ask(&words(line));
        }
        let mut before: Vec<Words> = Vec::new();
        for step in 0..steps {
            let command = make(&mut chance);
            let (our, their) = (ours.ask(&command), theirs.ask(&command));
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            let equal = equal(&command, &our, &their);
            before.push(command);
            if !equal {
                let from = before.len().saturating_sub(8);
                for command in &before[from..] {
                    let short = |word: &Vec<u8>| match word.len() {
                        0..200 => text(word),
                        len => format!("<{} and so on, {len} bytes>", text(&word[..8])),
                    };
                    eprintln!("{}", command.iter().map(short).collect::<Vec<_>>().join(" "));
                }
                panic!(
                    "step {step} in {version:?}\nours:   {:?}\ntheirs: {:?}",
                    text(&our),
                    text(&their)
                );
            }
        }
    }
}

/// Whether replies are equal but for the order of their elements.
pub(crate) fn same_in_any_order(our: &[u8], their: &[u8]) -> bool {
    let lines = |bytes: &[u8]| -> Vec<String> {
        let text = String::from_utf8_lossy(bytes);
        let mut lines: Vec<String> = text.split("\r\n").map(str::to_owned).collect();
        lines[1..].sort();
        lines
    };
    lines(our) == lines(their)
}

/// Whether replies are equal, but for the digits of numbers that are: 7.0 prints 17, 7.2 as many as are needed.
pub(crate) fn same(our: &[u8], their: &[u8]) -> bool {
    if our == their {
        return true;
    }
    let lines = |bytes: &[u8]| -> Vec<String> {
        String::from_utf8_lossy(bytes).split("\r\n").map(str::to_owned).collect()
    };
    let number = |line: &String| line.trim_start_matches(',').parse::<f64>().ok();
    let (ours, theirs) = (lines(our), lines(their));
    let equal_number = |at: usize| match (ours.get(at), theirs.get(at)) {
        (Some(one), Some(other)) => number(one).is_some() && number(one) == number(other),
        _ => false,
    };
    let length = |at: usize| ours[at].starts_with('$') && theirs[at].starts_with('$');
    ours.len() == theirs.len()
        && (0..ours.len()).all(|at| {
            ours[at] == theirs[at] || equal_number(at) || (length(at) && equal_number(at + 1))
        })
}

/// Let both run the `count` lines that `line` makes, each of which adds an element to the value at `key`: an element
/// takes no more here than there, but for `spare_percent`.
pub(crate) fn check_memory(
    name: &str,
    key: &str,
    count: u64,
    spare_percent: usize,
    line: &mut dyn FnMut(u64) -> String,
) {
    let commands = (0..count).map(|number| words(&line(number)));
    let Some([said, grown, theirs]) = memory(name, key, count as usize, commands) else { return };
    eprintln!(
        "{name}: {count} elements, bytes each: {said} said, {grown} grown (the first alone tells), redis {theirs}"
    );
    assert!(said <= theirs + theirs * spare_percent / 100, "{name}: {said} {theirs}");
}

/// Bytes for each of `elements` after `commands`: as our value says, by what the process grew, and theirs.
fn memory(
    name: &str,
    key: &str,
    elements: usize,
    commands: impl Iterator<Item = Words>,
) -> Option<[usize; 3]> {
    let mut theirs = Theirs::start(name)?;
    let mut ours = Ours::new(Version::Resp2);
    let before = resident_bytes();
    for command in commands {
        ours.ask(&command);
        ours.engine.keys.take_record();
        theirs.ask(&command);
    }
    let grown = resident_bytes().saturating_sub(before);
    let said = ours.engine.keys.peek(key.as_bytes()).map_or(0, |value| value.memory());
    let their = theirs.ask(&words(&format!("MEMORY USAGE {key} SAMPLES 0")));
    let their = String::from_utf8_lossy(&their[1..]).trim().parse::<usize>().ok()?;
    Some([said, grown, their].map(|bytes| bytes / elements))
}

pub(crate) fn resident_bytes() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = statm.split(' ').nth(1).and_then(|pages| pages.parse::<usize>().ok());
    pages.unwrap_or(0) * 4096
}

/// One of several.
pub(crate) fn pick<'a>(chance: &mut Random, all: &[&'a str]) -> &'a str {
    all[chance.below(all.len() as u64) as usize]
}

/// Some of them, rarely more than one, each after a space.
pub(crate) fn some(chance: &mut Random, words: &[&str]) -> String {
    let mut text = String::new();
    for word in words {
        if chance.below(5) == 0 {
            text.push(' ');
            text.push_str(word);
        }
    }
    text
}
