//! From a plan to its end, as a list.

use super::claim::{self, Claim};
use super::life::{self, End, Life, Signals};
use super::operator::Operator;
use super::plan::{Mode, Plan};
use super::{access, certificates, news, notify, open_files, output, store};
use crate::cli::{Exit, Failure};
use crate::handover;
use config::Config;
use control::place::Held;
use control::{Control, Token};
use edge::CacheFolder;
use edge::access::Access;
use std::net::TcpListener;
use std::os::unix::net::UnixListener;
use std::sync::Arc;
use tokio::sync::{Mutex, mpsc, watch};

/// Orders that may wait while one is carried out.
const ORDERS_MAX: usize = 16;

/// Run what the plan says, to its end.
pub fn run(plan: Plan) -> Result<(), Failure> {
    let config = plan.configure()?;
    certificates::look(&config)?;
    let access = access::open(&config)?;
    let claim = claim::claim(&plan, &config)?;
    let cache = CacheFolder::claim(&config.edge.cache, claim.taken.is_some())
        .map_err(|error| Failure::new(Exit::Unrunnable, error))?;
    open_files::raise_limit();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(live(plan, config, claim, Outlets { access, cache }))
}

/// Files that the edge writes to.
struct Outlets {
    access: Option<Access>,
    cache: CacheFolder,
}

async fn live(
    plan: Plan,
    config: Config,
    claim: Claim,
    Outlets { access, cache }: Outlets,
) -> Result<(), Failure> {
    let mut signals = Signals::listen()?;
    let started = base::clock::now();
    let supervise = start_supervise(&config, &claim)?;
    let log = output::begin(&plan, &config, &claim.held, &supervise)?;
    let (send_order, mut orders) = mpsc::channel(ORDERS_MAX);
    let watching = config.apps.iter().any(|app| app.watch.is_some());
    if claim.taken.is_some() {
        // Not a connection is accepted before there are workers: if they fail, the old Ostler goes
        // on as if nothing had happened.
        let settled = life::settle(&supervise, watching, &mut signals, &mut orders).await;
        if let Err(end) = settled {
            supervise.stop().await;
            return conclude(end);
        }
    }
    let listen = claim.edge.addresses();
    let setup = edge::Setup { access, cache, ..edge::Setup::new(&config, supervise.fleets()) };
    let edge =
        edge::start(claim.edge, &setup).map_err(|error| Failure::new(Exit::Unrunnable, error))?;
    if let Some(lines) = edge.news() {
        news::tell_edge(lines)?;
    }
    let on_terminal = plan.mode == Mode::Foreground && std::fs::File::open("/dev/tty").is_ok();
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
    let mut life = Life { operator, orders, signals, log, on_terminal };
    let doors = Doors { held: claim.held, unix: claim.admin, tcp: claim.admin_tcp };
    let control = open(&life, &doors)?;
    let end = serve(&mut life, &doors, claim.taken, watching).await?;
    finish(&mut life, doors, control, end).await
}

/// How the end of everything is the command's.
fn conclude(end: End) -> Result<(), Failure> {
    match end {
        End::Failed(reason) => Err(life::failed(&reason)),
        End::Stopped(_) | End::HandedOver(..) => Ok(()),
    }
}

fn start_supervise(config: &Config, claim: &Claim) -> Result<supervise::Handle, Failure> {
    let port = claim.edge.addresses().first().map_or(0, |(address, _)| address.port());
    let seed = u64::from_le_bytes(base::random::secret()?);
    let folder = claim.held.place().run_folder().to_owned();
    let options =
        supervise::Options { folder, edge_port: port, variables: store::variables(config), seed };
    supervise::start(options, config.apps.clone())
        .map_err(|error| Failure::new(Exit::Unrunnable, error))
}

/// What the admin API and a successor come through.
struct Doors {
    held: Held,
    unix: UnixListener,
    tcp: Option<TcpListener>,
}

/// From the first worker to the end's beginning.
async fn serve(
    life: &mut Life,
    doors: &Doors,
    taken: Option<handover::Taken>,
    watching: bool,
) -> Result<End, Failure> {
    match taken {
        Some(taken) => {
            taken.ready()?;
            doors.held.sign()?;
        }
        None => {
            let Life { operator, signals, orders, .. } = life;
            let settled = life::settle(&operator.supervise, watching, signals, orders).await;
            if let Err(end) = settled {
                return Ok(end);
            }
        }
    }
    output::banner(&life.operator);
    notify::tell("READY=1");
    run_until_end(life, doors).await
}

/// End everything, in the order in which nobody is told too early.
async fn finish(
    life: &mut Life,
    doors: Doors,
    mut control: Control,
    mut end: End,
) -> Result<(), Failure> {
    let mut stops = life.close();
    match &mut end {
        End::HandedOver(upgrade, version) => {
            control.close().await;
            // The project is the successor's now: this process only finishes what it has.
            drop(doors);
            if let Some(upgrade) = upgrade.take() {
                upgrade.succeeded(std::mem::take(version));
            }
            life.stop().await;
        }
        End::Stopped(answer) => {
            stops.extend(answer.take());
            notify::tell("STOPPING=1");
            output::farewell(&life.operator);
            life.stop().await;
            doors.leave();
        }
        End::Failed(_) => {
            life.stop().await;
            doors.leave();
        }
    }
    for answer in stops {
        let _ = answer.send(());
    }
    control.finish().await;
    conclude(end)
}

impl Doors {
    /// Nobody comes through here any more.
    fn leave(self) {
        let _ = std::fs::remove_file(self.held.place().run_folder().join(handover::SOCKET));
        self.held.release();
    }
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
        None => doors.held.token().or_else(|error| unsaved_token(&error))?,
    };
    let listeners = control::Listeners {
        unix: doors.unix.try_clone()?,
        tcp: doors.tcp.as_ref().map(TcpListener::try_clone).transpose()?,
    };
    let settings = control::Settings { token, limits: control::Limits::default() };
    Ok(control::start(listeners, settings, Arc::new(life.operator.clone()))?)
}

/// Where there is no folder to keep the token in, it lasts as long as this process: the unix
/// socket needs none.
fn unsaved_token(error: &std::io::Error) -> std::io::Result<Token> {
    news::say(&format!(
        "{error}; the admin API over TCP answers only questions until OSTLER_STATE names a folder of your own"
    ));
    let bytes: [u8; 32] = base::random::secret()?;
    Ok(Token::new(bytes.map(|byte| format!("{byte:02x}")).concat()))
}
