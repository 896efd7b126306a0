//! All connections, and what is to be done for them. Held by the thread that does input and output: the data
//! thread, or the relief thread while a command keeps that one busy.

use super::connection::{Client, Connection, Read};
use super::listen::Listener;
use super::output::Bounds;
use super::poll::{News, Poll};
use super::waker::Waker;
use crate::hub::{Hub, Order, OutputLimit};
use foldhash::fast::FixedState;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

/// The place of a connection in the [`Front`].
pub type Slot = usize;

/// The connections.
#[derive(Debug)]
pub struct Front {
    poll: Poll,
    listeners: Vec<Listener>,
    slots: Vec<Place>,
    free: Vec<Slot>,
    by_id: HashMap<u64, Slot, FixedState>,
    /// Those to be looked at, in order.
    queue: VecDeque<Slot>,
    /// Those for whom something waits that may leave.
    to_send: Vec<Slot>,
    /// Replies that wait for a record of the log: its number, rising, and the client.
    held: VecDeque<(u64, u64)>,
    /// Clients that are gone, for the data thread, which knows what they waited for.
    departed: Vec<Client>,
    /// An end of the store was asked for.
    pub is_ending: bool,
    hub: Arc<Hub>,
}

/// A connection, and how often the place was used before: events of a former one are passed over.
#[derive(Debug, Default)]
struct Place {
    connection: Option<Connection>,
    generation: u32,
}

/// The first numbers in events are for wakers and listeners.
const RESERVED: u64 = 64;

impl Front {
    /// Without clients; `listeners` are where they come.
    pub fn new(listeners: Vec<Listener>, hub: Arc<Hub>) -> std::io::Result<Self> {
        let poll = Poll::new()?;
        for (number, listener) in listeners.iter().enumerate() {
            poll.watch(listener, number as u64 + 1)?;
        }
        Ok(Front {
            poll,
            listeners,
            slots: Vec::new(),
            free: Vec::new(),
            by_id: HashMap::default(),
            queue: VecDeque::new(),
            to_send: Vec::new(),
            held: VecDeque::new(),
            departed: Vec::new(),
            is_ending: false,
            hub,
        })
    }

    /// Let `waker` end the sleep of [`Front::collect`].
    pub fn watch(&self, waker: &Waker) -> std::io::Result<()> {
        self.poll.watch(waker, 0)
    }

    /// Sleep until something happens, or for as long as `patience`; new clients are taken in, and who has
    /// something for us is queued.
    pub fn collect(&mut self, patience: Option<Duration>, now_ms: i64) {
        for at in 0..self.poll.sleep(patience) {
            let Some(news) = self.poll.news(at) else { break };
            match news.number {
                0 => {}
                number @ 1..RESERVED => self.accept(number as usize - 1, now_ms),
                _ => self.happened(news),
            }
        }
    }

    fn happened(&mut self, news: News) {
        let slot = ((news.number & 0xffff_ffff) - RESERVED) as usize;
        let Some(place) = self.slots.get_mut(slot) else { return };
        let Some(connection) = place.connection.as_mut() else { return };
        if u64::from(place.generation) != news.number >> 32 {
            return;
        }
        let has_room = news.is_writable && !connection.output.is_empty();
        let is_ended = news.is_ended || news.is_broken;
        connection.is_ended |= is_ended;
        connection.is_broken |= news.is_broken;
        connection.is_readable |= news.is_readable || is_ended;
        connection.is_gone |= connection.waits_in_vain();
        if connection.is_readable || connection.is_gone {
            self.queue(slot);
        }
        if has_room {
            self.send_later(slot);
        }
    }

    /// How many are to be looked at.
    pub fn queued(&self) -> usize {
        self.queue.len()
    }

    /// The next that is to be looked at.
    pub fn next(&mut self) -> Option<Slot> {
        let slot = self.queue.pop_front()?;
        if let Some(connection) = self.get(slot) {
            connection.is_queued = false;
        }
        Some(slot)
    }

    /// Look at this one later.
    pub fn queue(&mut self, slot: Slot) {
        let Some(connection) = self.get(slot) else { return };
        if !connection.is_queued {
            connection.is_queued = true;
            self.queue.push_back(slot);
        }
    }

