//! Commands, which are never left half done.

use super::{Desk, Refused};
use crate::running::Answer;
use tokio::sync::oneshot;

/// Carry out a command to its end, even if the asker hangs up meanwhile.
pub async fn carry_out<T: Send + 'static>(desk: &Desk, command: Answer<T>) -> Result<T, Refused> {
    let (sender, receiver) = oneshot::channel();
    desk.tasks.spawn("control.command", async move {
        let _ = sender.send(command.await);
    });
    match receiver.await {
        Ok(outcome) => outcome.map_err(Refused::from),
        Err(_) => Err(Refused::broken("The command broke off. Look at `ostler status`.")),
    }
}
