//! One coarse clock and all deadlines of a thread.
//!
//! A request sets and moves several deadlines and nearly none of them is ever reached, so they are
//! plain numbers: one tick in a while looks them all over. No timer of the runtime and no system
//! call is spent on a request. Deadlines are late by up to [`TICK`], never early.

use base::clock;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// How often deadlines are looked over.
pub const TICK: Duration = Duration::from_millis(100);

const NEVER: u64 = u64::MAX;

/// A thread's clock and its alarms.
#[derive(Debug)]
pub struct Timer {
    begin: Instant,
    now_ms: Cell<u64>,
    /// No deadline lies before this.
    earliest_ms: Cell<u64>,
    slots: RefCell<Vec<Slot>>,
    free: RefCell<Vec<usize>>,
    active: Notify,
}

#[derive(Debug)]
struct Slot {
    due_ms: u64,
    waker: Option<Waker>,
}

/// One task's deadline. The same waker is also how the task is told to look around
/// ([`Timer::wake_all`]). Given back when dropped.
#[derive(Debug)]
pub struct Alarm {
    timer: Rc<Timer>,
    at: usize,
}

impl Timer {
    /// A clock that begins now.
    pub fn new() -> Rc<Self> {
        Rc::new(Timer {
            begin: clock::now(),
            now_ms: Cell::new(0),
            earliest_ms: Cell::new(NEVER),
            slots: RefCell::default(),
            free: RefCell::default(),
            active: Notify::new(),
        })
    }

    /// Milliseconds since the timer began, as of the last tick or the last call of [`Timer::read`].
    pub fn now_ms(&self) -> u64 {
        self.now_ms.get()
    }

    /// Read the clock.
    pub fn read(&self) -> Instant {
        let now = clock::now();
        let passed = now.saturating_duration_since(self.begin);
        self.now_ms.set(u64::try_from(passed.as_millis()).unwrap_or(NEVER));
        now
    }

    /// A new alarm without a deadline.
    pub fn alarm(self: &Rc<Self>) -> Alarm {
        if self.is_quiet() {
            // The ticks paused, so the clock stood.
            self.read();
            self.active.notify_one();
        }
        let free = self.free.borrow_mut().pop();
        let at = free.unwrap_or_else(|| {
            let mut slots = self.slots.borrow_mut();
            slots.push(Slot { due_ms: NEVER, waker: None });
            slots.len() - 1
        });
        Alarm { timer: self.clone(), at }
    }

    /// True while no alarm exists.
    pub fn is_quiet(&self) -> bool {
        self.slots.borrow().len() == self.free.borrow().len()
    }

    /// Wait until there is an alarm again.
    pub async fn until_active(&self) {
        while self.is_quiet() {
            self.active.notified().await;
        }
    }

    /// Read the clock and wake whose deadline has passed.
    pub fn tick(&self) {
        self.read();
        let now = self.now_ms();
        if now < self.earliest_ms.get() {
            return;
        }
        let mut earliest = NEVER;
        for slot in self.slots.borrow().iter().filter(|slot| slot.due_ms != NEVER) {
            if slot.due_ms > now {
                earliest = earliest.min(slot.due_ms);
            } else if let Some(waker) = &slot.waker {
                // It stays due until its owner sets another; waking twice does no harm.
                waker.wake_by_ref();
                earliest = now + 1;
            }
        }
        self.earliest_ms.set(earliest);
    }

    /// Wake every task that has an alarm: something changed that all must look at.
    pub fn wake_all(&self) {
        self.slots
            .borrow()
            .iter()
            .filter_map(|slot| slot.waker.as_ref())
            .for_each(Waker::wake_by_ref);
    }
}

impl Alarm {
    /// Set the deadline, in place of any other.
    pub fn set(&self, after: Duration) {
        let after = u64::try_from(after.as_millis()).unwrap_or(NEVER);
        // The clock may be a tick behind, so that much is added: late, never early.
        self.put(self.timer.now_ms().saturating_add(after).saturating_add(TICK.as_millis() as u64));
    }

    /// Set the deadline unless there is one.
    pub fn set_if_clear(&self, after: Duration) {
        let slots = self.timer.slots.borrow();
        let clear = slots.get(self.at).is_some_and(|slot| slot.due_ms == NEVER);
        drop(slots);
        if clear {
            self.set(after);
        }
    }

    /// Have no deadline.
    pub fn clear(&self) {
        self.put(NEVER);
    }

    /// Ready when the deadline has passed; else the task is woken when it does.
    pub fn poll(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut slots = self.timer.slots.borrow_mut();
        let Some(slot) = slots.get_mut(self.at) else { return Poll::Pending };
        if slot.due_ms <= self.timer.now_ms() {
            return Poll::Ready(());
        }
        if !slot.waker.as_ref().is_some_and(|waker| waker.will_wake(cx.waker())) {
            slot.waker = Some(cx.waker().clone());
        }
        Poll::Pending
    }

    fn put(&self, due_ms: u64) {
        if let Some(slot) = self.timer.slots.borrow_mut().get_mut(self.at) {
            slot.due_ms = due_ms;
        }
        self.timer.earliest_ms.set(self.timer.earliest_ms.get().min(due_ms));
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        if let Some(slot) = self.timer.slots.borrow_mut().get_mut(self.at) {
            *slot = Slot { due_ms: NEVER, waker: None };
        }
        self.timer.free.borrow_mut().push(self.at);
    }
}
