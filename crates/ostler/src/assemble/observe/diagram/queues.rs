//! BullMQ's queues in the store inside. Each has a hash `PREFIX:NAME:meta`, which is found by a scan that goes on
//! from look to look, and lists and sorted sets beside it, which are counted.

use super::ask::{ask, command};
use super::reply::Reply;
use edge::OwnStore;
use observe::diagram::Queue;
use std::collections::BTreeSet;

/// Keys looked at in one step, and steps in one look: fifty thousand keys take ten looks.
const KEYS: &str = "500";
const STEPS: usize = 10;
/// Looks between the end of one scan and the beginning of the next.
const REST: u32 = 4;
/// More queues than this are not counted.
const QUEUES_MAX: usize = 64;
/// What is asked of one queue.
const QUESTIONS: usize = 8;

/// The queues that are known.
#[derive(Debug, Default)]
pub struct Queues {
    /// `PREFIX:NAME` of each.
    known: BTreeSet<String>,
    /// Where the scan goes on; None: at the beginning.
    cursor: Option<String>,
    /// Looks until the next scan.
    rest: u32,
    last: Vec<Queue>,
}

impl Queues {
    /// The queues now; as before if the store does not answer.
    pub fn look(&mut self, store: &dyn OwnStore) -> Vec<Queue> {
        self.scan(store);
        if let Some(queues) = self.count(store) {
            self.last = queues;
        }
        self.last.clone()
    }

    fn scan(&mut self, store: &dyn OwnStore) {
        if self.rest > 0 {
            self.rest -= 1;
            return;
        }
        for _ in 0..STEPS {
            let cursor = self.cursor.clone().unwrap_or_else(|| "0".into());
            let words = ["SCAN", &cursor, "MATCH", "*:*:meta", "COUNT", KEYS, "TYPE", "hash"];
            let Some(replies) = ask(store, &[command(&words)]) else { return };
            let found = replies.first().map(Reply::items).unwrap_or_default();
            for key in found.get(1).map(Reply::items).unwrap_or_default() {
                let name = key.text().and_then(|key| key.strip_suffix(":meta"));
                if let Some(name) = name.filter(|_| self.known.len() < QUEUES_MAX) {
                    self.known.insert(name.to_owned());
                }
            }
            let next = found.first().and_then(Reply::text).filter(|next| *next != "0");
            self.cursor = next.map(str::to_owned);
            if self.cursor.is_none() {
                self.rest = REST;
                return;
            }
        }
    }

    /// Count what is in each, and forget those that are no more.
    fn count(&mut self, store: &dyn OwnStore) -> Option<Vec<Queue>> {
        let questions: Vec<Vec<String>> =
            self.known.iter().flat_map(|key| questions(key)).collect();
        let replies = ask(store, &questions)?;
        let mut queues = Vec::new();
        let answered: Vec<(String, &[Reply])> =
            self.known.iter().cloned().zip(replies.chunks(QUESTIONS)).collect();
        for (key, replies) in answered {
            match queue(&key, replies) {
                Some(queue) => queues.push(queue),
                None => drop(self.known.remove(&key)),
            }
        }
        Some(queues)
    }
}

fn questions(key: &str) -> [Vec<String>; QUESTIONS] {
    let of = |words: &[&str], part: &str| {
        let mut command = command(words);
        command.insert(1, format!("{key}:{part}"));
        command
    };
    [
        of(&["HMGET", "version", "opts.maxLenEvents", "paused"], "meta"),
        of(&["LLEN"], "wait"),
        of(&["LLEN"], "paused"),
        of(&["ZCARD"], "prioritized"),
        of(&["LLEN"], "active"),
        of(&["ZCARD"], "delayed"),
        of(&["ZCARD"], "failed"),
        of(&["GET"], "id"),
    ]
}

/// None: the hash is not there, or not that of a queue.
fn queue(key: &str, replies: &[Reply]) -> Option<Queue> {
    let [meta, wait, paused, prioritized, active, delayed, failed, id] = replies else {
        return None;
    };
    let [version, events, is_paused] = meta.items() else { return None };
    if version.text().is_none() && events.text().is_none() {
        return None;
    }
    let (prefix, name) = key.split_once(':')?;
    Some(Queue {
        name: name.to_owned(),
        prefix: prefix.to_owned(),
        is_paused: is_paused.text().is_some(),
        waiting: wait.count() + paused.count() + prioritized.count(),
        active: active.count(),
        delayed: delayed.count(),
        failed: failed.count(),
        added: id.count(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    /// A store with two queues and a hash that only looks like one.
    #[derive(Debug, Default)]
    struct Fake(Mutex<Vec<String>>);

    impl OwnStore for Fake {
        fn call(&self, command: &[&[u8]], answer: edge::Answered) {
            let words: Vec<String> =
                command.iter().map(|word| String::from_utf8_lossy(word).into_owned()).collect();
            let gone = !self.0.lock().unwrap().is_empty();
            let reply: &[u8] = match (words[0].as_str(), words[1].as_str()) {
                ("SCAN", "0") => b"*2\r\n$1\r\n7\r\n*1\r\n$14\r\nbull:mail:meta\r\n",
                ("SCAN", _) => {
                    b"*2\r\n$1\r\n0\r\n*2\r\n$14\r\napp:a:b:c:meta\r\n$11\r\nuser:1:meta\r\n"
                }
                ("HMGET", "user:1:meta") => b"*3\r\n$-1\r\n$-1\r\n$-1\r\n",
                ("HMGET", _) if gone => b"*3\r\n$-1\r\n$-1\r\n$-1\r\n",
                ("HMGET", "bull:mail:meta") => {
                    b"*3\r\n$8\r\nbullmq:5\r\n$5\r\n10000\r\n$1\r\n1\r\n"
                }
                ("HMGET", _) => b"*3\r\n$8\r\nbullmq:5\r\n$5\r\n10000\r\n$-1\r\n",
                ("GET", _) => b"$2\r\n42\r\n",
                ("ZCARD", _) => b"-WRONGTYPE no\r\n",
                _ => b":3\r\n",
            };
            answer(reply);
        }
    }

    #[test]
    fn queues_are_found_counted_and_forgotten() {
        let store = Fake::default();
        let mut queues = Queues::default();
        let seen = queues.look(&store);
        let names: Vec<_> =
            seen.iter().map(|one| (one.prefix.as_str(), one.name.as_str())).collect();
        assert_eq!(names, [("app", "a:b:c"), ("bull", "mail")]);
        let mail = &seen[1];
        assert_eq!((mail.waiting, mail.active, mail.failed, mail.added), (6, 3, 0, 42));
        assert!(mail.is_paused && !seen[0].is_paused);
        store.0.lock().unwrap().push("gone".into());
        assert_eq!(queues.look(&store), []);
    }

    #[derive(Debug)]
    struct Deaf;

    impl OwnStore for Deaf {
        fn call(&self, _: &[&[u8]], answer: edge::Answered) {
            drop(answer);
        }
    }

    #[test]
    fn a_store_that_does_not_answer_is_not_waited_for() {
        let mut queues =
            Queues { last: Queues::default().look(&Fake::default()), ..Queues::default() };
        queues.known.insert("bull:mail".into());
        assert_eq!(queues.look(&Deaf).len(), 2, "as before");
    }
}
