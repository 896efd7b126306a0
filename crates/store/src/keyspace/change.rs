//! What follows from a change: watchers, waiting clients, notifications, the log.

use super::{DbIndex, Keyspace};

/// The class of a notification: a letter of `notify-keyspace-events`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u16)]
pub enum Class {
    /// `g`: commands for any type, as `DEL`.
    Generic = 1,
    /// `$`.
    Text = 1 << 1,
    /// `l`.
    List = 1 << 2,
    /// `s`.
    Set = 1 << 3,
    /// `h`.
    Hash = 1 << 4,
    /// `z`.
    Zset = 1 << 5,
    /// `x`.
    Expired = 1 << 6,
    /// `e`.
    Evicted = 1 << 7,
    /// `t`.
    Stream = 1 << 8,
    /// `m`: a key that is not there.
    Miss = 1 << 9,
    /// `n`: a new key.
    New = 1 << 10,
}

/// Which notifications are asked for, and in which of the two forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Classes {
    classes: u16,
    /// `K`: to the channel of the key.
    pub keyspace: bool,
    /// `E`: to the channel of the event.
    pub keyevent: bool,
}

/// A change that somebody may want to hear of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Where.
    pub db: DbIndex,
    /// What, as `set`, `del`, `lpush`.
    pub event: &'static str,
    /// Which key.
    pub key: Box<[u8]>,
}

/// The letters in Redis's order.
const LETTERS: [(char, Class); 11] = [
    ('g', Class::Generic),
    ('$', Class::Text),
    ('l', Class::List),
    ('s', Class::Set),
    ('h', Class::Hash),
    ('z', Class::Zset),
    ('x', Class::Expired),
    ('e', Class::Evicted),
    ('t', Class::Stream),
    ('m', Class::Miss),
    ('n', Class::New),
];

/// What `A` stands for: all but misses and new keys.
const ALL: u16 = {
    let (mut all, mut at) = (0, 0);
    while at < LETTERS.len() {
        all |= LETTERS[at].1 as u16;
        at += 1;
    }
    all & !(Class::Miss as u16 | Class::New as u16)
};

impl Classes {
    /// Read the letters. Nothing if one is unknown.
    pub fn parse(text: &str) -> Option<Self> {
        let mut classes = Classes::default();
        for letter in text.chars() {
            match letter {
                'A' => classes.classes |= ALL,
                'K' => classes.keyspace = true,
                'E' => classes.keyevent = true,
                'd' => {}
                other => {
                    let (_, class) = LETTERS.iter().find(|(letter, _)| *letter == other)?;
                    classes.classes |= *class as u16;
                }
            }
        }
        Some(classes)
    }

    /// The letters, as `CONFIG GET` gives them.
    pub fn text(self) -> String {
        let mut text = String::new();
        let mut rest = self.classes;
        if rest & ALL == ALL {
            text.push('A');
            rest &= !ALL;
        }
        text.extend(
            LETTERS
                .iter()
                .filter(|(_, class)| rest & *class as u16 != 0)
                .map(|(letter, _)| *letter),
        );
        if self.keyspace {
            text.push('K');
        }
        if self.keyevent {
            text.push('E');
        }
        text
    }

    pub(super) fn asks_for(self, class: Class) -> bool {
        self.classes & class as u16 != 0 && (self.keyspace || self.keyevent)
    }
}

impl Keyspace {
    /// The selected database's `key` changed: count it, tell its watchers and those who wait for it, number the
    /// key with the running record, and note `event`.
    pub fn changed(&mut self, key: &[u8], class: Class, event: &'static str) {
        self.touched(self.selected, key);
        self.notify(class, event, key);
    }

    /// As [`Keyspace::changed`] without a notification, in any database.
    pub fn touched(&mut self, db: DbIndex, key: &[u8]) {
        self.dirty += 1;
        self.note_touched(db, key);
        let lsn = self.lsn;
        if let Some(database) = self.databases.get_mut(db) {
            database.changed(key, lsn);
        }
        self.seen_lsn = self.seen_lsn.max(lsn);
        self.watches.touch(db, key);
        if !self.awaited.is_empty() && self.awaited.contains(&(db, key.into())) {
            self.ready.push((db, key.into()));
        }
    }

    /// Note `event` for those who asked for its class.
    pub fn notify(&mut self, class: Class, event: &'static str, key: &[u8]) {
        if self.settings.notify.asks_for(class) {
            self.notices.push(Notice { db: self.selected, event, key: key.into() });
        }
    }

    /// Changes since the start.
    pub fn dirty(&self) -> u64 {
        self.dirty
    }

    /// Changes that commands made: without what ended or had to go, which is logged by itself.
    pub fn made(&self) -> u64 {
        self.dirty - self.by_itself
    }

    /// Whether [`Keyspace::take_notices`] would give any.
    pub fn has_notices(&self) -> bool {
        !self.notices.is_empty()
    }

    /// Notifications since the last call.
    pub fn take_notices(&mut self) -> Vec<Notice> {
        std::mem::take(&mut self.notices)
    }

    /// What is waited for under a name that begins so has come: those who wait look again.
    pub fn has_come(&mut self, what: &str) {
        let name = format!("\0{what}:");
        let awaited = self.awaited.iter().filter(|(_, key)| key.starts_with(name.as_bytes()));
        self.ready.extend(awaited.cloned());
    }

    /// Whether [`Keyspace::take_ready`] would give any.
    pub fn has_ready(&self) -> bool {
        !self.ready.is_empty()
    }

    /// Keys that somebody waits for and that changed since the last call.
    pub fn take_ready(&mut self) -> Vec<(DbIndex, Box<[u8]>)> {
        std::mem::take(&mut self.ready)
    }
}
