//! What each key does. Pure.

use super::state::{Command, FILTER_CHARS_MAX, Mode, Notice, Row, State, View, Wish};
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// The keys, for the help.
pub const HELP: [(&str, &str); 12] = [
    ("Tab  1 2 3", "apps, routes, logs"),
    ("↑ ↓  j k", "select an app or worker"),
    ("PgUp PgDn", "scroll"),
    ("r", "reload the app"),
    ("R", "replace the worker"),
    ("+ -", "one worker more or less"),
    ("l", "scroll the log, and back"),
    ("/", "show lines with a text"),
    ("v", "logs: only graver levels"),
    ("Esc", "back; drop the filter"),
    ("?", "this help"),
    ("q", "quit; ostler goes on"),
];

/// Lines that PageUp and PageDown move.
const PAGE: usize = 10;

/// React to one key.
pub fn press(state: &mut State, key: KeyEvent) -> Option<Wish> {
    if key.modifiers.contains(KeyModifiers::CONTROL) && key.code == KeyCode::Char('c') {
        return Some(Wish::Quit);
    }
    match state.mode.clone() {
        Mode::Table => match state.view {
            View::Apps => in_table(state, key.code),
            View::Routes => in_routes(state, key.code),
            View::Logs => in_entries(state, key.code),
        },
        Mode::Logs => in_logs(state, key.code),
        Mode::Filter { before } => {
            in_filter(state, key.code, before);
            None
        }
        Mode::Help => {
            state.mode = Mode::Table;
            None
        }
        Mode::Confirm(command) => {
            state.mode = Mode::Table;
            match key.code {
                KeyCode::Char('y' | 'Y') | KeyCode::Enter => state.start(command),
                _ => None,
            }
        }
    }
}

fn in_table(state: &mut State, code: KeyCode) -> Option<Wish> {
    let last = state.rows().len().saturating_sub(1);
    match code {
        KeyCode::Up | KeyCode::Char('k') => state.selected = state.selected.saturating_sub(1),
        KeyCode::Down | KeyCode::Char('j') => state.selected = (state.selected + 1).min(last),
        KeyCode::Home | KeyCode::Char('g') => state.selected = 0,
        KeyCode::End | KeyCode::Char('G') => state.selected = last,
        KeyCode::Char('r') => ask(state, |row| match row {
            Row::App(app) | Row::Worker(app, _) => Ok(Command::Reload(app.name.clone())),
        }),
        KeyCode::Char('R') => ask(state, |row| match row {
            Row::App(_) => Err("select a worker to replace it"),
            Row::Worker(app, worker) => Ok(Command::Restart(app.name.clone(), worker.number)),
        }),
        KeyCode::Char('+' | '=') => return scale(state, |target| target.checked_add(1)),
        KeyCode::Char('-') => return scale(state, |target| target.checked_sub(1)),
        code => return anywhere(state, code),
    }
    None
}

fn in_routes(state: &mut State, code: KeyCode) -> Option<Wish> {
    let last = state.routes().len().saturating_sub(1);
    state.route = match code {
        KeyCode::Up | KeyCode::Char('k') => state.route.saturating_sub(1),
        KeyCode::Down | KeyCode::Char('j') => (state.route + 1).min(last),
        KeyCode::PageUp => state.route.saturating_sub(PAGE),
        KeyCode::PageDown => (state.route + PAGE).min(last),
        KeyCode::Home | KeyCode::Char('g') => 0,
        KeyCode::End | KeyCode::Char('G') => last,
        code => return anywhere(state, code),
    };
    None
}

