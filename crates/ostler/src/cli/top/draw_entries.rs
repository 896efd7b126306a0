//! The picture of the logs view. Pure.

use super::ansi::plain;
use super::entries::rank;
use super::state::{Mode, State};
use super::view::style;
use crate::cli::table::Tone;
use model::api::LogEntry;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

const DAY_S: u64 = 86_400;

/// Draw the lines, the newest at the bottom.
pub fn draw(state: &State, frame: &mut Frame<'_>, area: Rect) {
    let entries = &state.entries;
    let mut title = String::from("─ log ");
    if let Some(floor) = entries.floor() {
        title += &format!("of {floor} and graver ");
    }
    if !state.filter.is_empty() || matches!(state.mode, Mode::Filter { .. }) {
        title += &format!("with {:?} ", state.filter);
    }
    if entries.scrolled > 0 {
        title += &format!("({} lines below) ", entries.scrolled);
    }
    if let Some(why) = &entries.plain {
        title += &format!("as written: {} ", plain(why));
    }
    let title = format!("{title:─<width$}", width = usize::from(area.width));
    let height = usize::from(area.height.saturating_sub(1));
    let wanted = state.filter.to_lowercase();
    let shown = entries.shown(&wanted).rev().skip(entries.scrolled).take(height);
    let mut lines: Vec<_> = shown.map(line).collect();
    lines.push(Line::from(Span::styled(title, style(Tone::Strong))));
    lines.reverse();
    frame.render_widget(Paragraph::new(lines), area);
}

fn line(entry: &LogEntry) -> Line<'static> {
    let who = match entry.worker {
        Some(worker) => format!("{}/{worker}", entry.app),
        None => entry.app.clone(),
    };
    let tone = match rank(&entry.level) {
        ..2 => Tone::Dim,
        2 => Tone::Plain,
        3 => Tone::Warn,
        _ => Tone::Bad,
    };
    let more = entry.text.lines().count().saturating_sub(1);
    let mut text = plain(entry.text.lines().next().unwrap_or_default());
    if more > 0 {
        text += &format!(" (+{more} lines)");
    }
    let mut spans = vec![
        Span::styled(format!("{} ", time(entry.at_ms)), style(Tone::Dim)),
        Span::styled(format!("{:<5} ", entry.level), style(tone)),
        Span::styled(format!("{who} "), style(Tone::Dim)),
        Span::styled(text, style(tone)),
    ];
    let fields = entry.fields.iter().map(|(name, value)| format!(" {name}={value}"));
    spans.push(Span::styled(plain(&fields.collect::<String>()), style(Tone::Dim)));
    Line::from(spans)
}

/// The time of day, UTC.
fn time(at_ms: u64) -> String {
    let second = at_ms / 1_000 % DAY_S;
    format!("{:02}:{:02}:{:02}", second / 3_600, second / 60 % 60, second % 60)
}
