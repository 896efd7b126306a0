use super::unlike::UNLIKE;
use super::{Imported, from_pm2};
use crate::{Config, Machine, ReadyOn, Run, Workers, parse};
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;

const ROOT: &str = "/srv/shop";

/// The translation, and what our own reader makes of it.
fn read(exported: &Value) -> (Imported, Config) {
    let imported = from_pm2(exported, Path::new(ROOT));
    let config = parse(&imported.toml, Path::new(ROOT), None, &Machine { cores: 4 });
    let config = config.unwrap_or_else(|mistakes| {
        panic!(
            "{}\n{}",
            mistakes.iter().map(|m| format!("{m}\n")).collect::<String>(),
            imported.toml
        )
    });
    (imported, config)
}

fn run(app: Value) -> (Run, Vec<String>, Vec<String>) {
    let app = read(&app).1.apps.remove(0);
    (app.run, app.args, app.node_args)
}

fn script(path: &str) -> Run {
    Run::Script(Path::new(ROOT).join(path))
}

fn command(words: &[&str]) -> Run {
    Run::Command(words.iter().map(|word| (*word).to_owned()).collect())
}

#[test]
fn a_whole_file_as_people_read_it() {
    let exported = json!({
        "apps": [{
            "name": "API Server",
            "script": "/srv/shop/dist/main.js",
            "args": "--color --name 'two words'",
            "instances": "max",
            "exec_mode": "cluster",
            "max_memory_restart": "300M",
            "wait_ready": true,
            "listen_timeout": 10000,
            "kill_timeout": 3000,
            "env": { "PORT": 3000, "LOG_LEVEL": "info" },
            "env_production": { "LOG_LEVEL": "warn" },
            "cron_restart": "0 3 * * *"
        }, {
            "name": "mailer",
            "script": "worker.py",
            "autorestart": false
        }],
        "deploy": { "production": { "host": "example.org" } }
    });
    let expected = r##"# Translated from a PM2 ecosystem file by `ostler import`.
# `ostler check` checks it, `ostler explain KEY` says what a key does.
# deploy: is not translated; `pm2 deploy` goes on working beside it
# app mailer: was reached by itself, if it serves HTTP at all; here the edge answers for every app, so write a route for its host or path

[edge]
listen = ":3000"  # where clients found `api-server`

[app.api-server]
# name: "API Server" became "api-server"
# env_production: was chosen with --env; below as comments: move what holds here into [env]
# exec_mode = "cluster": every worker is a process of its own, and the edge spreads requests over them; the app need not share its port
# cron_restart = "0 3 * * *": Ostler has no timetable yet; let cron run `ostler reload NAME`, which loses no request
run = "dist/main.js"
args = ["--color", "--name", "two words"]
workers = "cores"
ready = "message"
ready_timeout = "10s"
memory_max = "300MiB"
stop_signal = "SIGINT"  # as PM2 does; SIGTERM is the usual one
kill_after = "3s"
# env_production: LOG_LEVEL = "warn"

[app.api-server.env]
LOG_LEVEL = "info"
PORT = "3000"

[app.mailer]
# command: must listen on 127.0.0.1, on the port in $PORT
# autorestart = false: Ostler keeps its workers up: run what ends by itself from cron
command = ["python3", "worker.py"]
workers = 1  # PM2 starts one unless told; try "cores"
stop_signal = "SIGINT"  # as PM2 does; SIGTERM is the usual one

[route."/*"]
app = "api-server"

# [route."mailer.example.org/*"]
# app = "mailer"
"##;
    let (imported, config) = read(&exported);
    assert_eq!(imported.toml, expected);
    assert_eq!(imported.notes.len(), 8, "{:#?}", imported.notes);
    let app = &config.apps[0];
    assert_eq!(app.workers, Workers { min: 4, max: 4 });
    assert_eq!(app.memory.max, Some(300 << 20));
    assert_eq!(app.ready, ReadyOn::Message);
    assert_eq!(app.ready_timeout, Duration::from_secs(10));
    assert_eq!(app.env["PORT"], "3000");
}

#[test]
fn what_is_run() {
    let none: Vec<String> = Vec::new();
    let list = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    assert_eq!(run(json!({ "script": "./a.js" })), (script("a.js"), none.clone(), none.clone()));
    assert_eq!(run(json!([{ "script": "bin/www" }])).0, script("bin/www"));
    assert_eq!(
        run(json!({ "script": "npm", "args": "run serve -- --port 3" })),
        (Run::Npm("serve".into()), list(&["--port", "3"]), none.clone())
    );
    assert_eq!(run(json!({ "script": "npm start" })).0, Run::Npm("start".into()));
    assert_eq!(run(json!({ "script": "yarn", "args": ["build"] })).0, Run::Npm("build".into()));
    assert_eq!(
        run(json!({ "script": "node --inspect a.js x" })),
        (script("a.js"), list(&["x"]), list(&["--inspect"]))
    );
    assert_eq!(
        run(json!({ "script": "serve -s build" })).0,
        command(&["sh", "-c", "serve -s build"])
    );
    assert_eq!(
        run(json!({ "script": "a.ts" })),
        (script("a.ts"), none.clone(), list(&["--import", "tsx"]))
    );
    assert_eq!(
        run(json!({ "script": "a.ts", "interpreter": "ts-node" })).2,
        list(&["--require", "ts-node/register"])
    );
    assert_eq!(
        run(json!({ "script": "x", "interpreter": "none", "args": [1, true] })).0,
        command(&["x", "1", "true"])
    );
    assert_eq!(
        run(json!({ "script": "a.ts", "interpreter": "bun", "interpreter_args": "run" })).0,
        command(&["bun", "run", "a.ts"])
    );
    assert_eq!(
        run(json!({ "script": "a.js", "source_map_support": true, "node_args": "--x" })).2,
        list(&["--x", "--enable-source-maps"])
    );
    let app = json!({ "script": "a.js", "interpreter": "/opt/node18/bin/node" });
    assert_eq!(read(&app).1.apps[0].node, "/opt/node18/bin/node");
    let app = json!({ "script": "/srv/shop/api/a.js", "cwd": "/srv/shop/api" });
    assert_eq!(read(&app).1.apps[0].run, script("api/a.js"));
}

