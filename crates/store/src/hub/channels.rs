//! Channels, patterns and shard channels, and who listens to them.

use super::{Frame, Order, Outbox};
use crate::command::matches;
use crate::resp::{Reply, Version};
use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What a client listens to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A channel by its name.
    Channel,
    /// All channels whose names match a pattern.
    Pattern,
    /// A channel of the other kind, which a cluster keeps within a shard.
    Shard,
}

/// Who listens to what.
#[derive(Debug, Default)]
pub struct Channels {
    state: Mutex<State>,
    /// Clients that listen to anything: looked at without the lock.
    listeners: AtomicUsize,
}

type Names = HashMap<Box<[u8]>, BTreeSet<u64>>;

#[derive(Debug, Default)]
struct State {
    names: [Names; 3],
    listeners: HashMap<u64, Listener>,
}

#[derive(Debug, Default)]
struct Listener {
    version: Version,
    names: [BTreeSet<Box<[u8]>>; 3],
}

impl Kind {
    const ALL: [Kind; 3] = [Kind::Channel, Kind::Pattern, Kind::Shard];

    const fn at(self) -> usize {
        match self {
            Kind::Channel => 0,
            Kind::Pattern => 1,
            Kind::Shard => 2,
        }
    }
}

impl Listener {
    fn of(&self, kind: Kind) -> &BTreeSet<Box<[u8]>> {
        &self.names[kind.at()]
    }

    /// What `SUBSCRIBE` and its kin answer: channels and patterns are counted together.
    fn count(&self, kind: Kind) -> usize {
        match kind {
            Kind::Shard => self.of(Kind::Shard).len(),
            _ => self.of(Kind::Channel).len() + self.of(Kind::Pattern).len(),
        }
    }
}

impl Channels {
    /// `client` listens to `name`. How many it listens to now.
    pub fn subscribe(&self, kind: Kind, client: u64, version: Version, name: &[u8]) -> usize {
        let mut state = self.state();
        let state = &mut *state;
        let listener = state.listeners.entry(client).or_insert_with(|| {
            self.listeners.fetch_add(1, Ordering::Relaxed);
            Listener::default()
        });
        listener.version = version;
        if listener.names[kind.at()].insert(name.into()) {
            state.names[kind.at()].entry(name.into()).or_default().insert(client);
        }
        listener.count(kind)
    }

    /// `client` listens to `name` no longer. How many it still listens to.
    pub fn unsubscribe(&self, kind: Kind, client: u64, name: &[u8]) -> usize {
        let mut state = self.state();
        let state = &mut *state;
        let Some(listener) = state.listeners.get_mut(&client) else { return 0 };
        if listener.names[kind.at()].remove(name) {
            forget(&mut state.names[kind.at()], client, name);
        }
        let count = listener.count(kind);
        if listener.names.iter().all(BTreeSet::is_empty) {
            state.listeners.remove(&client);
            self.listeners.fetch_sub(1, Ordering::Relaxed);
        }
        count
    }

    /// `client` is gone, or starts anew.
    pub fn leave(&self, client: u64) {
        if self.listeners.load(Ordering::Relaxed) == 0 {
            return;
        }
        let mut state = self.state();
        let state = &mut *state;
        let Some(listener) = state.listeners.remove(&client) else { return };
        self.listeners.fetch_sub(1, Ordering::Relaxed);
        for kind in Kind::ALL {
            for name in listener.of(kind) {
                forget(&mut state.names[kind.at()], client, name);
            }
        }
    }

    /// `client` wants messages in another form.
    pub fn speak(&self, client: u64, version: Version) {
        if let Some(listener) = self.state().listeners.get_mut(&client) {
            listener.version = version;
        }
    }

    /// The names that `client` listens to.
    pub fn of(&self, kind: Kind, client: u64) -> Vec<Box<[u8]>> {
        let state = self.state();
        let listener = state.listeners.get(&client);
        listener.map(|listener| listener.of(kind).iter().cloned().collect()).unwrap_or_default()
    }

