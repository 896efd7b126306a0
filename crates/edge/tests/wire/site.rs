//! An edge with one app.

use crate::client::Client;
use crate::worker::{Conn, Worker};
use base::clock::now;
use config::{Balance, Edge, Limits, Route, Upstream};
use edge::access::Access;
use model::{AppName, Fleet, FleetState, Intake, Member};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::time::Duration;
use tokio::sync::watch;

/// How long anything may take that is expected to happen.
pub const SOON: Duration = Duration::from_secs(10);

pub struct Site {
    pub edge: edge::Edge,
    pub address: SocketAddr,
    pub tls_address: Option<SocketAddr>,
    settings: Edge,
    upstreams: Vec<Upstream>,
    balance: Balance,
    fleet: watch::Sender<Arc<Fleet>>,
    folder: PathBuf,
}

/// Settings with short limits; what a test is about it sets itself.
pub fn settings() -> Edge {
    let limits = Limits {
        head_bytes_max: 32 * 1024,
        headers_max: 100,
        body_bytes_max: 0,
        connections_max: 1_000,
        head_timeout: SOON,
        idle_timeout: SOON,
        stall_timeout: SOON,
        reply_timeout: SOON,
        connect_timeout: Duration::from_secs(1),
        wait_timeout: Duration::from_secs(5),
        in_flight_max: 100,
        streams_max: 100,
        client_rate_min: 0,
        waiting_max: 100,
        drain_timeout: Duration::from_secs(5),
    };
    Edge {
        listen: vec![SocketAddr::from(([127, 0, 0, 1], 0))],
        threads: 1,
        trusted_proxies: Vec::new(),
        server_timing: false,
        http2: true,
        proxy_protocol: false,
        forwarded: false,
        tls: None,
        access_log: None,
        cache: config::CacheStore::default(),
        limit_store: None,
        rules: config::Rules::default(),
        limits,
    }
}

impl Site {
    pub fn new() -> Self {
        Self::with(settings())
    }

    pub fn with_limits(change: impl FnOnce(&mut Limits)) -> Self {
        let mut settings = settings();
        change(&mut settings.limits);
        Self::with(settings)
    }

    pub fn with(settings: Edge) -> Self {
        Self::start(settings, Vec::new(), Arc::new(edge::SystemResolver), None)
    }

    /// Sharing requests out by `balance`.
    pub fn balanced(settings: Edge, balance: Balance) -> Self {
        let resolver = Arc::new(edge::SystemResolver);
        Self::begin(settings, Vec::new(), resolver, None, balance)
    }

    /// With an access log.
    pub fn logged(settings: Edge, access: Access) -> Self {
        Self::start(settings, Vec::new(), Arc::new(edge::SystemResolver), Some(access))
    }

    /// In front of upstreams instead of an app, if there are any.
    pub fn start(
        settings: Edge,
        upstreams: Vec<Upstream>,
        resolver: Arc<dyn edge::Resolve>,
        access: Option<Access>,
    ) -> Self {
        Self::begin(settings, upstreams, resolver, access, Balance::default())
    }

