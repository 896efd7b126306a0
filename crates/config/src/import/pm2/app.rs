use super::draft::Draft;
use super::fields::Fields;
use super::run::{relative, run, take_text};
use super::unlike::UNLIKE;
use super::value::{fit_count, fit_size, fit_time, number, size, text, time, truth, words};
use serde_json::{Map, Value};
use std::path::Path;
use toml::{Table, Value as Toml};

/// PM2 stops with this signal; apps that were written for it handle it.
const SIGNAL: &str = "SIGINT";

/// One app of the file, translated into `draft`. Its `name` is taken already.
pub(super) fn app(object: &Map<String, Value>, root: &Path, draft: &mut Draft) {
    let mut fields = Fields::new(object);
    fields.take(&["name"]);
    let cwd = take_text(&mut fields, &["cwd"], draft);
    let folder = cwd.as_ref().map_or_else(|| root.to_owned(), |cwd| root.join(cwd));
    if !run(&mut fields, &folder, draft) {
        draft.comment("run = \"server.js\"");
        draft.note("script", "is missing: write what to run");
    }
    if let Some(cwd) = cwd {
        draft.set("cwd", relative(&cwd, root));
    }
    workers(&mut fields, draft);
    ready(&mut fields, draft);
    memory(&mut fields, draft);
    stopping(&mut fields, draft);
    restart(&mut fields, draft);
    watch(&mut fields, draft);
    environment(&mut fields, draft);
    for unlike in UNLIKE {
        while let Some((name, value)) = fields.take(unlike.names) {
            draft.note_value(name, &value, unlike.text);
        }
    }
    for (name, value) in fields.rest() {
        let text = "is left out: `ostler import` does not know it, or has read another name of it";
        draft.note_value(&name, &value, text);
    }
}

fn workers(fields: &mut Fields, draft: &mut Draft) {
    let Some((name, value)) = fields.take(&["instances"]) else {
        return draft.set_because("workers", 1, "PM2 starts one unless told; try \"cores\"");
    };
    match number(&value) {
        Some(count) if count > 0 => {
            let count = fit_count(draft, name, "app.*.workers", count);
            draft.set("workers", count);
        }
        Some(0) => draft.set("workers", "cores"),
        None if text(&value).as_deref() == Some("max") => draft.set("workers", "cores"),
        Some(_) => {
            draft.set("workers", "cores");
            let text = "counts down from the cores; Ostler has a number, \"cores\" or a range";
            draft.note_value(name, &value, text);
        }
        None => draft.note_value(name, &value, "is no number and is left out"),
    }
}

fn ready(fields: &mut Fields, draft: &mut Draft) {
    if let Some((_, value)) = fields.take(&["wait_ready"])
        && truth(&value)
    {
        draft.set("ready", "message");
    }
    set_time(fields, "listen_timeout", "ready_timeout", draft);
}

fn memory(fields: &mut Fields, draft: &mut Draft) {
    let Some((name, value)) = fields.take(&["max_memory_restart"]) else { return };
    match size(&value) {
        Some(0) => {}
        Some(bytes) => {
            let size = fit_size(draft, name, "app.*.memory_max", bytes);
            draft.set("memory_max", size);
        }
        None => draft.note_value(name, &value, "is no size and is left out"),
    }
}

fn stopping(fields: &mut Fields, draft: &mut Draft) {
    draft.set_because("stop_signal", SIGNAL, "as PM2 does; SIGTERM is the usual one");
    set_time(fields, "kill_timeout", "kill_after", draft);
}

fn set_time(fields: &mut Fields, field: &'static str, key: &str, draft: &mut Draft) {
    let Some((name, value)) = fields.take(&[field]) else { return };
    match time(&value) {
        Some(time) => {
            let time = fit_time(draft, name, &format!("app.*.{key}"), time);
            draft.set(key, time);
        }
        None => draft.note_value(name, &value, "is no time and is left out"),
    }
}

