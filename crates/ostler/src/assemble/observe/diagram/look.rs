//! One look at everything that runs.

use super::clients::clients;
use super::names::Names;
use super::peers::{self, Addresses, Owner};
use super::queues::Queues;
use crate::assemble::operator::Operator;
use crate::assemble::routes;
use config::{Config, Route};
use control::Running;
use edge::flow::Flow;
use model::api::Status;
use model::{AppName, WorkerId};
use observe::diagram::{Answerer, Counts, RouteSeen, Seen, Talk, Target, WorkerSeen};
use observe::socket;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

/// Who is no more connected is shown for so long: connections that live for a moment do not flicker.
const REMEMBERED: Duration = Duration::from_secs(30);
/// No more is remembered than so many.
const REMEMBERED_MAX: usize = 1_024;

/// Looks again and again.
#[derive(Debug, Default)]
pub struct Eye {
    /// Who talked to whom, and when that was last seen.
    talked: HashMap<(AppName, WorkerId, Target), Instant>,
    queues: Queues,
    names: Names,
}

impl Eye {
    /// Look.
    pub fn look(&mut self, operator: &Operator) -> Seen {
        let config = operator.shown.borrow().clone();
        let status = operator.status();
        let routes: Vec<RouteSeen> =
            config.routes.iter().map(|route| seen(route, &config, operator)).collect();
        let owners = peers::owners(&status);
        let doors: Vec<SocketAddr> = operator.listen.iter().map(|(address, _)| *address).collect();
        let pids: Vec<u32> = owners.iter().map(|owner| owner.pid).collect();
        let sight = socket::look(&pids, &doors);
        let store_paths =
            operator.store.as_ref().map(|store| store.here().paths()).unwrap_or_default();
        let names = self.names.look(&pids, base::clock::now());
        let (clients, queues) = match &operator.store {
            Some(store) => (clients(&*store.door()), self.queues.look(&*store.door())),
            None => Default::default(),
        };
        let addresses = Addresses {
            status: &status,
            store_paths: &store_paths,
            clients: &clients,
            names: &names,
        };
        let talks = peers::talks(&owners, &sight, &addresses);
        Seen {
            at_ms: base::clock::wall_ms(),
            connections: sight.clients,
            routes,
            workers: workers(operator, &status),
            talks: self.remember(talks, &owners, base::clock::now()),
            queues,
            notes: sight.notes,
            status,
        }
    }

    /// `talks`, and with no connections those that were seen a moment ago, of workers that still run.
    fn remember(&mut self, mut talks: Vec<Talk>, owners: &[Owner], now: Instant) -> Vec<Talk> {
        let runs = |worker: WorkerId| owners.iter().any(|owner| owner.worker == worker);
        self.talked.retain(|(_, worker, _), seen| now - *seen < REMEMBERED && runs(*worker));
        for talk in &talks {
            self.talked.insert((talk.app.clone(), talk.worker, talk.to.clone()), now);
        }
        for ((app, worker, to), _) in self.talked.iter().filter(|(_, seen)| **seen != now) {
            let (app, worker, to) = (app.clone(), *worker, to.clone());
            talks.push(Talk { app, worker, to, connections: 0, pending: 0, detail: String::new() });
        }
        if self.talked.len() > REMEMBERED_MAX {
            self.talked.clear();
        }
        talks
    }
}

fn seen(route: &Route, config: &Config, operator: &Operator) -> RouteSeen {
    let flow = operator.edge.meters().route_flow(&route.pattern).unwrap_or_default();
    let rules = &route.rules;
    let answerer = match (&rules.redirect, &rules.files, &route.app) {
        (Some(redirect), ..) => Answerer::Redirect(redirect.to.clone()),
        (None, Some(files), app) => {
            Answerer::Files(routes::shown(&files.folder, &config.root), app.clone())
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
