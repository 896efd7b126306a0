//! Every resource of the admin API, a file each.
//!
//! | path | method | answers |
//! |---|---|---|
//! | `/api/v1/status` | GET | [`model::api::Status`] |
//! | `/api/v1/events` | GET | server-sent events: recent [`model::Event`]s, then live ones |
//! | `/api/v1/logs?app=&lines=&follow=` | GET | JSON lines of [`model::LogLine`] |
//! | `/api/v1/config` | GET | the checked config, secrets left out |
//! | `/api/v1/reload` | POST | [`model::api::ReloadRequest`] → a list of [`model::api::ReloadReport`] |
//! | `/api/v1/scale` | POST | [`model::api::ScaleRequest`] → [`model::api::ScaleReport`] |
//! | `/api/v1/restart` | POST | [`model::api::RestartRequest`] → `{}` |
//! | `/api/v1/stop` | POST | `{}` once no worker is left |
//! | `/api/v1/upgrade` | POST | [`model::api::UpgradeReport`] |
//! | `/metrics` | GET | Prometheus text, or OpenMetrics if `Accept` asks for it |
//! | `/healthz` | GET | 200 while Ostler lives |
//! | `/readyz` | GET | 200 if every app has a ready worker, else 503 with which not |
//! | `/` | GET | a page for people |
//!
//! Every refusal is a [`model::api::Refusal`]. A stream that its reader follows too slowly holds an
//! object `{"missed":N}` in place of what is lost.

mod config;
mod events;
mod health;
mod logs;
mod metrics;
mod query;
mod reload;
pub(crate) mod reply;
mod restart;
mod scale;
mod status;
mod stop;
mod stream;
mod upgrade;

pub use reply::{Body, Refused};

use crate::gate::{self, Access, Peer};
use crate::running::{Answer, Running};
use crate::server::Settings;
use crate::web;
use base::stop::Stop;
use base::task::Tasks;
use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::{Method, Request, Response};
use serde::de::DeserializeOwned;
use std::sync::Arc;
use tokio::sync::{Semaphore, oneshot};
use tokio::time::timeout;

/// Everything a handler may use.
pub(crate) struct Desk {
    pub running: Arc<dyn Running>,
    pub settings: Settings,
    pub tasks: Tasks,
    pub stop: Stop,
    /// One permit for each open stream.
    pub streams: Arc<Semaphore>,
}

/// What can be asked for.
#[derive(Debug, Clone, Copy)]
enum Resource {
    Page,
    Health,
    Ready,
    Metrics,
    Status,
    Events,
    Logs,
    Config,
    Reload,
    Scale,
    Restart,
    Stop,
    Upgrade,
}

const TABLE: &[(&str, Method, Access, Resource)] = &[
    ("/", Method::GET, Access::Local, Resource::Page),
    ("/healthz", Method::GET, Access::Local, Resource::Health),
    ("/readyz", Method::GET, Access::Local, Resource::Ready),
    ("/metrics", Method::GET, Access::Local, Resource::Metrics),
    ("/api/v1/status", Method::GET, Access::Local, Resource::Status),
    ("/api/v1/events", Method::GET, Access::Token, Resource::Events),
    ("/api/v1/logs", Method::GET, Access::Token, Resource::Logs),
    ("/api/v1/config", Method::GET, Access::Token, Resource::Config),
    ("/api/v1/reload", Method::POST, Access::Token, Resource::Reload),
    ("/api/v1/scale", Method::POST, Access::Token, Resource::Scale),
    ("/api/v1/restart", Method::POST, Access::Token, Resource::Restart),
    ("/api/v1/stop", Method::POST, Access::Token, Resource::Stop),
    ("/api/v1/upgrade", Method::POST, Access::Token, Resource::Upgrade),
];

/// Answer one request.
pub(crate) async fn answer(
    desk: Arc<Desk>,
    peer: Peer,
    request: Request<Incoming>,
) -> Response<Body> {
    match route(&desk, peer, request).await {
        Ok(response) => response,
        Err(refused) => refused.into_response(),
    }
}

async fn route(
    desk: &Arc<Desk>,
    peer: Peer,
    request: Request<Incoming>,
) -> Result<Response<Body>, Refused> {
    let (head, body) = request.into_parts();
    gate::check_origin(peer, &head.headers)?;
    let (_, method, access, resource) = TABLE
        .iter()
        .find(|(path, ..)| *path == head.uri.path())
        .ok_or_else(|| Refused::not_found(head.uri.path()))?;
    // HEAD is GET whose body hyper leaves out.
    let asked = if head.method == Method::HEAD { &Method::GET } else { &head.method };
    if asked != method {
        return Err(Refused::wrong_method(method));
    }
    gate::check_access(peer, &head.headers, *access, &desk.settings.token)?;
    let body = match *method {
        Method::POST => {
            gate::check_json(&head.headers)?;
            read_body(desk, body).await?
        }
        _ => Bytes::new(),
    };
    match resource {
        Resource::Page => Ok(web::page(&desk.running.status())),
        Resource::Health => Ok(reply::json(&serde_json::json!({}))),
        Resource::Ready => health::ready(&desk.running.status()),
        Resource::Metrics => Ok(metrics::page(desk, &head.headers)),
        Resource::Status => Ok(status::get(desk)),
        Resource::Events => events::follow(desk),
        Resource::Logs => logs::get(desk, head.uri.query().unwrap_or_default()),
        Resource::Config => Ok(config::get(desk)),
        Resource::Reload => reload::post(desk, &body).await,
        Resource::Scale => scale::post(desk, &body).await,
        Resource::Restart => restart::post(desk, &body).await,
        Resource::Stop => stop::post(desk).await,
        Resource::Upgrade => upgrade::post(desk).await,
    }
}

async fn read_body(desk: &Desk, body: Incoming) -> Result<Bytes, Refused> {
    let limits = &desk.settings.limits;
    let whole = Limited::new(body, limits.body_bytes_max).collect();
    match timeout(limits.body_timeout, whole).await {
        Err(_) => Err(Refused::slow()),
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => {
            Err(Refused::too_large(limits.body_bytes_max))
        }
        Ok(Err(error)) => Err(Refused::bad(format!("The request's body broke off: {error}"))),
    }
}

/// A body as `T`; an empty one stands for `{}`.
fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refused> {
    let text = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(text).map_err(|error| {
        Refused::bad(format!("The request's body is not what this call takes: {error}."))
    })
}

/// Carry out a command to its end, even if the asker hangs up meanwhile.
async fn carry_out<T: Send + 'static>(desk: &Desk, command: Answer<T>) -> Result<T, Refused> {
    let (sender, receiver) = oneshot::channel();
    desk.tasks.spawn("control.command", async move {
        let _ = sender.send(command.await);
    });
    match receiver.await {
        Ok(outcome) => outcome.map_err(Refused::from),
        Err(_) => Err(Refused::broken("The command broke off. Look at `ostler status`.")),
    }
}
