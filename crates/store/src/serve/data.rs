//! The data thread: owns the engine, runs what clients send, and does between commands what is to be done.

use super::baton::{Baton, Held};
use super::front::{Front, Slot};
use super::own::{Answer, OwnQueue, Request};
use super::time::Time;
use super::waker::Waker;
use crate::durable::Persist;
use crate::engine::{After, Engine, Session};
use crate::hub::Hub;
use crate::resp::{Reply, Version};
use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

/// All that the data thread has.
pub struct DataThread {
    pub(super) engine: Engine,
    pub(super) persist: Option<Persist>,
    pub(super) baton: Arc<Baton>,
    pub(super) hub: Arc<Hub>,
    pub(super) time: Time,
    /// What the socket gave, for clients without half a command.
    pub(super) scratch: Vec<u8>,
    /// What the running commands reply.
    pub(super) reply: Reply,
    /// Where in `reply` what waits for which record begins.
    pub(super) holds: Vec<(u64, usize)>,
    /// The record that messages to others which are in the engine's outbox have to wait for.
    pub(super) told_lsn: Option<u64>,
    pub(super) own: Own,
    /// Connections whose commands wait until a pause is over.
    pub(super) paused: BTreeSet<Slot>,
    waker: Waker,
    next_tick_ms: i64,
    next_look_ms: i64,
    /// When keys that have ended are looked for next.
    next_expiry_ms: i64,
    /// When the log thread is to get what was gathered for it.
    hand_over_ms: Option<i64>,
}

/// What the client inside the process needs.
pub(super) struct Own {
    pub queue: Arc<OwnQueue>,
    pub session: Session,
    /// Replies that wait for a record.
    pub held: VecDeque<(u64, Answer, Vec<u8>)>,
}

/// What is done at regular times is done so often, in milliseconds.
const TICK_MS: i64 = 100;
/// All connections are looked at so often, in milliseconds.
const LOOK_MS: i64 = 1_000;
/// A slice of looking for keys that have ended takes no longer.
const EXPIRY_SLICE: Duration = Duration::from_micros(250);
/// While many have ended the next slice comes after so many milliseconds.
const EXPIRY_SOON_MS: i64 = 1;
/// A slice of a snapshot takes no longer.
const SLICE: Duration = Duration::from_micros(500);
/// Bytes that are read from a client at once.
const SCRATCH_BYTES: usize = 64 << 10;

impl DataThread {
    /// For a loaded engine.
    pub fn new(
        engine: Engine,
        persist: Option<Persist>,
        baton: Arc<Baton>,
        queue: Arc<OwnQueue>,
        waker: Waker,
    ) -> Self {
        DataThread {
            hub: Arc::clone(&engine.hub),
            engine,
            persist,
            baton,
            time: Time::default(),
            scratch: vec![0; SCRATCH_BYTES],
            reply: Reply::new(Version::Resp2),
            holds: Vec::new(),
            told_lsn: None,
            own: Own { queue, session: Session::new(0, true), held: Default::default() },
            paused: BTreeSet::new(),
            waker,
            next_tick_ms: 0,
            next_look_ms: 0,
            next_expiry_ms: 0,
            hand_over_ms: None,
        }
    }

    /// Serve until the end is asked for. False if something that was acknowledged could not be written.
    pub fn run(mut self) -> bool {
        let baton = Arc::clone(&self.baton);
        let mut front = baton.take();
        while !front.is_ending {
            let is_busy = self.between(&mut front);
            let patience = self.patience(&front, is_busy);
            front.collect(patience, self.time.wall_ms());
            self.time.go_on();
            self.waker.looks();
            for _ in 0..front.queued() {
                let Some(slot) = front.next() else { break };
                front = self.serve(&baton, front, slot);
            }
            front = self.serve_own(&baton, front);
        }
        self.end(&mut front)
    }

    fn end(mut self, front: &mut Front) -> bool {
        self.own.queue.close();
        let is_whole = self.persist.take().is_none_or(|mut persist| {
            persist.hand_over();
            persist.close()
        });
        if is_whole {
            self.release(front, u64::MAX);
        }
        front.send(self.time.wall_ms());
        is_whole
    }

    /// Let replies go that waited for records up to `durable`.
    fn release(&mut self, front: &mut Front, durable: u64) {
        front.release(durable);
        while self.own.held.front().is_some_and(|(lsn, ..)| *lsn <= durable) {
            if let Some((_, answer, reply)) = self.own.held.pop_front() {
                answer(&reply);
            }
        }
    }

    /// What is to be done before the thread sleeps. True if it should not sleep long.
    fn between(&mut self, front: &mut Front) -> bool {
        self.deliver(front);
        self.time_out(front);
        for mut client in front.take_departed() {
            self.engine.unpark(&mut client.session);
            self.engine.unwatch(&mut client.session);
        }
        if !self.paused.is_empty() && !self.hub.pause.is_on(self.time.wall_ms()) {
            std::mem::take(&mut self.paused).into_iter().for_each(|slot| front.queue(slot));
            self.hub.pause.waiting.store(0, Relaxed);
        }
        if self.time.wall_ms() >= self.next_tick_ms {
            self.tick(front);
        }
        self.expire();
        let is_busy = self.persist_between(front);
        // Those who waited until what they wrote was durable; what they do then is handed over as well.
        self.deliver(front);
        self.hand_over();
        front.send(self.time.wall_ms());
        is_busy
    }

