//! The view as it looks, and what keys do to it. Snapshots: see `cli/table/tests.rs`.

use super::state::{Command, Message, Mode, Notice, State, View, Wish};
use super::{act, view};
use crate::cli::table::tests::{check, example};
use model::api::{LogEntry, ReloadReport};
use model::{AppName, LogLine, Stream};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::style::Color;

fn web() -> AppName {
    AppName::parse("web").unwrap()
}

fn log(text: &str, stream: Stream) -> Message {
    Message::Line(LogLine { at_ms: 0, app: web(), number: 1, stream, text: text.into() })
}

/// A view that has seen a status and some lines.
fn full() -> State {
    let mut state = State::default();
    for rate in [0.0, 300.0, 900.0, 2_417.4, 1_200.0] {
        let mut status = example();
        status.edge.requests_per_second = rate;
        state.update(Message::Status(Box::new(status)));
    }
    state.update(Message::LogStarts);
    for n in 0..30 {
        state.update(log(&format!("GET /cart/{n} 200"), Stream::Out));
    }
    state.update(log("\u{1b}[31mTypeError\u{1b}[0m: x is not a function", Stream::Err));
    state
}

fn terminal(state: &State, width: u16, height: u16) -> Terminal<TestBackend> {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|frame| view::draw(state, frame)).unwrap();
    terminal
}

/// The picture as text.
fn picture(state: &State, width: u16, height: u16) -> String {
    let terminal = terminal(state, width, height);
    let cells = terminal.backend().buffer().content().chunks(usize::from(width));
    let rows = cells.map(|row| row.iter().map(|cell| cell.symbol()).collect::<String>());
    rows.map(|row| row.trim_end().to_owned() + "\n").collect()
}

/// Press keys: characters as they are, `^` up, `v` down, `!` Enter, `~` Esc, `<` Backspace.
fn press(state: &mut State, keys: &str) -> Vec<Wish> {
    let code = |key| match key {
        '^' => KeyCode::Up,
        'v' => KeyCode::Down,
        '!' => KeyCode::Enter,
        '~' => KeyCode::Esc,
        '<' => KeyCode::Backspace,
        '\t' => KeyCode::Tab,
        key => KeyCode::Char(key),
    };
    let keys = keys.chars().map(|key| Message::Key(KeyEvent::new(code(key), KeyModifiers::NONE)));
    keys.filter_map(|message| state.update(message)).collect()
}

#[test]
fn pictures() {
    for (width, height) in [(80, 24), (120, 40), (40, 15)] {
        let name = format!("top/snapshots/{width}x{height}.txt");
        check(&name, &picture(&full(), width, height));
    }
}

#[test]
fn pictures_of_modes() {
    let mut state = full();
    press(&mut state, "?");
    check("top/snapshots/help.txt", &picture(&state, 80, 24));
    press(&mut state, "q/error");
    check("top/snapshots/filter.txt", &picture(&state, 80, 24));
    press(&mut state, "~vR");
    check("top/snapshots/confirm.txt", &picture(&state, 80, 24));
    press(&mut state, "nl^^^");
    check("top/snapshots/logs.txt", &picture(&state, 80, 24));
}

fn entry(at_s: u64, level: &str, text: &str) -> Message {
    let fields =
        [("status", "200"), ("took_ms", "12")].map(|(name, value)| (name.into(), value.into()));
    Message::Entry(Box::new(LogEntry {
        at_ms: at_s * 1_000,
        app: "web".into(),
        worker: Some(1),
        stream: Stream::Out,
        level: level.into(),
        text: text.into(),
        fields: fields.into(),
        trace_id: None,
        request_id: None,
        raw: text.into(),
    }))
}

/// The same with a log that is taken apart.
fn with_entries() -> State {
    let mut state = full();
    state.update(Message::EntriesStart);
    for n in 0..40 {
        state.update(entry(n, if n % 7 == 0 { "warn" } else { "info" }, &format!("GET /cart/{n}")));
    }
    state.update(entry(
        40,
        "error",
        "TypeError: x is not a function\n    at pay (pay.js:3:7)\n    at main",
    ));
    state.update(entry(41, "debug", "\u{1b}[2Jgone"));
    state
}

