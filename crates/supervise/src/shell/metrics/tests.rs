use super::*;
use model::api::AppState;
use model::{AppName, WorkerId};

fn worker(number: u32, id: u64, state: WorkerState) -> WorkerStatus {
    WorkerStatus { id: WorkerId(id), state, requests: id, ..super::super::status::nothing(number) }
}

#[test]
fn a_number_shows_once_and_a_metric_in_one_piece() {
    let app = |name: &str| AppStatus {
        name: AppName::parse(name).unwrap(),
        state: AppState::Reloading,
        reason: None,
        workers_target: 2,
        workers_min: 1,
        workers_max: 4,
        generation: 3,
        restarts: 5,
        workers: vec![
            worker(0, 1, WorkerState::Draining),
            worker(0, 3, WorkerState::Ready),
            worker(1, 2, WorkerState::Ready),
            worker(1, 4, WorkerState::Starting),
        ],
    };
    let lines = LineCounts { app: AppName::parse("a").unwrap(), out: 7, err: 1, dropped: 2 };
    let mut page = meter::Snapshot::new(0);
    write(&[app("a"), app("b")], &[lines], &mut page);
    let text = meter::text::encode(&page, meter::Format::Prometheus);
    let has = |line: &str| assert!(text.contains(&format!("{line}\n")), "{line}:\n{text}");
    has("ostler_worker_requests_total{app=\"a\",worker=\"0\"} 3");
    has("ostler_worker_requests_total{app=\"b\",worker=\"1\"} 2");
    has("ostler_supervise_workers{app=\"a\",state=\"draining\"} 1");
    has("ostler_supervise_generation{app=\"b\"} 3");
    has("ostler_log_lines_total{app=\"a\",stream=\"out\"} 7");
    has("ostler_log_dropped_total{app=\"a\"} 2");
    assert_eq!(text.matches("# TYPE ostler_worker_requests_total").count(), 1);
    assert!(!text.contains("loop_utilisation"), "no agent, no value");
}
