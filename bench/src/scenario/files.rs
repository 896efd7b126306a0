//! Static files beside nginx and express.static.

use super::alone::{self, ROUNDS, SECONDS, WARM_UP};
use super::measure::{Speeds, Trial};
use super::settings::Settings;
use crate::process::Folder;
use crate::report::{Report, Target};
use crate::side::{App, Kind, Peers, Setup, Side, npm};
use anyhow::{Context, Result, ensure};
use std::path::Path;

const SIDES: [(Kind, &str); 4] = [
    (Kind::OstlerEdge, "Ostler's edge"),
    (Kind::Nginx, "nginx"),
    (Kind::NginxOpenFiles, "nginx, open_file_cache"),
    (Kind::Node, "express.static"),
];

/// Name of the file, its size in bytes, and the case's name.
const CASES: [(&str, usize, &str); 3] =
    [("1k.txt", 1 << 10, "1 kB"), ("10k.txt", 10 << 10, "10 kB"), ("1m.txt", 1 << 20, "1 MB")];
/// The case that targets hold for.
const HELD: &str = "10 kB";
/// How much less than express.static's is an order of magnitude.
const TENTH: f64 = 0.1;

const FOLDER: &str = "bench/apps/guide";
const SCRIPT: &str = "guide/static.cjs";

/// Measure all sizes, all sides in turn.
pub async fn run(settings: &Settings, peers: &Peers) -> Result<Report> {
    npm::install(&peers.repository.join(FOLDER), FOLDER).await?;
    let folder = Folder::new("files")?;
    for (name, bytes, _) in CASES {
        folder.write(name, contents(bytes))?;
    }
    let root = folder.path();
    let kinds = SIDES.map(|(kind, _)| kind);
    let (mut tables, mut targets) = (Vec::new(), Vec::new());
    for (file, bytes, name) in CASES {
        if settings.case.as_ref().is_some_and(|part| !name.contains(part)) {
            continue;
        }
        eprintln!("{name}");
        let path = format!("/{file}");
        let app = App::new(peers, SCRIPT, 1, &path).with_env("GUIDE_FILES", root.display());
        let trial = Trial {
            sides: settings.of(&kinds),
            app: &app,
            plan: alone::plan(settings, &path, ""),
            rounds: settings.rounds(ROUNDS),
            time: settings.time(SECONDS),
            warm_up: WARM_UP,
        };
        let start = async |kind| {
            let side = start(kind, &app, root, peers).await?;
            let reply = alone::reply(&side, &path, "").await?;
            ensure!(reply.body == contents(bytes), "{path} is not what the file holds");
            ensure!(reply.value("etag").is_some(), "{path} has no ETag");
            Ok(side)
        };
        let speeds = Speeds::measure(&trial, &start).await.with_context(|| name)?;
        tables.push(alone::table(name.into(), &SIDES, settings, &speeds));
        if name == HELD {
            let chosen = alone::chosen(&SIDES, settings);
            tables.push(alone::calls(name, &chosen, &trial.plan, start).await?);
            targets.extend(held(&speeds));
        }
    }
    Ok(Report {
        what: "files",
        title: "Static files beside nginx and express.static",
        method: vec![
            "Files that lie in the page cache, with an ETag. nginx with sendfile, once as it is by default and \
             once with open_file_cache; express.static in a single Node process with NODE_ENV=production."
                .into(),
            alone::method(settings),
        ],
        tables,
        targets,
    })
}

async fn start(kind: Kind, app: &App, root: &Path, peers: &Peers) -> Result<Side> {
    let routes = format!("[route.\"/*\"]\nfiles = {:?}\n", root.display().to_string());
    // There is nothing to be passed on to.
    let mut setup = Setup { routes, upstream: root.join("none"), ..Setup::default() };
    if kind == Kind::NginxOpenFiles {
        setup.nginx = "    open_file_cache max=100;\n    open_file_cache_valid 60s;\n".into();
    }
    match kind {
        Kind::Node => Side::start(kind, app, peers).await,
        kind => Side::files(kind, &setup, root).await,
    }
}

/// Text in which a missing or a moved piece shows.
fn contents(bytes: usize) -> Vec<u8> {
    let lines = (0..).flat_map(|number: u32| format!("line {number}\n").into_bytes());
    lines.take(bytes).collect()
}

fn held(speeds: &Speeds) -> [Target; 2] {
    [
        alone::target(
            "10 kB: CPU per request at most 0.9 times nginx's, with and without open_file_cache",
            &[(Kind::Nginx, 0.9), (Kind::NginxOpenFiles, 0.9)],
            speeds,
        ),
        alone::target(
            "10 kB: CPU per request at most a tenth of express.static's",
            &[(Kind::Node, TENTH)],
            speeds,
        ),
    ]
}
