//! Whom workers talk to: the store and its queues, databases, other services.

use super::super::rates::Counts;
use super::super::seen::{Queue, Target};
use super::draft::{Draft, Stream, node};
use super::inbound::listener_id;
use super::words::{self, number};
use model::api::{GraphNode, NodeKind, NodeState, StoreStatus};
use std::collections::BTreeMap;

const STORE: &str = "store";
/// More databases and services, or queues, than this are not drawn.
const OUTSIDE_MAX: usize = 40;

/// One database or service.
#[derive(Debug, Default)]
struct Outside {
    addresses: Vec<String>,
    connections: u32,
    pending: u32,
}

impl Draft<'_> {
    /// Everything behind the workers.
    pub fn add_outbound(&mut self) {
        if let Some(store) = &self.seen.status.store {
            self.add_store(store);
        }
        let kept = self.add_outside();
        self.add_talks(&kept);
        self.add_queues();
    }

    fn add_store(&mut self, store: &StoreStatus) {
        let address = store.url.split_once("://").map_or(store.url.as_str(), |(_, rest)| rest);
        let address = address.split('/').next().unwrap_or_default().to_owned();
        let (detail, state, reason) = match &store.inside {
            None => (address.clone(), NodeState::Good, None),
            Some(inside) => {
                let state = match inside {
                    inside if !inside.running => NodeState::Down,
                    inside if inside.refuses.is_some() => NodeState::Ill,
                    _ => NodeState::Good,
                };
                (words::store(inside), state, inside.refuses.clone())
            }
        };
        let addresses = vec![address];
        self.node(GraphNode {
            detail,
            state,
            reason,
            addresses,
            ..node(STORE, NodeKind::Store, STORE)
        });
    }

    /// Databases and services; the ids of those that are drawn.
    fn add_outside(&mut self) -> Vec<String> {
        let mut all: BTreeMap<(NodeKind, String, String), Outside> = BTreeMap::new();
        for talk in &self.seen.talks {
            let Target::Outside { kind, what, name, address } = &talk.to else { continue };
            let one = all.entry((*kind, what.clone(), name.clone())).or_default();
            one.connections += talk.connections;
            one.pending += talk.pending;
            if !one.addresses.contains(address) {
                one.addresses.push(address.clone());
            }
        }
        let mut busiest: Vec<u32> = all.values().map(|one| one.connections).collect();
        busiest.sort_unstable_by(|one, other| other.cmp(one));
        let least = busiest.get(OUTSIDE_MAX - 1).copied().unwrap_or(0);
        let mut kept = Vec::new();
        let mut more = 0;
        for ((kind, what, name), mut one) in all {
            if kept.len() == OUTSIDE_MAX || one.connections < least {
                more += 1;
                continue;
            }
            let id = outside_id(&what, &name);
            one.addresses.sort_unstable();
            let (state, words) = match (one.connections, one.pending) {
                (0, 0) => (NodeState::Idle, "not connected".into()),
                (0, _) => (NodeState::Ill, "does not answer".into()),
                (open, _) => (NodeState::Good, format!("{} open", number(open.into()))),
            };
            // A database is known by what it is, a service by where it is.
            let (title, rest) = match kind {
                NodeKind::Database => (what, name),
                _ => (name, what),
            };
            let (detail, addresses) = (format!("{rest} · {words}"), one.addresses);
            self.node(GraphNode { detail, state, addresses, ..node(id.clone(), kind, title) });
            kept.push(id);
        }
        if more > 0 {
            self.graph
                .notes
                .push(format!("{more} more services that workers talk to are not drawn."));
        }
        kept
    }

    fn add_talks(&mut self, outside: &[String]) {
        let seen = self.seen;
        let mut edges: BTreeMap<(String, String), (u32, String)> = BTreeMap::new();
        for talk in &seen.talks {
            let to = match &talk.to {
                Target::Store if seen.status.store.is_some() => Some(STORE.to_owned()),
                Target::Store => None,
                Target::Listener(at) => seen.status.listen.get(*at).map(|url| listener_id(url)),
                Target::Worker(worker) => self.id_of_worker(*worker),
                Target::Outside { what, name, .. } => {
                    Some(outside_id(what, name)).filter(|id| outside.contains(id))
                }
            };
            if let (Some(from), Some(to)) = (self.id_of_worker(talk.worker), to) {
                let (open, detail) = edges.entry((from, to)).or_default();
                *open += talk.connections;
                detail.push_str(&talk.detail);
            }
        }
        for ((from, to), (connections, detail)) in edges {
            self.edge(&from, &to, Stream { rate: None, connections: Some(connections) });
            if let Some(edge) = self.graph.edges.last_mut() {
                edge.detail = detail;
            }
        }
    }

    fn add_queues(&mut self) {
        let mut queues: Vec<&Queue> = self.seen.queues.iter().collect();
        queues.sort_by(|one, other| {
            let busy = |queue: &Queue| std::cmp::Reverse(queue.active + queue.waiting);
            (busy(one), &one.prefix, &one.name).cmp(&(busy(other), &other.prefix, &other.name))
        });
        if let Some(more) = queues.len().checked_sub(OUTSIDE_MAX).filter(|more| *more > 0) {
            self.graph.notes.push(format!("{more} more queues are not drawn."));
        }
        queues.truncate(OUTSIDE_MAX);
        queues.sort_by(|one, other| (&one.prefix, &one.name).cmp(&(&other.prefix, &other.name)));
        for queue in queues {
            let id = format!("queue:{}:{}", queue.prefix, queue.name);
            let state = match queue.active + queue.waiting {
                _ if queue.is_paused => NodeState::Changing,
                0 => NodeState::Idle,
                _ => NodeState::Good,
            };
            self.node(GraphNode {
                detail: of_queue(queue),
                state,
                ..node(id.clone(), NodeKind::Queue, queue.name.as_str())
            });
            self.flow(STORE, &id, Counts { requests: queue.added, errors: queue.failed });
        }
    }
}

fn outside_id(what: &str, name: &str) -> String {
    format!("outside:{what}:{name}")
}

fn of_queue(queue: &Queue) -> String {
    let count = |count: u64, what: &str| format!("{} {what}", number(count as f64));
    let mut parts = vec![count(queue.waiting, "waiting"), count(queue.active, "active")];
    if queue.is_paused {
        parts.insert(0, "paused".into());
    }
    if queue.delayed > 0 {
        parts.push(count(queue.delayed, "delayed"));
    }
    if queue.failed > 0 {
        parts.push(count(queue.failed, "failed"));
    }
    parts.join(" · ")
}
