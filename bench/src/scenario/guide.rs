//! The usual scaling guide beside Ostler: one JSON API, with its guarantees in the app or at the edge.

use super::columns::{self, Column};
use super::measure::{Speeds, Trial};
use super::replies;
use super::settings::{ROUNDS, SECONDS, Settings, WARM_UP};
use crate::load::{NOWHERE, Plan, Reply, fetch};
use crate::process::Folder;
use crate::report::{Report, Table, Target};
use crate::side::{App, Kind, Peers, Side, npm};
use anyhow::{Context, Result, bail, ensure};
use std::path::Path;
use std::time::Duration;

/// The guide's stack first: the others' replies are held against its.
const SIDES: [Kind; 3] = [Kind::NginxPm2, Kind::Ostler, Kind::OstlerBare];

const FOLDER: &str = "bench/apps/guide";
const SCRIPT: &str = "guide/server.cjs";

/// Requests that one client may send a minute: counted, and never reached.
const LIMIT: u64 = 10_000_000;

/// As from a load balancer that ends TLS: what helmet sends always, Ostler sends only where it means
/// something, and `Strict-Transport-Security` means nothing without TLS.
const ASKED: &str = "Accept-Encoding: gzip\r\nUser-Agent: bench\r\nX-Forwarded-Proto: https\r\n";

/// At least so many times the peer's speed, and its CPU per request.
const TIMES: f64 = 4.0;

/// Replies may be so much larger: another encoder's choice, not its absence.
const LARGER_MAX: f64 = 1.1;

/// How long a log line may take to reach its file.
const LOGGED_WITHIN: Duration = Duration::from_secs(5);

/// One kind of request.
#[derive(Debug, Clone, Copy)]
struct Case {
    name: &'static str,
    path: &'static str,
    sessions: bool,
    sides: &'static [Kind],
    /// The target holds for it.
    held: bool,
}

const CASES: [Case; 3] = [
    Case { name: "4.5 kB", path: "/products", sessions: false, sides: &SIDES, held: true },
    Case {
        name: "4.5 kB, sessions",
        path: "/products",
        sessions: true,
        sides: &SIDES,
        held: false,
    },
    Case {
        name: "150 bytes",
        path: "/products/7",
        sessions: false,
        sides: &[Kind::NginxPm2, Kind::Ostler],
        held: false,
    },
];

/// Measure all cases, all sides in turn.
pub async fn run(settings: &Settings, peers: &Peers) -> Result<Report> {
    npm::install(&peers.repository.join(FOLDER), FOLDER).await?;
    let (mut tables, mut targets) = (Vec::new(), Vec::new());
    let wanted = |case: &&Case| settings.case.as_ref().is_none_or(|part| case.name.contains(part));
    for case in CASES.iter().filter(wanted) {
        eprintln!("{}", case.name);
        let compared = case.compared(peers).await.with_context(|| case.name)?;
        let logs = Folder::new("logs")?;
        let app = |kind| case.app(kind, peers, logs.path());
        let mut plan = Plan::new(NOWHERE, case.path, settings.connections);
        plan.headers = ASKED.into();
        let trial = Trial {
            sides: settings.of(case.sides),
            app: &app(Kind::Ostler),
            plan,
            rounds: settings.rounds(ROUNDS),
            time: settings.time(SECONDS),
            warm_up: WARM_UP,
        };
        let start = async |kind| case.start(kind, &app(kind), peers).await;
        let speeds = Speeds::measure(&trial, start).await.with_context(|| case.name)?;
        tables.push(table(case, settings, &speeds));
        tables.push(compared);
        if case.held {
            targets.extend(held(&speeds));
        }
    }
    Ok(Report {
        what: "guide",
        title: "The usual scaling guide beside Ostler",
        method: method(settings),
        tables,
        targets,
    })
}

impl Case {
    /// The app as `kind` runs it, with its access log in `logs`.
    fn app(&self, kind: Kind, peers: &Peers, logs: &Path) -> App {
        let workers = std::thread::available_parallelism().map_or(1, usize::from);
        let mut app = App::new(peers, SCRIPT, workers, "/products/1");
        let log = log(logs, kind).display().to_string();
        if self.sessions {
            app = app.with_env("GUIDE_SESSIONS", 1);
        }
        app.redis = self.sessions;
        match kind {
            Kind::NginxPm2 => {
                app.redis = true;
                app = app.with_env("GUIDE_LOADED", 1).with_env("GUIDE_LOG", log);
                app.with_env("GUIDE_LIMIT", LIMIT)
            }
            Kind::Ostler => App { edge: edge(&log), ..app },
            _ => app,
        }
    }

    /// Start a side; with sessions its clients have one.
    async fn start(&self, kind: Kind, app: &App, peers: &Peers) -> Result<Side> {
        let mut side = Side::start(kind, app, peers).await?;
        if self.sessions {
            let reply = fetch(side.address, "/login", ASKED).await?;
            let cookie = reply.value("set-cookie").and_then(|value| value.split(';').next());
            let cookie = cookie.with_context(|| format!("/login set no cookie: {reply:?}"))?;
            side.lines = format!("Cookie: {cookie}\r\n");
        }
        Ok(side)
    }

