//! Two queues in one slab: linked by index, so that anything can be taken out at once.

/// No place.
const NONE: u32 = u32::MAX;

/// Which of the two queues.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lane {
    /// New, on trial.
    Small,
    /// Proven.
    Main,
}

#[derive(Debug)]
struct Slot<T> {
    /// None: the slot is free.
    item: Option<T>,
    lane: Lane,
    older: u32,
    newer: u32,
}

#[derive(Debug, Clone, Copy)]
struct Ends {
    oldest: u32,
    newest: u32,
    count: usize,
}

const EMPTY: Ends = Ends { oldest: NONE, newest: NONE, count: 0 };

/// The queues.
#[derive(Debug)]
pub(super) struct Lists<T> {
    slots: Vec<Slot<T>>,
    free: Vec<u32>,
    small: Ends,
    main: Ends,
}

impl<T> Default for Lists<T> {
    fn default() -> Self {
        Lists { slots: Vec::new(), free: Vec::new(), small: EMPTY, main: EMPTY }
    }
}

impl<T> Lists<T> {
    fn ends(&mut self, lane: Lane) -> &mut Ends {
        match lane {
            Lane::Small => &mut self.small,
            Lane::Main => &mut self.main,
        }
    }

    /// So many are in both.
    pub fn len(&self) -> usize {
        self.small.count + self.main.count
    }

    /// Add as the newest of `lane`; returns the place, which stays the same until it is removed.
    /// None when there are four thousand million already.
    pub fn push(&mut self, lane: Lane, item: T) -> Option<u32> {
        let slot = Slot { item: Some(item), lane, older: NONE, newer: NONE };
        let at = match self.free.pop() {
            Some(at) => at,
            None => u32::try_from(self.slots.len()).ok().filter(|at| *at != NONE)?,
        };
        match self.slots.get_mut(at as usize) {
            Some(free) => *free = slot,
            None => self.slots.push(slot),
        }
        self.link(at, lane);
        Some(at)
    }

    /// What is at `at`, and in which queue.
    pub fn get(&self, at: u32) -> Option<(&T, Lane)> {
        let slot = self.slots.get(at as usize)?;
        slot.item.as_ref().map(|item| (item, slot.lane))
    }

    /// The same, to be changed.
    pub fn get_mut(&mut self, at: u32) -> Option<(&mut T, Lane)> {
        let slot = self.slots.get_mut(at as usize)?;
        slot.item.as_mut().map(|item| (item, slot.lane))
    }

    /// Put something else at `at`.
    pub fn set(&mut self, at: u32, item: T) -> Option<T> {
        let slot = self.slots.get_mut(at as usize)?;
        slot.item.is_some().then(|| slot.item.replace(item)).flatten()
    }

    /// Take out what is at `at`.
    pub fn remove(&mut self, at: u32) -> Option<(T, Lane)> {
        let slot = self.slots.get_mut(at as usize)?;
        let (item, lane) = (slot.item.take()?, slot.lane);
        self.unlink(at, lane);
        self.free.push(at);
        Some((item, lane))
    }

    /// The place of the oldest of `lane`.
    pub fn oldest(&self, lane: Lane) -> Option<u32> {
        let ends = if lane == Lane::Small { self.small } else { self.main };
        (ends.oldest != NONE).then_some(ends.oldest)
    }

    /// Make it the newest of `lane`.
    pub fn renew(&mut self, at: u32, lane: Lane) {
        let Some(from) = self.get(at).map(|(_, lane)| lane) else { return };
        self.unlink(at, from);
        if let Some(slot) = self.slots.get_mut(at as usize) {
            slot.lane = lane;
        }
        self.link(at, lane);
    }

    /// So many places there are, taken or free.
    pub fn places(&self) -> usize {
        self.slots.len()
    }

    /// What is at `count` places from number `from` on.
    pub fn some(&self, from: usize, count: usize) -> impl Iterator<Item = &T> {
        self.slots.iter().skip(from).take(count).filter_map(|slot| slot.item.as_ref())
    }

    /// Everything, in no order.
    #[cfg(test)]
    pub fn iter(&self) -> impl Iterator<Item = (u32, &T)> {
        let all = self.slots.iter().enumerate();
        all.filter_map(|(at, slot)| Some((u32::try_from(at).ok()?, slot.item.as_ref()?)))
    }

    fn link(&mut self, at: u32, lane: Lane) {
        let newest = self.ends(lane).newest;
        if let Some(slot) = self.slots.get_mut(at as usize) {
            (slot.older, slot.newer) = (newest, NONE);
        }
        match self.slots.get_mut(newest as usize) {
            Some(before) => before.newer = at,
            None => self.ends(lane).oldest = at,
        }
        let ends = self.ends(lane);
        ends.newest = at;
        ends.count += 1;
    }

    fn unlink(&mut self, at: u32, lane: Lane) {
        let Some((older, newer)) = self.slots.get(at as usize).map(|slot| (slot.older, slot.newer))
        else {
            return;
        };
        match self.slots.get_mut(older as usize) {
            Some(slot) => slot.newer = newer,
            None => self.ends(lane).oldest = newer,
        }
        match self.slots.get_mut(newer as usize) {
            Some(slot) => slot.older = older,
            None => self.ends(lane).newest = older,
        }
        self.ends(lane).count -= 1;
    }
}