    /// The connection in a place.
    pub fn get(&mut self, slot: Slot) -> Option<&mut Connection> {
        self.slots.get_mut(slot)?.connection.as_mut()
    }

    /// The place of a client.
    pub fn find(&self, client: u64) -> Option<Slot> {
        self.by_id.get(&client).copied()
    }

    /// Take what runs the commands of this client, with the bytes that came. Nothing if it is not its turn: another
    /// thread runs it, it waits for a key, it is gone.
    pub fn begin(&mut self, slot: Slot, scratch: &mut [u8]) -> Option<(Box<Client>, Read)> {
        let connection = self.get(slot)?;
        if connection.is_gone {
            self.close(slot);
            return None;
        }
        if connection.is_closing {
            if connection.is_broken {
                self.close(slot);
            }
            return None;
        }
        let mut client = connection.client.take()?;
        if client.session.parked.is_some() {
            connection.client = Some(client);
            return None;
        }
        let read = match connection.is_readable && !client.is_unrun {
            true => connection.read(&mut client, scratch),
            false => Read::None,
        };
        if let Read::Bytes(count) = read {
            self.hub.traffic.received_bytes.fetch_add(count as u64, Relaxed);
        }
        Some((client, read))
    }

    /// Give back what [`Front::begin`] gave.
    pub fn end(&mut self, slot: Slot, client: Box<Client>) {
        let listens = client.session.subscriptions > 0 || self.hub.monitors.has(client.session.id);
        match self.get(slot) {
            Some(connection) => {
                connection.listens = listens;
                connection.client = Some(client);
                if connection.waits_in_vain() {
                    self.close(slot);
                }
            }
            None => {
                // It was closed while its commands ran, which may have joined again what it had left.
                self.leave(client.session.id);
                self.departed.push(*client);
            }
        }
    }

    /// Give back what [`Front::begin`] gave when nothing more comes: it is closed when it has what it is still to get.
    pub fn part(&mut self, slot: Slot, client: Box<Client>) {
        self.end(slot, client);
        let Some(connection) = self.get(slot) else { return };
        if connection.output.is_empty() || connection.is_broken {
            return self.close(slot);
        }
        connection.is_closing = true;
        self.send_later(slot);
    }

    fn leave(&self, client: u64) {
        self.hub.channels.leave(client);
        self.hub.monitors.leave(client);
        self.hub.clients.leave(client);
    }

    /// Let a client have `bytes`, those from each `holds` on not before their record is durable. They leave with
    /// [`Front::send`].
    pub fn reply(&mut self, slot: Slot, bytes: &[u8], holds: &[(u64, usize)]) {
        let Some(connection) = self.slots.get_mut(slot).and_then(|place| place.connection.as_mut())
        else {
            return;
        };
        if bytes.is_empty() {
            return;
        }
        self.hub.traffic.sent_bytes.fetch_add(bytes.len() as u64, Relaxed);
        let mut from = 0;
        for &(lsn, start) in holds {
            connection.output.push(bytes.get(from..start).unwrap_or_default());
            connection.output.hold(lsn);
            let at = self.held.partition_point(|(other, _)| *other <= lsn);
            self.held.insert(at, (lsn, connection.id));
            from = start;
        }
        connection.output.push(bytes.get(from..).unwrap_or_default());
        self.send_later(slot);
    }

    /// To be looked at by [`Front::send`].
    pub fn send_later(&mut self, slot: Slot) {
        let Some(connection) = self.get(slot) else { return };
        if !connection.is_to_send {
            connection.is_to_send = true;
            self.to_send.push(slot);
        }
    }

    /// Send what waits, and close whose last reply was sent.
    pub fn send(&mut self, now_ms: i64) {
        let mut slots = std::mem::take(&mut self.to_send);
        for slot in slots.drain(..) {
            let Some(connection) = self.get(slot) else { continue };
            connection.is_to_send = false;
            connection.flush();
            connection.shows_output();
            let is_empty = connection.output.is_empty();
            if connection.is_gone || connection.is_closing && is_empty {
                self.close(slot);
            } else if !is_empty {
                self.bound(slot, now_ms);
            }
        }
        self.to_send = slots;
    }

