//! From a plan to its end, as a list.

use super::claim::{self, Claim};
use super::life::{self, End, Life, Signals};
use super::observe::Observed;
use super::operator::{Operator, Order};
use super::plan::{Mode, Plan};
use super::store::{Claimed, Embedded};
use super::{access, certificates, news, notify, open_files, output};
use crate::cli::{Exit, Failure};
use crate::handover::{self, Estate, Owner, Taken};
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
    let ended = runtime.block_on(live(plan, config, claim, Outlets { access, cache }));
    // Nobody waits for a store that loads when the end was asked for.
    runtime.shutdown_background();
    ended
}

/// Files that the edge writes to.
struct Outlets {
    access: Option<Access>,
    cache: CacheFolder,
}

async fn live(
    plan: Plan,
    config: Config,
    mut claim: Claim,
    Outlets { access, cache }: Outlets,
) -> Result<(), Failure> {
    let mut signals = Signals::listen()?;
    let started = base::clock::now();
    let variables = claim.store.variables();
    let store = match std::mem::replace(&mut claim.store, Claimed::Off) {
        Claimed::Here(here) => Some(Embedded::new(here)),
        Claimed::Elsewhere(_) | Claimed::Off => None,
    };
    if let Some(store) = store.as_ref().filter(|store| !store.is_passed())
        && life::unless_stopped(store.start(), &mut signals).await?.is_none()
    {
        return Ok(());
    }
    let observed = Observed::start(&config, &claim.held)?;
    let supervise = start_supervise(variables, &config, &claim)?;
    let log = output::begin(&plan, &config, &claim.held, &supervise, observed.as_deref())?;
    if let Some(observed) = &observed {
        observed.attach(&supervise)?;
    }
    let (send_order, mut orders) = mpsc::channel(ORDERS_MAX);
    let watching = config.apps.iter().any(|app| app.watch.is_some());
    if let Some(taken) = claim.taken.take() {
        let followed =
            follow(taken, store.as_ref(), &supervise, watching, &mut signals, &mut orders);
        let Some(taken) = followed.await? else { return Ok(()) };
        claim.taken = Some(taken);
    }
    let listen = claim.edge.addresses();
    let own_store = store.as_ref().map(|store| store.door());
    let setup = edge::Setup {
        access,
        cache,
        store: own_store,
        ..edge::Setup::new(&config, supervise.fleets())
    };
    let edge =
        edge::start(claim.edge, &setup).map_err(|error| Failure::new(Exit::Unrunnable, error))?;
    if let Some(lines) = edge.news() {
        news::tell_edge(lines, observed.clone())?;
    }
    let on_terminal = plan.mode == Mode::Foreground && std::fs::File::open("/dev/tty").is_ok();
    let operator = Operator {
        admin: claim.admin_tcp.as_ref().map(TcpListener::local_addr).transpose()?,
        plan: Arc::new(plan),
        supervise,
        edge: Arc::new(edge),
        store,
        observed,
        diagram: Arc::default(),
        listen,
        shown: watch::Sender::new(Arc::new(config.clone())),
        config: Arc::new(Mutex::new(config)),
        orders: send_order,
        started,
    };
    // The recorder must not keep alive what ends with this function.
    let recorded = Arc::new(operator.clone());
    if let Some(observed) = &operator.observed {
        observed.recorder.begin(Arc::downgrade(&recorded), observed.series.clone())?;
    }
    let mut life = Life { operator, orders, signals, log, on_terminal };
    let doors = Doors { held: claim.held, unix: claim.admin, tcp: claim.admin_tcp };
    let control = open(&life, &doors)?;
    let end = serve(&mut life, &doors, claim.taken, watching).await?;
    finish(&mut life, doors, control, end).await
}

/// Follow a running Ostler: workers first, then its store. None: the end was asked for.
///
/// Not a connection is accepted before there are workers: if they fail, the old Ostler goes on as if nothing had
/// happened.
async fn follow(
    taken: Taken,
    store: Option<&Arc<Embedded>>,
    supervise: &supervise::Handle,
    watching: bool,
    signals: &mut Signals,
    orders: &mut mpsc::Receiver<Order>,
) -> Result<Option<Taken>, Failure> {
    if let Err(end) = life::settle(supervise, watching, signals, orders).await {
        supervise.stop().await;
        return conclude(end).map(|()| None);
    }
    let Some(store) = store.filter(|store| store.is_passed()) else { return Ok(Some(taken)) };
    let followed = life::unless_stopped(store.take_over(taken), signals).await;
    if !matches!(followed, Ok(Some(_))) {
        supervise.stop().await;
    }
    followed
}

