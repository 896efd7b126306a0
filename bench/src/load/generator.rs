//! The thread on which a [`Plan`] runs.

use super::connection::Connection;
use super::tally::{Snapshot, Tally};
use super::{Outcome, Plan, Tls, http2, source};
use anyhow::{Context, Result};
use base::random::Random;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::task::{JoinSet, LocalSet};

/// A running load. Dropping it stops it.
#[derive(Debug)]
pub struct Load {
    tally: Arc<Tally>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// A connection that failed waits so long before it tries again: a dead server must not be flooded.
const AFTER_FAILURE: Duration = Duration::from_millis(5);

impl Load {
    /// Start asking.
    pub fn start(plan: Plan) -> Result<Self> {
        let (tally, stop) = (Arc::new(Tally::default()), Arc::new(AtomicBool::new(false)));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .context("cannot start the load generator")?;
        let (counts, ended) = (tally.clone(), stop.clone());
        let work = move || LocalSet::new().block_on(&runtime, ask(Rc::new(plan), counts, ended));
        let thread = std::thread::Builder::new().name("load".into()).spawn(work);
        Ok(Load { tally, stop, thread: Some(thread.context("cannot start the load generator")?) })
    }

    /// The counters now.
    pub fn snapshot(&self) -> Snapshot {
        self.tally.snapshot()
    }

    /// Let requests under way end, then return the final counters and the first failures.
    pub fn finish(mut self) -> (Snapshot, Vec<String>) {
        self.join();
        (self.tally.snapshot(), self.tally.first_failures())
    }

    fn join(&mut self) {
        self.stop.store(true, Relaxed);
        if let Some(thread) = self.thread.take() {
            // It panics only by a bug of ours, which was printed.
            let _ = thread.join();
        }
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.join();
    }
}

async fn ask(plan: Rc<Plan>, tally: Arc<Tally>, stop: Arc<AtomicBool>) {
    let mut clients = JoinSet::new();
    for number in 0..plan.connections {
        let (plan, tally, stop) = (plan.clone(), tally.clone(), stop.clone());
        match plan.streams {
            Some(streams) => clients.spawn_local(http2::ask(plan, number, streams, tally, stop)),
            None => clients.spawn_local(client(plan, number, tally, stop)),
        };
    }
    while clients.join_next().await.is_some() {}
}

async fn client(plan: Rc<Plan>, number: usize, tally: Arc<Tally>, stop: Arc<AtomicBool>) {
    let mut random = Random::new(plan.seed.wrapping_add(number as u64).wrapping_mul(0x9E37_79B9));
    let mut connection = Connection::new(plan.address).with_tls(plan.tls.as_ref().map(Tls::fork));
    if plan.fresh {
        // So many that no one runs out of ports.
        connection = connection.with_source(source::of(number));
    }
    // Spread the start, so that connections with pauses do not march in step.
    tokio::time::sleep(plan.pause(&mut random)).await;
    for count in 0.. {
        if stop.load(Relaxed) {
            break;
        }
        let request = plan.request(number, count, &mut random);
        let began = base::clock::now();
        let exchange = tokio::time::timeout(plan.timeout, connection.exchange(&request.bytes));
        let outcome = exchange.await.unwrap_or(Outcome::Late);
        tally.count(request.method, outcome, began.elapsed());
        if outcome == Outcome::Answered {
            tally.received(connection.reply_bytes());
        }
        if plan.fresh {
            connection.close();
        }
        if !plan.think.1.is_zero() {
            tokio::time::sleep(plan.pause(&mut random)).await;
        } else if !matches!(outcome, Outcome::Answered | Outcome::Refused(_)) {
            tokio::time::sleep(AFTER_FAILURE).await;
        }
    }
}
