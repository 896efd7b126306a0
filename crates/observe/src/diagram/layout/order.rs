//! The order of nodes within columns: each near those to its left that it talks to, so that few edges cross.
//!
//! What is equal keeps the order of the graph. Workers of one app stand for one, and nothing depends on how much
//! flows: as long as the same apps talk to the same services, everything stays where it is.

use super::column::Columns;
use model::api::GraphNode;
use std::collections::{HashMap, HashSet};

/// Sort the nodes of each column. Listeners and routes stay as the config has them.
pub fn sort(columns: &mut Columns, nodes: &[GraphNode], links: &[(usize, usize)]) {
    let stands_for = representatives(nodes);
    let mut places: HashMap<usize, f64> = HashMap::new();
    for column in columns.iter_mut() {
        let count = column.nodes.len().max(1) as f64;
        let mut keyed: Vec<(f64, usize)> = Vec::new();
        for (at, node) in column.nodes.iter().enumerate() {
            let others = links.iter().filter(|(_, to)| to == node).map(|(from, _)| from);
            let others: HashSet<usize> =
                others.map(|one| stands_for.get(one).copied().unwrap_or(*one)).collect();
            let known: Vec<f64> =
                others.iter().filter_map(|one| places.get(one)).copied().collect();
            let key = match known.len() {
                0 => at as f64 / count,
                found => known.iter().sum::<f64>() / found as f64,
            };
            keyed.push((key, *node));
        }
        // Stable: what is equal stays as it is. The sum's order must not matter either.
        keyed.sort_by_key(|(key, _)| (key * 1e6).round() as i64);
        column.nodes = keyed.into_iter().map(|(_, node)| node).collect();
        for (at, node) in column.nodes.iter().enumerate() {
            places.insert(*node, at as f64 / count);
        }
    }
}

/// The app's node for each worker's.
fn representatives(nodes: &[GraphNode]) -> HashMap<usize, usize> {
    let apps: HashMap<&str, usize> = nodes
        .iter()
        .enumerate()
        .filter(|(_, node)| node.number.is_none())
        .filter_map(|(at, node)| Some((node.app.as_deref()?, at)))
        .collect();
    let workers = nodes.iter().enumerate().filter(|(_, node)| node.number.is_some());
    workers.filter_map(|(at, node)| Some((at, *apps.get(node.app.as_deref()?)?))).collect()
}
