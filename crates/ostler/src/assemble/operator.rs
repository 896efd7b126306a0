//! Carries out what the admin API is asked: the one place that knows supervise, edge and config.

use super::observe::{Diagram, LogShelf, Observed};
use super::plan::Plan;
use super::reload;
use super::store::{self, Embedded};
use super::upgrade;
use base::clock;
use config::{Config, ObserveIngest};
use control::{Answer, Declined, Feed, Role, Running, User};
use meter::{Snapshot, names};
use model::api::{
    AppState, AppStatus, Graph, Ingest, IngestReply, IngestRules, LogCounts, LogEntry, LogSearch,
    PurgeReport, PurgeRequest, ReloadReport, ScaleReport, SeriesQuestion, SeriesReply, Status,
    StoreCommand, StoreSlowCommand, UpgradeReport,
};
use model::{AppName, Event, LogLine};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::{Mutex, mpsc, oneshot, watch};

/// Slow commands of the store that are told of.
const SLOW_MAX: usize = 128;

/// What the main loop must do itself, with where to answer.
#[derive(Debug)]
pub enum Order {
    /// Drain and end everything; answered when no worker is left.
    Stop(oneshot::Sender<()>),
    /// Start the new program; answered when it serves, or with why it does not.
    Upgrade(oneshot::Sender<Result<UpgradeReport, Declined>>),
}

/// The parts of a running Ostler.
#[derive(Clone)]
pub struct Operator {
    /// What runs.
    pub plan: Arc<Plan>,
    /// The workers.
    pub supervise: supervise::Handle,
    /// The edge.
    pub edge: Arc<edge::Edge>,
    /// The store inside this process.
    pub store: Option<Arc<Embedded>>,
    /// What is kept and told of everything that runs.
    pub observed: Option<Arc<Observed>>,
    /// The architecture as it runs, while somebody looks.
    pub diagram: Arc<Diagram>,
    /// The config in force. Held while it changes, so that reloads follow each other.
    pub config: Arc<Mutex<Config>>,
    /// The same, for reading at once.
    pub shown: watch::Sender<Arc<Config>>,
    /// To the main loop.
    pub orders: mpsc::Sender<Order>,
    /// When Ostler started.
    pub started: Instant,
    /// Addresses the edge listens on, and whether TLS is spoken there.
    pub listen: Vec<(SocketAddr, bool)>,
    /// The admin API's TCP address.
    pub admin: Option<SocketAddr>,
}

impl Operator {
    async fn order<T>(
        self,
        order: impl FnOnce(oneshot::Sender<T>) -> Order,
    ) -> Result<T, Declined> {
        let gone = || Declined::Busy("Ostler is stopping already".into());
        let (answer, answered) = oneshot::channel();
        self.orders.send(order(answer)).await.map_err(|_| gone())?;
        answered.await.map_err(|_| gone())
    }
}

impl Operator {
    /// What the logs answer, if they are kept.
    fn of_logs<T: Send + 'static>(&self, ask: impl FnOnce(&LogShelf) -> Answer<T>) -> Answer<T> {
        match &self.observed {
            Some(observed) => ask(&observed.logs),
            None => Box::pin(async {
                Err(Declined::Impossible(
                    "No logs are kept, since observe.enabled is false: there is nothing to look through.".into(),
                ))
            }),
        }
    }
}

impl Running for Operator {
    fn status(&self) -> Status {
        let url = |address: &SocketAddr| format!("http://{address}");
        let public = |(address, tls): &(SocketAddr, bool)| match tls {
            true => format!("https://{address}"),
            false => url(address),
        };
        Status {
            version: env!("CARGO_PKG_VERSION").into(),
            pid: std::process::id(),
            project: self.plan.project.folder.display().to_string(),
            uptime_seconds: self.started.elapsed().as_secs(),
            rss_bytes: resident_bytes(),
            listen: self.listen.iter().map(public).collect(),
            admin: self.admin.as_ref().map(url),
            edge: self.edge.meters().status(),
            apps: self.supervise.status().borrow().as_ref().clone(),
            routes: super::routes::status(&self.shown.borrow(), &self.edge.meters()),
            upstreams: self.edge.meters().upstreams(),
            cache: Some(self.edge.cache()),
            store: store::status(&self.shown.borrow(), self.store.as_deref()),
            exports: self.observed.as_ref().map_or(Vec::new(), |observed| observed.ship.status()),
        }
    }

    fn diagram(&self) -> watch::Receiver<Option<Arc<Graph>>> {
        self.diagram.look(self)
    }

    fn draw(&self, graph: &Graph) -> String {
        observe::diagram::svg(graph, observe::diagram::Theme::Reader)
    }

    fn events(&self) -> Feed<Event> {
        let live = self.supervise.events();
        Feed::new(live, self.supervise.recent_events())
    }

    fn logs(&self, app: Option<&AppName>, lines: usize) -> Feed<LogLine> {
        let live = self.supervise.logs();
        Feed::new(live, self.supervise.recent_logs(app, lines))
    }

    fn search_logs(&self, search: LogSearch) -> Answer<mpsc::Receiver<Vec<LogEntry>>> {
        self.of_logs(|logs| logs.search(&search))
    }

    fn follow_logs(&self, search: LogSearch) -> Answer<Feed<LogEntry>> {
        self.of_logs(|logs| logs.follow(&search))
    }

    fn count_logs(&self, search: LogSearch, step_ms: u64) -> Answer<LogCounts> {
        self.of_logs(|logs| logs.count(&search, step_ms))
    }

    fn reload(&self, app: Option<AppName>) -> Answer<Vec<ReloadReport>> {
        let operator = self.clone();
        Box::pin(async move { reload::reload(&operator, app).await })
    }

