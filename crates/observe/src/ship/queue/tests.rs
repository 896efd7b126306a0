use super::form::Kind;
use super::{Limits, Lost, Queue};
use base::random::Random;
use std::collections::VecDeque;
use std::path::{Path, PathBuf};

/// A folder that is removed at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("ostler-ship-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        Scratch(path)
    }

    fn open(&self, bytes_max: u64, at_ms: u64) -> Queue {
        Queue::open(&self.0, Limits { bytes_max }, at_ms).unwrap()
    }

    fn folders(&self) -> usize {
        std::fs::read_dir(&self.0).map_or(0, Iterator::count)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn take(queue: &mut Queue) -> Option<String> {
    let batch = queue.oldest()?;
    queue.done();
    Some(String::from_utf8(batch.payload).unwrap())
}

fn add(queue: &mut Queue, text: &str) {
    queue.append(Kind::Logs, 1, text.into()).unwrap();
}

/// As a kill leaves it: nothing is tidied up, and the lock is free.
fn kill(queue: Queue) {
    // The lock is a property of the open file, which a forgotten queue would keep open: what is on disk is
    // put aside first, and back after the drop.
    let path = queue.own.path.clone();
    let aside = path.with_extension("aside");
    std::fs::create_dir(&aside).unwrap();
    for entry in std::fs::read_dir(&path).unwrap().flatten() {
        std::fs::copy(entry.path(), aside.join(entry.file_name())).unwrap();
    }
    drop(queue);
    let _ = std::fs::remove_dir_all(&path);
    std::fs::rename(aside, path).unwrap();
}

#[test]
fn in_order_and_again_until_done() {
    let scratch = Scratch::new("order");
    let mut queue = scratch.open(1 << 20, 1);
    assert_eq!(queue.oldest(), None);
    add(&mut queue, "a");
    add(&mut queue, "b");
    assert_eq!(queue.oldest(), queue.oldest());
    assert_eq!((queue.records(), queue.is_empty()), (2, false));
    assert_eq!(take(&mut queue).as_deref(), Some("a"));
    assert_eq!(take(&mut queue).as_deref(), Some("b"));
    assert_eq!((queue.oldest(), queue.is_empty(), queue.bytes()), (None, true, 8));
    drop(queue);
    assert_eq!(scratch.folders(), 0, "what holds nothing is not left behind");
}

#[test]
fn what_a_killed_process_left_is_sent_first() {
    let scratch = Scratch::new("killed");
    let mut first = scratch.open(1 << 20, 1);
    ["a", "b", "c"].iter().for_each(|text| add(&mut first, text));
    assert_eq!(take(&mut first).as_deref(), Some("a"));
    assert!(first.oldest().is_some(), "b is on its way when the process ends");
    let mut second = scratch.open(1 << 20, 2);
    add(&mut second, "d");
    assert_eq!(
        take(&mut second).as_deref(),
        Some("d"),
        "what another process writes is not touched"
    );
    kill(first);
    add(&mut second, "e");
    second.adopt();
    assert_eq!(second.records(), 3);
    let rest: Vec<String> = std::iter::from_fn(|| take(&mut second)).collect();
    assert_eq!(rest, ["b", "c", "e"]);
    drop(second);
    assert_eq!(scratch.folders(), 0);
}

#[test]
fn a_torn_end_is_left_out() {
    let scratch = Scratch::new("torn");
    let mut queue = scratch.open(1 << 20, 1);
    ["a", "b"].iter().for_each(|text| add(&mut queue, text));
    let (own, file) = (queue.own.path.clone(), queue.own.segments().remove(0));
    kill(queue);
    let length = std::fs::metadata(&file).unwrap().len();
    std::fs::File::options().write(true).open(&file).unwrap().set_len(length - 1).unwrap();
    std::fs::write(own.join("0000000000000009.queue"), b"no segment").unwrap();
    let mut next = scratch.open(1 << 20, 2);
    assert_eq!((take(&mut next).as_deref(), take(&mut next)), (Some("a"), None));
}

#[test]
fn the_oldest_is_pushed_out_and_counted() {
    let scratch = Scratch::new("full");
    let mut queue = scratch.open(1 << 20, 1);
    let text = |at: usize| format!("{at:05}{}", "x".repeat(10_000));
    (0..500).for_each(|at| add(&mut queue, &text(at)));
    assert!(queue.bytes() <= 1 << 20);
    let Lost { pushed_out, disk } = queue.lost();
    assert_eq!((pushed_out + queue.records(), disk), (500, 0));
    assert!(queue.records() > 85, "no more than needed: {}", queue.records());
    let first = take(&mut queue).unwrap();
    assert_eq!(first, text(pushed_out as usize));
    // One that is being sent is not counted as lost when its segment goes.
    let sending = queue.oldest().unwrap();
    (500..1_000).for_each(|at| add(&mut queue, &text(at)));
    queue.done();
    let lost = queue.lost().pushed_out;
    let rest = std::iter::from_fn(|| take(&mut queue)).count() as u64;
    assert_eq!(pushed_out + 2 + lost + rest, 1_000);
    assert_eq!(sending.records, 1);
    queue.append(Kind::Logs, 7, vec![0; 2 << 20]).unwrap();
    assert_eq!(queue.lost().pushed_out, 7, "larger than all that may wait");
}

#[test]
fn a_disk_that_takes_nothing_is_bridged_in_memory() {
    let scratch = Scratch::new("disk");
    let mut queue = scratch.open(1 << 20, 1);
    std::fs::remove_dir_all(&queue.own.path).unwrap();
    let big = || "y".repeat(1 << 19);
    let failed = (0..10).filter(|_| queue.append(Kind::Metrics, 1, big().into()).is_err()).count();
    assert_eq!(failed, 10);
    assert_eq!((queue.records(), queue.lost()), (8, Lost { pushed_out: 0, disk: 2 }));
    assert_eq!(std::iter::from_fn(|| take(&mut queue)).count(), 8);
    assert!(queue.is_empty());
}

/// What the queue must be like, without a disk.
#[derive(Default)]
struct Model {
    waiting: VecDeque<u64>,
    next: u64,
}

fn number(payload: &[u8]) -> u64 {
    u64::from_le_bytes(payload[..8].try_into().unwrap())
}

fn act(random: &mut Random, queue: &mut Queue, model: &mut Model) {
    match random.below(10) {
        0..6 => {
            let mut payload = model.next.to_le_bytes().to_vec();
            payload.resize(8 + random.below(20_000) as usize, 7);
            queue.append(Kind::Logs, 1, payload).unwrap();
            model.waiting.push_back(model.next);
            model.next += 1;
            let lost = queue.lost();
            assert_eq!(lost.disk, 0);
            // The one that was given last is with its sender, and not lost.
            let given = usize::from(queue.given == Some(super::disk::Given::Nowhere));
            queue.given = queue.given.filter(|_| given == 0);
            model.waiting.drain(..lost.pushed_out as usize + given);
        }
        6..9 => {
            let batch = queue.oldest().map(|batch| number(&batch.payload));
            assert_eq!(batch, model.waiting.front().copied());
            match random.below(4) {
                0 => {}
                1 => queue.put_back(1),
                _ => {
                    queue.done();
                    model.waiting.pop_front();
                }
            }
        }
        _ => queue.adopt(),
    }
    assert_eq!(queue.records(), model.waiting.len() as u64);
    assert_eq!(queue.is_empty(), model.waiting.is_empty());
}

#[test]
fn like_a_list_over_many_kills() {
    for seed in 0..12 {
        let scratch = Scratch::new(&format!("seed{seed}"));
        let (mut random, mut model) = (Random::new(seed), Model::default());
        let limit = 300_000 + random.below(2_000_000);
        for life in 0..6 {
            let mut queue = scratch.open(limit, life + 1);
            for _ in 0..60 {
                act(&mut random, &mut queue, &mut model);
                assert!(queue.bytes() <= limit, "seed {seed}");
            }
            match random.below(2) {
                0 => drop(queue),
                _ => kill_all(queue, &scratch.0),
            }
        }
        let mut queue = scratch.open(limit, 99);
        let rest: Vec<u64> = std::iter::from_fn(|| {
            let at = queue.oldest().map(|batch| number(&batch.payload));
            queue.done();
            at
        })
        .collect();
        assert_eq!(rest, Vec::from(model.waiting), "seed {seed}");
    }
}

/// A kill, with what was adopted as well.
fn kill_all(queue: Queue, parent: &Path) {
    kill(queue);
    assert!(parent.is_dir());
}

#[test]
fn what_comes_back_after_it_was_pushed_out_is_counted() {
    let scratch = Scratch::new("back");
    let mut queue = scratch.open(1 << 20, 1);
    let fill = |queue: &mut Queue| (0..30).for_each(|_| add(queue, &"x".repeat(60_000)));
    fill(&mut queue);
    let lost = queue.lost().pushed_out;
    assert!(queue.oldest().is_some());
    fill(&mut queue);
    queue.put_back(1);
    assert_eq!(lost + queue.lost().pushed_out + queue.records(), 60);
    assert!(queue.oldest().is_some());
    queue.put_back(1);
    assert_eq!(queue.lost(), Lost::default());
}

#[test]
fn what_another_left_comes_before_what_waits_here() {
    let scratch = Scratch::new("before");
    let mut old = scratch.open(1 << 20, 1);
    add(&mut old, "old");
    let mut new = scratch.open(1 << 20, 2);
    add(&mut new, "new");
    assert!(new.oldest().is_some());
    kill(old);
    new.adopt();
    new.done();
    new.adopt();
    assert_eq!(
        (take(&mut new).as_deref(), take(&mut new)),
        (Some("old"), None),
        "the one that was given is done"
    );
}