    fn hand_over(&mut self) {
        let now_ms = self.time.wall_ms();
        let persist = self.persist.as_mut();
        self.hand_over_ms = persist.and_then(|persist| persist.hand_over_in_time(now_ms));
    }

    fn persist_between(&mut self, front: &mut Front) -> bool {
        self.hand_over();
        let Some(durable) = self.persist.as_ref().map(Persist::durable) else { return false };
        self.release(front, durable);
        let Some(persist) = &mut self.persist else { return false };
        let until = base::clock::now() + SLICE;
        let mut has_time = || base::clock::now() < until;
        persist.step(&mut self.engine, self.time.now(), &mut has_time)
    }

    fn tick(&mut self, front: &mut Front) {
        self.time.set();
        let now_ms = self.time.wall_ms();
        self.next_tick_ms = now_ms + TICK_MS;
        if now_ms >= self.next_look_ms {
            self.next_look_ms = now_ms + LOOK_MS;
            self.close_idle(front, now_ms);
            front.accept_late(now_ms);
        }
        // The clock may have been set back.
        self.next_look_ms = self.next_look_ms.min(now_ms + LOOK_MS);
        self.next_expiry_ms = self.next_expiry_ms.min(now_ms + TICK_MS);
        self.engine.publish();
        self.hub.figures.sample(now_ms, &self.hub.traffic);
    }

    /// Take out keys that have ended, and those that have no room, a slice of them at a time.
    fn expire(&mut self) {
        let now_ms = self.time.wall_ms();
        if self.hub.pause.is_on(now_ms) {
            self.next_expiry_ms = now_ms + TICK_MS;
        }
        if now_ms < self.next_expiry_ms {
            return;
        }
        let until = base::clock::now() + EXPIRY_SLICE;
        let mut has_time = || base::clock::now() < until;
        let soon = self.engine.expire_some(self.time.now(), &mut has_time)
            | self.engine.evict_some(&mut has_time);
        self.engine.announce();
        let pause_ms = if soon { EXPIRY_SOON_MS } else { TICK_MS };
        self.next_expiry_ms = self.time.wall_ms() + pause_ms;
        let Some(persist) = &mut self.persist else {
            return drop(self.engine.keys.take_record());
        };
        persist.note(&mut self.engine);
        let last = self.engine.keys.next_lsn() - 1;
        if !self.engine.outbox.is_empty() && persist.holds(last, true) {
            self.told_lsn = self.told_lsn.max(Some(last));
        }
    }

    /// Close who said nothing for too long, and who leaves too much unread.
    fn close_idle(&mut self, front: &mut Front, now_ms: i64) {
        let idle_ms = self.hub.limits.idle_ms();
        for slot in front.all() {
            front.bound(slot, now_ms);
            if idle_ms == 0 {
                continue;
            }
            let Some(connection) = front.get(slot) else { continue };
            let Some(client) = &connection.client else { continue };
            let session = &client.session;
            let used_ms = session.card.as_ref().map_or(now_ms, |card| card.used_ms());
            let is_idle = now_ms - used_ms > idle_ms;
            if is_idle && session.parked.is_none() && !connection.listens {
                front.close(slot);
            }
        }
    }

    /// How long the thread may sleep.
    fn patience(&self, front: &Front, is_busy: bool) -> Option<Duration> {
        if front.is_ending || front.queued() > 0 && !self.is_behind() {
            return Some(Duration::ZERO);
        }
        if is_busy || self.is_behind() {
            return Some(Duration::from_millis(1));
        }
        let now_ms = self.time.wall_ms();
        let ends = [
            Some(self.next_tick_ms.min(self.next_expiry_ms)),
            self.hand_over_ms,
            self.engine.blocked.next_end_ms(),
            (!self.paused.is_empty()).then(|| self.hub.pause.until_ms()),
        ];
        let next = ends.into_iter().flatten().min().unwrap_or(self.next_tick_ms);
        Some(Duration::from_millis((next - now_ms).clamp(0, TICK_MS) as u64))
    }

    /// The log is far behind: no commands are run until it caught up.
    pub(super) fn is_behind(&self) -> bool {
        self.persist.as_ref().is_some_and(Persist::is_behind)
    }

    /// Run what the client inside the process asked for.
    fn serve_own<'a>(&mut self, baton: &'a Baton, front: Held<'a>) -> Held<'a> {
        let requests = self.own.queue.take();
        if requests.is_empty() {
            return front;
        }
        let (mut front, ()) = self.without(baton, front, |data| {
            for request in requests {
                data.run_own(request);
            }
        });
        self.deliver(&mut front);
        front
    }

    fn run_own(&mut self, Request { args, answer }: Request) {
        let args: Vec<&[u8]> = args.iter().map(AsRef::as_ref).collect();
        let mut session = std::mem::take(&mut self.own.session);
        if self.command(&mut session, &args) == After::Waits {
            self.engine.time_out(&mut session, &mut self.reply);
        }
        self.own.session = session;
        let reply = self.reply.bytes();
        match self.holds.last() {
            Some((lsn, _)) => self.own.held.push_back((*lsn, answer, reply.to_vec())),
            None => answer(reply),
        }
        self.reply.truncate(0);
        self.holds.clear();
    }

    /// The front is given back while `run` runs commands.
    pub(super) fn without<'a, T>(
        &mut self,
        baton: &'a Baton,
        front: Held<'a>,
        run: impl FnOnce(&mut Self) -> T,
    ) -> (Held<'a>, T) {
        baton.let_go(front);
        let ran = run(self);
        (baton.take_again(), ran)
    }
}