    fn scale(&self, app: AppName, workers: u32) -> Answer<ScaleReport> {
        let supervise = self.supervise.clone();
        Box::pin(async move { supervise.scale(app, workers).await.map_err(declined) })
    }

    fn restart(&self, app: AppName, number: u32) -> Answer<()> {
        let supervise = self.supervise.clone();
        Box::pin(async move { supervise.restart(app, number).await.map_err(declined) })
    }

    fn purge(&self, request: PurgeRequest) -> Answer<PurgeReport> {
        let edge = self.edge.clone();
        Box::pin(async move {
            let purge = edge::Purge::of(&request).map_err(Declined::Impossible)?;
            edge.purge(purge).await.map_err(|error| {
                Declined::Failed(format!(
                    "purged, but that could not be noted on disk, so what was purged may come back when \
                     Ostler is started again: {error}"
                ))
            })
        })
    }

    fn stop(&self) -> Answer<()> {
        let operator = self.clone();
        Box::pin(async move {
            let mut status = operator.supervise.status();
            if operator.order(Order::Stop).await.is_err() {
                // Somebody asked before: this one is told when that is done. Where there is no app
                // it is done when nobody tells of apps any more.
                let ended = |app: &AppStatus| app.state == AppState::Stopped;
                let _ = status.wait_for(|apps| !apps.is_empty() && apps.iter().all(ended)).await;
            }
            Ok(())
        })
    }

    fn upgrade(&self) -> Answer<UpgradeReport> {
        let operator = self.clone();
        Box::pin(async move {
            upgrade::check_possible(&operator.plan)?;
            operator.order(Order::Upgrade).await?
        })
    }

    fn users(&self) -> Vec<User> {
        let config = self.shown.borrow();
        config.admin.users.iter().map(user).collect()
    }

    fn config(&self) -> serde_json::Value {
        config::show(&self.shown.borrow())
    }

    fn origins(&self) -> serde_json::Value {
        let config = self.shown.borrow();
        serde_json::json!(config::origins(&config, &self.plan.typed(&config)))
    }

    fn store_commands(&self) -> Option<Vec<StoreCommand>> {
        self.store.as_ref()?.watch().map(|watch| store::commands(&watch))
    }

    fn store_slow_commands(&self) -> Option<Vec<StoreSlowCommand>> {
        self.store.as_ref()?.watch().map(|watch| store::slow_commands(&watch, SLOW_MAX))
    }

    fn series(&self, question: SeriesQuestion) -> Answer<SeriesReply> {
        let observed = self.observed.clone();
        Box::pin(async move {
            let gone = || Declined::Busy("Ostler is stopping already".into());
            let Some(observed) = observed else {
                let text = "metrics over time are not kept: observe.enabled = false in ostler.toml";
                return Err(Declined::Impossible(text.into()));
            };
            let (tell, told) = oneshot::channel();
            observed.series.ask(question, move |reply| drop(tell.send(reply)));
            let observe::series::Reply { status, body } = told.await.map_err(|_| gone())?;
            Ok(SeriesReply { status, body })
        })
    }

    fn ingest_rules(&self) -> Option<IngestRules> {
        let config = self.shown.borrow();
        let ObserveIngest { enabled, token, body_bytes_max } = config.observe.ingest;
        (enabled && self.observed.is_some()).then_some(IngestRules { token, body_bytes_max })
    }

    fn ingest(&self, ingest: Ingest) -> Answer<IngestReply> {
        let (observed, rules) = (self.observed.clone(), self.ingest_rules());
        Box::pin(async move {
            let gone = || Declined::Unknown("No logs are taken: see [observe.ingest].".into());
            let (observed, rules) = observed.zip(rules).ok_or_else(gone)?;
            let taken = observed.ingest(ingest, rules.body_bytes_max).await;
            taken.ok_or_else(|| Declined::Failed("The logs could not be read.".into()))
        })
    }

    fn metrics(&self) -> Snapshot {
        let mut snapshot = Snapshot::new(clock::wall_ms());
        let to = &mut snapshot;
        to.sample(&names::BUILD_INFO, &[env!("CARGO_PKG_VERSION")], 1_u8);
        to.sample(&names::UPTIME, &[], self.started.elapsed().as_secs_f64().floor());
        to.sample(&names::RSS, &[], resident_bytes());
        observe::machine::write(to, &self.plan.project.folder);
        self.edge.meters().write(to);
        if let Some(store) = &self.store {
            store.write_metrics(to);
        }
        self.supervise.write(to);
        if let Some(observed) = &self.observed {
            observed.write(to);
        }
        snapshot
    }
}

/// A user of the config in the admin API's terms.
fn user(user: &config::AdminUser) -> User {
    let role = match user.role {
        config::AdminRole::Admin => Role::Admin,
        config::AdminRole::Viewer => Role::Viewer,
    };
    User { name: user.name.clone(), password: user.password.clone(), role }
}

/// A refusal of supervise in the admin API's terms.
pub fn declined(error: supervise::CommandError) -> Declined {
    use supervise::CommandError as Error;
    let text = error.to_string();
    match error {
        Error::UnknownApp { .. } | Error::UnknownWorker { .. } => Declined::Unknown(text),
        Error::Workers { .. } => Declined::Impossible(text),
        Error::Stopping => Declined::Busy(text),
        Error::Failed { .. } => Declined::Failed(text),
    }
}

/// This process's resident memory.
fn resident_bytes() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: u64 = statm.split(' ').nth(1).and_then(|pages| pages.parse().ok()).unwrap_or(0);
    pages * rustix::param::page_size() as u64
}
