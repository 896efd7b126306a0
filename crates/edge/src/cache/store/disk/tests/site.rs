//! A disk tier over a folder of its own, and a disk that can be told to fail.

use crate::cache::Key;
use crate::cache::store::Held;
use crate::cache::store::disk::claim::Claimed;
use crate::cache::store::disk::files::{Files, RealFiles};
use crate::cache::store::disk::{CacheError, CacheFolder, Disk};
use crate::cache::store::memory::Memory;
use crate::cache::store::purge::{Mark, Purge, What};
use crate::cache::store::sample::Sample;
use crate::news::{self, News};
use base::clock;
use model::api::{DiskState, DiskStatus};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::Duration;

static SITES: AtomicU64 = AtomicU64::new(0);

/// A folder that is removed at the end, and what the disk does.
pub struct Site {
    pub folder: PathBuf,
    pub faults: Arc<Faults>,
    runtime: tokio::runtime::Runtime,
    news: News,
    lines: Arc<Mutex<Vec<String>>>,
}

/// One run of the tier.
pub struct Run {
    pub memory: Arc<Memory>,
    pub disk: Disk,
}

impl Site {
    pub fn new() -> Self {
        let number = SITES.fetch_add(1, Relaxed);
        let name = format!("ostler-cache-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        let (news, reader) = news::channel();
        let lines: Arc<Mutex<Vec<String>>> = Arc::default();
        let heard = lines.clone();
        std::thread::spawn(move || reader.for_each(|line| heard.lock().unwrap().push(line)));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Site { folder, faults: Arc::default(), runtime, news, lines }
    }

    pub fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    /// What was told so far.
    pub fn told(&self) -> Vec<String> {
        // What was said a moment ago is on its way.
        std::thread::sleep(Duration::from_millis(50));
        self.lines.lock().unwrap().clone()
    }

    /// A run with room for 8 MB on disk, which has looked through what is there.
    pub fn run(&self) -> Run {
        let run = self.start(8_000_000);
        self.until(&run, |status| status.state != DiskState::Reading);
        run
    }

    pub fn start(&self, disk_bytes: u64) -> Run {
        let claimed = Claimed::open(self.faults.clone(), &self.folder, None).unwrap();
        let memory = Arc::new(Memory::new(1_000_000, Mark(0)));
        let disk = Disk::start(claimed, disk_bytes, &memory, &self.news).unwrap();
        Run { memory, disk }
    }

    /// A run of the real files, with the lock.
    pub fn claim(&self) -> Result<CacheFolder, CacheError> {
        let folder = self.folder.clone();
        let disk = Some(config::CacheDisk { bytes: 8_000_000, folder });
        CacheFolder::claim(&config::CacheStore { disk, ..Default::default() }, false)
    }

    /// Wait until the tier is so.
    pub fn until(&self, run: &Run, wanted: impl Fn(&DiskStatus) -> bool) {
        let begun = clock::now();
        while !wanted(&run.disk.status()) {
            assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", run.disk.status());
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Keep a reply on disk, and wait until it is there.
    pub fn keep(&self, run: &Run, sample: &Sample) {
        self.offer(run, sample);
        self.settle(run);
        let loaded = self.load(run, &sample.url);
        assert_eq!(loaded.unwrap().stored().body, sample.body, "{}", sample.url);
    }

    /// Offer a reply to the tier alone: memory does not have it.
    pub fn offer(&self, run: &Run, sample: &Sample) {
        let held = Held::new(sample.key(), sample.lasting(), run.memory.mark());
        run.disk.keep(&Arc::new(held));
    }

    /// Wait until all jobs up to now are done.
    pub fn settle(&self, run: &Run) {
        self.wait(run.disk.jobs_done());
    }

    /// Read a reply from disk; memory forgets it again.
    pub fn load(&self, run: &Run, url: &str) -> Option<Arc<Held>> {
        let held = self.wait(run.disk.load(&key(url), &|_| true));
        held.iter().for_each(|held| run.memory.forget(held));
        held
    }

    pub fn purge(&self, run: &Run, purge: Purge) -> (u64, bool) {
        let (rule, begun) = run.disk.begin(purge);
        run.memory.carry_out(&rule);
        self.wait(run.disk.finish(begun)).unwrap()
    }

    /// All files of replies.
    pub fn files(&self) -> Vec<PathBuf> {
        let mut files = Vec::new();
        let Ok(folders) = std::fs::read_dir(self.folder.join("objects")) else { return files };
        for folder in folders {
            let all = std::fs::read_dir(folder.unwrap().path()).unwrap();
            files.extend(all.map(|file| file.unwrap().path()));
        }
        files
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

pub fn key(url: &str) -> Key {
    Key::of_url(url.as_bytes()).unwrap()
}

pub fn hard(what: What) -> Purge {
    Purge { what, soft: false }
}

pub fn tagged(url: &str, tag: &str) -> Sample {
    Sample { tags: vec![tag.into()], body: url.into(), ..Sample::of(url) }
}

pub fn sample(url: &str) -> Sample {
    Sample { body: url.into(), ..Sample::of(url) }
}

/// The machine's files, with faults.
#[derive(Debug, Default)]
pub struct Faults {
    /// There is no room: what is written is cut in the middle, and refused.
    pub full: AtomicBool,
    /// Nothing may be written.
    pub read_only: AtomicBool,
    /// What is written is cut in the middle, and nobody is told: as after a loss of power.
    pub torn: AtomicBool,
    /// Writing takes so long, in ms.
    pub slow_ms: AtomicU64,
    /// What was written behind ends of files.
    pub appended: Mutex<Vec<u8>>,
}

impl Faults {
    fn check(&self) -> io::Result<()> {
        std::thread::sleep(Duration::from_millis(self.slow_ms.load(Relaxed)));
        match self.read_only.load(Relaxed) {
            true => Err(io::ErrorKind::ReadOnlyFilesystem.into()),
            false => Ok(()),
        }
    }

    fn full(&self) -> io::Result<()> {
        match self.full.load(Relaxed) {
            true => Err(io::ErrorKind::StorageFull.into()),
            false => Ok(()),
        }
    }
}

impl Files for Faults {
    fn write(&self, path: &Path, parts: &[&[u8]]) -> io::Result<()> {
        self.check()?;
        if self.full.load(Relaxed) || self.torn.load(Relaxed) {
            let all = parts.concat();
            RealFiles.write(path, &[&all[..all.len() / 2]])?;
            return self.full();
        }
        RealFiles.write(path, parts)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.check()?;
        RealFiles.rename(from, to)
    }

    fn read(&self, path: &Path, bytes_max: u64) -> io::Result<(Vec<u8>, u64)> {
        RealFiles.read(path, bytes_max)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.check()?;
        RealFiles.remove(path)
    }

    fn set(&self, path: &Path, at: u64, byte: u8) -> io::Result<()> {
        self.check()?;
        RealFiles.set(path, at, byte)
    }

    fn append(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.check()?;
        self.full()?;
        self.appended.lock().unwrap().extend_from_slice(bytes);
        RealFiles.append(path, bytes)
    }

    fn replace(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.check()?;
        self.full()?;
        RealFiles.replace(path, bytes)
    }

    fn list(&self, path: &Path) -> io::Result<Vec<String>> {
        RealFiles.list(path)
    }

    fn make_folder(&self, path: &Path) -> io::Result<()> {
        if self.read_only.load(Relaxed) {
            return Err(io::ErrorKind::ReadOnlyFilesystem.into());
        }
        RealFiles.make_folder(path)
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        self.check()?;
        RealFiles.remove_folder(path)
    }
}

/// End a run without closing it: what waits to be done may be lost.
pub fn kill(run: Run) {
    run.disk.shared().is_closed.store(true, Relaxed);
    let threads = Arc::downgrade(run.disk.shared());
    drop(run);
    while threads.strong_count() > 0 {
        std::thread::sleep(Duration::from_millis(1));
    }
}
