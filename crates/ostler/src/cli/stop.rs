//! `ostler stop`.

use super::connect::Project;
use super::{Exit, Failure, print};
use control::client::Client;
use std::time::Duration;

/// How long the process may take to end after its last worker has.
const LEAVE_LIMIT: Duration = Duration::from_secs(10);

/// Drain and end what runs; returns when the process has ended.
pub fn stop(project: &Project) -> Result<(), Failure> {
    let pid = project.ask(async |client| {
        let pid = client.status().await?.pid;
        client.stop().await?;
        gone(&client).await;
        Ok(pid)
    })?;
    if process_exists(pid) {
        let text = format!("the workers have ended, but process {pid} has not; see `ostler logs`");
        return Err(Failure::new(Exit::Refused, text));
    }
    print::out("stopped\n")
}

async fn gone(client: &Client) {
    let limit = base::clock::now() + LEAVE_LIMIT;
    while client.status().await.is_ok() && base::clock::now() < limit {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn process_exists(pid: u32) -> bool {
    let limit = base::clock::now() + LEAVE_LIMIT;
    let stat = || std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // A zombie has ended: its parent has just not asked yet.
    let exists = || {
        stat().rsplit(')').next().is_some_and(|rest| !rest.is_empty() && !rest.starts_with(" Z"))
    };
    while exists() && base::clock::now() < limit {
        std::thread::sleep(Duration::from_millis(10));
    }
    exists()
}
