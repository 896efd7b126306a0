//! Catalogue: `[app.NAME]`.

use super::balance::balance_keys;
use super::{Form, Key};

const KB: u64 = 1_000;
const MB: u64 = 1_000 * KB;
const TB: u64 = 1_000_000 * MB;
const SECOND: u64 = 1_000;
const HOUR: u64 = 3_600 * SECOND;

pub(super) const KEYS: &[Key] = &[
    Key::new(
        "app",
        &[Form::Section],
        r#"{ web = { run = "server.js" } }"#,
        "The apps. A file without one runs what `package.json` starts, under the name `web`.",
    )
    .also(&["apps", "service", "services"]),
    Key::new(
        "app.*",
        &[Form::Section],
        r#"{ run = "server.js" }"#,
        "One app. Its name is 1 to 32 of a-z, 0-9, - and _; metrics, logs and commands use it.",
    ),
    Key::new(
        "app.*.run",
        &[Form::Text("a script for node, \"npm start\" or \"npm run NAME\"")],
        r#""npm run serve""#,
        "What each worker runs: a script for node, relative to `cwd`, or a script of \
         `package.json` as `\"npm start\"` or `\"npm run NAME\"`. A script costs less: npm stays in \
         memory beside each worker.",
    )
    .also(&["script", "main", "entry", "exec", "start"]),
    Key::new(
        "app.*.command",
        &[Form::Texts("strings")],
        r#"["python3", "-m", "app"]"#,
        "Any program, in place of `run`, as an array of the program and its arguments. It must \
         listen on 127.0.0.1, on the port in `$PORT`; each worker is given its own.",
    )
    .also(&["cmd"]),
    Key::new(
        "app.*.args",
        &[Form::Texts("strings")],
        r#"["--verbose"]"#,
        "Arguments after the script.",
    )
    .default("[]")
    .also(&["arguments", "argv"]),
    Key::new(
        "app.*.cwd",
        &[Form::Text("a path")],
        r#""backend""#,
        "Working folder of the workers. Relative to `ostler.toml`.",
    )
    .default(r#"".""#)
    .also(&["dir", "directory", "folder", "working_directory"]),
    Key::new(
        "app.*.env",
        &[Form::Variables],
        r#"{ DEBUG = "shop:*" }"#,
        "Environment of the workers, added to Ostler's own; values may be strings, numbers or \
         booleans. It wins over `env_file`. `PORT` and `NODE_ENV` (`production`) are set unless \
         they are set here. Nothing in a value is replaced: `${NAME}` stays as it is written.",
    )
    .default("{}")
    .also(&["environment", "variables"]),
    Key::new(
        "app.*.env_file",
        &[Form::Text("a path")],
        r#"".env""#,
        "A file of `NAME=value` lines that is read each time a worker starts. Relative to `cwd`.",
    )
    .also(&["dotenv", "envfile"]),
    Key::new(
        "app.*.node",
        &[Form::Text("a program")],
        r#""/opt/node-22/bin/node""#,
        "The node program: a name on the path, or a path.",
    )
    .default(r#""node""#)
    .also(&["interpreter", "exec_interpreter"]),
    Key::new(
        "app.*.node_args",
        &[Form::Texts("strings")],
        r#"["--import", "tsx"]"#,
        "Arguments for node, before the script.",
    )
    .default("[]")
    .also(&["interpreter_args", "exec_args", "node_options"]),
    Key::new(
        "app.*.workers",
        &[Form::Count { min: 1, max: 1_024 }, Form::Word(&["cores"]), Form::Section],
        "{ min = 2, max = 6 }",
        "How many workers: a number, `\"cores\"` for as many as the cores that Ostler may use, or a \
         table of `min` and `max` between which Ostler scales by load.",
    )
    .default(r#""cores""#)
    .also(&["instances", "processes", "replicas", "concurrency"]),
    Key::new(
        "app.*.workers.min",
        &[Form::Count { min: 1, max: 1_024 }, Form::Word(&["cores"])],
        "2",
        "The fewest workers. A start begins with so many.",
    )
    .default("1"),
    Key::new(
        "app.*.workers.max",
        &[Form::Count { min: 1, max: 1_024 }, Form::Word(&["cores"])],
        "2",
        "The most workers.",
    )
    .default(r#""cores""#),
    Key::new(
        "app.*.ready",
        &[Form::Word(&["listening", "message"])],
        r#""message""#,
        "What makes a worker ready for requests: that it listens, or that it also said \
         `process.send('ready')`, as with PM2's `wait_ready`.",
    )
    .default(r#""listening""#)
    .also(&["wait_ready"]),
    Key::new(
        "app.*.ready_timeout",
        &[Form::Time { min: 100, max: 24 * HOUR }],
        r#""2m""#,
        "How long a worker may take to become ready before it is ended and counted as failed.",
    )
    .default(r#""30s""#)
    .also(&["listen_timeout", "start_timeout"]),
    Key::new(
        "app.*.health",
        &[Form::Text("a path such as \"/healthz\""), Form::Section],
        r#""/healthz""#,
        "A path that must answer 2xx before a worker is ready and as long as it runs: a path, or a \
         table of `path`, `timeout` and `interval`. Three failures in a row replace the worker.",
    )
    .also(&["healthcheck", "health_check"]),
    Key::new(
        "app.*.health.path",
        &[Form::Text("a path such as \"/healthz\"")],
        r#""/ready""#,
        "The path asked with GET.",
    ),
    Key::new(
        "app.*.health.timeout",
        &[Form::Time { min: 10, max: 60 * SECOND }],
        r#""2s""#,
        "How long one answer may take.",
    )
    .default(r#""5s""#),
    Key::new(
        "app.*.health.interval",
        &[Form::Time { min: 100, max: HOUR }],
        r#""30s""#,
        "Time between two checks of a ready worker.",
    )
    .default(r#""10s""#),
    Key::new(
        "app.*.memory_max",
        &[Form::Size { min: 16 * MB, max: TB }],
        r#""512MB""#,
        "Resident memory of a worker and its children. Above it the worker is replaced: a new one \
         is ready first, then the old one finishes its requests and ends.",
    )
    .also(&["max_memory_restart", "memory", "memory_limit"]),
    Key::new(
        "app.*.memory_hard_max",
        &[Form::Size { min: 16 * MB, max: TB }],
        r#""1GB""#,
        "Resident memory of a worker and its children above which it is killed at once, with the \
         requests it has. A last defence of the machine; `memory_max` comes first.",
    ),
    Key::new(
        "app.*.stall_max",
        &[Form::Time { min: 250, max: HOUR }],
        r#""30s""#,
        "An event loop that is stuck for longer gets no new requests, and its worker is replaced \
         when it recovers. Stuck for three times as long, the worker is killed.",
    )
    .default(r#""10s""#),
    Key::new(
        "app.*.drain_timeout",
        &[Form::Time { min: 0, max: 24 * HOUR }],
        r#""60s""#,
        "How long a worker that is to end may take to finish its requests.",
    )
    .default(r#""30s""#)
    .also(&["grace", "graceful_timeout"]),
    Key::new(
        "app.*.websocket_grace",
        &[Form::Time { min: 0, max: 24 * HOUR }],
        r#""0s""#,
        "How long upgraded connections (WebSockets) of a worker that is to end may go on before \
         they are closed. Their clients then connect again, to a new worker.",
    )
    .default(r#""10s""#),
    Key::new(
        "app.*.stop_signal",
        &[Form::Word(&["SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP", "SIGUSR2"])],
        r#""SIGINT""#,
        "The signal that asks a worker to end, once its requests are finished. PM2 sends SIGINT, \
         Docker, Kubernetes and systemd send SIGTERM.",
    )
    .default(r#""SIGTERM""#)
    .also(&["kill_signal", "signal"]),
    Key::new(
        "app.*.kill_after",
        &[Form::Time { min: 0, max: HOUR }],
        r#""2s""#,
        "From that signal to SIGKILL.",
    )
    .default(r#""5s""#)
    .also(&["kill_timeout"]),
    Key::new(
        "app.*.restart",
        &[Form::Section],
        r#"{ delay_max = "1m" }"#,
        "How workers that died are started again: the first time at once, then after a wait that \
         doubles from `delay_min` to `delay_max`, with some chance in it.",
    )
    .also(&["restarts", "autorestart"]),
    Key::new(
        "app.*.restart.delay_min",
        &[Form::Time { min: 10, max: HOUR }],
        r#""1s""#,
        "The wait before the second restart in a row.",
    )
    .default(r#""250ms""#)
    .also(&["restart_delay", "exp_backoff_restart_delay"]),
    Key::new(
        "app.*.restart.delay_max",
        &[Form::Time { min: 10, max: 24 * HOUR }],
        r#""1m""#,
        "The longest wait.",
    )
    .default(r#""15s""#),
    Key::new(
        "app.*.restart.stable_after",
        &[Form::Time { min: 100, max: 24 * HOUR }],
        r#""2m""#,
        "A worker that ran for so long was stable: waits begin anew, and what came before is not \
         counted towards a crash loop.",
    )
    .default(r#""30s""#)
    .also(&["min_uptime"]),
    Key::new(
        "app.*.restart.crash_loop_after",
        &[Form::Count { min: 2, max: 1_000 }],
        "10",
        "Deaths in a row, none after a stable run, that are told as a crash loop. Ostler goes on \
         trying, `delay_max` apart, for as long as another worker serves.",
    )
    .default("5")
    .also(&["max_restarts"]),
    Key::new(
        "app.*.watch",
        &[Form::Flag, Form::Texts("paths"), Form::Section],
        r#"["src", "views"]"#,
        "Reload when files change, for development: `true` watches `cwd`, an array the paths in \
         it, a table has `paths`, `ignore` and `settle`. `node_modules` and `.git` are never \
         watched.",
    )
    .default("false"),
    Key::new(
        "app.*.watch.paths",
        &[Form::Texts("paths")],
        r#"["src"]"#,
        "Files and folders to watch, relative to `cwd`.",
    )
    .default(r#"["."]"#),
    Key::new(
        "app.*.watch.ignore",
        &[Form::Texts("names")],
        r#"["uploads"]"#,
        "Names of files and folders that are ignored wherever they are.",
    )
    .default("[]")
    .also(&["ignore_watch", "exclude"]),
    Key::new(
        "app.*.watch.settle",
        &[Form::Time { min: 0, max: 60 * SECOND }],
        r#""1s""#,
        "Quiet time after the last change before the reload.",
    )
    .default(r#""200ms""#)
    .also(&["watch_delay", "debounce"]),
    Key::new(
        "app.*.scale",
        &[Form::Section],
        r#"{ utilisation = 0.8 }"#,
        "When to scale between `workers.min` and `workers.max`. One worker is added when either \
         measure is above its value for `up_after`, and one taken away when fewer would do for \
         `down_after`: up quickly, down slowly.",
    )
    .also(&["autoscale", "scaling"]),
    Key::new(
        "app.*.scale.in_flight",
        &[Form::Number { min: 1.0, max: 100_000.0 }],
        "20",
        "Scale up above so many requests in flight to each worker, on average.",
    )
    .default("50"),
    Key::new(
        "app.*.scale.utilisation",
        &[Form::Number { min: 0.05, max: 1.0 }],
        "0.8",
        "Scale up above this event-loop utilisation or share of one core, on average. Above 0.7 \
         replies begin to wait for one another.",
    )
    .default("0.7")
    .also(&["cpu", "utilization"]),
    Key::new(
        "app.*.scale.up_after",
        &[Form::Time { min: 100, max: HOUR }],
        r#""10s""#,
        "How long load must be high before a worker is added.",
    )
    .default(r#""3s""#),
    Key::new(
        "app.*.scale.down_after",
        &[Form::Time { min: SECOND, max: 24 * HOUR }],
        r#""10m""#,
        "How long load must be low before a worker is taken away.",
    )
    .default(r#""2m""#),
];

pub(super) const BALANCE_KEYS: &[Key] = &balance_keys!("app.*", "worker", "workers");
