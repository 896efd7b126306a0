//! What `GET /diagram` answers: the architecture as it runs, ready to be drawn.

use serde::{Deserialize, Serialize};

/// The running system as a picture: what there is, where it stands in the picture, and what flows.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Graph {
    /// When it was looked at, in milliseconds since the Unix epoch.
    pub at_ms: u64,
    /// What is drawn: the project, and Ostler's version.
    pub title: String,
    /// Width of the picture in pixels.
    pub width: f64,
    /// Height of the picture in pixels.
    pub height: f64,
    /// The columns from left to right.
    pub columns: Vec<GraphColumn>,
    /// What there is.
    pub nodes: Vec<GraphNode>,
    /// Who talks to whom.
    pub edges: Vec<GraphEdge>,
    /// What the picture does not show, and why; one sentence each.
    pub notes: Vec<String>,
}

/// A column of the picture.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct GraphColumn {
    /// Its heading.
    pub name: String,
    /// Its left side in pixels.
    pub x: f64,
    /// Its width in pixels.
    pub width: f64,
}

/// One thing that runs, or that somebody talks to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GraphNode {
    /// The same from picture to picture as long as the thing is the same.
    pub id: String,
    /// What it is.
    pub kind: NodeKind,
    /// What it is called.
    pub name: String,
    /// A few words about how it does.
    pub detail: String,
    /// How it is.
    pub state: NodeState,
    /// Why, if it is not well.
    #[serde(default)]
    pub reason: Option<String>,
    /// The app that it belongs to: of apps and workers.
    #[serde(default)]
    pub app: Option<String>,
    /// The number of a worker.
    #[serde(default)]
    pub number: Option<u32>,
    /// The process: of workers that have one.
    #[serde(default)]
    pub pid: Option<u32>,
    /// Where it can be reached: `127.0.0.1:5432`, `unix:/run/x.sock`.
    #[serde(default)]
    pub addresses: Vec<String>,
    /// Left side in pixels.
    #[serde(default)]
    pub x: f64,
    /// Upper side in pixels.
    #[serde(default)]
    pub y: f64,
    /// Width in pixels.
    #[serde(default)]
    pub width: f64,
    /// Height in pixels.
    #[serde(default)]
    pub height: f64,
}

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NodeKind {
    /// Everybody who connects to the edge.
    Clients,
    /// An address on which the edge listens.
    Listener,
    /// A route.
    Route,
    /// What the edge answers by itself: files, redirects, refusals.
    Edge,
    /// The cache of the edge.
    Cache,
    /// An app that Ostler runs.
    App,
    /// Servers that Ostler does not run.
    Upstream,
    /// A worker of an app.
    Worker,
    /// A server of an upstream.
    Server,
    /// The store that workers are told of.
    Store,
    /// A queue of jobs in the store.
    Queue,
    /// A database that workers talk to.
    Database,
    /// Anything else that workers talk to.
    Service,
}

/// How a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NodeState {
    /// As it should be.
    Good,
    /// On its way: starting, draining, stopping, reloading.
    Changing,
    /// It works, but not as it should.
    Ill,
    /// It does not work.
    Down,
    /// Nobody talks to it now.
    Idle,
}

/// Somebody talks to somebody.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GraphEdge {
    /// The same from picture to picture as long as both ends are the same.
    pub id: String,
    /// The node that asks.
    pub from: String,
    /// The node that is asked.
    pub to: String,
    /// Requests a second lately; None: they cannot be counted, only the connections can.
    pub requests_per_second: Option<f64>,
    /// Failed requests a second lately.
    pub errors_per_second: f64,
    /// Connections now open; None: they are not counted.
    #[serde(default)]
    pub connections: Option<u32>,
    /// What flows there.
    pub state: EdgeState,
    /// What is written beside it; empty: nothing.
    #[serde(default)]
    pub label: String,
    /// What the connections are for, as far as they say: names of the store's clients.
    #[serde(default)]
    pub detail: String,
    /// How thick it is drawn, in pixels.
    #[serde(default)]
    pub thickness: f64,
    /// The line, as the `d` of an SVG path.
    #[serde(default)]
    pub path: String,
}

/// What flows along an edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EdgeState {
    /// Nothing now.
    Idle,
    /// Requests, or connections that are open.
    Flowing,
    /// Requests, some of which fail.
    Failing,
    /// Requests, many of which fail.
    Broken,
}
