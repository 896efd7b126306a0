//! The picture of the routes view. Pure.

use super::state::State;
use super::view::style;
use crate::cli::table::{RouteGrid, Tone};
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::text::Span;
use ratatui::widgets::Paragraph;

/// Draw the routes with their figures.
pub fn draw(state: &State, frame: &mut Frame<'_>, area: Rect) {
    let [head, rows] = Layout::vertical([Constraint::Length(1), Constraint::Min(1)]).areas(area);
    let routes = state.routes();
    let width = usize::from(area.width);
    let grid = RouteGrid::fit(routes, width.saturating_sub(1));
    let heading = Style::new().add_modifier(Modifier::DIM | Modifier::UNDERLINED);
    let text = format!(" {:width$}", grid.head());
    frame.render_widget(Paragraph::new(Span::styled(text, heading)), head);
    if routes.is_empty() {
        let text = Span::styled(" no routes", style(Tone::Dim));
        return frame.render_widget(Paragraph::new(text), rows);
    }
    let line = |(at, route)| {
        let selected = at == state.route;
        let mut line = super::view::line(grid.row(route));
        line.spans.insert(0, Span::raw(if selected { ">" } else { " " }));
        if selected { line.style(Style::new().add_modifier(Modifier::REVERSED)) } else { line }
    };
    let lines: Vec<_> = routes.iter().enumerate().map(line).collect();
    // Keep the selected row in sight.
    let top = (state.route + 1).saturating_sub(usize::from(rows.height));
    let top = u16::try_from(top).unwrap_or(u16::MAX);
    frame.render_widget(Paragraph::new(lines).scroll((top, 0)), rows);
}
