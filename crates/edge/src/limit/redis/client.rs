//! A store as the threads share it, and how one thread asks it.

use super::line::Line;
use super::own::{Own, OwnStore};
use super::resp::Value;
use super::script::{self, Answer, Check};
use super::way::{Unanswered, Way};
use crate::meters::Counter;
use crate::news::News;
use crate::tls::{self, AuthorityError};
use config::{LimitStore, StoreAddress};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// What the threads share of a store.
#[derive(Debug)]
pub struct Shared {
    /// Where it is, and how it is asked.
    pub settings: LimitStore,
    /// Whom to trust, if it speaks TLS.
    pub tls: Option<tls::Client>,
    /// The store inside this process, if it is that.
    own: Option<Arc<dyn OwnStore>>,
    /// Checks that got no answer.
    pub failures: Counter,
    /// Checks that were asked of it.
    pub asked: Counter,
    news: News,
    /// It was told that the store cannot be asked.
    told: AtomicBool,
}

/// One thread's way to the store.
#[derive(Debug)]
pub struct Client {
    shared: Arc<Shared>,
    way: Rc<dyn Way>,
}

impl Shared {
    /// A store as the config has it; `own` is the one inside this process. `before` goes on if nothing has changed.
    ///
    /// # Errors
    /// When the authorities to trust cannot be used.
    pub fn new(
        settings: &LimitStore,
        news: &News,
        own: Option<&Arc<dyn OwnStore>>,
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
            own: own.filter(|_| settings.at == StoreAddress::Here).cloned(),
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
        let way: Rc<dyn Way> = match &shared.own {
            Some(store) => Own::new(shared, store),
            None => Line::new(shared),
        };
        Rc::new(Client { shared: shared.clone(), way })
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
                self.way.give_up();
                Err(Unanswered)
            }
        };
        if answer.is_err() {
            self.shared.failures.add(1);
        }
        answer
    }

    async fn ask(&self, check: &Check, key: &[u8]) -> Result<Answer, Unanswered> {
        let hash = self.way.hash(check.script);
        let first = match hash.is_empty() {
            true => None,
            false => Some(self.send(b"EVALSHA", &hash, check, key).await?),
        };
        let value = match first {
            Some(value) if !is_unknown(&value) => value,
            // It was restarted, or told to forget its scripts.
            _ => self.send(b"EVAL", script::text(check.script).as_bytes(), check, key).await?,
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
    ) -> Result<Value, Unanswered> {
        let [first, second] = &check.arguments;
        let parts = [name, script, b"1", key, first.as_bytes(), second.as_bytes()];
        self.way.send(&parts).await
    }
}

fn is_unknown(value: &Value) -> bool {
    matches!(value, Value::Error(text) if text.starts_with(b"NOSCRIPT"))
}
