//! Wakes a thread that sleeps in epoll.

use rustix::event::{EventfdFlags, eventfd};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Cloning shares it. Registered edge-triggered, so that nobody has to read it.
#[derive(Debug, Clone)]
pub struct Waker(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    event: OwnedFd,
    /// It was woken and has not looked since: waking it again would be a system call for nothing.
    is_woken: AtomicBool,
}

impl Waker {
    /// One that sleeps.
    pub fn new() -> std::io::Result<Self> {
        let event = eventfd(0, EventfdFlags::NONBLOCK | EventfdFlags::CLOEXEC)?;
        Ok(Waker(Arc::new(Inner { event, is_woken: AtomicBool::new(false) })))
    }

    /// Let the thread look.
    pub fn wake(&self) {
        if !self.0.is_woken.swap(true, Ordering::SeqCst) {
            // It cannot be full: each write adds one to 64 bits.
            let _ = rustix::io::write(&self.0.event, &1_u64.to_ne_bytes());
        }
    }

    /// The thread looks now. To be called before it looks, so that what comes later wakes it again.
    pub fn looks(&self) {
        if self.0.is_woken.load(Ordering::Relaxed) {
            self.0.is_woken.store(false, Ordering::SeqCst);
        }
    }
}

impl AsFd for Waker {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.event.as_fd()
    }
}
