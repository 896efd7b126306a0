//! What a command wants done for other clients.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Bytes that several clients get: whole RESP values.
pub type Frame = Arc<[u8]>;

/// Something to do for a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// Let it have these bytes beside its replies.
    Send {
        /// The client.
        to: u64,
        /// In the form of the protocol that it asked for.
        frame: Frame,
    },
    /// Close its connection.
    Kill {
        /// The client.
        client: u64,
    },
    /// It waits for a key no longer: with the answer that time is over, or with an error.
    Unblock {
        /// The client.
        client: u64,
        /// An error.
        error: bool,
    },
    /// End the store.
    Stop,
}

/// Orders that wait to be carried out.
#[derive(Debug, Default)]
pub struct Outbox {
    orders: Mutex<Vec<Order>>,
    any: AtomicBool,
}

impl Outbox {
    /// Add one.
    pub fn push(&self, order: Order) {
        let mut orders = self.orders.lock().unwrap_or_else(PoisonError::into_inner);
        orders.push(order);
        self.any.store(true, Ordering::Release);
    }

    /// Nothing waits, at the price of one load.
    pub fn is_empty(&self) -> bool {
        !self.any.load(Ordering::Acquire)
    }

    /// All that wait, in order.
    pub fn take(&self) -> Vec<Order> {
        if self.is_empty() {
            return Vec::new();
        }
        let mut orders = self.orders.lock().unwrap_or_else(PoisonError::into_inner);
        self.any.store(false, Ordering::Release);
        std::mem::take(&mut orders)
    }
}
