//! The picture as a Mermaid flowchart, for documents that draw it themselves.

use model::api::{EdgeState, Graph, GraphNode, NodeKind, NodeState};
use std::collections::HashMap;
use std::fmt::Write;

/// `graph` as the text of a Mermaid flowchart.
pub fn mermaid(graph: &Graph) -> String {
    let mut out = format!("---\ntitle: \"{}\"\n---\nflowchart LR\n", quote(&graph.title));
    let short: HashMap<&str, String> = graph
        .nodes
        .iter()
        .enumerate()
        .map(|(at, node)| (node.id.as_str(), format!("n{at}")))
        .collect();
    for (at, column) in graph.columns.iter().enumerate() {
        let inside =
            |node: &&GraphNode| node.x >= column.x && node.x < column.x + column.width.max(1.0);
        let name = if column.name.is_empty() { " " } else { &column.name };
        put(&mut out, format_args!("  subgraph c{at} [\"{}\"]\n", quote(name)));
        for node in graph.nodes.iter().filter(inside) {
            let id = short.get(node.id.as_str()).map_or("", String::as_str);
            put(&mut out, format_args!("    {}:::{}\n", shape(id, node), class(node.state)));
        }
        out.push_str("  end\n");
    }
    let mut styles = String::new();
    let mut drawn = 0;
    for edge in &graph.edges {
        let (Some(from), Some(to)) = (short.get(edge.from.as_str()), short.get(edge.to.as_str()))
        else {
            continue;
        };
        let label = match edge.label.as_str() {
            "" => String::new(),
            label => format!("|\"{}\"|", quote(label)),
        };
        let arrow = if edge.state == EdgeState::Idle { "-.->" } else { "-->" };
        put(&mut out, format_args!("  {from} {arrow}{label} {to}\n"));
        let colour = match edge.state {
            EdgeState::Idle => "#9aa5b5",
            EdgeState::Flowing => "#3a78d8",
            EdgeState::Failing => "#d9660a",
            EdgeState::Broken => "#cf2f45",
        };
        put(
            &mut styles,
            format_args!("  linkStyle {drawn} stroke:{colour},stroke-width:{}px\n", edge.thickness),
        );
        drawn += 1;
    }
    out.push_str(&styles);
    for (state, colour) in [
        (NodeState::Good, "#1a9c61"),
        (NodeState::Changing, "#b98100"),
        (NodeState::Ill, "#d9660a"),
        (NodeState::Down, "#cf2f45"),
        (NodeState::Idle, "#9aa5b5"),
    ] {
        put(
            &mut out,
            format_args!("  classDef {} stroke:{colour},stroke-width:2px\n", class(state)),
        );
    }
    for note in &graph.notes {
        put(&mut out, format_args!("  %% {}\n", note.replace(['\n', '\r'], " ")));
    }
    out
}

fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = out.write_fmt(text);
}

fn shape(id: &str, node: &GraphNode) -> String {
    let text = format!("{}<br/>{}", quote(&node.name), quote(&node.detail));
    match node.kind {
        NodeKind::Store | NodeKind::Database => format!("{id}[(\"{text}\")]"),
        NodeKind::Queue => format!("{id}[[\"{text}\"]]"),
        NodeKind::Clients => format!("{id}((\"{text}\"))"),
        NodeKind::Service => format!("{id}([\"{text}\"])"),
        NodeKind::App | NodeKind::Upstream => format!("{id}{{{{\"{text}\"}}}}"),
        _ => format!("{id}[\"{text}\"]"),
    }
}

fn class(state: NodeState) -> &'static str {
    match state {
        NodeState::Good => "good",
        NodeState::Changing => "changing",
        NodeState::Ill => "ill",
        NodeState::Down => "down",
        NodeState::Idle => "idle",
    }
}

/// Text between quotes: what Mermaid or the HTML that it makes could take for its own is written as an entity.
fn quote(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' => safe.push_str("#quot;"),
            '#' => safe.push_str("#35;"),
            '<' => safe.push_str("#lt;"),
            '>' => safe.push_str("#gt;"),
            '&' => safe.push_str("#amp;"),
            '`' => safe.push_str("#96;"),
            '\\' => safe.push_str("#92;"),
            c if c.is_control() => safe.push(' '),
            c => safe.push(c),
        }
    }
    safe
}
