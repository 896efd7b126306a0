//! Who works on requests: apps with their workers, upstreams with their servers.

use super::super::rates::Counts;
use super::draft::{Draft, node};
use super::words;
use model::api::{
    AppStatus, GraphNode, NodeKind, NodeState, ServerState, ServerStatus, UpstreamStatus,
    WorkerStatus,
};
use model::{AppName, WorkerId};

/// More workers, or servers, than this of one app or upstream are not drawn.
const WORKERS_MAX: usize = 128;

impl Draft<'_> {
    /// Apps and upstreams.
    pub fn add_working(&mut self) {
        let seen = self.seen;
        seen.status.apps.iter().for_each(|app| self.add_app(app));
        seen.status.upstreams.iter().for_each(|upstream| self.add_upstream(upstream));
    }

    fn add_app(&mut self, app: &AppStatus) {
        let id = app_id(&app.name);
        self.node(GraphNode {
            detail: words::app(app),
            state: words::state_of_app(app.state),
            reason: app.reason.clone(),
            app: Some(app.name.to_string()),
            ..node(id.clone(), NodeKind::App, app.name.as_str())
        });
        for worker in app.workers.iter().take(WORKERS_MAX) {
            let worker_id = worker_id(&app.name, worker);
            self.node(GraphNode {
                detail: words::worker(worker),
                state: words::state_of_worker(worker.state),
                app: Some(app.name.to_string()),
                number: Some(worker.number),
                pid: (worker.pid > 0).then_some(worker.pid),
                ..node(
                    worker_id.clone(),
                    NodeKind::Worker,
                    format!("{}/{}", app.name, worker.number),
                )
            });
            let counted = self.seen.workers.iter().find(|seen| seen.worker == worker.id);
            let counts = counted.map_or_else(Counts::default, |seen| seen.counts);
            self.flow(&id, &worker_id, counts);
        }
        self.note_more(app.workers.len(), "workers", app.name.as_str());
    }

    fn add_upstream(&mut self, upstream: &UpstreamStatus) {
        let id = app_id(&upstream.name);
        let healthy = |one: &&ServerStatus| one.state == ServerState::Healthy;
        let count = upstream.servers.iter().filter(healthy).count();
        let state = match count {
            0 => NodeState::Down,
            some if some < upstream.servers.len() => NodeState::Ill,
            _ => NodeState::Good,
        };
        self.node(GraphNode {
            detail: format!("{count} of {} healthy", upstream.servers.len()),
            state,
            reason: upstream.faults.first().cloned(),
            ..node(id.clone(), NodeKind::Upstream, upstream.name.as_str())
        });
        for server in upstream.servers.iter().take(WORKERS_MAX) {
            let server_id = format!("server:{}/{}", upstream.name, server.url);
            let (state, word) = match server.state {
                ServerState::Checking => (NodeState::Changing, "checking"),
                ServerState::Healthy => (NodeState::Good, "healthy"),
                ServerState::Unhealthy => (NodeState::Down, "unhealthy"),
                ServerState::Leaving => (NodeState::Changing, "leaving"),
            };
            let (url, address) = server.url.split_once(' ').unwrap_or((&server.url, ""));
            let detail = if address.is_empty() { word.into() } else { format!("{word} {address}") };
            self.node(GraphNode {
                detail,
                state,
                reason: server.reason.clone(),
                ..node(server_id.clone(), NodeKind::Server, url)
            });
            let counts = Counts { requests: server.requests, errors: server.failures };
            self.flow(&id, &server_id, counts);
        }
        self.note_more(upstream.servers.len(), "servers", upstream.name.as_str());
    }

    fn note_more(&mut self, count: usize, what: &str, of: &str) {
        if let Some(more) = count.checked_sub(WORKERS_MAX).filter(|more| *more > 0) {
            self.graph.notes.push(format!("{more} more {what} of {of} are not drawn."));
        }
    }

    /// The id of the node of a worker, if it is drawn.
    pub fn id_of_worker(&self, worker: WorkerId) -> Option<String> {
        self.seen.status.apps.iter().find_map(|app| {
            let known = app.workers.iter().take(WORKERS_MAX).find(|known| known.id == worker);
            known.map(|known| worker_id(&app.name, known))
        })
    }
}

/// The id of the node of an app or an upstream.
pub fn app_id(app: &AppName) -> String {
    format!("app:{app}")
}

/// A replacement is another worker; one that waits has no process yet.
fn worker_id(app: &AppName, worker: &WorkerStatus) -> String {
    let WorkerStatus { number, id, pid, .. } = worker;
    if *pid == 0 {
        format!("worker:{app}/{number}/waiting")
    } else {
        format!("worker:{app}/{number}/{id}")
    }
}
