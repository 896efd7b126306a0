//! The metrics of workers and of their output.

use crate::output::LineCounts;
use meter::{Metric, Snapshot, names};
use model::api::{AppStatus, WorkerState, WorkerStatus};
use model::{Fleet, Member};
use std::collections::BTreeMap;
use std::sync::Arc;

const STATES: [(WorkerState, &str); 6] = [
    (WorkerState::Starting, "starting"),
    (WorkerState::Ready, "ready"),
    (WorkerState::Stalled, "stalled"),
    (WorkerState::Draining, "draining"),
    (WorkerState::Stopping, "stopping"),
    (WorkerState::Waiting, "waiting"),
];

/// Write all metrics of `apps`, one metric after the other as the format wants it.
pub fn write(apps: &[AppStatus], lines: &[LineCounts], to: &mut Snapshot) {
    for app in apps {
        to.sample(&names::WORKERS_TARGET, &[app.name.as_str()], app.workers_target);
    }
    for app in apps {
        for (state, name) in STATES {
            let count = app.workers.iter().filter(|worker| worker.state == state).count();
            to.sample(&names::WORKERS, &[app.name.as_str(), name], count);
        }
    }
    for app in apps {
        to.sample(&names::GENERATION, &[app.name.as_str()], app.generation);
    }
    for app in apps {
        to.sample(&names::RESTARTS, &[app.name.as_str()], app.restarts);
    }
    let up = |worker: &WorkerStatus| u8::from(worker.state == WorkerState::Ready);
    let delay = |worker: &WorkerStatus| worker.loop_delay_ms.map(|ms| ms / 1_000.0);
    each(apps, to, &names::WORKER_UP, |worker| Some(up(worker)));
    each(apps, to, &names::WORKER_UPTIME, |worker| Some(worker.uptime_seconds));
    each(apps, to, &names::WORKER_CPU, |worker| Some(worker.cpu_percent / 100.0));
    each(apps, to, &names::WORKER_CPU_SECONDS, |worker| Some(worker.cpu_seconds));
    each(apps, to, &names::WORKER_GC, |worker| worker.gc_seconds);
    each(apps, to, &names::WORKER_GC_RUNS, |worker| worker.gc_runs);
    each(apps, to, &names::WORKER_RSS, |worker| Some(worker.rss_bytes));
    each(apps, to, &names::WORKER_HEAP, |worker| Some(worker.heap_bytes));
    each(apps, to, &names::WORKER_LOOP_DELAY, delay);
    each(apps, to, &names::WORKER_LOOP_UTILISATION, |worker| worker.loop_utilisation);
    each(apps, to, &names::WORKER_IN_FLIGHT, |worker| Some(worker.in_flight));
    each(apps, to, &names::WORKER_REQUESTS, |worker| Some(worker.requests));
    each(apps, to, &names::WORKER_FAILURES, |worker| Some(worker.failures));
    each(apps, to, &names::WORKER_RESTARTS, |worker| Some(worker.restarts));
    for count in lines {
        to.sample(&names::LOG_LINES, &[count.app.as_str(), "out"], count.out);
        to.sample(&names::LOG_LINES, &[count.app.as_str(), "err"], count.err);
    }
    for count in lines {
        to.sample(&names::LOG_DROPPED, &[count.app.as_str()], count.dropped);
    }
}

/// How long requests to each worker took: of a number's youngest process that serves.
pub fn write_durations(fleets: &[Arc<Fleet>], to: &mut Snapshot) {
    for fleet in fleets {
        let youngest: BTreeMap<u32, &Member> =
            fleet.members.iter().map(|member| (member.number, member)).collect();
        for (number, member) in youngest {
            let labels = [fleet.app.as_str(), &number.to_string()];
            to.histogram(&names::WORKER_DURATION, &labels, &member.load.latency.counts());
        }
    }
}

/// One sample for each number: that of its youngest process that has not begun to leave, so that a
/// number never shows twice.
fn each<T: meter::Number>(
    apps: &[AppStatus],
    to: &mut Snapshot,
    metric: &'static Metric,
    value: impl Fn(&WorkerStatus) -> Option<T>,
) {
    for app in apps {
        for worker in shown(&app.workers) {
            if let Some(value) = value(worker) {
                to.sample(metric, &[app.name.as_str(), &worker.number.to_string()], value);
            }
        }
    }
}

fn shown(workers: &[WorkerStatus]) -> impl Iterator<Item = &WorkerStatus> {
    let groups = workers.chunk_by(|a, b| a.number == b.number);
    groups.filter_map(|group| {
        let serves = |worker: &&WorkerStatus| {
            matches!(worker.state, WorkerState::Ready | WorkerState::Stalled)
        };
        group.iter().rfind(serves).or(group.last())
    })
}

#[cfg(test)]
mod tests;
