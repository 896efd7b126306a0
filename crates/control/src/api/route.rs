//! From a request to its resource.

use super::{
    Body, Desk, Refused, body, config, diagram, events, health, logs, metrics, purge, reload,
    reply, restart, scale, status, stop, upgrade,
};
use crate::gate::{self, Access, Peer};
use crate::web;
use bytes::Bytes;
use hyper::body::Incoming;
use hyper::{Method, Request, Response};
use std::sync::Arc;

/// What can be asked for.
#[derive(Debug, Clone, Copy)]
enum Resource {
    Page,
    Health,
    Ready,
    Metrics,
    Status,
    Diagram,
    DiagramSvg,
    Events,
    Logs,
    Config,
    Reload,
    Scale,
    Restart,
    Purge,
    Stop,
    Upgrade,
}

const TABLE: &[(&str, Method, Access, Resource)] = &[
    ("/", Method::GET, Access::Local, Resource::Page),
    ("/healthz", Method::GET, Access::Local, Resource::Health),
    ("/readyz", Method::GET, Access::Local, Resource::Ready),
    ("/metrics", Method::GET, Access::Local, Resource::Metrics),
    ("/api/v1/status", Method::GET, Access::Local, Resource::Status),
    ("/api/v1/diagram", Method::GET, Access::Token, Resource::Diagram),
    ("/api/v1/diagram.svg", Method::GET, Access::Token, Resource::DiagramSvg),
    ("/api/v1/events", Method::GET, Access::Token, Resource::Events),
    ("/api/v1/logs", Method::GET, Access::Token, Resource::Logs),
    ("/api/v1/config", Method::GET, Access::Token, Resource::Config),
    ("/api/v1/reload", Method::POST, Access::Token, Resource::Reload),
    ("/api/v1/scale", Method::POST, Access::Token, Resource::Scale),
    ("/api/v1/restart", Method::POST, Access::Token, Resource::Restart),
    ("/api/v1/purge", Method::POST, Access::Token, Resource::Purge),
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
            body::read(desk, body).await?
        }
        _ => Bytes::new(),
    };
    match resource {
        Resource::Page => Ok(web::page(&desk.running.status())),
        Resource::Health => Ok(reply::json(&serde_json::json!({}))),
        Resource::Ready => health::ready(&desk.running.status()),
        Resource::Metrics => Ok(metrics::page(desk, &head.headers)),
        Resource::Status => Ok(status::get(desk)),
        Resource::Diagram => diagram::json(desk).await,
        Resource::DiagramSvg => diagram::svg(desk).await,
        Resource::Events => events::follow(desk),
        Resource::Logs => logs::get(desk, head.uri.query().unwrap_or_default()),
        Resource::Config => Ok(config::get(desk)),
        Resource::Reload => reload::post(desk, &body).await,
        Resource::Scale => scale::post(desk, &body).await,
        Resource::Restart => restart::post(desk, &body).await,
        Resource::Purge => purge::post(desk, &body).await,
        Resource::Stop => stop::post(desk).await,
        Resource::Upgrade => upgrade::post(desk).await,
    }
}
