//! From clients to who is to answer: listeners, routes, the cache, and what the edge answers by itself.

use super::super::rates::{Counts, Rate};
use super::super::seen::{Answerer, RouteSeen};
use super::draft::{Draft, Stream, node};
use super::words::{counted, listener, number, per_second};
use super::working::app_id;
use base::units::show_bytes;
use model::api::{GraphNode, NodeKind, NodeState};

const CLIENTS: &str = "clients";
const CACHE: &str = "cache";
/// From this part of requests that fail on, a route is ill.
const ILL_FROM: f64 = 0.05;
/// More routes than this are not drawn.
const ROUTES_MAX: usize = 100;

impl Draft<'_> {
    /// Everything before the apps.
    pub fn add_inbound(&mut self) {
        self.add_listeners();
        let seen = self.seen;
        if seen.routes.len() > ROUTES_MAX {
            let more = seen.routes.len() - ROUTES_MAX;
            self.graph.notes.push(format!("{more} more routes are not drawn."));
        }
        for route in seen.routes.iter().take(ROUTES_MAX) {
            self.add_route(route);
        }
        if seen.routes.iter().any(|route| route.caches) {
            self.add_cache();
        }
    }

    fn add_listeners(&mut self) {
        let seen = self.seen;
        let open = seen.status.edge.connections;
        let state = if open > 0 { NodeState::Good } else { NodeState::Idle };
        let detail = counted(open, "connection");
        self.node(GraphNode { state, detail, ..node(CLIENTS, NodeKind::Clients, CLIENTS) });
        for (at, url) in seen.status.listen.iter().enumerate() {
            let id = listener_id(url);
            let (name, scheme) = listener(url);
            let mut counts = Counts::default();
            for route in &seen.routes {
                let one = route.by_listener.get(at).copied().unwrap_or_default();
                counts.requests += one.requests;
                counts.errors += one.errors;
            }
            let rate = self.rate(&id, counts);
            let address = url.split_once("://").map_or(url.as_str(), |(_, address)| address);
            self.node(GraphNode {
                detail: format!("{scheme} · {}", per_second(rate.requests)),
                addresses: vec![address.to_owned()],
                ..node(id.clone(), NodeKind::Listener, name)
            });
            let connections = seen.connections.get(at).copied();
            self.edge(CLIENTS, &id, Stream { rate: Some(rate), connections });
        }
    }

    fn add_route(&mut self, route: &RouteSeen) {
        let id = format!("route:{}", route.pattern);
        let rate = self.rate(&id, route.answered);
        let detail = match rate.errors > 0.0 {
            true => format!("{} · {} err/s", per_second(rate.requests), number(rate.errors)),
            false => per_second(rate.requests),
        };
        let state = state_of(rate);
        let name = route.pattern.as_str();
        self.node(GraphNode { detail, state, ..node(id.clone(), NodeKind::Route, name) });
        let seen = self.seen;
        for (at, url) in seen.status.listen.iter().enumerate() {
            let counts = route.by_listener.get(at).copied().unwrap_or_default();
            self.flow(&listener_id(url), &id, counts);
        }
        match &route.answerer {
            Answerer::App(app) => drop(self.flow(&id, &app_id(app), route.passed)),
            Answerer::Files(folder, app) => {
                self.answer_by_edge(&id, "files", folder, route);
                if let Some(app) = app {
                    self.flow(&id, &app_id(app), route.passed);
                }
            }
            Answerer::Redirect(to) => self.answer_by_edge(&id, "redirect", to, route),
            Answerer::Nobody => {}
        }
        if route.caches {
            self.flow(&id, CACHE, Counts { requests: route.cached, errors: 0 });
        }
    }

    /// What neither a worker nor the cache answered.
    fn answer_by_edge(&mut self, route_id: &str, what: &str, detail: &str, route: &RouteSeen) {
        let id = format!("{what}:{detail}");
        if !self.graph.nodes.iter().any(|node| node.id == id) {
            let node = node(id.clone(), NodeKind::Edge, what);
            self.node(GraphNode { detail: detail.to_owned(), ..node });
        }
        let others = route.passed.requests + route.cached;
        let requests = route.answered.requests.saturating_sub(others);
        self.flow(route_id, &id, Counts { requests, errors: 0 });
    }

    fn add_cache(&mut self) {
        let cache = self.seen.status.cache.clone().unwrap_or_default();
        let disk = cache.disk.map_or((0, 0), |disk| (disk.objects, disk.bytes));
        let objects = cache.memory.objects + disk.0;
        let bytes = show_bytes(cache.memory.bytes + disk.1);
        let kept = if objects == 1 { "reply" } else { "replies" };
        let detail = format!("{} {kept} · {bytes}", number(objects as f64));
        self.node(GraphNode { detail, ..node(CACHE, NodeKind::Cache, CACHE) });
    }
}

/// The id of the node of a listener.
pub fn listener_id(url: &str) -> String {
    format!("listener:{url}")
}

fn state_of(rate: Rate) -> NodeState {
    match () {
        () if rate.requests <= 0.0 => NodeState::Idle,
        () if rate.errors >= rate.requests * ILL_FROM => NodeState::Ill,
        () => NodeState::Good,
    }
}
