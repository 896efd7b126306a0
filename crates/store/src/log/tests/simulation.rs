//! Writing, snapshots, faults and crashes at any point, in an order left to chance: what was acknowledged is
//! there again, what was not written is not, and nothing is there by halves.
//!
//! `OSTLER_SEED=7` runs one seed, `OSTLER_SEEDS=10000` so many.

use super::faulty::{FaultyDisk, Trouble};
use super::model::{Held, Model, State, record};
use crate::log::disk::Disk;
use crate::log::frame::Batch;
use crate::log::manifest::Manifest;
use crate::log::recover::{OpenError, Opened, open};
use crate::log::snapshot::{SnapshotFile, Walk, commit};
use crate::log::writer::{WriteError, Writer};
use base::random::Random;
use std::sync::Arc;

const SEEDS: u64 = 256;
const STEPS: u64 = 600;

struct Snap {
    walk: Walk,
    file: Option<SnapshotFile>,
    number: u64,
    /// The segment that begins with the walk; none if the log was lost then.
    log: Option<u64>,
}

/// How often what matters happened.
#[derive(Debug, Default)]
struct Counts {
    crashes: u64,
    acknowledged: u64,
    snapshots: u64,
    start_overs: u64,
    abandoned: u64,
    skipped: u64,
    stopped_recoveries: u64,
}

struct World {
    chance: Random,
    disk: FaultyDisk,
    model: Model,
    /// The state after each record.
    history: Vec<State>,
    pending: Batch,
    writer: Writer,
    acknowledged: u64,
    is_blocked: bool,
    is_lost: bool,
    snap: Option<Snap>,
    next_snapshot: u64,
    counts: Counts,
}

fn begin(disk: &FaultyDisk, salts: u64) -> Result<(Opened, Model), OpenError> {
    let mut model = Model::default();
    let shared: Arc<dyn Disk> = Arc::new(disk.clone());
    let opened = open(&shared, Random::new(salts), &mut model)?;
    Ok((opened, model))
}

impl World {
    fn new(seed: u64) -> Self {
        let mut chance = Random::new(seed);
        let disk = FaultyDisk::new(chance.next_u64());
        let (opened, model) = begin(&disk, chance.next_u64()).unwrap();
        World {
            chance,
            disk,
            model,
            history: vec![State::new()],
            pending: Batch::default(),
            writer: opened.writer,
            acknowledged: 0,
            is_blocked: false,
            is_lost: false,
            snap: None,
            next_snapshot: opened.next_snapshot,
            counts: Counts::default(),
        }
    }

    fn step(&mut self) {
        match self.chance.below(1000) {
            0..450 => self.command(),
            450..600 => self.write(),
            600..720 => self.sync(),
            720..960 => self.snapshot(),
            960..970 => self.disk.trouble(Trouble::Full),
            970..976 => self.disk.trouble(Trouble::SyncFails),
            976..990 => self.disk.trouble(Trouble::None),
            990..994 => {
                let changes = self.chance.below(12) + 1;
                self.disk.fuse(Some(changes));
            }
            994..996 => self.crash(true),
            996..998 => self.crash(false),
            _ => {
                // An end in good order, unless something is in its way.
                self.write();
                let _ = self.writer.close();
                self.note_durable();
                self.crash(true);
            }
        }
        if self.disk.is_stopped() {
            self.crash(true);
        }
    }

    fn key(&mut self) -> Vec<u8> {
        // While a snapshot is taken much happens to the keys to which it comes last.
        let first = if self.snap.is_some() && self.chance.below(2) == 0 { 8 } else { 0 };
        format!("k{}", first + self.chance.below(10 - first)).into_bytes()
    }

    fn word(&mut self) -> Vec<u8> {
        let len = if self.chance.below(20) == 0 { 700 } else { 3 };
        let letter = b'a' + self.chance.below(3) as u8;
        vec![letter; 1 + self.chance.below(len) as usize]
    }

    /// A command, or several as one: one record.
    fn command(&mut self) {
        if self.is_blocked || self.is_lost || self.chance.below(8) == 0 && self.pending.len() > 4000
        {
            return;
        }
        let lsn = self.model.lsn + 1;
        let mut made = Vec::new();
        for _ in 0..=self.chance.below(3) {
            self.change(lsn, &mut made);
        }
        if made.is_empty() {
            return;
        }
        self.model.lsn = lsn;
        self.pending.begin(lsn).extend_from_slice(&record(&made));
        assert!(self.pending.end());
        self.history.push(self.model.state.clone());
    }

