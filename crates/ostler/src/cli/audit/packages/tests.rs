use super::lock::{Manager, find};
use super::report::read;
use super::run::Output;
use crate::cli::audit::finding::Severity;
use std::fs;

fn output(code: i32, stdout: &str, stderr: &str) -> Output {
    Output { code: Some(code), stdout: stdout.into(), stderr: stderr.into() }
}

/// The packages, each as `NAME SEVERITY`, or why there is no answer.
fn told(manager: Manager, code: i32, stdout: &str) -> Result<String, String> {
    let found = read(manager, &output(code, stdout, "\nsaid on stderr\nmore"))?;
    let one = |one: &super::report::Vulnerable| format!("{} {}", one.package, one.severity.name());
    Ok(found.iter().map(one).collect::<Vec<_>>().join(", "))
}

#[test]
fn npm() {
    let found = r#"{ "auditReportVersion": 2, "vulnerabilities": {
        "minimist": { "severity": "critical", "via": [{ "title": "Prototype Pollution", "url": "u" }],
            "fixAvailable": { "name": "mkdirp", "version": "1.0.4", "isSemVerMajor": true } },
        "mkdirp": { "severity": "low", "via": ["minimist"], "fixAvailable": true },
        "x": { "severity": "moderate", "via": [], "fixAvailable": false } } }"#;
    assert_eq!(told(Manager::Npm, 1, found).unwrap(), "minimist high, x medium, mkdirp low");
    let all = read(Manager::Npm, &output(1, found, "")).unwrap();
    assert_eq!(all[0].title, "Prototype Pollution");
    assert_eq!(all[0].cure.as_deref(), Some("npm install mkdirp@1.0.4"));
    assert_eq!((all[1].cure.as_deref(), all[2].cure.as_deref()), (None, Some("npm audit fix")));
    assert_eq!(told(Manager::Npm, 0, r#"{ "vulnerabilities": {} }"#).unwrap(), "");
}

#[test]
fn pnpm() {
    let found = r#"{ "advisories": { "1": { "module_name": "a", "severity": "high", "title": "t",
        "patched_versions": ">=2.0.0" }, "2": { "module_name": "b", "severity": "moderate" } } }"#;
    assert_eq!(told(Manager::Pnpm, 1, found).unwrap(), "a high, b medium");
    let all = read(Manager::Pnpm, &output(1, found, "")).unwrap();
    assert_eq!(all[0].cure.as_deref(), Some("update a to >=2.0.0"));
    assert_eq!(told(Manager::Pnpm, 0, r#"{ "advisories": {} }"#).unwrap(), "");
}

#[test]
fn yarn_of_either_kind() {
    let line =
        r#"{"type":"auditAdvisory","data":{"advisory":{"module_name":"a","severity":"high"}}}"#;
    let sum = r#"{"type":"auditSummary","data":{"vulnerabilities":{"high":1}}}"#;
    let classic = |text: &str| told(Manager::YarnClassic, 8, text);
    assert_eq!(classic(&format!("{line}\n{line}\n{sum}\n")).unwrap(), "a high");
    // Half an answer is none.
    assert!(classic(line).is_err());
    let berry = r#"{"value":"b","children":{"ID":1,"Issue":"t","Severity":"moderate"}}"#;
    assert_eq!(told(Manager::Yarn, 1, berry).unwrap(), "b medium");
    assert_eq!(told(Manager::Yarn, 0, "").unwrap(), "");
    assert!(told(Manager::Yarn, 1, "").is_err());
}

#[test]
fn bun() {
    let found = r#"{ "a": [{ "severity": "low", "title": "t" }, { "severity": "critical" }] }"#;
    assert_eq!(told(Manager::Bun, 1, found).unwrap(), "a high");
    assert_eq!(told(Manager::Bun, 0, "{}").unwrap(), "");
    assert!(told(Manager::Bun, 1, "{}").is_err());
}

#[test]
fn what_is_no_answer_is_not_taken_for_a_good_one() {
    let all = [Manager::Npm, Manager::Pnpm, Manager::YarnClassic, Manager::Bun];
    for manager in all {
        for text in ["", "{", "<html>", "[]", "null"] {
            assert!(told(manager, 1, text).is_err(), "{manager:?} {text:?}");
        }
    }
    let offline =
        r#"{ "message": "request to https://registry failed", "error": { "summary": "" } }"#;
    assert_eq!(told(Manager::Npm, 1, offline), Err("request to https://registry failed".into()));
    assert_eq!(told(Manager::Npm, 1, ""), Err("said on stderr".into()));
    let silent = read(Manager::Npm, &output(7, "", ""));
    assert_eq!(silent.unwrap_err(), "it said nothing, and ended with exit code 7");
}

#[test]
fn an_unknown_word_is_a_bad_one() {
    let found = r#"{ "vulnerabilities": { "a": { "severity": "catastrophic" } } }"#;
    let all = read(Manager::Npm, &output(1, found, "")).unwrap();
    assert_eq!(all[0].severity, Severity::High);
}

#[test]
fn the_lock_file_says_whose_packages_they_are() {
    let base = std::env::temp_dir().join(format!("ostler-lock-{}", std::process::id()));
    let folder = base.join("packages/web");
    fs::create_dir_all(&folder).unwrap();
    fs::create_dir_all(base.join(".git")).unwrap();
    let found = || find(&folder).map(|(_, manager)| manager);
    assert_eq!(found(), None);
    fs::write(base.join("pnpm-lock.yaml"), "").unwrap();
    assert_eq!(found(), Some(Manager::Pnpm));
    fs::write(folder.join("yarn.lock"), "# yarn lockfile v1\n").unwrap();
    assert_eq!(found(), Some(Manager::YarnClassic));
    fs::write(folder.join("yarn.lock"), "__metadata:\n  version: 8\n").unwrap();
    assert_eq!(found(), Some(Manager::Yarn));
    fs::write(folder.join("bun.lock"), "{}").unwrap();
    assert_eq!(found(), Some(Manager::Bun));
    fs::remove_dir_all(base).unwrap();
}

/// Whatever a program writes, it is read or refused; pieces of answers are no good ones.
#[test]
fn pieces_and_changed_answers_are_read_without_a_panic() {
    let answers = [
        r#"{"vulnerabilities":{"a":{"severity":"high","via":[{"title":"t"}],"fixAvailable":true}}}"#,
        r#"{"advisories":{"1":{"module_name":"a","severity":"high","title":"t"}}}"#,
        r#"{"value":"b","children":{"ID":1,"Issue":"t","Severity":"moderate"}}"#,
        r#"{"type":"auditSummary","data":{"vulnerabilities":{"high":1}}}"#,
        r#"{"a":[{"severity":"low","title":"t"}]}"#,
    ];
    let all = [Manager::Npm, Manager::Pnpm, Manager::YarnClassic, Manager::Yarn, Manager::Bun];
    let mut random = base::random::Random::new(1);
    for round in 0..4_000 {
        let whole = answers[round % answers.len()];
        let mut text = whole.as_bytes().to_vec();
        let at = random.below(text.len() as u64) as usize;
        match random.below(3) {
            0 => text.truncate(at),
            1 => text[at] = b"{}[]\",:0x"[random.below(9) as usize],
            _ => drop(text.remove(at)),
        }
        let text = String::from_utf8(text).unwrap();
        for manager in all {
            let read = told(manager, 1, &text);
            let is_json = serde_json::from_str::<serde_json::Value>(&text).is_ok();
            assert!(read.is_err() || is_json, "{manager:?} {text}");
        }
    }
}
