//! A table of routes.

use super::figures::{percent, rate};
use super::{Pieces, Tone, piece};
use model::api::RouteStatus;

const GAP: usize = 2;
/// Names give way to figures, down to this width.
const NAME_MIN: usize = 8;
const FIGURES: [(&str, usize); 5] =
    [("REQ/S", 6), ("4XX/S", 5), ("5XX/S", 5), ("CACHED", 6), ("REQUESTS", 9)];

/// The columns' widths.
#[derive(Debug)]
pub struct RouteGrid {
    route: usize,
    to: usize,
    /// So many of the figures fit.
    figures: usize,
}

impl RouteGrid {
    /// Wide enough for all `routes` if that fits into `width`.
    pub fn fit(routes: &[RouteStatus], width: usize) -> Self {
        let widest = |of: fn(&RouteStatus) -> &str, head: &str| {
            routes.iter().map(|route| of(route).chars().count()).max().unwrap_or(0).max(head.len())
        };
        let (route, to) = (widest(|one| &one.pattern, "ROUTE"), widest(|one| &one.to, "TO"));
        let taken = |figures: usize| -> usize {
            FIGURES.iter().take(figures).map(|(_, width)| width + GAP).sum()
        };
        let least = NAME_MIN * 2 + GAP;
        let figures =
            (1..=FIGURES.len()).rev().find(|count| least + taken(*count) <= width).unwrap_or(1);
        let names = width.saturating_sub(taken(figures) + GAP).max(NAME_MIN * 2);
        if route + to <= names {
            return RouteGrid { route, to, figures };
        }
        let to = to.min(names / 3).max(NAME_MIN);
        RouteGrid { route: route.min(names - to), to, figures }
    }

    /// The line above the rows.
    pub fn head(&self) -> String {
        let mut text =
            format!("{:<route$}  {:<to$}", "ROUTE", "TO", route = self.route, to = self.to);
        for (head, width) in FIGURES.iter().take(self.figures) {
            text += &format!("  {head:>width$}");
        }
        text
    }

    /// One route's row.
    pub fn row(&self, route: &RouteStatus) -> Pieces {
        let (name, to) = (cut(&route.pattern, self.route), cut(&route.to, self.to));
        let mut row = vec![
            piece(Tone::Plain, format!("{name:<width$}  ", width = self.route)),
            piece(Tone::Dim, format!("{to:<width$}", width = self.to)),
        ];
        let cached = match route.requests {
            requests if route.caches && requests > 0 => {
                percent(route.cached as f64 * 100.0 / requests as f64)
            }
            _ => "-".into(),
        };
        let warn = |rate: f64, tone| if rate > 0.0 { tone } else { Tone::Plain };
        let figures = [
            (rate(route.requests_per_second), Tone::Plain),
            (
                rate(route.client_errors_per_second),
                warn(route.client_errors_per_second, Tone::Warn),
            ),
            (rate(route.server_errors_per_second), warn(route.server_errors_per_second, Tone::Bad)),
            (cached, Tone::Plain),
            (route.requests.to_string(), Tone::Plain),
        ];
        for ((text, tone), (_, width)) in figures.into_iter().zip(FIGURES).take(self.figures) {
            row.push(piece(tone, format!("  {text:>width$}")));
        }
        row
    }
}

fn cut(text: &str, width: usize) -> String {
    match text.chars().count() > width {
        true => text.chars().take(width.saturating_sub(1)).chain(['…']).collect(),
        false => text.to_owned(),
    }
}
