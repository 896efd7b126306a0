//! What is counted of commands and of the errors that they end with.

use crate::command::Table;
use base::histogram::{Counts, Histogram};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Since the start, or since `CONFIG RESETSTAT`.
#[derive(Debug)]
pub struct Tally {
    /// By the number that [`Table`] gave them.
    commands: Vec<Count>,
    errors: Mutex<BTreeMap<String, u64>>,
    all_errors: AtomicU64,
}

#[derive(Debug, Default)]
struct Count {
    name: String,
    calls: AtomicU64,
    failed: AtomicU64,
    rejected: AtomicU64,
    times: Mutex<Times>,
}

#[derive(Debug, Default)]
struct Times {
    ns: u64,
    /// Made when the first call is timed.
    durations: Option<Box<Histogram>>,
}

/// What was counted of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandFigures {
    /// Its name; that of a subcommand follows `|`.
    pub name: String,
    /// How often it ran, in scripts and transactions too.
    pub calls: u64,
    /// How often that ended with an error.
    pub failed: u64,
    /// How often it was refused before.
    pub rejected: u64,
    /// Nanoseconds that it ran for clients; not those within scripts and transactions.
    pub ns: u64,
    /// How long it ran for them.
    pub durations: Option<Counts>,
}

/// So many codes of errors are told apart; scripts make up their own.
const CODES_MAX: usize = 128;

impl Default for Tally {
    fn default() -> Self {
        let commands = Table::default().names().map(Count::of).collect();
        Tally { commands, errors: Mutex::default(), all_errors: AtomicU64::new(0) }
    }
}

impl Tally {
    /// The command of this number ran.
    pub fn ran(&self, number: usize, failed: bool) {
        if let Some(count) = self.commands.get(number) {
            count.calls.fetch_add(1, Relaxed);
            if failed {
                count.failed.fetch_add(1, Relaxed);
            }
        }
    }

    /// It was refused.
    pub fn rejected(&self, number: usize) {
        if let Some(count) = self.commands.get(number) {
            count.rejected.fetch_add(1, Relaxed);
        }
    }

    /// It ran so long; `is_tracked`: to be told how that is distributed.
    pub fn took(&self, number: usize, ns: u64, is_tracked: bool) {
        let Some(count) = self.commands.get(number) else { return };
        let mut times = count.times();
        times.ns += ns;
        if is_tracked {
            times.durations.get_or_insert_default().record(Duration::from_nanos(ns));
        }
    }

    /// A client or a script was told this error.
    pub fn error(&self, text: &str) {
        self.all_errors.fetch_add(1, Relaxed);
        let code = text.split([' ', '\r']).next().unwrap_or_default();
        let mut errors = self.errors.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = errors.get_mut(code) {
            *count += 1;
        } else if errors.len() < CODES_MAX {
            errors.insert(code.to_owned(), 1);
        }
    }

    /// How many errors were told.
    pub fn all_errors(&self) -> u64 {
        self.all_errors.load(Relaxed)
    }

    /// How often each code of errors was told.
    pub fn errors(&self) -> BTreeMap<String, u64> {
        self.errors.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Commands that were called or refused, by name.
    pub fn commands(&self) -> Vec<CommandFigures> {
        let all = self.commands.iter().map(|count| {
            let times = count.times();
            CommandFigures {
                name: count.name.clone(),
                calls: count.calls.load(Relaxed),
                failed: count.failed.load(Relaxed),
                rejected: count.rejected.load(Relaxed),
                ns: times.ns,
                durations: times.durations.as_ref().map(|durations| durations.counts()),
            }
        });
        all.filter(|figures| figures.calls + figures.rejected > 0).collect()
    }

    /// Count anew.
    pub fn reset(&self) {
        for count in &self.commands {
            for number in [&count.calls, &count.failed, &count.rejected] {
                number.store(0, Relaxed);
            }
            *count.times() = Times::default();
        }
        self.errors.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.all_errors.store(0, Relaxed);
    }
}

impl Count {
    fn of(name: &str) -> Self {
        Count { name: name.to_owned(), ..Count::default() }
    }

    fn times(&self) -> MutexGuard<'_, Times> {
        self.times.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
