use super::compress::compress;
use super::serve;
use super::written::{written_bytes, written_name, written_time};
use crate::{App, Config, Edge, Health, Limits, Log, LogForm, ReadyOn, Route, Run};
use crate::{Upstream, Watch, Workers};
use serde::Serialize;
use serde_json::{Value, json};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// One key and the value that holds for it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Setting {
    /// The parts of the key's path: `app`, `web`, `workers`.
    pub path: Vec<String>,
    /// The value as it would be written; null: none.
    pub value: Value,
    /// Not to be shown: a token, or a variable of an environment.
    pub secret: bool,
}

/// Every value that holds, in the order of the catalogue. Paths are absolute, `"cores"` is a
/// number.
pub fn values(config: &Config) -> Vec<Setting> {
    let mut list = List { section: Vec::new(), settings: Vec::new() };
    list.edge(&config.edge);
    list.within(&["admin"]);
    list.add("listen", config.admin.listen.map_or(json!(false), |address| json!(address)));
    list.secret("token", json!(config.admin.token));
    for user in &config.admin.users {
        list.within(&["admin", "user", &user.name]);
        list.secret("password", json!(user.password));
        list.add("role", json!(user.role.word()));
    }
    list.log(&config.log);
    list.store(&config.store);
    list.observe(&config.observe);
    for app in &config.apps {
        list.app(app);
        let serving = config.serving.iter().find(|serving| serving.app == app.name);
        serving.into_iter().for_each(|serving| list.serving(serving));
    }
    config.upstreams.iter().for_each(|upstream| list.upstream(upstream));
    config.routes.iter().for_each(|route| list.route(route, &config.upstreams));
    list.settings
}

impl Setting {
    /// The path in one piece, as in the file: `app.web.workers`.
    pub fn key(&self) -> String {
        let parts: Vec<String> = self.path.iter().map(|part| written_name(part)).collect();
        parts.join(".")
    }

    /// The value as it may be shown: of a secret only that there is one.
    pub fn shown(&self) -> Value {
        match &self.value {
            value if !self.secret => value.clone(),
            Value::Null => Value::Null,
            Value::Object(map) => map.keys().map(|name| (name.clone(), json!(HIDDEN))).collect(),
            _ => json!(HIDDEN),
        }
    }
}

/// Stands for a value that is not shown.
const HIDDEN: &str = "(hidden)";

pub(super) struct List {
    section: Vec<String>,
    settings: Vec<Setting>,
}

impl List {
    pub(super) fn within(&mut self, section: &[&str]) {
        self.section = section.iter().map(|part| (*part).to_owned()).collect();
    }

    pub(super) fn push(&mut self, name: &str, value: Value, secret: bool) {
        let mut path = self.section.clone();
        path.push(name.into());
        self.settings.push(Setting { path, value, secret });
    }

    pub(super) fn add(&mut self, name: &str, value: Value) {
        self.push(name, value, false);
    }

    fn secret(&mut self, name: &str, value: Value) {
        self.push(name, value, true);
    }

    fn edge(&mut self, edge: &Edge) {
        self.within(&["edge"]);
        self.add("listen", json!(edge.listen));
        self.add("threads", json!(edge.threads));
        let network = |(ip, length): &(IpAddr, u8)| json!(format!("{ip}/{length}"));
        self.add("trusted_proxies", edge.trusted_proxies.iter().map(network).collect());
        self.add("server_timing", json!(edge.server_timing));
        self.add("http2", json!(edge.http2));
        self.add("proxy_protocol", json!(edge.proxy_protocol));
        self.add("forwarded", json!(edge.forwarded));
        self.limits(&edge.limits);
        self.tls(edge.tls.as_ref());
        self.within(&["edge"]);
        self.add("access_log", edge.access_log.as_ref().map_or(json!(false), serve::access_log));
        self.add("compress", compress(edge.rules.compress.as_ref()));
        self.guard(&edge.rules);
        self.add("limit", super::limit::limits(&edge.rules.limits));
        self.within(&["edge", "cache"]);
        self.add("memory", bytes(edge.cache.memory_bytes));
        let disk = edge.cache.disk.as_ref();
        self.add("disk", disk.map_or(json!(false), |disk| bytes(disk.bytes)));
        self.add("folder", path(disk.map(|disk| disk.folder.as_path())));
        self.limit_store(edge.limit_store.as_ref());
    }

