//! What is done, and said, when the disk refuses. Pure.

use std::time::{Duration, Instant};

/// After the first refusal nothing is written for so long; after each further one twice as long.
const PAUSE_MIN: Duration = Duration::from_secs(1);
const PAUSE_MAX: Duration = Duration::from_secs(60);

/// How writing goes.
#[derive(Debug, Default)]
pub(super) struct Trouble {
    /// Nothing is written until then, and for so long after the last refusal.
    pause: Option<(Instant, Duration)>,
    is_corrupt_told: bool,
}

impl Trouble {
    /// True if nothing is to be written at `now`.
    pub fn is_paused(&self, now: Instant) -> bool {
        self.pause.is_some_and(|(until, _)| now < until)
    }

    /// True if the last try was refused.
    pub fn is_failing(&self) -> bool {
        self.pause.is_some()
    }

    /// Something could not be written. Returns what is to be told.
    pub fn refused(&mut self, now: Instant, error: &std::io::Error) -> Option<String> {
        let last = self.pause.map(|(_, pause)| pause);
        let pause = last.map_or(PAUSE_MIN, |last| (last * 2).min(PAUSE_MAX));
        self.pause = Some((now + pause, pause));
        last.is_none().then(|| {
            format!(
                "the cache writes nothing to disk until it can again, memory goes on: {error}{}",
                cure(error)
            )
        })
    }

    /// Something was written. Returns what is to be told.
    pub fn wrote(&mut self) -> Option<String> {
        self.pause.take().map(|_| "the cache writes to disk again".into())
    }

    /// A file is not what was written. Returns what is to be told: once, since a bad disk has many.
    pub fn corrupt(&mut self, what: &str) -> Option<String> {
        let is_first = !std::mem::replace(&mut self.is_corrupt_told, true);
        is_first.then(|| {
            format!(
                "the cache removed a file that was not as written, and asks the app instead: {what}. More \
                 of them are only counted (ostler_edge_cache_corrupt_total); many of them mean a bad disk"
            )
        })
    }
}

/// What to do about it, if it is clear.
pub(super) fn cure(error: &std::io::Error) -> &'static str {
    match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
            "; make room, or give edge.cache.disk less"
        }
        std::io::ErrorKind::PermissionDenied => {
            "; let the user that runs Ostler write there, or name another folder in edge.cache.folder"
        }
        std::io::ErrorKind::ReadOnlyFilesystem => {
            "; name a folder in edge.cache.folder that can be written to"
        }
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Error, ErrorKind};

    #[test]
    fn refusals_are_told_once_and_tried_ever_less_often() {
        let (begin, mut trouble) = (base::clock::now(), Trouble::default());
        let full = || Error::from(ErrorKind::StorageFull);
        assert_eq!(trouble.wrote(), None);
        let told = trouble.refused(begin, &full()).unwrap();
        assert!(told.contains("make room"), "{told}");
        let mut now = begin;
        let mut pauses = Vec::new();
        for _ in 0..8 {
            let mut pause = Duration::ZERO;
            while trouble.is_paused(now + pause) {
                pause += Duration::from_secs(1);
            }
            pauses.push(pause.as_secs());
            now += pause;
            assert_eq!(trouble.refused(now, &full()), None);
        }
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 60, 60]);
        assert!(trouble.wrote().is_some() && trouble.wrote().is_none());
        assert!(!trouble.is_paused(now) && !trouble.is_failing());
    }

    #[test]
    fn corrupt_files_are_told_once() {
        let mut trouble = Trouble::default();
        assert!(trouble.corrupt("x").is_some() && trouble.corrupt("y").is_none());
    }
}
