//! From a graph without places to one with them.

use super::column::{self, Columns};
use super::height::{self, Slot};
use super::order;
use super::route;
use crate::diagram::text;
use model::api::{Graph, GraphColumn, GraphNode, NodeKind};
use std::collections::HashMap;

/// Room above the columns: for the title and the headings.
pub const HEAD: f64 = 78.0;
/// Room below them: for the legend.
pub const LEGEND: f64 = 56.0;
/// From so many nodes on, those of a column are drawn as lines.
const COMPACT_FROM: usize = 13;

const MARGIN: f64 = 24.0;
const BETWEEN_COLUMNS: f64 = 78.0;
const TALL: f64 = 46.0;
const LOW: f64 = 26.0;
const GAP: f64 = 14.0;
const LOW_GAP: f64 = 6.0;
/// Between workers of different apps.
const MORE_GAP: f64 = 14.0;
const WIDTH_MAX: f64 = 240.0;
/// Of a node, beside its text.
const AROUND: f64 = 54.0;
const HEIGHT_MIN: f64 = 150.0;

/// Give everything its place.
pub fn place(graph: &mut Graph) {
    let mut columns = column::columns(&graph.nodes);
    let links = links(graph);
    order::sort(&mut columns, &graph.nodes, &links);
    set_sizes(graph, &columns);
    let bottom = set_heights(graph, &columns, &links);
    set_sides(graph, &columns);
    graph.height = (bottom + LEGEND + notes_height(graph)).round();
    route::route(graph);
}

/// Edges as places in the list of nodes; those that lead nowhere are left out.
fn links(graph: &Graph) -> Vec<(usize, usize)> {
    let at: HashMap<&str, usize> =
        graph.nodes.iter().enumerate().map(|(at, node)| (node.id.as_str(), at)).collect();
    let ends = |edge: &model::api::GraphEdge| {
        Some((*at.get(edge.from.as_str())?, *at.get(edge.to.as_str())?))
    };
    graph.edges.iter().filter_map(ends).collect()
}

fn set_sizes(graph: &mut Graph, columns: &Columns) {
    for column in columns {
        let is_low = column.nodes.len() >= COMPACT_FROM;
        let nodes = column.nodes.iter().filter_map(|at| graph.nodes.get(*at));
        let widest = nodes.map(|node| wanted_width(node, is_low)).fold(0.0, f64::max);
        for at in &column.nodes {
            if let Some(node) = graph.nodes.get_mut(*at) {
                node.width = widest.min(WIDTH_MAX).round();
                node.height = if is_low { LOW } else { TALL };
            }
        }
    }
}

/// The words about a node change all the time: their room does not.
fn wanted_width(node: &GraphNode, is_low: bool) -> f64 {
    let name = text::width(&node.name, 13.5);
    let detail = match node.kind {
        NodeKind::Clients => 92.0,
        NodeKind::Worker | NodeKind::Cache => 118.0,
        NodeKind::Listener | NodeKind::Edge => 124.0,
        NodeKind::App | NodeKind::Upstream | NodeKind::Server => 142.0,
        NodeKind::Route | NodeKind::Store => 146.0,
        NodeKind::Database | NodeKind::Service | NodeKind::Queue => 164.0,
    };
    if is_low { AROUND + name + detail } else { AROUND + name.max(detail) }
}

/// Returns where the lowest node ends.
fn set_heights(graph: &mut Graph, columns: &Columns, links: &[(usize, usize)]) -> f64 {
    let slot = |at: &usize| {
        let node = graph.nodes.get(*at);
        let is_low = node.is_some_and(|node| node.height < TALL);
        Slot {
            node: *at,
            height: node.map_or(TALL, |node| node.height),
            gap: if is_low { LOW_GAP } else { GAP },
            group: node
                .filter(|node| node.kind == NodeKind::Worker)
                .and_then(|one| one.app.clone()),
        }
    };
    let slots: Vec<Vec<Slot>> =
        columns.iter().map(|column| column.nodes.iter().map(slot).collect()).collect();
    let middles = height::middles(&slots, links, MORE_GAP);
    let tops = middles
        .iter()
        .filter_map(|(at, middle)| graph.nodes.get(*at).map(|node| middle - node.height / 2.0));
    let top = tops.fold(f64::INFINITY, f64::min);
    let mut bottom: f64 = HEAD + HEIGHT_MIN;
    for (at, middle) in middles {
        if let Some(node) = graph.nodes.get_mut(at) {
            node.y = (middle - node.height / 2.0 - top + HEAD + 12.0).round();
            bottom = bottom.max(node.y + node.height + 12.0);
        }
    }
    bottom
}

fn set_sides(graph: &mut Graph, columns: &Columns) {
    let mut x = MARGIN;
    for column in columns {
        let mut width: f64 = 0.0;
        for at in &column.nodes {
            if let Some(node) = graph.nodes.get_mut(*at) {
                node.x = x;
                width = width.max(node.width);
            }
        }
        graph.columns.push(GraphColumn { name: column.name.to_owned(), x, width });
        x += width + BETWEEN_COLUMNS;
    }
    graph.width = (x - BETWEEN_COLUMNS + MARGIN).max(640.0);
}

fn notes_height(graph: &Graph) -> f64 {
    graph.notes.len() as f64 * 16.0
}
