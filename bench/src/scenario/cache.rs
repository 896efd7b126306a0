//! Hits of the response cache beside nginx's proxy_cache and Varnish.

use super::alone::{self, ROUNDS, SECONDS, WARM_UP};
use super::measure::{Speeds, Trial};
use super::settings::Settings;
use crate::report::Report;
use crate::side::{App, File, Kind, Origin, Setup, Side};
use anyhow::{Context, Result, bail, ensure};
use std::time::Duration;

const SIDES: [(Kind, &str); 4] = [
    (Kind::OstlerEdge, "Ostler's edge"),
    (Kind::Nginx, "nginx proxy_cache, sendfile"),
    (Kind::NginxOpenFiles, "nginx proxy_cache, open_file_cache"),
    (Kind::Varnish, "Varnish"),
];

/// Path, size in bytes, name, and what is aimed at.
const CASES: [(&str, usize, &str, &str); 3] = [
    ("1k", 1 << 10, "1 kB", "1 kB: CPU per hit at most 0.8 times nginx's, at most Varnish's"),
    ("10k", 10 << 10, "10 kB", "10 kB: CPU per hit at most 0.8 times nginx's, at most Varnish's"),
    ("64k", 64 << 10, "64 kB", "64 kB: CPU per hit at most 0.8 times nginx's, at most Varnish's"),
];
const MOST: [(Kind, f64); 3] =
    [(Kind::Nginx, 0.8), (Kind::NginxOpenFiles, 0.8), (Kind::Varnish, 1.0)];

/// The case whose system calls are counted.
const TRACED: &str = "10 kB";

/// Says which answer of the origin a reply is a copy of.
const MADE: &str = "x-made";

/// How long a cache may take until it answers by itself.
const KEPT_WITHIN: Duration = Duration::from_secs(5);

/// Requests that a cache may pass on after each start, until it answers by itself.
const PASSED_MAX: usize = 100;

/// Measure all sizes, all sides in turn.
pub async fn run(settings: &Settings) -> Result<Report> {
    let files = CASES.map(|(path, bytes, _, _)| -> File { (path, vec![b'x'; bytes]) });
    let lines = format!(
        "    default_type text/plain;\n    add_header Cache-Control max-age=86400;\n\
         \x20   add_header {MADE} $request_id;\n{}",
        Origin::noting()
    );
    let origin = Origin::start(&files, &lines).await?;
    let kinds = SIDES.map(|(kind, _)| kind);
    let (mut tables, mut targets) = (Vec::new(), Vec::new());
    for (path, bytes, name, target) in CASES {
        if settings.case.as_ref().is_some_and(|part| !name.contains(part)) {
            continue;
        }
        eprintln!("{name}");
        let path = format!("/{path}");
        let before = origin.requests()?;
        let trial = Trial {
            sides: settings.of(&kinds),
            app: &App::none(),
            plan: alone::plan(settings, &path, ""),
            rounds: settings.rounds(ROUNDS),
            time: settings.time(SECONDS),
            warm_up: WARM_UP,
        };
        let start =
            async |kind| warm(Side::proxy(kind, &setup(kind, &origin)).await?, &path, bytes).await;
        let speeds = Speeds::measure(&trial, &start).await.with_context(|| name)?;
        let passed = origin.requests()? - before;
        let most = PASSED_MAX * trial.sides.len() * trial.rounds;
        ensure!(passed <= most, "{name}: the origin was asked {passed} times: these are no hits");
        tables.push(alone::table(name.into(), &SIDES, settings, &speeds));
        if name == TRACED {
            let chosen = alone::chosen(&SIDES, settings);
            tables.push(alone::calls(name, &chosen, &trial.plan, start).await?);
        }
        targets.push(alone::target(target, &MOST, &speeds));
    }
    Ok(Report {
        what: "cache",
        title: "Cache hits beside nginx and Varnish",
        method: vec![
            "Replies that may be kept for a day, all answered from the cache: a header of the origin's shows \
             that two replies are copies of one, and the origin counts what it is asked. nginx keeps them in \
             files: once as Debian sets it up (sendfile, tcp_nopush), once with open files and without \
             sendfile, which costs it less. Varnish keeps them in memory."
                .into(),
            alone::method(settings),
        ],
        tables,
        targets,
    })
}

fn setup(kind: Kind, origin: &Origin) -> Setup {
    let lines = if kind == Kind::NginxOpenFiles {
        "open_file_cache max=100"
    } else {
        "sendfile on; tcp_nopush on"
    };
    Setup {
        upstream: origin.socket.clone(),
        routes: "[route.\"/*\"]\napp = \"web\"\ncache = true\n".into(),
        nginx: "    proxy_cache app;\n".into(),
        nginx_http: format!(
            "  proxy_cache_path cache keys_zone=app:10m max_size=256m;\n  {lines};\n"
        ),
        ..Setup::default()
    }
}

/// Ask until the cache answers.
async fn warm(side: Side, path: &str, bytes: usize) -> Result<Side> {
    let began = base::clock::now();
    loop {
        let (first, second) =
            (alone::reply(&side, path, "").await?, alone::reply(&side, path, "").await?);
        ensure!(second.body == vec![b'x'; bytes], "{path} is not what the origin has");
        if first.value(MADE).is_some() && first.value(MADE) == second.value(MADE) {
            return Ok(side);
        }
        if began.elapsed() > KEPT_WITHIN {
            bail!("{path} was not kept; its reply: {:?}", second.headers);
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
