//! Commands, carried out and told.

use super::state::{Command, Message, Notice};
use base::units::show_duration;
use control::client::{CallError, Client};
use model::api::ReloadReport;
use std::time::Duration;

/// Carry out `command` and say how it ended.
pub async fn carry_out(client: &Client, command: Command) -> Message {
    let done = match &command {
        Command::Reload(app) => {
            client.reload(Some(app.clone())).await.map(|reports| told(&reports))
        }
        Command::Restart(app, number) => {
            let done = client.restart(app.clone(), *number).await;
            done.map(|()| Notice::good(format!("worker {number} of {app} is replaced")))
        }
        Command::Scale(app, workers) => client.scale(app.clone(), *workers).await.map(|report| {
            Notice::good(format!("{app} has {} workers instead of {}", report.to, report.from))
        }),
    };
    Message::Done(done.unwrap_or_else(|error| failed(&command, &error)))
}

fn failed(command: &Command, error: &CallError) -> Notice {
    Notice::bad(format!("{} failed: {error}", command.doing()))
}

/// The worst of the reports, in one line.
pub fn told(reports: &[ReloadReport]) -> Notice {
    let Some(report) = reports.iter().find(|report| !report.ok).or(reports.first()) else {
        return Notice::good("nothing to reload");
    };
    let app = &report.app;
    if report.ok {
        let took = show_duration(Duration::from_millis(report.took_ms));
        return Notice::good(format!("{app} reloaded in {took}, generation {}", report.generation));
    }
    let reason = report.reason.as_deref().unwrap_or("no reason is known");
    let stderr = report.stderr.last().map(|line| format!(": {line}")).unwrap_or_default();
    Notice::bad(format!("{app} not reloaded, the old version goes on: {reason}{stderr}"))
}
