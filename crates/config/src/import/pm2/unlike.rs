//! Catalogue: fields of PM2 without a counterpart, and what stands in their place.

/// Names of a field, and what to tell whoever used it.
pub(super) struct Unlike {
    pub names: &'static [&'static str],
    pub text: &'static str,
}

const fn unlike(names: &'static [&'static str], text: &'static str) -> Unlike {
    Unlike { names, text }
}

const LOGS: &str = "Ostler writes one file an app in [log] folder, and rotates it";
const NEVER: &str = "no counterpart, and none is needed";

pub(super) const UNLIKE: &[Unlike] = &[
    unlike(
        &["exec_mode"],
        "every worker is a process of its own, and the edge spreads requests over them; the app \
         need not share its port",
    ),
    unlike(
        &["cron_restart", "cron"],
        "Ostler has no timetable yet; let cron run `ostler reload NAME`, which loses no request",
    ),
    unlike(&["autostart"], "every app of the file is started"),
    unlike(&["stop_exit_codes"], "a worker that ends is started again, whatever its exit code"),
    unlike(
        &["increment_var"],
        "workers do not differ but for OSTLER_WORKER, the number of each, from 0",
    ),
    unlike(
        &["instance_var"],
        "the number of a worker is in OSTLER_WORKER, from 0; read that in place of \
         NODE_APP_INSTANCE",
    ),
    unlike(
        &["shutdown_with_message"],
        "workers are asked to end by `stop_signal`; handle it with process.on",
    ),
    unlike(&["out_file", "out", "output", "out_log"], LOGS),
    unlike(&["error_file", "error", "err", "err_file", "err_log"], LOGS),
    unlike(&["log_file", "log"], LOGS),
    unlike(&["merge_logs", "combine_logs"], "the lines of all workers of an app are in one file"),
    unlike(&["disable_logs"], "a daemon always keeps its log; [log] keep = 0 keeps the least"),
    unlike(&["log_type"], "[log] format = \"json\" is for the foreground; files hold bare lines"),
    unlike(
        &["log_date_format", "time"],
        "each line in the log files has its time; `ostler logs --json` shows it too",
    ),
    unlike(&["pid_file", "pid"], "`ostler status --json` has the process ids"),
    unlike(
        &["username", "user", "uid", "gid"],
        "Ostler and its workers have one user: start Ostler as that user (User= in systemd)",
    ),
    unlike(&["namespace"], "apps have no groups: commands take an app's name, or all"),
    unlike(&["name_prefix", "append_env_to_name"], "the name is as it stands in [app.NAME]"),
    unlike(
        &["filter_env"],
        "workers get Ostler's whole environment: start Ostler without what they must not see",
    ),
    unlike(&["watch_options"], "files are watched by the kernel's notifications; see `watch`"),
    unlike(&["post_update"], "run such commands before `ostler reload`"),
    unlike(&["install_url"], NEVER),
    unlike(&["vizion"], "Ostler does not look into version control"),
    unlike(&["treekill"], "a worker's whole process group ends with it, so that no orphan is left"),
    unlike(&["kill_retry_time"], "SIGKILL follows `kill_after`"),
    unlike(&["force"], "start the same script twice by two [app.NAME] sections"),
    unlike(
        &[
            "pmx",
            "automation",
            "trace",
            "disable_trace",
            "deep_monitoring",
            "v8",
            "event_loop_inspector",
            "io",
            "monitoring",
        ],
        "event-loop delay, memory and request figures are in `ostler top` and /metrics without it",
    ),
    unlike(&["windowsHide", "windows_hide"], NEVER),
    unlike(&["write"], NEVER),
    unlike(&["disable_source_map_support"], "source maps are used only where `node_args` says so"),
];
