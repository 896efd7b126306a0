//! `ostler stop`.

use super::connect::Project;
use super::{Exit, Failure, print};
use std::time::Duration;

/// How long the process may take to end after its last worker has.
const LEAVE_LIMIT: Duration = Duration::from_secs(10);
const PERIOD: Duration = Duration::from_millis(10);

/// Drain and end what runs; returns when the process has ended.
pub fn stop(project: &Project) -> Result<(), Failure> {
    project.ask(async |client| {
        // Fails at once where nothing runs, before anything is said.
        client.status().await?;
        client.stop().await
    })?;
    let limit = base::clock::now() + LEAVE_LIMIT;
    while base::clock::now() < limit {
        // The kernel lets go of the project's lock when the process has ended.
        if let Ok(held) = project.place()?.take() {
            held.release();
            return print::out("stopped\n");
        }
        std::thread::sleep(PERIOD);
    }
    let text = "the workers have ended, but Ostler itself has not; see its log, or kill it";
    Err(Failure::new(Exit::Refused, text))
}