fn in_entries(state: &mut State, code: KeyCode) -> Option<Wish> {
    let shown = state.entries.shown(&state.filter.to_lowercase()).count();
    let (most, scrolled) = (shown.saturating_sub(1), state.entries.scrolled);
    state.entries.scrolled = match code {
        KeyCode::Up | KeyCode::Char('k') => (scrolled + 1).min(most),
        KeyCode::Down | KeyCode::Char('j') => scrolled.saturating_sub(1),
        KeyCode::PageUp => (scrolled + PAGE).min(most),
        KeyCode::PageDown => scrolled.saturating_sub(PAGE),
        KeyCode::Home | KeyCode::Char('g') => most,
        KeyCode::End | KeyCode::Char('G') => 0,
        KeyCode::Char('v') => {
            state.entries.raise_floor();
            0
        }
        code => return anywhere(state, code),
    };
    None
}

fn in_logs(state: &mut State, code: KeyCode) -> Option<Wish> {
    let most = state.shown_lines().count().saturating_sub(1);
    state.scrolled = match code {
        KeyCode::Up | KeyCode::Char('k') => (state.scrolled + 1).min(most),
        KeyCode::Down | KeyCode::Char('j') => state.scrolled.saturating_sub(1),
        KeyCode::PageUp => (state.scrolled + PAGE).min(most),
        KeyCode::PageDown => state.scrolled.saturating_sub(PAGE),
        KeyCode::Home | KeyCode::Char('g') => most,
        KeyCode::End | KeyCode::Char('G') => 0,
        KeyCode::Esc | KeyCode::Char('l') => {
            state.mode = Mode::Table;
            0
        }
        code => return anywhere(state, code),
    };
    None
}

/// Keys that mean the same in the table and in the log.
fn anywhere(state: &mut State, code: KeyCode) -> Option<Wish> {
    match code {
        KeyCode::Char('q') => return Some(Wish::Quit),
        KeyCode::Char('?') => state.mode = Mode::Help,
        KeyCode::Tab => {
            let next = match state.view {
                View::Apps => View::Routes,
                View::Routes => View::Logs,
                View::Logs => View::Apps,
            };
            show(state, next);
        }
        KeyCode::Char('1') => show(state, View::Apps),
        KeyCode::Char('2') => show(state, View::Routes),
        KeyCode::Char('3') => show(state, View::Logs),
        KeyCode::Char('l') if state.view == View::Apps => state.mode = Mode::Logs,
        KeyCode::Char('l') => show(state, View::Logs),
        KeyCode::Char('/') => state.mode = Mode::Filter { before: state.filter.clone() },
        KeyCode::Esc => {
            state.filter.clear();
            (state.scrolled, state.entries.scrolled) = (0, 0);
            state.notice = None;
        }
        _ => {}
    }
    None
}

fn in_filter(state: &mut State, code: KeyCode, before: String) {
    match code {
        KeyCode::Enter => state.mode = Mode::Table,
        KeyCode::Esc => {
            state.filter = before;
            state.mode = Mode::Table;
        }
        KeyCode::Backspace => drop(state.filter.pop()),
        KeyCode::Char(c) if state.filter.chars().count() < FILTER_CHARS_MAX => state.filter.push(c),
        _ => {}
    }
    (state.scrolled, state.entries.scrolled) = (0, 0);
}

fn show(state: &mut State, view: View) {
    (state.view, state.mode) = (view, Mode::Table);
    state.scrolled = 0;
}

/// Ask whether the command for the selected row is meant.
fn ask(state: &mut State, command: impl FnOnce(&Row<'_>) -> Result<Command, &'static str>) {
    let Some(chosen) = state.rows().get(state.selected).map(command) else { return };
    match chosen {
        Ok(command) => state.mode = Mode::Confirm(command),
        Err(text) => state.notice = Some(Notice::bad(text)),
    }
}

fn scale(state: &mut State, change: impl FnOnce(u32) -> Option<u32>) -> Option<Wish> {
    let (name, target) = match state.rows().get(state.selected)? {
        Row::App(app) | Row::Worker(app, _) => (app.name.clone(), app.workers_target),
    };
    match change(target) {
        Some(workers) if workers > 0 => state.start(Command::Scale(name, workers)),
        _ => {
            state.notice = Some(Notice::bad("an app has at least one worker"));
            None
        }
    }
}
