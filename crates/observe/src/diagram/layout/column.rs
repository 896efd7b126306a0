//! Which column a node stands in.

use model::api::{GraphNode, NodeKind};

/// The nodes of one column, by their places in the graph, from top to bottom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its heading.
    pub name: &'static str,
    /// Its nodes.
    pub nodes: Vec<usize>,
}

/// The columns that have nodes, from left to right.
pub type Columns = Vec<Column>;

const NAMES: [&str; 7] =
    ["", "edge", "routes", "answered by", "workers", "data and services", "queues"];

/// The nodes by column, in the order of the graph.
pub fn columns(nodes: &[GraphNode]) -> Columns {
    let mut columns: Columns =
        NAMES.into_iter().map(|name| Column { name, nodes: Vec::new() }).collect();
    for (at, node) in nodes.iter().enumerate() {
        if let Some(column) = columns.get_mut(of(node.kind)) {
            column.nodes.push(at);
        }
    }
    columns.retain(|column| !column.nodes.is_empty());
    columns
}

fn of(kind: NodeKind) -> usize {
    match kind {
        NodeKind::Clients => 0,
        NodeKind::Listener => 1,
        NodeKind::Route => 2,
        NodeKind::Edge | NodeKind::Cache | NodeKind::App | NodeKind::Upstream => 3,
        NodeKind::Worker | NodeKind::Server => 4,
        NodeKind::Store | NodeKind::Database | NodeKind::Service => 5,
        NodeKind::Queue => 6,
    }
}
