//! The log thread and the snapshot's thread, on a real folder and on a faulty one.

use super::faulty::{FaultyDisk, Trouble};
use super::model::{Held, Model, record};
use crate::log::disk::{Disk, FileDisk, LockError};
use crate::log::manifest::{MANIFEST, segment_name};
use crate::log::recover::{OpenError, Opened, open};
use crate::log::saving::Saving;
use crate::log::writer::{Feed, Health, LogThread, Policy, Pressure, Writer};
use base::random::Random;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(20);

fn opened(disk: &Arc<dyn Disk>) -> (Opened, Model) {
    let mut model = Model::default();
    let opened = open(disk, Random::new(1), &mut model).unwrap();
    (opened, model)
}

fn started(writer: Writer, policy: Policy) -> (LogThread, Feed) {
    LogThread::start(writer, policy, Box::new(|| {})).unwrap()
}

fn append(feed: &mut Feed, model: &mut Model, key: &str, text: &str) {
    let args = [b"APPEND".to_vec(), key.into(), text.into()];
    let given: Vec<&[u8]> = args.iter().map(Vec::as_slice).collect();
    model.make(&given).unwrap();
    model.lsn = feed.record(&record(&[args.to_vec()]));
    model.number(key.as_bytes(), model.lsn);
    feed.hand_over();
}

fn text(model: &Model, key: &str) -> Vec<u8> {
    match &model.state[key.as_bytes()] {
        Held::Text(text) => text.clone(),
        other => panic!("{other:?}"),
    }
}

