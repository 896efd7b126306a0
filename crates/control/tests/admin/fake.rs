//! The rest of Ostler, as a record of what was asked of it.

use control::{Answer, Declined, Feed, Running, User};
use meter::{Snapshot, names};
use model::api::*;
use model::{AppName, Event, EventKind, LogLine, Stream, WorkerId};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use tokio::sync::{broadcast, mpsc, watch};

pub struct Fake {
    pub state: Mutex<AppState>,
    pub worker: Mutex<WorkerState>,
    pub store: Mutex<Option<StoreStatus>>,
    pub users: Mutex<Vec<User>>,
    pub ingest: Mutex<Option<IngestRules>>,
    /// Reloads begun; each ends once `open` is true.
    pub begun: AtomicU32,
    pub open: watch::Sender<bool>,
    /// Commands carried out to their end.
    pub done: Mutex<Vec<String>>,
    pub pictures: watch::Sender<Option<Arc<Graph>>>,
    pub lines: broadcast::Sender<Arc<LogLine>>,
    pub events: broadcast::Sender<Arc<Event>>,
}

impl Fake {
    pub fn new() -> Self {
        Fake {
            state: Mutex::new(AppState::Online),
            worker: Mutex::new(WorkerState::Ready),
            store: Mutex::default(),
            users: Mutex::default(),
            ingest: Mutex::new(Some(IngestRules { token: false, body_bytes_max: 100_000 })),
            begun: AtomicU32::new(0),
            open: watch::channel(true).0,
            done: Mutex::default(),
            pictures: watch::channel(None).0,
            lines: broadcast::channel(64).0,
            events: broadcast::channel(64).0,
        }
    }

    pub fn begun(&self) -> u32 {
        self.begun.load(Ordering::Relaxed)
    }

    pub fn done(&self) -> Vec<String> {
        self.done.lock().unwrap().clone()
    }

    fn finish(&self, what: String) {
        self.done.lock().unwrap().push(what);
    }
}

pub fn web() -> AppName {
    AppName::parse("web").unwrap()
}

pub fn line(app: &str, text: &str) -> Arc<LogLine> {
    let app = AppName::parse(app).unwrap();
    Arc::new(LogLine { at_ms: 1, app, number: 0, stream: Stream::Out, text: text.into() })
}

pub fn entry(at_ms: u64) -> LogEntry {
    LogEntry {
        at_ms,
        app: "web".into(),
        worker: Some(0),
        stream: Stream::Out,
        level: "info".into(),
        text: format!("line {at_ms}"),
        fields: Default::default(),
        trace_id: None,
        request_id: None,
        raw: format!("line {at_ms}"),
    }
}

pub fn scaled(to: u32) -> Arc<Event> {
    let kind = EventKind::Scaled { from: 0, to, why: "test".into() };
    Arc::new(Event { at_ms: 2, app: web(), kind })
}

/// The handle that the server gets: commands outlive the call, so they share the fake.
pub struct Handle(pub Arc<Fake>);

impl Running for Handle {
    fn status(&self) -> Status {
        let worker = WorkerStatus {
            id: WorkerId(1),
            number: 0,
            pid: 42,
            state: *self.0.worker.lock().unwrap(),
            generation: 1,
            uptime_seconds: 5,
            restarts: 0,
            cpu_percent: 1.5,
            cpu_seconds: 0.0,
            gc_seconds: None,
            gc_runs: None,
            rss_bytes: 50_000_000,
            heap_bytes: 9_000_000,
            loop_delay_ms: Some(1.0),
            loop_utilisation: None,
            in_flight: 2,
            upgraded: 0,
            requests: 10,
            requests_per_second: 3.0,
            failures: 0,
            p50_ms: None,
            p99_ms: None,
        };
        let app = AppStatus {
            name: web(),
            state: *self.0.state.lock().unwrap(),
            reason: None,
            workers_target: 1,
            workers_min: 1,
            workers_max: 4,
            generation: 1,
            restarts: 0,
            workers: vec![worker],
        };
        Status {
            version: "1.2.3".into(),
            pid: std::process::id(),
            project: "/srv/<shop>".into(),
            uptime_seconds: 60,
            rss_bytes: 12_000_000,
            listen: vec!["http://127.0.0.1:8080".into()],
            admin: None,
            edge: EdgeStatus::default(),
            apps: vec![app],
            routes: Vec::new(),
            upstreams: Vec::new(),
            cache: None,
            store: self.0.store.lock().unwrap().clone(),
            exports: Vec::new(),
        }
    }

    fn diagram(&self) -> watch::Receiver<Option<Arc<Graph>>> {
        self.0.pictures.subscribe()
    }

    fn draw(&self, graph: &Graph) -> String {
        format!("<svg>{}</svg>", graph.title)
    }

    fn events(&self) -> Feed<Event> {
        Feed::new(self.0.events.subscribe(), vec![scaled(1)])
    }

    fn logs(&self, app: Option<&AppName>, lines: usize) -> Feed<LogLine> {
        let live = self.0.lines.subscribe();
        let mut recent: Vec<_> = (0..20).map(|n| line("web", &format!("old {n}"))).collect();
        recent.push(line("other", "old"));
        recent.retain(|line| app.is_none_or(|app| line.app == *app));
        Feed::new(live, recent.split_off(recent.len().saturating_sub(lines)))
    }