    /// The guide's reply beside Ostler's, as a table. An error if anything is missing.
    async fn compared(&self, peers: &Peers) -> Result<Table> {
        let first = self.looked_at(Kind::NginxPm2, peers).await?;
        let ours = self.looked_at(Kind::Ostler, peers).await?;
        let lines = replies::compare(&first, &ours)?;
        if let Some(faults) = replies::faults(&lines) {
            bail!("Ostler does not answer as the guide's stack:\n{faults}");
        }
        Ok(replies::table(&format!("{}: replies compared", self.name), &lines))
    }

    /// The reply of a side, which must also write its access log and, with sessions, know its client.
    async fn looked_at(&self, kind: Kind, peers: &Peers) -> Result<Reply> {
        let logs = Folder::new("logs")?;
        let side = self.start(kind, &self.app(kind, peers, logs.path()), peers).await?;
        let reply = fetch(side.address, self.path, &format!("{ASKED}{}", side.lines)).await?;
        ensure!(reply.status == 200, "{}: status {}", kind.name(), reply.status);
        let knows = replies::decoded(&reply)?.starts_with(b"{\"user\":\"ann\"");
        ensure!(knows == self.sessions, "{}: the session was lost", kind.name());
        logged(&log(logs.path(), kind), self.path).await.with_context(|| kind.name())?;
        Ok(reply)
    }
}

fn log(folder: &Path, kind: Kind) -> std::path::PathBuf {
    folder.join(format!("{kind:?}.log"))
}

/// Wait for a line that names `path`.
async fn logged(file: &Path, path: &str) -> Result<()> {
    let began = base::clock::now();
    let asked = format!("\"GET {path} HTTP/1.1\" 200");
    while !std::fs::read_to_string(file).unwrap_or_default().contains(&asked) {
        ensure!(began.elapsed() < LOGGED_WITHIN, "no line of {asked} in {}", file.display());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Ok(())
}

/// Lines of `[edge]`: what the other side loads into the app. Its compression does not give way under load,
/// so neither may ours.
fn edge(log: &str) -> String {
    format!(
        "trusted_proxies = [\"127.0.0.1\"]\ncompress = {{ adapt = false }}\nheaders = true\n\
         limit = {{ per = \"client\", rate = \"{LIMIT}/min\" }}\n\
         access_log = {{ to = {log:?}, format = \"combined\" }}\n"
    )
}

fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::NginxPm2 => "nginx + PM2 + Redis, loaded app",
        Kind::Ostler => "Ostler, bare app",
        other => other.name(),
    }
}

fn table(case: &Case, settings: &Settings, speeds: &Speeds) -> Table {
    let caption = format!("{}, medians of {} rounds", case.name, settings.rounds(ROUNDS));
    let columns = [
        Column::rate(),
        Column::new("times the guide's", 2, |speeds, kind| {
            speeds.rate(kind) / speeds.rate(Kind::NginxPm2)
        }),
        Column::cpu(1),
        Column::new("the guide's, times this", 2, |speeds, kind| {
            speeds.cpu(Kind::NginxPm2) / speeds.cpu(kind)
        }),
        Column::median("of which outside the app", 1, |speed| speed.runner_us),
        Column::p50(),
        Column::p99(),
        Column::median("bytes/reply", 0, |speed| speed.reply_bytes),
        Column::failed(),
        Column::others(),
    ];
    let sides = settings.of(case.sides).into_iter().map(|kind| (kind, name(kind)));
    columns::table(caption, "side", sides, &columns, speeds)
}

fn held(speeds: &Speeds) -> [Target; 3] {
    let rate = speeds.rate(Kind::Ostler) / speeds.rate(Kind::NginxPm2);
    let cpu = speeds.cpu(Kind::NginxPm2) / speeds.cpu(Kind::Ostler);
    let bytes = |kind| speeds.median(kind, |speed| speed.reply_bytes);
    let larger = bytes(Kind::Ostler) / bytes(Kind::NginxPm2);
    let target = |text, times: f64| Target {
        text,
        measured: format!("{times:.2} times"),
        met: times >= TIMES,
    };
    [
        target("requests/s at least 4.0 times the guide's stack", rate),
        target("CPU per request of the guide's stack at least 4.0 times Ostler's", cpu),
        Target {
            text: "replies under load at most 1.1 times as large: they are compressed as well",
            measured: format!("{larger:.2} times"),
            met: larger <= LARGER_MAX,
        },
    ]
}

fn method(settings: &Settings) -> Vec<String> {
    vec![
        format!("`{FOLDER}` with NODE_ENV=production and a worker for each core, asked with `Accept-Encoding: gzip`."),
        "The guide's side: nginx (no TLS, no gzip, no access log) with kept connections before PM2's cluster mode, whose \
         app loads helmet, morgan (to a file), express-rate-limit on rate-limit-redis and compression, and a Redis \
         that writes nothing to disk."
            .into(),
        "Ostler's side: the same handlers without any of these, and `compress`, `headers`, `limit` and `access_log` at the \
         edge. Limits count each request and are reached by none. Before anything is measured the replies of both are \
         compared: a header, a log line or a byte of the decoded body that Ostler lacks ends the run."
            .into(),
        "The limit counts in Ostler's memory, which on one machine guarantees what Redis does. With sessions both apps \
         load express-session on connect-redis."
            .into(),
        format!(
            "{} keep-alive connections in a closed loop from the same machine, {} s a side and round after a warm-up; \
             sides run in turn. CPU is the time of all processes of a side (Redis, proxies and runners included) from \
             the kernel's accounting; the load generator is in none of them, but shares the cores.",
            settings.connections,
            settings.time(SECONDS).as_secs()
        ),
    ]
}
