//! Who holds the [`Front`]: the data thread, but for the time in which it runs commands. If one of those takes
//! long, the relief thread takes the front meanwhile and gives it back when it is called.

use super::front::Front;
use super::waker::Waker;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread::Thread;

/// The front as its holder has it.
pub type Held<'a> = MutexGuard<'a, Front>;

/// What both threads share.
#[derive(Debug)]
pub struct Baton {
    front: Mutex<Front>,
    /// Counts commands; odd while one runs.
    turn: AtomicU64,
    /// The relief thread sleeps until it is woken.
    is_relief_asleep: AtomicBool,
    relief: Mutex<Option<Thread>>,
    /// The data thread wants the front back.
    is_wanted: AtomicBool,
    /// Ends the relief's sleep in epoll.
    call: Waker,
    is_ended: AtomicBool,
}

impl Baton {
    /// For this front, which has to watch `call`.
    pub fn new(front: Front, call: Waker) -> Self {
        Baton {
            front: Mutex::new(front),
            turn: AtomicU64::new(0),
            is_relief_asleep: AtomicBool::new(false),
            relief: Mutex::default(),
            is_wanted: AtomicBool::new(false),
            call,
            is_ended: AtomicBool::new(false),
        }
    }

    /// The data thread: take the front, from the relief thread if that has it.
    pub fn take(&self) -> Held<'_> {
        match self.front.try_lock() {
            Ok(front) => return front,
            Err(TryLockError::Poisoned(poisoned)) => return poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => {}
        }
        self.is_wanted.store(true, Ordering::SeqCst);
        self.call.wake();
        let front = self.front.lock().unwrap_or_else(PoisonError::into_inner);
        self.is_wanted.store(false, Ordering::SeqCst);
        front
    }

    /// The data thread: commands run from now on, without the front.
    pub fn let_go(&self, front: Held<'_>) {
        drop(front);
        self.turn();
        if self.is_relief_asleep.load(Ordering::SeqCst) {
            self.wake_relief();
        }
    }

    /// The data thread: one command ended, the next begins.
    pub fn next_command(&self) {
        let turn = self.turn.load(Ordering::Relaxed);
        self.turn.store(turn + 2, Ordering::Relaxed);
    }

    /// The data thread: no command runs; take the front again.
    pub fn take_again(&self) -> Held<'_> {
        self.turn();
        self.take()
    }

    fn turn(&self) {
        self.turn.fetch_add(1, Ordering::SeqCst);
    }

    /// The number of the command that runs, if one does.
    pub fn running(&self) -> Option<u64> {
        let turn = self.turn.load(Ordering::SeqCst);
        (turn % 2 == 1).then_some(turn)
    }

    /// How many commands ran.
    pub fn turns(&self) -> u64 {
        self.turn.load(Ordering::Relaxed)
    }

    /// The relief thread: take the front, if the data thread is still at command `turn`.
    pub fn relieve(&self, turn: u64) -> Option<Held<'_>> {
        let front = match self.front.try_lock() {
            Ok(front) => front,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return None,
        };
        (self.running() == Some(turn)).then_some(front)
    }

    /// The relief thread: whether the front has to be given back.
    pub fn is_wanted(&self) -> bool {
        self.call.looks();
        self.is_wanted.load(Ordering::SeqCst)
    }

    /// The relief thread: sleep until commands run again.
    pub fn sleep(&self) {
        *self.relief.lock().unwrap_or_else(PoisonError::into_inner) = Some(std::thread::current());
        self.is_relief_asleep.store(true, Ordering::SeqCst);
        while self.running().is_none()
            && self.is_relief_asleep.load(Ordering::SeqCst)
            && !self.is_ended()
        {
            std::thread::park();
        }
        self.is_relief_asleep.store(false, Ordering::SeqCst);
    }

    fn wake_relief(&self) {
        self.is_relief_asleep.store(false, Ordering::SeqCst);
        if let Some(relief) = &*self.relief.lock().unwrap_or_else(PoisonError::into_inner) {
            relief.unpark();
        }
    }

    /// The data thread has ended: nobody is served any more.
    pub fn end(&self) {
        self.is_ended.store(true, Ordering::SeqCst);
        self.call.wake();
        self.wake_relief();
        self.front.lock().unwrap_or_else(PoisonError::into_inner).shut();
    }

    /// The store ends.
    pub fn is_ended(&self) -> bool {
        self.is_ended.load(Ordering::SeqCst)
    }
}