    fn search_logs(&self, search: LogSearch) -> Answer<mpsc::Receiver<Vec<LogEntry>>> {
        if search.regex.iter().any(|regex| regex == "(") {
            return Box::pin(async { Err(Declined::Impossible("unclosed group".into())) });
        }
        self.0.finish(format!("{search:?}"));
        let (sender, receiver) = mpsc::channel(1);
        let entries = (0..search.limit.min(3) as u64).rev().map(entry).collect();
        let _ = sender.try_send(entries);
        Box::pin(async move { Ok(receiver) })
    }

    fn follow_logs(&self, _: LogSearch) -> Answer<Feed<LogEntry>> {
        let (sender, live) = broadcast::channel(8);
        drop(sender);
        Box::pin(async move { Ok(Feed::new(live, vec![Arc::new(entry(7))])) })
    }

    fn count_logs(&self, search: LogSearch, step_ms: u64) -> Answer<LogCounts> {
        self.0.finish(format!("{search:?}"));
        Box::pin(async move { Ok(LogCounts { step_ms, ..LogCounts::default() }) })
    }

    fn reload(&self, app: Option<AppName>) -> Answer<Vec<ReloadReport>> {
        let fake = Arc::clone(&self.0);
        Box::pin(async move {
            fake.begun.fetch_add(1, Ordering::Relaxed);
            let _ = fake.open.subscribe().wait_for(|open| *open).await;
            fake.finish(format!("reload {app:?}"));
            let report = ReloadReport {
                app: web(),
                ok: false,
                generation: 1,
                took_ms: 200,
                reason: Some("it never listened".into()),
                stderr: vec!["boom".into()],
            };
            Ok(vec![report])
        })
    }

    fn scale(&self, app: AppName, workers: u32) -> Answer<ScaleReport> {
        let fake = Arc::clone(&self.0);
        Box::pin(async move {
            if app != web() {
                return Err(Declined::Unknown(format!("There is no app {app}.")));
            }
            if workers > 4 {
                return Err(Declined::Impossible("workers.max is 4.".into()));
            }
            fake.finish(format!("scale {app} {workers}"));
            Ok(ScaleReport { app, from: 1, to: workers })
        })
    }

    fn restart(&self, app: AppName, number: u32) -> Answer<()> {
        let fake = Arc::clone(&self.0);
        Box::pin(async move {
            if number == 9 {
                return Err(Declined::Busy("A reload is under way.".into()));
            }
            fake.finish(format!("restart {app} {number}"));
            Ok(())
        })
    }

    fn purge(&self, request: PurgeRequest) -> Answer<PurgeReport> {
        let fake = Arc::clone(&self.0);
        Box::pin(async move {
            let Some(tag) = request.tag else {
                return Err(Declined::Impossible("Say what to purge.".into()));
            };
            fake.finish(format!("purge {tag}"));
            Ok(PurgeReport { memory: 3, disk: 0, complete: true })
        })
    }

    fn stop(&self) -> Answer<()> {
        let fake = Arc::clone(&self.0);
        Box::pin(async move {
            fake.finish("stop".into());
            Ok(())
        })
    }

    fn upgrade(&self) -> Answer<UpgradeReport> {
        Box::pin(async { Err(Declined::Failed("The new binary does not start.".into())) })
    }

    fn users(&self) -> Vec<User> {
        self.0.users.lock().unwrap().clone()
    }

    fn config(&self) -> serde_json::Value {
        serde_json::json!({ "edge": { "threads": 2 } })
    }

    fn origins(&self) -> serde_json::Value {
        serde_json::json!([{ "key": "edge.threads", "origin": "ostler.toml:3" }])
    }

    fn store_commands(&self) -> Option<Vec<StoreCommand>> {
        None
    }

    fn store_slow_commands(&self) -> Option<Vec<StoreSlowCommand>> {
        None
    }

    fn series(&self, question: SeriesQuestion) -> Answer<SeriesReply> {
        let body = format!("{:?} {:?}", question.what, question.parameters);
        Box::pin(async { Ok(SeriesReply { status: 422, body }) })
    }

    fn ingest_rules(&self) -> Option<IngestRules> {
        *self.0.ingest.lock().unwrap()
    }

    fn ingest(&self, ingest: Ingest) -> Answer<IngestReply> {
        let fake = Arc::clone(&self.0);
        Box::pin(async move {
            let Ingest { form, index, encoding, body, .. } = ingest;
            fake.finish(format!("ingest {form:?} {index:?} {encoding:?} {}", body.len()));
            Ok(IngestReply { status: 204, content_type: "text/plain", body: Vec::new() })
        })
    }

    fn metrics(&self) -> Snapshot {
        let mut snapshot = Snapshot::new(0);
        snapshot.sample(&names::BUILD_INFO, &["1.2.3"], 1_u8);
        snapshot.sample(&names::UPTIME, &[], 60_u8);
        snapshot.sample(&names::EDGE_REQUESTS, &["web", "2xx"], 10_u8);
        snapshot
    }
}
