//! A request's place at a worker, and what the request tells of it.

use super::app::App;
use super::worker::Worker;
use crate::balance::{SetCookie, Wish};
use crate::shed::Came;
use model::Intake;
use std::cell::Cell;
use std::rc::Rc;
use std::sync::atomic::Ordering::{Relaxed, SeqCst};
use std::time::Duration;

/// A request's place at a worker: counted in `Load::in_flight` until dropped.
#[derive(Debug)]
pub struct Ticket {
    app: Rc<App>,
    worker: Rc<Worker>,
    /// This request is the one that tries a worker that was left out.
    trial: Cell<bool>,
    /// When it was given, until the worker begins to answer.
    awaited: Cell<Option<Came>>,
    /// The reply has begun and goes on.
    delivering: Cell<bool>,
}

impl Ticket {
    pub(super) fn new(app: Rc<App>, worker: Rc<Worker>) -> Self {
        let (_, now_ms) = app.board();
        let came = worker.record().asked(now_ms);
        Ticket {
            app,
            worker,
            trial: Cell::new(false),
            awaited: Cell::new(Some(came)),
            delivering: Cell::new(false),
        }
    }

    pub(super) fn set_trial(&self) {
        self.trial.set(true);
    }

    /// The worker.
    pub fn worker(&self) -> &Rc<Worker> {
        &self.worker
    }

    /// The app.
    pub fn app(&self) -> &Rc<App> {
        &self.app
    }

    /// The worker's reply began with `status`. `waited`: how long after it had the whole request,
    /// if that is known.
    pub fn replied(&self, status: u16, waited: Option<Duration>) {
        let waited_us = waited.map(|waited| waited.as_micros() as u64);
        self.worker.record().replied(waited_us);
        if status >= 500 {
            return self.failed();
        }
        self.heard();
        let (board, now_ms) = self.app.board();
        board.answered(self.worker.record(), waited_us, self.trial.take(), now_ms);
    }

    /// The worker broke the request or its reply, or did not answer in time. Counted as a failure
    /// of its own where no reply is.
    pub fn failed(&self) {
        self.worker.load().failures.fetch_add(1, Relaxed);
        self.heard();
        let (board, now_ms) = self.app.board();
        board.failed(self.worker.record(), self.trial.take(), now_ms, self.app.chance());
    }

    /// The reply has begun and goes on: the place is another's, since what is waited for now is the
    /// client, or a stream's next event.
    pub fn delivers(&self) {
        if !self.delivering.replace(true) {
            self.worker.load().delivering.fetch_add(1, SeqCst);
            self.app.gate().freed();
        }
    }

    fn heard(&self) {
        if let Some(came) = self.awaited.take() {
            let (_, now_ms) = self.app.board();
            self.worker.record().heard(came, now_ms);
        }
    }

    /// The value of a `Set-Cookie` that keeps the client at this worker, unless its own does.
    pub fn set_cookie(&self, wish: Option<&Wish>) -> Option<Vec<u8>> {
        let wish = wish?;
        let balance = self.app.balance();
        let sticky = balance.sticky.as_ref()?;
        let token = self.worker.record().token();
        let new = wish.token != Some(token);
        new.then(|| SetCookie { name: &sticky.cookie, token, secure: wish.secure }.value())
    }

    /// The request's connection was upgraded: it counts as such from now on.
    pub fn upgraded(self) -> Upgraded {
        self.worker.load().upgraded.fetch_add(1, Relaxed);
        self.app.meters().upgraded.add(1);
        Upgraded { app: self.app.clone(), worker: self.worker.clone() }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.heard();
        if self.trial.take() {
            let (board, now_ms) = self.app.board();
            board.release(self.worker.record(), now_ms);
        }
        if self.delivering.get() {
            self.worker.load().delivering.fetch_sub(1, SeqCst);
        }
        self.worker.load().in_flight.fetch_sub(1, SeqCst);
        self.app.gate().freed();
    }
}

/// An upgraded connection's place at a worker: counted in `Load::upgraded` until dropped.
#[derive(Debug)]
pub struct Upgraded {
    app: Rc<App>,
    worker: Rc<Worker>,
}

impl Upgraded {
    /// What may be sent to the worker.
    pub fn intake(&self) -> Intake {
        self.worker.intake()
    }
}

impl Drop for Upgraded {
    fn drop(&mut self) {
        self.worker.load().upgraded.fetch_sub(1, Relaxed);
        self.app.meters().upgraded.sub(1);
    }
}
