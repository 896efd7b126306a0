//! The lines of edges: curves that leave and arrive level, side by side where several share a node.

use model::api::{Graph, GraphNode};
use std::collections::HashMap;

/// A curve from one node to another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Curve {
    /// Where it begins.
    pub from: (f64, f64),
    /// The points that it bends towards.
    pub bends: [(f64, f64); 2],
    /// Where it ends.
    pub to: (f64, f64),
}

/// So many pixels lie between two edges at a node, if there is room.
const APART: f64 = 7.0;
/// Edges meet a node within this part of its side.
const SIDE: f64 = 0.62;

impl Curve {
    /// As the `d` of an SVG path.
    pub fn path(&self) -> String {
        let Curve { from, bends: [first, second], to } = self;
        format!(
            "M{} {}C{} {} {} {} {} {}",
            from.0, from.1, first.0, first.1, second.0, second.1, to.0, to.1
        )
    }
}

/// Give every edge its path.
pub fn route(graph: &mut Graph) {
    let nodes: HashMap<String, GraphNode> =
        graph.nodes.iter().map(|node| (node.id.clone(), node.clone())).collect();
    let ends: Vec<Option<(&GraphNode, &GraphNode)>> = graph
        .edges
        .iter()
        .map(|edge| Some((nodes.get(&edge.from)?, nodes.get(&edge.to)?)))
        .collect();
    let mut starts = vec![0.0; ends.len()];
    let mut arrivals = vec![0.0; ends.len()];
    let thick: Vec<f64> = graph.edges.iter().map(|edge| edge.thickness).collect();
    spread(&ends, &thick, &mut starts, |(from, to)| (&from.id, from, to));
    spread(&ends, &thick, &mut arrivals, |(from, to)| (&to.id, to, from));
    let paths: Vec<String> = ends
        .iter()
        .zip(starts.iter().zip(&arrivals))
        .map(|(ends, (start, arrival))| {
            ends.map_or_else(String::new, |(from, to)| curve(from, to, *start, *arrival).path())
        })
        .collect();
    for (edge, path) in graph.edges.iter_mut().zip(paths) {
        edge.path = path;
    }
}

type Ends<'a> = (&'a GraphNode, &'a GraphNode);

/// Spread the edges of each node over its side, in the order of where they lead.
fn spread<'a>(
    ends: &[Option<Ends<'a>>],
    thick: &[f64],
    heights: &mut [f64],
    of: impl Fn(Ends<'a>) -> (&'a String, &'a GraphNode, &'a GraphNode),
) {
    let mut by_node: HashMap<&String, Vec<(f64, usize)>> = HashMap::new();
    let mut sides: HashMap<&String, &GraphNode> = HashMap::new();
    for (at, ends) in ends.iter().enumerate() {
        let Some((id, here, there)) = ends.map(&of) else { continue };
        by_node.entry(id).or_default().push((middle(there), at));
        sides.insert(id, here);
    }
    for (id, mut edges) in by_node {
        let Some(node) = sides.get(id) else { continue };
        edges.sort_by(|(one, one_at), (other, other_at)| {
            one.total_cmp(other).then(one_at.cmp(other_at))
        });
        let half = |at: &usize| thick.get(*at).copied().unwrap_or_default() / 2.0;
        // From the middle of each to the middle of the next.
        let steps = edges.windows(2).map(|pair| match pair {
            [(_, one), (_, next)] => APART.max(half(one) + half(next) + 1.0),
            _ => APART,
        });
        let mut offsets = vec![0.0];
        for step in steps {
            offsets.push(offsets.last().copied().unwrap_or_default() + step);
        }
        let wanted = offsets.last().copied().unwrap_or_default();
        let shrink = (node.height * SIDE / wanted.max(1.0)).min(1.0);
        for ((_, at), offset) in edges.into_iter().zip(offsets) {
            if let Some(height) = heights.get_mut(at) {
                *height = round(middle(node) + (offset - wanted / 2.0) * shrink);
            }
        }
    }
}

fn middle(node: &GraphNode) -> f64 {
    node.y + node.height / 2.0
}

fn curve(from: &GraphNode, to: &GraphNode, start: f64, arrival: f64) -> Curve {
    let is_forward = to.x >= from.x + from.width;
    let (begin, end) = match is_forward {
        true => (from.x + from.width, to.x),
        false => (from.x, to.x + to.width),
    };
    let bend = ((end - begin).abs() * 0.5).max(30.0) * if is_forward { 1.0 } else { -1.0 };
    Curve {
        from: (round(begin), start),
        bends: [(round(begin + bend), start), (round(end - bend), arrival)],
        to: (round(end), arrival),
    }
}

fn round(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}
