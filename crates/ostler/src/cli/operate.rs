//! Commands that change what runs: reload, restart, scale, upgrade.

use super::connect::Project;
use super::{Exit, Failure, print};
use base::units::show_duration;
use model::AppName;
use model::api::ReloadReport;
use std::time::Duration;

/// Rolling reload. Fails, with the new version's last words, when an app could not be replaced.
pub fn reload(project: &Project, app: Option<AppName>, json: bool) -> Result<(), Failure> {
    let reports = project.ask(async |client| client.reload(app).await)?;
    if json {
        print::json(&reports)?;
    } else {
        let done = reports.iter().filter(|report| report.ok).map(|report| {
            let took = show_duration(Duration::from_millis(report.took_ms));
            format!("{}: generation {} serves (took {took})\n", report.app, report.generation)
        });
        print::out(&done.collect::<String>())?;
    }
    let failed: Vec<String> = reports.iter().filter(|report| !report.ok).map(describe).collect();
    if failed.is_empty() { Ok(()) } else { Err(Failure::new(Exit::Refused, failed.join("\n"))) }
}

fn describe(report: &ReloadReport) -> String {
    let reason = report.reason.as_deref().unwrap_or("the new version did not become ready");
    let mut text = format!(
        "{} was not reloaded, generation {} goes on: {reason}",
        report.app, report.generation
    );
    for line in &report.stderr {
        text += &format!("\n  | {line}");
    }
    text
}

/// Replace one worker.
pub fn restart(project: &Project, app: AppName, worker: u32) -> Result<(), Failure> {
    project.ask(async |client| client.restart(app.clone(), worker).await)?;
    print::out(&format!("{app}: worker {worker} is replaced\n"))
}

/// Set the number of workers.
pub fn scale(project: &Project, app: AppName, workers: u32) -> Result<(), Failure> {
    let report = project.ask(async |client| client.scale(app, workers).await)?;
    print::out(&format!("{}: {} -> {} workers\n", report.app, report.from, report.to))
}

/// Hand over to the new binary.
pub fn upgrade(project: &Project) -> Result<(), Failure> {
    let report = project.ask(async |client| client.upgrade().await)?;
    print::out(&format!("ostler {} took over as process {}\n", report.version, report.pid))
}
