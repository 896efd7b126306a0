//! One look at everything that runs.

use crate::assemble::operator::Operator;
use config::{Config, Route};
use control::Running;
use edge::flow::Flow;
use model::api::Status;
use observe::diagram::{Answerer, Counts, RouteSeen, Seen, WorkerSeen};
use std::path::Path;
use std::sync::atomic::Ordering::Relaxed;

/// Look.
pub fn look(operator: &Operator) -> Seen {
    let config = operator.shown.borrow().clone();
    let status = operator.status();
    let routes = config.routes.iter().map(|route| seen(route, &config, operator)).collect();
    let connections = match status.listen.len() {
        1 => vec![u32::try_from(status.edge.connections).unwrap_or(u32::MAX)],
        _ => Vec::new(),
    };
    Seen {
        at_ms: base::clock::wall_ms(),
        connections,
        routes,
        workers: workers(operator, &status),
        talks: Vec::new(),
        queues: Vec::new(),
        notes: Vec::new(),
        status,
    }
}

fn seen(route: &Route, config: &Config, operator: &Operator) -> RouteSeen {
    let flow = operator.edge.meters().route_flow(&route.pattern).unwrap_or_default();
    let rules = &route.rules;
    let answerer = match (&rules.redirect, &rules.files, &route.app) {
        (Some(redirect), ..) => Answerer::Redirect(redirect.to.clone()),
        (None, Some(files), app) => {
            Answerer::Files(below(&files.folder, &config.root), app.clone())
        }
        (None, None, Some(app)) => Answerer::App(app.clone()),
        (None, None, None) => Answerer::Nobody,
    };
    RouteSeen {
        pattern: route.pattern.clone(),
        answerer,
        caches: rules.cache.is_some(),
        answered: Counts { requests: flow.requests, errors: flow.server_errors },
        passed: counts(flow.passed),
        cached: flow.cached,
        by_listener: flow.listeners.into_iter().map(counts).collect(),
    }
}

fn counts(flow: Flow) -> Counts {
    Counts { requests: flow.requests, errors: flow.errors }
}

/// A folder as the config may have it.
fn below(folder: &Path, root: &Path) -> String {
    folder.strip_prefix(root).unwrap_or(folder).display().to_string()
}

/// The edge's own counts, which are newer than those of the status.
fn workers(operator: &Operator, status: &Status) -> Vec<WorkerSeen> {
    let mut seen: Vec<WorkerSeen> = Vec::new();
    for fleet in operator.supervise.fleets() {
        for member in &fleet.borrow().members {
            let (requests, errors) = (&member.load.requests, &member.load.failures);
            let counts = Counts { requests: requests.load(Relaxed), errors: errors.load(Relaxed) };
            seen.push(WorkerSeen { worker: member.worker, counts });
        }
    }
    for worker in status.apps.iter().flat_map(|app| &app.workers) {
        if !seen.iter().any(|known| known.worker == worker.id) {
            let counts = Counts { requests: worker.requests, errors: worker.failures };
            seen.push(WorkerSeen { worker: worker.id, counts });
        }
    }
    seen
}
