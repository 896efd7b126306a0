//! A graph with places as shapes: what is drawn, apart from the form in which it is written.

use super::icon::icon;
use super::layout::{HEAD, LEGEND};
use super::text::{fit, width};
use model::api::{EdgeState, Graph, GraphEdge, GraphNode, NodeState};
use std::collections::HashMap;

/// For eyes on a light or on a dark ground.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// Whatever the reader prefers.
    Reader,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// What a colour means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Behind everything.
    Ground,
    /// Behind a column.
    Band,
    /// A node.
    Card,
    /// Its rim.
    Rim,
    /// What is read first.
    Text,
    /// What is read second.
    Quiet,
    /// As it should be.
    Good,
    /// On its way.
    Changing,
    /// Not as it should be.
    Ill,
    /// Out of order.
    Down,
    /// Nobody uses it.
    Idle,
    /// Requests flow.
    Flow,
    /// Nothing flows.
    Still,
}

/// One thing to draw.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// A box with round corners.
    Box {
        x: f64,
        y: f64,
        width: f64,
        height: f64,
        round: f64,
        fill: Tone,
        rim: Option<(Tone, f64)>,
    },
    /// Lines, moved by `x` and `y`.
    Line { d: String, x: f64, y: f64, tone: Tone, thickness: f64, style: Stroke },
    /// A dot.
    Dot { x: f64, y: f64, radius: f64, tone: Tone },
    /// Text on a base line.
    Text { x: f64, y: f64, size: f64, weight: Weight, anchor: Anchor, tone: Tone, text: String },
    /// What follows, until the next of these, is told by this text; empty: by nothing.
    Title(String),
}

/// How a line is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stroke {
    /// In one piece.
    Solid,
    /// In pieces.
    Dashed,
    /// Half seen, so that what lies below is too.
    Glass,
}

/// How heavy text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// Plain.
    Plain,
    /// Bold.
    Bold,
    /// Bold, with a rim that keeps it readable on whatever it stands.
    Label,
}

/// Which end of a text is at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// Its beginning.
    Start,
    /// Its end.
    End,
}

impl Tone {
    /// Every tone.
    pub const ALL: [Tone; 13] = [
        Tone::Ground,
        Tone::Band,
        Tone::Card,
        Tone::Rim,
        Tone::Text,
        Tone::Quiet,
        Tone::Good,
        Tone::Changing,
        Tone::Ill,
        Tone::Down,
        Tone::Idle,
        Tone::Flow,
        Tone::Still,
    ];

    /// Red, green and blue on a light and on a dark ground.
    pub fn colours(self) -> [u32; 2] {
        match self {
            Tone::Ground => [0xffffff, 0x0e131a],
            Tone::Band => [0xf4f6f9, 0x131a23],
            Tone::Card => [0xffffff, 0x1a232e],
            Tone::Rim => [0xd3d9e2, 0x2f3b49],
            Tone::Text => [0x18202c, 0xe8edf4],
            Tone::Quiet => [0x5d6a7e, 0x98a6b9],
            Tone::Good => [0x1a9c61, 0x3ecf8e],
            Tone::Changing => [0xb98100, 0xe5b13c],
            Tone::Ill => [0xd9660a, 0xf0883e],
            Tone::Down => [0xcf2f45, 0xf2596d],
            Tone::Idle => [0x9aa5b5, 0x66758a],
            Tone::Flow => [0x3a78d8, 0x5aa2ff],
            Tone::Still => [0xc3cbd6, 0x3a4757],
        }
    }
}

/// Everything to draw, from back to front.
pub fn scene(graph: &Graph) -> Vec<Shape> {
    let (width, height) = (graph.width, graph.height);
    let mut shapes = vec![Shape::Box {
        x: 0.0,
        y: 0.0,
        width,
        height,
        round: 0.0,
        fill: Tone::Ground,
        rim: None,
    }];
    head(graph, &mut shapes);
    // Thick edges first, so that thin ones are seen on them.
    let mut edges: Vec<&GraphEdge> = graph.edges.iter().collect();
    edges.sort_by(|one, other| other.thickness.total_cmp(&one.thickness));
    edges.iter().for_each(|edge| line(edge, &mut shapes));
    graph.nodes.iter().for_each(|node| card(node, &mut shapes));
    shapes.push(Shape::Title(String::new()));
    labels(graph, &mut shapes);
    legend(graph, &mut shapes);
    shapes
}