    /// Let replies go that waited for records up to `durable`.
    pub fn release(&mut self, durable: u64) {
        while let Some(&(lsn, client)) = self.held.front() {
            if lsn > durable {
                return;
            }
            self.held.pop_front();
            let Some(slot) = self.find(client) else { continue };
            let Some(connection) = self.get(slot) else { continue };
            if connection.output.release(durable) {
                self.send_later(slot);
            }
        }
    }

    /// Carry out what commands want done for other clients, but [`Order::Unblock`], which is the data thread's. What
    /// they are told may depend on record `hold`, and then waits for it as a reply does.
    pub fn obey(
        &mut self,
        orders: Vec<Order>,
        now_ms: i64,
        hold: Option<u64>,
        mut unblock: impl FnMut(u64, bool),
    ) {
        let hold = hold.map(|lsn| (lsn, 0));
        for order in orders {
            match order {
                Order::Send { to, frame } => {
                    let Some(slot) = self.find(to) else { continue };
                    self.reply(slot, &frame, hold.as_slice());
                    self.bound(slot, now_ms);
                }
                Order::Kill { client } => {
                    let Some(slot) = self.find(client) else { continue };
                    if let Some(connection) = self.get(slot) {
                        connection.is_gone = true;
                    }
                    self.queue(slot);
                }
                Order::Unblock { client, error } => unblock(client, error),
                Order::Stop => self.is_ending = true,
            }
        }
    }

    /// Close the client's connection if more waits for it than may.
    pub fn bound(&mut self, slot: Slot, now_ms: i64) {
        let hub = Arc::clone(&self.hub);
        let Some(connection) = self.get(slot) else { return };
        if connection.output.is_empty() {
            return;
        }
        let limit = if connection.listens { &hub.limits.pubsub } else { &hub.limits.normal };
        if connection.output.is_over(bounds(limit), now_ms) {
            connection.is_gone = true;
            self.queue(slot);
        }
    }

    /// Close a connection now.
    pub fn close(&mut self, slot: Slot) {
        let Some(place) = self.slots.get_mut(slot) else { return };
        let Some(connection) = place.connection.take() else { return };
        place.generation = place.generation.wrapping_add(1);
        self.free.push(slot);
        self.by_id.remove(&connection.id);
        self.leave(connection.id);
        self.departed.extend(connection.client.map(|client| *client));
    }

    /// Close all connections and listen no more.
    pub fn shut(&mut self) {
        self.listeners.clear();
        for slot in self.all() {
            self.close(slot);
        }
    }

    /// The clients that went since the last call: what they watched and waited for is to be forgotten.
    pub fn take_departed(&mut self) -> Vec<Client> {
        std::mem::take(&mut self.departed)
    }

    /// The places of all connections.
    pub fn all(&self) -> Vec<Slot> {
        self.by_id.values().copied().collect()
    }

    /// Take in clients for whom there were no descriptors when they came: nobody tells of them again.
    pub fn accept_late(&mut self, now_ms: i64) {
        for listener in 0..self.listeners.len() {
            self.accept(listener, now_ms);
        }
    }

    fn accept(&mut self, listener: usize, now_ms: i64) {
        while let Some((socket, session)) = self
            .listeners
            .get(listener)
            .and_then(|listener| listener.accept(&self.hub, self.by_id.len(), now_ms))
        {
            self.admit(Connection::new(socket, session));
        }
    }

    pub(super) fn admit(&mut self, connection: Connection) {
        let id = connection.id;
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(Place::default());
            self.slots.len() - 1
        });
        let place = &mut self.slots[slot];
        let number = (slot as u64 + RESERVED) | u64::from(place.generation) << 32;
        let watched = self.poll.watch_connection(&connection.socket, number);
        place.connection = Some(connection);
        self.by_id.insert(id, slot);
        if watched.is_err() {
            self.close(slot);
        }
    }
}

fn bounds(limit: &OutputLimit) -> Bounds {
    Bounds {
        hard_bytes: limit.hard_bytes.load(Relaxed),
        soft_bytes: limit.soft_bytes.load(Relaxed),
        soft_ms: limit.soft_s.load(Relaxed) as i64 * 1000,
    }
}
