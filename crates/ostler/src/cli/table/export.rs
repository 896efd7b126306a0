//! A target of logs and metrics as a line.

use super::{Pieces, Tone, piece};
use model::api::ExportStatus;

/// The target's name and place, whether it works, and what became of what was sent.
pub fn export_line(export: &ExportStatus) -> Pieces {
    let ExportStatus { name, to, place, sent, waiting, .. } = export;
    let (word, tone) = match export.failing_since_ms {
        None => ("works", Tone::Good),
        Some(_) => ("fails", Tone::Bad),
    };
    let mut line = vec![
        piece(Tone::Strong, name),
        piece(Tone::Plain, format!("  export to {to}, {place}  ")),
        piece(tone, word),
        piece(Tone::Plain, format!("  {sent} sent, {waiting} waiting")),
    ];
    let dropped = export.dropped_full + export.dropped_disk + export.dropped_refused;
    if dropped > 0 {
        line.push(piece(Tone::Bad, format!(", {dropped} dropped")));
    }
    let says = export.last_error.as_ref().filter(|_| tone == Tone::Bad || dropped > 0);
    if let Some(error) = says {
        line.push(piece(Tone::Bad, format!("  {error}")));
    }
    line
}