    fn change(&mut self, lsn: u64, made: &mut Vec<Vec<Vec<u8>>>) {
        let (key, word) = (self.key(), self.word());
        let field = format!("f{}", self.chance.below(7)).into_bytes();
        match self.chance.below(40) {
            0..4 => self.make(lsn, made, vec![b"PUT".to_vec(), key, word]),
            4..7 => self.make(lsn, made, vec![b"DEL".to_vec(), key]),
            7..16 => self.make(lsn, made, vec![b"APPEND".to_vec(), key, word]),
            16..22 => {
                let name =
                    if self.chance.below(2) == 0 { b"KEEP".to_vec() } else { b"CUT".to_vec() };
                self.shorten(lsn, made, key.clone(), vec![name, key, word]);
            }
            22..30 => self.make(lsn, made, vec![b"HSET".to_vec(), key, field, word]),
            30..36 => {
                self.shorten(lsn, made, key.clone(), vec![b"HDEL".to_vec(), key, field]);
            }
            36 => self.vanish(lsn, made, key),
            37..39 => {
                // Renamed: the log has the whole text.
                let to = self.key();
                if let Some(Held::Text(text)) = self.model.state.get(&key).cloned()
                    && to != key
                {
                    self.make(lsn, made, vec![b"DEL".to_vec(), key]);
                    self.make(lsn, made, vec![b"PUT".to_vec(), to, text]);
                }
            }
            _ => self.make(lsn, made, vec![b"FLUSH".to_vec()]),
        }
    }

    /// A text disappears in steps that, made on a key that is not there, would leave something.
    fn vanish(&mut self, lsn: u64, made: &mut Vec<Vec<Vec<u8>>>, key: Vec<u8>) {
        let Some(Held::Text(text)) = self.model.state.get(&key).cloned() else { return };
        if text.iter().all(|byte| *byte == text[0]) {
            self.make(lsn, made, vec![b"APPEND".to_vec(), key.clone(), b"z".to_vec()]);
            self.make(lsn, made, vec![b"KEEP".to_vec(), key.clone(), text.clone()]);
            self.shorten(lsn, made, key.clone(), vec![b"CUT".to_vec(), key, text]);
        }
    }

    /// A value that became empty is removed, and the log says so.
    fn shorten(
        &mut self,
        lsn: u64,
        made: &mut Vec<Vec<Vec<u8>>>,
        key: Vec<u8>,
        args: Vec<Vec<u8>>,
    ) {
        let existed = self.model.state.contains_key(&key);
        self.make(lsn, made, args);
        if existed && !self.model.state.contains_key(&key) {
            self.make(lsn, made, vec![b"DEL".to_vec(), key]);
        }
    }

    fn make(&mut self, lsn: u64, made: &mut Vec<Vec<Vec<u8>>>, args: Vec<Vec<u8>>) {
        let given: Vec<&[u8]> = args.iter().map(Vec::as_slice).collect();
        if self.model.make(&given).is_ok() {
            if let Some(key) = given.get(1) {
                self.model.number(key, lsn);
            }
            made.push(args);
        }
    }

    fn failed(&mut self, error: &WriteError) {
        match error {
            WriteError::Refused(_) => self.is_blocked = true,
            WriteError::Lost(_) => {
                self.is_lost = true;
                self.pending.clear();
                self.snap = None;
            }
        }
    }

    fn write(&mut self) {
        if self.is_lost {
            return;
        }
        match self.writer.write(&mut self.pending) {
            Ok(()) => {
                self.pending.clear();
                self.is_blocked = false;
            }
            Err(error) => self.failed(&error),
        }
        self.note_durable();
    }

    fn sync(&mut self) {
        if self.is_lost {
            return;
        }
        if let Err(error) = self.writer.sync() {
            self.failed(&error);
        }
        self.note_durable();
    }

    fn note_durable(&mut self) {
        if !self.is_lost {
            self.acknowledged = self.acknowledged.max(self.writer.durable());
        }
    }

    fn snapshot(&mut self) {
        let Some(snap) = &mut self.snap else { return self.begin_snapshot() };
        let mut steps = self.chance.below(4);
        let mut has_time = || {
            steps = steps.saturating_sub(1);
            steps > 0
        };
        while let Some(block) = snap.walk.slice(&mut self.model, &mut has_time) {
            if let Some(file) = &mut snap.file
                && file.block(&block).is_err()
            {
                self.snap = None;
                return;
            }
        }
        if !snap.walk.is_done() {
            return;
        }
        if let Some(file) = snap.file.take() {
            if file.finish().is_err() {
                self.snap = None;
            }
        } else {
            self.commit_snapshot();
        }
    }

