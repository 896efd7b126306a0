//! The checked form: what the program runs on. Every value is present, in range and in one unit.

mod access_log;
mod admin;
mod app;
mod balance;
mod cache;
mod cache_store;
mod compress;
mod cors;
mod edge;
mod export;
mod files;
mod guard;
mod headers;
mod ingest;
mod limit;
mod limit_store;
mod log;
mod logs;
mod observe;
mod observe_metrics;
mod own;
mod rules;
mod shed;
mod store;
mod tls;
mod upstream;

pub use access_log::{AccessLog, AccessLogFormat, AccessLogTo};
pub use admin::{Admin, AdminRole, AdminUser};
pub use app::{App, Health, Memory, ReadyOn, Restart, Run, Scale, Stopping, Watch, Workers};
pub use balance::{Balance, HashKey, Policy, Protocol, Serving, Sticky};
pub use cache::{Cache, CacheBypass, CacheKey, CacheReport};
pub use cache_store::{CacheDisk, CacheStore};
pub use compress::{Compress, CompressBreach, CompressCoding};
pub use cors::{Cors, Origin, Origins};
pub use edge::{Edge, Limits, Route};
pub use export::{Export, ExportFile, ExportFluent, ExportForm, ExportHttp, ExportTo};
pub use files::Files;
pub use guard::{Guard, Https, Network, Redirect};
pub use headers::{Headers, NONCE_SOURCE, is_policy};
pub use ingest::ObserveIngest;
pub use limit::{Limit, LimitAlgorithm, LimitHeaders, LimitMost, LimitPer};
pub use limit_store::{LimitStore, StoreAddress};
pub use log::{Log, LogForm};
pub use logs::KeptLogs;
pub use observe::Observe;
pub use observe_metrics::ObserveMetrics;
pub(crate) use own::overlap;
pub use rules::Rules;
pub use shed::Priority;
pub use store::{
    Store, StoreDurability, StoreEviction, StoreFolder, StoreHere, StorePassword, StoreUrl,
};
pub use tls::{Certificate, Tls};
pub use upstream::{Server, Upstream};

use crate::origin::Lines;
use std::path::PathBuf;

/// Everything one Ostler runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The folder that relative paths start from: that of `ostler.toml`, or the current one.
    pub root: PathBuf,
    /// The file it was read from, if any.
    pub file: Option<PathBuf>,
    /// Where in it each key stands.
    pub lines: Lines,
    /// Listeners and limits.
    pub edge: Edge,
    /// The admin API.
    pub admin: Admin,
    /// Workers' output.
    pub log: Log,
    /// The store.
    pub store: Store,
    /// What is kept and told of everything that runs.
    pub observe: Observe,
    /// Apps by name.
    pub apps: Vec<App>,
    /// How each app's requests are shared out; one for each of `apps`.
    pub serving: Vec<Serving>,
    /// Servers that Ostler does not run, by name.
    pub upstreams: Vec<Upstream>,
    /// Routes, most specific first; with one app and no route written there is one, `/*`.
    pub routes: Vec<Route>,
}
