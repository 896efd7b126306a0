//! Every resource of the admin API, a file each.
//!
//! | path | method | answers |
//! |---|---|---|
//! | `/api/v1/status` | GET | [`model::api::Status`] |
//! | `/api/v1/events` | GET | server-sent events: recent [`model::Event`]s, then live ones |
//! | `/api/v1/logs?app=&lines=&follow=` | GET | JSON lines of [`model::LogLine`]: the last ones, oldest first |
//! | `/api/v1/logs?grep=&regex=&ignore_case=&level=&app=&worker=&stream=&field=&since=&until=&limit=&follow=` | GET | JSON lines of [`model::api::LogEntry`]: those that are looked for, newest first, or as they come |
//! | `/api/v1/logs/counts?…&step=` | GET | [`model::api::LogCounts`]: how many there are, over time and by level |
//! | `/api/v1/diagram` | GET | [`model::api::Graph`]: the architecture as it runs now, laid out |
//! | `/api/v1/diagram.svg` | GET | the same as a picture |
//! | `/api/v1/config` | GET | the checked config, secrets left out |
//! | `/api/v1/config/origins` | GET | each key with its value and where that comes from |
//! | `/api/v1/store/commands` | GET | a list of [`model::api::StoreCommand`] |
//! | `/api/v1/store/slowlog` | GET | a list of [`model::api::StoreSlowCommand`] |
//! | `/api/v1/reload` | POST | [`model::api::ReloadRequest`] → a list of [`model::api::ReloadReport`] |
//! | `/api/v1/scale` | POST | [`model::api::ScaleRequest`] → [`model::api::ScaleReport`] |
//! | `/api/v1/restart` | POST | [`model::api::RestartRequest`] → `{}` |
//! | `/api/v1/purge` | POST | [`model::api::PurgeRequest`] → [`model::api::PurgeReport`] |
//! | `/api/v1/stop` | POST | `{}` once no worker is left |
//! | `/api/v1/upgrade` | POST | [`model::api::UpgradeReport`] |
//! | `/api/v1/query`, `query_range`, `labels`, `label/NAME/values`, `series`, `metadata` | GET, POST | as Prometheus's HTTP API |
//! | `/metrics` | GET | Prometheus text, or OpenMetrics if `Accept` asks for it |
//! | `/healthz` | GET | 200 while Ostler lives |
//! | `/readyz` | GET | 200 if every app has a ready worker, else 503 with which not |
//! | `/api/v1/stream?topic=…&topic=…` | GET | server-sent events of several topics in one stream |
//! | `/api/v1/session` | GET | who this browser is |
//! | `/api/v1/login`, `/api/v1/logout` | POST | the same, afterwards, with a cookie |
//! | `/api/v1/audit?limit=` | GET | a list of [`crate::audit::Entry`] |
//! | `/_bulk`, `/INDEX/_bulk`, `/loki/api/v1/push`, `/v1/logs` | POST | what Elasticsearch, Loki and OTLP answer |
//! | `/`, `/assets/…` | GET | the dashboard |
//!
//! Every refusal is a [`model::api::Refusal`]. A stream that its reader follows too slowly holds an
//! object `{"missed":N}` in place of what is lost.

mod audit;
mod body;
mod command;
mod config;
mod diagram;
mod events;
mod health;
mod ingest;
mod live;
mod logs;
mod metrics;
mod purge;
pub mod query;
mod reload;
pub(crate) mod reply;
mod restart;
mod route;
mod scale;
mod series;
mod session;
mod status;
mod stop;
mod store;
mod stream;
mod upgrade;
mod visit;

pub use reply::{Body, Refused};
pub(crate) use route::answer;
pub(crate) use visit::Visit;

use crate::audit::Journal;
use crate::running::Running;
use crate::server::Settings;
use crate::session::{Attempts, Sessions};
use base::stop::Stop;
use base::task::Tasks;
use std::sync::{Arc, Mutex};
use tokio::sync::Semaphore;

/// Everything a handler may use.
pub(crate) struct Desk {
    pub running: Arc<dyn Running>,
    pub settings: Settings,
    pub tasks: Tasks,
    pub stop: Stop,
    /// One permit for each open stream.
    pub streams: Arc<Semaphore>,
    /// One permit for each body of logs that is read or taken apart.
    pub ingesting: Semaphore,
    /// Browsers that are logged in.
    pub sessions: Mutex<Sessions>,
    /// Those who tried and were wrong.
    pub attempts: Mutex<Attempts>,
    /// One permit: passwords are hashed one at a time.
    pub hashing: Semaphore,
    /// Who did what.
    pub journal: Journal,
}
