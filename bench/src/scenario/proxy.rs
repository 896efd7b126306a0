//! Proxies alone: one thread each, in front of the same fast server on a unix socket.

use super::columns::{self, Column};
use super::measure::{Speeds, Trial};
use super::settings::Settings;
use super::syscalls::Syscalls;
use crate::load::{NOWHERE, Plan, Tls, TlsSettings};
use crate::report::{Cell, Report, Table, Target};
use crate::side::{App, CERTIFICATE, Kind, NAME, Origin, Setup, Side, certificate};
use anyhow::{Context, Result};
use std::path::Path;
use std::time::Duration;

const SIDES: [Kind; 3] = [Kind::OstlerEdge, Kind::Nginx, Kind::Haproxy];
const ROUNDS: usize = 3;
const SECONDS: u64 = 3;
const WARM_UP: Duration = Duration::from_secs(1);

/// With HTTP/2: connections, and streams on each.
const CONNECTIONS: usize = 4;
const STREAMS: usize = 100;

const SYSCALLS_MAX: f64 = 6.0;

/// What clients and proxies speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Speech {
    Plain,
    Tls,
    /// A connection for each request.
    Handshake {
        resumed: bool,
    },
    Http2 {
        tls: bool,
    },
}

/// One kind of work.
#[derive(Debug)]
struct Case {
    name: &'static str,
    path: &'static str,
    speech: Speech,
    /// The most CPU a request may cost as a share of each peer's that it is held against.
    most: &'static [(Kind, f64)],
    target: &'static str,
    /// System calls are counted as well.
    traced: bool,
}

const CASES: [Case; 9] = [
    Case {
        name: "1 kB",
        path: "/1k",
        speech: Speech::Plain,
        most: &[(Kind::Nginx, 0.85), (Kind::Haproxy, 0.85)],
        target: "1 kB: CPU per request at most 0.85 times nginx's and HAProxy's",
        traced: true,
    },
    Case {
        name: "64 kB",
        path: "/64k",
        speech: Speech::Plain,
        most: &[(Kind::Nginx, 1.0)],
        target: "64 kB: CPU per request at most nginx's",
        traced: false,
    },
    Case {
        name: "1 MB",
        path: "/1m",
        speech: Speech::Plain,
        most: &[(Kind::Nginx, 1.0)],
        target: "1 MB: CPU per request at most nginx's",
        traced: false,
    },
    Case {
        name: "TLS 1.3, 1 kB",
        path: "/1k",
        speech: Speech::Tls,
        most: &[(Kind::Nginx, 1.0)],
        target: "TLS 1.3, kept connections, 1 kB: CPU per request at most nginx's",
        traced: true,
    },
    Case {
        name: "TLS 1.3, 64 kB",
        path: "/64k",
        speech: Speech::Tls,
        most: &[(Kind::Nginx, 1.0)],
        target: "TLS 1.3, kept connections, 64 kB: CPU per request at most nginx's",
        traced: false,
    },
    Case {
        name: "TLS 1.3 handshakes, resumed",
        path: "/1k",
        speech: Speech::Handshake { resumed: true },
        most: &[(Kind::Nginx, 1.0)],
        target: "TLS 1.3, a resumed handshake a request: CPU at most nginx's",
        traced: false,
    },
    Case {
        name: "TLS 1.3 handshakes, not resumed",
        path: "/1k",
        speech: Speech::Handshake { resumed: false },
        most: &[(Kind::Nginx, 1.0)],
        target: "TLS 1.3, a full handshake a request: CPU at most nginx's",
        traced: false,
    },
    Case {
        name: "HTTP/2 over TLS, 1 kB",
        path: "/1k",
        speech: Speech::Http2 { tls: true },
        most: &[(Kind::Nginx, 1.0)],
        target: "HTTP/2 over TLS, 100 streams: CPU per request at most nginx's",
        traced: true,
    },
    Case {
        name: "HTTP/2 without TLS, 1 kB",
        path: "/1k",
        speech: Speech::Http2 { tls: false },
        most: &[(Kind::Nginx, 1.0)],
        target: "HTTP/2 by prior knowledge, 100 streams: CPU per request at most nginx's",
        traced: false,
    },
];

/// Measure all cases, all sides in turn.
pub async fn run(settings: &Settings) -> Result<Report> {
    let origin = origin().await?;
    let certificate = certificate()?;
    let (mut tables, mut targets, mut traces) = (Vec::new(), Vec::new(), Vec::new());
    let wanted = |case: &&Case| settings.case.as_ref().is_none_or(|part| case.name.contains(part));
    for case in CASES.iter().filter(wanted) {
        eprintln!("{}", case.name);
        let setup = case.setup(&origin.socket, certificate.path());
        let plan = case.plan(settings, certificate.path())?;
        let trial = Trial {
            sides: settings.of(&SIDES),
            app: &App::none(),
            plan: plan.clone(),
            rounds: settings.rounds(ROUNDS),
            time: settings.time(SECONDS),
            warm_up: WARM_UP,
        };
        let start = async |kind| Side::proxy(kind, &setup).await;
        let speeds = Speeds::measure(&trial, start).await.with_context(|| case.name)?;
        tables.push(table(case, settings, &speeds));
        targets.push(case.target(&speeds));
        for kind in settings.of(&SIDES).into_iter().filter(|_| case.traced) {
            let mut side = Side::proxy(kind, &setup).await?;
            let calls = Syscalls::count(&mut side, plan.clone()).await;
            let calls = calls.with_context(|| format!("{}, {}: strace", case.name, kind.name()))?;
            eprintln!("{}: {:.2} system calls a request", kind.name(), calls.all);
            traces.push((case, kind, calls));
        }
    }
    targets.extend(traces.first().filter(|(_, kind, _)| *kind == Kind::OstlerEdge).map(few_calls));
    if !traces.is_empty() {
        tables.push(calls(&traces));
    }
    Ok(Report {
        what: "proxy",
        title: "The edge alone beside nginx and HAProxy",
        method: method(settings),
        tables,
        targets,
    })
}

