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

    /// As [`Waker::wake`], also if it was woken already: another thread may have taken the news of that.
    pub fn wake_anew(&self) {
        self.0.is_woken.store(false, Ordering::SeqCst);
        self.wake();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::serve::poll::Poll;
    use std::time::Duration;

    #[test]
    fn news_that_another_thread_took_come_again() {
        let (waker, mut poll) = (Waker::new().unwrap(), Poll::new().unwrap());
        poll.watch(&waker, 0).unwrap();
        let mut heard = || poll.sleep(Some(Duration::ZERO));
        waker.wake();
        assert_eq!(heard(), 1);
        // The relief thread took that, and did not look: what comes now would wake nobody.
        waker.wake();
        assert_eq!(heard(), 0);
        waker.wake_anew();
        assert_eq!(heard(), 1);
        waker.looks();
        waker.wake();
        assert_eq!(heard(), 1);
    }
}
