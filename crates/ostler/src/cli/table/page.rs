//! The whole status as text.

use super::{
    Grid, Piece, Pieces, Tone, about, app_line, export_line, piece, server_line, upstream_line,
};
use model::api::Status;

/// The whole status, with the columns of most interest that fit into `width` characters.
pub fn status(status: &Status, colour: bool, width: usize) -> String {
    let mut text = String::new();
    for line in about(status) {
        write(&mut text, &line, colour);
    }
    let workers = || status.apps.iter().flat_map(|app| &app.workers);
    let grid = Grid::fit(workers(), width.saturating_sub(INDENT.len()));
    for app in &status.apps {
        text.push('\n');
        write(&mut text, &app_line(app), colour);
        if let Some(reason) = &app.reason {
            write(&mut text, &vec![piece(Tone::Plain, INDENT), piece(Tone::Bad, reason)], colour);
        }
        if !app.workers.is_empty() {
            write(&mut text, &indented(vec![piece(Tone::Dim, grid.head())]), colour);
        }
        for worker in &app.workers {
            write(&mut text, &indented(grid.row(worker)), colour);
        }
    }
    for upstream in &status.upstreams {
        text.push('\n');
        write(&mut text, &upstream_line(upstream), colour);
        for fault in &upstream.faults {
            write(&mut text, &indented(vec![piece(Tone::Bad, fault)]), colour);
        }
        for server in &upstream.servers {
            write(&mut text, &indented(server_line(server)), colour);
        }
    }
    if !status.exports.is_empty() {
        text.push('\n');
    }
    for export in &status.exports {
        write(&mut text, &export_line(export), colour);
    }
    text
}

const INDENT: &str = "  ";

fn indented(mut line: Pieces) -> Pieces {
    line.insert(0, piece(Tone::Plain, INDENT));
    line
}

fn write(text: &mut String, line: &Pieces, colour: bool) {
    let start = text.len();
    for Piece { text: part, tone } in line {
        let (on, off) = match tone.ansi() {
            on if colour && !on.is_empty() => (on, "\x1b[0m"),
            _ => ("", ""),
        };
        text.push_str(on);
        text.push_str(part);
        text.push_str(off);
    }
    if !colour {
        text.truncate(start + text[start..].trim_end().len());
    }
    text.push('\n');
}
