use super::inbox::Inbox;
use super::send::{Phase, run};
use super::target::{Target, Tell};
use crate::Record;
use crate::lock::lock;
use base::task::Tasks;
use config::Export;
use meter::Snapshot;
use model::api::ExportStatus;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;
use tokio::sync::mpsc;

/// Lines are taken over in heaps: the thread sleeps so long between two.
const PAUSE: Duration = Duration::from_millis(50);
/// How often what waits is brought to the disk.
const SYNC_EVERY: Duration = Duration::from_secs(5);
/// For tasks to notice that their time is over.
const GRACE: Duration = Duration::from_millis(200);

/// What is sent where. Cloning shares it.
#[derive(Debug, Clone)]
pub struct Handle(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    inbox: Inbox,
    targets: Mutex<Vec<Arc<Target>>>,
    /// Held while targets come and go.
    configuring: Mutex<()>,
    folder: PathBuf,
    tell: Tell,
    /// When counters began to count, in milliseconds since 1970.
    since_ms: u64,
    seed: Mutex<base::random::Random>,
    /// To the thread that sends.
    orders: mpsc::UnboundedSender<Order>,
    ends: Mutex<Vec<std::thread::JoinHandle<()>>>,
}

/// What the thread that sends is told.
#[derive(Debug)]
enum Order {
    /// Send what waits for this target, until its end.
    Start(Arc<Target>),
    /// End when every target has come to its end, at the latest then.
    Finish(tokio::time::Instant),
}

/// What the shipping needs from the rest.
pub struct Settings {
    /// Where queues lie; made if need be.
    pub folder: PathBuf,
    /// The targets.
    pub exports: Vec<Export>,
    /// Says a line to people; called when a target begins to fail and when it works again.
    pub tell: Arc<dyn Fn(String) + Send + Sync>,
    /// Chance.
    pub seed: u64,
}

/// Start the threads `ship`, which collects, and `ship-send`, which sends.
///
/// # Errors
/// When no thread or runtime can be had.
pub fn start(settings: Settings) -> io::Result<Handle> {
    let (orders, ordered) = mpsc::unbounded_channel();
    let shared = Arc::new(Shared {
        inbox: Inbox::default(),
        targets: Mutex::new(Vec::new()),
        configuring: Mutex::new(()),
        folder: settings.folder,
        tell: Tell(settings.tell),
        since_ms: base::clock::wall_ms(),
        seed: Mutex::new(base::random::Random::new(settings.seed)),
        orders,
        ends: Mutex::new(Vec::new()),
    });
    let handle = Handle(Arc::clone(&shared));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(8)
        .thread_keep_alive(Duration::from_secs(1))
        .build()?;
    let sends = std::thread::Builder::new()
        .name("ship-send".into())
        .spawn(move || send(&runtime, ordered))?;
    let collects = Arc::clone(&shared);
    let collects =
        std::thread::Builder::new().name("ship".into()).spawn(move || collect(&collects))?;
    lock(&shared.ends).extend([collects, sends]);
    handle.configure(&settings.exports);
    handle.tell_of_left();
    Ok(handle)
}

impl Handle {
    /// Records are sent somewhere.
    pub fn has_targets(&self) -> bool {
        !lock(&self.0.targets).is_empty()
    }

    /// Records to be sent. Never waits; what there is no room for is counted.
    pub fn offer(&self, records: &[Arc<Record>]) {
        if !lock(&self.0.targets).is_empty() {
            self.0.inbox.offer(records);
        }
    }

    /// All samples of a moment, to be sent where it is time for that. Never waits.
    pub fn measure(&self, snapshot: &Arc<Snapshot>) {
        if lock(&self.0.targets).iter().any(|target| target.export.metrics) {
            self.0.inbox.measure(snapshot);
        }
    }