/// Of x only; the small reply comes from no file.
async fn origin() -> Result<Origin> {
    let x = |bytes| vec![b'x'; bytes];
    let lines = format!(
        "    default_type text/plain;\n    location = /1k {{ return 200 \"{}\"; }}\n",
        "x".repeat(1024)
    );
    Origin::start(&[("64k", x(1 << 16)), ("1m", x(1 << 20))], &lines).await
}

impl Case {
    fn tls(&self) -> bool {
        !matches!(self.speech, Speech::Plain | Speech::Http2 { tls: false })
    }

    fn http2(&self) -> bool {
        matches!(self.speech, Speech::Http2 { .. })
    }

    fn setup(&self, socket: &Path, certificate: &Path) -> Setup {
        Setup {
            upstream: socket.to_owned(),
            certificate: self.tls().then(|| certificate.to_owned()),
            http2: self.http2(),
            ..Setup::default()
        }
    }

    fn plan(&self, settings: &Settings, certificate: &Path) -> Result<Plan> {
        let mut plan = Plan::new(NOWHERE, self.path, settings.connections);
        if self.tls() {
            plan.tls = Some(Tls::new(TlsSettings {
                certificate: certificate.join(CERTIFICATE),
                name: NAME,
                resume: self.speech == Speech::Handshake { resumed: true },
                http2: self.http2(),
            })?);
        }
        plan.fresh = matches!(self.speech, Speech::Handshake { .. });
        if self.http2() {
            (plan.connections, plan.streams) = (CONNECTIONS, Some(STREAMS));
        }
        Ok(plan)
    }

    fn target(&self, speeds: &Speeds) -> Target {
        let shares = self.most.iter().map(|(peer, most)| {
            let share = speeds.cpu(Kind::OstlerEdge) / speeds.cpu(*peer);
            (format!("{share:.2} of {}'s", peer.name()), share <= *most)
        });
        let (measured, met): (Vec<String>, Vec<bool>) = shares.unzip();
        Target {
            text: self.target,
            measured: measured.join(", "),
            met: met.into_iter().all(|met| met),
        }
    }
}

fn method(settings: &Settings) -> Vec<String> {
    vec![
        "Each proxy with one thread in front of the same nginx, which answers over a unix socket with \
         kept connections. All add X-Forwarded-For; none writes an access log."
            .into(),
        format!(
            "{} keep-alive connections in a closed loop, {} s a side and round after a warm-up; sides \
             run in turn. Load generator, proxy and origin share the machine's cores, so requests/s says \
             little: CPU is the proxy's alone, from the kernel's accounting.",
            settings.connections,
            settings.time(SECONDS).as_secs()
        ),
        format!(
            "TLS: an ECDSA P-256 certificate, AES-128-GCM, X25519. Handshakes: each request over a new \
             connection that the proxy closes after its reply. HTTP/2: {CONNECTIONS} connections with \
             {STREAMS} streams at a time each."
        ),
        "System calls are those of a run of their own under `strace -c -f`, which slows the proxy.".into(),
    ]
}

fn table(case: &Case, settings: &Settings, speeds: &Speeds) -> Table {
    let caption = format!("{}, medians of {} rounds", case.name, settings.rounds(ROUNDS));
    let columns = [
        Column::cpu(2),
        Column::cpu_of(Kind::OstlerEdge, "of Ostler's"),
        Column::rate(),
        Column::p50(),
        Column::p99(),
        Column::failed(),
        Column::median("handshakes resumed %", 0, |speed| 100.0 * speed.resumed),
        Column::others(),
    ];
    let sides = settings.of(&SIDES).into_iter().map(|kind| (kind, kind.name()));
    columns::table(caption, "proxy", sides, &columns, speeds)
}

fn few_calls((_, _, calls): &(&Case, Kind, Syscalls)) -> Target {
    Target {
        text: "1 kB: at most 6 system calls a request",
        measured: format!("{:.2}", calls.all),
        met: calls.all <= SYSCALLS_MAX,
    }
}

fn calls(traces: &[(&Case, Kind, Syscalls)]) -> Table {
    let row = |(case, kind, calls): &(&Case, Kind, Syscalls)| {
        vec![
            Cell::text(case.name),
            Cell::text(kind.name()),
            Cell::Number(calls.all, 2),
            Cell::text(calls.described()),
        ]
    };
    Table {
        caption: "System calls".into(),
        columns: vec!["case", "proxy", "calls/request", "of which"],
        rows: traces.iter().map(row).collect(),
    }
}
