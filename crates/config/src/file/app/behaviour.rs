use crate::file::check::Check;
use crate::file::section::Section;
use crate::file::value::Value;
use crate::{Health, Memory, ReadyOn, Restart, Stopping, Watch};
use std::ops::Range;
use std::path::Path;

/// `ready`.
pub(super) fn ready(section: &Section<'_>, check: &mut Check<'_>) -> Option<ReadyOn> {
    Some(match section.word(check, "ready")? {
        "message" => ReadyOn::Message,
        _ => ReadyOn::Listening,
    })
}

/// `health` of an app or an upstream: a path, or a table with one.
pub(in crate::file) fn health(section: &Section<'_>, check: &mut Check<'_>) -> Option<Health> {
    let absent = Section::absent(&format!("{}.health", section.pattern()));
    let (table, path, span) = match section.read(check, "health")? {
        Value::Text(path) => (absent, path, section.place("health")),
        _ => {
            let table = section.child(check, "health");
            if !table.has("path") {
                let cure = "write for example path = \"/healthz\"";
                let text = "`health` has no path to ask";
                check.missing(table.span.clone(), &table.path_of("path"), text, cure);
            }
            let (path, span) = (table.text(check, "path"), table.place("path"));
            (table, path.unwrap_or_default(), span)
        }
    };
    health_path(section, &path, span, check);
    let (timeout, interval) = (table.time(check, "timeout")?, table.time(check, "interval")?);
    Some(Health { path, timeout, interval })
}

fn health_path(section: &Section<'_>, path: &str, span: Range<usize>, check: &mut Check<'_>) {
    if path.is_empty() || (path.starts_with('/') && path.bytes().all(|b| b.is_ascii_graphic())) {
        return;
    }
    let cure =
        match path.split_once("://").and_then(|(_, rest)| rest.find('/').map(|at| &rest[at..])) {
            Some(path) => format!("write the path alone: {path:?}"),
            None if !path.starts_with('/') => format!("write {:?}", format!("/{path}")),
            None => "write other characters as %XX".into(),
        };
    check.fault(span, &section.path_of("health"), format!("{path:?} is no path to ask"), cure);
}

/// `memory_max`, `memory_hard_max`.
pub(super) fn memory(section: &Section<'_>, check: &mut Check<'_>) -> Memory {
    let memory = Memory {
        max: section.size(check, "memory_max"),
        hard_max: section.size(check, "memory_hard_max"),
    };
    if let Memory { max: Some(max), hard_max: Some(hard_max) } = memory
        && hard_max < max
    {
        let text = "memory_hard_max is below memory_max: workers would be killed, never replaced";
        let cure = "write a hard limit above the other, or remove it";
        check.fault(
            section.place("memory_hard_max"),
            &section.path_of("memory_hard_max"),
            text,
            cure,
        );
    }
    memory
}

/// `drain_timeout`, `websocket_grace`, `stop_signal`, `kill_after`.
pub(super) fn stopping(section: &Section<'_>, check: &mut Check<'_>) -> Option<Stopping> {
    Some(Stopping {
        drain_timeout: section.time(check, "drain_timeout")?,
        websocket_grace: section.time(check, "websocket_grace")?,
        signal: section.word(check, "stop_signal")?.into(),
        kill_after: section.time(check, "kill_after")?,
    })
}

/// `restart`.
pub(super) fn restart(section: &Section<'_>, check: &mut Check<'_>) -> Option<Restart> {
    let table = section.child(check, "restart");
    let restart = Restart {
        delay_min: table.time(check, "delay_min")?,
        delay_max: table.time(check, "delay_max")?,
        stable_after: table.time(check, "stable_after")?,
        crash_loop_after: table.count(check, "crash_loop_after")?,
    };
    if restart.delay_min > restart.delay_max && check.clean(&table.path) {
        let name = if table.has("delay_max") { "delay_max" } else { "delay_min" };
        let text = "delay_min is above delay_max";
        let cure = "write delay_max as the larger of the two";
        check.fault(table.place(name), &table.path_of(name), text, cure);
    }
    Some(restart)
}

/// `watch`: `true`, paths, or a table.
pub(super) fn watch(section: &Section<'_>, folder: &Path, check: &mut Check<'_>) -> Option<Watch> {
    let absent = Section::absent("app.*.watch");
    let (table, paths) = match section.read(check, "watch")? {
        Value::Flag(true) => (absent, None),
        Value::Texts(texts) => {
            (absent, Some(texts.into_iter().map(|(text, _)| text).collect::<Vec<_>>()))
        }
        Value::Section => (section.child(check, "watch"), None),
        _ => return None,
    };
    let paths = paths.or_else(|| table.texts(check, "paths"))?;
    if paths.is_empty() {
        let (span, path) = (section.place("watch"), section.path_of("watch"));
        let cure = "write watch = true for the app's folder, or remove the key";
        check.fault(span, &path, "there is nothing to watch", cure);
    }
    Some(Watch {
        paths: paths.iter().map(|path| check.place.path(folder, path)).collect(),
        ignore: table.texts(check, "ignore")?,
        settle: table.time(check, "settle")?,
    })
}