    fn begin(
        settings: Edge,
        upstreams: Vec<Upstream>,
        resolver: Arc<dyn edge::Resolve>,
        access: Option<Access>,
        balance: Balance,
    ) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let unique = format!("edge-{}-{}", std::process::id(), NEXT.fetch_add(1, SeqCst));
        let folder = std::env::temp_dir().join(unique);
        std::fs::create_dir_all(&folder).unwrap();
        let app = AppName::parse("web").unwrap();
        let fleet = Fleet { app, state: FleetState::Serving, members: Vec::new() };
        let (fleet, fleets) = watch::channel(Arc::new(fleet));
        let listeners = edge::listen::bind(&settings, Vec::new()).unwrap();
        // Plain listeners come first.
        let addresses = listeners.addresses();
        let tls_address = addresses.iter().find(|(_, tls)| *tls).map(|(address, _)| *address);
        let address = addresses[0].0;
        let setup = edge::Setup { access, ..setup(&settings, &upstreams, &balance, fleets) };
        let edge = edge::start_resolving(listeners, &setup, resolver).unwrap();
        Site { edge, address, tls_address, settings, upstreams, balance, fleet, folder }
    }

    /// Add a worker that handles each connection with `script`.
    pub fn worker(&self, script: impl Fn(&mut Conn) + Send + Sync + 'static) -> Worker {
        let worker = Worker::start(&self.folder, script);
        self.add(&worker);
        worker
    }

    /// Add a worker that answers every request with 200 and `body`.
    pub fn worker_saying(&self, body: &'static str) -> Worker {
        self.worker(move |conn| while conn.request().is_some() && conn.reply(body) {})
    }

    pub fn add(&self, worker: &Worker) {
        self.add_member(worker.member());
    }

    /// A path for a socket of a test's own.
    pub fn socket(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// This member and no other.
    pub fn add_only(&self, member: Member) {
        self.change(|fleet| fleet.members = vec![member]);
    }

    pub fn add_member(&self, member: Member) {
        self.change(|fleet| fleet.members.push(member));
    }

    pub fn intake(&self, worker: &Worker, intake: Intake) {
        self.change(|fleet| {
            let same = |member: &&mut Member| member.worker == worker.id;
            fleet.members.iter_mut().find(same).unwrap().intake = intake;
        });
    }

    pub fn remove(&self, worker: &Worker) {
        self.change(|fleet| fleet.members.retain(|member| member.worker != worker.id));
    }

    pub fn state(&self, state: FleetState) {
        self.change(|fleet| fleet.state = state);
    }

    pub fn apply(&self, change: impl FnOnce(&mut Edge)) {
        let mut settings = self.settings.clone();
        change(&mut settings);
        let setup = setup(&settings, &self.upstreams, &self.balance, self.fleet.subscribe());
        self.edge.apply(&setup).unwrap();
    }

    /// Reload with another way to share requests out.
    pub fn apply_balance(&mut self, balance: Balance) {
        self.balance = balance;
        self.apply(|_| {});
    }

    /// Reload with other upstreams.
    pub fn apply_upstreams(&mut self, upstreams: Vec<Upstream>) {
        self.upstreams = upstreams;
        self.apply(|_| {});
    }

    /// Reload with another access log.
    pub fn apply_access(&self, access: Option<Access>) {
        let setup = setup(&self.settings, &self.upstreams, &self.balance, self.fleet.subscribe());
        self.edge.apply(&edge::Setup { access, ..setup }).unwrap();
    }

    pub fn client(&self) -> Client {
        Client::connect(self.address)
    }

    /// One GET on a connection of its own.
    pub fn get(&self, path: &str) -> (u16, String) {
        let mut client = self.client();
        client.send(&format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n"));
        let reply = client.reply();
        (reply.status, reply.text())
    }

    pub fn drain(&self) -> edge::Drained {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(self.edge.drain())
    }

    /// The value of a sample line of `/metrics`.
    pub fn metric(&self, sample: &str) -> u64 {
        let mut page = meter::Snapshot::new(0);
        self.edge.meters().write(&mut page);
        let text = meter::text::encode(&page, meter::Format::Prometheus);
        let line = text.lines().find_map(|line| line.strip_prefix(sample)?.strip_prefix(' '));
        line.unwrap_or_else(|| panic!("no {sample} in {text}")).parse().unwrap()
    }

    fn change(&self, change: impl FnOnce(&mut Fleet)) {
        self.fleet.send_modify(|fleet| change(Arc::make_mut(fleet)));
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn setup(
    settings: &Edge,
    upstreams: &[Upstream],
    balance: &Balance,
    fleet: watch::Receiver<Arc<Fleet>>,
) -> edge::Setup {
    let app = edge::Served { balance: balance.clone(), ..edge::Served::new(fleet) };
    edge::Setup {
        edge: settings.clone(),
        routes: routes(settings),
        apps: if upstreams.is_empty() { vec![app] } else { Vec::new() },
        upstreams: upstreams.to_vec(),
        access: None,
        cache: edge::CacheFolder::default(),
        store: None,
    }
}

fn routes(settings: &Edge) -> Vec<Route> {
    let mut rules = settings.rules.clone();
    rules.body_bytes_max = settings.limits.body_bytes_max;
    let route = |path: &str| Route {
        pattern: format!("{path}*"),
        host: None,
        path: path.to_owned(),
        prefix: true,
        app: AppName::parse("web").ok(),
        rules: rules.clone(),
    };
    let mut nowhere = route("/");
    nowhere.host = Some("nowhere.example".to_owned());
    nowhere.app = AppName::parse("gone").ok();
    vec![nowhere, route("/")]
}

/// Wait until something is so.
pub fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begin = now();
    while !is_so() {
        assert!(begin.elapsed() < SOON, "not within {SOON:?}: {what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}
