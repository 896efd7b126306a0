//! What is said while the store loads its data.

use crate::assemble::{news, notify};
use base::units::show_bytes;
use std::time::Duration;
use store::serve::Progress;

/// Nothing is said of a store that is loaded within this time.
const SILENCE: Duration = Duration::from_secs(1);
/// Between two lines.
const PERIOD: Duration = Duration::from_secs(2);

/// Say how far it has come, now and then, and tell systemd that the start goes on.
pub fn progress() -> Progress {
    let mut next = base::clock::now() + SILENCE;
    Box::new(move |done, all| {
        let now = base::clock::now();
        if now < next {
            return;
        }
        next = now + PERIOD;
        news::say(&line(done, all));
        notify::tell("STATUS=Loading the store\nEXTEND_TIMEOUT_USEC=30000000");
    })
}

fn line(done: u64, all: u64) -> String {
    let percent = done.saturating_mul(100).checked_div(all).unwrap_or(100).min(100);
    format!("store: loading its data, {percent} % of {}", show_bytes(all))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_how_far_it_is() {
        assert_eq!(line(450, 1_000), "store: loading its data, 45 % of 1.0 kB");
        assert_eq!(line(0, 0), "store: loading its data, 100 % of 0 B");
    }
}