    fn begin_snapshot(&mut self) {
        let log = if self.is_lost {
            None
        } else {
            self.write();
            match self.pending.is_empty().then(|| self.writer.roll()) {
                Some(Ok(log)) => Some(log),
                Some(Err(error)) => return self.failed(&error),
                None => return,
            }
        };
        self.note_durable();
        let number = self.next_snapshot;
        self.next_snapshot += 1;
        let disk: Arc<dyn Disk> = Arc::new(self.disk.clone());
        let salt = self.chance.next_u64() as u32;
        if let Ok(file) = SnapshotFile::create(disk, number, self.model.lsn, salt) {
            self.snap = Some(Snap { walk: Walk::default(), file: Some(file), number, log });
        }
    }

    fn commit_snapshot(&mut self) {
        let Some(snap) = self.snap.take() else { return };
        let end = snap.walk.end();
        let log = match snap.log {
            Some(log) if self.writer.durable() >= end => log,
            Some(_) => {
                self.snap = Some(snap);
                return self.sync();
            }
            None => match self.writer.start_over(end) {
                Ok(log) => log,
                Err(_) => return,
            },
        };
        if commit(&self.disk, &Manifest { snapshot: snap.number, log }).is_err() {
            if snap.log.is_none() {
                self.writer.lose();
            }
            return;
        }
        self.counts.snapshots += 1;
        if snap.log.is_none() {
            self.counts.start_overs += 1;
            (self.is_lost, self.is_blocked) = (false, false);
            self.acknowledged = end;
        }
    }

    /// The process ends, with the machine if `power` goes too; and all is read again.
    fn crash(&mut self, power: bool) {
        let was_stopped = self.disk.is_stopped();
        self.snap = None;
        if power || was_stopped {
            self.disk.crash()
        } else {
            self.disk.kill()
        }
        if self.chance.below(3) == 0 {
            let changes = self.chance.below(8);
            self.disk.fuse(Some(changes));
        }
        let (opened, model) = loop {
            match begin(&self.disk, self.chance.next_u64()) {
                Ok(found) => break found,
                Err(_) if self.disk.is_stopped() => {
                    self.counts.stopped_recoveries += 1;
                    self.disk.crash();
                }
                Err(error) => panic!("cannot start again: {error}"),
            }
        };
        let lsn = opened.writer.durable();
        let (least, most) = (self.acknowledged, self.model.lsn);
        assert!((least..=most).contains(&lsn), "{least} acknowledged, {most} made, {lsn} found");
        assert_eq!(model.state, self.history[lsn as usize], "after record {lsn}");
        assert_eq!(model.lsn.max(lsn), lsn);
        self.counts.crashes += 1;
        self.counts.acknowledged += lsn - self.acknowledged.min(lsn);
        self.counts.abandoned += self.model.abandoned;
        self.counts.skipped += model.skipped;
        self.history.truncate(lsn as usize + 1);
        self.model = model;
        (self.model.lsn, self.model.abandoned, self.model.skipped) = (lsn, 0, 0);
        (self.writer, self.next_snapshot) =
            (opened.writer, opened.next_snapshot.max(self.next_snapshot));
        (self.acknowledged, self.is_blocked, self.is_lost) = (lsn, false, false);
        self.pending.clear();
    }
}

fn seeds() -> std::ops::Range<u64> {
    let number = |name| std::env::var(name).ok().and_then(|text: String| text.parse::<u64>().ok());
    match number("OSTLER_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("OSTLER_SEEDS").unwrap_or(SEEDS),
    }
}

#[test]
fn what_was_acknowledged_survives_whatever_happens() {
    let mut all = Counts::default();
    let seeds = seeds();
    for seed in seeds.clone() {
        let run = std::panic::catch_unwind(|| {
            let mut world = World::new(seed);
            for _ in 0..STEPS {
                world.step();
            }
            world.crash(true);
            world.counts
        });
        let counts = run.unwrap_or_else(|_| panic!("replay with OSTLER_SEED={seed}"));
        all.crashes += counts.crashes;
        all.acknowledged += counts.acknowledged;
        all.snapshots += counts.snapshots;
        all.start_overs += counts.start_overs;
        all.abandoned += counts.abandoned;
        all.skipped += counts.skipped;
        all.stopped_recoveries += counts.stopped_recoveries;
    }
    println!("{all:?}");
    let worlds = seeds.end - seeds.start;
    assert!(
        worlds < 100 || all.crashes > 4 * worlds && all.snapshots > worlds,
        "too tame: {all:?}"
    );
    let rare = [all.start_overs, all.abandoned, all.skipped, all.stopped_recoveries];
    assert!(worlds < 100 || rare.iter().all(|count| *count > worlds / 20), "too tame: {all:?}");
}
