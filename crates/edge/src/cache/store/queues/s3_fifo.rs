//! S3-FIFO (Yang et al., SOSP 2023), by bytes.
//!
//! What is new is on trial in a small queue, a tenth of the room. Most things are asked for once:
//! they leave it without having pushed out anything proven. Who was asked for meanwhile moves to
//! the main queue, and so does at once who comes back soon after it had to go.

use super::Uses;
use super::ghost::Ghost;
use super::list::{Lane, Lists};

/// One thing takes at most this part of the room: 1/8.
pub const SHARE_MAX: u64 = 8;
/// The small queue has this part of the room: 1/10.
const SMALL_PART: u64 = 10;
/// Used so often on trial means proven.
const PROVEN_USES: u8 = 1;
/// So many are spared in a row, then the next has to go whatever its uses: whoever adds something
/// holds a lock meanwhile.
const SPARED_MAX: u32 = 1_000;
/// Names of what had to go that are kept when nothing is held.
const GHOSTS_MIN: usize = 64;

/// Something held, and what it weighs.
#[derive(Debug)]
struct Item<T> {
    value: T,
    hash: u64,
    bytes: u64,
}

/// Where something is, until it is removed or has to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(u32);

impl Ticket {
    /// Before all others.
    pub const FIRST: Ticket = Ticket(0);
    /// After all others.
    pub const LAST: Ticket = Ticket(u32::MAX);
}

/// It is more than an eighth of the room, or there is no place left for anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLarge;

/// The queues.
#[derive(Debug)]
pub struct Queues<T> {
    lists: Lists<Item<T>>,
    ghost: Ghost,
    bytes_max: u64,
    small_bytes: u64,
    main_bytes: u64,
}

impl<T: AsRef<Uses>> Queues<T> {
    /// Room for so many bytes.
    pub fn new(bytes_max: u64) -> Self {
        let (lists, ghost) = (Lists::default(), Ghost::default());
        Queues { lists, ghost, bytes_max, small_bytes: 0, main_bytes: 0 }
    }

    /// Bytes held.
    pub fn bytes(&self) -> u64 {
        self.small_bytes + self.main_bytes
    }

    /// Things held.
    pub fn len(&self) -> usize {
        self.lists.len()
    }

    /// The room, in bytes.
    pub fn bytes_max(&self) -> u64 {
        self.bytes_max
    }

    /// The most that one thing may take, in bytes.
    pub fn share_max(&self) -> u64 {
        self.bytes_max / SHARE_MAX
    }

    /// Add `value` of so many bytes. What has to go for it is handed to `gone`. `hash` is that of
    /// its name.
    ///
    /// # Errors
    /// [`TooLarge`]; nothing has changed.
    pub fn add(
        &mut self,
        value: T,
        hash: u64,
        bytes: u64,
        gone: &mut impl FnMut(Ticket, T),
    ) -> Result<Ticket, TooLarge> {
        if bytes > self.share_max() {
            return Err(TooLarge);
        }
        let lane = if self.ghost.take(hash) { Lane::Main } else { Lane::Small };
        self.make_room(bytes, gone);
        let at = self.lists.push(lane, Item { value, hash, bytes }).ok_or(TooLarge)?;
        *self.lane_bytes(lane) += bytes;
        Ok(Ticket(at))
    }

    /// As [`Queues::add`], straight among what is proven: for what an earlier run had kept.
    ///
    /// # Errors
    /// [`TooLarge`], also when nothing can be added without something that has to go.
    pub fn restore(&mut self, value: T, hash: u64, bytes: u64) -> Result<Ticket, TooLarge> {
        if bytes > self.share_max() || self.bytes() + bytes > self.bytes_max {
            return Err(TooLarge);
        }
        let at = self.lists.push(Lane::Main, Item { value, hash, bytes }).ok_or(TooLarge)?;
        self.main_bytes += bytes;
        Ok(Ticket(at))
    }

    /// Put another value in the place of one, with the standing it has earned; returns the old one.
    ///
    /// # Errors
    /// [`TooLarge`]; nothing has changed.
    pub fn replace(
        &mut self,
        ticket: Ticket,
        value: T,
        bytes: u64,
        gone: &mut impl FnMut(Ticket, T),
    ) -> Result<Option<T>, TooLarge> {
        let Some((old, lane)) = self.lists.get(ticket.0) else { return Ok(None) };
        if bytes > self.share_max() {
            return Err(TooLarge);
        }
        let (before, hash) = (old.bytes, old.hash);
        value.as_ref().set(old.value.as_ref().get());
        let old = self.lists.set(ticket.0, Item { value, hash, bytes });
        *self.lane_bytes(lane) -= before;
        *self.lane_bytes(lane) += bytes;
        self.make_room(0, gone);
        Ok(old.map(|item| item.value))
    }

