//! Findings for people and for programs.

use super::finding::{Finding, Severity};
use super::packages::Audit;
use crate::cli::table::Tone;
use serde_json::{Value, json};

const RESET: &str = "\x1b[0m";

/// For people: a block for each finding, worst first.
pub fn text(found: &[Finding], audits: &[Audit], colour: bool) -> String {
    let paint = |tone: Tone, text: &str| match colour {
        true => format!("{}{text}{RESET}", tone.ansi()),
        false => text.to_owned(),
    };
    let mut out = String::new();
    for finding in found {
        let tone = match finding.severity {
            Severity::High => Tone::Bad,
            Severity::Medium => Tone::Warn,
            Severity::Low => Tone::Dim,
        };
        let severity = paint(tone, &format!("{:<7}", finding.severity.name()));
        let place = paint(Tone::Strong, &finding.places.join(", "));
        out += &format!("{severity} {place}: {}\n", finding.text);
        out += &format!("        why   {}\n        cure  {}\n", finding.why, finding.cure);
    }
    for audit in audits {
        out += &format!("packages of {}: {}\n", audit.apps.join(", "), audit.told());
    }
    out + &counts(found)
}

fn counts(found: &[Finding]) -> String {
    let count = |severity| found.iter().filter(|finding| finding.severity == severity).count();
    match found {
        [] => "nothing was found\n".into(),
        _ => format!(
            "{} high, {} medium, {} low\n",
            count(Severity::High),
            count(Severity::Medium),
            count(Severity::Low)
        ),
    }
}

/// For programs.
pub fn json(found: &[Finding], audits: &[Audit]) -> Value {
    json!({ "findings": found, "packages": audits.iter().map(Audit::json).collect::<Vec<_>>() })
}
