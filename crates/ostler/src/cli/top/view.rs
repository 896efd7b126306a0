//! The picture of a [`State`]. Pure: it draws into ratatui's buffer.

use super::ansi::plain;
use super::keys::HELP;
use super::state::{Mode, Notice, Row, State, View};
use super::{draw_entries, draw_routes};
use crate::cli::table::{self, Grid, Pieces, Tone};
use model::{LogLine, Stream};
use ratatui::Frame;
use ratatui::layout::{Constraint, Flex, Layout, Rect};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Paragraph, RenderDirection, Sparkline};

/// The sparkline is left out below this height.
const SPARK_FROM_ROWS: u16 = 18;
/// And takes more above this one.
const TALL_ROWS: u16 = 32;
const LOG_ROWS_MIN: u16 = 4;
const KEYS: &str = "Tab views  r reload  R restart  +/- scale  l log  / filter  ? help  q quit";
const KEYS_ROUTES: &str = "Tab views  ↑ ↓ select  ? help  q quit";
const KEYS_LOGS: &str = "Tab views  ↑ ↓ scroll  / filter  v level  ? help  q quit";
const KEYS_SHORT: &str = "? help  q quit";

/// Draw everything.
pub fn draw(state: &State, frame: &mut Frame<'_>) {
    let area = frame.area();
    let spark_rows = match area.height {
        ..SPARK_FROM_ROWS => 0,
        SPARK_FROM_ROWS..TALL_ROWS => 1,
        TALL_ROWS.. => 3,
    };
    let about_rows =
        state.status.as_ref().map_or(2, |status| 2 + u16::from(status.store.is_some()));
    if state.view != View::Apps {
        draw_other(state, frame, about_rows, spark_rows);
        return;
    }
    let around = about_rows + spark_rows + 1 + LOG_ROWS_MIN + 1;
    let rows = state.rows();
    let reasons = rows.iter().filter(|row| reason(row).is_some()).count();
    let table_rows =
        saturate(rows.len() + reasons).clamp(1, area.height.saturating_sub(around).max(1));
    let [about, spark, head, table, log, foot] = Layout::vertical([
        Constraint::Length(about_rows),
        Constraint::Length(spark_rows),
        Constraint::Length(1),
        Constraint::Length(table_rows),
        Constraint::Min(1),
        Constraint::Length(1),
    ])
    .areas(area);
    draw_about(state, frame, about);
    draw_rates(state, frame, spark);
    draw_table(state, &rows, frame, head, table);
    draw_log(state, frame, log);
    draw_foot(state, frame, foot);
    if state.mode == Mode::Help {
        draw_help(frame);
    }
}

/// Routes or logs take all of the room below the first lines.
fn draw_other(state: &State, frame: &mut Frame<'_>, about_rows: u16, spark_rows: u16) {
    let [about, spark, body, foot] = Layout::vertical([
        Constraint::Length(about_rows),
        Constraint::Length(spark_rows),
        Constraint::Min(1),
        Constraint::Length(1),
    ])
    .areas(frame.area());
    draw_about(state, frame, about);
    draw_rates(state, frame, spark);
    match state.view {
        View::Routes => draw_routes::draw(state, frame, body),
        View::Apps | View::Logs => draw_entries::draw(state, frame, body),
    }
    draw_foot(state, frame, foot);
    if state.mode == Mode::Help {
        draw_help(frame);
    }
}

fn draw_about(state: &State, frame: &mut Frame<'_>, area: Rect) {
    let Some(status) = &state.status else {
        let text = state.broken.as_deref().unwrap_or("asking ostler…");
        frame.render_widget(Paragraph::new(text), area);
        return;
    };
    let mut lines: Vec<Line<'_>> = table::about(status).into_iter().map(line).collect();
    if let (Some(broken), Some(first)) = (&state.broken, lines.first_mut()) {
        let text = format!("{broken}: trying again…  ");
        first.spans.insert(0, Span::styled(text, style(Tone::Bad)));
    }
    frame.render_widget(Paragraph::new(lines), area);
}

fn draw_rates(state: &State, frame: &mut Frame<'_>, area: Rect) {
    let most = state.rates.iter().max().copied().unwrap_or(0);
    let label = format!("req/s, max {most} ");
    let [left, right] =
        Layout::horizontal([Constraint::Length(saturate(label.len())), Constraint::Min(1)])
            .areas(area);
    frame.render_widget(Paragraph::new(Span::styled(label, style(Tone::Dim))), left);
    let newest_first: Vec<u64> = state.rates.iter().rev().copied().collect();
    let sparkline = Sparkline::default()
        .data(newest_first)
        .direction(RenderDirection::RightToLeft)
        .style(Style::new().fg(Color::Cyan));
    frame.render_widget(sparkline, right);
}

