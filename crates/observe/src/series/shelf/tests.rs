use super::super::tier::KEEP_MS;
use super::*;
use crate::series::history::{Done, History, Lost};
use crate::series::key::Labels;
use crate::series::live::Settings;
use crate::series::select::Asked;
use meter::{Snapshot, names};
use std::fs;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

const HOUR: u64 = 3_600_000;
/// A whole hour.
const BEGIN: u64 = 500_000 * HOUR;

struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let unique = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("observe-shelf-{}-{unique}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let _ = fs::remove_dir_all(&path);
        Folder(path)
    }

    fn files(&self, ending: &str) -> Vec<PathBuf> {
        let all = fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap().path());
        all.filter(|path| path.extension().unwrap() == ending).collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// One process.
struct Process {
    history: Mutex<History>,
    shelf: Shelf,
}

impl Process {
    fn start(folder: &Folder, now_ms: u64) -> Self {
        let settings = Settings {
            series_max: 100,
            keep_ms: KEEP_MS,
            disk_bytes_max: 50_000_000,
            folder: folder.0.clone(),
        };
        let mut history = History::new(settings.series_max, settings.keep_ms);
        let mut shelf = Shelf::open(settings).unwrap();
        shelf.load(&mut history, now_ms);
        Process { history: Mutex::new(history), shelf }
    }

    /// Record the seconds from `from` to before `to`.
    fn run(&mut self, from: u64, to: u64) {
        for second in from..to {
            let at_ms = BEGIN + second * 1_000;
            let mut snapshot = Snapshot::new(at_ms);
            snapshot.sample(&names::EDGE_RECEIVED, &[], second);
            snapshot.sample(&names::EDGE_CONNECTIONS, &[], second % 10);
            let done: Vec<Done> = self.history.lock().unwrap().record(&snapshot);
            self.shelf.turn(&self.history, done, at_ms);
        }
    }

    /// The seconds that a series has, as they are told for a question from `from` on at `now`.
    fn seconds(&self, from: u64, now: u64) -> (u64, Vec<u64>) {
        let wanted = |labels: &Labels| &*labels[0].1 == "ostler_edge_received_bytes_total";
        let (from_ms, now_ms) = (BEGIN + from * 1_000, BEGIN + now * 1_000);
        let asked = Asked { wanted: &wanted, from_ms, to_ms: now_ms, range_ms: None };
        let selection = self.history.lock().unwrap().select(&asked, now_ms);
        let Some(found) = selection.found.first() else { return (0, Vec::new()) };
        let samples = selection.read(found).remove(0);
        let values = samples.times.iter().zip(&samples.folds);
        let there = values.filter(|(_, fold)| !fold.last.is_nan());
        let seconds = there.map(|(at_ms, fold)| {
            assert_eq!(fold.last, ((at_ms - BEGIN) / 1_000) as f64);
            fold.last as u64
        });
        (selection.step_ms, seconds.collect())
    }

    fn lost(&self) -> Lost {
        self.history.lock().unwrap().lost
    }
}

/// Those of the first `count` seconds that were not told.
fn missing(seconds: &[u64], count: u64) -> Vec<u64> {
    (0..count).filter(|second| !seconds.contains(second)).collect()
}

#[test]
fn a_process_that_is_killed_loses_seconds() {
    let folder = Folder::new();
    let mut first = Process::start(&folder, BEGIN);
    first.run(0, 5_003);
    // Its lock goes with it, nothing else is done.
    drop(first);
    let mut second = Process::start(&folder, BEGIN + 5_010_000);
    assert_eq!(second.lost(), Lost::default());
    let (step, seconds) = second.seconds(5_003 - 1_500, 5_010);
    assert_eq!(step, 1_000);
    let last = *seconds.last().unwrap();
    assert!((4_998..=5_002).contains(&last), "{last}");
    assert!(seconds.windows(2).all(|two| two[1] == two[0] + 1), "{seconds:?}");
    second.run(5_010, 7_300);
    let (_, seconds) = second.seconds(4_000, 7_299);
    assert_eq!(seconds.iter().filter(|second| **second >= 5_010).count(), 7_300 - 5_010);
    // The hours on disk know nothing of the change.
    let (step, tens) = second.seconds(0, 7_299);
    assert_eq!(step, 10_000);
    assert_eq!(tens.iter().filter(|second| **second < 3_600).count(), 360);
    assert!(tens.iter().any(|second| (4_990..5_003).contains(second)));
    assert_eq!(folder.files("journal").len(), 1);
}

#[test]
fn a_start_again_and_again_leaves_no_trail_of_files() {
    let folder = Folder::new();
    for start in 0..60 {
        let mut process = Process::start(&folder, BEGIN + start * 4_000);
        process.run(start * 4, start * 4 + 4);
        process.shelf.end(&process.history);
    }
    let process = Process::start(&folder, BEGIN + 240_000);
    let (_, seconds) = process.seconds(0, 240);
    assert_eq!(missing(&seconds, 240), Vec::<u64>::new());
    let count = folder.files("journal").len() + folder.files("block").len();
    assert!(count <= 3, "{count} files");
}

#[test]
fn two_processes_at_once_as_during_an_upgrade() {
    let folder = Folder::new();
    let mut old = Process::start(&folder, BEGIN);
    old.run(0, 700);
    let mut new = Process::start(&folder, BEGIN + 700_000);
    assert_eq!(new.seconds(0, 700).1.len(), 700, "what the old one wrote is read at once");
    old.run(700, 703);
    old.shelf.end(&old.history);
    drop(old);
    new.run(703, 1_500);
    let (_, seconds) = new.seconds(0, 1_499);
    assert_eq!(missing(&seconds, 1_500), Vec::<u64>::new());
    assert_eq!(new.lost(), Lost::default());
    assert_eq!(folder.files("journal").len(), 1, "the old one's is a block now");
}

#[test]
fn damaged_files_are_counted_and_passed_over() {
    let folder = Folder::new();
    let mut first = Process::start(&folder, BEGIN);
    first.run(0, 1_000);
    first.shelf.end(&first.history);
    drop(first);
    let blocks = folder.files("block");
    assert_eq!(blocks.len(), 3);
    let mut bytes = fs::read(&blocks[0]).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&blocks[0], bytes).unwrap();
    fs::write(&blocks[1], b"ostlerts").unwrap();
    // A journal that is cut off holds what is before the cut.
    let journal = &folder.files("journal")[0];
    let length = fs::metadata(journal).unwrap().len();
    fs::File::options().write(true).open(journal).unwrap().set_len(length - 5).unwrap();
    let second = Process::start(&folder, BEGIN + 1_000_000);
    assert_eq!(second.lost().corrupt, 2);
    let seconds = second.seconds(0, 1_000).1;
    assert!(seconds.len() >= 300 + 90 && seconds.len() < 400, "{}", seconds.len());
}

#[test]
fn without_a_disk_the_last_hour_is_in_memory() {
    let folder = Folder::new();
    let mut process = Process::start(&folder, BEGIN);
    // As a disk that takes nothing more.
    fs::remove_dir_all(&folder.0).unwrap();
    process.run(0, 2 * 3_600);
    assert!(process.lost().disk > 0);
    let (step, seconds) = process.seconds(2 * 3_600 - 3_000, 2 * 3_600 - 1);
    assert_eq!((step, seconds.last()), (1_000, Some(&7_199)));
    fs::create_dir_all(&folder.0).unwrap();
    process.run(2 * 3_600, 3 * 3_600);
    assert!(!folder.files("block").is_empty());
}
