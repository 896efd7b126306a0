//! One edge thread's way to the store: what is asked, and who waits for which answer.

use super::connection;
use super::resp::Value;
use super::script::{self, Answer, Check, SCRIPTS};
use crate::meters::Counter;
use crate::news::News;
use crate::socket::Buffers;
use crate::tls::{self, AuthorityError};
use config::{LimitStore, StoreAddress};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Context, Waker};
use tokio::sync::oneshot;
use tokio::task::AbortHandle;

/// Requests that may wait for the store on one thread. More go as if it could not be asked.
const JOBS_MAX: usize = 1_024;

/// What the threads share of a store.
#[derive(Debug)]
pub struct Shared {
    /// Where it is, and how it is asked.
    pub settings: LimitStore,
    /// Whom to trust, if it speaks TLS.
    pub tls: Option<tls::Client>,
    /// Checks that got no answer.
    pub failures: Counter,
    /// Checks that were asked of it.
    pub asked: Counter,
    news: News,
    /// It was told that the store cannot be asked.
    told: AtomicBool,
}

/// One thread's way to the store. Its connection ends with it.
#[derive(Debug)]
pub struct Client {
    shared: Arc<Shared>,
    lane: Rc<Lane>,
    driver: AbortHandle,
}

/// What requests and the connection share.
#[derive(Debug)]
pub struct Lane {
    jobs: RefCell<VecDeque<Job>>,
    state: Cell<State>,
    /// A request has waited for too long: the connection is to be given up.
    late: Cell<bool>,
    waker: RefCell<Option<Waker>>,
    /// By which the server knows the scripts.
    hashes: RefCell<[Vec<u8>; SCRIPTS]>,
}

/// A command, and who waits for its reply.
#[derive(Debug)]
pub struct Job {
    /// The command as it is sent.
    pub command: Vec<u8>,
    /// Gets the reply; dropped when there will be none.
    pub reply: oneshot::Sender<Value>,
}

/// Whether there is a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nobody has asked yet: one is made for who asks first, who waits for it.
    Unused,
    /// It is there.
    Up,
    /// It is not, and nobody waits for the next try.
    Down,
}

/// The store gave no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unanswered;

impl Shared {
    /// A store as the config has it. `before` goes on if nothing has changed.
    ///
    /// # Errors
    /// When the authorities to trust cannot be used.
    pub fn new(
        settings: &LimitStore,
        news: &News,
        before: Option<&Arc<Shared>>,
    ) -> Result<Arc<Self>, AuthorityError> {
        let by_tls = matches!(settings.at, StoreAddress::Host { tls: true, .. });
        let known = before.and_then(|before| before.tls.as_ref());
        let tls = by_tls.then(|| tls::Client::new(settings.ca.as_deref(), false, known));
        let tls = tls.transpose()?;
        if let Some(before) = before.filter(|before| before.settings == *settings && !by_tls) {
            return Ok(before.clone());
        }
        Ok(Arc::new(Shared {
            settings: settings.clone(),
            tls,
            failures: Counter::default(),
            asked: Counter::default(),
            news: news.clone(),
            told: AtomicBool::new(false),
        }))
    }

    /// It cannot be asked, and why: say so, once for all threads.
    pub(super) fn lost(&self, why: &str) {
        if !self.told.swap(true, Relaxed) {
            let then = match self.settings.open {
                true => "limits count on this machine alone until it is back",
                false => "requests that it would count are refused until it is back",
            };
            self.news.say(&format!("limit store {}: {why}; {then}", self.settings.at));
        }
    }

    /// It can be asked.
    pub(super) fn found(&self) {
        if self.told.swap(false, Relaxed) {
            self.news.say(&format!("limit store {}: it is back", self.settings.at));
        }
    }
}

impl Client {
    /// A way to the store of `shared`. To be made on a thread's runtime.
    pub fn new(shared: &Arc<Shared>) -> Rc<Self> {
        let lane = Rc::new(Lane {
            jobs: RefCell::default(),
            state: Cell::new(State::Unused),
            late: Cell::new(false),
            waker: RefCell::default(),
            hashes: RefCell::default(),
        });
        let driver = connection::drive(shared.clone(), lane.clone(), Buffers::new());
        let driver = tokio::task::spawn_local(driver).abort_handle();
        Rc::new(Client { shared: shared.clone(), lane, driver })
    }

