//! One picture after the other, as long as somebody looks.

use super::look;
use crate::assemble::operator::Operator;
use model::WorkerId;
use model::api::{AppState, AppStatus, Graph, WorkerState};
use observe::diagram::{Rates, build};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// Between two pictures: what changes is drawn within a second, the time for looking and drawing included.
const PERIOD: Duration = Duration::from_millis(800);
/// And if workers come or go, which is looked for at this period.
const SOONER: Duration = Duration::from_millis(50);
/// The first picture waits so long for something to compare its counts with.
const FIRST: Duration = Duration::from_millis(300);
/// After the last one has looked away it goes on so long: who asks again and again finds it ready.
const LINGER: Duration = Duration::from_secs(5);
/// A look that takes much of the processor makes the next one wait so many times as long, so that it takes a twentieth of a core at most.
const SHARE: u32 = 20;
const PERIOD_MAX: Duration = Duration::from_secs(30);

/// The pictures. Nothing is done for them while nobody looks.
#[derive(Debug)]
pub struct Diagram {
    pictures: watch::Sender<Option<Arc<Graph>>>,
    /// When somebody looked last; None: there is no thread that draws.
    looked_at: Mutex<Option<Instant>>,
}

impl Default for Diagram {
    fn default() -> Self {
        Diagram { pictures: watch::Sender::new(None), looked_at: Mutex::default() }
    }
}

impl Diagram {
    /// The last picture and those to come; None until the first is ready, which takes less than a second. They come
    /// once a second, and sooner when a worker comes, goes or changes its state, as long as the receiver is kept.
    pub fn look(self: &Arc<Self>, at: &Operator) -> watch::Receiver<Option<Arc<Graph>>> {
        let receiver = self.pictures.subscribe();
        let mut looked_at = self.looked_at.lock().unwrap_or_else(PoisonError::into_inner);
        let is_drawn = looked_at.is_some();
        *looked_at = Some(base::clock::now());
        if !is_drawn {
            let (diagram, operator) = (self.clone(), at.clone());
            let draw = move || diagram.draw(&operator);
            if std::thread::Builder::new().name("observe.diagram".into()).spawn(draw).is_err() {
                // Without a thread there is no picture, and whoever waits for it is told so.
                *looked_at = None;
            }
        }
        receiver
    }

    fn draw(&self, operator: &Operator) {
        let mut rates = Rates::default();
        let mut eye = look::Eye::default();
        let mut draw = || {
            let seen = eye.look(operator);
            build(&seen, &mut rates, base::clock::monotonic_ns() / 1_000_000)
        };
        draw();
        std::thread::sleep(FIRST);
        loop {
            let (began, spent) = (base::clock::now(), base::clock::thread_spent());
            let known = workers(operator);
            self.pictures.send_replace(Some(Arc::new(draw())));
            let took = base::clock::thread_spent().saturating_sub(spent);
            let period = (took * SHARE).clamp(PERIOD, PERIOD_MAX);
            loop {
                std::thread::sleep(SOONER);
                let now = base::clock::now();
                if self.ends(now) {
                    return;
                }
                if now - began >= period || workers(operator) != known {
                    break;
                }
            }
        }
    }

    /// True if nobody has looked for long: the next one who does starts another thread.
    fn ends(&self, now: Instant) -> bool {
        let mut looked_at = self.looked_at.lock().unwrap_or_else(PoisonError::into_inner);
        // Who looks subscribes before the lock is taken.
        if self.pictures.receiver_count() > 0 {
            *looked_at = Some(now);
        }
        if looked_at.is_some_and(|at| now.saturating_duration_since(at) < LINGER) {
            return false;
        }
        *looked_at = None;
        self.pictures.send_replace(None);
        true
    }
}

/// What makes a picture old: the states of apps and workers.
type Known = Vec<(AppState, u32, Vec<(WorkerId, u32, WorkerState)>)>;

fn workers(operator: &Operator) -> Known {
    let apps = operator.supervise.status().borrow().clone();
    let of_app = |app: &AppStatus| {
        let workers = app.workers.iter().map(|worker| (worker.id, worker.pid, worker.state));
        (app.state, app.workers_target, workers.collect())
    };
    apps.iter().map(of_app).collect()
}