fn head(graph: &Graph, shapes: &mut Vec<Shape>) {
    let text = |x, y, size, tone, text: &str| Shape::Text {
        x,
        y,
        size,
        weight: Weight::Bold,
        anchor: Anchor::Start,
        tone,
        text: text.to_owned(),
    };
    shapes.push(text(24.0, 34.0, 17.0, Tone::Text, &graph.title));
    for column in &graph.columns {
        shapes.push(Shape::Box {
            x: column.x - 12.0,
            y: HEAD - 18.0,
            width: column.width + 24.0,
            height: bottom(graph) - HEAD + 26.0,
            round: 12.0,
            fill: Tone::Band,
            rim: None,
        });
        let name = column.name.to_uppercase();
        shapes.push(text(column.x, HEAD - 26.0, 10.5, Tone::Quiet, &name));
    }
}

fn bottom(graph: &Graph) -> f64 {
    graph.nodes.iter().map(|node| node.y + node.height).fold(HEAD + 100.0, f64::max)
}

fn line(edge: &GraphEdge, shapes: &mut Vec<Shape>) {
    if edge.path.is_empty() {
        return;
    }
    shapes.push(Shape::Title(told(edge)));
    let style = match edge.state {
        EdgeState::Idle => Stroke::Dashed,
        _ if edge.thickness > 3.0 => Stroke::Glass,
        _ => Stroke::Solid,
    };
    let (d, tone, thickness) = (edge.path.clone(), of_edge(edge.state), edge.thickness);
    shapes.push(Shape::Line { d, x: 0.0, y: 0.0, tone, thickness, style });
}

/// What is told of an edge to who points at it.
fn told(edge: &GraphEdge) -> String {
    let mut text = format!("{} → {}", edge.from, edge.to);
    if let Some(requests) = edge.requests_per_second {
        text += &format!(": {requests:.1} requests/s, {:.1} of them fail", edge.errors_per_second);
    }
    if let Some(connections) = edge.connections {
        text += &format!("; {connections} connections");
    }
    if !edge.detail.is_empty() {
        text += &format!(": {}", edge.detail);
    }
    text
}

fn of_edge(state: EdgeState) -> Tone {
    match state {
        EdgeState::Idle => Tone::Still,
        EdgeState::Flowing => Tone::Flow,
        EdgeState::Failing => Tone::Ill,
        EdgeState::Broken => Tone::Down,
    }
}

fn of_node(state: NodeState) -> Tone {
    match state {
        NodeState::Good => Tone::Good,
        NodeState::Changing => Tone::Changing,
        NodeState::Ill => Tone::Ill,
        NodeState::Down => Tone::Down,
        NodeState::Idle => Tone::Idle,
    }
}

fn card(node: &GraphNode, shapes: &mut Vec<Shape>) {
    let GraphNode { x, y, width: wide, height, .. } = *node;
    let is_low = height < 40.0;
    let reason = node.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
    shapes.push(Shape::Title(format!("{} · {}{reason}", node.name, node.detail)));
    let tone = of_node(node.state);
    let rim = match node.state {
        NodeState::Good | NodeState::Idle => (Tone::Rim, 1.0),
        NodeState::Changing | NodeState::Ill | NodeState::Down => (tone, 1.6),
    };
    let round = if is_low { 6.0 } else { 9.0 };
    shapes.push(Shape::Box { x, y, width: wide, height, round, fill: Tone::Card, rim: Some(rim) });
    let sign = if is_low { (x + 7.0, y + 5.0) } else { (x + 10.0, y + height / 2.0 - 8.0) };
    shapes.push(Shape::Line {
        d: icon(node.kind).to_owned(),
        x: sign.0,
        y: sign.1,
        tone: Tone::Quiet,
        thickness: 1.2,
        style: Stroke::Solid,
    });
    shapes.push(Shape::Dot {
        x: x + wide - 11.0,
        y: y + if is_low { 13.0 } else { 12.0 },
        radius: 3.6,
        tone,
    });
    let text = |x, y, size, weight, anchor, tone, text| Shape::Text {
        x,
        y,
        size,
        weight,
        anchor,
        tone,
        text,
    };
    let left = x + if is_low { 29.0 } else { 35.0 };
    let room = x + wide - 20.0 - left;
    if is_low {
        let name = fit(&node.name, 12.5, room);
        let rest = room - width(&name, 12.5) - 10.0;
        let detail = if rest > 30.0 { fit(&node.detail, 10.5, rest) } else { String::new() };
        let right = x + wide - 22.0;
        shapes.push(text(left, y + 17.5, 12.0, Weight::Bold, Anchor::Start, Tone::Text, name));
        shapes.push(text(right, y + 17.0, 10.5, Weight::Plain, Anchor::End, Tone::Quiet, detail));
    } else {
        let (name, detail) = (fit(&node.name, 13.5, room), fit(&node.detail, 11.0, room + 12.0));
        shapes.push(text(left, y + 19.5, 13.0, Weight::Bold, Anchor::Start, Tone::Text, name));
        shapes.push(text(left, y + 35.5, 11.0, Weight::Plain, Anchor::Start, Tone::Quiet, detail));
    }
}