#[test]
fn restarts_and_watching() {
    let app = json!({
        "script": "a.js", "restart_delay": 4000, "min_uptime": "1m", "max_restarts": 10,
        "watch": ["src"], "ignore_watch": ["node_modules", "uploads"], "watch_delay": 1000,
    });
    let app = read(&app).1.apps.remove(0);
    assert_eq!(
        (app.restart.delay_min, app.restart.delay_max),
        (Duration::from_secs(4), Duration::from_secs(4))
    );
    assert_eq!(app.restart.stable_after, Duration::from_secs(60));
    assert_eq!(app.restart.crash_loop_after, 10);
    let watch = app.watch.unwrap();
    assert_eq!(watch.paths, [Path::new("/srv/shop/src")]);
    assert_eq!(watch.ignore, ["node_modules", "uploads"]);
    assert_eq!(watch.settle, Duration::from_secs(1));
    let backoff = |ms: u64| json!({ "script": "a.js", "exp_backoff_restart_delay": ms });
    assert_eq!(read(&backoff(100)).1.apps[0].restart.delay_min, Duration::from_millis(100));
    assert_eq!(read(&backoff(60_000)).1.apps[0].restart.delay_max, Duration::from_secs(60));
    assert_eq!(read(&json!({ "script": "a.js", "watch": false })).1.apps[0].watch, None);
}

/// Each field is in the text or in a note, whatever its value is.
#[test]
fn nothing_is_dropped_silently() {
    let translated = [
        "args",
        "cwd",
        "interpreter",
        "exec_interpreter",
        "interpreter_args",
        "node_args",
        "instances",
        "watch",
        "ignore_watch",
        "watch_delay",
        "max_memory_restart",
        "env",
        "env_production",
        "wait_ready",
        "listen_timeout",
        "kill_timeout",
        "min_uptime",
        "max_restarts",
        "restart_delay",
        "exp_backoff_restart_delay",
        "autorestart",
        "port",
        "source_map_support",
    ];
    let values = |field: &str| match field {
        "env" | "env_production" => vec![json!({ "MARK": "x" }), json!("text")],
        "wait_ready" | "source_map_support" => vec![json!(true)],
        "autorestart" => vec![json!(false)],
        "watch" => vec![json!(true), json!(["x"])],
        _ => vec![json!("17"), json!(17), json!({ "a": 1 })],
    };
    let unlike = UNLIKE.iter().flat_map(|unlike| unlike.names.iter().copied());
    let bare = read(&json!({ "script": "a.js", "name": "web" })).0;
    for field in translated.into_iter().chain(unlike).chain(["quite_new_in_pm2"]) {
        for value in values(field) {
            let mut app = json!({ "script": "a.js", "name": "web" });
            app[field] = value.clone();
            let imported = read(&app).0;
            assert!(imported.toml != bare.toml, "{field} = {value} is lost");
        }
    }
}

#[test]
fn whatever_the_file_exports() {
    for (exported, note) in [
        (json!(null), "null: is no list of apps"),
        (json!({ "apps": 5 }), "5: is no list of apps"),
        (json!({ "apps": [] }), "there is no app in the file"),
        (json!({ "apps": [1, { "script": "a.js" }] }), "1: is no app"),
        (json!({ "apps": [{ "name": "x" }] }), "app x: script: is missing: write what to run"),
        (json!({ "script": "a.js", "x": "a\nb\u{7f}" }), "app a: x = \"a\\nb \": is left out"),
    ] {
        let imported = from_pm2(&exported, Path::new(ROOT));
        let found = imported.notes.iter().any(|told| told.starts_with(note));
        assert!(found, "no {note:?} in {:#?}", imported.notes);
    }
}

#[test]
fn names_are_valid_and_differ() {
    let exported = json!({ "apps": [
        { "script": "a.js", "name": "Web" }, { "script": "a.js", "name": "web" },
        { "script": "src/api.js" }, { "script": "a.js", "name": "日本" },
        { "script": "a.js", "name": "x".repeat(50) }, { "script": "a.js", "name": "x".repeat(60) },
    ]});
    let (_, config) = read(&exported);
    let names: Vec<&str> = config.apps.iter().map(|app| app.name.as_str()).collect();
    let long = ["x".repeat(32), format!("{}-6", "x".repeat(28))];
    assert_eq!(names, ["api", "web", "web-2", "web-4", &long[1], &long[0]]);
}

#[test]
fn values_out_of_range_are_moved_and_told() {
    let app = json!({
        "script": "a.js", "instances": 5000, "max_memory_restart": "10M", "kill_timeout": 1e9 as u64,
        "listen_timeout": 1, "max_restarts": 1, "restart_delay": 1,
    });
    let (imported, _) = read(&app);
    let moved = imported.notes.iter().filter(|note| note.contains("out of range")).count();
    assert_eq!(moved, 7, "{:#?}", imported.notes);
}