#[test]
fn pictures_of_routes_and_logs() {
    let mut state = with_entries();
    press(&mut state, "\tv");
    assert_eq!(state.view, View::Routes);
    check("top/snapshots/routes.txt", &picture(&state, 80, 24));
    check("top/snapshots/routes-40.txt", &picture(&state, 40, 15));
    press(&mut state, "\t^^");
    check("top/snapshots/entries.txt", &picture(&state, 80, 24));
    press(&mut state, "~/cart/1!");
    for _ in 0..2 {
        let key = KeyEvent::new(KeyCode::Char('v'), KeyModifiers::NONE);
        state.update(Message::Key(key));
    }
    check("top/snapshots/entries-warn.txt", &picture(&state, 80, 24));
    press(&mut state, "1");
    assert_eq!(state.view, View::Apps);
}

#[test]
fn graver_lines_only() {
    let mut state = with_entries();
    press(&mut state, "3");
    let shown = |state: &State| state.entries.shown("").count();
    assert_eq!(shown(&state), 42);
    let mut after = || {
        // Here v is a key, not the arrow.
        let key = KeyEvent::new(KeyCode::Char('v'), KeyModifiers::NONE);
        state.update(Message::Key(key));
        shown(&state)
    };
    assert_eq!([after(), after(), after(), after()], [41, 7, 1, 42]);
}

#[test]
fn without_a_kept_log_lines_are_shown_as_written() {
    let mut state = full();
    press(&mut state, "3");
    assert_eq!(state.entries.shown("").count(), 0);
    state.update(Message::Unsearchable("No logs are kept.".into()));
    state.update(log("hello", Stream::Err));
    let text = picture(&state, 80, 24);
    assert!(
        text.contains("as written: No logs are kept.") && text.contains("error web/1 hello"),
        "{text}"
    );
}

#[test]
fn any_size_can_be_drawn() {
    let mut state = full();
    for keys in ["", "?", "?/x", "!~l", "2", "3", "?"] {
        press(&mut state, keys);
        for (width, height) in [(1, 1), (2, 3), (10, 5), (23, 9), (300, 100)] {
            picture(&state, width, height);
            picture(&State::default(), width, height);
        }
    }
}

#[test]
fn a_broken_connection_is_told_until_it_is_back() {
    let mut state = full();
    state.update(Message::Broken("ostler stopped".into()));
    let text = picture(&state, 80, 24);
    assert!(text.starts_with("ostler stopped: trying again…  ostler 0.1.0"), "{text}");
    assert!(press(&mut state, "r!").is_empty(), "nobody to tell");
    assert_eq!(state.notice, Some(Notice::bad("ostler does not run")));
    state.update(Message::Status(Box::new(example())));
    assert!(picture(&state, 80, 24).starts_with("ostler 0.1.0"));
    let mut never = State::default();
    never.update(Message::Broken("ostler stopped".into()));
    assert!(picture(&never, 80, 24).starts_with("ostler stopped"));
}

#[test]
fn reload_and_restart_ask_first() {
    let mut state = full();
    assert!(press(&mut state, "r").is_empty());
    assert_eq!(state.mode, Mode::Confirm(Command::Reload(web())));
    assert!(press(&mut state, "n").is_empty() && state.mode == Mode::Table);
    assert_eq!(press(&mut state, "ry"), [Wish::Do(Command::Reload(web()))]);
    assert!(press(&mut state, "vRy").is_empty(), "one command at a time");
    assert_eq!(state.notice, Some(Notice::bad("still reloading web")));
    state.update(Message::Done(Notice::good("done")));
    assert_eq!(press(&mut state, "vR!"), [Wish::Do(Command::Restart(web(), 1))]);
}

#[test]
fn an_app_is_not_a_worker() {
    let mut state = full();
    assert!(press(&mut state, "R!").is_empty());
    assert_eq!(state.notice, Some(Notice::bad("select a worker to replace it")));
}