    /// What the threads share.
    pub fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// Count one more request of `key`, unless it is one too many.
    ///
    /// # Errors
    /// [`Unanswered`], after `timeout` at the latest.
    pub async fn check(&self, check: &Check, key: &[u8]) -> Result<Answer, Unanswered> {
        let key = [self.shared.settings.prefix.as_bytes(), b":", key].concat();
        self.shared.asked.add(1);
        let answer = tokio::time::timeout(self.shared.settings.timeout, self.ask(check, &key));
        let answer = match answer.await {
            Ok(answer) => answer,
            Err(_) => {
                // A reply that comes later would be taken for one to the next request.
                self.lane.late.set(true);
                self.lane.wake();
                Err(Unanswered)
            }
        };
        if answer.is_err() {
            self.shared.failures.add(1);
        }
        answer
    }

    async fn ask(&self, check: &Check, key: &[u8]) -> Result<Answer, Unanswered> {
        let hash = self.lane.hash(check.script);
        let known = !hash.is_empty();
        let first = if known { self.send(b"EVALSHA", &hash, check, key).await? } else { None };
        let value = match first {
            Some(value) if !is_unknown(&value) => value,
            // It was restarted, or told to forget its scripts.
            _ => {
                let text = script::text(check.script);
                self.send(b"EVAL", text.as_bytes(), check, key).await?.ok_or(Unanswered)?
            }
        };
        if let Value::Error(text) = &value {
            let text = String::from_utf8_lossy(text);
            self.shared.lost(&format!("it cannot run the script: {text}"));
        }
        Answer::of(&value).ok_or(Unanswered)
    }

    async fn send(
        &self,
        name: &[u8],
        script: &[u8],
        check: &Check,
        key: &[u8],
    ) -> Result<Option<Value>, Unanswered> {
        let [first, second] = &check.arguments;
        let mut command = Vec::with_capacity(256 + script.len());
        let parts = [name, script, b"1", key, first.as_bytes(), second.as_bytes()];
        script::command(&parts, &mut command);
        let (reply, replied) = oneshot::channel();
        self.lane.push(Job { command, reply })?;
        replied.await.map(Some).map_err(|_| Unanswered)
    }
}

fn is_unknown(value: &Value) -> bool {
    matches!(value, Value::Error(text) if text.starts_with(b"NOSCRIPT"))
}

impl Drop for Client {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

impl Lane {
    fn push(&self, job: Job) -> Result<(), Unanswered> {
        let mut jobs = self.jobs.borrow_mut();
        if self.state.get() == State::Down || jobs.len() >= JOBS_MAX {
            return Err(Unanswered);
        }
        jobs.push_back(job);
        drop(jobs);
        self.wake();
        Ok(())
    }

    /// The next job to be sent.
    pub fn pop(&self) -> Option<Job> {
        self.jobs.borrow_mut().pop_front()
    }

    /// Somebody asks.
    pub fn is_asked(&self) -> bool {
        !self.jobs.borrow().is_empty()
    }

    /// There is a connection, or none. Without one nobody is left to wait.
    pub fn set(&self, state: State) {
        self.state.set(state);
        self.late.set(false);
        if state == State::Down {
            self.jobs.borrow_mut().clear();
        }
    }

    /// A request has waited for too long.
    pub fn is_late(&self) -> bool {
        self.late.get()
    }

    /// The server knows script `number` by this.
    pub fn learn(&self, number: usize, hash: Vec<u8>) {
        if let Some(slot) = self.hashes.borrow_mut().get_mut(number) {
            *slot = hash;
        }
    }

    /// Be woken by the next job.
    pub fn watch(&self, cx: &Context<'_>) {
        *self.waker.borrow_mut() = Some(cx.waker().clone());
    }

    fn hash(&self, number: usize) -> Vec<u8> {
        self.hashes.borrow().get(number).cloned().unwrap_or_default()
    }

    fn wake(&self) {
        if let Some(waker) = self.waker.borrow_mut().take() {
            waker.wake();
        }
    }
}
