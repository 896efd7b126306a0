//! What package managers say, read. Pure.
//!
//! An answer that is not one of the known forms is never taken for "nothing found".

use super::lock::Manager;
use super::run::Output;
use crate::cli::audit::finding::Severity;
use serde::Serialize;
use serde_json::Value;

/// A package that something is known about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Vulnerable {
    /// Its name.
    pub package: String,
    /// How bad the worst of it is.
    pub severity: Severity,
    /// What is known, in the words of the advisory.
    pub title: String,
    /// What to do, if the manager knows.
    pub cure: Option<String>,
}

/// The packages that something is known about, the worst first.
///
/// # Errors
/// Why there is no answer, in words.
pub fn read(manager: Manager, output: &Output) -> Result<Vec<Vulnerable>, String> {
    let found = match manager {
        Manager::Npm => npm(&json(output)?),
        Manager::Pnpm => pnpm(&json(output)?),
        Manager::Bun => bun(output),
        Manager::YarnClassic => yarn_classic(output),
        Manager::Yarn => yarn(output),
    };
    let mut found = found.ok_or_else(|| reason(output))?;
    found.sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| a.package.cmp(&b.package)));
    found.dedup_by(|a, b| a.package == b.package);
    Ok(found)
}

fn json(output: &Output) -> Result<Value, String> {
    serde_json::from_str(&output.stdout).map_err(|_| reason(output))
}

/// What went wrong, as the manager says it.
fn reason(output: &Output) -> String {
    let told: Value = serde_json::from_str(&output.stdout).unwrap_or_default();
    let message = ["/message", "/error/summary", "/error/message"]
        .iter()
        .find_map(|at| told.pointer(at)?.as_str().filter(|text| !text.is_empty()));
    let line =
        |text: &str| text.lines().map(str::trim).find(|line| !line.is_empty()).map(str::to_owned);
    let text = message
        .map(str::to_owned)
        .or_else(|| line(&output.stderr))
        .or_else(|| line(&output.stdout));
    let text = text.unwrap_or_else(|| match output.code {
        Some(code) => format!("it said nothing, and ended with exit code {code}"),
        None => "it was killed".into(),
    });
    text.chars().take(300).filter(|c| !c.is_control()).collect()
}

fn severity(text: &str) -> Severity {
    match text.to_ascii_lowercase().as_str() {
        "low" | "info" | "informational" => Severity::Low,
        "moderate" | "medium" => Severity::Medium,
        // Critical ones, and whatever word comes next.
        _ => Severity::High,
    }
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

fn npm(told: &Value) -> Option<Vec<Vulnerable>> {
    let all = told["vulnerabilities"].as_object()?;
    let one = |(package, about): (&String, &Value)| {
        let via = about["via"].as_array().into_iter().flatten();
        // A package that only uses a vulnerable one names it; the advisory stands with that one.
        let titles: Vec<&str> = via
            .map(|via| via.as_str().unwrap_or_else(|| text(via, "title")))
            .filter(|title| !title.is_empty())
            .collect();
        let fix = &about["fixAvailable"];
        let cure = match (fix["name"].as_str(), fix["version"].as_str()) {
            (Some(name), Some(version)) => Some(format!("npm install {name}@{version}")),
            _ => (*fix == Value::Bool(true)).then(|| "npm audit fix".to_owned()),
        };
        Vulnerable {
            package: package.clone(),
            severity: severity(text(about, "severity")),
            title: titles.join("; "),
            cure,
        }
    };
    Some(all.iter().map(one).collect())
}

fn pnpm(told: &Value) -> Option<Vec<Vulnerable>> {
    let all = told["advisories"].as_object()?;
    Some(all.values().map(advisory).collect())
}

fn advisory(about: &Value) -> Vulnerable {
    let patched = text(about, "patched_versions");
    let cure = (!patched.is_empty() && patched != "<0.0.0")
        .then(|| format!("update {} to {patched}", text(about, "module_name")));
    Vulnerable {
        package: text(about, "module_name").into(),
        severity: severity(text(about, "severity")),
        title: text(about, "title").into(),
        cure,
    }
}

/// A line for each advisory, then one that sums up.
fn yarn_classic(output: &Output) -> Option<Vec<Vulnerable>> {
    let mut found = Vec::new();
    let mut summed_up = false;
    for line in output.stdout.lines() {
        let Ok(told) = serde_json::from_str::<Value>(line) else { continue };
        match text(&told, "type") {
            "auditAdvisory" => found.push(advisory(&told["data"]["advisory"])),
            "auditSummary" => summed_up = told["data"]["vulnerabilities"].is_object(),
            _ => {}
        }
    }
    summed_up.then_some(found)
}

/// A line for each advisory; nothing at all, and success, where there is none.
fn yarn(output: &Output) -> Option<Vec<Vulnerable>> {
    let mut found = Vec::new();
    for line in output.stdout.lines().filter(|line| !line.trim().is_empty()) {
        let told: Value = serde_json::from_str(line).ok()?;
        let about = told["children"].as_object()?;
        let text = |key: &str| about.get(key).and_then(Value::as_str).unwrap_or_default();
        found.push(Vulnerable {
            package: told["value"].as_str()?.into(),
            severity: severity(text("Severity")),
            title: text("Issue").into(),
            cure: None,
        });
    }
    (!found.is_empty() || output.code == Some(0)).then_some(found)
}

/// An object with an array of advisories for each package.
fn bun(output: &Output) -> Option<Vec<Vulnerable>> {
    let told: Value = serde_json::from_str(&output.stdout).ok()?;
    let mut found = Vec::new();
    for (package, advisories) in told.as_object()? {
        for about in advisories.as_array()? {
            found.push(Vulnerable {
                package: package.clone(),
                severity: severity(text(about, "severity")),
                title: text(about, "title").into(),
                cure: Some(format!("bun update {package}")),
            });
        }
    }
    (!found.is_empty() || output.code == Some(0)).then_some(found)
}
