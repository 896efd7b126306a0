//! From a plan to its end, as a list.

use super::claim::{self, Claim};
use super::life::{self, End, Life, Signals};
use super::operator::Operator;
use super::plan::Plan;
use super::{news, notify, open_files, output};
use crate::cli::{Exit, Failure};
use crate::handover;
use config::Config;
use control::place::Held;
use control::{Control, Token};
use std::net::TcpListener;
use std::os::unix::net::UnixListener;
use std::sync::Arc;
use tokio::sync::{Mutex, mpsc, watch};

/// Orders that may wait while one is carried out.
const ORDERS_MAX: usize = 16;

/// Run what the plan says, to its end.
pub fn run(plan: Plan) -> Result<(), Failure> {
    let config = plan.configure()?;
    let claim = claim::claim(&plan, &config)?;
    open_files::raise_limit();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(live(plan, config, claim))
}

async fn live(plan: Plan, config: Config, claim: Claim) -> Result<(), Failure> {
    let signals = Signals::listen()?;
    let started = base::clock::now();
    let supervise = start_supervise(&config, &claim)?;
    let log = output::begin(&plan, &config, &claim.held, &supervise)?;
    let listen = claim.edge.addresses();
    let edge = edge::start(claim.edge, &config.edge, &config.routes, supervise.fleets())?;
    let (send_order, orders) = mpsc::channel(ORDERS_MAX);
    let operator = Operator {
        admin: claim.admin_tcp.as_ref().map(TcpListener::local_addr).transpose()?,
        plan: Arc::new(plan),
        supervise,
        edge: Arc::new(edge),
        listen,
        shown: watch::Sender::new(Arc::new(config.clone())),
        config: Arc::new(Mutex::new(config)),
        orders: send_order,
        started,
    };
    let mut life = Life { operator, orders, signals, log };
    let doors = Doors { held: claim.held, unix: claim.admin, tcp: claim.admin_tcp };
    let end = serve(&mut life, &doors, claim.taken).await?;
    match end {
        End::Failed(reason) => Err(life::failed(&reason)),
        End::Stopped(_) | End::HandedOver(..) => Ok(()),
    }
}

fn start_supervise(config: &Config, claim: &Claim) -> Result<supervise::Handle, Failure> {
    let port = claim.edge.addresses().first().map_or(0, std::net::SocketAddr::port);
    let seed = u64::from_le_bytes(base::random::secret()?);
    let folder = claim.held.place().run_folder().to_owned();
    let options = supervise::Options { folder, edge_port: port, seed };
    supervise::start(options, config.apps.clone())
        .map_err(|error| Failure::new(Exit::Unrunnable, error))
}

/// What the admin API and a successor come through.
struct Doors {
    held: Held,
    unix: UnixListener,
    tcp: Option<TcpListener>,
}

/// From the first worker to the last. A successor is served by the old Ostler's admin API until
/// the apps are ready, so that a failed upgrade leaves no trace.
async fn serve(
    life: &mut Life,
    doors: &Doors,
    taken: Option<handover::Taken>,
) -> Result<End, Failure> {
    let early = if taken.is_none() { Some(open(life, doors)?) } else { None };
    let mut end = life.settle().await.err();
    let mut control = early;
    if end.is_none() {
        if let Some(taken) = taken {
            control = Some(open(life, doors)?);
            taken.ready()?;
        }
        output::banner(&life.operator);
        notify::tell("READY=1");
        end = Some(run_until_end(life, doors).await?);
    }
    let end = end.unwrap_or(End::Stopped(None));
    finish(life, control, end).await
}

/// End everything, in the order in which nobody is told too early.
async fn finish(
    life: &mut Life,
    mut control: Option<Control>,
    mut end: End,
) -> Result<End, Failure> {
    if let (End::HandedOver(upgrade, version), Some(control)) = (&mut end, &mut control) {
        control.close().await;
        if let Some(upgrade) = upgrade.take() {
            upgrade.succeeded(std::mem::take(version));
        }
    }
    life.stop().await;
    if let End::Stopped(answer) = &mut end {
        answer.take().map(|answer| answer.send(()));
    }
    if let Some(control) = control {
        control.finish().await;
    }
    Ok(end)
}

async fn run_until_end(life: &mut Life, doors: &Doors) -> Result<End, Failure> {
    let path = doors.held.place().run_folder().join(handover::SOCKET);
    let _ = std::fs::remove_file(&path);
    let listener = tokio::net::UnixListener::bind(&path)?;
    let edge = Arc::clone(&life.operator.edge);
    let estate = || Claim::estate(&doors.held, edge.duplicates()?, &doors.unix, doors.tcp.as_ref());
    let failed = |error: std::io::Error| news::say(&format!("a handover came to nothing: {error}"));
    Ok(life.run(handover::give(&listener, estate, failed)).await)
}

fn open(life: &Life, doors: &Doors) -> Result<Control, Failure> {
    let config = life.operator.shown.borrow();
    let token = match &config.admin.token {
        Some(token) => Token::new(token),
        None => doors.held.token()?,
    };
    let listeners = control::Listeners {
        unix: doors.unix.try_clone()?,
        tcp: doors.tcp.as_ref().map(TcpListener::try_clone).transpose()?,
    };
    let settings = control::Settings { token, limits: control::Limits::default() };
    Ok(control::start(listeners, settings, Arc::new(life.operator.clone()))?)
}
