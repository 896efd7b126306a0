//! What the status and the metrics show of upstreams; written by their thread.

use super::core::{Member, Origin, Standing};
use base::histogram::Counts;
use meter::{Snapshot, names};
use model::api::{ServerState, ServerStatus, UpstreamStatus};
use model::{AppName, Load};
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, PoisonError};

/// All upstreams as they are now.
#[derive(Debug, Default)]
pub struct Board(Mutex<Vec<Entry>>);

#[derive(Debug, Clone)]
struct Entry {
    name: AppName,
    faults: Vec<String>,
    servers: Vec<Server>,
    check_failures: u64,
    resolve_failures: u64,
}

#[derive(Debug, Clone)]
struct Server {
    shown: String,
    state: ServerState,
    reason: Option<String>,
    load: Arc<Load>,
}

impl Board {
    /// Show these from now on.
    pub fn put<'a>(&self, origins: impl Iterator<Item = &'a Origin>) {
        let entries = origins.map(Entry::new).collect();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = entries;
    }

    /// For the admin API.
    pub fn status(&self) -> Vec<UpstreamStatus> {
        self.entries().into_iter().map(Entry::status).collect()
    }

    /// Write every sample of upstreams.
    pub fn write(&self, to: &mut Snapshot) {
        let entries = self.entries();
        let mut each = |metric, value: fn(&Entry) -> u64| {
            for entry in &entries {
                to.sample(metric, &[entry.name.as_str()], value(entry));
            }
        };
        each(&names::EDGE_ORIGIN_SERVERS, |entry| entry.count(|_| true));
        each(&names::EDGE_ORIGIN_HEALTHY, |entry| {
            entry.count(|state| state == ServerState::Healthy)
        });
        each(&names::EDGE_ORIGIN_CHECK_FAILURES, |entry| entry.check_failures);
        each(&names::EDGE_ORIGIN_RESOLVE_FAILURES, |entry| entry.resolve_failures);
        for entry in &entries {
            entry.write_servers(to);
        }
    }

    fn entries(&self) -> Vec<Entry> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Entry {
    fn new(origin: &Origin) -> Self {
        Entry {
            name: origin.name().clone(),
            faults: origin.faults().collect(),
            servers: origin.members().iter().map(Server::new).collect(),
            check_failures: origin.check_failures,
            resolve_failures: origin.resolve_failures,
        }
    }

    fn count(&self, of: fn(ServerState) -> bool) -> u64 {
        let stays = |server: &&Server| server.state != ServerState::Leaving;
        self.servers.iter().filter(stays).filter(|server| of(server.state)).count() as u64
    }

    fn write_servers(&self, to: &mut Snapshot) {
        let mut all = Counts::default();
        for Server { shown, load, .. } in &self.servers {
            let labels = [self.name.as_str(), shown.as_str()];
            to.sample(&names::EDGE_ORIGIN_REQUESTS, &labels, load.requests.load(Relaxed));
            to.sample(&names::EDGE_ORIGIN_FAILURES, &labels, load.failures.load(Relaxed));
            to.sample(&names::EDGE_ORIGIN_IN_FLIGHT, &labels, load.in_flight.load(Relaxed));
            all.add(&load.latency.counts());
        }
        to.histogram(&names::EDGE_ORIGIN_DURATION, &[self.name.as_str()], &all);
    }

    fn status(self) -> UpstreamStatus {
        let server = |server: Server| ServerStatus {
            url: server.shown,
            state: server.state,
            reason: server.reason,
            in_flight: server.load.in_flight.load(Relaxed),
            upgraded: server.load.upgraded.load(Relaxed),
            requests: server.load.requests.load(Relaxed),
            failures: server.load.failures.load(Relaxed),
        };
        UpstreamStatus {
            name: self.name,
            faults: self.faults,
            servers: self.servers.into_iter().map(server).collect(),
        }
    }
}

impl Server {
    fn new(member: &Member) -> Self {
        let state = match member.standing {
            _ if !member.is_wanted() => ServerState::Leaving,
            Standing::New => ServerState::Checking,
            Standing::In => ServerState::Healthy,
            Standing::Out => ServerState::Unhealthy,
        };
        let (reason, load) = (member.cause.clone(), member.load.clone());
        Server { shown: member.to_string(), state, reason, load }
    }
}
