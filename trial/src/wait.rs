//! Waiting for a state, never for a time.

use std::time::Duration;

/// The longest any trial waits for a state; reached only when the trial fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// Ask `state` again and again until it yields something; panics after a minute, naming `what`.
pub fn until<T>(what: &str, mut state: impl FnMut() -> Option<T>) -> T {
    let start = base::clock::now();
    loop {
        if let Some(value) = state() {
            return value;
        }
        assert!(start.elapsed() < PATIENCE, "waited {PATIENCE:?} in vain until {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