#[test]
fn scaling_is_at_once_and_never_to_none() {
    let mut state = full();
    assert_eq!(press(&mut state, "+"), [Wish::Do(Command::Scale(web(), 5))]);
    state.update(Message::Done(Notice::good("done")));
    assert_eq!(press(&mut state, "vv-"), [Wish::Do(Command::Scale(web(), 3))]);
    state.update(Message::Done(Notice::good("done")));
    let mut status = example();
    status.apps[0].workers_target = 1;
    state.update(Message::Status(Box::new(status)));
    assert!(press(&mut state, "-").is_empty());
    assert_eq!(state.notice, Some(Notice::bad("an app has at least one worker")));
}

#[test]
fn the_selection_follows_its_worker() {
    let mut state = full();
    press(&mut state, "vvvvvvvvvvv");
    assert_eq!(state.selected, 7, "the last row");
    press(&mut state, "^^^^");
    assert_eq!(state.selected, 3, "worker 2 of web");
    let mut status = example();
    status.apps[0].workers.remove(0);
    state.update(Message::Status(Box::new(status.clone())));
    assert_eq!(state.selected, 2);
    status.apps.remove(0);
    state.update(Message::Status(Box::new(status)));
    assert_eq!(state.selected, 1, "its app is gone: the nearest row");
}

#[test]
fn the_filter_hides_lines_and_can_be_dropped() {
    let mut state = full();
    press(&mut state, "/typex<<E");
    assert_eq!(state.filter, "typE");
    press(&mut state, "!");
    assert_eq!(state.shown_lines().count(), 1, "whatever the case");
    assert_eq!(state.mode, Mode::Table);
    press(&mut state, "/more~");
    assert_eq!(state.filter, "typE", "as before");
    press(&mut state, "~");
    assert_eq!(state.shown_lines().count(), 31);
}

#[test]
fn what_is_read_stays_in_place() {
    let mut state = full();
    press(&mut state, "l^^^^^");
    let before = picture(&state, 80, 24);
    state.update(log("new", Stream::Out));
    let after = picture(&state, 80, 24);
    let lines = |text: &str| text.lines().filter(|line| line.starts_with("web/1")).count();
    assert_eq!(lines(&before), lines(&after));
    assert!(!after.contains("new") && after.contains("6 lines below"), "{after}");
    press(&mut state, "l");
    assert!(picture(&state, 80, 24).contains("web/1 new"), "following again");
}

#[test]
fn stderr_is_red() {
    let terminal = terminal(&full(), 80, 24);
    let buffer = terminal.backend().buffer();
    let row = (0..24).find(|y| buffer[(6, *y)].symbol() == "T").unwrap();
    assert_eq!(buffer[(6, row)].fg, Color::Red);
    assert_eq!(buffer[(6, row - 1)].fg, Color::Reset, "stdout");
}

#[test]
fn memory_is_bounded() {
    let mut state = State::default();
    for n in 0..5_000 {
        state.update(log(&n.to_string(), Stream::Out));
        state.update(Message::Status(Box::new(example())));
    }
    assert_eq!(state.lines.len(), 2_000);
    assert!(state.rates.len() < 1_000);
    press(&mut state, &format!("/{}", "x".repeat(500)));
    assert_eq!(state.filter.len(), 60);
}

#[test]
fn every_way_out() {
    let quit = [Wish::Quit];
    assert_eq!(press(&mut full(), "q"), quit);
    assert_eq!(press(&mut full(), "lq"), quit);
    let control_c = KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL);
    for keys in ["", "?", "/", "l", "r"] {
        let mut state = full();
        press(&mut state, keys);
        assert_eq!(state.update(Message::Key(control_c)), Some(Wish::Quit), "after {keys:?}");
    }
    assert_eq!(full().update(Message::Hangup), Some(Wish::Quit));
}

#[test]
fn reloads_are_told_by_the_worst() {
    let report = |ok, reason: Option<&str>| ReloadReport {
        app: web(),
        ok,
        generation: 4,
        took_ms: 2_100,
        reason: reason.map(str::to_owned),
        stderr: if ok { vec![] } else { vec!["one".into(), "SyntaxError: x".into()] },
    };
    let good = act::told(&[report(true, None)]);
    assert_eq!(good, Notice::good("web reloaded in 2.1s, generation 4"));
    let bad = act::told(&[report(true, None), report(false, Some("exit code 1"))]);
    assert!(bad.bad && bad.text.ends_with("goes on: exit code 1: SyntaxError: x"), "{bad:?}");
}