fn save(
    feed: &mut Feed,
    model: &mut Model,
    disk: &Arc<dyn Disk>,
    number: u64,
) -> Result<u64, String> {
    let mut saving = Saving::begin(feed, Arc::clone(disk), number, 5)?;
    while saving.slice(model, &mut || true) {}
    loop {
        if let Some(ended) = saving.ended() {
            return ended.map(|saved| saved.bytes);
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("ostler-log-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        Folder(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_folder_has_one_owner_and_comes_back_as_it_was() {
    let folder = Folder::new("owner");
    let disk: Arc<dyn Disk> = Arc::new(FileDisk::open(&folder.0).unwrap());
    match FileDisk::open(&folder.0) {
        Err(error @ LockError::Taken { .. }) => {
            let text = error.to_string();
            assert!(text.contains(&format!("process {}", std::process::id())), "{text}");
        }
        other => panic!("{other:?}"),
    }
    for policy in [Policy::Always, Policy::EverySecond, Policy::Off] {
        let (opened, mut model) = opened(&disk);
        let before = model.lsn;
        let (thread, mut feed) = started(opened.writer, policy);
        for _ in 0..100 {
            append(&mut feed, &mut model, "k1", "x");
        }
        if policy == Policy::Always {
            assert!(feed.progress().wait_for(before + 100, PATIENCE));
            save(&mut feed, &mut model, &disk, opened.next_snapshot).unwrap();
        }
        append(&mut feed, &mut model, "k2", "y");
        assert!(thread.stop());
        let (_, again) = self::opened(&disk);
        assert_eq!(again.state, model.state);
    }
    assert_eq!(text(&opened(&disk).1, "k1").len(), 300);
    let left: Vec<String> =
        disk.list().unwrap().into_iter().filter(|name| name.contains("new")).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_full_disk_refuses_writes_and_goes_on_when_there_is_room() {
    let faulty = FaultyDisk::new(3);
    let disk: Arc<dyn Disk> = Arc::new(faulty.clone());
    let (first, mut model) = opened(&disk);
    let (thread, mut feed) = started(first.writer, Policy::Always);
    append(&mut feed, &mut model, "k1", "a");
    assert!(feed.progress().wait_for(1, PATIENCE));
    faulty.trouble(Trouble::Full);
    append(&mut feed, &mut model, "k1", "b");
    assert!(!feed.progress().wait_for(2, PATIENCE), "not acknowledged");
    assert!(matches!(feed.progress().health(), Health::Blocked(_)));
    assert_eq!((feed.progress().durable(), feed.progress().pressure()), (1, Pressure::Free));
    faulty.trouble(Trouble::None);
    for _ in 0..2000 {
        if feed.progress().is_good() {
            break;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(feed.progress().wait_for(2, PATIENCE));
    assert!(thread.stop());
    faulty.crash();
    assert_eq!(text(&opened(&disk).1, "k1"), b"ab");
}

#[test]
fn after_a_failed_sync_a_snapshot_makes_it_good() {
    let faulty = FaultyDisk::new(4);
    let disk: Arc<dyn Disk> = Arc::new(faulty.clone());
    let (first, mut model) = opened(&disk);
    let (thread, mut feed) = started(first.writer, Policy::Always);
    append(&mut feed, &mut model, "k1", "a");
    assert!(feed.progress().wait_for(1, PATIENCE));
    faulty.trouble(Trouble::SyncFails);
    append(&mut feed, &mut model, "k1", "b");
    assert!(!feed.progress().wait_for(2, PATIENCE));
    assert!(matches!(feed.progress().health(), Health::Lost(_)) && feed.is_lost());
    faulty.trouble(Trouble::None);
    assert_eq!(feed.record(b"expired meanwhile"), 2, "not numbered: the snapshot has it");
    save(&mut feed, &mut model, &disk, first.next_snapshot).unwrap();
    assert!(feed.progress().is_good() && feed.progress().durable() == 2);
    append(&mut feed, &mut model, "k1", "c");
    assert!(feed.progress().wait_for(3, PATIENCE));
    faulty.crash();
    drop(thread);
    assert_eq!(text(&opened(&disk).1, "k1"), b"abc");
}

#[test]
fn what_is_damaged_missing_or_newer_is_named_and_kept() {
    let faulty = FaultyDisk::new(5);
    let disk: Arc<dyn Disk> = Arc::new(faulty.clone());
    let (first, mut model) = opened(&disk);
    let (thread, mut feed) = started(first.writer, Policy::Always);
    for word in ["a", "b", "c"] {
        append(&mut feed, &mut model, "k1", word);
        assert!(feed.progress().wait_for(model.lsn, PATIENCE));
    }
    assert!(thread.stop());
    let log = segment_name(1);
    let before = faulty.bytes(&log);
    let refused = |disk: &Arc<dyn Disk>| {
        let error = open(disk, Random::new(1), &mut Model::default()).unwrap_err();
        (error.to_string(), error)
    };
    faulty.flip(&log, 64 + 24 + 2);
    let (text, error) = refused(&disk);
    assert!(matches!(error, OpenError::Damaged { at: 64, .. }), "{error:?}");
    assert!(text.contains("truncate -s 64 /faulty/log-0000000001"), "{text}");
    faulty.flip(&log, 64 + 24 + 2);
    assert_eq!(faulty.bytes(&log), before, "nothing was changed");
    // The last record too: a clean end left a mark.
    let end = before.len() - 24;
    faulty.flip(&log, end - 1);
    faulty.flip(&log, end - 9);
    assert!(matches!(refused(&disk).1, OpenError::Damaged { .. }));
    faulty.flip(&log, end - 1);
    faulty.flip(&log, end - 9);
    faulty.flip(&log, 8);
    let (text, error) = refused(&disk);
    assert!(matches!(error, OpenError::Newer { version: 33, .. }), "{error:?}");
    assert!(text.contains("a later one"), "{text}");
    faulty.flip(&log, 8);
    disk.rename(MANIFEST, "elsewhere").unwrap();
    assert!(matches!(refused(&disk).1, OpenError::Missing { .. }));
    disk.rename("elsewhere", MANIFEST).unwrap();
    let (opened, model) = opened(&disk);
    assert_eq!((model.lsn, opened.records, opened.torn_bytes), (3, 3, 0));
}