    /// How many channels, patterns and shard channels `client` listens to.
    pub fn counts(&self, client: u64) -> [usize; 3] {
        if self.listeners.load(Ordering::Relaxed) == 0 {
            return [0; 3];
        }
        let state = self.state();
        let listener = state.listeners.get(&client);
        listener.map(|listener| Kind::ALL.map(|kind| listener.of(kind).len())).unwrap_or_default()
    }

    /// Let all who listen to `channel`, of this `kind`, have `message`; those of patterns as well unless it is a
    /// shard channel. How many get it.
    pub fn publish(&self, kind: Kind, channel: &[u8], message: &[u8], outbox: &Outbox) -> usize {
        if self.listeners.load(Ordering::Relaxed) == 0 {
            return 0;
        }
        let state = self.state();
        let mut receivers = 0;
        let mut deliver = |clients: &BTreeSet<u64>, frames: &mut Frames<'_>| {
            for &client in clients {
                let version = state.listeners.get(&client).map(|listener| listener.version);
                let frame = frames.of(version.unwrap_or_default());
                outbox.push(Order::Send { to: client, frame });
                receivers += 1;
            }
        };
        if let Some(clients) = state.names[kind.at()].get(channel) {
            let word = if kind == Kind::Shard { "smessage" } else { "message" };
            deliver(clients, &mut Frames::new(word, None, channel, message));
        }
        if kind != Kind::Shard {
            for (pattern, clients) in &state.names[Kind::Pattern.at()] {
                if matches(pattern, channel) {
                    deliver(clients, &mut Frames::new("pmessage", Some(pattern), channel, message));
                }
            }
        }
        receivers
    }

    /// Channels that somebody listens to and whose names match `pattern`.
    pub fn active(&self, kind: Kind, pattern: Option<&[u8]>) -> Vec<Box<[u8]>> {
        let state = self.state();
        let names = state.names[kind.at()].keys();
        names.filter(|name| pattern.is_none_or(|pattern| matches(pattern, name))).cloned().collect()
    }

    /// How many listen to `name`.
    pub fn listeners(&self, kind: Kind, name: &[u8]) -> usize {
        self.state().names[kind.at()].get(name).map_or(0, BTreeSet::len)
    }

    /// How many names of a kind somebody listens to.
    pub fn len(&self, kind: Kind) -> usize {
        self.state().names[kind.at()].len()
    }

    /// How many clients listen to anything.
    pub fn clients(&self) -> usize {
        self.listeners.load(Ordering::Relaxed)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn forget(names: &mut Names, client: u64, name: &[u8]) {
    if let Some(clients) = names.get_mut(name) {
        clients.remove(&client);
        if clients.is_empty() {
            names.remove(name);
        }
    }
}

/// A message in both forms of the protocol, each made when it is first needed.
struct Frames<'a> {
    kind: &'static str,
    pattern: Option<&'a [u8]>,
    channel: &'a [u8],
    message: &'a [u8],
    made: [Option<Frame>; 2],
}

impl<'a> Frames<'a> {
    fn new(
        kind: &'static str,
        pattern: Option<&'a [u8]>,
        channel: &'a [u8],
        message: &'a [u8],
    ) -> Self {
        Frames { kind, pattern, channel, message, made: [None, None] }
    }

    fn of(&mut self, version: Version) -> Frame {
        let (kind, pattern, channel, message) =
            (self.kind, self.pattern, self.channel, self.message);
        let at = usize::from(version == Version::Resp3);
        let frame = self.made[at].get_or_insert_with(|| {
            let mut reply = Reply::new(version);
            reply.push(3 + usize::from(pattern.is_some()));
            reply.bulk(kind.as_bytes());
            if let Some(pattern) = pattern {
                reply.bulk(pattern);
            }
            reply.bulk(channel);
            reply.bulk(message);
            reply.into_bytes().into()
        });
        frame.clone()
    }
}
