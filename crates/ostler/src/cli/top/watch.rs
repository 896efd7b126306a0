//! What feeds the view: status, log lines, keys and signals. Each ends when the view is gone.

use super::state::Message;
use control::Item;
use control::client::{CallError, Client, LogQuery};
use model::api::LogSearch;
use ratatui::crossterm::event::{self, Event, KeyEventKind};
use std::io;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc::Sender;

/// Between two questions for the status, and between two attempts to connect.
const PERIOD: Duration = Duration::from_secs(1);
/// How long the keyboard's thread outlives the view.
const KEY_WAIT: Duration = Duration::from_millis(100);
/// Lines shown from before the view was opened.
const LINES_BEFORE: usize = 200;

/// Ask for the status once a second.
pub async fn status(client: Client, view: Sender<Message>) {
    loop {
        let message = match client.status().await {
            Ok(status) => Message::Status(Box::new(status)),
            Err(CallError::NotRunning { .. }) => Message::Broken("ostler stopped".into()),
            Err(error) => Message::Broken(error.to_string()),
        };
        if view.send(message).await.is_err() {
            return;
        }
        tokio::time::sleep(PERIOD).await;
    }
}

/// Follow the log; begin again when the connection breaks.
pub async fn logs(client: Client, view: Sender<Message>) {
    while !view.is_closed() {
        // What went wrong is told by `status`, which asks the same Ostler.
        let _ = follow(&client, &view).await;
        tokio::time::sleep(PERIOD).await;
    }
}

async fn follow(client: &Client, view: &Sender<Message>) -> Result<(), CallError> {
    let query = LogQuery { app: None, lines: LINES_BEFORE, follow: true };
    let mut lines = client.logs(&query).await?;
    let mut message = Message::LogStarts;
    while view.send(message).await.is_ok() {
        message = match lines.next().await? {
            Some(Item::Entry(line)) => Message::Line(line),
            Some(Item::Missed { missed }) => Message::Missed(missed),
            None => break,
        };
    }
    Ok(())
}

/// Follow the log, taken apart; begin again when the connection breaks. Where none is kept, say so.
pub async fn entries(client: Client, view: Sender<Message>) {
    while !view.is_closed() {
        let message = match follow_entries(&client, &view).await {
            Err(CallError::Refused(refusal)) => Some(Message::Unsearchable(refusal.error)),
            // What went wrong is told by `status`, which asks the same Ostler.
            Err(_) | Ok(()) => None,
        };
        if let Some(message) = message
            && view.send(message).await.is_err()
        {
            return;
        }
        tokio::time::sleep(PERIOD).await;
    }
}

async fn follow_entries(client: &Client, view: &Sender<Message>) -> Result<(), CallError> {
    let search = LogSearch { limit: LINES_BEFORE, ..LogSearch::default() };
    let mut entries = client.search_logs(&search, true).await?;
    let mut message = Message::EntriesStart;
    while view.send(message).await.is_ok() {
        message = match entries.next().await? {
            Some(Item::Entry(entry)) => Message::Entry(Box::new(entry)),
            Some(Item::Missed { missed }) => Message::Missed(missed),
            None => break,
        };
    }
    Ok(())
}

/// Say when the terminal goes away or somebody wants the view to end.
pub async fn signals(view: Sender<Message>) {
    let (terminate, hangup) = (signal(SignalKind::terminate()), signal(SignalKind::hangup()));
    let (Ok(mut terminate), Ok(mut hangup)) = (terminate, hangup) else { return };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = hangup.recv() => {}
    }
    // No view, nothing to end.
    let _ = view.send(Message::Hangup).await;
}

/// Read keys on a thread of its own: the terminal can only be read by waiting for it.
pub fn keys(view: Sender<Message>) -> io::Result<()> {
    let read = move || {
        while !view.is_closed() {
            let message = match next_key() {
                Ok(None) => continue,
                Ok(Some(message)) => message,
                Err(_) => Message::Hangup,
            };
            if view.blocking_send(message).is_err() {
                return;
            }
        }
    };
    std::thread::Builder::new().name("top.keys".into()).spawn(read).map(drop)
}

fn next_key() -> io::Result<Option<Message>> {
    if !event::poll(KEY_WAIT)? {
        return Ok(None);
    }
    Ok(match event::read()? {
        Event::Key(key) if key.kind != KeyEventKind::Release => Some(Message::Key(key)),
        Event::Resize(..) => Some(Message::Resized),
        _ => None,
    })
}
