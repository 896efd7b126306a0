//! A picture in the making.

use super::super::layout;
use super::super::rates::{Counts, Rate, Rates};
use super::super::seen::Seen;
use super::words;
use model::api::{EdgeState, Graph, GraphEdge, GraphNode, NodeKind, NodeState};

/// From this part of requests that fail on, an edge is broken.
const BROKEN_FROM: f64 = 0.05;
/// How thick edges are drawn, in pixels.
const THIN: f64 = 1.3;
const THICK: f64 = 12.0;

/// The picture of `seen`; `rates` has what was counted before.
pub fn build(seen: &Seen, rates: &mut Rates, monotonic_ms: u64) -> Graph {
    rates.begin(monotonic_ms);
    let mut draft = Draft { seen, rates, graph: Graph::default() };
    draft.graph.at_ms = seen.at_ms;
    draft.graph.title = words::title(&seen.status);
    draft.graph.notes.clone_from(&seen.notes);
    draft.add_inbound();
    draft.add_working();
    draft.add_outbound();
    let mut graph = draft.graph;
    layout::place(&mut graph);
    graph
}

/// A picture in the making.
pub struct Draft<'a> {
    pub seen: &'a Seen,
    pub rates: &'a mut Rates,
    pub graph: Graph,
}

/// What is known of what flows along an edge.
#[derive(Debug, Clone, Copy, Default)]
pub struct Stream {
    /// None: requests cannot be counted there.
    pub rate: Option<Rate>,
    /// Connections now open, where they are counted.
    pub connections: Option<u32>,
}

impl Draft<'_> {
    /// The rate of what is counted under the id of an edge or a node.
    pub fn rate(&mut self, id: &str, counts: Counts) -> Rate {
        self.rates.take(id, counts)
    }

    pub fn node(&mut self, node: GraphNode) {
        self.graph.nodes.push(node);
    }

    /// An edge along which requests are counted.
    pub fn flow(&mut self, from: &str, to: &str, counts: Counts) -> Rate {
        let rate = self.rate(&edge_id(from, to), counts);
        self.edge(from, to, Stream { rate: Some(rate), connections: None });
        rate
    }

    pub fn edge(&mut self, from: &str, to: &str, stream: Stream) {
        let Stream { rate, connections } = stream;
        let requests = rate.map(|rate| rate.requests);
        let errors = rate.map_or(0.0, |rate| rate.errors);
        let open = connections.unwrap_or(0);
        let label = match requests {
            Some(requests) if requests > 0.0 => format!("{}/s", words::number(requests)),
            Some(_) => String::new(),
            None if open > 1 => format!("{open}×"),
            None => String::new(),
        };
        self.graph.edges.push(GraphEdge {
            id: edge_id(from, to),
            from: from.to_owned(),
            to: to.to_owned(),
            requests_per_second: requests,
            errors_per_second: errors,
            connections,
            state: state(requests.unwrap_or(0.0), errors, open),
            label,
            detail: String::new(),
            thickness: thickness(requests.unwrap_or(0.0), open),
            path: String::new(),
        });
    }
}

/// A node of which no more is known.
pub fn node(id: impl Into<String>, kind: NodeKind, name: impl Into<String>) -> GraphNode {
    GraphNode {
        id: id.into(),
        kind,
        name: name.into(),
        detail: String::new(),
        state: NodeState::Good,
        reason: None,
        app: None,
        number: None,
        pid: None,
        addresses: Vec::new(),
        x: 0.0,
        y: 0.0,
        width: 0.0,
        height: 0.0,
    }
}

fn edge_id(from: &str, to: &str) -> String {
    format!("{from}→{to}")
}

fn state(requests: f64, errors: f64, open: u32) -> EdgeState {
    match () {
        () if errors > 0.0 && errors >= requests * BROKEN_FROM => EdgeState::Broken,
        () if errors > 0.0 => EdgeState::Failing,
        () if requests > 0.0 || open > 0 => EdgeState::Flowing,
        () => EdgeState::Idle,
    }
}

/// By the logarithm, so that a busy edge leaves a quiet one to be seen.
fn thickness(requests: f64, open: u32) -> f64 {
    let by_requests = 1.35 * requests.ln_1p();
    let by_connections = 0.45 * f64::from(open).ln_1p();
    ((THIN + by_requests.max(by_connections)) * 100.0).round().min(THICK * 100.0) / 100.0
}
