//! What the edge is told: settings, routes, and who answers.

use crate::access::Access;
use crate::cache::store::CacheFolder;
use crate::limit::redis::OwnStore;
use model::Fleet;
use std::sync::Arc;
use tokio::sync::watch;

/// All that an edge is told, at its start and at each reload.
#[derive(Debug, Clone)]
pub struct Setup {
    /// `[edge]`.
    pub edge: config::Edge,
    /// Which app or upstream answers.
    pub routes: Vec<config::Route>,
    /// Apps whose workers somebody else tells of.
    pub apps: Vec<Served>,
    /// Servers that the edge finds and checks itself.
    pub upstreams: Vec<config::Upstream>,
    /// Where a line for each request goes.
    pub access: Option<Access>,
    /// The folder for cached replies. Only looked at when the edge starts.
    pub cache: CacheFolder,
    /// The store inside this process, for limits that use it.
    pub store: Option<Arc<dyn OwnStore>>,
}

/// An app: its workers, and how they share its requests.
#[derive(Debug, Clone)]
pub struct Served {
    /// Its workers, now and later; the app's name is in it.
    pub fleet: watch::Receiver<Arc<Fleet>>,
    /// Who gets a request.
    pub balance: config::Balance,
    /// What the workers speak.
    pub protocol: config::Protocol,
    /// Whom to trust, if they speak TLS.
    pub tls: Option<crate::tls::Client>,
}

impl Setup {
    /// What `config` says of the edge. Each of `fleets` is one of its apps.
    pub fn new(config: &config::Config, fleets: Vec<watch::Receiver<Arc<Fleet>>>) -> Self {
        let served = |fleet: watch::Receiver<Arc<Fleet>>| {
            let name = fleet.borrow().app.clone();
            let app = config.serving.iter().find(|serving| serving.app == name)?;
            let (balance, protocol) = (app.balance.clone(), app.protocol);
            Some(Served { fleet, balance, protocol, tls: None })
        };
        Setup {
            edge: config.edge.clone(),
            routes: config.routes.clone(),
            apps: fleets.into_iter().filter_map(served).collect(),
            upstreams: config.upstreams.clone(),
            access: None,
            cache: CacheFolder::default(),
            store: None,
        }
    }
}

impl Served {
    /// An app with everything at its default.
    pub fn new(fleet: watch::Receiver<Arc<Fleet>>) -> Self {
        let (balance, protocol) = (config::Balance::default(), config::Protocol::Http1);
        Served { fleet, balance, protocol, tls: None }
    }
}