/// How the end of everything is the command's.
fn conclude(end: End) -> Result<(), Failure> {
    match end {
        End::Failed(reason) => Err(life::failed(&reason)),
        End::Stopped(_) | End::HandedOver(..) => Ok(()),
    }
}

fn start_supervise(
    variables: Vec<(String, String)>,
    config: &Config,
    claim: &Claim,
) -> Result<supervise::Handle, Failure> {
    let port = claim.edge.addresses().first().map_or(0, |(address, _)| address.port());
    let seed = u64::from_le_bytes(base::random::secret()?);
    let folder = claim.held.place().run_folder().to_owned();
    let options = supervise::Options { folder, edge_port: port, variables, seed };
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
    taken: Option<Taken>,
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
    let store = life.operator.store.clone();
    let observed = life.operator.observed.clone();
    let record_no_more = || {
        if let Some(observed) = observed {
            observed.recorder.end();
        }
    };
    let kept = match &mut end {
        End::HandedOver(upgrade, version) => {
            record_no_more();
            control.close().await;
            // The project is the successor's now: this process only finishes what it has.
            drop(doors);
            if let Some(upgrade) = upgrade.take() {
                upgrade.succeeded(std::mem::take(version));
            }
            life.stop().await;
            end_store(store).await
        }
        End::Stopped(answer) => {
            stops.extend(answer.take());
            notify::tell("STOPPING=1");
            output::farewell(&life.operator);
            life.stop().await;
            record_no_more();
            let kept = end_store(store.clone()).await;
            doors.leave(store);
            kept
        }
        End::Failed(_) => {
            life.stop().await;
            record_no_more();
            let kept = end_store(store.clone()).await;
            doors.leave(store);
            kept
        }
    };
    if let Some(observed) = &life.operator.observed {
        observed.finish().await;
    }
    for answer in stops {
        let _ = answer.send(());
    }
    control.finish().await;
    conclude(end).and(kept)
}

/// After the last worker.
async fn end_store(store: Option<Arc<Embedded>>) -> Result<(), Failure> {
    match store {
        Some(store) if !store.stop().await => {
            let text = "the store ended before all of its data was written: see why above; what was acknowledged \
                        with durability = \"always\" is safe";
            Err(Failure::new(Exit::Failure, text))
        }
        _ => Ok(()),
    }
}

impl Doors {
    /// Nobody comes through here any more.
    fn leave(self, store: Option<Arc<Embedded>>) {
        if let Some(store) = store {
            store.here().remove_sockets();
        }
        let _ = std::fs::remove_file(self.held.place().run_folder().join(handover::SOCKET));
        self.held.release();
    }
}

async fn run_until_end(life: &mut Life, doors: &Doors) -> Result<End, Failure> {
    let path = doors.held.place().run_folder().join(handover::SOCKET);
    let _ = std::fs::remove_file(&path);
    let listener = tokio::net::UnixListener::bind(&path)?;
    let edge = Arc::clone(&life.operator.edge);
    let store = life.operator.store.clone();
    let giver = Giver { doors, edge, store: store.clone() };
    let kept_up = async {
        match &store {
            Some(store) => store.keep_up().await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        end = life.run(handover::give(&listener, &giver)) => Ok(end),
        never = kept_up => match never {},
    }
}

/// What a successor asks.
struct Giver<'a> {
    doors: &'a Doors,
    edge: Arc<edge::Edge>,
    store: Option<Arc<Embedded>>,
}

impl Owner for Giver<'_> {
    fn estate(&self) -> std::io::Result<Estate> {
        let Doors { held, unix, tcp } = self.doors;
        let store = self.store.as_deref();
        Claim::estate(held, self.edge.duplicates()?, unix, tcp.as_ref(), store)
    }

    async fn give_up_store(&self) -> Result<(), String> {
        match &self.store {
            Some(store) => store.give_up().await,
            None => Err("the running Ostler has no store".into()),
        }
    }

    async fn take_store_back(&self) {
        if let Some(store) = &self.store {
            store.take_back().await;
        }
    }

    fn failed(&self, error: std::io::Error) {
        news::say(&format!("a handover came to nothing: {error}"));
    }
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
    let settings = control::Settings {
        token,
        limits: control::Limits::default(),
        audit: Some(doors.held.place().state_folder().join("audit.log")),
    };
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