    /// From now on these are the targets. One that stays as it is goes on; one that changes takes over its
    /// queue.
    pub fn configure(&self, exports: &[Export]) {
        let shared = &self.0;
        let _one_at_a_time = lock(&shared.configuring);
        // Trouble is told while targets are made, and may come back here as a line to be sent: so the list is not
        // held meanwhile.
        let now = lock(&shared.targets).clone();
        let (mut targets, go): (Vec<_>, Vec<_>) =
            now.into_iter().partition(|target| exports.contains(&target.export));
        lock(&shared.targets).clone_from(&targets);
        for target in go {
            target.flush(base::clock::now(), true);
            target.phase.send_replace(Phase::End);
        }
        for export in exports {
            if targets.iter().any(|target| target.export == *export) {
                continue;
            }
            // What waits in another form is none of the new target's business.
            let folder = shared.folder.join(format!("{}.{}", export.name, export.form()));
            let seed = lock(&shared.seed).next_u64();
            let target = Arc::new(Target::new(export.clone(), folder, shared.tell.clone(), seed));
            targets.push(Arc::clone(&target));
            // The thread ends only after `finish`, when nothing is configured any more.
            let _ = shared.orders.send(Order::Start(target));
        }
        *lock(&shared.targets) = targets;
    }

    /// What waits for targets that are not there: nobody sends it, and nobody throws it away.
    fn tell_of_left(&self) {
        let known: Vec<String> =
            self.status().iter().map(|one| format!("{}.{}", one.name, one.to)).collect();
        for entry in std::fs::read_dir(&self.0.folder).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let has_more =
                || std::fs::read_dir(entry.path()).is_ok_and(|mut inside| inside.next().is_some());
            if !known.contains(&name) && has_more() {
                let (name, form) = name.rsplit_once('.').unwrap_or((&name, ""));
                let path = entry.path();
                (self.0.tell.0)(format!(
                    "export {name} (to {form}) is not in the config any more, and something waits for it; remove {} if \
                     nobody wants it",
                    path.display()
                ));
            }
        }
    }

    /// How each target is.
    pub fn status(&self) -> Vec<ExportStatus> {
        let targets = lock(&self.0.targets).clone();
        targets.iter().map(|target| target.status()).collect()
    }

    /// Records that came faster than they could be collected.
    pub fn dropped(&self) -> u64 {
        self.0.inbox.dropped()
    }

    /// Take no more, send what can be sent within `limit`, and end. What is left waits on disk for the next
    /// process. Blocks.
    pub fn finish(&self, limit: Duration) {
        self.0.inbox.close();
        let mut ends = std::mem::take(&mut *lock(&self.0.ends)).into_iter();
        // First everything is collected and queued.
        let _ = ends.next().map(std::thread::JoinHandle::join);
        let until = tokio::time::Instant::from_std(base::clock::now() + limit);
        let targets = std::mem::take(&mut *lock(&self.0.targets));
        for target in &targets {
            target.phase.send_replace(Phase::Drain(until));
        }
        drop(targets);
        let _ = self.0.orders.send(Order::Finish(until));
        let _ = ends.next().map(std::thread::JoinHandle::join);
    }
}

/// The thread that collects: from the inbox to the queues.
fn collect(shared: &Shared) {
    let mut synced = base::clock::now();
    let mut next: Option<Instant> = None;
    loop {
        let limit = next.map(|next| next.saturating_duration_since(base::clock::now()));
        let taken =
            shared.inbox.take(limit.map(|limit| limit.min(SYNC_EVERY)).or(Some(SYNC_EVERY)));
        let now = base::clock::now();
        let targets = lock(&shared.targets).clone();
        for target in &targets {
            target.collect(&taken.records, now);
            if let Some(snapshot) = &taken.snapshot {
                target.measure(snapshot, shared.since_ms);
            }
        }
        let due = targets.iter().filter_map(|target| target.flush(now, taken.closed)).min();
        next = due;
        if taken.closed {
            return;
        }
        if now.saturating_duration_since(synced) >= SYNC_EVERY {
            targets.iter().for_each(|target| target.sync());
            synced = now;
        }
        drop(targets);
        std::thread::sleep(PAUSE);
    }
}

/// The thread that sends: a task for each target, until the end.
fn send(runtime: &Runtime, mut orders: mpsc::UnboundedReceiver<Order>) {
    let tasks = Tasks::new();
    let connections = Tasks::new();
    let mut seed = 0;
    runtime.block_on(async {
        while let Some(order) = orders.recv().await {
            match order {
                Order::Start(target) => {
                    seed += 1;
                    let phase = target.phase.subscribe();
                    tasks.spawn("ship.target", run(target, connections.clone(), phase, seed));
                }
                Order::Finish(until) => {
                    let left = until.saturating_duration_since(tokio::time::Instant::now());
                    tasks.finish(left + GRACE).await;
                    return;
                }
            }
        }
    });
}