fn draw_table(state: &State, rows: &[Row<'_>], frame: &mut Frame<'_>, head: Rect, area: Rect) {
    let workers = rows.iter().filter_map(|row| match row {
        Row::App(_) => None,
        Row::Worker(_, worker) => Some(*worker),
    });
    // One column for the mark of the selected row.
    let grid = Grid::fit(workers, usize::from(head.width).saturating_sub(1));
    let heading = Style::new().add_modifier(Modifier::DIM | Modifier::UNDERLINED);
    let text = format!(" {:width$}", grid.head(), width = usize::from(head.width));
    frame.render_widget(Paragraph::new(Span::styled(text, heading)), head);

    let mut lines = Vec::new();
    let mut selected_at = 0;
    for (at, row) in rows.iter().enumerate() {
        let selected = at == state.selected;
        if selected {
            selected_at = lines.len();
        }
        lines.push(table_line(row, &grid, selected, state.mode == Mode::Logs));
        lines.extend(
            reason(row).map(|text| {
                Line::from(Span::styled(format!("   {}", plain(text)), style(Tone::Bad)))
            }),
        );
    }
    // Keep the selected row in sight.
    let top = (selected_at + 1).saturating_sub(usize::from(area.height));
    frame.render_widget(Paragraph::new(lines).scroll((saturate(top), 0)), area);
}

fn table_line(row: &Row<'_>, grid: &Grid, selected: bool, elsewhere: bool) -> Line<'static> {
    let pieces = match row {
        Row::App(app) => table::app_line(app),
        Row::Worker(_, worker) => grid.row(worker),
    };
    let mut line = line(pieces);
    line.spans.insert(0, Span::raw(if selected { ">" } else { " " }));
    if selected && !elsewhere {
        line = line.style(Style::new().add_modifier(Modifier::REVERSED));
    }
    line
}

/// Why an app is not well.
fn reason<'s>(row: &Row<'s>) -> Option<&'s str> {
    match row {
        Row::App(app) => app.reason.as_deref(),
        Row::Worker(..) => None,
    }
}

fn draw_log(state: &State, frame: &mut Frame<'_>, area: Rect) {
    let mut title = String::from("─ log ");
    if !state.filter.is_empty() || matches!(state.mode, Mode::Filter { .. }) {
        title += &format!("with {:?} ", state.filter);
    }
    match (state.scrolled, &state.mode) {
        (0, Mode::Logs) => title += "(↑ ↓ scroll, l back) ",
        (0, _) => {}
        (scrolled, _) => title += &format!("({scrolled} lines below) "),
    }
    let border = if state.mode == Mode::Logs { style(Tone::Strong) } else { style(Tone::Dim) };
    let title = format!("{title:─<width$}", width = usize::from(area.width));
    let height = usize::from(area.height.saturating_sub(1));
    let mut lines: Vec<_> =
        state.shown_lines().rev().skip(state.scrolled).take(height).map(log_line).collect();
    lines.push(Line::from(Span::styled(title, border)));
    lines.reverse();
    frame.render_widget(Paragraph::new(lines), area);
}

fn log_line(log: &LogLine) -> Line<'static> {
    let prefix = Span::styled(format!("{}/{} ", log.app, log.number), style(Tone::Dim));
    let tone = if log.stream == Stream::Err { Tone::Bad } else { Tone::Plain };
    Line::from(vec![prefix, Span::styled(plain(&log.text), style(tone))])
}

fn draw_foot(state: &State, frame: &mut Frame<'_>, area: Rect) {
    let keys = match state.view {
        View::Apps => KEYS,
        View::Routes => KEYS_ROUTES,
        View::Logs => KEYS_LOGS,
    };
    let keys = if usize::from(area.width) < keys.chars().count() { KEYS_SHORT } else { keys };
    let (text, tone) = match (&state.mode, &state.busy, &state.notice) {
        (Mode::Confirm(command), ..) => {
            (format!("{}  y yes, n no", command.question()), Tone::Warn)
        }
        (Mode::Filter { .. }, ..) => {
            (format!("/{}_  Enter keep, Esc drop", state.filter), Tone::Warn)
        }
        (_, _, Some(Notice { text, bad: true })) => (text.clone(), Tone::Bad),
        (_, Some(busy), _) => (format!("{busy}…"), Tone::Warn),
        (_, _, Some(Notice { text, .. })) => (text.clone(), Tone::Good),
        _ => (keys.into(), Tone::Dim),
    };
    frame.render_widget(Paragraph::new(Span::styled(plain(&text), style(tone))), area);
}

fn draw_help(frame: &mut Frame<'_>) {
    let lines: Vec<Line<'_>> =
        HELP.iter().map(|(key, text)| Line::from(format!(" {key:<9} {text} "))).collect();
    let width = lines.iter().map(Line::width).max().unwrap_or(0) + 2;
    let [row] = Layout::vertical([Constraint::Length(saturate(lines.len() + 2))])
        .flex(Flex::Center)
        .areas(frame.area());
    let [area] =
        Layout::horizontal([Constraint::Length(saturate(width))]).flex(Flex::Center).areas(row);
    frame.render_widget(Clear, area);
    frame.render_widget(Paragraph::new(lines).block(Block::bordered().title(" keys ")), area);
}

pub fn line(pieces: Pieces) -> Line<'static> {
    Line::from_iter(pieces.into_iter().map(|piece| Span::styled(piece.text, style(piece.tone))))
}

pub fn style(tone: Tone) -> Style {
    match tone {
        Tone::Plain => Style::new(),
        Tone::Dim => Style::new().add_modifier(Modifier::DIM),
        Tone::Strong => Style::new().add_modifier(Modifier::BOLD),
        Tone::Good => Style::new().fg(Color::Green),
        Tone::Warn => Style::new().fg(Color::Yellow),
        Tone::Bad => Style::new().fg(Color::Red),
    }
}

fn saturate(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}
