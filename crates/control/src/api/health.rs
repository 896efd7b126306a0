//! `/readyz`: may traffic be sent here?

use super::{Body, Refused, reply};
use hyper::Response;
use model::api::{AppState, AppStatus, Status, StoreFigures, WorkerState};

/// 200 if every app has a worker that takes requests, none is being stopped, and the store inside takes writes.
pub fn ready(status: &Status) -> Result<Response<Body>, Refused> {
    let inside = status.store.as_ref().and_then(|store| store.inside.as_ref());
    let mut unready: Vec<String> = status.apps.iter().filter_map(unready).collect();
    unready.extend(inside.and_then(ailing));
    if unready.is_empty() {
        return Ok(reply::json(&serde_json::json!({ "ready": true })));
    }
    Err(Refused::not_now(format!("Not ready: {}.", unready.join("; "))))
}

/// What is wrong with the store, if something is.
fn ailing(store: &StoreFigures) -> Option<String> {
    match &store.refuses {
        _ if !store.running => Some("the store does not run".into()),
        Some(why) => Some(format!("the store refuses writes: {why}")),
        None => None,
    }
}

fn unready(app: &AppStatus) -> Option<String> {
    let ready = app.workers.iter().filter(|worker| worker.state == WorkerState::Ready).count();
    let state = match app.state {
        AppState::Stopping => "stopping",
        AppState::Stopped => "stopped",
        _ if ready > 0 => return None,
        AppState::Starting => "starting",
        AppState::Failed => "failed",
        AppState::Online | AppState::Reloading | AppState::Degraded => "without a worker",
    };
    let reason = app.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
    let of = app.workers_target;
    Some(format!("app {} is {state}, {ready} of {of} workers ready{reason}", app.name))
}
