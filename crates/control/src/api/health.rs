//! `/readyz`: may traffic be sent here?

use super::{Body, Refused, reply};
use hyper::Response;
use model::api::{AppState, AppStatus, Status, WorkerState};

/// 200 if every app has a worker that takes requests and none is being stopped.
pub fn ready(status: &Status) -> Result<Response<Body>, Refused> {
    let unready: Vec<String> = status.apps.iter().filter_map(unready).collect();
    if unready.is_empty() {
        return Ok(reply::json(&serde_json::json!({ "ready": true })));
    }
    Err(Refused::not_now(format!("Not ready: {}.", unready.join("; "))))
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
