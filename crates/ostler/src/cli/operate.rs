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
        let done: String = done.collect();
        // A plain proxy has no app to replace.
        let nothing =
            if reports.is_empty() { "the edge goes by the config as it is now\n" } else { "" };
        print::out(&format!("{done}{nothing}"))?;
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

/// How many workers are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amount {
    /// So many.
    Exactly(u32),
    /// So many more, or fewer, than now.
    Relative(i64),
}

impl Amount {
    /// `3`, `+1`, `-1` or `cores`.
    pub fn parse(text: &str) -> Result<Amount, String> {
        let wrong = |_| format!("{text:?}: write a number, +N or -N for more or fewer, or cores");
        match text {
            "cores" | "auto" | "max" => Ok(Amount::Exactly(supervise::cores())),
            text if text.starts_with(['+', '-']) => {
                text.parse().map(Amount::Relative).map_err(wrong)
            }
            text => text.parse().map(Amount::Exactly).map_err(wrong),
        }
    }

    fn applied_to(self, now: u32) -> u32 {
        match self {
            Amount::Exactly(workers) => workers,
            Amount::Relative(change) => u32::try_from(i64::from(now) + change).unwrap_or(0),
        }
    }
}

/// Set the number of workers.
pub fn scale(project: &Project, app: AppName, amount: Amount) -> Result<(), Failure> {
    let report = project.ask(async |client| {
        let status = client.status().await?;
        let now = status.apps.iter().find(|candidate| candidate.name == app);
        let workers = amount.applied_to(now.map_or(1, |now| now.workers_target));
        client.scale(app, workers).await
    })?;
    print::out(&format!("{}: {} -> {} workers\n", report.app, report.from, report.to))
}

/// Hand over to the new binary.
pub fn upgrade(project: &Project) -> Result<(), Failure> {
    let report = project.ask(async |client| client.upgrade().await)?;
    print::out(&format!("ostler {} took over as process {}\n", report.version, report.pid))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_as_people_write_them() {
        let check = |text: &str| Amount::parse(text).map(|amount| amount.applied_to(2));
        assert_eq!((check("3"), check("+1"), check("-1")), (Ok(3), Ok(3), Ok(1)));
        assert_eq!(check("-5"), Ok(0), "refused by the supervisor, which names the bounds");
        assert!(check("many").is_err() && check("+").is_err() && check("1-2").is_err());
    }
}
