//! What is looked for in the logs is found, whatever logger wrote it.

use model::api::LogEntry;
use rustix::process::Signal;
use trial::{Project, apps, until};

/// The app of `trial/logs`, with `more` in its config.
fn project(more: &str) -> Project {
    let app = apps::folder("logs", "pino").join("app.cjs");
    let project = Project::new();
    project.write(
        "ostler.toml",
        &format!(
            "[edge]\nlisten = '127.0.0.1:0'\n[admin]\nlisten = false\n[app.web]\nrun = '{}'\nworkers = 1\n{more}",
            app.display()
        ),
    );
    project
}

fn found(project: &Project, words: &[&str]) -> Vec<LogEntry> {
    let finished = project.ostler(&[&["logs", "--json", "-n", "200000"], words].concat());
    assert_eq!(finished.code, Some(0), "{words:?}: {}", finished.stderr);
    finished.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The one line that is found, once it is there.
fn one(project: &Project, words: &[&str]) -> LogEntry {
    until(&format!("one line for {words:?}"), || {
        let mut entries = found(project, words);
        assert!(entries.len() <= 1, "{words:?}: {entries:?}");
        entries.pop()
    })
}

fn ask(project: &Project, path: &str) {
    let _ = trial::get(project.address(), path);
}

#[test]
fn every_logger_is_understood() {
    let project = project("");
    let running = project.run(&[]);
    for path in ["/pino", "/winston", "/bunyan", "/nest", "/console", "/dev", "/combined"] {
        ask(&project, path);
    }
    let entry = one(&project, &["--grep", "pino says hi"]);
    assert_eq!((entry.level.as_str(), entry.text.as_str()), ("warn", "pino says hi"));
    assert_eq!(
        (entry.request_id.as_deref(), entry.trace_id.as_deref()),
        (Some("r-pino"), Some("abc"))
    );
    assert_eq!(entry.fields["user.password"], "[redacted]");
    assert!(!entry.raw.contains("hunter2"), "{}", entry.raw);
    let entry = one(&project, &["--field", "err.type=TypeError", "--field", "user.id!=7"]);
    assert!(entry.level == "error" && entry.fields["err.stack"].contains("app.cjs"), "{entry:?}");
    let entry = one(&project, &["--field", "order>=4711"]);
    assert_eq!(
        (entry.level.as_str(), entry.fields["authorization"].as_str()),
        ("error", "[redacted]")
    );
    assert_eq!(one(&project, &["--grep", "winston is simple"]).level, "warn");
    let entry = one(&project, &["--level", "fatal"]);
    assert_eq!(
        (entry.text.as_str(), entry.request_id.as_deref()),
        ("bunyan says hi", Some("r-bunyan"))
    );
    let entry = one(&project, &["--grep", "nest says hi"]);
    assert_eq!((entry.level.as_str(), entry.fields["context"].as_str()), ("error", "Payments"));
    assert!(!entry.raw.contains('\u{1b}'));
    let entry = one(&project, &["--regex", "RangeError: console .roke"]);
    assert!(
        entry.level == "error" && entry.raw.contains("\n    at "),
        "a stack is one line: {entry:?}"
    );
    assert!(one(&project, &["--grep", "login with"]).raw.contains("password=[redacted]"));
    let entry = one(&project, &["--field", "url~/dev"]);
    assert_eq!((entry.level.as_str(), entry.fields["status"].as_str()), ("info", "200"));
    assert_eq!(one(&project, &["--field", "status=503"]).level, "error");
    let news = found(&project, &["ostler", "--since", "1h"]);
    assert!(news.iter().any(|entry| entry.text.contains("web.0 is ready")), "{news:?}");
    let refused = project.ostler(&["logs", "--level", "loud"]);
    assert!(
        refused.code != Some(0) && refused.stderr.contains("write trace, debug"),
        "{}",
        refused.stderr
    );
    running.stop();
}

#[test]
fn nothing_is_lost_at_an_exit_or_at_the_end() {
    let project = project("");
    let running = project.run(&[]);
    ask(&project, "/lines");
    let _ = trial::get(project.address(), "/exit");
    let all = || found(&project, &["--grep", "one of many"]).len();
    until("all lines are there", || (all() == 50_000).then_some(()));
    assert_eq!(running.stop().code, Some(0));
    let running = project.run(&[]);
    assert_eq!(all(), 50_000, "after a restart");
    let numbers = found(&project, &["--field", "at>=49990"]);
    assert_eq!(numbers.len(), 10);
    running.stop();
}

#[test]
fn a_killed_ostler_loses_no_line_that_was_to_be_found() {
    let project = project("");
    let running = project.run(&[]);
    ask(&project, "/pino");
    one(&project, &["--grep", "pino says hi"]);
    running.signal(Signal::KILL);
    drop(running);
    until("the old one is gone", || project.status().is_none().then_some(()));
    one(&project, &["--grep", "pino says hi"]);
    let running = project.run(&[]);
    let entry = one(&project, &["--grep", "pino says hi"]);
    assert_eq!(entry.worker, Some(0));
    running.stop();
    assert_eq!(one(&project, &["--field", "reqId=r-pino"]), entry, "also when nothing runs");
    let refused = project.ostler(&["logs", "--regex", "("]);
    assert!(
        refused.code != Some(0) && refused.stderr.contains("unclosed group"),
        "{}",
        refused.stderr
    );
}

#[test]
fn bad_lines_are_borne() {
    let project = project("[observe.logs]\nredact = ['at']\n");
    let running = project.run(&[]);
    ask(&project, "/bytes");
    assert_eq!(one(&project, &["--grep", "bad"]).raw, "bad \u{fffd}\u{fffd}");
    ask(&project, "/long");
    until("ten million bytes are there", || {
        let bytes: usize =
            found(&project, &["--grep", "xxxx"]).iter().map(|entry| entry.raw.len()).sum();
        (bytes == 10_000_000).then_some(())
    });
    ask(&project, "/keys");
    until("100,000 names are there", || {
        (found(&project, &["--field", "msg=many keys"]).len() == 100_000).then_some(())
    });
    assert_eq!(one(&project, &["--field", "key77777=77777"]).fields["key77777"], "77777");
    let rss = project.status().unwrap().rss_bytes;
    assert!(rss < 200_000_000, "{rss} bytes resident");
    ask(&project, "/lines");
    until("what the config names is redacted", || {
        let first = found(&project, &["--grep", "one of many"]).pop()?;
        assert_eq!(first.fields["at"], "[redacted]");
        Some(())
    });
    running.stop();
}

#[test]
fn what_comes_is_followed() {
    let project = project("");
    let running = project.run(&[]);
    ask(&project, "/pino");
    one(&project, &["--grep", "pino says hi"]);
    let (mut reader, writer) = std::io::pipe().unwrap();
    let mut command = project.command(&["logs", "-f", "--level", "fatal"]);
    let mut child = command.stdout(writer).spawn().unwrap();
    drop(command);
    until("it follows", || {
        ask(&project, "/bunyan");
        let count = found(&project, &["--level", "fatal"]).len();
        (count >= 3).then_some(())
    });
    let mut text = Vec::new();
    while !String::from_utf8_lossy(&text).contains("bunyan says hi") {
        let mut some = [0; 4_096];
        let length = std::io::Read::read(&mut reader, &mut some).unwrap();
        assert!(length > 0, "it ended");
        text.extend_from_slice(&some[..length]);
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!String::from_utf8_lossy(&text).contains("pino"));
    running.stop();
}

#[test]
fn an_upgrade_leaves_no_gap() {
    let project = project("");
    assert_eq!(project.ostler(&["start"]).code, Some(0));
    ask(&project, "/pino");
    one(&project, &["--grep", "pino says hi"]);
    let upgraded = project.ostler(&["upgrade"]);
    assert_eq!(upgraded.code, Some(0), "{}", upgraded.stderr);
    ask(&project, "/bunyan");
    one(&project, &["--grep", "bunyan says hi"]);
    // The old process writes what it has when it ends, and the new one finds it on disk.
    let old = one(&project, &["--grep", "pino says hi"]);
    assert_eq!(old.request_id.as_deref(), Some("r-pino"));
    assert_eq!(project.ostler(&["stop"]).code, Some(0));
}
