//! From a request to its resource.

use super::audit::{self, Action};
use super::{
    Body, Desk, Refused, Visit, body, config, diagram, events, health, ingest, live, logs, metrics,
    purge, reload, reply, restart, scale, series, session, status, stop, store, upgrade,
};
use crate::gate::{self, Access, Peer};
use crate::web;
use bytes::Bytes;
use hyper::body::Incoming;
use hyper::http::request::Parts;
use hyper::{Method, Request, Response};
use model::api::SeriesWhat;
use std::sync::Arc;

/// What can be asked for.
#[derive(Debug, Clone, Copy)]
enum Resource {
    Health,
    Ready,
    Metrics,
    Status,
    Diagram,
    DiagramSvg,
    Events,
    Logs,
    LogCounts,
    Config,
    Origins,
    StoreCommands,
    SlowLog,
    Stream,
    Session,
    Audit,
    Login,
    Logout,
    Change(Change),
}

/// What can be done; each is noted with who did it.
#[derive(Debug, Clone, Copy)]
enum Change {
    Reload,
    Scale,
    Restart,
    Purge,
    Stop,
    Upgrade,
}

const TABLE: &[(&str, Method, Access, Resource)] = &[
    ("/healthz", Method::GET, Access::Local, Resource::Health),
    ("/readyz", Method::GET, Access::Local, Resource::Ready),
    ("/metrics", Method::GET, Access::Local, Resource::Metrics),
    ("/api/v1/status", Method::GET, Access::Local, Resource::Status),
    // Each topic asks for what its resource asks for.
    ("/api/v1/stream", Method::GET, Access::Local, Resource::Stream),
    ("/api/v1/session", Method::GET, Access::Open, Resource::Session),
    ("/api/v1/login", Method::POST, Access::Open, Resource::Login),
    ("/api/v1/logout", Method::POST, Access::Open, Resource::Logout),
    ("/api/v1/diagram", Method::GET, Access::Read, Resource::Diagram),
    ("/api/v1/diagram.svg", Method::GET, Access::Read, Resource::DiagramSvg),
    ("/api/v1/events", Method::GET, Access::Read, Resource::Events),
    ("/api/v1/logs", Method::GET, Access::Read, Resource::Logs),
    ("/api/v1/logs/counts", Method::GET, Access::Read, Resource::LogCounts),
    ("/api/v1/config", Method::GET, Access::Read, Resource::Config),
    ("/api/v1/config/origins", Method::GET, Access::Read, Resource::Origins),
    ("/api/v1/store/commands", Method::GET, Access::Read, Resource::StoreCommands),
    ("/api/v1/store/slowlog", Method::GET, Access::Read, Resource::SlowLog),
    ("/api/v1/audit", Method::GET, Access::Read, Resource::Audit),
    ("/api/v1/reload", Method::POST, Access::Change, Resource::Change(Change::Reload)),
    ("/api/v1/scale", Method::POST, Access::Change, Resource::Change(Change::Scale)),
    ("/api/v1/restart", Method::POST, Access::Change, Resource::Change(Change::Restart)),
    ("/api/v1/purge", Method::POST, Access::Change, Resource::Change(Change::Purge)),
    ("/api/v1/stop", Method::POST, Access::Change, Resource::Change(Change::Stop)),
    ("/api/v1/upgrade", Method::POST, Access::Change, Resource::Change(Change::Upgrade)),
];

