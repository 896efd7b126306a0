//! What the threads share of one app.

use super::gate::Gate;
use crate::balance::{Board, Rules};
use base::clock;
use std::collections::hash_map::RandomState;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::time::Instant;

/// What the threads share of one app. Goes on when the settings change.
#[derive(Debug)]
pub struct Shared {
    /// Where requests wait.
    pub gate: Arc<Gate>,
    /// What is known of its workers.
    pub board: Board,
    /// When the board's clock began: those of the threads did not begin at the same time.
    pub began: Instant,
}

impl Shared {
    /// For a new app; `waiting` counts the waiting requests of all apps.
    pub fn new(balance: &config::Balance, waiting: Arc<AtomicU32>) -> Arc<Self> {
        let board = Board::new(rules(balance), RandomState::new());
        Arc::new(Shared { gate: Gate::new(waiting), board, began: clock::now() })
    }
}

/// What of `balance` the board needs to know.
pub(super) fn rules(balance: &config::Balance) -> Rules {
    let slow_start_ms = u64::try_from(balance.slow_start.as_millis()).unwrap_or(u64::MAX);
    let shed_ms = balance.shed.map(|wait| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX));
    Rules { eject: balance.eject, slow_start_ms, shed_ms }
}
