use super::cases::{APPS, COMMANDS, Case, Figure, Work};
use super::load::{Numbers, benchmark, program};
use super::report::report;
use crate::report::Report;
use crate::scenario::Settings;
use crate::side::{Kind, Peers, Store, accounted, most_resident, npm};
use anyhow::{Context, Result};
use std::path::Path;

/// The first is ours: the binary without the rest of Ostler until `[store]` is wired.
pub const SIDES: [Kind; 2] = [Kind::StoreOnly, Kind::Redis];
const ROUNDS: usize = 5;
const FOLDER: &str = "bench/apps/store";

/// One run of one case on one side: its figures in the case's order.
#[derive(Debug)]
pub struct Run {
    pub case: &'static str,
    pub kind: Kind,
    pub figures: Vec<f64>,
}

/// Measure all cases, both sides in turn.
pub async fn run(settings: &Settings, peers: &Peers) -> Result<Report> {
    let folder = peers.repository.join(FOLDER);
    npm::install(&folder, FOLDER).await?;
    let wanted = |case: &&Case| settings.case.as_ref().is_none_or(|part| case.name.contains(part));
    let cases: Vec<Case> = COMMANDS.iter().chain(APPS).filter(wanted).copied().collect();
    let mut runs = Vec::new();
    for case in &cases {
        for round in 1..=settings.rounds(ROUNDS) {
            for kind in settings.of(&SIDES) {
                let run = one(case, kind, &folder, peers).await;
                let run = run.with_context(|| format!("{}: {}", case.name, kind.name()))?;
                eprintln!("{}, round {round}: {}: {:?}", case.name, kind.name(), run.figures);
                runs.push(run);
            }
        }
    }
    Ok(report(settings.rounds(ROUNDS), &cases, &runs))
}

/// What came of the load on one store.
struct Outcome {
    numbers: Numbers,
    count: f64,
    seconds: f64,
    cpu_seconds: f64,
    resident_before: f64,
    resident_most: f64,
    reload_ms: f64,
}

async fn one(case: &Case, kind: Kind, folder: &Path, peers: &Peers) -> Result<Run> {
    let mut store = Store::start(kind, case.durability, peers).await?;
    let work = async {
        match case.work {
            Work::Benchmark(test, pipeline, count) => {
                benchmark(&store, test, pipeline, count).await?;
                Ok(Numbers::from_iter([("count".to_owned(), count.into())]))
            }
            Work::Program(name, number) | Work::Reload(name, number) => {
                program(folder, name, &store, number).await
            }
        }
    };
    let (done, resident_most) = most_resident(&store, accounted(&store, work)).await;
    let (numbers, seconds, cpu_seconds) = done?;
    let number = |name: &str| numbers.get(name).and_then(serde_json::Value::as_f64);
    // What a program counts it also timed, without its own start.
    let (count, seconds) = (number("count"), number("seconds").unwrap_or(seconds));
    let resident_before = number("resident_before").unwrap_or(f64::NAN);
    let reload_ms = match case.work {
        Work::Reload(..) => store.restart().await?.as_secs_f64() * 1e3,
        _ => f64::NAN,
    };
    let outcome = Outcome {
        count: count.unwrap_or(f64::NAN),
        seconds,
        cpu_seconds,
        resident_before,
        resident_most: resident_most as f64,
        reload_ms,
        numbers,
    };
    let figures = case.figures.iter().map(|(_, figure, _)| outcome.figure(*figure)).collect();
    Ok(Run { case: case.name, kind, figures })
}

impl Outcome {
    fn figure(&self, figure: Figure) -> f64 {
        let told = |name: &str| self.numbers.get(name).and_then(serde_json::Value::as_f64);
        match figure {
            Figure::PerCpuSecond => self.count / self.cpu_seconds,
            Figure::PerSecond => self.count / self.seconds,
            Figure::Told(name) => told(name).unwrap_or(f64::NAN),
            Figure::Resident => self.resident_most / 1e6,
            Figure::ResidentGrowth => self.resident_most / self.resident_before,
            Figure::Reload => self.reload_ms,
            Figure::CpuPercent => self.cpu_seconds / self.seconds * 100.0,
        }
    }
}