    fn limits(&mut self, limits: &Limits) {
        self.within(&["edge", "limits"]);
        self.add("head_bytes", bytes(limits.head_bytes_max.into()));
        self.add("headers", json!(limits.headers_max));
        let body = limits.body_bytes_max;
        self.add("body_bytes", if body == 0 { json!(0) } else { bytes(body) });
        self.add("connections", json!(limits.connections_max));
        self.add("head_timeout", time(limits.head_timeout));
        self.add("idle_timeout", time(limits.idle_timeout));
        self.add("stall_timeout", time(limits.stall_timeout));
        self.add("reply_timeout", time(limits.reply_timeout));
        self.add("connect_timeout", time(limits.connect_timeout));
        self.add("wait_timeout", time(limits.wait_timeout));
        self.add("in_flight", json!(limits.in_flight_max));
        self.add("streams", json!(limits.streams_max));
        let rate = limits.client_rate_min;
        self.add("client_rate", if rate == 0 { json!(0) } else { bytes(rate.into()) });
        self.add("waiting", json!(limits.waiting_max));
        self.add("drain_timeout", time(limits.drain_timeout));
    }

    fn log(&mut self, log: &Log) {
        self.within(&["log"]);
        let form = match log.form {
            LogForm::Prefixed => "prefixed",
            LogForm::Bare => "bare",
            LogForm::Json => "json",
        };
        self.add("format", json!(form));
        self.add("folder", path(log.folder.as_deref()));
        self.add("rotate_size", bytes(log.rotate_bytes));
        self.add("rotate_age", time(log.rotate_age));
        self.add("keep", json!(log.keep));
    }

    fn app(&mut self, app: &App) {
        self.within(&["app", app.name.as_str()]);
        let run = match &app.run {
            Run::Script(script) => path(Some(script)),
            Run::Npm(name) => json!(format!("npm run {name}")),
            Run::Command(_) => Value::Null,
        };
        self.add("run", run);
        let command =
            if let Run::Command(command) = &app.run { json!(command) } else { json!(null) };
        self.add("command", command);
        self.add("args", json!(app.args));
        self.add("cwd", path(Some(&app.folder)));
        self.secret("env", json!(app.env));
        self.add("env_file", path(app.env_file.as_deref()));
        self.add("node", json!(app.node));
        self.add("node_args", json!(app.node_args));
        let Workers { min, max } = app.workers;
        self.add(
            "workers",
            if min == max { json!(min) } else { json!({ "min": min, "max": max }) },
        );
        let ready = match app.ready {
            ReadyOn::Listening => "listening",
            ReadyOn::Message => "message",
        };
        self.add("ready", json!(ready));
        self.add("ready_timeout", time(app.ready_timeout));
        self.add("health", app.health.as_ref().map_or(Value::Null, health));
        self.add("memory_max", app.memory.max.map_or(Value::Null, bytes));
        self.add("memory_hard_max", app.memory.hard_max.map_or(Value::Null, bytes));
        self.add("stall_max", time(app.stall_max));
        self.add("drain_timeout", time(app.stopping.drain_timeout));
        self.add("websocket_grace", time(app.stopping.websocket_grace));
        self.add("stop_signal", json!(app.stopping.signal));
        self.add("kill_after", time(app.stopping.kill_after));
        let restart = json!({
            "delay_min": time(app.restart.delay_min),
            "delay_max": time(app.restart.delay_max),
            "stable_after": time(app.restart.stable_after),
            "crash_loop_after": app.restart.crash_loop_after,
        });
        self.add("restart", restart);
        self.add("watch", app.watch.as_ref().map_or(json!(false), watch));
        let scale = json!({
            "in_flight": app.scale.in_flight,
            "utilisation": app.scale.utilisation,
            "up_after": time(app.scale.up_after),
            "down_after": time(app.scale.down_after),
        });
        self.add("scale", scale);
    }

    fn route(&mut self, route: &Route, upstreams: &[Upstream]) {
        self.within(&["route", route.pattern.as_str()]);
        let is_upstream =
            upstreams.iter().any(|upstream| Some(&upstream.name) == route.app.as_ref());
        let only = |wanted| if wanted { json!(route.app) } else { Value::Null };
        self.add("app", only(!is_upstream));
        self.add("upstream", only(is_upstream));
        self.rules(&route.rules);
    }
}

pub(super) fn bytes(bytes: u64) -> Value {
    json!(written_bytes(bytes))
}

pub(super) fn time(time: Duration) -> Value {
    json!(written_time(time))
}

pub(super) fn health(health: &Health) -> Value {
    json!({
        "path": health.path,
        "timeout": time(health.timeout),
        "interval": time(health.interval),
    })
}

fn watch(watch: &Watch) -> Value {
    let paths: Vec<Value> = watch.paths.iter().map(|p| path(Some(p))).collect();
    json!({ "paths": paths, "ignore": watch.ignore, "settle": time(watch.settle) })
}

pub(super) fn path(path: Option<&Path>) -> Value {
    path.map_or(Value::Null, |path| json!(PathBuf::from(path).display().to_string()))
}