fn restart(fields: &mut Fields, draft: &mut Draft) {
    let mut table = Table::new();
    for (names, keys) in [
        (&["restart_delay"][..], &["delay_min", "delay_max"][..]),
        (&["exp_backoff_restart_delay"], &["delay_min"]),
        (&["min_uptime"], &["stable_after"]),
    ] {
        let Some((name, value)) = fields.take(names) else { continue };
        let Some(time) = time(&value) else {
            draft.note_value(name, &value, "is no time and is left out");
            continue;
        };
        if time.is_zero() {
            draft.note_value(name, &value, "Ostler's own waits between restarts hold");
            continue;
        }
        for key in keys {
            let text = fit_time(draft, name, &format!("app.*.restart.{key}"), time);
            table.insert((*key).into(), text.into());
        }
        if *keys == ["delay_min"] && time.as_secs() >= 15 {
            table.insert("delay_max".into(), table["delay_min"].clone());
        }
    }
    if let Some((name, value)) = fields.take(&["max_restarts"]) {
        match number(&value) {
            Some(count) => {
                let count = fit_count(draft, name, "app.*.restart.crash_loop_after", count);
                table.insert("crash_loop_after".into(), count.into());
                draft.note(
                    name,
                    "PM2 gives up then; Ostler says so and goes on trying, more slowly",
                );
            }
            None => draft.note_value(name, &value, "is no number and is left out"),
        }
    }
    if let Some((name, value)) = fields.take(&["autorestart"])
        && !truth(&value)
    {
        draft.note_value(
            name,
            &value,
            "Ostler keeps its workers up: run what ends by itself from cron",
        );
    }
    if !table.is_empty() {
        draft.set("restart", table);
    }
}

fn watch(fields: &mut Fields, draft: &mut Draft) {
    let watch = fields.take(&["watch"]);
    let ignore = fields.take(&["ignore_watch"]);
    let delay = fields.take(&["watch_delay"]);
    let mut table = Table::new();
    let list = |words: Vec<String>| Toml::Array(words.into_iter().map(Toml::String).collect());
    if let Some((name, value)) = ignore {
        match words(&value) {
            Some(names) => {
                let patterns = names.iter().any(|name| name.contains(['*', '/', '\\', '^', '$']));
                if patterns {
                    draft
                        .note(name, "takes plain names here: check those with a path or a pattern");
                }
                table.insert("ignore".into(), list(names));
            }
            None => draft.note_value(name, &value, "is no list of names and is left out"),
        }
    }
    if let Some((name, value)) = delay {
        match time(&value) {
            Some(time) => {
                let settle = fit_time(draft, name, "app.*.watch.settle", time);
                table.insert("settle".into(), settle.into());
            }
            None => draft.note_value(name, &value, "is no time and is left out"),
        }
    }
    let on = watch.as_ref().is_some_and(|(_, value)| truth(value));
    let paths = watch.and_then(|(_, value)| if value.is_boolean() { None } else { words(&value) });
    if let Some(paths) = paths.filter(|paths| on && !paths.is_empty()) {
        table.insert("paths".into(), list(paths));
    }
    match (on, table.is_empty()) {
        (true, true) => draft.set("watch", true),
        (true, false) => draft.set("watch", table),
        (false, true) => {}
        (false, false) => draft.comment(&format!("watch = {}", Toml::Table(table))),
    }
}

fn environment(fields: &mut Fields, draft: &mut Draft) {
    if let Some((_, value)) = fields.take(&["env"]) {
        match &value {
            Value::Object(map) => map.iter().for_each(|(name, value)| variable(name, value, draft)),
            _ => draft.note_value("env", &value, "is no object and is left out"),
        }
    }
    if let Some((name, value)) = fields.take(&["port"]) {
        match number(&value).and_then(|port| u16::try_from(port).ok()) {
            Some(port) if draft.port.is_none() => variable("PORT", &port.into(), draft),
            Some(_) => draft.note_value(name, &value, "PORT in env holds"),
            None => draft.note_value(name, &value, "is no port and is left out"),
        }
    }
    for (name, value) in fields.take_prefix("env_") {
        let text = "was chosen with --env; below as comments: move what holds here into [env]";
        draft.note(&name, text);
        let lines = value.as_object().into_iter().flatten();
        for (variable, value) in lines {
            draft.comment(&format!("{name}: {variable} = {value}"));
        }
    }
}

fn variable(name: &str, value: &Value, draft: &mut Draft) {
    let usable = !name.is_empty() && !name.contains(['=', '\0']) && !name.starts_with("OSTLER_");
    let value = match value {
        Value::Null => return draft.note(&format!("env.{name}"), "has no value and is left out"),
        value => text(value).unwrap_or_else(|| value.to_string()),
    };
    if !usable || value.contains('\0') {
        return draft.note(&format!("env.{name}"), "cannot be set and is left out");
    }
    if name == "PORT" {
        draft.port = value.trim().parse().ok().filter(|port| *port != 0);
    }
    draft.env(name, value);
}
