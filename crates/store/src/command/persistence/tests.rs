use crate::command::oracle::Ours;
use crate::durable::{Options, Persist, Wish};
use crate::engine::{After, Now};
use crate::log::disk::Disk;
use crate::log::tests::faulty::{FaultyDisk, Trouble};
use crate::log::writer::Policy;
use crate::resp::{Reply, Version};
use std::sync::Arc;
use std::time::Duration;

struct Bench {
    ours: Ours,
    persist: Persist,
    disk: FaultyDisk,
}

impl Bench {
    fn new() -> Self {
        let mut ours = Ours::new(Version::Resp2);
        let disk = FaultyDisk::new(2);
        let shared: Arc<dyn Disk> = Arc::new(disk.clone());
        let options = Options { folder: "".into(), policy: Policy::EverySecond, seed: 1 };
        let now = Now::at_ms(ours.now_ms);
        let opened = Persist::open_on(
            shared,
            &options,
            &mut ours.engine,
            now,
            Box::new(|| {}),
            &mut |_, _| {},
        );
        Bench { ours, persist: opened.unwrap().0, disk }
    }

    /// What is answered, at once or by and by; nothing after a second.
    fn ask(&mut self, line: &str) -> String {
        let said = self.ours.say(line);
        self.persist.note(&mut self.ours.engine);
        self.persist.hand_over();
        if !said.is_empty() {
            return said;
        }
        let now = Now::at_ms(self.ours.now_ms);
        for _ in 0..200 {
            self.persist.step(&mut self.ours.engine, now, &mut || true);
            while let Some(client) = self.ours.engine.next_ready() {
                assert_eq!(client, 1);
                let mut reply = Reply::new(Version::Resp2);
                let session = &mut self.ours.session;
                if self.ours.engine.resume(session, &mut reply, now) == After::Replied {
                    return String::from_utf8(reply.into_bytes()).unwrap();
                }
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        String::new()
    }
}

#[test]
fn a_snapshot_is_answered_when_it_is_durable() {
    let mut bench = Bench::new();
    bench.ask("SET a 1");
    assert_eq!(bench.ask("SAVE"), "+OK\r\n");
    let names = bench.disk.list().unwrap();
    assert!(names.contains(&"snap-0000000001".to_owned()), "{names:?}");
    assert_eq!(bench.ask("LASTSAVE"), format!(":{}\r\n", bench.ours.now_ms / 1000));
    assert_eq!(bench.ask("BGSAVE x"), "-ERR syntax error\r\n");
    assert_eq!(bench.ask("BGSAVE"), "+Background saving started\r\n");
    assert_eq!(bench.ask("SAVE"), "-ERR Background save already in progress\r\n");
    assert_eq!(bench.ask("BGSAVE SCHEDULE"), "+Background saving scheduled\r\n");
    assert_eq!(
        bench.ask("BGREWRITEAOF"),
        "-ERR Background append only file rewriting already in progress\r\n"
    );
    bench.disk.trouble(Trouble::Full);
    bench.ours.engine.keys.facts.wishes.clear();
    let failed = bench.ask("SAVE");
    assert!(failed.starts_with("-ERR the snapshot failed: "), "{failed}");
}

#[test]
fn waiting_ends_when_the_log_has_it() {
    let mut bench = Bench::new();
    bench.ask("SET a 1");
    // Synced within a second without being asked; asked, at once.
    assert_eq!(bench.ask("WAITAOF 1 0 0"), "*2\r\n:1\r\n:0\r\n");
    assert_eq!(bench.ask("WAITAOF 0 0 0"), "*2\r\n:1\r\n:0\r\n");
    assert_eq!(bench.ask("WAIT 0 100"), ":0\r\n");
    assert_eq!(
        bench.ask("WAITAOF 2 0 0"),
        "-ERR value is out of range, value must between 0 and 1\r\n"
    );
    assert_eq!(bench.ask("WAITAOF 1 0 -1"), "-ERR timeout is negative\r\n");
    bench.disk.trouble(Trouble::Full);
    bench.ask("SET a 2");
    assert_eq!(bench.ask("WAITAOF 1 0 50"), "", "not durable");
    let mut reply = Reply::new(Version::Resp2);
    bench.ours.engine.time_out(&mut bench.ours.session, &mut reply);
    assert_eq!(reply.bytes(), b"*2\r\n:0\r\n:0\r\n");
    assert_eq!(bench.ask("WAITAOF 1 0 0"), "*2\r\n:0\r\n:0\r\n", "the log fails");
    assert!(!bench.ours.engine.keys.facts.wishes.contains(&Wish::Save));
}

#[test]
fn without_a_folder_nothing_is_saved() {
    let mut ours = Ours::new(Version::Resp2);
    assert!(ours.say("SAVE").starts_with("-ERR The store keeps nothing on disk"));
    assert!(ours.say("WAITAOF 1 0 0").starts_with("-ERR WAITAOF cannot be used"));
    assert_eq!(ours.say("WAITAOF 0 0 0"), "*2\r\n:0\r\n:0\r\n");
}
