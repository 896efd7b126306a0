//! Where requests wait for a worker to become ready or free. Shared by all threads.

use crate::shed::{Priority, Queue};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// The queue in front of one app: a line for each priority.
#[derive(Debug)]
pub struct Gate {
    lines: [Line; Priority::ALL.len()],
    /// Requests waiting for any app.
    total: Arc<AtomicU32>,
}

/// Who came first stands first, and stays there however often it looks in vain.
#[derive(Debug, Default)]
struct Line {
    /// As many as `places` has, to be read by every request.
    waiting: AtomicU32,
    places: Mutex<VecDeque<Arc<Notify>>>,
}

/// A place in the queue, given back when dropped.
#[derive(Debug)]
pub struct Place {
    gate: Arc<Gate>,
    priority: Priority,
    turn: Arc<Notify>,
}

/// Why there is no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoPlace {
    /// As many requests wait for any app as may.
    Full,
    /// The app could not serve it in time.
    Hopeless,
}

impl Gate {
    /// An empty queue; `total` counts those of all apps together.
    pub fn new(total: Arc<AtomicU32>) -> Arc<Self> {
        Arc::new(Gate { lines: Default::default(), total })
    }

    /// Join the queue, where `total_max` requests may wait for any app, and for this one as many as
    /// `queue` has places for.
    ///
    /// # Errors
    /// Why there is no place.
    pub fn enter(
        self: &Arc<Self>,
        priority: Priority,
        total_max: u32,
        queue: Option<Queue>,
    ) -> Result<Place, NoPlace> {
        if queue.is_some_and(|queue| !queue.takes(priority, self.waiting(priority))) {
            return Err(NoPlace::Hopeless);
        }
        if self.total.fetch_add(1, SeqCst) >= total_max {
            self.total.fetch_sub(1, SeqCst);
            return Err(NoPlace::Full);
        }
        let turn = Arc::new(Notify::new());
        let line = self.line(priority);
        line.places().push_back(turn.clone());
        line.waiting.fetch_add(1, SeqCst);
        Ok(Place { gate: self.clone(), priority, turn })
    }

    /// True if somebody waits before whom a request of this priority must not go.
    pub fn is_occupied(&self, priority: Priority) -> bool {
        self.waiting(priority) > 0
    }

    /// True if somebody more important waits: what is free is theirs.
    pub fn is_behind(&self, priority: Priority) -> bool {
        let lines = self.lines.iter().zip(Priority::ALL).filter(|(_, of)| *of < priority);
        lines.into_iter().any(|(line, _)| line.waiting.load(SeqCst) > 0)
    }

    /// One request ended: let the first one look.
    pub fn freed(&self) {
        let line = self.lines.iter().find(|line| line.waiting.load(SeqCst) > 0);
        if let Some(line) = line {
            line.wake_first();
        }
    }

    /// The workers changed: let all look.
    pub fn changed(&self) {
        for line in &self.lines {
            line.places().iter().for_each(|turn| turn.notify_one());
        }
    }

    /// How many wait that are as important as `least`, or more.
    fn waiting(&self, least: Priority) -> u32 {
        let lines = self.lines.iter().zip(Priority::ALL).filter(|(_, of)| *of <= least);
        lines.map(|(line, _)| line.waiting.load(SeqCst)).sum()
    }

    fn line(&self, priority: Priority) -> &Line {
        let [high, normal, low] = &self.lines;
        match priority {
            Priority::High => high,
            Priority::Normal => normal,
            Priority::Low => low,
        }
    }
}

impl Line {
    fn places(&self) -> MutexGuard<'_, VecDeque<Arc<Notify>>> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wake_first(&self) {
        if let Some(turn) = self.places().front() {
            turn.notify_one();
        }
    }

    /// The place of `turn` is given back. If it was the first the next one looks: two may have ended meanwhile.
    fn leave(&self, turn: &Arc<Notify>) {
        let mut places = self.places();
        let Some(at) = places.iter().position(|other| Arc::ptr_eq(other, turn)) else { return };
        places.remove(at);
        self.waiting.fetch_sub(1, SeqCst);
        if let (0, Some(next)) = (at, places.front()) {
            next.notify_one();
        }
    }
}

impl Place {
    /// Resolves when it is this one's turn to look.
    pub fn turn(&self) -> impl Future<Output = ()> + '_ {
        self.turn.notified()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.gate.total.fetch_sub(1, SeqCst);
        self.gate.line(self.priority).leave(&self.turn);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    fn is_called(place: &Place) -> bool {
        let turn = pin!(place.turn());
        turn.poll(&mut Context::from_waker(Waker::noop())) == Poll::Ready(())
    }

    #[test]
    fn who_looked_in_vain_keeps_the_place() {
        let gate = Gate::new(Arc::default());
        let enter = |priority| gate.enter(priority, 10, None).unwrap();
        let (first, second) = (enter(Priority::Normal), enter(Priority::Normal));
        for _ in 0..3 {
            gate.freed();
            assert!(is_called(&first) && !is_called(&second));
        }
        let important = enter(Priority::High);
        gate.freed();
        assert!(is_called(&important) && !is_called(&first), "the more important line goes first");
        drop(important);
        drop(first);
        assert!(is_called(&second), "the next one looks when the first has gone");
        gate.changed();
        assert!(is_called(&second) && gate.is_occupied(Priority::Normal));
        drop(second);
        assert!(!gate.is_occupied(Priority::Low));
    }

    #[test]
    fn the_queue_has_its_limit() {
        let gate = Gate::new(Arc::default());
        let queue = Some(Queue { places: 2, ..Queue::default() });
        let places: Vec<_> =
            (0..2).map(|_| gate.enter(Priority::Normal, 3, queue).unwrap()).collect();
        assert_eq!(gate.enter(Priority::Normal, 3, queue).unwrap_err(), NoPlace::Hopeless);
        let more = gate.enter(Priority::High, 3, queue).unwrap();
        assert_eq!(gate.enter(Priority::High, 3, queue).unwrap_err(), NoPlace::Full);
        drop((places, more));
        assert!(gate.enter(Priority::Normal, 1, queue).is_ok());
    }
}
