//! One way to take a lock.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// What `mutex` guards, also after a panic of who had it: each change of it is whole.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
