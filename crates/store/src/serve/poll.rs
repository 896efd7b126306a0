//! What the system tells of sockets.

use rustix::event::epoll::{self, CreateFlags, Event, EventData, EventFlags};
use rustix::time::Timespec;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, OwnedFd};
use std::time::Duration;

/// Sockets that are watched, edge-triggered: each news is told once.
#[derive(Debug)]
pub struct Poll {
    epoll: OwnedFd,
    news: Vec<News>,
}

/// News of a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct News {
    /// The number that it was given.
    pub number: u64,
    /// There may be something to read.
    pub is_readable: bool,
    /// There may be room to write.
    pub is_writable: bool,
    /// The peer sends no more.
    pub is_ended: bool,
    /// Nothing can be sent or read any more.
    pub is_broken: bool,
}

/// News that are taken from the system at once.
const EVENTS: usize = 128;

impl Poll {
    /// Nothing is watched.
    pub fn new() -> std::io::Result<Self> {
        let epoll = epoll::create(CreateFlags::CLOEXEC)?;
        Ok(Poll { epoll, news: Vec::with_capacity(EVENTS) })
    }

    /// Watch what is only read.
    pub fn watch(&self, source: impl AsFd, number: u64) -> std::io::Result<()> {
        self.add(source, number, EventFlags::IN)
    }

    /// Watch a connection.
    pub fn watch_connection(&self, source: impl AsFd, number: u64) -> std::io::Result<()> {
        self.add(source, number, EventFlags::IN | EventFlags::OUT | EventFlags::RDHUP)
    }

    fn add(&self, source: impl AsFd, number: u64, flags: EventFlags) -> std::io::Result<()> {
        let data = EventData::new_u64(number);
        Ok(epoll::add(&self.epoll, source, data, flags | EventFlags::ET)?)
    }

    /// Sleep until there is news, or for as long as `patience`. How many there are.
    pub fn sleep(&mut self, patience: Option<Duration>) -> usize {
        let timeout = patience.map(|patience| Timespec {
            tv_sec: patience.as_secs() as i64,
            tv_nsec: i64::from(patience.subsec_nanos()),
        });
        self.news.clear();
        let mut room = [MaybeUninit::uninit(); EVENTS];
        if let Ok((events, _)) = epoll::wait(&self.epoll, &mut room, timeout.as_ref()) {
            self.news.extend(events.iter().map(News::of));
        }
        self.news.len()
    }

    /// The news at a place.
    pub fn news(&self, at: usize) -> Option<News> {
        self.news.get(at).copied()
    }
}

impl News {
    fn of(event: &Event) -> Self {
        let Event { flags, data } = *event;
        News {
            number: data.u64(),
            is_readable: flags.contains(EventFlags::IN),
            is_writable: flags.contains(EventFlags::OUT),
            is_ended: flags.contains(EventFlags::RDHUP),
            is_broken: flags.intersects(EventFlags::HUP | EventFlags::ERR),
        }
    }
}