impl Change {
    /// Its name in the audit log.
    fn name(self) -> &'static str {
        match self {
            Change::Reload => "reload",
            Change::Scale => "scale",
            Change::Restart => "restart",
            Change::Purge => "purge",
            Change::Stop => "stop",
            Change::Upgrade => "upgrade",
        }
    }
}

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
    if let Some(what) = series::what(head.uri.path()) {
        return ask_series(desk, peer, what, &head, body).await;
    }
    // HEAD is GET whose body hyper leaves out.
    let asked = if head.method == Method::HEAD { &Method::GET } else { &head.method };
    if let Some(file) = web::find(head.uri.path()) {
        return match *asked {
            Method::GET => Ok(web::serve(file, &head.headers)),
            _ => Err(Refused::wrong_method(&Method::GET)),
        };
    }
    if let Some(form) = ingest::form(head.uri.path()) {
        return ingest::post(desk, peer, &head, body, form).await;
    }
    let (_, method, access, resource) = TABLE
        .iter()
        .find(|(path, ..)| *path == head.uri.path())
        .ok_or_else(|| Refused::not_found(head.uri.path()))?;
    if asked != method {
        return Err(Refused::wrong_method(method));
    }
    let visit = Visit::of(desk, peer, &head.headers);
    gate::check_forged(&visit.caller, visit.session(), asked, &head.headers)?;
    let allowed = gate::check_access(peer, &visit.caller, *access);
    if let (Err(refused), Resource::Change(change), Some(_)) =
        (&allowed, resource, visit.caller.role)
    {
        Action::new(desk, &visit.caller, change.name(), b"").ended(refused.error());
    }
    allowed?;
    let body = match *method {
        Method::POST => {
            gate::check_json(&head.headers)?;
            body::read(desk, body).await?
        }
        _ => Bytes::new(),
    };
    match resource {
        Resource::Change(change) => change.perform(desk, &visit, &body).await,
        Resource::Login => session::login(desk, &visit, &body).await,
        Resource::Logout => Ok(session::logout(desk, &visit)),
        _ => resource.read(desk, visit, &head).await,
    }
}

impl Resource {
    /// What changes nothing.
    async fn read(
        self,
        desk: &Arc<Desk>,
        visit: Visit,
        head: &Parts,
    ) -> Result<Response<Body>, Refused> {
        let query = head.uri.query().unwrap_or_default();
        match self {
            Resource::Health => Ok(reply::json(&serde_json::json!({}))),
            Resource::Ready => health::ready(&desk.running.status()),
            Resource::Metrics => Ok(metrics::page(desk, &head.headers)),
            Resource::Status => Ok(status::get(desk)),
            Resource::Diagram => diagram::json(desk).await,
            Resource::DiagramSvg => diagram::svg(desk).await,
            Resource::Events => events::follow(desk),
            Resource::Logs => logs::get(desk, query).await,
            Resource::LogCounts => logs::counts(desk, query).await,
            Resource::Config => Ok(config::get(desk)),
            Resource::Origins => Ok(config::origins(desk)),
            Resource::StoreCommands => store::commands(desk),
            Resource::SlowLog => store::slow_log(desk),
            Resource::Stream => live::follow(desk, visit, query),
            Resource::Session => Ok(session::get(desk, &visit)),
            Resource::Audit => audit::get(desk, query),
            Resource::Login | Resource::Logout | Resource::Change(_) => {
                Err(Refused::wrong_method(&Method::POST))
            }
        }
    }
}

impl Change {
    /// Do it, and note who did.
    async fn perform(
        self,
        desk: &Desk,
        visit: &Visit,
        body: &[u8],
    ) -> Result<Response<Body>, Refused> {
        let action = Action::new(desk, &visit.caller, self.name(), body);
        let answer = match self {
            Change::Reload => reload::post(desk, body).await,
            Change::Scale => scale::post(desk, body).await,
            Change::Restart => restart::post(desk, body).await,
            Change::Purge => purge::post(desk, body).await,
            Change::Stop => stop::post(desk).await,
            Change::Upgrade => upgrade::post(desk).await,
        };
        match &answer {
            Ok(_) => action.ended("ok"),
            Err(refused) => action.ended(refused.error()),
        }
        answer
    }
}

/// Questions to the metrics only read, so that a form does no harm.
async fn ask_series(
    desk: &Arc<Desk>,
    peer: Peer,
    what: SeriesWhat,
    head: &Parts,
    body: Incoming,
) -> Result<Response<Body>, Refused> {
    let visit = Visit::of(desk, peer, &head.headers);
    gate::check_forged(&visit.caller, visit.session(), &head.method, &head.headers)?;
    gate::check_access(peer, &visit.caller, Access::Local)?;
    let body = match head.method {
        Method::GET | Method::HEAD => Bytes::new(),
        Method::POST => {
            gate::check_form(&head.headers)?;
            body::read(desk, body).await?
        }
        _ => return Err(Refused::wrong_method(&Method::GET)),
    };
    series::answer(desk, what, head.uri.query().unwrap_or_default(), &body).await
}