/// What flows is written where an edge is the only one at its node: there it cannot be mistaken.
fn labels(graph: &Graph, shapes: &mut Vec<Shape>) {
    let mut leaving: HashMap<&str, u32> = HashMap::new();
    let mut arriving: HashMap<&str, u32> = HashMap::new();
    for edge in &graph.edges {
        *leaving.entry(&edge.from).or_default() += 1;
        *arriving.entry(&edge.to).or_default() += 1;
    }
    let nodes: HashMap<&str, &GraphNode> =
        graph.nodes.iter().map(|node| (node.id.as_str(), node)).collect();
    for edge in graph.edges.iter().filter(|edge| !edge.label.is_empty()) {
        let (Some(from), Some(to)) = (nodes.get(edge.from.as_str()), nodes.get(edge.to.as_str()))
        else {
            continue;
        };
        if to.x < from.x + from.width {
            continue;
        }
        let (x, y, anchor) = match () {
            () if arriving.get(to.id.as_str()) == Some(&1) => {
                (to.x - 8.0, to.y + to.height / 2.0, Anchor::End)
            }
            () if leaving.get(from.id.as_str()) == Some(&1) => {
                (from.x + from.width + 8.0, from.y + from.height / 2.0, Anchor::Start)
            }
            () => continue,
        };
        let tone = if edge.state == EdgeState::Flowing { Tone::Quiet } else { of_edge(edge.state) };
        let y = y - edge.thickness / 2.0 - 4.0;
        let text = edge.label.clone();
        let weight = Weight::Label;
        shapes.push(Shape::Text { x, y, size: 10.5, weight, anchor, tone, text });
    }
}

fn legend(graph: &Graph, shapes: &mut Vec<Shape>) {
    let notes = graph.notes.len() as f64 * 16.0;
    let y = graph.height - LEGEND - notes + 34.0;
    let mut x = 24.0;
    let word = |x: &mut f64, text: &str, shapes: &mut Vec<Shape>| {
        let (tone, anchor, size) = (Tone::Quiet, Anchor::Start, 10.5);
        shapes.push(Shape::Text {
            x: *x,
            y,
            size,
            weight: Weight::Plain,
            anchor,
            tone,
            text: text.to_owned(),
        });
        *x += width(text, size) + 20.0;
    };
    let dots = [
        (Tone::Good, "well"),
        (Tone::Changing, "changing"),
        (Tone::Ill, "ill"),
        (Tone::Down, "down"),
        (Tone::Idle, "unused"),
    ];
    for (tone, text) in dots {
        shapes.push(Shape::Dot { x: x + 4.0, y: y - 3.5, radius: 3.6, tone });
        x += 14.0;
        word(&mut x, text, shapes);
    }
    x += 12.0;
    let lines = [
        (Tone::Flow, 1.3, Stroke::Solid, "few requests"),
        (Tone::Flow, 8.0, Stroke::Glass, "many"),
        (Tone::Ill, 4.0, Stroke::Glass, "some fail"),
        (Tone::Down, 4.0, Stroke::Glass, "1 in 20 or more fail"),
        (Tone::Still, 1.3, Stroke::Dashed, "none now"),
    ];
    for (tone, thickness, style, text) in lines {
        let d = "M0 0L26 0".to_owned();
        shapes.push(Shape::Line { d, x, y: y - 3.5, tone, thickness, style });
        x += 34.0;
        word(&mut x, text, shapes);
    }
    for (at, note) in graph.notes.iter().enumerate() {
        let y = y + 20.0 + at as f64 * 16.0;
        let (tone, anchor) = (Tone::Changing, Anchor::Start);
        let text = fit(note, 10.5, graph.width - 48.0);
        shapes.push(Shape::Text {
            x: 24.0,
            y,
            size: 10.5,
            weight: Weight::Plain,
            anchor,
            tone,
            text,
        });
    }
}
