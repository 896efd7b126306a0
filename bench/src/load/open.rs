//! Open loop: requests arrive by a seeded Poisson clock, whatever becomes of earlier ones.
//!
//! Latency counts from the instant at which a request was due, so that a server (or this generator)
//! that is late for one request is late for all that were due meanwhile: no coordinated omission.

use super::connection::{Connection, Signs};
use super::pace::{hurry, poisson};
use super::{Outcome, Plan};
use anyhow::{Context, Result, bail};
use base::random::Random;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::task::{JoinSet, LocalSet};

/// What is to arrive.
#[derive(Debug, Clone)]
pub struct Arrivals {
    /// What is asked. Its connections are as many clients: a request comes from one of those that have
    /// none under way, by chance, and from a new one when there is none. Pauses do not count here.
    pub plan: Plan,
    /// Mean number of requests a second.
    pub rate: f64,
    pub time: Duration,
}

/// One request and its end.
#[derive(Debug, Clone, Copy)]
pub struct Sample {
    /// From the instant at which it was due to its end.
    pub took: Duration,
    pub outcome: Outcome,
    /// It asked for the plan's rare path.
    pub rare: bool,
    pub signs: Signs,
}

/// More in flight than this and the generator itself would be what is measured.
const IN_FLIGHT_MAX: usize = 8_000;

impl Arrivals {
    /// Let them arrive, and wait until the last has ended.
    pub async fn run(self) -> Result<Vec<Sample>> {
        let (tell, told) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .context("cannot start the load generator")?;
        let work = move || {
            hurry();
            LocalSet::new().block_on(&runtime, async {
                let mut tell = tell;
                tokio::select! {
                    samples = arrive(&self) => drop(tell.send(samples)),
                    () = tell.closed() => {}
                }
            });
        };
        let thread = std::thread::Builder::new().name("arrivals".into()).spawn(work);
        thread.context("cannot start the load generator")?;
        told.await.context("the load generator ended early")?
    }
}

async fn arrive(arrivals: &Arrivals) -> Result<Vec<Sample>> {
    let plan = &arrivals.plan;
    let mut random = Random::new(plan.seed);
    let mut clock = poisson(arrivals.rate, arrivals.time, random.next_u64())?;
    // Chances of their own: whom a request comes from depends on the server, what it asks must not.
    let mut chance = Random::new(!plan.seed);
    let new = || Connection::new(plan.address).with_tls(plan.tls.clone());
    let clients = (0..plan.connections).map(|_| new()).collect();
    let idle: Rc<RefCell<Vec<Connection>>> = Rc::new(RefCell::new(clients));
    let mut flying: JoinSet<Sample> = JoinSet::new();
    let mut samples = Vec::with_capacity((arrivals.rate * arrivals.time.as_secs_f64()) as usize);
    let mut sent = 0;
    while let Some(due_ns) = clock.recv().await {
        sent += 1;
        while let Some(done) = flying.try_join_next() {
            samples.push(done.context("a request ended early")?);
        }
        if flying.len() >= IN_FLIGHT_MAX {
            bail!("{IN_FLIGHT_MAX} requests are in flight: lower the rate or the timeout");
        }
        let (request, timeout, idle) =
            (plan.request(0, sent, &mut random), plan.timeout, idle.clone());
        let mut connection = pick(&idle, &mut chance).unwrap_or_else(new);
        flying.spawn_local(async move {
            let exchange = tokio::time::timeout(timeout, connection.exchange(&request.bytes));
            let outcome = exchange.await.unwrap_or(Outcome::Late);
            let took = Duration::from_nanos(base::clock::monotonic_ns().saturating_sub(due_ns));
            let signs = connection.signs();
            idle.borrow_mut().push(connection);
            Sample { took, outcome, rare: request.rare, signs }
        });
    }
    while let Some(done) = flying.join_next().await {
        samples.push(done.context("a request ended early")?);
    }
    Ok(samples)
}

fn pick(idle: &RefCell<Vec<Connection>>, chance: &mut Random) -> Option<Connection> {
    let mut idle = idle.borrow_mut();
    let at = usize::try_from(chance.below(idle.len() as u64)).ok()?;
    (at < idle.len()).then(|| idle.swap_remove(at))
}

/// The quantile `q` (0 to 1) of some durations, exact; None if there are none.
pub fn quantile(times: impl IntoIterator<Item = Duration>, q: f64) -> Option<Duration> {
    let mut sorted: Vec<Duration> = times.into_iter().collect();
    sorted.sort_unstable();
    let rank = (q.clamp(0.0, 1.0) * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied()
}
