//! The manifest: which snapshot and which segments make up the store. Pure.
//!
//! It is replaced whole when a snapshot is durable; only then what it no longer names is removed. Segments
//! created since need no entry: they follow the first one by number.

use super::frame::VERSION;

/// Its name in the folder.
pub const MANIFEST: &str = "MANIFEST";

/// What it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Manifest {
    /// The number of the snapshot to begin with; 0 means an empty store.
    pub snapshot: u64,
    /// The number of the first segment to replay.
    pub log: u64,
}

/// Why a text is no manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadManifest {
    /// Not what was written.
    Damaged,
    /// Written by a later version of Ostler.
    Newer(u32),
}

impl Manifest {
    /// Its text.
    pub fn text(&self) -> String {
        let text =
            format!("ostler-store {VERSION}\nsnapshot {}\nlog {}\n", self.snapshot, self.log);
        let sum = crc32fast::hash(text.as_bytes());
        format!("{text}sum {sum:08x}\n")
    }

    /// The manifest that a text is.
    pub fn parse(text: &[u8]) -> Result<Manifest, BadManifest> {
        let text = std::str::from_utf8(text).map_err(|_| BadManifest::Damaged)?;
        let mut lines = text.lines();
        let mut value = |name: &str| {
            let (found, value) = lines.next()?.split_once(' ')?;
            (found == name).then_some(value)?.parse().ok()
        };
        let version: u64 = value("ostler-store").ok_or(BadManifest::Damaged)?;
        if let Some(newer) = u32::try_from(version).ok().filter(|version| *version > VERSION) {
            return Err(BadManifest::Newer(newer));
        }
        let found = Option::zip(value("snapshot"), value("log"));
        let manifest = found.map(|(snapshot, log)| Manifest { snapshot, log });
        // The sum is right if the text is exactly the one that would be written.
        manifest.filter(|manifest| manifest.text() == text).ok_or(BadManifest::Damaged)
    }
}

/// The files of a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileName {
    /// A part of the log.
    Segment(u64),
    /// A snapshot.
    Snapshot(u64),
    /// What was being written when the process ended.
    Unfinished,
}

impl FileName {
    /// What a name says; None for what is no file of a store, or is not numbered.
    pub fn parse(name: &str) -> Option<FileName> {
        if name.ends_with(".new") {
            return Some(FileName::Unfinished);
        }
        let (kind, number) = name.split_once('-')?;
        let number = (number.len() == 10).then(|| number.parse().ok())??;
        match kind {
            "log" => Some(FileName::Segment(number)),
            "snap" => Some(FileName::Snapshot(number)),
            _ => None,
        }
    }
}

/// The name of segment `number`.
pub fn segment_name(number: u64) -> String {
    format!("log-{number:010}")
}

/// The name of snapshot `number`.
pub fn snapshot_name(number: u64) -> String {
    format!("snap-{number:010}")
}
