//! The loop: take in what happened, draw.

use super::screen::Screen;
use super::state::{State, Wish};
use super::{act, watch};
use anyhow::{Context, Result};
use base::task::Tasks;
use control::client::Client;
use std::time::Duration;
use tokio::sync::mpsc;

/// Messages that may wait; a flood of log lines is held back in Ostler, which says what was lost.
const MESSAGES_MAX: usize = 512;
/// Between two pictures.
const PICTURE: Duration = Duration::from_millis(40);

/// Show the Ostler that `client` asks until the user quits.
pub async fn run(client: Client) -> Result<()> {
    let (sender, mut inbox) = mpsc::channel(MESSAGES_MAX);
    let tasks = Tasks::new();
    let mut state = State::default();
    let mut messages = Vec::new();
    let mut screen = Screen::open().context("cannot draw on this terminal")?;
    watch::keys(sender.clone()).context("cannot read the keyboard")?;
    tasks.spawn("top.signals", watch::signals(sender.clone()));
    tasks.spawn("top.status", watch::status(client.clone(), sender.clone()));
    tasks.spawn("top.logs", watch::logs(client.clone(), sender.clone()));
    tasks.spawn("top.entries", watch::entries(client.clone(), sender.clone()));
    let ended = 'live: loop {
        if let Err(error) = screen.draw(&state) {
            break Err(error).context("cannot draw on this terminal");
        }
        inbox.recv_many(&mut messages, MESSAGES_MAX).await;
        for message in messages.drain(..) {
            match state.update(message) {
                None => {}
                Some(Wish::Quit) => break 'live Ok(()),
                Some(Wish::Do(command)) => {
                    let (client, sender) = (client.clone(), sender.clone());
                    tasks.spawn("top.command", async move {
                        // The view may be gone before the command is done.
                        let _ = sender.send(act::carry_out(&client, command).await).await;
                    });
                }
            }
        }
        tokio::time::sleep(PICTURE).await;
    };
    drop(inbox);
    tasks.finish(Duration::ZERO).await;
    ended
}
