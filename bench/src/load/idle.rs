//! Connections that have had one request each and are kept.

use super::connection::Connection;
use super::{Outcome, Plan, source};
use anyhow::{Context, Result};
use base::random::Random;
use tokio::task::JoinSet;

/// Open connections. Dropping it closes them.
#[derive(Debug)]
pub struct Idle {
    connections: Vec<Connection>,
    /// Those whose request failed.
    pub failed: usize,
}

/// Opened at the same time: fewer than a listener's queue holds.
const AT_ONCE: usize = 100;

impl Idle {
    /// Open `count` connections to the plan's address, and ask for its path once on each.
    pub async fn open(plan: &Plan, count: usize) -> Result<Self> {
        let mut idle = Idle { connections: Vec::with_capacity(count), failed: 0 };
        let mut opening = JoinSet::new();
        for number in 0..count {
            if opening.len() >= AT_ONCE {
                idle.take(opening.join_next().await)?;
            }
            let mut connection = Connection::new(plan.address)
                .with_source(source::of(number))
                .with_tls(plan.tls.clone());
            let request = plan.request(number, 0, &mut Random::new(number as u64));
            opening.spawn(async move {
                let outcome = connection.exchange(&request.bytes).await;
                connection.rest();
                (connection, outcome)
            });
        }
        while let Some(done) = opening.join_next().await {
            idle.take(Some(done))?;
        }
        Ok(idle)
    }

    fn take(
        &mut self,
        done: Option<Result<(Connection, Outcome), tokio::task::JoinError>>,
    ) -> Result<()> {
        if let Some(done) = done {
            let (connection, outcome) = done.context("a connection was not opened")?;
            match outcome {
                Outcome::Answered => self.connections.push(connection),
                _ => self.failed += 1,
            }
        }
        Ok(())
    }

    /// How many are open still.
    pub fn open_now(&self) -> usize {
        self.connections.iter().filter(|connection| connection.is_open()).count()
    }
}