    /// Something has become lighter or heavier.
    ///
    /// # Errors
    /// [`TooLarge`]; nothing has changed.
    pub fn reweigh(
        &mut self,
        ticket: Ticket,
        bytes: u64,
        gone: &mut impl FnMut(Ticket, T),
    ) -> Result<(), TooLarge> {
        if bytes > self.share_max() {
            return Err(TooLarge);
        }
        let Some((item, lane)) = self.lists.get_mut(ticket.0) else { return Ok(()) };
        let before = std::mem::replace(&mut item.bytes, bytes);
        *self.lane_bytes(lane) -= before;
        *self.lane_bytes(lane) += bytes;
        self.make_room(0, gone);
        Ok(())
    }

    /// Take something out.
    pub fn remove(&mut self, ticket: Ticket) -> Option<T> {
        let (item, lane) = self.lists.remove(ticket.0)?;
        *self.lane_bytes(lane) -= item.bytes;
        Some(item.value)
    }

    /// What is there.
    pub fn get(&self, ticket: Ticket) -> Option<&T> {
        self.lists.get(ticket.0).map(|(item, _)| &item.value)
    }

    /// The same, to be changed; not what it weighs.
    pub fn get_mut(&mut self, ticket: Ticket) -> Option<&mut T> {
        self.lists.get_mut(ticket.0).map(|(item, _)| &mut item.value)
    }

    /// What is at the places from number `from` on, of at most `count_max` places, and where to go
    /// on.
    pub fn some(&self, from: usize, count_max: usize) -> (impl Iterator<Item = &T>, Option<usize>) {
        let next = from.saturating_add(count_max);
        let more = (next < self.lists.places()).then_some(next);
        (self.lists.some(from, count_max).map(|item| &item.value), more)
    }

    /// Everything, in no order.
    #[cfg(test)]
    pub fn iter(&self) -> impl Iterator<Item = (Ticket, &T)> {
        self.lists.iter().map(|(at, item)| (Ticket(at), &item.value))
    }

    /// Have more or less room from now on.
    pub fn resize(&mut self, bytes_max: u64, gone: &mut impl FnMut(Ticket, T)) {
        self.bytes_max = bytes_max;
        self.make_room(0, gone);
    }

    /// Give up everything, as queues of their own.
    pub fn take(&mut self) -> Self {
        std::mem::replace(self, Queues::new(self.bytes_max))
    }

    /// Let the next one go, to make room that the limit of bytes does not ask for. False if nothing
    /// is held.
    pub fn evict(&mut self, gone: &mut impl FnMut(Ticket, T)) -> bool {
        for spared in 0.. {
            let Some((at, lane)) = self.next() else { return false };
            if spared >= SPARED_MAX || !self.spare(at, lane) {
                self.let_go(at, lane, gone);
                return true;
            }
        }
        false
    }

    /// Who is the next to go, unless it is spared.
    fn next(&self) -> Option<(u32, Lane)> {
        let small = || Some((self.lists.oldest(Lane::Small)?, Lane::Small));
        let main = || Some((self.lists.oldest(Lane::Main)?, Lane::Main));
        match self.small_bytes >= self.bytes_max / SMALL_PART {
            true => small().or_else(main),
            false => main().or_else(small),
        }
    }

    /// Let something stay that was used, as the newest of the main queue. False if it was not.
    fn spare(&mut self, at: u32, lane: Lane) -> bool {
        let Some((item, _)) = self.lists.get(at) else { return false };
        let (uses, bytes) = (item.value.as_ref(), item.bytes);
        match lane {
            Lane::Small if uses.get() >= PROVEN_USES => {
                // It begins anew: what made it proven does not keep it for ever.
                uses.set(0);
                self.small_bytes -= bytes;
                self.main_bytes += bytes;
            }
            Lane::Main if uses.get() > 0 => uses.set(uses.get() - 1),
            _ => return false,
        }
        self.lists.renew(at, Lane::Main);
        true
    }

    fn let_go(&mut self, at: u32, lane: Lane, gone: &mut impl FnMut(Ticket, T)) {
        let Some((item, _)) = self.lists.remove(at) else { return };
        *self.lane_bytes(lane) -= item.bytes;
        if lane == Lane::Small {
            self.ghost.add(item.hash, self.lists.len().max(GHOSTS_MIN));
        }
        gone(Ticket(at), item.value);
    }

    fn make_room(&mut self, bytes: u64, gone: &mut impl FnMut(Ticket, T)) {
        while self.bytes() + bytes > self.bytes_max && self.evict(gone) {}
    }

    fn lane_bytes(&mut self, lane: Lane) -> &mut u64 {
        match lane {
            Lane::Small => &mut self.small_bytes,
            Lane::Main => &mut self.main_bytes,
        }
    }
}
